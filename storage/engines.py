"""SQLAlchemy engines: one for writing and one for reading, for either database."""

import logging
import os
import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import URL, Connection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage import postgresql
from storage.errors import StorageUnavailable
from storage.postgresql import Limits
from storage.sqlite_driver import DirectConnection
from storage.urls import sqlite_file

BUSY_SECONDS = 10.0
READERS = 4
# With the lease's own, one process takes 8 connections: two fit into the 20 that small plans offer.
POSTGRESQL_WRITERS = 4
POSTGRESQL_READERS = 3
# RETURNING came with 3.35.
_OLDEST_SQLITE = (3, 35, 0)


def writing_engine(url: URL) -> AsyncEngine:
    """Return an engine whose transactions may write from their first statement on."""
    if url.get_backend_name() == "sqlite":
        # One connection: SQLite has one writer at a time, and waiting our turn in the process is fair.
        return _sqlite_engine(url, size=1, begin="BEGIN IMMEDIATE", pragmas=("synchronous=FULL",))
    return _postgresql_engine(url, size=POSTGRESQL_WRITERS, limits=Limits())


def reading_engine(url: URL) -> AsyncEngine:
    """Return an engine whose transactions see one snapshot, take no write lock and cannot write."""
    if url.get_backend_name() == "sqlite":
        return _sqlite_engine(url, size=READERS, begin="BEGIN", pragmas=("query_only=ON",))
    # The audit looks at everything.
    engine = _postgresql_engine(url, size=POSTGRESQL_READERS, limits=Limits(statement=120))
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def migration_engine(url: URL) -> AsyncEngine:
    """Return an engine for migrations: foreign keys are checked at the end, as tables are rebuilt."""
    if url.get_backend_name() == "sqlite":
        pragmas = ("synchronous=FULL", "foreign_keys=OFF")
        return _sqlite_engine(url, size=1, begin="BEGIN IMMEDIATE", pragmas=pragmas)
    return _postgresql_engine(url, size=1, limits=Limits(statement=0, lock=60, idle=0))


def prepare_sqlite(url: URL) -> Path:
    """Create the file (mode 0600) and its folder (mode 0700) where they are missing, and set WAL.

    Raises:
        StorageUnavailable: the place cannot be written, or this SQLite is too old.
    """
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        raise StorageUnavailable(f"SQLite {sqlite3.sqlite_version} is too old, 3.35 is needed")
    path = sqlite_file(url)
    try:
        _make_folder(path.parent)
        # SQLite gives its -wal and -shm files the mode of the database file.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        _set_wal(path)
    except (OSError, sqlite3.Error) as exc:
        reason = getattr(exc, "strerror", None) or getattr(exc, "sqlite_errorname", type(exc).__name__)
        raise StorageUnavailable(f"the database file cannot be used: {reason}") from None
    return path


def _make_folder(folder: Path) -> None:
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    for place in reversed(missing):
        place.mkdir(mode=0o700, exist_ok=True)


def _set_wal(path: Path) -> None:
    # Changing the mode answers "locked" at once instead of waiting, so the waiting is done here.
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS)
        try:
            if connection.execute("PRAGMA journal_mode=WAL").fetchone()[0] == "wal":
                return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
        finally:
            connection.close()
        if time.monotonic() > deadline:
            raise OSError(None, "it cannot be put into WAL mode")
        time.sleep(0.02)


def _sqlite_engine(url: URL, *, size: int, begin: str, pragmas: tuple[str, ...]) -> AsyncEngine:
    # aiosqlite logs every statement with its parameters at DEBUG.
    logging.getLogger("aiosqlite").setLevel(logging.WARNING)
    path = sqlite_file(url)

    async def connect(*_arguments: object, **_more: object) -> DirectConnection:
        connection = DirectConnection(path, timeout=BUSY_SECONDS)
        await connection
        return connection

    engine = create_async_engine(
        url,
        hide_parameters=True,
        pool_size=size,
        max_overflow=0,
        # Each transaction is ended by Database before its connection goes back.
        pool_reset_on_return=None,
        async_creator=connect,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def set_up(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own class
        cursor = connection.cursor()
        for pragma in (f"busy_timeout={int(BUSY_SECONDS * 1000)}", "foreign_keys=ON", *pragmas):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin_for_real(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _postgresql_engine(url: URL, *, size: int, limits: Limits) -> AsyncEngine:
    async def connect(*_arguments: object, **_more: object) -> object:
        return await postgresql.connect(url, limits)

    engine = create_async_engine(
        # Options are for our own connect.
        url.set(query={}),
        hide_parameters=True,
        pool_size=size,
        max_overflow=0,
        # Each transaction is ended by Database before its connection goes back.
        pool_reset_on_return=None,
        async_creator=connect,
    )

    @event.listens_for(engine.sync_engine, "checkout")
    def refuse_the_dead(connection: Any, _record: object, _fairy: object) -> None:  # noqa: ANN401 - the driver's own class
        # The end of a connection is noticed when it comes, so this needs no question to the server,
        # which would cost a transaction of its own each time. The pool then makes a new connection.
        if connection.driver_connection.is_closed():
            raise DisconnectionError

    return engine
