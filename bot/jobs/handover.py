"""The delivery of one job: from bytes in the database to a picture in a chat, paid for exactly once.

``delivering`` is committed before Telegram is asked. While a job is in that state, a picture whose own state
is ``delivering`` may have arrived: it is never sent again, but put into the job's card by an edit, which can
be repeated without harm. Only when the card is gone is it sent anew. When Telegram certainly took nothing,
the job goes back to ``rendered`` before anything is waited for, so that a crash in between is no unknown.

All pictures of a comparison are one sheet (``bot.jobs.packing``): sent in one message, recorded in one
transaction.
"""

from dataclasses import dataclass, field, replace
from functools import partial

import structlog

from bot.chat.outcomes import CannotSend, MaybeSent, MessageGone, MessageRef, Obstacle, Place, Sent, TryLater
from bot.images import ResultPicture
from bot.jobs.backoff import backoff
from bot.jobs.ending import close_delivered, end_without_picture, share, tell_that_it_waits
from bot.jobs.failures import Failure
from bot.jobs.packing import Busy, NoSheet, Packed, Packing, Parcel, Torn, parcels, waits
from bot.jobs.progress import ProgressBoard
from bot.jobs.sending import Delivery, Sending
from bot.jobs.tenure import Tenure
from storage.database import Tx
from storage.errors import StorageError
from storage.jobs import Job, JobState
from storage.results import Result, ResultState

log = structlog.get_logger(__name__)

FIRST_WAIT = 1.0
LONGEST_WAIT = 600.0
# Without a card nothing can be repeated harmlessly: after so many sends of unknown end the credits go back.
MOST_UNKNOWN_SENDS = 3


@dataclass(frozen=True, slots=True)
class _Placed:
    """The parcel is in a chat; ``is_card`` when the card was turned into it, ``sheet`` when it is one."""

    sent: Sent
    chat_id: int
    is_card: bool = False
    sheet: ResultPicture | None = None


@dataclass(frozen=True, slots=True)
class _Later:
    """To be tried again, ``seconds`` from now at the earliest."""

    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class _OneByOne:
    """Nothing was sent: the pictures can't be one parcel."""


@dataclass(frozen=True, slots=True)
class _Unreachable:
    """Nothing can be sent to this person now."""


@dataclass(frozen=True, slots=True)
class _Hopeless:
    """This parcel will never be delivered."""

    failure: Failure


_Try = _Placed | _Later | _OneByOne | _Unreachable | _Hopeless


@dataclass(frozen=True, slots=True)
class Kept:
    """The person can't be reached; the job waits for them."""

    user_id: int


@dataclass(slots=True)
class Handover:
    """Delivers one job, a pass at a time.

    Beyond the database it knows which pictures may have arrived (all that another process was sending, none
    but those whose outcome it could not learn itself) and how often it failed.
    """

    job_id: int
    tenure: Tenure
    sending: Sending
    progress: ProgressBoard
    keep_seconds: float
    packing: Packing
    unknown: set[int] = field(default_factory=set)
    one_by_one: bool = False
    unknown_sends: int = 0
    tries: int = 0
    has_begun: bool = False

    async def go_on(self) -> float | Kept | None:
        """Make one pass; return the seconds until the next, ``Kept``, or None when it is over."""
        begun = await self.tenure.write(self._begin)
        if begun is None:
            return None
        job, results = begun
        self.has_begun = True
        await self.progress.forget(job)
        if not any(map(waits, results)):
            log.error("a rendered job has no picture left", job_id=job.id)
            await self.tenure.write(partial(self._finish, Failure.RESULT_LOST))
        for parcel in parcels(job, results, one_by_one=self.one_by_one):
            attempt = await self._deliver(job, parcel)
            match attempt:
                case _Placed():
                    # Should the writing fail, it must not be sent again.
                    self.unknown |= parcel.numbers
                    if not await self.tenure.must_write(partial(self._record, parcel, attempt)):
                        return None
                    self.unknown -= parcel.numbers
                case _Later(seconds):
                    return await self._later(seconds)
                case _OneByOne():
                    self.one_by_one = True
                    return 0.0
                case _Unreachable():
                    return await self._keep(job)
                case _Hopeless(failure):
                    await self.tenure.write(partial(self._give_up, parcel, failure))
                    self.unknown -= parcel.numbers
        self.tenure.wake_notices()
        return None

    # One parcel.

    async def _deliver(self, job: Job, parcel: Parcel) -> _Try:
        if any(result.state is ResultState.RENDERED for result in parcel.results):
            await self.tenure.write(partial(_delivering, parcel))
        packed = await self.packing.pack(job, parcel)
        match packed:
            case Torn():
                return _Hopeless(Failure.RESULT_LOST)
            case Busy():
                return _Later()
            case NoSheet():
                return _OneByOne()
            case Packed(delivery, sheet):
                attempt = await self._carry(job, parcel, delivery)
                return replace(attempt, sheet=sheet) if isinstance(attempt, _Placed) else attempt

    async def _carry(self, job: Job, parcel: Parcel, delivery: Delivery) -> _Try:
        try:
            if parcel.numbers & self.unknown:
                return await self._by_card(job, parcel, delivery)
            return await self._by_sending(job, parcel, delivery)
        except StorageError:
            raise
        except Exception:
            # A mistake of ours, perhaps after Telegram took it.
            self.unknown |= parcel.numbers
            log.exception("delivering a picture failed", job_id=job.id)
            return _Later()

    async def _by_sending(self, job: Job, parcel: Parcel, delivery: Delivery) -> _Try:
        for place in _places(job):
            outcome = await self.sending.send_picture(place, delivery)
            match outcome:
                case Sent():
                    return _Placed(outcome, place.chat_id)
                case TryLater(seconds):
                    return _Later(seconds)
                case MaybeSent():
                    self.unknown_sends += 1
                    if parcel.numbers & self.unknown:
                        return _Later()
                    self.unknown |= parcel.numbers
                    return await self._by_card(job, parcel, delivery)
                case CannotSend(Obstacle.REFUSED, detail):
                    log.error("Telegram does not take a picture", job_id=job.id, reason=detail)
                    return _Hopeless(Failure.UNDELIVERABLE)
                case CannotSend(obstacle):
                    log.info("can't deliver here", job_id=job.id, obstacle=obstacle.value)
        return _Unreachable()

    async def _by_card(self, job: Job, parcel: Parcel, delivery: Delivery) -> _Try:
        """Deliver a picture that may have arrived already."""
        card = await self._card(job)
        if card is not None:
            outcome = await self.sending.turn_into_picture(card, delivery)
            match outcome:
                case Sent():
                    return _Placed(outcome, card.chat_id, is_card=True)
                case TryLater(seconds):
                    return _Later(seconds)
                case MaybeSent():
                    return _Later()
                case MessageGone() | CannotSend():
                    pass
        if self.unknown_sends >= MOST_UNKNOWN_SENDS:
            return _Hopeless(Failure.UNDELIVERABLE)
        return await self._by_sending(job, parcel, delivery)

    async def _card(self, job: Job) -> MessageRef | None:
        """Return the card, unless it has become another picture of this job."""
        if job.card_message_id is None:
            return None
        async with self.tenure.db.reading() as tx:
            results = await tx.results.of_job(job.id)
        taken = any(
            (result.chat_id, result.message_id) == (job.chat_id, job.card_message_id) for result in results
        )
        return None if taken else MessageRef(job.chat_id, job.card_message_id)

    # Transactions.

    async def _begin(self, tx: Tx) -> tuple[Job, list[Result]] | None:
        """Say ``delivering``; what another process left in that state is unknown."""
        found = await tx.jobs.get(self.job_id)
        job = await self._move(tx, JobState.DELIVERING)
        if job is None or found is None:
            return None
        results = await tx.results.of_job(job.id)
        if found.state is JobState.DELIVERING and not self.has_begun:
            self.unknown |= {result.n for result in results if result.state is ResultState.DELIVERING}
        elif found.state is JobState.RENDERED:
            for parcel in parcels(job, results, one_by_one=self.one_by_one)[:1]:
                await _delivering(parcel, tx)
        return job, results

    async def _record(self, parcel: Parcel, placed: _Placed, tx: Tx) -> bool:
        """Note that a parcel arrived, and take its price; the job ends with its last one."""
        now = self.tenure.clock.now()
        is_last = not any(map(waits, await self._others(tx, parcel)))
        target = JobState.DELIVERED if is_last else JobState.DELIVERING
        job = await self._move(tx, target)
        if job is None:
            return False
        sent, chat_id = placed.sent, placed.chat_id
        if placed.sheet is not None:
            await _add_sheet(tx, job, placed, placed.sheet, now)
        for result in parcel.results:
            # The file of a sheet is not the file of any of its pictures.
            is_own = placed.sheet is None
            await tx.results.delivered(
                job.id,
                result.n,
                file_id=sent.file_id if is_own else None,
                file_unique_id=sent.file_unique_id if is_own else None,
                chat_id=chat_id,
                message_id=sent.message_id,
                at=now,
            )
            if is_own and sent.is_file and sent.file_id:
                await tx.results.keep_document(job.id, result.n, sent.file_id)
            cost = share(job.price, job.outputs, result.n)
            if cost:
                await tx.ledger.capture(job.id, result.n, cost, at=now)
        if is_last:
            await close_delivered(tx, job, now)
        return True

    async def _give_up(self, parcel: Parcel, failure: Failure, tx: Tx) -> None:
        """Drop a parcel; the job ends with its last one."""
        if await self._move(tx, JobState.DELIVERING) is None:
            return
        for n in sorted(parcel.numbers):
            await tx.results.drop(self.job_id, n, self.tenure.clock.now())
        if not any(map(waits, await self._others(tx, parcel))):
            await self._finish(failure, tx)

    async def _finish(self, failure: Failure, tx: Tx) -> None:
        """End a job of which no picture waits: paid for what was delivered, or failed if nothing was."""
        now = self.tenure.clock.now()
        results = await tx.results.of_job(self.job_id)
        job = await self._move(tx, JobState.DELIVERING)
        if job is None:
            return
        if not any(result.state is ResultState.DELIVERED for result in results):
            source = JobState.DELIVERING
            await end_without_picture(
                tx, job, epoch=self.tenure.epoch, source=source, failure=failure, at=now
            )
        elif await self._move(tx, JobState.DELIVERED) is not None:
            await close_delivered(tx, job, now)

    async def _later(self, seconds: float) -> float:
        """Wait; what was certainly not sent goes back to ``rendered`` first."""
        if not self.unknown:
            await self.tenure.write(lambda tx: self._move(tx, JobState.RENDERED))
        self.tries += 1
        pause = backoff(self.tries, first=FIRST_WAIT, longest=LONGEST_WAIT, chance=self.tenure.chance)
        return max(seconds, pause)

    async def _keep(self, job: Job) -> Kept | None:
        async def change(tx: Tx) -> Job | None:
            if await self._move(tx, JobState.RENDERED) is None:
                return None
            now = self.tenure.clock.now()
            if job.chat_id != job.user_id:
                await tell_that_it_waits(tx, job, now)
            until = job.kept_until or now + self.keep_seconds
            return await tx.jobs.keep(job.id, self.tenure.epoch, until)

        if await self.tenure.write(change) is None:
            return None
        self.tenure.wake_notices()
        log.info("a picture waits until its person can be reached", job_id=job.id)
        return Kept(job.user_id)

    async def _move(self, tx: Tx, target: JobState) -> Job | None:
        """Move the job on, or only make sure that it is still ours."""
        return await tx.jobs.move(
            self.job_id,
            epoch=self.tenure.epoch,
            source={JobState.RENDERED, JobState.DELIVERING},
            target=target,
            at=self.tenure.clock.now(),
        )

    async def _others(self, tx: Tx, parcel: Parcel) -> list[Result]:
        return [other for other in await tx.results.of_job(self.job_id) if other.n not in parcel.numbers]


def _places(job: Job) -> tuple[Place, ...]:
    """Return where a job's pictures may go, the place where it was asked for first."""
    here = Place(job.chat_id, job.thread_id, job.reply_to)
    return (here,) if job.chat_id == job.user_id else (here, Place(job.user_id))


async def _delivering(parcel: Parcel, tx: Tx) -> None:
    for result in parcel.results:
        if result.state is ResultState.RENDERED:
            await tx.results.delivering(result.job_id, result.n)


async def _add_sheet(tx: Tx, job: Job, placed: _Placed, sheet: ResultPicture, now: float) -> None:
    sent = placed.sent
    await tx.results.add_sheet(
        Result(
            job_id=job.id,
            n=job.outputs + 1,
            media_type=sheet.media_type,
            width=sheet.width,
            height=sheet.height,
            state=ResultState.DELIVERED,
            file_id=sent.file_id,
            file_unique_id=sent.file_unique_id,
            source_url=None,
            document_file_id=None,
            chat_id=placed.chat_id,
            message_id=sent.message_id,
            created_at=now,
            delivered_at=now,
        )
    )
