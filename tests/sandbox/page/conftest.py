import asyncio
import os
import random
import shutil
from dataclasses import dataclass, field

import pytest
import pytest_asyncio
import uvicorn
from playwright.async_api import async_playwright, expect
from starlette.applications import Starlette

from bot.sandbox.page.routes import page_routes
from bot.sandbox.telegram.world import World
from tests.ports import own_port
from tests.sandbox.page.fake_bot import FakeBot

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 60_000  # milliseconds, for a machine with much to do


@dataclass
class Served:
    """A world with people, groups and a scripted bot, and the address of its page."""

    world: World
    bot: FakeBot
    port: int
    alice: int
    bruno: int
    forum: int
    server: uvicorn.Server = None
    running: list = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def chat(self):
        return self.world.private_chat(self.alice)

    def said_by(self, person):
        return [one for one in self.world.messages(self.chat) if one.sender_id == person]

    async def start(self):
        app = Starlette(routes=page_routes(self.world))
        config = uvicorn.Config(
            app,
            host="127.0.0.1",
            port=self.port,
            log_level="critical",
            lifespan="off",
            ws="none",
            timeout_graceful_shutdown=0,
        )
        self.server = uvicorn.Server(config)
        self.running.append(asyncio.create_task(self.server._serve()))
        while not self.server.started:
            await asyncio.sleep(0.01)

    async def stop(self):
        self.server.should_exit = True
        await self.running.pop()


def make_world() -> World:
    return World(rng=random.Random(7))


async def populated(pace: float = 0.15) -> Served:
    world = make_world()
    alice = world.add_person("Alice", last_name="Young", username="alice_sandbox", stars=1000)
    bruno = world.add_person("Bruno", username="bruno_sandbox", language_code="es", stars=1000)
    forum = world.add_group("Wardrobe club", [alice.id, bruno.id], is_forum=True)
    await world.person_opens_topic(alice.id, forum, "Outfits")
    bot = FakeBot(world, pace=pace)
    bot.dress_up()
    return Served(world, bot, own_port(), alice.id, bruno.id, forum.id)


@pytest_asyncio.fixture(loop_scope="module")
async def served():
    place = await populated()
    place.bot.bot.queue.clear()
    answering = asyncio.create_task(place.bot.run())
    await place.start()
    yield place
    answering.cancel()
    if place.running:
        await place.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium():
    if not os.path.exists(CHROMIUM):  # noqa: ASYNC240, PTH110 - before anything runs
        if os.environ.get("CI"):
            pytest.fail(f"no chromium at {CHROMIUM}")
        pytest.skip(f"no chromium at {CHROMIUM}")
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET, timeout=PATIENCE)
        yield browser
        await browser.close()


@pytest.fixture
def complaints():
    """What the browser complained about; a test that expects complaints clears the list."""
    return []


@pytest_asyncio.fixture(loop_scope="module")
async def window(chromium, served, complaints):
    """Open further windows of the page, each with its own memory; any complaint fails the test."""

    contexts = []

    async def open_window(path="", **options):
        context = await chromium.new_context(
            **{"viewport": {"width": 1200, "height": 860}, "locale": "en-GB", **options}
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = await context.new_page()
        page.on(
            "console",
            lambda note: complaints.append(note.text) if note.type in {"error", "warning"} else None,
        )
        page.on("pageerror", lambda problem: complaints.append(str(problem)))
        await page.goto(served.url + path)
        await page.locator(".person").first.wait_for(state="attached")
        return page

    yield open_window
    for context in contexts:
        await context.close()
    assert complaints == []


@pytest_asyncio.fixture(loop_scope="module")
async def page(window):
    return await window()


@pytest_asyncio.fixture(loop_scope="module")
async def started(page, served):
    """Alice's window after START, with the bot's greeting."""
    await page.click("#start")
    await expect(page.locator(".row .key").first).to_be_visible()
    return page
