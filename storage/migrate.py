"""Bring a database to the schema of this code. Functions here block: call them in a thread."""

import asyncio
import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect
from sqlalchemy.engine import URL, Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from storage import engines
from storage.errors import SchemaTooNew, StorageError, StorageUnavailable
from storage.link import translated
from storage.urls import normalise, sqlite_file

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SchemaStatus:
    """Where a database is, and where it should be; ``current`` is None when it is empty."""

    current: str | None
    head: str
    known: bool = True

    @property
    def is_current(self) -> bool:
        """Return whether nothing is to do."""
        return self.current == self.head

    @property
    def is_too_new(self) -> bool:
        """Return whether a newer version of the program made this database."""
        return self.current is not None and not self.known


@dataclass(frozen=True, slots=True)
class Migration:
    """What ``upgrade`` did; ``backup`` is the copy of the file as it was before."""

    before: str | None
    after: str
    backup: Path | None

    @property
    def changed(self) -> bool:
        """Return whether anything was done."""
        return self.before != self.after


def status(url: str) -> SchemaStatus:
    """Return the state of a database's schema, without changing or creating anything.

    Raises:
        StorageUnavailable: it cannot be read. InvalidUrl: the address is wrong.
    """
    target = normalise(url)
    if target.get_backend_name() == "sqlite" and not sqlite_file(target).exists():
        return _status(None)
    return _status(asyncio.run(_with(engines.reading_engine(target), _revision)))


def upgrade(url: str, *, at: float | None = None) -> Migration:
    """Migrate a database to the newest schema and return what was done; at the newest, nothing is.

    An existing SQLite file is copied first, beside itself. All of it is one transaction: a failure
    leaves the database as it was. ``at`` names the copy (Unix seconds; now, by default).

    Raises:
        SchemaTooNew: a newer version of the program made it. StorageUnavailable: it cannot be used.
    """
    target = normalise(url)
    if target.get_backend_name() == "sqlite":
        engines.prepare_sqlite(target)
    moment = time.time() if at is None else at
    return asyncio.run(_with(engines.migration_engine(target), lambda c: _upgrade(c, target, moment)))


async def _with(engine: AsyncEngine, work: Callable[[Connection], T]) -> T:
    async def inside() -> T:
        async with engine.connect() as connection, connection.begin():
            return await connection.run_sync(work)

    try:
        return await translated(inside())
    finally:
        await engine.dispose()


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _status(current: str | None) -> SchemaStatus:
    scripts = ScriptDirectory.from_config(config())
    head = scripts.get_current_head()
    if head is None:  # pragma: no cover - the package always has migrations
        raise StorageError("the migrations are missing")
    known = {script.revision for script in scripts.walk_revisions()}
    return SchemaStatus(current, head, known=current is None or current in known)


def _upgrade(connection: Connection, url: URL, at: float) -> Migration:
    # Nobody else migrates meanwhile: on SQLite we hold the write lock already, and the copy is of a quiet
    # database; on PostgreSQL this lock ends with the transaction.
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(
            "SELECT pg_advisory_xact_lock(hashtextextended("
            "'try-on-bot migration of ' || coalesce(current_schema(), ''), 0))"
        )
    found = _status(_revision(connection))
    if found.is_too_new:
        raise SchemaTooNew(found.current, found.head)
    if found.is_current:
        return Migration(found.current, found.head, None)
    backup = None
    if url.get_backend_name() == "sqlite" and inspect(connection).get_table_names():
        backup = _copy(sqlite_file(url), found.current or "nothing", at)
    settings = config()
    settings.attributes["connection"] = connection
    command.upgrade(settings, "head")
    _check_references(connection)
    return Migration(found.current, found.head, backup)


def _check_references(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        tables = ", ".join(sorted({row[0] for row in broken}))
        raise StorageError(f"the migration would leave rows without their parents in: {tables}")


def _copy(source: Path, revision: str, at: float) -> Path:
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(at))
    target = source.with_name(f"{source.stem}.before-{revision}-{stamp}.db")
    try:
        # Never over an earlier copy, and private from its first byte on.
        os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)
    except FileExistsError:
        raise StorageUnavailable(f"the copy {target.name} is there already") from None
    except (OSError, sqlite3.Error) as exc:
        raise StorageUnavailable(f"the database could not be copied: {type(exc).__name__}") from None
    return target


def config() -> Config:
    """Return Alembic's settings for this package."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    settings.set_main_option("path_separator", "os")
    return settings
