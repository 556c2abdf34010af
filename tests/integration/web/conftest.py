"""A webhook on 127.0.0.1 over a real database, without any bot behind it."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.clock import SystemClock
from bot.intake.inbox import Inbox
from bot.web.health import Health, Status
from bot.web.server import routes, serving
from bot.web.webhook import SECRET_HEADER, Webhook, webhook_paths
from storage.database import Database
from storage.migrate import upgrade
from tests.integration.web.door import BOT, SECRET, TOKEN, Door


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "tryon.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def url(tmp_path: Path, migrated: Path) -> str:
    shutil.copy(migrated, tmp_path / "tryon.db")
    return f"sqlite:///{tmp_path}/tryon.db"


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    async with Database(url) as opened:
        yield opened


@pytest.fixture
async def door(database: Database) -> AsyncIterator[Door]:
    """The server and somebody who calls it with the right secret unless told otherwise."""
    status = Status(asyncio.Event())
    inbox = Inbox(database, SystemClock(), bot_id=BOT)
    webhook = Webhook(inbox, secret=SECRET)
    served = routes(
        Health(status, database, SystemClock()), webhook, webhook_paths(TOKEN, "https://shop.example/hooks")
    )
    headers = {SECRET_HEADER: SECRET, "content-type": "application/json"}
    async with (
        serving(served, port=0, host="127.0.0.1") as port,
        httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", headers=headers, trust_env=False, timeout=60.0
        ) as client,
    ):
        yield Door(client, port, inbox, webhook, status, database)
