"""Submissions: the paid calls made for a job, one row each, written before the call."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Update, and_, func, or_, select, update

from storage.link import Link, columns
from storage.schema import jobs, submissions
from storage.states import OPEN_SUBMISSIONS, JobState, SubmissionState

__all__ = ["OPEN_SUBMISSIONS", "Submission", "SubmissionState", "Submissions"]

_AT_PROVIDER = (SubmissionState.SUBMITTING, SubmissionState.PROCESSING)


@dataclass(frozen=True, slots=True)
class Submission:
    """One paid call; while its fate is unknown it takes one of its key's slots until ``slot_until``."""

    id: int
    job_id: int
    step: int
    attempt: int
    provider: str
    key_fingerprint: str
    state: SubmissionState
    provider_job_id: str | None
    created_at: float
    sent_at: float | None
    accepted_at: float | None
    ended_at: float | None
    slot_until: float | None
    error: str | None
    epoch: int


_COLUMNS = columns(submissions, Submission)


class Submissions:
    """The table ``submissions``."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def add(
        self, job_id: int, step: int, provider: str, key_fingerprint: str, epoch: int, at: float
    ) -> Submission:
        """Write the intent of a call as the job's next attempt at this step.

        Raises:
            ConstraintError: there is no such job.
        """
        # The job's row is locked, so that two attempts never take one number.
        await self._link.rows(select(jobs.c.id).where(jobs.c.id == job_id).with_for_update(key_share=True))
        query = select(func.max(submissions.c.attempt)).where(
            submissions.c.job_id == job_id, submissions.c.step == step
        )
        values = {
            "job_id": job_id,
            "step": step,
            "attempt": int(await self._link.value(query) or 0) + 1,
            "provider": provider,
            "key_fingerprint": key_fingerprint,
            "state": SubmissionState.PREPARING,
            "epoch": epoch,
            "created_at": at,
        }
        statement = self._link.insert(submissions).values(values).returning(*_COLUMNS)
        (row,) = await self._link.rows(statement)
        return Submission(*row)

    async def get(self, submission_id: int) -> Submission | None:
        """Return a submission, or None."""
        return await self._one(select(*_COLUMNS).where(submissions.c.id == submission_id))

    async def of_job(self, job_id: int) -> list[Submission]:
        """Return a job's submissions in the order they were made."""
        query = select(*_COLUMNS).where(submissions.c.job_id == job_id)
        return await self._all(query.order_by(submissions.c.id))

    async def latest(self, job_id: int) -> Submission | None:
        """Return a job's newest submission, or None."""
        query = select(*_COLUMNS).where(submissions.c.job_id == job_id)
        return await self._one(query.order_by(submissions.c.id.desc()).limit(1))

    async def open(self) -> list[Submission]:
        """Return all submissions that have not ended, by id."""
        query = select(*_COLUMNS).where(submissions.c.state.in_(OPEN_SUBMISSIONS))
        return await self._all(query.order_by(submissions.c.id))

    async def begin(
        self, submission_id: int, *, epoch: int, sent_at: float, slot_until: float
    ) -> Submission | None:
        """Write that the call goes out now; None means: do not send."""
        query = (
            select(jobs.c.id)
            .join(submissions, submissions.c.job_id == jobs.c.id)
            .where(
                submissions.c.id == submission_id,
                jobs.c.state == JobState.WORKING,
                jobs.c.epoch == epoch,
            )
            .with_for_update(of=jobs, key_share=True)
        )
        # Locked: a cancellation that runs at the same time either sees `submitting` or is seen here.
        if await self._link.first(query) is None:
            return None
        statement = _moving(submission_id, epoch, SubmissionState.PREPARING)
        values = {"state": SubmissionState.SUBMITTING, "sent_at": sent_at, "slot_until": slot_until}
        return await self._one(statement.values(values).returning(*_COLUMNS))

    async def accepted(
        self, submission_id: int, *, epoch: int, provider_job_id: str, at: float
    ) -> Submission | None:
        """Store the provider's id for a call; None as for ``begin``: it is not ours any more.

        Raises:
            ConstraintError: another submission has this id at this provider.
        """
        statement = _moving(submission_id, epoch, SubmissionState.SUBMITTING)
        values = {
            "state": SubmissionState.PROCESSING,
            "provider_job_id": provider_job_id,
            "accepted_at": at,
        }
        return await self._one(statement.values(values).returning(*_COLUMNS))

    async def end(
        self,
        submission_id: int,
        *,
        epoch: int,
        source: SubmissionState | Collection[SubmissionState],
        target: SubmissionState,
        at: float,
        error: str | None = None,
        slot_until: float | None = None,
    ) -> Submission | None:
        """Write how a call ended; None means that it is not ours or ended before.

        Raises:
            ValueError: the target is not an end.
        """
        if target in OPEN_SUBMISSIONS:
            raise ValueError(f"{target} is not an end")
        # A job's row is locked before its submissions' rows everywhere: a cancellation goes this way, too.
        of_this = select(submissions.c.job_id).where(submissions.c.id == submission_id).scalar_subquery()
        await self._link.rows(select(jobs.c.id).where(jobs.c.id == of_this).with_for_update(key_share=True))
        values: dict[str, Any] = {"state": target, "ended_at": at, "error": error}
        if slot_until is not None:
            values["slot_until"] = slot_until
        statement = _moving(submission_id, epoch, source).values(values)
        return await self._one(statement.returning(*_COLUMNS))

    async def slots_in_use(self, provider: str, key_fingerprint: str, now: float) -> int:
        """Return how many calls of a key are, or may be, running at the provider."""
        query = select(func.count()).where(
            submissions.c.provider == provider,
            submissions.c.key_fingerprint == key_fingerprint,
            or_(
                submissions.c.state.in_(_AT_PROVIDER),
                and_(submissions.c.state == SubmissionState.UNKNOWN, submissions.c.slot_until > now),
            ),
        )
        return int(await self._link.value(query))

    async def sent_since(self, provider: str, key_fingerprint: str, since: float) -> list[float]:
        """Return when calls of a key went out since a time, the earliest first."""
        query = (
            select(submissions.c.sent_at)
            .where(
                submissions.c.provider == provider,
                submissions.c.key_fingerprint == key_fingerprint,
                submissions.c.sent_at >= since,
            )
            .order_by(submissions.c.sent_at)
        )
        return [row.sent_at for row in await self._link.rows(query)]

    async def of_key(self, provider: str, key_fingerprint: str, since: float) -> list[Submission]:
        """Return a key's calls that went out since a time, the earliest first."""
        query = select(*_COLUMNS).where(
            submissions.c.provider == provider,
            submissions.c.key_fingerprint == key_fingerprint,
            submissions.c.sent_at >= since,
        )
        return await self._all(query.order_by(submissions.c.sent_at))

    async def last_accepted(self, provider: str, key_fingerprint: str) -> int:
        """Return the id of the newest call of a key that the provider accepted; 0 when there is none."""
        query = select(func.max(submissions.c.id)).where(
            submissions.c.provider == provider,
            submissions.c.key_fingerprint == key_fingerprint,
            submissions.c.accepted_at.is_not(None),
        )
        return int(await self._link.value(query) or 0)

    async def _one(self, statement: Any) -> Submission | None:  # noqa: ANN401 - any statement of these columns
        row = await self._link.first(statement)
        return None if row is None else Submission(*row)

    async def _all(self, query: Select[Any]) -> list[Submission]:
        return [Submission(*row) for row in await self._link.rows(query)]


def _moving(submission_id: int, epoch: int, source: SubmissionState | Collection[SubmissionState]) -> Update:
    # str, not SubmissionState: a bare "done" must not be taken for a collection of letters.
    sources = (SubmissionState(source),) if isinstance(source, str) else tuple(source)
    return update(submissions).where(
        submissions.c.id == submission_id, submissions.c.state.in_(sources), submissions.c.epoch == epoch
    )
