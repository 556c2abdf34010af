"""The border of one connection: statements go in, rows or our own errors come out."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Sequence
from typing import Any, TypeAlias, TypeVar, cast

from sqlalchemy import Executable, FromClause, Row, SelectBase, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.errors import ConstraintError, DatabaseAway, ReadOnlyError, StorageError, StorageUnavailable
from storage.settling import settle

T = TypeVar("T")
# A row of any number of columns: each repository knows its own.
AnyRow: TypeAlias = Row[*tuple[Any, ...]]
# PostgreSQL's class 25006 and SQLite's own name for a write where none is allowed.
_READ_ONLY = {"25006", "SQLITE_READONLY"}
# What an operator or time mends: SQLite's names (SQLITE_READONLY_DBMOVED is among them), then PostgreSQL's
# classes for connections, idle transactions, refused users, missing databases, rolled back conflicts,
# resources, states of objects, operators and the system.
_TROUBLE = (
    *("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_CORRUPT"),
    *("SQLITE_NOTADB", "SQLITE_NOMEM", "SQLITE_PERM", "SQLITE_PROTOCOL", "SQLITE_READONLY"),
    *("08", "25P", "28", "3D", "40", "53", "55", "57", "58"),
    # A statement prepared before a migration of another process; prepared anew the next time.
    "InvalidCachedStatementError",
)
# Among these, what says that there is no server to talk to: connections that fail, or none left for us, and
# a server that ends sessions, is starting up or shutting down.
_AWAY = ("08", "53300", "57P")


class Link:
    """One connection inside one transaction, used by one statement at a time."""

    def __init__(self, connection: AsyncConnection, *, writable: bool) -> None:
        self.connection = connection
        self.dialect = connection.dialect.name
        self.writable = writable
        self._turn = asyncio.Lock()
        self._over: str | None = None

    def insert(self, table: Table) -> sqlite.Insert:
        """Return an INSERT that knows ON CONFLICT, for the database in use."""
        # Both dialects have the same methods with the same arguments; their classes share no parent.
        maker: Any = sqlite.insert if self.dialect == "sqlite" else postgresql.insert
        return cast("sqlite.Insert", maker(table))

    async def rows(self, statement: Executable) -> Sequence[AnyRow]:
        """Run a statement and return all its rows.

        Raises:
            ReadOnlyError: anything but a SELECT inside ``reading()``.
            ConstraintError, StorageUnavailable, StorageError: see ``storage.errors``.
        """
        if not self.writable and not isinstance(statement, SelectBase):
            raise ReadOnlyError("a write was tried in a transaction that only reads")
        async with self._turn:
            if self._over is not None:
                raise StorageUnavailable(self._over)
            return await settle(self._run(statement))

    async def insert_all(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        """Insert many rows with one statement; raises as ``rows`` does."""
        if not self.writable:
            raise ReadOnlyError("a write was tried in a transaction that only reads")
        async with self._turn:
            if self._over is not None:
                raise StorageUnavailable(self._over)
            await settle(translated(self.connection.execute(table.insert(), rows)))

    async def first(self, statement: Executable) -> AnyRow | None:
        """Run a statement and return its first row, if any."""
        found = await self.rows(statement)
        return found[0] if found else None

    async def value(self, statement: Executable) -> Any:  # noqa: ANN401 - a column's type is the caller's
        """Run a statement and return the first column of its first row, or None."""
        row = await self.first(statement)
        return None if row is None else row[0]

    async def end(self, why: str) -> None:
        """Wait for a running statement and refuse all later ones with this reason."""
        self._over = why
        async with self._turn:
            pass

    async def _run(self, statement: Executable) -> Sequence[AnyRow]:
        result = await translated(self.connection.execute(statement))
        return result.all() if result.returns_rows else ()


def columns(table: FromClause, row: type[Any]) -> list[Any]:
    """Return the columns of a table in the order of a row class's fields, so that ``row(*values)`` fits."""
    return [table.c[name] for name in row.__dataclass_fields__ if name in table.c]


async def translated(step: Awaitable[T]) -> T:
    """Await a step and turn SQLAlchemy's and the drivers' exceptions into ours.

    The originals are cut off on purpose: PostgreSQL puts values of the row into its messages.
    """
    try:
        return await step
    except SQLAlchemyError as exc:
        raise _ours(exc) from None
    except sqlite3.Error as exc:
        raise StorageUnavailable(f"the database cannot be used: {type(exc).__name__}") from None
    except OSError as exc:
        raise DatabaseAway(f"the database cannot be used: {type(exc).__name__}") from None


def _ours(exc: SQLAlchemyError) -> StorageError:
    if not isinstance(exc, DBAPIError):
        if isinstance(exc, PoolTimeoutError):
            return StorageUnavailable("no database connection became free in time")
        return StorageError(f"a statement failed: {type(exc).__name__}")
    code = _code(exc.orig)
    if code in _READ_ONLY:
        return ReadOnlyError("a write was tried in a transaction that only reads")
    if isinstance(exc, IntegrityError):
        return ConstraintError(f"a rule of the database would be broken: {_constraint(exc.orig)}")
    is_away = exc.connection_invalidated or code.startswith(_AWAY)
    if is_away or code.startswith(_TROUBLE):
        return (DatabaseAway if is_away else StorageUnavailable)(f"the database cannot be used: {code}")
    return StorageError(f"a statement failed: {code}")


def _code(orig: BaseException | None) -> str:
    name = getattr(orig, "sqlite_errorname", None) or getattr(orig, "sqlstate", None)
    return str(name) if name else type(orig).__name__


def _constraint(orig: BaseException | None) -> str:
    if isinstance(orig, sqlite3.Error):
        return str(orig)  # SQLite names columns and constraints here, never values
    # SQLAlchemy wraps the driver's own error, which knows the name.
    return str(getattr(getattr(orig, "__cause__", None), "constraint_name", None) or _code(orig))
