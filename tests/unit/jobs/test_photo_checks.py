import asyncio
import random
from types import SimpleNamespace

import pytest

from bot.clock import SystemClock
from bot.jobs.crew import Crew
from bot.jobs.floor import Floor
from bot.jobs.keys import Halt, KeyedProvider, KeyLimits, KeyState
from bot.jobs.photo_checks import CheckCalls
from bot.providers.base import GarmentCheck, NoAnswer, PersonCheck, Picture
from tests.unit.jobs.fake_provider import FakeProvider

PICTURE = Picture(b"a photo")


class Looks:
    """Looks at photos as long as it is told to; ``error`` is a mistake of ours."""

    def __init__(self) -> None:
        self.looking = asyncio.Event()
        self.go = asyncio.Event()
        self.error: Exception | None = None

    async def check_person(self, picture: Picture) -> PersonCheck | NoAnswer:
        self.looking.set()
        await self.go.wait()
        if self.error is not None:
            raise self.error
        return PersonCheck(is_good=True)

    async def check_garment(self, picture: Picture) -> GarmentCheck | NoAnswer:
        raise AssertionError("a garment's photo is not checked here")


@pytest.fixture
def looks() -> Looks:
    return Looks()


@pytest.fixture
def key(looks: Looks, chance: random.Random) -> KeyState:
    return KeyState(KeyedProvider(FakeProvider(), KeyLimits(60), checks=looks), chance)


@pytest.fixture
def checking(key: KeyState, chance: random.Random) -> CheckCalls:
    tenure = SimpleNamespace(clock=SystemClock(), chance=chance)
    crew = Crew(ended=lambda: None, lost=lambda: None)
    return CheckCalls(Floor([key]), tenure, crew)


def used(key: KeyState) -> int:
    return key.reads.used(SystemClock().now())


async def test_a_check_takes_one_place_in_the_window(
    checking: CheckCalls, key: KeyState, looks: Looks
) -> None:
    looks.go.set()
    assert await checking.check_person(PICTURE) == PersonCheck(is_good=True)
    assert used(key) == 1


@pytest.mark.parametrize("is_under_way", [True, False])
async def test_a_check_that_is_given_up_counts_all_the_same(
    checking: CheckCalls, key: KeyState, looks: Looks, is_under_way: bool
) -> None:
    check = asyncio.ensure_future(checking.check_person(PICTURE))
    await (looks.looking.wait() if is_under_way else asyncio.sleep(0))
    check.cancel()
    with pytest.raises(asyncio.CancelledError):
        await check
    assert used(key) == 1
    await asyncio.sleep(0)
    assert [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []


async def test_a_check_that_raises_gives_no_advice(
    checking: CheckCalls, key: KeyState, looks: Looks, caplog: pytest.LogCaptureFixture
) -> None:
    looks.error = RuntimeError("a mistake of ours")
    looks.go.set()
    assert await checking.check_person(PICTURE) is None
    assert used(key) == 1
    assert "a task of the scheduler failed" in caplog.text


async def test_a_stopped_key_is_not_asked(checking: CheckCalls, key: KeyState) -> None:
    key.stop(SystemClock().now(), Halt.REFUSED)
    assert await checking.check_person(PICTURE) is None
    assert used(key) == 0
