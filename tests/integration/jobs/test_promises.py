"""What waiting people are told comes true, and where nobody can tell, they are told that."""

import statistics
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import pytest

from bot.jobs.sending import Stage
from bot.sandbox.providers.tryiton.faults import Fate
from tests.integration.jobs.promises import Story, Watched, clothes, crowd, day, several, watched
from tests.integration.jobs.virtual_time import on_virtual_time

MEDIAN_ERROR = 0.15
LATE = 0.10
ONE, TWO, FITROOM = ("sandbox-a",), ("sandbox-a", "sandbox-b"), ("sandbox-f",)


def check(story: Story) -> None:
    """Hold what was told to what happened."""
    first = story.first
    assert len(first) > 20
    assert statistics.median(each.error for each in first) <= MEDIAN_ERROR
    assert statistics.median(each.error for each in story.estimates) <= MEDIAN_ERROR
    assert statistics.mean(each.is_broken for each in first) <= LATE
    assert statistics.mean(each.is_broken for each in story.estimates) <= LATE


@pytest.mark.parametrize(
    ("play", "tryiton", "fitroom"),
    [
        (partial(crowd, waiting=60), ONE, ()),
        (partial(crowd, waiting=30), TWO, ()),
        (partial(crowd, waiting=30), (), FITROOM),
        (partial(day, minutes=4, a_minute=11), ONE, ()),
        (partial(day, minutes=3, a_minute=22), ONE, FITROOM),
    ],
    ids=["sixty at once", "two keys", "one window for all calls", "all sorts", "both providers"],
)
@on_virtual_time
async def test_people_get_their_pictures_when_they_were_told(
    database: Path,
    play: Callable[[Watched], Awaitable[None]],
    tryiton: tuple[str, ...],
    fitroom: tuple[str, ...],
) -> None:
    async with watched(database, keys=tryiton, fitroom_keys=fitroom) as watch:
        await play(watch)
        check(watch.story())


@on_virtual_time
async def test_nobody_falls_back_where_everybody_wants_one_picture(database: Path) -> None:
    async with watched(database) as watch:
        await day(watch, 2, a_minute=25, wishes=several)
        story = watch.story()
    assert max(each.place or 0 for each in story.told) > 5
    assert story.setbacks == []


@on_virtual_time
async def test_who_falls_back_behind_people_with_fewer_pictures_is_told_so(database: Path) -> None:
    async with watched(database) as watch:
        world = watch.world
        for number in range(30):
            await world.confirm(user_id=1, wish=clothes(number))
        await world.clock.sleep(5)
        for number in range(5):
            await world.confirm(user_id=2 + number, wish=clothes(100 + number))
        await world.brain.wait_idle()
        setbacks = watch.story().setbacks
    assert setbacks
    assert all(each.was_passed for each in setbacks)


@on_virtual_time
async def test_an_outage_is_told_instead_of_a_time(database: Path) -> None:
    async with watched(database) as watch:
        world = watch.world
        world.transport.down = True
        for number in range(4):
            await world.confirm(user_id=1 + number, wish=clothes(number))
        await world.clock.sleep(60)
        last = {each.job_id: each for _, each in watch.cards.shown}
        assert [each.stage for each in last.values()] == [Stage.PAUSED] * 4
        assert [each.seconds_left for each in last.values()] == [None] * 4
        world.transport.down = False
        await world.brain.wait_idle()


@on_virtual_time
async def test_a_provider_that_goes_silent_while_it_works_is_told_too(database: Path) -> None:
    async with watched(database) as watch:
        world = watch.world
        await world.confirm(wish=clothes(1))
        await world.clock.sleep(4)
        world.transport.down = True
        await world.clock.sleep(30)
        assert watch.cards.shown[-1][1].stage is Stage.PAUSED
        world.transport.down = False
        await world.brain.wait_idle()


@on_virtual_time
async def test_a_picture_that_takes_longer_than_all_others_is_told_no_time(database: Path) -> None:
    async with watched(database) as watch:
        world = watch.world
        world.server.faults.add_fate(Fate(seconds=60))
        await world.confirm(wish=clothes(1))
        await world.clock.sleep(40)
        shown = watch.cards.shown[-1][1]
        assert (shown.is_late, shown.seconds_left) == (True, None)
        await world.brain.wait_idle()
