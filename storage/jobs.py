"""Jobs: one confirmed wish each, from the queue to the picture."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import func, select, text, update

from storage.feedback import Verdict
from storage.lease import Lease
from storage.link import Link, columns
from storage.schema import feedback, jobs, results, submissions
from storage.states import OPEN_STATES, JobState, SubmissionState

__all__ = ["OPEN_STATES", "Job", "JobState", "Jobs", "NewJob"]

# Submissions that nobody was paid for and nobody will be.
_NOT_PAID = (SubmissionState.PREPARING, SubmissionState.REJECTED, SubmissionState.NOT_SENT)
_ENDS = frozenset(JobState) - frozenset(OPEN_STATES)


@dataclass(frozen=True, slots=True)
class NewJob:
    """A wish as it was confirmed; ``confirmation_id`` was minted with the card, ``price`` is in credits."""

    user_id: int
    chat_id: int
    thread_id: int | None
    reply_to: int | None
    card_message_id: int | None
    confirmation_id: str
    ability: str
    request: dict[str, Any]
    price: int
    outputs: int = 1
    language: str | None = None
    steps: int = 1
    wish_key: str | None = None
    presentation: str | None = None
    addressee: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A stored job; ``request`` is empty once ``forgotten_at`` is set."""

    id: int
    user_id: int
    chat_id: int
    thread_id: int | None
    reply_to: int | None
    card_message_id: int | None
    confirmation_id: str
    ability: str
    request: dict[str, Any]
    price: int
    outputs: int
    state: JobState
    failure: str | None
    epoch: int
    created_at: float
    working_at: float | None
    rendered_at: float | None
    ended_at: float | None
    kept_until: float | None
    language: str | None
    forgotten_at: float | None = None
    steps: int = 1
    step: int = 1
    wish_key: str | None = None
    presentation: str | None = None
    addressee: str | None = None

    @property
    def is_open(self) -> bool:
        """Return whether the job still has work to do."""
        return self.state in OPEN_STATES

    @property
    def is_chain(self) -> bool:
        """Return whether the picture of each step is only the photo of the next."""
        return self.steps > self.outputs

    @property
    def is_comparison(self) -> bool:
        """Return whether each of several steps makes a picture of its own."""
        return 1 < self.steps == self.outputs


_COLUMNS = columns(jobs, Job)


class Jobs:
    """The table ``jobs``."""

    def __init__(self, link: Link, lease: Lease) -> None:
        self._link = link
        self._lease = lease

    async def add(self, new: NewJob, at: float) -> Job | None:
        """Queue a job; return None when its confirmation made one before."""
        values = {
            **_plain(new),
            "state": JobState.QUEUED,
            "epoch": await self._lease.epoch(),
            "created_at": at,
        }
        statement = (
            self._link.insert(jobs)
            .values(values)
            .on_conflict_do_nothing(index_elements=["confirmation_id"])
            .returning(*_COLUMNS)
        )
        return await self._one(statement)

    async def get(self, job_id: int) -> Job | None:
        """Return a job, or None."""
        return await self._one(select(*_COLUMNS).where(jobs.c.id == job_id))

    async def by_confirmation(self, confirmation_id: str) -> Job | None:
        """Return the job that a confirmation made, or None."""
        return await self._one(select(*_COLUMNS).where(jobs.c.confirmation_id == confirmation_id))

    async def count_open(self, user_id: int) -> int:
        """Return how many unfinished jobs a person has."""
        query = select(func.count()).where(jobs.c.user_id == user_id, jobs.c.state.in_(OPEN_STATES))
        return int(await self._link.value(query))

    async def open_of(self, user_id: int) -> list[Job]:
        """Return a person's unfinished jobs, the oldest first."""
        query = select(*_COLUMNS).where(jobs.c.user_id == user_id, jobs.c.state.in_(OPEN_STATES))
        return await self._all(query.order_by(jobs.c.id))

    async def in_states(
        self, states: Collection[JobState], limit: int = 1000, after_id: int = 0
    ) -> list[Job]:
        """Return jobs in these states by id, a page at a time."""
        query = select(*_COLUMNS).where(jobs.c.state.in_(_listed(states)), jobs.c.id > after_id)
        return await self._all(query.order_by(jobs.c.id).limit(limit))

    async def made_before(self, user_id: int, wish_key: str) -> Job | None:
        """Return a person's job of the same photos and choices whose picture can still be shown, or None.

        The one delivered last, where there are several; none of which they said that it is no good.
        """
        picture = select(results.c.job_id).where(
            results.c.job_id == jobs.c.id, results.c.file_id.is_not(None)
        )
        disliked = select(feedback.c.job_id).where(
            feedback.c.job_id == jobs.c.id, feedback.c.verdict.in_((Verdict.DOWN, Verdict.BAD))
        )
        query = select(*_COLUMNS).where(
            jobs.c.user_id == user_id,
            jobs.c.wish_key == wish_key,
            jobs.c.state == JobState.DELIVERED,
            jobs.c.forgotten_at.is_(None),
            picture.exists(),
            ~disliked.exists(),
        )
        return await self._one(query.order_by(jobs.c.ended_at.desc(), jobs.c.id.desc()).limit(1))

    async def remembered(self, user_id: int, abilities: Collection[str], limit: int) -> list[Job]:
        """Return a person's newest jobs of these abilities, the newest first, but for the forgotten."""
        query = select(*_COLUMNS).where(
            jobs.c.user_id == user_id, jobs.c.ability.in_(tuple(abilities)), jobs.c.forgotten_at.is_(None)
        )
        return await self._all(query.order_by(jobs.c.id.desc()).limit(limit))

    async def lock(self, job_id: int) -> Job | None:
        """Return a job that nobody else can change until this transaction ends, or None."""
        # SQLite leaves FOR UPDATE out and needs none: a writing transaction is alone there. On PostgreSQL
        # it is FOR NO KEY UPDATE, as rows that refer to a job may be added by others meanwhile.
        return await self._one(select(*_COLUMNS).where(jobs.c.id == job_id).with_for_update(key_share=True))

    async def set_card(self, job_id: int, message_id: int | None) -> None:
        """Store which message shows the job's progress."""
        await self._link.rows(update(jobs).where(jobs.c.id == job_id).values(card_message_id=message_id))

    async def move(
        self,
        job_id: int,
        *,
        epoch: int,
        source: JobState | Collection[JobState],
        target: JobState,
        at: float,
        failure: str | None = None,
        step: int | None = None,
    ) -> Job | None:
        """Move a job on; None means that it is not ours or not there any more: stop, touch no money.

        Given a ``step``, only while that one is next or under way.
        """
        statement = (
            update(jobs)
            .where(jobs.c.id == job_id, jobs.c.state.in_(_listed(source)), jobs.c.epoch == epoch)
            .values(state=target, **_times(target, at), **({"failure": failure} if failure else {}))
            .returning(*_COLUMNS)
        )
        return await self._one(statement if step is None else statement.where(jobs.c.step == step))

    async def advance(self, job_id: int, *, epoch: int, step: int) -> Job | None:
        """Queue a working job for what comes after this step; None as for ``move``."""
        statement = update(jobs).where(
            jobs.c.id == job_id,
            jobs.c.state == JobState.WORKING,
            jobs.c.epoch == epoch,
            jobs.c.step == step,
        )
        values = {"state": JobState.QUEUED, "step": step + 1}
        return await self._one(statement.values(values).returning(*_COLUMNS))

    async def cancel(self, job_id: int, user_id: int, at: float) -> Job | None:
        """Cancel a person's job while nothing that costs was sent for it; None when it is too late."""
        job = await self.lock(job_id)
        if job is None or job.user_id != user_id or job.state not in {JobState.QUEUED, JobState.WORKING}:
            return None
        query = select(submissions.c.id, submissions.c.state).where(submissions.c.job_id == job_id)
        calls = await self._link.rows(query)
        if any(call.state not in _NOT_PAID for call in calls):
            return None
        prepared = (submissions.c.job_id == job_id, submissions.c.state == SubmissionState.PREPARING)
        ended = {"state": SubmissionState.NOT_SENT, "ended_at": at}
        await self._link.rows(update(submissions).where(*prepared).values(ended))
        statement = update(jobs).where(jobs.c.id == job_id, jobs.c.state == job.state)
        return await self._one(statement.values(state=JobState.CANCELLED, ended_at=at).returning(*_COLUMNS))

    async def keep(self, job_id: int, epoch: int, until: float | None) -> Job | None:
        """Keep a rendered job that cannot be sent now; None as for ``move``."""
        statement = update(jobs).where(
            jobs.c.id == job_id, jobs.c.state == JobState.RENDERED, jobs.c.epoch == epoch
        )
        return await self._one(statement.values(kept_until=until).returning(*_COLUMNS))

    async def kept_for(self, user_id: int) -> list[Job]:
        """Return a person's rendered jobs that could not be sent, the oldest first."""
        query = select(*_COLUMNS).where(
            jobs.c.user_id == user_id, jobs.c.state == JobState.RENDERED, jobs.c.kept_until.is_not(None)
        )
        return await self._all(query.order_by(jobs.c.id))

    async def move_chat(self, old: int, new: int) -> list[Job]:
        """Follow a group to its new id and return the jobs that did; its messages have other ids there."""
        statement = (
            update(jobs)
            .where(text("chat_id < 0"), jobs.c.chat_id == old)
            .values(chat_id=new, thread_id=None, reply_to=None, card_message_id=None)
        )
        return await self._all(statement.returning(*_COLUMNS))

    async def lock_over_of(self, user_id: int) -> list[Job]:
        """Return a person's jobs that are over and not forgotten, by id; nobody else can change them now."""
        query = select(*_COLUMNS).where(
            jobs.c.user_id == user_id, jobs.c.ended_at.is_not(None), jobs.c.forgotten_at.is_(None)
        )
        return await self._all(query.order_by(jobs.c.id).with_for_update(key_share=True))

    async def rewrite(self, job_id: int, request: dict[str, Any]) -> None:
        """Replace the request of a job that is over, whose photos are not all known any more."""
        values = {"request": request, "wish_key": None}
        await self._link.rows(update(jobs).where(jobs.c.id == job_id).values(values))

    async def forget_one(self, job_id: int, at: float) -> None:
        """Empty the request of one job, and what tells its photos from others: the person asked for it."""
        statement = (
            update(jobs)
            .where(jobs.c.id == job_id)
            .values(request={}, wish_key=None, addressee=None, forgotten_at=at)
        )
        await self._link.rows(statement)

    async def forget(self, before: float, at: float) -> int:
        """Empty the requests of jobs that ended before a time and return how many."""
        statement = (
            update(jobs)
            .where(jobs.c.ended_at.is_not(None), jobs.c.forgotten_at.is_(None), jobs.c.ended_at < before)
            .values(request={}, wish_key=None, addressee=None, forgotten_at=at)
            .returning(jobs.c.id)
        )
        return len(await self._link.rows(statement))

    async def _one(self, statement: Any) -> Job | None:  # noqa: ANN401 - any statement of a job's columns
        row = await self._link.first(statement)
        return None if row is None else Job(*row)

    async def _all(self, query: Any) -> list[Job]:  # noqa: ANN401 - any statement of a job's columns
        return [Job(*row) for row in await self._link.rows(query)]


def _plain(new: NewJob) -> dict[str, Any]:
    return asdict(new)


def _listed(states: JobState | Collection[JobState]) -> Sequence[JobState]:
    # str, not JobState: a bare "queued" must not be taken for a collection of letters.
    return (JobState(states),) if isinstance(states, str) else tuple(states)


def _times(target: JobState, at: float) -> dict[str, Any]:
    if target is JobState.WORKING:
        return {"working_at": at}
    if target is JobState.RENDERED:
        # A job that comes back from delivering keeps the time at which its picture was there.
        return {"rendered_at": func.coalesce(jobs.c.rendered_at, at)}
    return {"ended_at": at} if target in _ENDS else {}
