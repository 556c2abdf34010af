"""The delivery of one job: from bytes in the database to a picture in a chat, paid for exactly once.

``delivering`` is committed before Telegram is asked. While a job is in that state, a picture whose own state
is ``delivering`` may have arrived: it is never sent again, but put into the job's card by an edit, which can
be repeated without harm. Only when the card is gone is it sent anew. When Telegram certainly took nothing,
the job goes back to ``rendered`` before anything is waited for, so that a crash in between is no unknown.
"""

from dataclasses import dataclass, field
from functools import partial

import structlog

from bot.chat.outcomes import CannotSend, MaybeSent, MessageGone, MessageRef, Obstacle, Place, Sent, TryLater
from bot.jobs.backoff import backoff
from bot.jobs.ending import REMOVE_CARD, end_without_picture, share
from bot.jobs.failures import Failure
from bot.jobs.progress import ProgressBoard
from bot.jobs.sending import Delivery, Sending
from bot.jobs.tenure import Tenure
from storage.database import Tx
from storage.errors import StorageError
from storage.jobs import Job, JobState
from storage.notices import NewNotice
from storage.results import Result, ResultState

log = structlog.get_logger(__name__)

FIRST_WAIT = 1.0
LONGEST_WAIT = 600.0
# Without a card nothing can be repeated harmlessly: after so many sends of unknown end the credits go back.
MOST_UNKNOWN_SENDS = 3


@dataclass(frozen=True, slots=True)
class _Placed:
    """The picture is in a chat; ``is_card`` when the card was turned into it."""

    sent: Sent
    chat_id: int
    is_card: bool = False


@dataclass(frozen=True, slots=True)
class _Later:
    """To be tried again, ``seconds`` from now at the earliest."""

    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class _Unreachable:
    """Nothing can be sent to this person now."""


@dataclass(frozen=True, slots=True)
class _Hopeless:
    """This picture will never be delivered."""

    failure: Failure


_Try = _Placed | _Later | _Unreachable | _Hopeless


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
    unknown: set[int] = field(default_factory=set)
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
        if not any(_waits(result) for result in results):
            log.error("a rendered job has no picture left", job_id=job.id)
            await self.tenure.write(partial(self._finish, Failure.RESULT_LOST))
        for result in results:
            if not _waits(result):
                continue
            attempt = await self._deliver(job, result)
            match attempt:
                case _Placed():
                    # Should the writing fail, it must not be sent again.
                    self.unknown.add(result.n)
                    if not await self.tenure.must_write(partial(self._record, result, attempt)):
                        return None
                    self.unknown.discard(result.n)
                case _Later(seconds):
                    return await self._later(seconds)
                case _Unreachable():
                    return await self._keep(job)
                case _Hopeless(failure):
                    await self.tenure.write(partial(self._give_up, result, failure))
                    self.unknown.discard(result.n)
        self.tenure.wake_notices()
        return None

    # One picture.

    async def _deliver(self, job: Job, result: Result) -> _Try:
        if result.state is ResultState.RENDERED:
            await self.tenure.write(lambda tx: tx.results.delivering(job.id, result.n))
        delivery = await self._load(job, result)
        if delivery is None:
            return _Hopeless(Failure.RESULT_LOST)
        try:
            if result.n in self.unknown:
                return await self._by_card(job, delivery)
            return await self._by_sending(job, delivery)
        except StorageError:
            raise
        except Exception:
            # A mistake of ours, perhaps after Telegram took it.
            self.unknown.add(result.n)
            log.exception("delivering a picture failed", job_id=job.id)
            return _Later()

    async def _by_sending(self, job: Job, delivery: Delivery) -> _Try:
        for place in _places(job):
            outcome = await self.sending.send_picture(place, delivery)
            match outcome:
                case Sent():
                    return _Placed(outcome, place.chat_id)
                case TryLater(seconds):
                    return _Later(seconds)
                case MaybeSent():
                    self.unknown_sends += 1
                    if delivery.n in self.unknown:
                        return _Later()
                    self.unknown.add(delivery.n)
                    return await self._by_card(job, delivery)
                case CannotSend(Obstacle.REFUSED, detail):
                    log.error("Telegram does not take a picture", job_id=job.id, reason=detail)
                    return _Hopeless(Failure.UNDELIVERABLE)
                case CannotSend(obstacle):
                    log.info("can't deliver here", job_id=job.id, obstacle=obstacle.value)
        return _Unreachable()

    async def _by_card(self, job: Job, delivery: Delivery) -> _Try:
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
        return await self._by_sending(job, delivery)

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

    async def _load(self, job: Job, result: Result) -> Delivery | None:
        async with self.tenure.db.reading() as tx:
            body = await tx.results.body(job.id, result.n)
            balance = await tx.ledger.balance(job.user_id)
            user = await tx.users.get(job.user_id)
        if body is None:
            return None
        return Delivery(
            job_id=job.id,
            user_id=job.user_id,
            ability=job.ability,
            n=result.n,
            of=job.outputs,
            price=share(job.price, job.outputs, result.n),
            balance=balance.available,
            language=(user and user.language) or job.language,
            data=body,
            media_type=result.media_type,
        )

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
            waiting = [result for result in results if result.state is ResultState.RENDERED]
            if waiting:
                await tx.results.delivering(job.id, waiting[0].n)
        return job, results

    async def _record(self, result: Result, placed: _Placed, tx: Tx) -> bool:
        """Note that a picture arrived, and take its price; the job ends with its last one."""
        now = self.tenure.clock.now()
        is_last = not any(_waits(other) for other in await self._others(tx, result))
        target = JobState.DELIVERED if is_last else JobState.DELIVERING
        job = await self._move(tx, target)
        if job is None:
            return False
        await tx.results.delivered(
            job.id,
            result.n,
            file_id=placed.sent.file_id,
            file_unique_id=placed.sent.file_unique_id,
            chat_id=placed.chat_id,
            message_id=placed.sent.message_id,
            at=now,
        )
        cost = share(job.price, job.outputs, result.n)
        if cost:
            await tx.ledger.capture(job.id, result.n, cost, at=now)
        if is_last:
            await self._close(tx, job, now)
        return True

    async def _give_up(self, result: Result, failure: Failure, tx: Tx) -> None:
        """Drop a picture; the job ends with its last one."""
        if await self._move(tx, JobState.DELIVERING) is None:
            return
        await tx.results.drop(self.job_id, result.n, self.tenure.clock.now())
        if not any(_waits(other) for other in await self._others(tx, result)):
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
            await self._close(tx, job, now)

    async def _close(self, tx: Tx, job: Job, now: float) -> None:
        """Give back the price of pictures that never came, and have the card removed."""
        results = await tx.results.of_job(job.id)
        delivered = {result.n for result in results if result.state is ResultState.DELIVERED}
        for n in range(1, job.outputs + 1):
            cost = share(job.price, job.outputs, n)
            if n not in delivered and cost:
                await tx.ledger.release(job.id, n, cost, at=now)
        is_card = {(result.chat_id, result.message_id) for result in results}
        if job.card_message_id is not None and (job.chat_id, job.card_message_id) not in is_card:
            await tx.notices.add(_card_removal(job), now)

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
            until = job.kept_until or self.tenure.clock.now() + self.keep_seconds
            return await tx.jobs.keep(job.id, self.tenure.epoch, until)

        if await self.tenure.write(change) is None:
            return None
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

    async def _others(self, tx: Tx, result: Result) -> list[Result]:
        return [other for other in await tx.results.of_job(self.job_id) if other.n != result.n]


def _places(job: Job) -> tuple[Place, ...]:
    """Return where a job's pictures may go, the place where it was asked for first."""
    here = Place(job.chat_id, job.thread_id, job.reply_to)
    return (here,) if job.chat_id == job.user_id else (here, Place(job.user_id))


def _waits(result: Result) -> bool:
    return result.state in {ResultState.RENDERED, ResultState.DELIVERING}


def _card_removal(job: Job) -> NewNotice:
    return NewNotice(
        cause=f"job:{job.id}:card",
        user_id=job.user_id,
        chat_id=job.chat_id,
        thread_id=job.thread_id,
        edit_message_id=job.card_message_id,
        kind=REMOVE_CARD,
        params={},
    )
