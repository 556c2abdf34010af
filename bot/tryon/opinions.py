"""What people say of their pictures: thumbs, and that one is no good, which gives its credits back."""

from collections.abc import Callable, Sequence
from enum import StrEnum

import structlog

from bot.chat.screens.results import SHEET, PictureMenu
from bot.clock import Clock
from bot.credits import GOODWILL_DAYS, GOODWILL_HOURS, GOODWILL_PICTURES
from bot.tryon.entrance import Entrance
from bot.visit import Visit
from bot.wish import wish_from_json
from storage.database import Database, Tx
from storage.feedback import Verdict
from storage.jobs import Job
from storage.notices import NewNotice
from storage.results import Result, ResultState

log = structlog.get_logger(__name__)

HOUR = 3_600.0
DAY = 24 * HOUR
# The kinds of the notices that follow a complaint.
CREDIT_BACK = "credit_back"
LIMIT_REACHED = "operator_goodwill_limit"
_THUMBS = {Verdict.UP: True, Verdict.DOWN: False}


class Complaint(StrEnum):
    """What came of saying that a picture is no good."""

    GIVEN = "given"
    BEFORE = "before"
    LATE = "late"
    OFTEN = "often"
    FREE = "free"
    GONE = "gone"


class Opinions:
    """Keeps what is said of pictures, one word for each; the rules of goodwill are in ``bot.credits``."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        entrance: Entrance,
        *,
        admin_ids: Sequence[int],
        wake: Callable[[], None],
    ) -> None:
        self._database = database
        self._clock = clock
        self._entrance = entrance
        self._admin_ids = admin_ids
        self._wake = wake

    async def menu(self, visit: Visit, job_id: int, n: int) -> PictureMenu | None:
        """Return what can be done with a person's picture; None when it is forgotten, or not theirs."""
        async with self._database.reading() as tx:
            job = await tx.jobs.get(job_id)
            if job is None or not _is_theirs(job, visit):
                return None
            pictures = await _delivered(tx, job)
            if n == SHEET and not await _has_sheet(tx, job):
                return None
            shown = pictures if n == SHEET else [one for one in pictures if one.n == n]
            if not shown:
                return None
            opinion = await tx.feedback.find(job_id, n)
            doubtful = [one.n for one in shown if await self._is_doubtful(tx, one)]
        person = wish_from_json(job.request).person
        return PictureMenu(
            job_id=job_id,
            n=n,
            has_before=n != SHEET and shown[0].file_id is not None and not person.is_forgotten,
            thumb=_THUMBS.get(opinion.verdict) if opinion else None,
            doubtful=tuple(doubtful),
            pictures=tuple(one.n for one in shown),
            ability=job.ability,
        )

    async def menu_around(self, visit: Visit, job_id: int, n: int) -> PictureMenu | None:
        """Return the menu under which a picture stands: that of its sheet, or its own."""
        sheet = await self.menu(visit, job_id, SHEET)
        return sheet or await self.menu(visit, job_id, n)

    async def rate(self, visit: Visit, job_id: int, n: int, *, good: bool) -> bool:
        """Note a thumb; False when the picture is forgotten, or not the person's."""
        async with self._database.transaction() as tx:
            found = await self._locked(tx, visit, job_id, n)
            if found is None:
                return False
            await self._entrance.mark(tx, visit)
            verdict = Verdict.UP if good else Verdict.DOWN
            is_new = await tx.feedback.say(job_id, n, visit.user_id, verdict, self._clock.now())
        if is_new:
            log.info("a picture was rated", job_id=job_id, n=n, verdict=verdict.value)
        return True

    async def complain(self, visit: Visit, job_id: int, n: int) -> Complaint:
        """Give back what a picture cost, once and within limits; what is refused is noted as well.

        Feedback, credits and what the person reads of it are one transaction. The job is locked first, so
        that of two taps the second finds the first one's word; then the account, so that of two pictures the
        second counts the first.
        """
        now = self._clock.now()
        async with self._database.transaction() as tx:
            found = await self._locked(tx, visit, job_id, n)
            if found is None:
                return Complaint.GONE
            opinion = await tx.feedback.find(job_id, n)
            if opinion is not None and opinion.credits:
                return Complaint.BEFORE
            await self._entrance.mark(tx, visit)
            await tx.ledger.lock(visit.user_id)
            answer = await self._verdict(tx, visit, found[1], now)
            given = await tx.ledger.goodwill(job_id, n, at=now) if answer is Complaint.GIVEN else 0
            await tx.feedback.say(job_id, n, visit.user_id, Verdict.BAD, now, credits=given)
            if given:
                await self._tell(tx, visit, found[0], n, given)
        log.info(
            "a picture was called no good",
            job_id=job_id,
            n=n,
            user_id=visit.user_id,
            ability=found[0].ability,
            outcome=answer.value,
            credits=given,
        )
        if given:
            self._wake()
        return answer

    async def _verdict(self, tx: Tx, visit: Visit, picture: Result, now: float) -> Complaint:
        """Return what a complaint comes to."""
        if not await tx.ledger.captured(picture.job_id, picture.n):
            return Complaint.FREE
        if now - (picture.delivered_at or 0.0) > GOODWILL_HOURS * HOUR:
            return Complaint.LATE
        if await tx.feedback.given_since(visit.user_id, now - GOODWILL_DAYS * DAY) >= GOODWILL_PICTURES:
            return Complaint.OFTEN
        return Complaint.GIVEN

    async def _tell(self, tx: Tx, visit: Visit, job: Job, n: int, given: int) -> None:
        """Write down what the person reads, and what the operator reads once the limit is reached."""
        now = self._clock.now()
        balance = await tx.ledger.balance(visit.user_id)
        count = await tx.feedback.given_since(visit.user_id, now - GOODWILL_DAYS * DAY)
        back = NewNotice(
            cause=f"goodwill:{job.id}:{n}",
            user_id=visit.user_id,
            chat_id=visit.chat_id,
            thread_id=visit.thread_id,
            reply_to=visit.message_id,
            kind=CREDIT_BACK,
            params={
                "job_id": job.id,
                "credits": given,
                "balance": balance.available,
                "left": max(0, GOODWILL_PICTURES - count),
            },
        )
        await tx.notices.add(back, now)
        if count < GOODWILL_PICTURES:
            return
        for admin_id in self._admin_ids:
            params = {"user_id": visit.user_id, "pictures": GOODWILL_PICTURES, "days": GOODWILL_DAYS}
            cause = f"{LIMIT_REACHED}:{job.id}:{n}:{admin_id}"
            await tx.notices.add(NewNotice(cause, admin_id, admin_id, LIMIT_REACHED, params), now)

    async def _is_doubtful(self, tx: Tx, picture: Result) -> bool:
        """Return whether saying that a picture is no good may still give something back."""
        if self._clock.now() - (picture.delivered_at or 0.0) > GOODWILL_HOURS * HOUR:
            return False
        opinion = await tx.feedback.find(picture.job_id, picture.n)
        return opinion is None or not opinion.credits

    async def _locked(self, tx: Tx, visit: Visit, job_id: int, n: int) -> tuple[Job, Result] | None:
        job = await tx.jobs.lock(job_id)
        if job is None or not _is_theirs(job, visit):
            return None
        pictures = [one for one in await _delivered(tx, job) if one.n == n]
        return (job, pictures[0]) if pictures else None


def _is_theirs(job: Job, visit: Visit) -> bool:
    """Return whether it is the visitor's, and not forgotten: what was deleted can't be looked at again."""
    return job.user_id == visit.user_id and bool(job.request)


async def _has_sheet(tx: Tx, job: Job) -> bool:
    return job.is_comparison and await tx.results.find(job.id, job.outputs + 1) is not None


async def _delivered(tx: Tx, job: Job) -> list[Result]:
    """Return the pictures that are paid for; the sheet of a comparison is none of them."""
    pictures = await tx.results.of_job(job.id)
    return [one for one in pictures if one.n <= job.outputs and one.state is ResultState.DELIVERED]
