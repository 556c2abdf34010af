"""What follows when a step of a job is over: the next step, its pictures to the person, or the end.

    chain        a step's picture is the photo of the next one; without it the whole job ends
    comparison   each step makes a picture of its own; without one of them the others go on

Pictures are numbered as their steps are in a comparison. Those within a chain have numbers beyond the job's
outputs: nobody is shown them, and their bytes are dropped as soon as the last step is done.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from bot.jobs.ending import end_without_picture
from bot.jobs.failures import Failure
from bot.jobs.floor import Floor
from bot.jobs.tenure import Tenure
from bot.providers.base import Picture
from storage.database import Tx
from storage.jobs import Job, JobState
from storage.results import ResultState

_NOTHING: Mapping[str, Picture] = MappingProxyType({})


def numbers(job: Job) -> Sequence[int]:
    """Return the numbers of the pictures that the step under way makes."""
    if job.is_comparison:
        return (job.step,)
    if job.step < job.steps:
        return (link_number(job, job.step),)
    return range(1, job.outputs + 1)


def link_number(job: Job, step: int) -> int:
    """Return the number of the picture that a step of a chain hands to the next one."""
    return job.outputs + step


async def made(tx: Tx, job: Job, *, epoch: int, at: float) -> Job | None:
    """Go on after a step whose pictures are stored in this transaction; None: it is not ours any more."""
    if job.step < job.steps:
        return await tx.jobs.advance(job.id, epoch=epoch, step=job.step)
    rendered = await tx.jobs.move(
        job.id, epoch=epoch, source=JobState.WORKING, target=JobState.RENDERED, at=at, step=job.step
    )
    if rendered is not None and job.is_chain:
        for step in range(1, job.steps):
            await tx.results.drop(job.id, link_number(job, step), at)
    return rendered


async def missed(tx: Tx, job: Job, *, epoch: int, failure: Failure, at: float) -> Job | None:
    """Go on after a step without a picture; None as for ``made``."""
    if job.is_comparison and job.step < job.steps:
        return await tx.jobs.advance(job.id, epoch=epoch, step=job.step)
    return await finish(tx, job, epoch=epoch, source=JobState.WORKING, failure=failure, at=at)


async def finish(
    tx: Tx,
    job: Job,
    *,
    epoch: int,
    source: JobState | Collection[JobState],
    failure: Failure,
    at: float,
    detail: Mapping[str, Any] | None = None,
) -> Job | None:
    """Begin no further step: what a comparison has is handed over; else the job ends, for this reason."""
    if job.is_comparison and await _has_pictures(tx, job):
        return await tx.jobs.move(job.id, epoch=epoch, source=source, target=JobState.RENDERED, at=at)
    return await end_without_picture(
        tx, job, epoch=epoch, source=source, failure=failure, at=at, detail=detail
    )


async def _has_pictures(tx: Tx, job: Job) -> bool:
    return any(result.state is ResultState.RENDERED for result in await tx.results.of_job(job.id))


async def went_on(tx: Tx, job: Job, epoch: int) -> Job | None:
    """Return a job that is beyond this step already: the answer to a commit may have been lost."""
    found = await tx.jobs.get(job.id)
    if found is None or found.epoch != epoch:
        return None
    is_next = found.state is JobState.QUEUED and found.step == job.step + 1
    return found if is_next or found.state is JobState.RENDERED else None


class Onward:
    """Follows jobs beyond a step; ``deliver`` is told of those whose pictures are all there."""

    def __init__(self, floor: Floor, tenure: Tenure, deliver: Callable[[int], None]) -> None:
        self._floor = floor
        self._tenure = tenure
        self._deliver = deliver

    def go(self, job_id: int, job: Job | None, kept: Mapping[str, Picture] = _NOTHING) -> None:
        """Forget the step that is over and begin what follows, given the job as it is stored now.

        ``kept`` are pictures that were prepared for the steps to come as well.
        """
        self._floor.drop(job_id)
        self._floor.ended(job_id)
        if job is None:
            return
        if job.state is JobState.QUEUED:
            self._floor.add(job, since=self._tenure.clock.now(), kept=kept)
        elif job.state is JobState.RENDERED:
            self._deliver(job_id)
