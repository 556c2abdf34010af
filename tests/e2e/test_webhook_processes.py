"""Two web processes behind a balancer: each update handled once, in order per person, whoever dies when."""

import asyncio
import random
import re
from collections import defaultdict
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.telegram.serving import serving
from bot.web.webhook import webhook_path
from storage.database import Database
from tests.e2e.endings import ended_well
from tests.e2e.person import CARD, DONE, TRY_IT_ON
from tests.e2e.webhook_front import Balancer, Telegram, reaction
from tests.ports import own_port

pytestmark = pytest.mark.network

SECRET = "a-secret-of-the-webhook"
NOTING = (str(Path(__file__).with_name("noting_bot.py")),)
PAYMENT = "pre_checkout_query"


on_both_databases = pytest.mark.parametrize("address", ["sqlite", "postgresql"], indirect=True)


class Pair:
    """Two processes, the balancer in front of them, and who handled what."""

    def __init__(self, stage, url: str, balancer: Balancer) -> None:
        self.stage = stage
        self.balancer = balancer
        self.ports = tuple(balancer.served)
        self.notes = stage.folder / "notes"
        self.bot_id = int(stage.settings["TELEGRAM_BOT_TOKEN"].split(":")[0])
        self.url = url + webhook_path(stage.settings["TELEGRAM_BOT_TOKEN"])
        self._settings = {
            "WEBHOOK_URL": url,
            "WEBHOOK_SECRET": SECRET,
            "NOTES": str(self.notes),
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }

    async def start(self, port: int):
        """Start the process of one port and wait until it listens."""
        run = await self.stage.launch_bot(arguments=NOTING, **self._settings, PORT=str(port))
        await self.stage.until(
            lambda: "listening" in run.output() or not run.is_running, what="a process to listen"
        )
        assert run.is_running, run.output()
        return run

    async def start_both(self):
        """Start both and wait until one works and the other stands by."""
        first = await self.start(self.ports[0])
        await self.stage.until(lambda: "the webhook is set" in first.output(), what="the first to work")
        second = await self.start(self.ports[1])
        await self.stage.until(lambda: "standing by" in second.output(), what="the second to stand by")
        return first, second

    def ended(self) -> dict[int, list[int]]:
        """Return the ids of the handled updates per chat, in the order in which they were handled."""
        found = defaultdict(list)
        for _, what, update_id, chat_id in self._lines():
            if what == "ended":
                found[int(chat_id)].append(int(update_id))
        return dict(found)

    def processes(self) -> set[str]:
        """Return which processes handled anything."""
        return {process for process, *_ in self._lines()}

    def _lines(self) -> list[list[str]]:
        text = self.notes.read_text() if self.notes.exists() else ""
        return [line.split() for line in text.splitlines()]

    async def settled(self) -> None:
        """Wait until no update waits."""
        async with asyncio.timeout(120), Database(self.stage.settings["DATABASE_URL"]) as database:
            while True:
                async with database.reading() as tx:
                    if not await tx.updates.undone(self.bot_id, limit=1):
                        return
                await asyncio.sleep(0.05)


@pytest.fixture
async def pair(stage) -> AsyncIterator[Pair]:
    balancer = Balancer([own_port(), own_port()])
    async with serving(balancer) as url:
        yield Pair(stage, url, balancer)
    await balancer.close()


def chats(people: int, updates: int):
    """Return reactions per chat; ids are spread over the chats, as they are in life."""
    return [[reaction(1000 + n * people + one, 500 + one) for n in range(updates)] for one in range(people)]


def ids(posted) -> dict[int, list[int]]:
    return {
        one[0]["message_reaction"]["chat"]["id"]: [update["update_id"] for update in one] for one in posted
    }


@on_both_databases
async def test_each_update_is_handled_once_and_in_order_whoever_stored_it(pair):
    await pair.start_both()
    posted = chats(people=20, updates=15)
    await Telegram(pair.url, SECRET).post(posted)
    await pair.settled()
    assert pair.ended() == ids(posted)
    assert len(pair.processes()) == 1
    assert min(pair.balancer.served.values()) > 100, "both stored their share"


@on_both_databases
async def test_answer_that_can_not_wait_is_given_when_the_other_process_stored_it(pair):
    _, standing_by = await pair.start_both()
    alone = Telegram(pair.url.replace(pair.url.split("/")[2], f"127.0.0.1:{pair.ports[1]}"), SECRET)
    for number in range(8):
        query = {
            "id": str(number),
            "from": {"id": 500, "is_bot": False, "first_name": "Somebody"},
            "currency": "XTR",
            "total_amount": 75,
            "invoice_payload": "unknown",
        }
        await alone.post([[{"update_id": 9000 + number, PAYMENT: query}]])
        async with asyncio.timeout(60):
            while 9000 + number not in {one for ended in pair.ended().values() for one in ended}:
                await asyncio.sleep(0.01)
        await asyncio.sleep(random.random() / 3)
    assert standing_by.is_running


@on_both_databases
@pytest.mark.parametrize("victim", [0, 1], ids=["who-works", "who-stands-by"])
async def test_killed_at_any_time_nothing_is_lost_and_order_is_kept(pair, victim):
    runs = list(await pair.start_both())
    posted = chats(people=12, updates=30)
    telegram = Telegram(pair.url, SECRET)
    posting = asyncio.create_task(telegram.post(posted))
    for _ in range(2):
        await asyncio.sleep(random.uniform(0.1, 0.8))
        await runs[victim].kill()
        await asyncio.sleep(random.uniform(0.1, 1.5))
        runs[victim] = await pair.start(pair.ports[victim])
    await posting
    await pair.settled()
    for chat_id, wanted in ids(posted).items():
        ended = pair.ended()[chat_id]
        # Killed between the end of a handler and the note of it: that one update is handled once more.
        repeated = len(ended) - len(set(ended))
        assert repeated <= 2
        assert list(dict.fromkeys(ended)) == wanted
        assert ended == sorted(ended)


@on_both_databases
@pytest.mark.parametrize("victim", [0, 1], ids=["who-works", "who-stands-by"])
async def test_pictures_and_credits_are_right_when_a_process_is_killed(stage, pair, person, victim):
    runs = list(await pair.start_both())
    people = [person(f"Person{number}") for number in range(4)]
    for one in people:
        await one.has_been_here()
    killed = asyncio.create_task(_killed_and_replaced(pair, runs, victim))
    await asyncio.gather(*(one.sends_album() for one in people))
    await asyncio.gather(*(_confirms(one) for one in people))
    await killed
    for one in people:
        await stage.until(lambda one=one: _is_over(one), what="a picture or credits back")
    await stage.quiet()
    for one in people:
        states = stage.books.job_states(one.id)
        assert len(states) == 1
        delivered = states.count("delivered")
        assert stage.books.balance(one.id) == (3 - delivered, 0)
    assert stage.tryiton.journal.accepted_twice() == []


async def _confirms(person):
    await person.taps_and_goes(TRY_IT_ON, await person.sees(CARD))


async def _killed_and_replaced(pair, runs, victim):
    await asyncio.sleep(random.uniform(0.2, 2.5))
    await runs[victim].kill()
    runs[victim] = await pair.start(pair.ports[victim])


def _is_over(person) -> bool:
    return bool(person.finds(DONE, photo=True) or person.finds(button="🔄 Try again"))


@on_both_databases
async def test_rolling_deploy_loses_and_doubles_nothing(stage, pair, person):
    """The new process is started and ready before the old one is told to stop, twice over."""
    first, second = await pair.start_both()
    alice = person("Alice")
    await alice.has_been_here()
    posted = chats(people=8, updates=40)
    telegram = Telegram(pair.url, SECRET)
    posting = asyncio.create_task(telegram.post(posted))
    await alice.orders()
    for old, port in ((first, pair.ports[0]), (second, pair.ports[1])):
        code = await old.terminate()
        assert code == 0, old.output()
        await pair.start(port)
    await posting
    await pair.settled()
    handled = {chat: numbers for chat, numbers in pair.ended().items() if chat != alice.id}
    assert handled == ids(posted)
    await alice.gets_a_picture()
    await ended_well(alice)
    assert len(stage.tryiton.jobs) == 1


async def test_secret_is_in_no_log(stage, pair):
    await pair.start_both()
    await Telegram(pair.url, SECRET).post(chats(people=1, updates=2))
    await pair.settled()
    assert not [run for run in stage.runs if re.search(SECRET, run.output())]


@pytest.mark.parametrize("address", ["stoppable"], indirect=True)
async def test_postgresql_away_for_a_while_loses_nothing_that_was_confirmed(pair, stoppable):
    runs = await pair.start_both()
    posted = chats(people=6, updates=40)
    telegram = Telegram(pair.url, SECRET)
    is_away = asyncio.Event()

    async def post():
        await telegram.post([chat[:20] for chat in posted])
        await is_away.wait()
        await telegram.post([chat[20:] for chat in posted])

    posting = asyncio.create_task(post())
    await asyncio.sleep(random.random())
    await asyncio.to_thread(stoppable.stop)
    is_away.set()
    async with asyncio.timeout(60):
        while not telegram.repeated:
            await asyncio.sleep(0.05)
    await asyncio.sleep(2.0)
    await asyncio.to_thread(stoppable.start)
    await posting
    await pair.settled()
    for chat_id, wanted in ids(posted).items():
        assert list(dict.fromkeys(pair.ended()[chat_id])) == wanted
    assert runs[1].is_running, "who stands by waits until the database is back"
