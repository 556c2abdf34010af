"""aiosqlite with one trip to its thread per statement.

SQLAlchemy opens a cursor, executes, fetches and closes: four trips. Our results are always read
whole, so one trip does; ``python -m benchmarks.ledger`` shows what that is worth.
"""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import aiosqlite

# aiosqlite's own default; it matters only to its iterating cursors, which are not used here.
_CHUNK = 64


class Ran(NamedTuple):
    """What a statement left behind, as DB-API cursors tell it."""

    description: Any
    rows: list[Any]
    rowcount: int
    lastrowid: int | None


_NOTHING = Ran(None, [], -1, None)


class DirectConnection(aiosqlite.Connection):
    """An aiosqlite connection with such cursors."""

    def __init__(self, path: Path, *, timeout: float) -> None:
        def connect() -> sqlite3.Connection:
            # None: the driver begins nothing by itself, storage.engines does.
            return sqlite3.connect(path, timeout=timeout, isolation_level=None)

        super().__init__(connect, _CHUNK)
        # As SQLAlchemy does it: a connection left open must not keep the program from ending.
        self._thread.daemon = True

    def cursor(self) -> "DirectCursor":  # type: ignore[override]  # SQLAlchemy needs no more of a cursor
        """Return a cursor, without a trip."""
        return DirectCursor(self)

    async def run(self, sql: str, parameters: Sequence[Any]) -> Ran:
        """Execute a statement and fetch all its rows."""
        return await self._execute(self._run, sql, parameters)  # type: ignore[no-any-return, no-untyped-call]  # aiosqlite leaves it untyped

    async def run_many(self, sql: str, parameters: Sequence[Sequence[Any]]) -> Ran:
        """Execute a statement once for each set of parameters."""
        return await self._execute(self._run_many, sql, parameters)  # type: ignore[no-any-return, no-untyped-call]  # aiosqlite leaves it untyped

    def _run(self, sql: str, parameters: Sequence[Any]) -> Ran:
        cursor = self._conn.execute(sql, parameters)
        try:
            return Ran(cursor.description, cursor.fetchall(), cursor.rowcount, cursor.lastrowid)
        finally:
            cursor.close()

    def _run_many(self, sql: str, parameters: Sequence[Sequence[Any]]) -> Ran:
        cursor = self._conn.executemany(sql, parameters)
        try:
            return Ran(None, [], cursor.rowcount, cursor.lastrowid)
        finally:
            cursor.close()


class DirectCursor:
    """The part of aiosqlite's cursor that SQLAlchemy uses; it holds nothing open between calls."""

    arraysize = 1

    def __init__(self, connection: DirectConnection) -> None:
        self._connection = connection
        self._ran = _NOTHING

    @property
    def description(self) -> Any:  # noqa: ANN401 - DB-API's tuple of sevens
        """Return the columns of the last statement's rows, or None."""
        return self._ran.description

    @property
    def rowcount(self) -> int:
        """Return how many rows the last statement changed."""
        return self._ran.rowcount

    @property
    def lastrowid(self) -> int | None:
        """Return the key of the last row inserted."""
        return self._ran.lastrowid

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Self:
        """Run a statement and keep its rows."""
        self._ran = _NOTHING
        self._ran = await self._connection.run(sql, parameters)
        return self

    async def executemany(self, sql: str, parameters: Sequence[Sequence[Any]]) -> Self:
        """Run a statement once for each set of parameters."""
        self._ran = _NOTHING
        self._ran = await self._connection.run_many(sql, parameters)
        return self

    async def fetchall(self) -> list[Any]:
        """Return the rows that were kept."""
        return self._ran.rows

    async def close(self) -> None:
        """Do nothing: the real cursor is closed already."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
