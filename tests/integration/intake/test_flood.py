"""Nobody can use up the room of all, and nothing of theirs is lost, doubled or out of order."""

import asyncio
import json
import random

import pytest

from bot.clock import SystemClock
from bot.intake import dispatcher as intake
from bot.intake.dispatcher import Dispatcher
from storage.database import Database
from storage.migrate import upgrade

BOT = 7
FLOODER = 1


def message(update_id, user):
    body = {"message_id": update_id, "from": {"id": user}, "chat": {"id": user}}
    return update_id, json.dumps({"update_id": update_id, "message": body})


class Reception:
    """Takes its time with the flooder, as the pace of a chat does."""

    def __init__(self):
        self.seen = []
        self.gate = asyncio.Event()

    async def handle(self, update):
        if update["message"]["from"]["id"] == FLOODER:
            await self.gate.wait()
            await asyncio.sleep(random.random() / 2000)
        self.seen.append(update["update_id"])

    async def quiet_tap(self, query_id):
        pass

    async def apologise(self, update):
        raise AssertionError("nothing fails here")


@pytest.fixture
def address(tmp_path):
    upgrade(f"sqlite:///{tmp_path}/tryon.db")
    return f"sqlite:///{tmp_path}/tryon.db"


@pytest.fixture
async def database(address):
    async with Database(address) as opened:
        yield opened


@pytest.fixture
async def reception():
    return Reception()


@pytest.fixture
async def dispatcher(database, reception, monkeypatch):
    monkeypatch.setattr(intake, "MAX_WAITING", 60)
    monkeypatch.setattr(intake, "MAX_OF_ONE", 20)
    one = Dispatcher(database, SystemClock(), reception, bot_id=BOT)
    await one.start()
    yield one
    await one.stop(1)


async def settled(database):
    async with asyncio.timeout(60):
        while True:
            async with database.reading() as tx:
                if not await tx.updates.undone(BOT):
                    return
            await asyncio.sleep(0.01)


async def test_flood_of_one_person_keeps_nobody_else_out(dispatcher, reception):
    async with asyncio.timeout(60):
        await dispatcher.store([message(n, FLOODER) for n in range(1, 201)])
        await dispatcher.store([message(1000, 2)])
        while 1000 not in reception.seen:
            await asyncio.sleep(0.01)
    assert reception.seen == [1000]
    reception.gate.set()


async def test_flood_is_handled_once_and_in_order_all_the_same(dispatcher, database, reception):
    async with asyncio.timeout(60):
        for start in range(1, 301, 30):
            await dispatcher.store([message(n, FLOODER) for n in range(start, start + 30)])
            if start > 100:
                reception.gate.set()
            await asyncio.sleep(0.02)
        await settled(database)
    assert reception.seen == list(range(1, 301))
    assert dispatcher._left_out == {}


async def test_flood_of_an_earlier_run_is_handled_in_order(database, reception, monkeypatch):
    monkeypatch.setattr(intake, "MAX_WAITING", 60)
    monkeypatch.setattr(intake, "MAX_OF_ONE", 20)
    async with database.transaction() as tx:
        await tx.updates.add(BOT, [message(n, FLOODER) for n in range(1, 151)], 1.0)
    reception.gate.set()
    dispatcher = Dispatcher(database, SystemClock(), reception, bot_id=BOT)
    async with asyncio.timeout(60):
        await dispatcher.start()
        await settled(database)
    await dispatcher.stop(1)
    assert reception.seen == list(range(1, 151))
