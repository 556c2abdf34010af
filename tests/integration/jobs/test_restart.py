from pathlib import Path

import pytest
from sqlalchemy import update

from bot.jobs.failures import Failure
from storage.database import Tx
from storage.errors import StorageUnavailable
from storage.jobs import JobState
from storage.schema import submissions
from storage.submissions import Submission, Submissions, SubmissionState
from tests.integration.jobs.virtual_time import on_virtual_time
from tests.integration.jobs.world import World, open_world


async def submitted(world: World, job_id: int, *, key: str = "sandbox-a") -> int:
    """Write what stands in the database while a job's call is under way; return the submission's id."""
    now = world.clock.now()
    fingerprint = world.provider(key).key_fingerprint
    async with world.db.transaction() as tx:
        epoch = await tx.lease.epoch()
        await tx.jobs.move(job_id, epoch=epoch, source=JobState.QUEUED, target=JobState.WORKING, at=now)
        added = await tx.submissions.add(job_id, 1, "tryiton", fingerprint, epoch, now)
        begun = await tx.submissions.begin(added.id, epoch=epoch, sent_at=now, slot_until=now + 120)
    assert begun is not None
    return begun.id


@pytest.mark.parametrize("tenths", [0, 1, 2, 3, 4, 5, 6, 8, 20, 60, 70, 80, 85, 90, 95, 100, 105, 110])
@on_virtual_time
async def test_a_restart_at_any_moment_ends_the_job_once_and_pays_once(database: Path, tenths: int) -> None:
    async with open_world(database) as world:
        await world.start()
        job_id = await world.confirm()
        await world.clock.sleep(tenths / 10)
        await world.restart()
        await world.brain.wait_idle()
        job = await world.job(job_id)
        assert len(world.submit_times()) == 1
        assert (job.state, job.failure) in {
            (JobState.DELIVERED, None),
            (JobState.FAILED, Failure.OUTCOME_UNKNOWN),
        }
        # Only within the paid call itself is anything unknown: photos take 0.2 s, the call less than 0.2 s.
        assert job.state is JobState.DELIVERED or tenths in {2, 3, 4}


@on_virtual_time
async def test_a_call_interrupted_by_a_kill_is_unknown_and_never_repeated(database: Path) -> None:
    async with open_world(database) as world:
        job_id = await world.confirm()
        await submitted(world, job_id)
        await world.start()
        await world.brain.wait_idle()
        job = await world.job(job_id)
        assert (job.state, job.failure) == (JobState.FAILED, Failure.OUTCOME_UNKNOWN)
        assert await world.entries(job_id) == ["hold", "release"]
        assert await world.submission_states(job_id) == [SubmissionState.UNKNOWN]
        assert world.submit_times() == []


@pytest.mark.parametrize("target", [None, SubmissionState.REJECTED, SubmissionState.NOT_SENT])
@on_virtual_time
async def test_work_that_was_not_paid_begins_anew(database: Path, target: SubmissionState | None) -> None:
    async with open_world(database) as world:
        job_id = await world.confirm()
        submission_id = await submitted(world, job_id)
        async with world.db.transaction() as tx:
            if target is None:
                await tx.jobs.set_card(job_id, 1)
                await _back_to_preparing(tx, submission_id)
            else:
                await tx.submissions.end(
                    submission_id,
                    epoch=await tx.lease.epoch(),
                    source=SubmissionState.SUBMITTING,
                    target=target,
                    at=world.clock.now(),
                )
        await world.start()
        await world.brain.wait_idle()
        assert await world.state(job_id) is JobState.DELIVERED
        assert await world.entries(job_id) == ["hold", "capture"]


async def _back_to_preparing(tx: Tx, submission_id: int) -> None:
    change = update(submissions).where(submissions.c.id == submission_id)
    await tx.link.rows(change.values(state=SubmissionState.PREPARING, sent_at=None))


@on_virtual_time
async def test_a_new_process_counts_what_the_old_one_sent(database: Path) -> None:
    async with open_world(database) as world:
        await world.start()
        for number in range(60):
            await world.confirm(user_id=number)
        for _ in range(8):
            await world.clock.sleep(11.3)
            await world.restart()
        await world.brain.wait_idle()
        assert world.server.journal.violations == []
        assert world.accepted() == len(world.submit_times())


@on_virtual_time
async def test_what_an_earlier_process_left_rendered_is_handed_to_the_deliveries(database: Path) -> None:
    async with open_world(database) as world:
        await world.start()
        await world.brain.wait_idle()
        await world.restart()
        await world.brain.wait_idle()
        assert world.deliveries.recovered == [1, 2]


@on_virtual_time
async def test_a_stale_brain_touches_nothing(database: Path) -> None:
    async with open_world(database) as world:
        await world.start()
        under_way = await world.confirm(user_id=1)
        await world.clock.sleep(5)
        old = world.brain
        async with world.db.transaction() as tx:
            await tx.lease.stamp(await tx.lease.advance(world.clock.now()))
        queued = await world.confirm(user_id=2)
        before = [await world.job(job_id) for job_id in (under_way, queued)]
        calls = len(world.server.journal.calls)
        await old.lost.wait()
        await world.clock.sleep(60)
        assert [await world.job(job_id) for job_id in (under_way, queued)] == before
        assert len(world.submit_times()) == 1
        assert len(world.server.journal.calls) - calls <= 6
        await old.stop(0)

        world.new_brain()
        await world.start()
        await world.brain.wait_idle()
        assert await world.state(under_way) is JobState.DELIVERED
        assert await world.state(queued) is JobState.DELIVERED


@on_virtual_time
async def test_a_takeover_within_a_paid_call_leaves_the_call_to_the_new_owner(database: Path) -> None:
    async with open_world(database) as world:
        await world.start()
        job_id = await world.confirm()
        while (await world.state(job_id)) is not JobState.WORKING:
            await world.clock.sleep(0.01)
        old = world.brain
        world.new_brain()
        await world.start()
        await world.brain.wait_idle()
        job = await world.job(job_id)
        assert (job.state, job.failure) == (JobState.FAILED, Failure.OUTCOME_UNKNOWN)
        assert await world.entries(job_id) == ["hold", "release"]
        await old.lost.wait()
        await old.stop(0)
        assert len(world.submit_times()) == 1


@on_virtual_time
async def test_a_job_queued_by_another_process_is_found(database: Path) -> None:
    async with open_world(database) as world:
        await world.start()
        brain, world.brain = world.brain, world.new_brain()
        job_id = await world.confirm()
        await world.clock.sleep(30)
        assert await world.state(job_id) is JobState.DELIVERED
        await brain.stop(0)


@on_virtual_time
async def test_a_graceful_stop_waits_for_the_paid_call_and_keeps_its_id(database: Path) -> None:
    async with open_world(database) as world:
        await world.start()
        job_id = await world.confirm()
        while (await world.state(job_id)) is not JobState.WORKING:
            await world.clock.sleep(0.01)
        waiting = await world.confirm()
        await world.brain.stop(10)
        submission = await world.submission(job_id)
        assert submission is not None
        assert submission.state is SubmissionState.PROCESSING
        assert await world.state(waiting) is JobState.QUEUED
        await world.clock.sleep(60)
        assert len(world.submit_times()) == 1

        world.new_brain()
        await world.start()
        await world.brain.wait_idle()
        assert await world.state(job_id) is JobState.DELIVERED
        assert await world.state(waiting) is JobState.DELIVERED


@on_virtual_time
async def test_the_id_of_a_paid_job_is_stored_although_the_grace_is_over(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted = Submissions.accepted
    failures = iter(range(3))

    async def unlucky(self: Submissions, *args: object, **kwargs: object) -> Submission | None:
        if next(failures, None) is not None:
            raise StorageUnavailable("the disk is full")
        return await accepted(self, *args, **kwargs)

    monkeypatch.setattr(Submissions, "accepted", unlucky)
    async with open_world(database) as world:
        await world.start()
        job_id = await world.confirm()
        while not world.server.jobs:
            await world.clock.sleep(0.01)
        await world.clock.sleep(0.1)
        await world.brain.stop(0)
        submission = await world.submission(job_id)
        assert submission is not None
        assert submission.state is SubmissionState.PROCESSING
        world.new_brain()
        await world.start()
        await world.brain.wait_idle()
        assert await world.state(job_id) is JobState.DELIVERED
