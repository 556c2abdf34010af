"""What is written about one submission, each time together with what it means for its job.

All of them return None where the row was not as expected: somebody else moved the job (a cancel tap, the
process that holds the lease now), and then nothing was changed and no money touched.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.jobs import steps
from bot.jobs.alerts import Alert, alert
from bot.jobs.failures import Failure
from bot.jobs.tenure import Tenure
from storage.database import Tx
from storage.errors import LeaseLost
from storage.jobs import Job
from storage.states import JobState, SubmissionState
from storage.submissions import Submission


@dataclass(frozen=True, slots=True)
class Call:
    """A paid call about to be made: with which key of which provider, and how long its job takes at most."""

    provider: str
    key_fingerprint: str
    longest: float


@dataclass(frozen=True, slots=True)
class Telling:
    """A notice to the operator that belongs to a change; ``once`` says what it is told once for."""

    kind: Alert
    params: Mapping[str, Any]
    once: str

    async def write(self, tx: Tx, tenure: Tenure) -> None:
        """Add the notice in the caller's transaction."""
        await alert(tx, tenure, self.kind, self.params, once=self.once)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a submission ends without a picture, and the step it was made for."""

    target: SubmissionState
    failure: Failure
    error: str
    slot_until: float | None = None
    telling: Telling | None = None


async def begin(tenure: Tenure, job: Job, call: Call) -> Submission | None:
    """Write down that a queued job's step is submitted now; only after this commit may the call be made."""
    made: Submission | None = None

    async def change(tx: Tx) -> Submission | None:
        nonlocal made
        now = tenure.clock.now()
        epoch = tenure.epoch
        moved = await tx.jobs.move(
            job.id, epoch=epoch, source=JobState.QUEUED, target=JobState.WORKING, at=now, step=job.step
        )
        if moved is None:
            # An earlier try may have been committed although the answer to its commit was lost.
            return await _still_submitting(tx, made)
        added = await tx.submissions.add(job.id, job.step, call.provider, call.key_fingerprint, epoch, now)
        until = now + call.longest
        made = await tx.submissions.begin(added.id, epoch=epoch, sent_at=now, slot_until=until)
        if made is None:
            raise LeaseLost("a job was taken over between two statements")
        return made

    return await tenure.write(change)


async def _still_submitting(tx: Tx, made: Submission | None) -> Submission | None:
    found = None if made is None else await tx.submissions.get(made.id)
    return found if found == made else None


async def keep_id(
    tenure: Tenure, submission: Submission, provider_job_id: str, at: float
) -> Submission | None:
    """Store the provider's id and ``processing``: the only link to a job that was paid for."""

    async def change(tx: Tx) -> Submission | None:
        stored = await tx.submissions.accepted(
            submission.id, epoch=tenure.epoch, provider_job_id=provider_job_id, at=at
        )
        if stored is not None:
            return stored
        # An earlier try may have been committed although the answer to its commit was lost.
        found = await tx.submissions.get(submission.id)
        wanted = (SubmissionState.PROCESSING, provider_job_id, tenure.epoch)
        is_there = found is not None and (found.state, found.provider_job_id, found.epoch) == wanted
        return found if is_there else None

    return await tenure.must_write(change)


async def put_back(
    tenure: Tenure,
    submission: Submission,
    target: SubmissionState,
    error: str,
    telling: Telling | None = None,
) -> Job | None:
    """Close a submission that cost nothing and queue its job again, with the same hold."""

    async def change(tx: Tx) -> Job | None:
        now = tenure.clock.now()
        epoch = tenure.epoch
        ended = await tx.submissions.end(
            submission.id, epoch=epoch, source=submission.state, target=target, at=now, error=error
        )
        if ended is None:
            return None
        if telling is not None:
            await telling.write(tx, tenure)
        return await tx.jobs.move(
            submission.job_id, epoch=epoch, source=JobState.WORKING, target=JobState.QUEUED, at=now
        )

    return await _written(tenure, change)


async def end(tenure: Tenure, job: Job, submission: Submission, ending: Ending) -> Job | None:
    """End a submission that made no picture, and with it its step or the whole job.

    The job is returned as it is then: queued for the next step, rendered with the pictures of the others, or
    ended, in which case the hold is released and the person told.
    """

    async def change(tx: Tx) -> Job | None:
        now = tenure.clock.now()
        epoch = tenure.epoch
        ended = await tx.submissions.end(
            submission.id,
            epoch=epoch,
            source=submission.state,
            target=ending.target,
            at=now,
            error=ending.error,
            slot_until=ending.slot_until,
        )
        if ended is None:
            return await steps.went_on(tx, job, epoch)
        if ending.telling is not None:
            await ending.telling.write(tx, tenure)
        return await steps.missed(tx, job, epoch=epoch, failure=ending.failure, at=now)

    return await _written(tenure, change)


async def _written(tenure: Tenure, change: Callable[[Tx], Awaitable[Job | None]]) -> Job | None:
    """Make a change to its end; where nothing was changed, make sure that the lease is still ours."""
    done = await tenure.must_write(change)
    tenure.wake_notices()
    if done is None:
        await tenure.check()
    return done
