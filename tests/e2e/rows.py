"""How a test reads a database beside the bot: SQLite's file, or PostgreSQL over a connection of its own."""

import asyncio
import itertools
import re
import sqlite3
import threading
from collections.abc import Coroutine
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

import asyncpg

from storage.database import Database

# As long as a server may take that was just started again.
PATIENCE = 60.0
Row = dict[str, Any]


class Rows(Protocol):
    """Answers queries; a value is a question mark in them."""

    def exists(self) -> bool:
        """Return whether there is a database that can be asked now."""
        ...

    def read(self, query: str, *values: Any) -> list[Row]:
        """Return the rows of a query."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...


class FileRows:
    """Reads a SQLite file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def exists(self) -> bool:
        return self._path.exists()

    def read(self, query: str, *values: Any) -> list[Row]:
        with closing(sqlite3.connect(f"file:{self._path}?mode=ro", uri=True, timeout=60)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(query, values)]

    def close(self) -> None:
        """Do nothing: each query opens the file anew."""


class ServerRows:
    """Reads a PostgreSQL database; in a thread of its own, as tests look while their loop serves the bot."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="rows", daemon=True)
        self._thread.start()
        self._connection: asyncpg.Connection | None = None

    def exists(self) -> bool:
        try:
            self.read("SELECT 1")
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False
        return True

    def read(self, query: str, *values: Any) -> list[Row]:
        numbers = itertools.count(1)
        numbered = re.sub(r"\?", lambda _: f"${next(numbers)}", query)
        return self._run(self._fetch(numbered, values))

    def close(self) -> None:
        self._run(self._disconnect())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    async def _fetch(self, query: str, values: tuple[Any, ...]) -> list[Row]:
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(self._address)
        return [dict(row) for row in await self._connection.fetch(query, *values)]

    async def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.terminate()


def rows_of(address: str) -> Rows:
    """Return what reads the database of an address."""
    url = Database(address).url
    if url.get_backend_name() == "sqlite":
        return FileRows(Path(url.database or ""))
    return ServerRows(address)
