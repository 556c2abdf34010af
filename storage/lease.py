"""Who owns the work: one process at a time, counted in epochs."""

import asyncio
import fcntl
import os
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from storage.errors import LeaseLost, StorageUnavailable
from storage.link import Link
from storage.schema import jobs, lease, notices, submissions
from storage.states import OPEN_STATES, OPEN_SUBMISSIONS, NoticeState
from storage.urls import sqlite_file

if TYPE_CHECKING:
    from storage.database import Database


class Lease:
    """The table ``lease``: one row with the current epoch."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._epoch: int | None = None

    async def epoch(self) -> int:
        """Return the current epoch; it stays the current one until this transaction ends if it writes."""
        if self._epoch is None:
            query = select(lease.c.epoch).where(lease.c.id == 1)
            # Shared with other readers, but a new owner waits: what we add is then stamped by them.
            locked = query.with_for_update(read=True) if self._link.writable else query
            self._epoch = int(await self._link.value(locked) or 0)
        return self._epoch

    async def advance(self, at: float | None = None) -> int:
        """Begin a new epoch and stamp all open work with it: an earlier owner's updates then find no row."""
        inserted = self._link.insert(lease).values(id=1, epoch=1, acquired_at=at)
        statement = inserted.on_conflict_do_update(
            index_elements=["id"], set_={"epoch": lease.c.epoch + 1, "acquired_at": at}
        )
        epoch = int(await self._link.value(statement.returning(lease.c.epoch)))
        open_notices = (NoticeState.PENDING, NoticeState.SENDING)
        await self._link.rows(update(jobs).where(jobs.c.state.in_(OPEN_STATES)).values(epoch=epoch))
        open_calls = submissions.c.state.in_(OPEN_SUBMISSIONS)
        await self._link.rows(update(submissions).where(open_calls).values(epoch=epoch))
        await self._link.rows(update(notices).where(notices.c.state.in_(open_notices)).values(epoch=epoch))
        self._epoch = epoch
        return epoch


class BrainLease:
    """The right to recover, submit, poll and deliver; held by one process at a time.

    On SQLite it is a lock on ``<database file>.lock``, which the kernel releases at any kind of end.
    ``lost`` is set when the lease is found gone while it was believed to be held.
    """

    def __init__(self, database: "Database") -> None:
        self._database = database
        self._descriptor: int | None = None
        self.epoch: int | None = None
        self.lost = asyncio.Event()
        self._turn = asyncio.Lock()

    @property
    def held(self) -> bool:
        """Return whether this process owns the work."""
        return self.epoch is not None and not self.lost.is_set()

    async def acquire(self, at: float | None = None) -> int | None:
        """Try to become the owner, without waiting; return the new epoch, or None when somebody else is.

        Raises:
            StorageUnavailable: the lock file or the database cannot be used; nothing is held then.
        """
        # One at a time: a second call must not close the lock file that the first has just locked.
        async with self._turn:
            return await self._acquire(at)

    async def _acquire(self, at: float | None) -> int | None:
        if self.held:
            return self.epoch
        self._unlock()
        self._lock()
        if self._descriptor is None:
            return None
        try:
            async with self._database.transaction() as tx:
                epoch = await tx.lease.advance(at)
        except BaseException:
            self._unlock()
            raise
        self.lost.clear()
        self.epoch = epoch
        return epoch

    async def release(self) -> None:
        """Let somebody else become the owner at once."""
        async with self._turn:
            self.epoch = None
            self._unlock()

    def is_taken(self) -> bool:
        """Return whether some process owns the work now, without becoming the owner or making a file.

        The lock is tried for a moment; a process that asks for it in that moment stands by and asks again.

        Raises:
            StorageUnavailable: the lock file cannot be read.
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

    async def verify(self) -> bool:
        """Return whether the lease is still ours, and set ``lost`` when it is not.

        A lock lives on a file, not on its name: deleting or replacing the file lets another owner in.
        """
        if self.held and not (self._is_our_file() and await self._is_our_epoch()):
            self.lost.set()
        return self.held

    async def require(self) -> int:
        """Return the epoch of a lease that is still ours.

        Raises:
            LeaseLost: it is not.
        """
        if not await self.verify() or self.epoch is None:
            raise LeaseLost("another process owns the work now")
        return self.epoch

    @property
    def _path(self) -> str:
        if self._database.dialect != "sqlite":
            raise StorageUnavailable("the lease works on SQLite only")
        return f"{sqlite_file(self._database.url)}.lock"

    def _lock(self) -> None:
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as exc:
            raise StorageUnavailable(f"the lock file cannot be used: {exc.strerror}") from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
        except OSError as exc:
            os.close(descriptor)
            raise StorageUnavailable(f"the lock file cannot be locked: {exc.strerror}") from None
        else:
            self._descriptor = descriptor

    def _unlock(self) -> None:
        # The file stays: deleting it would let two processes lock two files of one name.
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)

    def _is_our_file(self) -> bool:
        if self._descriptor is None:
            return False
        try:
            named = Path(self._path).stat()
        except OSError:
            return False
        ours = os.fstat(self._descriptor)
        return (named.st_dev, named.st_ino) == (ours.st_dev, ours.st_ino)

    async def _is_our_epoch(self) -> bool:
        async with self._database.reading() as tx:
            return await tx.lease.epoch() == self.epoch
