"""The locks behind the lease: on a file beside a SQLite database, or of a session of PostgreSQL."""

import asyncio
import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import asyncpg
from sqlalchemy.engine import URL

from storage import postgresql
from storage.errors import DatabaseAway, StorageUnavailable
from storage.postgresql import Limits
from storage.urls import sqlite_file

# A question to a server that answers takes milliseconds.
_ANSWER_SECONDS = 5.0


class OwnerLock(Protocol):
    """A lock that one process holds at a time, and that ends with the process."""

    @property
    def is_whole(self) -> bool:
        """Return whether nothing is known to have happened to a lock that was taken."""
        ...

    async def take(self) -> bool:
        """Take the lock without waiting; return whether it is ours now."""
        ...

    async def drop(self) -> None:
        """Let go of the lock, held or not."""
        ...

    async def is_kept(self) -> bool:
        """Return whether the lock is still ours; raise StorageUnavailable when that can't be told."""
        ...

    def is_taken(self) -> bool:
        """Return whether anybody has the lock; blocks for a moment."""
        ...


class FileLock:
    """A lock on ``<database file>.lock``, which the kernel releases at any kind of end."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    @property
    def is_whole(self) -> bool:
        """Return True: what happens to the file shows when one looks."""
        return True

    async def take(self) -> bool:
        """Lock the file, which is made if needed.

        Raises:
            StorageUnavailable: it cannot be used.
        """
        if self._descriptor is not None:
            return True
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as exc:
            raise StorageUnavailable(f"the lock file cannot be used: {exc.strerror}") from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        except OSError as exc:
            os.close(descriptor)
            raise StorageUnavailable(f"the lock file cannot be locked: {exc.strerror}") from None
        self._descriptor = descriptor
        return True

    async def drop(self) -> None:
        """Unlock the file. It stays: deleting it would let two processes lock two files of one name."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)

    async def is_kept(self) -> bool:
        """Return whether the name still means our file: a lock lives on a file, not on its name."""
        if self._descriptor is None:
            return False
        try:
            named = self._path.stat()
        except OSError:
            return False
        ours = os.fstat(self._descriptor)
        return (named.st_dev, named.st_ino) == (ours.st_dev, ours.st_ino)

    def is_taken(self) -> bool:
        """Return whether any process has the lock, without making a file.

        It is tried for a moment; a process that asks for it in that moment stands by and asks again.

        Raises:
            StorageUnavailable: the file cannot be read.
        """
        if self._descriptor is not None:
            return True
        try:
            descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        except OSError as exc:
            raise StorageUnavailable(f"the lock file cannot be used: {exc.strerror}") from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False


# One lock for each set of tables: databases are apart by themselves, schemas by their name. Not one for
# each bot: whoever owns the work of these tables owns all of it.
_KEY = "hashtextextended('try-on-bot lease of ' || coalesce(current_schema(), ''), 0)"
_TAKE = f"SELECT pg_try_advisory_lock({_KEY})"
_HELD = f"""
    SELECT EXISTS (
        SELECT 1 FROM pg_locks
         WHERE locktype = 'advisory' AND objsubid = 1 AND granted
           AND (classid::bigint << 32) | objid::bigint = {_KEY}
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""  # noqa: S608 - constants


class SessionLock:
    """An advisory lock of a session of its own, which PostgreSQL releases when that session ends.

    ``broken`` is called when the connection ends by itself. It is asked about now and then, so no firewall
    takes it for idle, and both sides notice a silent end within half a minute. PgBouncer must not share it
    out: in transaction mode our statements would reach sessions without the lock, and ``is_kept`` says no.
    """

    def __init__(self, url: URL, broken: Callable[[], None]) -> None:
        self._url = url
        self._broken = broken
        self._turn = asyncio.Lock()
        # asyncpg is not typed.
        self._connection: Any = None

    @property
    def is_whole(self) -> bool:
        """Return whether the connection that has the lock is alive, as far as this side knows."""
        return self._connection is not None and not self._connection.is_closed()

    async def take(self) -> bool:
        """Connect and try the lock.

        Raises:
            StorageUnavailable: the database cannot be reached.
        """
        async with self._turn:
            if self.is_whole:
                return True
            await self._disconnect()
            connection = await postgresql.connect(self._url, Limits(statement=_ANSWER_SECONDS, idle=0))
            try:
                # Hosting companies may end sessions that do nothing.
                await connection.execute("SET idle_session_timeout = 0")
                is_ours = await connection.fetchval(_TAKE)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as exc:
                connection.terminate()
                raise DatabaseAway(f"the lease cannot be asked for: {type(exc).__name__}") from None
            except BaseException:
                connection.terminate()
                raise
            self._connection = connection
            if not is_ours:
                await self._disconnect()
                return False
            connection.add_termination_listener(self._ended)
            return True

    async def drop(self) -> None:
        """End the session, and the lock with it."""
        async with self._turn:
            await self._disconnect()

    async def is_kept(self) -> bool:
        """Return whether our session has the lock.

        Raises:
            StorageUnavailable: the session is gone, or does not answer and is ended now.
        """
        async with self._turn:
            if not self.is_whole:
                raise StorageUnavailable("the connection that has the lease is gone")
            try:
                question = f"{_HELD} AND pid = pg_backend_pid())"
                return bool(await self._connection.fetchval(question, timeout=_ANSWER_SECONDS))
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as exc:
                self._connection.terminate()
                raise StorageUnavailable(
                    f"the connection that has the lease fails: {type(exc).__name__}"
                ) from None

    def is_taken(self) -> bool:
        """Return whether any session has the lock. Blocks: call it in a thread.

        Raises:
            StorageUnavailable: the database cannot be reached.
        """
        return asyncio.run(self._look())

    async def _look(self) -> bool:
        connection = await postgresql.connect(self._url)
        try:
            return bool(await connection.fetchval(f"{_HELD})"))
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as exc:
            raise DatabaseAway(f"the lease cannot be looked at: {type(exc).__name__}") from None
        finally:
            connection.terminate()

    def _ended(self, connection: Any) -> None:  # noqa: ANN401 - asyncpg is not typed
        if connection is self._connection:
            self._broken()

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            await connection.close(timeout=_ANSWER_SECONDS)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            connection.terminate()


def owner_lock(url: URL, broken: Callable[[], None]) -> OwnerLock:
    """Return the lock of a database."""
    if url.get_backend_name() == "sqlite":
        return FileLock(Path(f"{sqlite_file(url)}.lock"))
    return SessionLock(url, broken)
