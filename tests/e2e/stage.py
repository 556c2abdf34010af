"""Where a story plays: the sandbox's servers in the test's own loop, and real bot processes beside them."""

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import httpx
from sqlalchemy import make_url

from bot.sandbox.app import Sandbox
from bot.sandbox.bot_process import bot_environment
from bot.sandbox.providers.control import wait_for
from bot.sandbox.providers.fitroom.server import FitRoomServer
from bot.sandbox.providers.records import Happening
from bot.sandbox.providers.tryiton.server import TryItOnServer
from bot.sandbox.telegram.changes import FellBehindError
from bot.sandbox.telegram.gate import Gate
from bot.sandbox.telegram.model import Message
from bot.sandbox.telegram.world import World
from tests.e2e.books import Books
from tests.e2e.bot_run import PLAIN, UNHURRIED, BotRun

T = TypeVar("T")

ROOT = Path(__file__).parents[2]
# How long anything may take that a person waits for; generous, since several tests share two cores.
PATIENCE = 60.0
# Seconds of a job that lasts until its provider is told that it is done, and settings with which the bot
# waits for it.
NEVER = 1e6
WAITS_FOR_EVER = {"TRYITON_SECONDS": "0.3:0.45:600"}
# What is not told by a change in a chat (a row, a process) is looked at this often.
LOOK_EVERY = 0.05
SHOWN_CHATS = 4


class Stage:
    """The servers, one database, and the processes that were started on it."""

    def __init__(self, sandbox: Sandbox, url: str, folder: Path, settings: dict[str, str]) -> None:
        self.sandbox = sandbox
        self.url = url
        self.folder = folder
        self.settings = settings
        self.books = Books(settings["DATABASE_URL"])
        self.runs: list[BotRun] = []
        self.expects_errors = False

    @property
    def world(self) -> World:
        return self.sandbox.telegram.world

    @property
    def gate(self) -> Gate:
        """The faults and the recorder of the Bot API."""
        return self.sandbox.telegram.gate

    @property
    def tryiton(self) -> TryItOnServer:
        return self.sandbox.tryiton.server

    @property
    def fitroom(self) -> FitRoomServer:
        return self.sandbox.fitroom.server

    @property
    def key(self) -> str:
        return self.settings["TRYITON_API_KEY"]

    @property
    def fitroom_key(self) -> str:
        return self.settings["FITROOM_API_KEY"]

    def paid_calls(self) -> int:
        """Return how many paid calls arrived, at whichever provider."""
        return len(self.tryiton.journal.submissions) + len(self.fitroom.journal.submissions)

    @property
    def secrets(self) -> tuple[str, ...]:
        token = self.settings["TELEGRAM_BOT_TOKEN"]
        keys = (key for name, key in self.settings.items() if name.endswith("_API_KEY"))
        password = make_url(self.settings["DATABASE_URL"]).password
        return token, token.split(":")[1], *keys, *([password] if password else [])

    def last_call(self) -> int:
        """Return the number of the newest call to the Bot API, to ask for later ones only."""
        calls = self.gate.calls()
        return calls[-1].number if calls else 0

    # The bot.

    async def start_bot(self, *, arguments: Sequence[str] = UNHURRIED, **settings: str) -> BotRun:
        """Start a bot and wait until it asks for updates."""
        since = self.last_call()
        run = await self.launch_bot(arguments=arguments, **settings)
        await self.until(
            lambda: self.gate.calls("getUpdates", since=since) or not run.is_running,
            what="the bot to ask for updates",
        )
        assert run.is_running, f"the bot ended with {run.exit_code}:\n{run.output()[-3000:]}"
        return run

    async def launch_bot(self, *, arguments: Sequence[str] = UNHURRIED, **settings: str) -> BotRun:
        """Start a bot without waiting for anything."""
        environment = bot_environment({**self.settings, **settings}, os.environ)
        log = self.folder / f"bot-{len(self.runs) + 1}.log"
        run = BotRun(environment, log, arguments, cwd=ROOT)
        self.runs.append(run)
        await run.start()
        return run

    async def restart(self, run: BotRun) -> BotRun:
        """Kill a bot as kill -9 does, and start a new one."""
        await run.kill()
        return await self.start_bot()

    async def command(self, *arguments: str) -> str:
        """Run a command of the operator's to its end and return what it says."""
        run = await self.launch_bot(arguments=(*PLAIN, *arguments))
        assert await run.ended() == 0, run.output()
        return run.output()

    # Waiting.

    async def until(self, look: Callable[[], T], *, what: str, seconds: float = PATIENCE) -> T:
        """Look at once, after each change in any chat and now and then, until there is something to see."""
        deadline = time.monotonic() + seconds
        with self.world.subscribe() as changes:
            while True:
                found = look()
                if found:
                    return found
                if time.monotonic() > deadline:
                    raise AssertionError(f"waited {seconds:g} s for {what}\n{self.transcript()}")
                with suppress(TimeoutError, FellBehindError):
                    await asyncio.wait_for(changes.next(), LOOK_EVERY)

    async def quiet(self, *, seconds: float = PATIENCE) -> None:
        """Wait until nothing is left to do: updates fetched and handled, jobs ended, notices sent."""
        await self.until(self.is_quiet, what="everything to be finished", seconds=seconds)

    def is_quiet(self) -> bool:
        """Return whether nothing is left to do, neither in the books nor with Telegram."""
        # In this order: the bot stores what it fetched before it confirms it.
        return not self.waiting_updates() and not self.books.unfinished()

    def waiting_updates(self) -> int:
        """Return how many updates Telegram holds that no bot has confirmed."""
        return sum(len(bot.queue) for bot in self.world.bots.values())

    async def held_at_the_provider(self, count: int = 1) -> None:
        """Wait until the provider holds so many calls, counted from the beginning."""
        journal = self.tryiton.journal
        assert await wait_for(journal, Happening.HELD, count, PATIENCE), self.transcript()

    # Reading.

    async def download(self, address: str) -> bytes:
        """Return what a web address shows."""
        async with httpx.AsyncClient() as client:
            return (await client.get(address)).content

    def transcript(self, *about: int) -> str:
        """Return what these or the newest chats show and what the bots wrote last."""
        lines = []
        spoken = [
            person
            for person in self.world.people.values()
            if self.world.messages(person.id) and (not about or person.id in about)
        ]
        for person in spoken[-SHOWN_CHATS:]:
            messages = self.world.messages(person.id)
            lines += [f"--- {person.first_name}'s chat", *(self.line(message) for message in messages)]
        lines += [f"--- updates not fetched: {self.waiting_updates()}"]
        lines += [f"--- unfinished: {self.books.unfinished()}"] if self.books.exists() else []
        for run in self.runs:
            state = "running" if run.is_running else f"ended with {run.exit_code}"
            lines += [f"--- {run.log.name} ({state})", run.output()[-3000:]]
        return "\n".join(lines)

    def line(self, message: Message) -> str:
        """Return one message in one line."""
        who = "bot" if self.world.is_bot(message.sender_id) else "   "
        kind = "[photo] " if message.photo else "[file] " if message.document else ""
        buttons = [button.text for button in message.keyboard.buttons()] if message.keyboard else []
        reply = f" (to {message.reply_to_id})" if message.reply_to_id else ""
        text = (message.text or "").replace("\n", " / ")
        return f"{message.id:5} {who} {kind}{text}{reply} {buttons or ''}"
