"""What a platform or a balancer asks: is the process alive, and is it ready for traffic."""

import asyncio
from collections.abc import Mapping
from enum import StrEnum
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.clock import Clock
from storage.database import Database
from storage.errors import StorageError

DATABASE_SECONDS = 3.0
# Anybody may ask; the database is asked no more often than this.
REMEMBERED_SECONDS = 1.0


class Whereabouts(StrEnum):
    """Where updates are handled and pictures are made."""

    UNKNOWN = "unknown"
    HERE = "here"
    ELSEWHERE = "elsewhere"


class Status:
    """How the process is, as its parts tell; ``stopping`` is the signal that ends it."""

    def __init__(self, stopping: asyncio.Event) -> None:
        self.stopping = stopping
        self.introduced = False
        self.work = Whereabouts.UNKNOWN


_WELL = {
    "process": {"running"},
    "database": {"ok"},
    "telegram": {"ok"},
    "work": {Whereabouts.HERE.value, Whereabouts.ELSEWHERE.value},
}


class Health:
    """Answers ``/healthz`` and ``/readyz``; no secret and no address is in what they say."""

    def __init__(self, status: Status, database: Database, clock: Clock) -> None:
        self._status = status
        self._database = database
        self._clock = clock
        self._asking = asyncio.Lock()
        self._asked_at: float | None = None
        self._reachable = False

    async def alive(self, _request: Request) -> Response:
        """Say that the process runs: 200 as long as it can answer at all."""
        return JSONResponse({"status": "alive"})

    async def ready(self, _request: Request) -> Response:
        """Say whether traffic should come here: 200, or 503 with what is missing."""
        states = await self._states()
        is_ready = all(state in _WELL[name] for name, state in states.items())
        status = HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE
        return JSONResponse({"status": "ready" if is_ready else "not ready", **states}, status)

    async def _states(self) -> Mapping[str, str]:
        status = self._status
        return {
            "process": "stopping" if status.stopping.is_set() else "running",
            "database": "ok" if await self._database_answers() else "unreachable",
            "telegram": "ok" if status.introduced else "not reached yet",
            "work": status.work.value,
        }

    async def _database_answers(self) -> bool:
        async with self._asking:
            now = self._clock.now()
            if self._asked_at is None or abs(now - self._asked_at) >= REMEMBERED_SECONDS:
                self._reachable = await self._ask_database()
                self._asked_at = self._clock.now()
            return self._reachable

    async def _ask_database(self) -> bool:
        try:
            async with asyncio.timeout(DATABASE_SECONDS), self._database.reading() as tx:
                await tx.lease.epoch()
        except (StorageError, TimeoutError):
            return False
        return True
