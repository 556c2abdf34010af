"""What a new owner makes of what an earlier one left behind.

    job        submission            what is done
    queued     -                     waits its turn again, with the step it has come to
    working    none, rejected,       queued again: nothing was paid for this step
               not sent, preparing
    working    submitting            unknown: no picture of this step, never sent again, its slot kept
    working    processing            polled with the key that submitted it; key gone: unknown, operator told
    working    failed, unknown       no picture of this step
    rendered   done                  delivered
    delivering done                  delivered without ever sending the picture a second time

A step without its picture ends the job, or leaves it to its other steps (``bot.jobs.steps``).

The same is done now and then for jobs that fell out of mind through an error in this program.
"""

import logging
from collections.abc import Iterable

from bot.jobs import attempts, steps
from bot.jobs.alerts import Alert
from bot.jobs.attempts import Ending, Telling
from bot.jobs.failures import Failure
from bot.jobs.floor import Floor, Running
from bot.jobs.keys import KeyState
from bot.jobs.needs import needs_of_job
from bot.jobs.polling import key_gone_telling
from bot.jobs.steps import Onward
from bot.jobs.tenure import Tenure
from bot.jobs.windows import MARGIN_SECONDS, WINDOW_SECONDS
from storage.database import Tx
from storage.jobs import Job
from storage.states import JobState, SubmissionState
from storage.submissions import Submission

_log = logging.getLogger(__name__)

_PAGE = 500
# Slots are kept for as long as a job may take; nothing documented takes longer than this.
_SLOTS_SINCE = 3600.0

_ENDED_AS = {
    SubmissionState.FAILED: Failure.PROVIDER_FAILED,
    SubmissionState.UNKNOWN: Failure.OUTCOME_UNKNOWN,
    SubmissionState.DONE: Failure.RESULT_LOST,
}


class Recovery:
    """Rebuilds what the scheduler has in mind from the database."""

    def __init__(self, floor: Floor, tenure: Tenure, onward: Onward) -> None:
        self._floor = floor
        self._tenure = tenure
        self._onward = onward

    async def rebuild(self) -> None:
        """Take over everything, with the keys' windows and slots first."""
        for key in self._floor.keys:
            await self._recall(key)
        await self.adopt(await self.jobs(JobState.WORKING))
        for job in await self.jobs(JobState.QUEUED):
            await self.queue(job)

    async def queue(self, job: Job) -> None:
        """Let a queued job wait its turn; end it where its wish cannot be read: it must hold up nobody."""
        since = await self._waits_since(job)
        try:
            self._floor.add(job, since=since)
        except (KeyError, TypeError, ValueError):
            _log.exception("the wish of job %s cannot be read", job.id)
            await self._end_unreadable(job)
            return
        await self._tell_if_nobody_can(job)

    async def _waits_since(self, job: Job) -> float:
        """Return when a job began to wait: with the tap, or with the end of the step before."""
        if job.step == 1:
            return job.created_at
        async with self._tenure.db.reading() as tx:
            calls = await tx.submissions.of_job(job.id)
        ends = (call.ended_at for call in calls if call.step < job.step and call.ended_at is not None)
        return max(ends, default=job.created_at)

    async def _tell_if_nobody_can(self, job: Job) -> None:
        """Tell the operator, once for these keys, that a job waits for what none of them can do."""
        need = next((need for need in needs_of_job(job) if not self._floor.serves(need)), None)
        if need is None:
            return
        _log.error("job %s waits for what no key in the settings can do: %s", job.id, need)
        keys = ",".join(sorted(key.name[1] for key in self._floor.keys))
        once = f"{need.ability}:{need.kind}:{need.hd}:{need.samples}:{keys}"
        telling = Telling(Alert.ABILITY_MISSING, {"ability": need.ability.value, "hd": need.hd}, once=once)

        async def change(tx: Tx) -> None:
            await telling.write(tx, self._tenure)

        await self._tenure.write(change)
        self._tenure.wake_notices()

    async def strays(self) -> list[Job]:
        """Return jobs under way that nobody here has in mind."""
        return [job for job in await self.jobs(JobState.WORKING) if not self._floor.knows(job.id)]

    async def adopt(self, jobs: Iterable[Job]) -> None:
        """Go on with jobs under way, each from the state of its newest submission."""
        for job in jobs:
            if self._floor.knows(job.id):
                continue
            async with self._tenure.db.reading() as tx:
                submission = await tx.submissions.latest(job.id)
            await self._adopt(job, submission)

    async def _recall(self, key: KeyState) -> None:
        """Fill a key's windows with what an earlier process sent, and its slots with what may still run."""
        now = self._tenure.clock.now()
        async with self._tenure.db.reading() as tx:
            calls = await tx.submissions.of_key(*key.name, since=now - _SLOTS_SINCE)
            key.episode = await tx.submissions.last_accepted(*key.name)
            was_quiet = await tx.updates.was_quiet(now - WINDOW_SECONDS - MARGIN_SECONDS)
        ends = [_end_of_call(call, now) for call in calls]
        recent = [end for end in ends if end > now - WINDOW_SECONDS - MARGIN_SECONDS]
        key.submits.remember(recent)
        key.pacer.spend(len(recent))
        # Other calls leave no trace, so the whole window is taken as used. One that submissions share would
        # hold them up, too: it is taken as free where nothing can have asked for a call.
        was_idle = was_quiet and not recent and all(call.ended_at is not None for call in calls)
        if key.reads is not key.submits or not was_idle:
            key.reads.assume_spent(now)
        unknown = [call for call in calls if call.state is SubmissionState.UNKNOWN]
        key.linger(call.slot_until for call in unknown if call.slot_until and call.slot_until > now)

    async def jobs(self, state: JobState) -> list[Job]:
        """Return all jobs in a state, the oldest first."""
        found: list[Job] = []
        async with self._tenure.db.reading() as tx:
            while page := await tx.jobs.in_states((state,), _PAGE, found[-1].id if found else 0):
                found += page
        return found

    async def _adopt(self, job: Job, submission: Submission | None) -> None:
        state = submission.state if submission else None
        if submission is None or state in {SubmissionState.REJECTED, SubmissionState.NOT_SENT}:
            await self._queue_again(job)
        elif state is SubmissionState.PREPARING:
            if await attempts.put_back(self._tenure, submission, SubmissionState.NOT_SENT, "interrupted"):
                await self.queue(job)
        elif state is SubmissionState.SUBMITTING:
            await self._lost_answer(job, submission)
        elif state is SubmissionState.PROCESSING:
            await self._follow(job, submission)
        else:
            await self._missed(job, _ENDED_AS[submission.state])

    async def _queue_again(self, job: Job) -> None:
        async def change(tx: Tx) -> Job | None:
            return await tx.jobs.move(
                job.id,
                epoch=self._tenure.epoch,
                source=JobState.WORKING,
                target=JobState.QUEUED,
                at=self._tenure.clock.now(),
            )

        queued = await self._tenure.write(change)
        if queued is not None:
            await self.queue(queued)

    async def _lost_answer(self, job: Job, submission: Submission) -> None:
        _log.warning("job %s was being submitted when the program ended; it may have been charged", job.id)
        key = self._floor.find_key((submission.provider, submission.key_fingerprint))
        if key is not None and submission.slot_until is not None:
            key.linger([submission.slot_until])
        ending = Ending(
            SubmissionState.UNKNOWN,
            Failure.OUTCOME_UNKNOWN,
            "interrupted before the answer",
            slot_until=submission.slot_until,
        )
        await self._go_on(job, await attempts.end(self._tenure, job, submission, ending))

    async def _follow(self, job: Job, submission: Submission) -> None:
        name = (submission.provider, submission.key_fingerprint)
        key = self._floor.find_key(name)
        if key is None:
            _log.error("job %s was submitted to %s with key %s, which is not in the settings", job.id, *name)
            ending = Ending(
                SubmissionState.UNKNOWN,
                Failure.OUTCOME_UNKNOWN,
                "its key is no longer in the settings",
                telling=key_gone_telling(*name, job.id),
            )
            await self._go_on(job, await attempts.end(self._tenure, job, submission, ending))
            return
        key.occupy(job.id)
        self._floor.started(Running(job, submission, key, needs_of_job(job)))

    async def _missed(self, job: Job, failure: Failure) -> None:
        async def change(tx: Tx) -> Job | None:
            now = self._tenure.clock.now()
            return await steps.missed(tx, job, epoch=self._tenure.epoch, failure=failure, at=now)

        await self._go_on(job, await self._tenure.write(change))
        self._tenure.wake_notices()

    async def _end_unreadable(self, job: Job) -> None:
        async def change(tx: Tx) -> Job | None:
            return await steps.finish(
                tx,
                job,
                epoch=self._tenure.epoch,
                source=JobState.QUEUED,
                failure=Failure.PHOTO_GONE,
                at=self._tenure.clock.now(),
            )

        self._onward.go(job.id, await self._tenure.write(change))
        self._tenure.wake_notices()

    async def _go_on(self, before: Job, now: Job | None) -> None:
        if now is not None and now.state is JobState.QUEUED:
            await self.queue(now)
        else:
            self._onward.go(before.id, now)


def _end_of_call(call: Submission, now: float) -> float:
    """Return when a call's answer came; one that was interrupted may have been counted until just now."""
    if call.accepted_at is not None:
        return call.accepted_at
    if call.state is SubmissionState.SUBMITTING or call.ended_at is None:
        return now
    return call.ended_at
