"""Which key serves which wish, with one provider, with both, and with none that can."""

from pathlib import Path

import pytest

from bot.jobs.failures import Failure
from bot.sandbox.providers.fitroom.faults import Fault, Manner, Place
from bot.sandbox.providers.fitroom.replies import ErrorName
from bot.wish import ClothesWish, GarmentKind, HairstyleWish, OutfitWish, TattooWish, Wish
from storage.jobs import JobState
from tests.integration.jobs.models import FITROOM, TRYITON
from tests.integration.jobs.virtual_time import on_virtual_time
from tests.integration.jobs.world import World, open_world, photo

BOTH = {"keys": ("sandbox-t",), "fitroom_keys": ("sandbox-f",)}
ONLY_TRYITON = {"keys": ("sandbox-t",)}
ONLY_FITROOM = {"keys": (), "fitroom_keys": ("sandbox-f",)}
NO_KEYS = {"keys": ()}

PERSON = photo("person", 1)


def clothes(kind: GarmentKind) -> Wish:
    return ClothesWish(PERSON, photo("garment", 1), kind)


OUTFIT = OutfitWish(PERSON, photo("upper", 1), photo("lower", 1))
HD_OUTFIT = OutfitWish(PERSON, photo("upper", 1), photo("lower", 1), hd=True)
HAIRSTYLE = HairstyleWish(PERSON, "BobCut")
TATTOO = TattooWish(PERSON, photo("design", 1))


async def served_by(world: World, job_id: int) -> str:
    assert await world.state(job_id) is JobState.DELIVERED
    submission = await world.submission(job_id)
    assert submission is not None
    return submission.provider


@pytest.mark.parametrize(
    ("wish", "provider"),
    [
        (clothes(GarmentKind.AUTO), TRYITON),
        (HAIRSTYLE, TRYITON),
        (TATTOO, TRYITON),
        (clothes(GarmentKind.EYEWEAR), TRYITON),
        (OUTFIT, FITROOM),
        (HD_OUTFIT, FITROOM),
    ],
)
@on_virtual_time
async def test_what_one_provider_alone_can_do_goes_to_it(database: Path, wish: Wish, provider: str) -> None:
    async with open_world(database, **BOTH) as world:
        await world.start()
        job_id = await world.confirm(wish=wish)
        await world.brain.wait_idle()
        assert await served_by(world, job_id) == provider
        assert (await world.job(job_id)).ability == wish.ability.value


@pytest.mark.parametrize(
    ("keys", "wish", "ability"),
    [
        (ONLY_TRYITON, OUTFIT, "outfit"),
        (ONLY_FITROOM, HAIRSTYLE, "hairstyle"),
        (ONLY_FITROOM, TATTOO, "tattoo"),
        (ONLY_FITROOM, clothes(GarmentKind.AUTO), "clothes"),
        (NO_KEYS, clothes(GarmentKind.TOP), "clothes"),
    ],
)
@on_virtual_time
async def test_what_no_key_can_do_waits_until_its_age_and_is_told_once(
    database: Path, keys: dict[str, tuple[str, ...]], wish: Wish, ability: str
) -> None:
    async with open_world(database, **keys) as world:
        world.new_brain(max_queue_age=600)
        await world.start()
        jobs = [await world.confirm(user_id=number, wish=wish) for number in (1, 2)]
        await world.clock.sleep(300)
        await world.restart()
        await world.clock.sleep(290)
        assert {await world.state(job_id) for job_id in jobs} == {JobState.QUEUED}
        assert await world.operator_notices() == [
            ("operator_ability_missing", {"ability": ability, "hd": False})
        ]
        await world.clock.sleep(3600)
        assert {(await world.job(job_id)).failure for job_id in jobs} == {Failure.WAITED_TOO_LONG}
        assert world.transport.posts == {}
        assert world.images.long_sides == []


@on_virtual_time
async def test_what_no_key_can_do_holds_up_nobody(database: Path) -> None:
    async with open_world(database, **ONLY_FITROOM) as world:
        await world.start()
        for _ in range(40):
            await world.confirm(user_id=1, wish=HAIRSTYLE)
        other = await world.confirm(user_id=1)
        await world.clock.sleep(20)
        assert await world.state(other) is JobState.DELIVERED


@on_virtual_time
async def test_a_wish_that_both_can_serve_takes_whichever_is_free_first(database: Path) -> None:
    async with open_world(database, **BOTH) as world:
        await world.start()
        jobs = [await world.confirm(user_id=number) for number in range(40)]
        await world.clock.sleep(60)
        at_tryiton, at_fitroom = len(world.server.jobs), len(world.fitroom.tasks)
        # One key of either begins about 20 in the first minute; both together begin all of them.
        assert at_tryiton >= 15
        assert at_fitroom >= 15
        await world.brain.wait_idle()
        assert {await world.state(job_id) for job_id in jobs} == {JobState.DELIVERED}
        assert world.server.journal.violations == world.fitroom.journal.violations == []


@pytest.mark.parametrize(
    ("wish", "sizes"),
    [
        (clothes(GarmentKind.TOP), [2048, 1296]),
        (clothes(GarmentKind.AUTO), [1296, 1296]),
        (OUTFIT, [2048, 1024, 1024]),
        (HAIRSTYLE, [1296]),
    ],
)
@on_virtual_time
async def test_pictures_are_as_large_as_any_provider_that_can_serve_it_recommends(
    database: Path, wish: Wish, sizes: list[int]
) -> None:
    async with open_world(database, **BOTH) as world:
        await world.start()
        await world.confirm(wish=wish)
        await world.brain.wait_idle()
        assert world.images.long_sides == sizes


@on_virtual_time
async def test_a_key_that_failed_is_tried_again_when_the_other_one_stops(database: Path) -> None:
    async with open_world(database, **BOTH) as world:
        world.first = FITROOM
        world.new_brain()
        refuse(world, ErrorName.SERVICE_UNAVAILABLE)
        world.server.set_credits("sandbox-t", 0)
        await world.start()
        job_id = await world.confirm()
        await world.clock.sleep(30)
        assert await served_by(world, job_id) == FITROOM
        assert world.transport.posts == {FITROOM: 2, TRYITON: 1}
        assert await world.entries(job_id) == ["hold", "capture"]


@on_virtual_time
async def test_in_maintenance_the_other_provider_does_all_the_work(database: Path) -> None:
    async with open_world(database, **BOTH) as world:
        world.fitroom.in_maintenance = True
        await world.start()
        jobs = [await world.confirm(user_id=number) for number in range(20)]
        await world.brain.wait_idle()
        assert {await served_by(world, job_id) for job_id in jobs} == {TRYITON}
        assert world.transport.posts[FITROOM] <= 6


@on_virtual_time
async def test_credits_that_nobody_can_ask_for_are_tried_with_one_job_at_a_time(database: Path) -> None:
    async with open_world(database, **ONLY_FITROOM) as world:
        world.fitroom.set_credits("sandbox-f", 0)
        await world.start()
        jobs = [await world.confirm(user_id=number) for number in range(10)]
        await world.clock.sleep(20)
        burst = world.transport.posts[FITROOM]
        await world.clock.sleep(400)
        # At most one for each probe, which come after 30 to 60 s, 60 to 120 s, and so on.
        assert world.transport.posts[FITROOM] - burst <= 5
        assert [kind for kind, _ in await world.operator_notices()] == ["operator_out_of_credits"]
        world.fitroom.set_credits("sandbox-f", 100)
        await world.brain.wait_idle()
        assert {await world.state(job_id) for job_id in jobs} == {JobState.DELIVERED}


def refuse(world: World, error: ErrorName) -> None:
    world.fitroom.faults.add(Place.SUBMIT, Fault(Manner.ERROR, error=error))
