"""What a platform asks: alive as long as it answers, ready when traffic may come."""

import asyncio

import pytest

from bot.clock import SystemClock
from bot.web import health as module
from bot.web.health import Health, Whereabouts
from bot.web.server import PortError, routes, serving
from storage.database import Database
from tests.integration.web.door import SECRET, TOKEN

pytestmark = pytest.mark.network

READY = {
    "status": "ready",
    "process": "running",
    "database": "ok",
    "telegram": "ok",
    "work": "here",
}


@pytest.fixture
def well(door):
    door.status.introduced = True
    door.status.work = Whereabouts.HERE
    return door


async def ready(door):
    answer = await door.client.get("/readyz")
    return answer.status_code, answer.json()


async def test_ready_when_all_is_well(well):
    assert await ready(well) == (200, READY)


async def test_ready_while_another_process_does_the_work(well):
    well.status.work = Whereabouts.ELSEWHERE
    assert await ready(well) == (200, {**READY, "work": "elsewhere"})


async def test_not_ready_before_telegram_was_reached(well):
    well.status.introduced = False
    assert await ready(well) == (503, {**READY, "status": "not ready", "telegram": "not reached yet"})


async def test_not_ready_before_it_is_known_who_works(well):
    well.status.work = Whereabouts.UNKNOWN
    assert await ready(well) == (503, {**READY, "status": "not ready", "work": "unknown"})


async def test_not_ready_once_told_to_stop(well):
    well.status.stopping.set()
    assert await ready(well) == (503, {**READY, "status": "not ready", "process": "stopping"})


async def test_not_ready_without_the_database_and_ready_with_it_again(well, monkeypatch):
    # However long it takes on a machine with much to do.
    monkeypatch.setattr(module, "REMEMBERED_SECONDS", 3600.0)
    await well.database.close()
    assert await ready(well) == (503, {**READY, "status": "not ready", "database": "unreachable"})
    await well.database.open()
    assert await ready(well) == (503, {**READY, "status": "not ready", "database": "unreachable"})
    monkeypatch.setattr(module, "REMEMBERED_SECONDS", 0.0)
    assert await ready(well) == (200, READY)


async def test_alive_whatever_else_is_wrong(door):
    await door.database.close()
    door.status.stopping.set()
    answer = await door.client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


async def test_curious_crowd_asks_the_database_once(well, monkeypatch):
    asked = 0
    honest = Database.reading

    def reading(self):
        nonlocal asked
        asked += 1
        return honest(self)

    monkeypatch.setattr(Database, "reading", reading)
    # However long the crowd takes on a machine with much to do.
    monkeypatch.setattr(module, "REMEMBERED_SECONDS", 3600.0)
    answers = await asyncio.gather(*(ready(well) for _ in range(50)))
    assert answers == [(200, READY)] * 50
    assert asked == 1


async def test_health_tells_no_secret(well):
    for path in ("/healthz", "/readyz"):
        answer = await well.client.get(path)
        shown = f"{answer.headers} {answer.text}"
        assert not [secret for secret in (TOKEN, TOKEN.split(":")[1], SECRET, "tryon.db") if secret in shown]
        assert "server" not in answer.headers


async def test_health_alone_has_no_webhook(door, well):
    served = routes(Health(well.status, well.database, SystemClock()))
    assert [route.path for route in served] == ["/healthz", "/readyz"]


async def test_port_in_use_is_told_plainly(door):
    with pytest.raises(PortError, match=f"PORT {door.port} is in use"):
        async with serving([], port=door.port, host="127.0.0.1"):
            pass
