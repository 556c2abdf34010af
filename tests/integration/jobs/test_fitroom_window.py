"""FitRoom's one window of 60 calls in 60 s for everything, used up and never passed."""

import random
from pathlib import Path
from statistics import mean

import pytest

from bot.jobs.failures import Failure
from bot.sandbox.providers.fitroom.faults import Fate, Place
from bot.wish import OutfitWish
from storage.jobs import JobState
from tests.integration.jobs.models import FITROOM
from tests.integration.jobs.virtual_time import on_virtual_time
from tests.integration.jobs.world import World, open_world, photo

ONLY_FITROOM = {"keys": (), "fitroom_keys": ("sandbox-f",)}


def detection_delays(world: World) -> list[float]:
    """Return, for each task, the seconds from its end at the provider to the answer that told of it."""
    seen = world.transport.completed_seen
    return [seen[task.task_id] - task.ends_at for task in world.fitroom.tasks]


def polls_of(world: World) -> list[float]:
    """Return when the server was asked about tasks."""
    return [call.at for call in world.fitroom.journal.calls if call.place is Place.STATUS]


@on_virtual_time
async def test_at_least_18_jobs_a_minute_are_found_ended_within_0_7_s(database: Path) -> None:
    async with open_world(database, **ONLY_FITROOM) as world:
        await world.start()
        for number in range(240):
            await world.confirm(user_id=1 + number % 20)
        await world.clock.sleep(60)
        begin = world.clock.now()
        await world.clock.sleep(480)
        begun = [task for task in world.fitroom.tasks if begin <= task.created_at < begin + 480]
        await world.brain.wait_idle()
        assert world.fitroom.journal.violations == []
        assert len(begun) / 8 >= 18
        assert mean(detection_delays(world)) <= 0.7


@on_virtual_time
async def test_one_job_is_asked_about_after_8_8_9_6_and_10_3_seconds(database: Path) -> None:
    async with open_world(database, **ONLY_FITROOM) as world:
        world.fitroom.faults.add_fate(Fate(seconds=11))
        await world.start()
        await world.confirm()
        await world.brain.wait_idle()
        (task,) = world.fitroom.tasks
        after = [at - task.created_at for at in polls_of(world)]
        assert after[:3] == pytest.approx([8.9, 9.6, 10.35], abs=0.1)
        assert len(after) == 4


@on_virtual_time
async def test_hd_is_asked_about_around_30_seconds(database: Path) -> None:
    async with open_world(database, **ONLY_FITROOM) as world:
        await world.start()
        for number in range(60):
            wish = OutfitWish(photo("person", number), photo("upper", 1), photo("lower", 1), hd=True)
            await world.confirm(user_id=number % 9, wish=wish)
        await world.brain.wait_idle()
        assert len(world.fitroom.tasks) == 60
        assert min(polls_of(world)) - world.fitroom.tasks[0].created_at > 28
        assert len(polls_of(world)) / 60 <= 3
        assert mean(detection_delays(world)) <= 0.7
        assert world.fitroom.journal.violations == []


@on_virtual_time
async def test_on_a_slow_day_the_first_question_comes_later(database: Path) -> None:
    async with open_world(database, **ONLY_FITROOM) as world:
        chance = random.Random(5)
        for _ in range(120):
            world.fitroom.faults.add_fate(Fate(seconds=chance.uniform(18, 20)))
        await world.start()
        for number in range(120):
            await world.confirm(user_id=number % 9)
        await world.clock.sleep(180)
        begin, polls = len(world.fitroom.tasks), len(polls_of(world))
        await world.clock.sleep(180)
        begun = len(world.fitroom.tasks) - begin
        assert begun / 3 >= 15
        assert (len(polls_of(world)) - polls) / begun < 3
        await world.brain.wait_idle()
        assert world.fitroom.journal.violations == []


@on_virtual_time
async def test_jobs_that_take_for_ever_leave_room_for_others(database: Path) -> None:
    async with open_world(database, **ONLY_FITROOM) as world:
        world.fitroom.faults.add_fate(Fate(seconds=110), times=3)
        await world.start()
        for number in range(3):
            await world.confirm(user_id=number)
        await world.clock.sleep(60)
        others = [await world.confirm(user_id=10 + number) for number in range(3)]
        await world.clock.sleep(30)
        assert {await world.state(job_id) for job_id in others} == {JobState.DELIVERED}
        await world.brain.wait_idle()
        assert world.fitroom.journal.violations == []
        assert max(detection_delays(world)) < 5


@on_virtual_time
async def test_one_job_beside_fifty_waits_at_most_25_seconds_here_too(database: Path) -> None:
    async with open_world(database, **ONLY_FITROOM) as world:
        await world.start()
        for _ in range(50):
            await world.confirm(user_id=1)
        await world.clock.sleep(43)
        job_id = await world.confirm(user_id=2)
        await world.clock.sleep(40)
        submission = await world.submission(job_id)
        assert submission is not None
        assert submission.sent_at is not None
        assert submission.sent_at - world.confirmed_at[job_id] <= 25


@on_virtual_time
async def test_a_new_process_passes_no_window_after_an_old_one(database: Path) -> None:
    async with open_world(database, **ONLY_FITROOM) as world:
        await world.start()
        jobs = [await world.confirm(user_id=number % 9) for number in range(60)]
        for _ in range(12):
            await world.clock.sleep(13.7)
            await world.restart()
        await world.brain.wait_idle()
        assert world.fitroom.journal.violations == []
        assert world.transport.posts[FITROOM] == len(world.fitroom.tasks) <= 60
        ended = [await world.job(job_id) for job_id in jobs]
        assert {(job.state, job.failure) for job in ended} <= {
            (JobState.DELIVERED, None),
            (JobState.FAILED, Failure.OUTCOME_UNKNOWN),
        }


@on_virtual_time
async def test_a_job_under_way_at_either_provider_is_asked_about_with_its_key(database: Path) -> None:
    keys = {"keys": ("sandbox-t",), "fitroom_keys": ("sandbox-f", "sandbox-g")}
    async with open_world(database, **keys) as world:
        await world.start()
        jobs = [await world.confirm(user_id=number) for number in range(9)]
        await world.clock.sleep(3)
        assert {await world.state(job_id) for job_id in jobs} == {JobState.WORKING}
        await world.restart()
        await world.brain.wait_idle()
        assert {await world.state(job_id) for job_id in jobs} == {JobState.DELIVERED}
        assert sum(world.transport.posts.values()) == 9
        assert {task.key for task in world.fitroom.tasks} == {"sandbox-f", "sandbox-g"}


@on_virtual_time
async def test_a_fitroom_key_that_is_gone_after_a_restart_leaves_its_jobs_unknown(database: Path) -> None:
    async with open_world(database, keys=("sandbox-t",), fitroom_keys=("sandbox-f",)) as world:
        world.first = FITROOM
        world.new_brain()
        await world.start()
        job_id = await world.confirm()
        await world.clock.sleep(3)
        world.fitroom_keys = []
        await world.restart()
        await world.brain.wait_idle()
        assert (await world.job(job_id)).failure == Failure.OUTCOME_UNKNOWN
        assert await world.entries(job_id) == ["hold", "release"]
        assert world.transport.posts == {FITROOM: 1}
        ((kind, params),) = await world.operator_notices()
        assert (kind, params["provider"]) == ("operator_key_gone", FITROOM)


@on_virtual_time
async def test_a_signed_address_that_ran_out_is_asked_for_anew(database: Path) -> None:
    async with open_world(database, **ONLY_FITROOM) as world:
        world.transport.pictures_down = True
        await world.start()
        job_id = await world.confirm()
        await world.clock.sleep(3 * 3600)
        assert await world.state(job_id) is JobState.WORKING
        world.transport.pictures_down = False
        await world.brain.wait_idle()
        assert await world.state(job_id) is JobState.DELIVERED
