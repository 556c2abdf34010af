"""A Bot API server, both providers and databases of our own, and settings that name them."""

import logging
import os
import random
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.sandbox.providers.clock import SystemClock
from bot.sandbox.providers.fitroom.routes import FitRoomHttp
from bot.sandbox.providers.fitroom.server import FitRoomServer
from bot.sandbox.providers.tryiton.routes import TryItOnHttp
from bot.sandbox.providers.tryiton.server import TryItOnServer
from bot.sandbox.telegram.server import TelegramServer
from bot.sandbox.telegram.serving import serving
from bot.sandbox.telegram.world import World
from bot.settings import Settings
from storage import migrate
from tests.ports import own_port
from tests.postgresql import Server

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Outside:
    """Everything the bot talks to."""

    address: str
    world: World
    telegram: TelegramServer
    tryiton: TryItOnServer
    fitroom: FitRoomServer


@pytest.fixture
def token() -> str:
    return f"{123456789}:" + "Abc-_" * 7


@pytest.fixture
def key() -> str:
    return "sandbox-very/secret+key"


@pytest.fixture
async def outside() -> AsyncIterator[Outside]:
    world = World(rng=random.Random(7), speed=5)
    telegram = TelegramServer(world)
    tryiton = TryItOnServer(clock=SystemClock(), public_url="http://127.0.0.1:8000")
    fitroom = FitRoomServer(clock=SystemClock(), public_url="http://127.0.0.1:8000")
    routes = [
        Mount("/telegram", routes=telegram.routes()),
        *TryItOnHttp(tryiton).routes(),
        *FitRoomHttp(fitroom).routes(),
    ]
    async with serving(Starlette(routes=routes)) as address:
        yield Outside(address, world, telegram, tryiton, fitroom)
        await telegram.close()


@pytest.fixture
def database(tmp_path: Path) -> str:
    """Return the address of a migrated database."""
    url = f"sqlite:///{tmp_path}/data/tryon.db"
    migrate.upgrade(url)
    return url


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    server = Server()
    yield server
    server.remove()


@pytest.fixture
def postgresql_address(postgresql: Server) -> Iterator[str]:
    """Return the address of a migrated database on a real server."""
    name = postgresql.make_database()
    migrate.upgrade(postgresql.address(name))
    yield postgresql.address(name)
    postgresql.drop_database(name)


@pytest.fixture
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def env_file(clean_environment, tmp_path: Path, token: str, key: str, database: str) -> Callable[..., Path]:
    """Return a writer of settings; what it is given replaces the good ones."""

    def write(address: str = "http://127.0.0.1:1", **changes: str) -> Path:
        settings = {
            "TELEGRAM_BOT_TOKEN": token,
            "TELEGRAM_API_URL": f"{address}/telegram",
            "TRYITON_API_KEY": key,
            "TRYITON_API_URL": f"{address}/tryiton/api/v1",
            "FITROOM_API_URL": f"{address}/fitroom",
            "DATABASE_URL": database,
            "ADMIN_IDS": "500000001",
            **changes,
        }
        path = tmp_path / "settings.env"
        path.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
        return path

    return write


@pytest.fixture
def command(clean_environment) -> Callable[..., tuple[list[str], dict[str, str]]]:
    """Return what starts a command in a process of its own: its arguments and its environment."""

    def prepare(env_file: Path, *arguments: str) -> tuple[list[str], dict[str, str]]:
        environment = {**os.environ, "TRYON_ENV_FILE": str(env_file), "PYTHONPATH": str(ROOT)}
        return [sys.executable, "-m", "bot", *arguments], environment

    return prepare


@pytest.fixture
def closed_port() -> int:
    """Return a port where nobody listens."""
    return own_port()


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
