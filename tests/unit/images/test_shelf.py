"""A picture is made once, kept while it is used, and a failure is not kept."""

import asyncio

import pytest

from bot.images.shelf import Shelf


class Maker:
    def __init__(self):
        self.calls = 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self):
        self.calls += 1
        await self.gate.wait()
        return b"made %d" % self.calls


@pytest.fixture
async def maker():
    return Maker()


async def test_a_picture_is_made_once(maker):
    shelf = Shelf(2)

    assert await shelf.get("a", maker) is await shelf.get("a", maker)
    assert maker.calls == 1


async def test_all_who_ask_meanwhile_get_the_same(maker):
    shelf = Shelf(2)
    maker.gate.clear()
    asking = [asyncio.create_task(shelf.get("a", maker)) for _ in range(5)]
    await asyncio.sleep(0)
    maker.gate.set()

    assert await asyncio.gather(*asking) == [b"made 1"] * 5


async def test_what_was_used_longest_ago_goes_first(maker):
    shelf = Shelf(2)
    for key in ("a", "b", "a", "c"):
        await shelf.get(key, maker)

    assert maker.calls == 3
    await shelf.get("a", maker)
    assert maker.calls == 3
    await shelf.get("b", maker)
    assert maker.calls == 4


async def test_a_failure_reaches_who_asks_and_is_not_kept(maker):
    async def fail():
        raise LookupError("broken")

    shelf = Shelf(2)
    with pytest.raises(LookupError):
        await shelf.get("a", fail)

    assert await shelf.get("a", maker) == b"made 1"


async def test_who_leaves_does_not_spoil_it_for_the_others(maker):
    shelf = Shelf(2)
    maker.gate.clear()
    leaving, staying = (asyncio.create_task(shelf.get("a", maker)) for _ in range(2))
    await asyncio.sleep(0)
    leaving.cancel()
    await asyncio.sleep(0)
    maker.gate.set()

    assert await staying == b"made 1"
    assert leaving.cancelled()
