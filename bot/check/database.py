"""Is the database there, does it fit this version, can it be written, and does a bot work on it already?"""

import asyncio
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bot.check.lines import Line, ok, problem, warning
from storage import migrate
from storage.database import Database
from storage.errors import StorageError
from storage.lease import BrainLease
from storage.urls import sqlite_file

# Longer than connecting to PostgreSQL may take, whose own reason says more than ours.
LOOKING_SECONDS = 8.0
WRITING_SECONDS = 20.0

LITTLE_SPACE = 500_000_000
TOO_LITTLE_SPACE = 50_000_000

_KINDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True, slots=True)
class Stored:
    """What is to say about the database; ``ready``: its tables are there; ``running``: a bot works on it."""

    lines: list[Line]
    ready: bool = False
    running: bool = False


async def look(url: str) -> Stored:
    """Look without changing or making anything."""
    lines: list[Line] = []
    try:
        async with asyncio.timeout(LOOKING_SECONDS):
            database = Database(url)
            if database.dialect == "sqlite":
                lines.append(await asyncio.to_thread(_disk, _existing(sqlite_file(database.url).parent)))
            status = await asyncio.to_thread(migrate.status, url)
            lines.append(_schema(status, database.dialect))
            running = status.is_current and await asyncio.to_thread(BrainLease(database).is_taken)
    except (StorageError, TimeoutError) as error:
        return Stored([*lines, problem(_database_trouble(error))])
    if running:
        lines.append(ok("the bot is running already on this database"))
    return Stored(lines, ready=status.is_current, running=running)


def _existing(folder: Path) -> Path:
    """Return the folder itself, or the nearest one above it that is there."""
    return next(place for place in (folder, *folder.parents) if place.exists())


def _disk(folder: Path) -> Line:
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"written by the check")
            file.flush()
            os.fsync(file.fileno())
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return problem(f"disk: {folder} can't be written ({error.strerror}). Let the bot write there.")
    room = f"disk: {free // 1_000_000} MB free beside the database"
    if free < TOO_LITTLE_SPACE:
        return problem(f"{room}, too little to go on. Make room.")
    if free < LITTLE_SPACE:
        return warning(f"{room}. Make room soon.")
    return ok(room)


def _schema(status: migrate.SchemaStatus, dialect: str) -> Line:
    if status.is_too_new:
        return problem(
            "database: a newer version of the bot has changed it. Run that version, "
            "or let DATABASE_URL name a copy from before that."
        )
    if status.current is None:
        return ok(f"database: {_KINDS[dialect]}, new; its tables are made at the first start")
    if not status.is_current:
        does = (
            "the bot copies it and brings it up to date"
            if dialect == "sqlite"
            else "the bot brings it up to date"
        )
        return warning(
            f"database: made by an older version; {does} when it starts. "
            "To do that now, run python -m bot migrate."
        )
    return ok(f"database: {_KINDS[dialect]}, its tables fit this version")


async def try_writing(url: str) -> list[Line]:
    """Take the write lock for a moment and change nothing; a running bot proves by itself that it can."""
    try:
        async with asyncio.timeout(WRITING_SECONDS), Database(url) as database, database.transaction() as tx:
            # On PostgreSQL only a statement shows whether this is a copy that can only be read.
            await tx.jobs.lock(0)
            return [ok("database: can be written")]
    except (StorageError, TimeoutError) as error:
        return [problem(_database_trouble(error))]


def _database_trouble(error: StorageError | TimeoutError) -> str:
    if isinstance(error, TimeoutError):
        return "database: no answer in time. Can it be reached, and does another program keep it locked?"
    return f"database: {error}. Check DATABASE_URL, the rights on what it names, and who else uses it."
