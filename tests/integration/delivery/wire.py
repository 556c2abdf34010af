"""The chat as it is in the program, connected to a Bot API server on this machine."""

import asyncio
import io
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import uvicorn
from PIL import Image
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount

from bot.chat.connection import build_bot
from bot.chat.gate import Gate
from bot.chat.messages import Delivery, NoticeText, Progress
from bot.chat.outcomes import MessageRef, Place, Sent
from bot.chat.screen import Button, Screen
from bot.chat.telegram import Chat
from bot.clock import SystemClock
from bot.sandbox.telegram.model import Message, Person
from bot.sandbox.telegram.server import TelegramServer
from bot.sandbox.telegram.world import World

TOKEN = f"{123456789}:" + "A" * 35


class QuickClock(SystemClock):
    """The machine's clock, with waits a hundred times shorter."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds) / 100)


class PlainScreens:
    """Words that show what they were made from."""

    def progress(self, progress: Progress, language: str | None) -> Screen:
        return Screen(f"{progress.stage} {progress.fraction}")

    def picture_caption(self, delivery: Delivery) -> Screen:
        return Screen(f"<b>{delivery.price}</b> credits", ((Button("More", "og:1"),),))

    def notice(self, notice: NoticeText) -> Screen:
        return Screen(notice.kind)


def picture() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (300, 400), "teal").save(target, "JPEG")
    return target.getvalue()


def delivery(data: bytes | None = None) -> Delivery:
    body = picture() if data is None else data
    return Delivery(
        job_id=7,
        user_id=1,
        ability="clothes",
        n=1,
        of=1,
        price=2,
        balance=5,
        language=None,
        data=body,
        media_type="image/jpeg",
    )


async def draw(name: str) -> bytes:
    """Draw the one design there is."""
    if name != "rose":
        raise ValueError(name)
    return b"a rose"


@asynccontextmanager
async def serving(routes: list[BaseRoute]) -> AsyncIterator[str]:
    """Run routes on a free port and give their address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(
            uvicorn.Config(Starlette(routes=routes), log_config=None, timeout_graceful_shutdown=1)
        )
        task = asyncio.create_task(server.serve([listener]))
        while not server.started:
            await asyncio.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/telegram"
        finally:
            server.should_exit = True
            await task


@dataclass
class Wire:
    """One person's chat with the bot, seen from both ends."""

    world: World
    server: TelegramServer
    person: Person
    start: Message
    chat: Chat
    gate: Gate
    url: str
    moves: list[tuple[int, int]] = field(default_factory=list)

    @property
    def place(self) -> Place:
        return Place(self.person.id, None, self.start.id)

    def shown(self) -> list[Message]:
        """Return what the bot put into the chat."""
        return [one for one in self.world.messages(self.person.id) if one.id != self.start.id]

    def calls(self, method: str) -> int:
        return sum(call.method == method for call in self.server.gate.calls())

    async def card(self, text: str = "card") -> MessageRef:
        sent = await self.chat.say(self.place, Screen(text))
        assert isinstance(sent, Sent)
        return MessageRef(self.person.id, sent.message_id)


@asynccontextmanager
async def wire() -> AsyncIterator[Wire]:
    """Start a Bot API server with one person, and a chat connected to it."""
    world = World()
    server = TelegramServer(world)
    moves: list[tuple[int, int]] = []

    async def on_moved(old: int, new: int) -> None:
        moves.append((old, new))

    async def fit(data: bytes) -> bytes:
        if data == b"odd":
            raise ValueError("no picture at all")
        return data

    async with serving([Mount("/telegram", routes=list(server.routes()))]) as url:
        gate = Gate(QuickClock())
        bot = build_bot(token=TOKEN, api_url=url, rate_limiter=gate)
        await bot.initialize()
        person = world.add_person("Ada")
        start = await world.person_starts(person.id)
        chat = Chat(
            bot,
            gate,
            clock=QuickClock(),
            screens=PlainScreens(),
            fit_for_telegram=fit,
            draw_design=draw,
            on_moved=on_moved,
        )
        try:
            yield Wire(world, server, person, start, chat, gate, url, moves)
        finally:
            await chat.stop()
            await bot.shutdown()
            await server.close()
