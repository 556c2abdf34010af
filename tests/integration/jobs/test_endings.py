from pathlib import Path

import pytest

from bot.chat.outcomes import Fetched, PhotoGone, TryLater
from bot.images import PictureError, Reason
from bot.jobs.failures import Failure
from bot.sandbox.providers.tryiton.faults import Fate, FateKind, Fault, Manner, Place
from storage.jobs import JobState
from storage.submissions import SubmissionState
from tests.integration.jobs.models import JPEG
from tests.integration.jobs.virtual_time import on_virtual_time
from tests.integration.jobs.world import ADMIN, World, open_world


@on_virtual_time
async def test_a_job_queued_for_too_long_is_released(database: Path) -> None:
    async with open_world(database) as world:
        world.transport.down = True
        world.new_brain(max_queue_age=600)
        await world.start()
        job_id = await world.confirm()
        await world.clock.sleep(595)
        assert await world.state(job_id) is JobState.QUEUED
        await world.clock.sleep(10)
        job = await world.job(job_id)
        assert (job.state, job.failure) == (JobState.FAILED, Failure.WAITED_TOO_LONG)
        assert await world.entries(job_id) == ["hold", "release"]
        assert await world.notices() == [(1, "job_failed")]


@on_virtual_time
async def test_age_does_not_end_a_job_under_way(database: Path) -> None:
    async with open_world(database) as world:
        world.new_brain(max_queue_age=60)
        world.server.faults.add_fate(Fate(seconds=100))
        await world.start()
        job_id = await world.confirm()
        await world.brain.wait_idle()
        assert await world.state(job_id) is JobState.DELIVERED


@on_virtual_time
async def test_a_job_that_takes_for_ever_ends_after_a_definite_answer(database: Path) -> None:
    async with open_world(database) as world:
        world.server.faults.add_fate(Fate(seconds=1e9))
        await world.start()
        job_id = await world.confirm()
        await world.clock.sleep(200)
        assert await world.state(job_id) is JobState.WORKING
        await world.brain.wait_idle()
        job = await world.job(job_id)
        assert (job.state, job.failure) == (JobState.FAILED, Failure.TOOK_TOO_LONG)
        assert await world.entries(job_id) == ["hold", "release"]


@on_virtual_time
async def test_after_a_long_time_down_a_finished_job_is_fetched_not_given_up(database: Path) -> None:
    async with open_world(database) as world:
        await world.start()
        job_id = await world.confirm()
        await world.clock.sleep(3)
        await world.restart(seconds_down=7200)
        await world.brain.wait_idle()
        assert await world.state(job_id) is JobState.DELIVERED


@on_virtual_time
async def test_a_job_failed_at_the_provider_is_released(database: Path) -> None:
    async with open_world(database) as world:
        world.server.faults.add_fate(Fate(FateKind.FAIL))
        await world.start()
        job_id = await world.confirm()
        await world.brain.wait_idle()
        job = await world.job(job_id)
        assert (job.state, job.failure) == (JobState.FAILED, Failure.PROVIDER_FAILED)
        assert await world.submission_states(job_id) == [SubmissionState.FAILED]
        assert await world.entries(job_id) == ["hold", "release"]


@on_virtual_time
async def test_a_photo_that_is_gone_ends_the_job_before_any_call(database: Path) -> None:
    async with open_world(database) as world:
        world.chat.answers = [Fetched(JPEG), PhotoGone()]
        await world.start()
        job_id = await world.confirm()
        await world.brain.wait_idle()
        job = await world.job(job_id)
        assert (job.state, job.failure) == (JobState.FAILED, Failure.PHOTO_GONE)
        assert world.submit_times() == []


@on_virtual_time
async def test_an_unreadable_photo_ends_the_job_and_a_busy_moment_does_not(database: Path) -> None:
    async with open_world(database) as world:
        world.images.problems = [PictureError(Reason.BUSY), PictureError(Reason.TRUNCATED)]
        await world.start()
        job_id = await world.confirm()
        await world.brain.wait_idle()
        job = await world.job(job_id)
        assert (job.state, job.failure) == (JobState.FAILED, Failure.PHOTO_UNREADABLE)
        assert world.images.problems == []


@on_virtual_time
async def test_with_telegram_in_trouble_a_job_stays_queued_and_others_are_not_held_up(
    database: Path,
) -> None:
    async with open_world(database) as world:
        world.chat.answers = [TryLater(30)]
        await world.start()
        stuck = await world.confirm(user_id=1)
        await world.clock.sleep(1)
        other = await world.confirm(user_id=2)
        await world.clock.sleep(20)
        assert await world.state(stuck) is JobState.QUEUED
        assert await world.state(other) is JobState.DELIVERED
        await world.brain.wait_idle()
        assert await world.state(stuck) is JobState.DELIVERED


async def _cancel(world: World, job_id: int) -> bool:
    """Cancel as the chat does: the job and its hold in one transaction."""
    now = world.clock.now()
    async with world.db.transaction() as tx:
        job = await tx.jobs.cancel(job_id, 1, now)
        if job is None:
            return False
        await tx.ledger.release(job_id, 0, job.price, at=now)
    world.brain.wake()
    return True


@pytest.mark.parametrize("tenths", range(12))
@on_virtual_time
async def test_cancel_racing_submit_has_one_winner(database: Path, tenths: int) -> None:
    async with open_world(database) as world:
        await world.start()
        job_id = await world.confirm()
        await world.clock.sleep(tenths * 0.04)
        is_cancelled = await _cancel(world, job_id)
        await world.brain.wait_idle()
        assert (is_cancelled, await world.state(job_id), len(world.submit_times())) in {
            (True, JobState.CANCELLED, 0),
            (False, JobState.DELIVERED, 1),
        }


@on_virtual_time
async def test_both_sides_win_the_race_of_cancel_and_submit_at_times(database: Path) -> None:
    async with open_world(database) as world:
        await world.start()
        early = await world.confirm()
        assert await _cancel(world, early)
        late = await world.confirm()
        await world.clock.sleep(1)
        assert not await _cancel(world, late)
        await world.brain.wait_idle()


@on_virtual_time
async def test_a_cancelled_job_leaves_the_queue_at_once(database: Path) -> None:
    async with open_world(database) as world:
        await world.start()
        for other in range(6):
            await world.confirm(user_id=2 + other)
        await world.clock.sleep(2)
        await world.confirm(user_id=1)
        job_id = await world.confirm(user_id=1)
        behind = await world.confirm(user_id=1)
        await world.clock.sleep(2)
        assert await _cancel(world, job_id)
        await world.clock.sleep(2)
        places = [more["place"] for job, _, more in world.board.reports if job == behind]
        assert (places[0], places[-1]) == (3, 2)
        await world.brain.wait_idle()


@on_virtual_time
async def test_a_download_that_fails_is_repeated_for_hours(database: Path) -> None:
    async with open_world(database) as world:
        await world.start()
        job_id = await world.confirm()
        world.transport.pictures_down = True
        await world.clock.sleep(2 * 3600)
        assert await world.state(job_id) is JobState.WORKING
        world.transport.pictures_down = False
        await world.brain.wait_idle()
        assert await world.state(job_id) is JobState.DELIVERED
        assert world.accepted() == 1


@on_virtual_time
async def test_a_picture_that_is_gone_for_good_is_a_lost_result(database: Path) -> None:
    async with open_world(database) as world:
        gone = "http://pictures.test/tryiton/cdn/nobody/tryons/nothing"
        world.server.faults.add_fate(Fate(output_url=gone))
        await world.start()
        job_id = await world.confirm()
        await world.brain.wait_idle()
        job = await world.job(job_id)
        assert (job.state, job.failure) == (JobState.FAILED, Failure.RESULT_LOST)
        assert await world.submission_states(job_id) == [SubmissionState.DONE]
        assert await world.entries(job_id) == ["hold", "release"]


@on_virtual_time
async def test_a_refused_host_keeps_the_job_and_tells_the_operator_once(database: Path) -> None:
    async with open_world(database) as world:
        world.hosts = ("elsewhere.test",)
        world.new_brain()
        await world.start()
        jobs = [await world.confirm(user_id=number) for number in (1, 2)]
        await world.clock.sleep(3600)
        assert {await world.state(job_id) for job_id in jobs} == {JobState.WORKING}
        assert await world.operator_notices() == [
            ("operator_result_host_refused", {"host": "pictures.test:80", "setting": "RESULT_HOSTS"})
        ]
        world.hosts = ("pictures.test",)
        await world.restart()
        await world.brain.wait_idle()
        assert {await world.state(job_id) for job_id in jobs} == {JobState.DELIVERED}


@on_virtual_time
async def test_a_key_gone_from_the_settings_ends_its_jobs_and_tells_the_operator(database: Path) -> None:
    async with open_world(database, keys=("sandbox-a", "sandbox-b")) as world:
        await world.start()
        job_id = await world.confirm()
        await world.clock.sleep(3)
        (job,) = world.server.jobs
        world.keys.remove(job.key)
        await world.restart()
        await world.brain.wait_idle()
        ended = await world.job(job_id)
        assert (ended.state, ended.failure) == (JobState.FAILED, Failure.OUTCOME_UNKNOWN)
        assert await world.submission_states(job_id) == [SubmissionState.UNKNOWN]
        assert (ADMIN, "operator_key_gone") in await world.notices()


@on_virtual_time
async def test_a_call_whose_answer_says_nothing_of_use_is_unknown(database: Path) -> None:
    async with open_world(database) as world:
        world.server.faults.add(Place.SUBMIT, Fault(Manner.NO_JOB_ID, accepted=True))
        await world.start()
        job_id = await world.confirm()
        await world.brain.wait_idle()
        assert (await world.job(job_id)).failure == Failure.OUTCOME_UNKNOWN
        assert world.accepted() == 1
