"""Photo checks: below polls and submissions, inside the window, and never worth a long wait."""

import asyncio
import io
from pathlib import Path
from statistics import mean

import pytest
from PIL import Image

from bot.providers.base import PhotoProblem, Picture
from bot.sandbox.providers.faults import Place
from bot.sandbox.providers.fitroom.faults import Fault, Manner
from bot.sandbox.providers.fitroom.replies import ErrorName
from storage.jobs import JobState
from tests.integration.jobs.test_fitroom_window import detection_delays
from tests.integration.jobs.virtual_time import on_virtual_time
from tests.integration.jobs.world import World, open_world

ONLY_FITROOM = {"keys": (), "fitroom_keys": ("sandbox-f",)}


def _person() -> Picture:
    target = io.BytesIO()
    Image.linear_gradient("L").resize((600, 900)).convert("RGB").save(target, "JPEG")
    return Picture(target.getvalue())


PERSON = _person()


def checks(world: World) -> int:
    return sum(call.place is Place.CHECK for call in world.fitroom.journal.calls)


@on_virtual_time
async def test_a_photo_is_looked_at_and_what_is_wrong_is_told(database: Path) -> None:
    async with open_world(database, **ONLY_FITROOM) as world:
        await world.start()
        world.fitroom.plan_code("400002")
        found = await world.brain.check_person(PERSON)
        assert found is not None
        assert not found.is_good
        assert found.problems == (PhotoProblem.SEVERAL_PEOPLE,)
        garment = await world.brain.check_garment(PERSON)
        assert garment is not None
        assert garment.is_clothes


@on_virtual_time
async def test_without_a_key_that_can_or_a_brain_at_work_there_is_no_advice(database: Path) -> None:
    async with open_world(database) as world:
        assert await world.brain.check_person(PERSON) is None
        await world.start()
        assert await world.brain.check_person(PERSON) is None
        assert await world.brain.check_garment(PERSON) is None
        await world.brain.stop(0)
        assert await world.brain.check_garment(PERSON) is None


@on_virtual_time
async def test_nobody_waits_for_a_slow_check_longer_than_4_seconds(database: Path) -> None:
    async with open_world(database, **ONLY_FITROOM) as world:
        await world.start()
        world.transport.check_seconds = 15
        begin = world.clock.now()
        assert await world.brain.check_person(PERSON) is None
        assert world.clock.now() - begin == pytest.approx(4, abs=0.01)
        # And the next one not at all, for a while.
        assert await world.brain.check_person(PERSON) is None
        assert world.clock.now() - begin == pytest.approx(4, abs=0.01)
        world.transport.check_seconds = 0
        await world.clock.sleep(5)
        assert await world.brain.check_person(PERSON) is not None


@pytest.mark.parametrize(
    "fault",
    [
        Fault(Manner.ERROR, error=ErrorName.TOO_MANY_REQUESTS),
        Fault(Manner.ERROR, error=ErrorName.UNAUTHORIZED),
        Fault(Manner.ERROR, error=ErrorName.SERVICE_UNAVAILABLE),
        Fault(Manner.CLOSE),
        Fault(Manner.HTML, http_status=502),
    ],
)
@on_virtual_time
async def test_a_check_that_goes_wrong_gives_no_advice_and_stops_nobody(database: Path, fault: Fault) -> None:
    async with open_world(database, **ONLY_FITROOM) as world:
        await world.start()
        for _ in range(4):
            world.fitroom.faults.add(Place.CHECK, fault)
            assert await world.brain.check_person(PERSON) is None
            await world.clock.sleep(1)
        job_id = await world.confirm()
        await world.clock.sleep(30)
        assert await world.state(job_id) is JobState.DELIVERED
        assert checks(world) <= 1
        assert await world.operator_notices() == []


@on_virtual_time
async def test_the_brains_end_ends_a_check_under_way(database: Path) -> None:
    async with open_world(database, **ONLY_FITROOM) as world:
        await world.start()
        world.transport.check_seconds = 3
        check = asyncio.ensure_future(world.brain.check_person(PERSON))
        await world.clock.sleep(1)
        await world.brain.stop(10)
        assert await check is None


@on_virtual_time
async def test_a_flood_of_photos_leaves_room_for_the_next_jobs_at_once(database: Path) -> None:
    async with open_world(database, **ONLY_FITROOM) as world:
        await world.start()
        answers = [await world.brain.check_person(PERSON) for _ in range(100)]
        assert 40 <= sum(answer is not None for answer in answers) <= 60
        jobs = [await world.confirm(user_id=number) for number in range(4)]
        await world.clock.sleep(14)
        assert {await world.state(job_id) for job_id in jobs} == {JobState.DELIVERED}
        assert max(detection_delays(world)) < 1.2
        assert world.fitroom.journal.violations == []


@on_virtual_time
async def test_no_photo_is_looked_at_while_somebody_waits_for_the_key(database: Path) -> None:
    async with open_world(database, **ONLY_FITROOM) as world:
        await world.start()
        for number in range(30):
            await world.confirm(user_id=number)
        await world.clock.sleep(5)
        assert await world.brain.check_person(PERSON) is None
        assert checks(world) == 0


@on_virtual_time
async def test_photos_and_jobs_together_never_pass_the_window_and_polls_stay_quick(database: Path) -> None:
    async with open_world(database, **ONLY_FITROOM) as world:
        await world.start()
        jobs: list[int] = []
        answered = 0
        for number in range(200):
            # Five people in a minute's time each send two photos, and confirm two seconds after the second.
            for _ in range(2):
                answered += await world.brain.check_person(PERSON) is not None
                await world.clock.sleep(1)
            jobs.append(await world.confirm(user_id=number))
            await world.clock.sleep(2)
        await world.brain.wait_idle()
        assert {await world.state(job_id) for job_id in jobs} == {JobState.DELIVERED}
        assert world.fitroom.journal.violations == []
        assert answered > 50
        assert mean(detection_delays(world)) <= 0.7
