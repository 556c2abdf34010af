"""One process dispatches what several store: each update once, in order per person, whoever stored it."""

import asyncio
import json
import random
from collections import defaultdict

import pytest

from bot.clock import SystemClock
from bot.intake import dispatcher as intake
from bot.intake.dispatcher import Dispatcher
from bot.intake.inbox import Inbox, Taken
from storage.database import Database
from storage.errors import StorageUnavailable
from storage.migrate import upgrade

BOT = 7


def message(update_id, user=1):
    body = {"message_id": update_id, "from": {"id": user}, "chat": {"id": user}}
    return update_id, json.dumps({"update_id": update_id, "message": body})


class Reception:
    def __init__(self):
        self.seen = []
        self.by_person = defaultdict(list)
        self.gate = asyncio.Event()
        self.gate.set()

    async def handle(self, update):
        if "message" in update:
            await self.gate.wait()
            await asyncio.sleep(random.random() / 500)
            self.by_person[update["message"]["from"]["id"]].append(update["update_id"])
        self.seen.append(update["update_id"])

    async def apologise(self, update):
        raise AssertionError("nothing fails here")

    async def quiet_tap(self, query_id):
        pass


@pytest.fixture
def url(tmp_path):
    address = f"sqlite:///{tmp_path}/tryon.db"
    upgrade(address)
    return address


@pytest.fixture
async def database(url):
    async with Database(url) as opened:
        yield opened


@pytest.fixture
async def elsewhere(url):
    """The inbox of another process on the same database."""
    async with Database(url) as opened:
        yield Inbox(opened, SystemClock(), bot_id=BOT)


@pytest.fixture
async def here(database):
    return Inbox(database, SystemClock(), bot_id=BOT)


@pytest.fixture
async def reception():
    return Reception()


@pytest.fixture
async def dispatcher(database, here, reception):
    one = Dispatcher(database, SystemClock(), reception, bot_id=BOT)
    await one.start()
    following = asyncio.create_task(one.follow(here.arrived))
    yield one
    following.cancel()
    await one.stop(1)


async def settled(database):
    async with asyncio.timeout(60):
        while await undone(database):
            await asyncio.sleep(0.01)


async def undone(database):
    async with database.reading() as tx:
        return [stored.update_id for stored in await tx.updates.undone(BOT)]


async def seen(reception, count):
    async with asyncio.timeout(30):
        while len(reception.seen) < count:
            await asyncio.sleep(0.005)


async def test_what_two_processes_store_is_handled_once_and_in_order(
    dispatcher, database, here, elsewhere, reception
):
    async def writes(person):
        for number in range(20):
            # As Telegram does: the next one comes when the one before was accepted, twice at times.
            for inbox in random.choice([(here,), (elsewhere,), (here, elsewhere)]):
                await inbox.store([message(person * 100 + number, user=person)])

    await asyncio.gather(*(writes(person) for person in range(1, 21)))
    await settled(database)
    assert dict(reception.by_person) == {
        person: [person * 100 + number for number in range(20)] for person in range(1, 21)
    }


async def test_own_update_is_taken_up_at_once(dispatcher, here, reception, monkeypatch):
    await asyncio.sleep(0.05)
    monkeypatch.setattr(intake, "LOOK_SECONDS", 3600.0)
    await here.store([message(1)])
    await seen(reception, 1)
    await here.store([message(2)])
    await seen(reception, 2)


async def test_update_of_another_process_is_taken_up_soon(dispatcher, elsewhere, reception, monkeypatch):
    """With the next look, or the one after if a look was just going on."""
    assert intake.LOOK_SECONDS < 0.5
    look, handle = dispatcher._look, reception.handle
    looks, handled_in = 0, []

    async def counted():
        nonlocal looks
        looks += 1
        return await look()

    async def noted(update):
        handled_in.append(looks)
        await handle(update)

    monkeypatch.setattr(dispatcher, "_look", counted)
    monkeypatch.setattr(reception, "handle", noted)
    await elsewhere.store([message(1)])
    stored_in = looks
    await seen(reception, 1)
    assert handled_in[0] <= stored_in + 2


async def test_payment_stored_elsewhere_passes_a_full_queue(
    dispatcher, database, elsewhere, reception, monkeypatch
):
    monkeypatch.setattr(intake, "MAX_WAITING", 20)
    monkeypatch.setattr(intake, "FULL_PAUSE", 0.1)
    reception.gate.clear()
    await elsewhere.store([message(n, user=n) for n in range(1, 60)])
    checkout = json.dumps({"update_id": 500, "pre_checkout_query": {"id": "p", "from": {"id": 1}}})
    await elsewhere.store([(500, checkout)])
    await seen(reception, 1)
    assert reception.seen == [500]
    reception.gate.set()
    await settled(database)
    assert sorted(reception.seen) == [*range(1, 60), 500]


async def test_order_is_kept_when_room_is_found_in_the_middle_of_a_look(
    dispatcher, database, elsewhere, reception, monkeypatch
):
    monkeypatch.setattr(intake, "MAX_WAITING", 5)
    monkeypatch.setattr(intake, "FULL_PAUSE", 0.01)
    monkeypatch.setattr(intake, "LOOK_ROWS", 3)
    await elsewhere.store([message(n, user=n % 4 + 1) for n in range(1, 81)])
    await settled(database)
    assert sorted(reception.seen) == list(range(1, 81))
    assert all(numbers == sorted(numbers) for numbers in reception.by_person.values())


async def test_row_that_becomes_visible_late_is_taken_up_and_not_overtaken(
    dispatcher, database, elsewhere, reception, monkeypatch
):
    """A slow commit elsewhere: the first page of a look does not show it, the next update is there after."""
    honest, pages = dispatcher._undone, []

    async def undone_with_a_late_row(tx, after):
        page = await honest(tx, after)
        shown = [stored for stored in page if stored.update_id != 1] if len(pages) < 1 else page
        if page:
            pages.append(shown)
        if len(pages) == 1 and page:
            await elsewhere.store([message(3, user=1)])
        return shown

    async with database.transaction():
        # Nothing can be stored before the dispatcher looks through our eyes.
        monkeypatch.setattr(dispatcher, "_undone", undone_with_a_late_row)
    await elsewhere.store([message(1, user=1), message(2, user=2)])
    await seen(reception, 3)
    assert reception.by_person == {1: [1, 3], 2: [2]}


async def test_update_whose_end_could_not_be_noted_is_not_handled_again(
    dispatcher, database, elsewhere, reception, monkeypatch
):
    async def fails(stored, *, done):
        return False

    monkeypatch.setattr(dispatcher, "_finish", fails)
    await elsewhere.store([message(1)])
    await seen(reception, 1)
    await asyncio.sleep(1.0)
    assert reception.seen == [1]
    assert await undone(database) == [1]


async def test_database_that_is_away_for_a_while_stops_nothing(dispatcher, elsewhere, reception, monkeypatch):
    honest = dispatcher._undone
    away = True

    async def sometimes(tx, after):
        if away:
            raise StorageUnavailable("it is away")
        return await honest(tx, after)

    monkeypatch.setattr(dispatcher, "_undone", sometimes)
    await elsewhere.store([message(1)])
    await asyncio.sleep(0.8)
    assert reception.seen == []
    away = False
    await seen(reception, 1)


async def test_memory_of_what_was_taken_is_let_go(dispatcher, database, here, reception):
    await here.store([message(n, user=n) for n in range(1, 101)])
    await settled(database)
    async with asyncio.timeout(30):
        while len(dispatcher._taken):
            await asyncio.sleep(0.05)


def test_update_that_ended_during_a_look_is_not_taken_again_in_it():
    taken = Taken()
    taken.begin_look()
    assert taken.take(7)
    taken.end(7)
    assert not taken.take(7)
    taken.begin_look()
    assert len(taken) == 0
