"""Updates: stored before they are confirmed, in order per person, never lost, never twice."""

import asyncio
import json
import random
from collections import defaultdict

import pytest

from bot.clock import SystemClock
from bot.errors import AlreadyHandledError
from bot.intake.dispatcher import MAX_STARTS, RETRY_AFTER, WORKERS, Dispatcher
from bot.intake.inbox import queue_key
from bot.intake.poller import Poller
from storage.database import Database
from storage.errors import StorageUnavailable
from storage.migrate import upgrade

BOT = 7


def message(update_id, user=1, chat=None, **fields):
    body = {"message_id": update_id, "from": {"id": user}, "chat": {"id": chat or user}, **fields}
    return update_id, json.dumps({"update_id": update_id, "message": body})


def tap(update_id, user=1):
    query = {"id": f"q{update_id}", "from": {"id": user}, "message": {"chat": {"id": user}}, "data": "x"}
    return update_id, json.dumps({"update_id": update_id, "callback_query": query})


class FastClock(SystemClock):
    async def sleep(self, seconds):
        await asyncio.sleep(seconds / 1000)


class Reception:
    def __init__(self):
        self.begun = []
        self.seen = []
        self.apologies = []
        self.quiet = []
        self.failures = defaultdict(int)
        self.gate = asyncio.Event()
        self.gate.set()

    async def handle(self, update):
        self.begun.append(update["update_id"])
        await self.gate.wait()
        await asyncio.sleep(random.random() / 500)
        if self.failures[update["update_id"]]:
            self.failures[update["update_id"]] -= 1
            raise RuntimeError("made to fail")
        self.seen.append(update["update_id"])

    async def apologise(self, update):
        self.apologies.append(update["update_id"])

    async def quiet_tap(self, query_id):
        self.quiet.append(query_id)


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
async def reception():
    return Reception()


@pytest.fixture
async def dispatcher(database, reception):
    one = Dispatcher(database, FastClock(), reception, bot_id=BOT)
    await one.start()
    yield one
    await one.stop(1)


async def undone(database):
    async with database.reading() as tx:
        return [stored.update_id for stored in await tx.updates.undone(BOT)]


async def until(condition):
    async with asyncio.timeout(60):
        while not await condition():
            await asyncio.sleep(0.01)


async def begun(reception, count):
    async def enough():
        return len(reception.begun) >= count

    await until(enough)


async def settled(database):
    await until(lambda: _none(database))


async def _none(database):
    return not await undone(database)


async def test_each_update_is_handled_once_and_noted(dispatcher, database, reception):
    await dispatcher.store([message(n) for n in range(1, 21)])
    await settled(database)
    assert reception.seen == list(range(1, 21))


async def test_an_update_that_comes_twice_is_handled_once(dispatcher, database, reception):
    await dispatcher.store([message(1)])
    await dispatcher.store([message(1), message(2)])
    await settled(database)
    assert sorted(reception.seen) == [1, 2]


async def test_albums_in_500_chats_at_once_arrive_in_order(dispatcher, database, reception):
    batch = [message(chat * 10 + part, user=chat) for part in (1, 2) for chat in range(1, 501)]
    for start in range(0, len(batch), 100):
        await dispatcher.store(batch[start : start + 100])
    await settled(database)
    right = sum(
        [n for n in reception.seen if n // 10 == chat] == [chat * 10 + 1, chat * 10 + 2]
        for chat in range(1, 501)
    )
    assert right == 500


async def test_flooded_chat_delays_nobody_else(dispatcher, database, reception):
    await dispatcher.store([message(n, user=1) for n in range(1, 300)])
    await dispatcher.store([message(1000, user=2)])
    await settled(database)
    assert reception.seen.index(1000) < 40


async def test_payments_do_not_queue_behind_photos(dispatcher, database, reception):
    reception.gate.clear()
    await dispatcher.store([message(n, user=n) for n in range(1, 100)])
    await begun(reception, WORKERS)
    checkout = json.dumps({"update_id": 500, "pre_checkout_query": {"id": "p", "from": {"id": 1}}})
    await dispatcher.store([(500, checkout)])
    await begun(reception, WORKERS + 1)
    assert reception.begun[-1] == 500
    reception.gate.set()


async def test_tap_that_has_to_wait_is_answered_meanwhile(dispatcher, reception):
    reception.gate.clear()
    await dispatcher.store([tap(1)])

    async def answered():
        return reception.quiet == ["q1"]

    await until(answered)
    assert reception.seen == []
    reception.gate.set()


async def test_handler_that_fails_is_tried_again(dispatcher, database, reception):
    reception.failures[1] = 2
    await dispatcher.store([message(1), message(2)])
    await settled(database)
    assert reception.seen == [1, 2]
    assert reception.apologies == []


async def test_outage_of_the_database_is_no_fault_of_an_update(dispatcher, database, reception):
    """Longer than a handler that fails is given; nobody reads an apology, and order is kept."""
    honest, outage = reception.handle, len(RETRY_AFTER) + 3

    async def handle(update):
        nonlocal outage
        if outage:
            outage -= 1
            raise StorageUnavailable("the server is starting")
        await honest(update)

    reception.handle = handle
    await dispatcher.store([message(1), message(2)])
    await settled(database)
    assert reception.seen == [1, 2]
    assert reception.apologies == []


async def test_end_is_noted_when_the_database_is_back(dispatcher, database, reception, monkeypatch):
    honest, outage = dispatcher._note_end, 4

    async def note_end(update_id, *, done):
        nonlocal outage
        if outage:
            outage -= 1
            raise StorageUnavailable("the server is starting")
        await honest(update_id, done=done)

    monkeypatch.setattr(dispatcher, "_note_end", note_end)
    await dispatcher.store([message(1), message(2)])
    await settled(database)
    assert reception.seen == [1, 2]


async def test_handler_that_never_works_apologises_and_keeps_the_update(dispatcher, database, reception):
    reception.failures[1] = 99
    await dispatcher.store([message(1), message(2)])
    await settled(database)
    assert reception.apologies == [1]
    assert reception.seen == [2]


async def test_apology_that_fails_stops_no_worker(dispatcher, database, reception):
    async def apologise(update):
        raise ValueError("an update of no known shape")

    reception.apologise = apologise
    for number in range(1, 21):
        reception.failures[number] = 99
    await dispatcher.store([message(number, user=number) for number in range(1, 21)])
    await settled(database)
    await dispatcher.store([message(100)])
    await settled(database)
    assert reception.seen == [100]


async def test_handled_update_is_not_handled_again(database):
    reception = Reception()

    async def handle(update):
        async with database.transaction() as tx:
            if not await tx.updates.mark_done(BOT, update["update_id"], 1.0):
                raise AlreadyHandledError
        reception.seen.append(update["update_id"])
        raise RuntimeError("after the change was committed")

    reception.handle = handle
    dispatcher = Dispatcher(database, FastClock(), reception, bot_id=BOT)
    await dispatcher.start()
    await dispatcher.store([message(1)])
    await settled(database)
    await dispatcher.stop(5)
    assert reception.seen == [1]
    assert reception.apologies == []


async def test_what_a_crash_left_undone_is_handled_at_the_next_start(database, reception):
    async with database.transaction() as tx:
        await tx.updates.add(BOT, [message(1), message(2), message(3, user=2)], 1.0)
        await tx.updates.mark_done(BOT, 2, 1.0)
    dispatcher = Dispatcher(database, FastClock(), reception, bot_id=BOT)
    await dispatcher.start()
    await settled(database)
    await dispatcher.stop(1)
    assert sorted(reception.seen) == [1, 3]


async def test_update_that_brings_the_program_down_is_set_aside(database, reception):
    async with database.transaction() as tx:
        await tx.updates.add(BOT, [message(1), message(2)], 1.0)
        for _ in range(MAX_STARTS):
            await tx.updates.count_attempt(BOT, 1)
    dispatcher = Dispatcher(database, FastClock(), reception, bot_id=BOT)
    await dispatcher.start()
    await settled(database)
    await dispatcher.stop(1)
    assert reception.seen == [2]


async def test_what_waited_behind_a_deadly_update_is_not_blamed_for_it(database, reception):
    reception.gate.clear()
    async with database.transaction() as tx:
        await tx.updates.add(BOT, [message(1), message(2)], 1.0)
    for number in range(1, MAX_STARTS + 1):
        dying = Dispatcher(database, FastClock(), reception, bot_id=BOT)
        await dying.start()
        await begun(reception, number)
        await dying.stop(0)
    reception.gate.set()
    dispatcher = Dispatcher(database, FastClock(), reception, bot_id=BOT)
    await dispatcher.start()
    await settled(database)
    await dispatcher.stop(1)
    assert reception.seen == [2]


async def test_stop_lets_a_handler_finish_and_leaves_the_rest(database, reception):
    dispatcher = Dispatcher(database, FastClock(), reception, bot_id=BOT)
    await dispatcher.start()
    reception.gate.clear()
    await dispatcher.store([message(1), message(2)])
    await begun(reception, 1)
    stopping = asyncio.create_task(dispatcher.stop(60))
    await asyncio.sleep(0)
    reception.gate.set()
    await stopping
    assert reception.seen == [1]
    assert await undone(database) == [2]


@pytest.mark.parametrize(
    ("update", "key"),
    [
        (json.loads(message(1, user=5, chat=-3)[1]), (-3, 5)),
        (json.loads(tap(1, user=5)[1]), (5, 5)),
        ({"update_id": 1, "my_chat_member": {"chat": {"id": 4}, "from": {"id": 4}}}, (4, 4)),
        ({"update_id": 1, "something_new": 3}, (0, 0)),
    ],
)
def test_queue_is_per_person_and_chat(update, key):
    assert queue_key(update) == key


async def test_offset_is_confirmed_only_after_the_batch_is_stored(database, reception):
    dispatcher = Dispatcher(database, FastClock(), reception, bot_id=BOT)
    stored_at_fetch = []

    class Source:
        offsets = []
        batches = [[message(41), message(42)], OSError("no network"), [message(9_000_000)]]

        async def fetch(self, offset, seconds):
            self.offsets.append(offset)
            async with database.reading() as tx:
                stored_at_fetch.append(len(await tx.updates.undone(BOT)))
            if not self.batches:
                await asyncio.sleep(3600)
            batch = self.batches.pop(0)
            if isinstance(batch, Exception):
                raise batch
            return batch

    source = Source()
    poller = asyncio.create_task(Poller(source, dispatcher, FastClock()).run())

    async def all_stored():
        return len(await undone(database)) == 3

    await until(all_stored)
    poller.cancel()
    await asyncio.gather(poller, return_exceptions=True)
    assert source.offsets[:3] == [None, 43, 43]
    assert stored_at_fetch[:3] == [0, 2, 2]
