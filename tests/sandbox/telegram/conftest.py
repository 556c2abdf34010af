"""A world, a server on 127.0.0.1 and a real python-telegram-bot client."""

import io
import random
from collections.abc import AsyncIterator, Callable

import pytest
from PIL import Image
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.sandbox.telegram.server import TelegramServer
from bot.sandbox.telegram.serving import serving_telegram
from bot.sandbox.telegram.world import World

BOT_ID = 123456789


@pytest.fixture
def token() -> str:
    return f"{BOT_ID}:" + "A" * 35


@pytest.fixture
def world() -> World:
    return World(rng=random.Random(7))


@pytest.fixture
def ann(world: World):
    return world.add_person("Ann", username="ann_ann", stars=500)


@pytest.fixture
def ben(world: World):
    return world.add_person("Ben", language_code="es")


@pytest.fixture
def group(world: World, ann, ben):
    return world.add_group("Friends", [ann.id, ben.id])


@pytest.fixture
def picture() -> Callable[..., bytes]:
    def make(width: int = 600, height: int = 900, color: str = "teal", kind: str = "JPEG", **more) -> bytes:
        out = io.BytesIO()
        Image.new("RGB", (width, height), color).save(out, kind, **more)
        return out.getvalue()

    return make


@pytest.fixture
def server(world: World) -> TelegramServer:
    return TelegramServer(world)


@pytest.fixture
async def address(server: TelegramServer) -> AsyncIterator[str]:
    async with serving_telegram(server) as base:
        yield base


@pytest.fixture
async def bot(address: str, token: str) -> AsyncIterator[Bot]:
    client = Bot(
        token,
        base_url=f"{address}/telegram/bot",
        base_file_url=f"{address}/telegram/file/bot",
        request=HTTPXRequest(connection_pool_size=8),
        get_updates_request=HTTPXRequest(connection_pool_size=2),
    )
    async with client:
        yield client
