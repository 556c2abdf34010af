"""Who owns the work: one process at a time, counted in epochs."""

import asyncio
import logging
from typing import TYPE_CHECKING

from sqlalchemy import Table, select, update

from storage.errors import DatabaseAway, LeaseLost, StorageUnavailable
from storage.link import Link
from storage.owner_lock import owner_lock
from storage.schema import jobs, lease, notices, submissions
from storage.settling import settle
from storage.states import OPEN_STATES, OPEN_SUBMISSIONS, NoticeState

if TYPE_CHECKING:
    from storage.database import Database

_log = logging.getLogger(__name__)

# How long to wait between two tries to get a lock back, in seconds: the first and the longest time.
_FIRST_WAIT = 0.05
_LONGEST_WAIT = 1.0
_STAMPED_AT_ONCE = 500
_OPEN_NOTICES = (NoticeState.PENDING, NoticeState.SENDING)
_OPEN_WORK: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (jobs, OPEN_STATES),
    (submissions, OPEN_SUBMISSIONS),
    (notices, _OPEN_NOTICES),
)


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
            found = await self._link.value(locked)
            if found is None and self._link.writable:
                # Before the first owner there is no row to lock; a row that is being made is waited for, too.
                first = self._link.insert(lease).values(id=1, epoch=0)
                await self._link.rows(first.on_conflict_do_nothing(index_elements=["id"]))
                found = await self._link.value(locked)
            self._epoch = int(found or 0)
        return self._epoch

    async def advance(self, at: float | None = None) -> int:
        """Begin a new epoch and stamp open work with it: an earlier owner's updates then find no row.

        Waits for transactions that have read the old epoch and add something. Work that others are
        changing in this moment is left out: ask ``unstamped`` afterwards, and ``stamp``.
        """
        inserted = self._link.insert(lease).values(id=1, epoch=1, acquired_at=at)
        statement = inserted.on_conflict_do_update(
            index_elements=["id"], set_={"epoch": lease.c.epoch + 1, "acquired_at": at}
        )
        self._epoch = int(await self._link.value(statement.returning(lease.c.epoch)))
        await self.stamp(self._epoch)
        return self._epoch

    async def stamp(self, epoch: int) -> None:
        """Give open work to an epoch, except what others are changing now.

        As it waits for nobody it can't be part of a deadlock, however others order their locks.
        """
        for table, states in _OPEN_WORK:
            while await self._stamp(table, states, epoch):
                pass

    async def unstamped(self, epoch: int) -> bool:
        """Return whether open work of an earlier epoch is left."""
        for table, states in _OPEN_WORK:
            query = select(table.c.id).where(table.c.state.in_(states), table.c.epoch != epoch).limit(1)
            if await self._link.first(query) is not None:
                return True
        return False

    async def _stamp(self, table: Table, states: tuple[str, ...], epoch: int) -> int:
        # SQLite leaves FOR UPDATE out and needs none: a writing transaction is alone there.
        chosen = (
            select(table.c.id)
            .where(table.c.state.in_(states), table.c.epoch != epoch)
            .limit(_STAMPED_AT_ONCE)
            .with_for_update(skip_locked=True, key_share=True)
        )
        ids = [row.id for row in await self._link.rows(chosen)]
        if ids:
            await self._link.rows(update(table).where(table.c.id.in_(ids)).values(epoch=epoch))
        return len(ids)


class BrainLease:
    """The right to recover, submit, poll and deliver; held by one process at a time.

    Two things make it: a lock that ends with its process (``storage.owner_lock``), and the epoch, which
    every transition of the work compares and which each new owner advances. The lock keeps others from
    becoming the owner; the epoch keeps an owner who was replaced from changing anything.

    So a lock whose connection broke is not yet a lost lease: while the epoch is ours, nobody else was
    the owner. The lock is then taken again, and a restart of PostgreSQL costs no paid picture. ``lost``
    is set when somebody else was quicker, or when the lock is gone for any other reason.
    """

    def __init__(self, database: "Database") -> None:
        self._database = database
        self._lock = owner_lock(database.url, self._mend_soon)
        self.epoch: int | None = None
        self.lost = asyncio.Event()
        self._turn = asyncio.Lock()
        self._mending: asyncio.Task[None] | None = None

    @property
    def held(self) -> bool:
        """Return whether this process owns the work, as far as it knows."""
        return self.epoch is not None and not self.lost.is_set()

    async def acquire(self, at: float | None = None) -> int | None:
        """Try to become the owner, without waiting; return the new epoch, or None when somebody else is.

        Raises:
            StorageUnavailable: the lock or the database cannot be used; nothing is held then.
        """
        # One at a time: a second call must not drop the lock that the first has just taken.
        async with self._turn:
            if self.held:
                return self.epoch
            await self._stop_mending()
            await self._lock.drop()
            if not await self._take():
                return None
            try:
                epoch = await self._begin_epoch(at)
            except BaseException:
                await settle(self._lock.drop())
                raise
            self.lost.clear()
            self.epoch = epoch
            if not self._lock.is_whole:
                self._mend_soon()
            return epoch

    async def release(self) -> None:
        """Let somebody else become the owner at once."""
        async with self._turn:
            self.epoch = None
            await self._stop_mending()
            await settle(self._lock.drop())

    def is_taken(self) -> bool:
        """Return whether some process owns the work now, without becoming the owner or making a file.

        Blocks: call it in a thread.

        Raises:
            StorageUnavailable: that cannot be found out.
        """
        return self._lock.is_taken()

    async def verify(self) -> bool:
        """Return whether the lease is still ours, and set ``lost`` when it is not. Call it now and then.

        While the database can't be asked, it counts as ours: nobody can change anything then.
        """
        if self.held:
            try:
                ours = await self._is_our_epoch() and await self._lock.is_kept()
            except StorageUnavailable:
                return self.held
            if not ours:
                self._lose()
        return self.held

    async def require(self) -> int:
        """Return the epoch of a lease that is still ours.

        Raises:
            LeaseLost: it is not.
        """
        if not await self.verify() or self.epoch is None:
            raise LeaseLost("another process owns the work now")
        return self.epoch

    async def _begin_epoch(self, at: float | None) -> int:
        async with self._database.transaction() as tx:
            epoch = await tx.lease.advance(at)
        # What is added from here on belongs to the new epoch; what others were changing is given to it now.
        wait = _FIRST_WAIT / 10
        while await self._is_some_left(epoch):
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT)
            async with self._database.transaction() as tx:
                await tx.lease.stamp(epoch)
        return epoch

    async def _is_some_left(self, epoch: int) -> bool:
        async with self._database.reading() as tx:
            return await tx.lease.unstamped(epoch)

    async def _take(self) -> bool:
        """Try the lock, and let it be known whether the server could be reached."""
        reach = self._database.reach
        era = reach.era
        try:
            taken = await self._lock.take()
        except DatabaseAway as error:
            reach.lost(era, error)
            raise
        reach.found(era)
        return taken

    def _lose(self) -> None:
        if not self.lost.is_set():
            _log.error("the lease is lost: another process owns the work now")
            self.lost.set()

    def _mend_soon(self) -> None:
        if self.held and (self._mending is None or self._mending.done()):
            self._mending = asyncio.create_task(self._mend(), name="lease-mending")

    async def _mend(self) -> None:
        """Take the lock again after its connection broke, unless somebody else became the owner meanwhile."""
        wait, in_outage = _FIRST_WAIT, False
        while self.held:
            try:
                taken = await self._take()
                ours = await self._is_our_epoch()
            except StorageUnavailable:
                in_outage = True
            else:
                if not ours:
                    self._lose()
                    await self._lock.drop()
                    return
                if taken and self._lock.is_whole:
                    # Of an outage and its end the database has told already.
                    if not in_outage:
                        _log.warning("the connection that had the lease broke; the lease is back")
                    return
                # Not ours yet: the server has not noticed the end of our old session, or a new owner begins.
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT)

    async def _stop_mending(self) -> None:
        task, self._mending = self._mending, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _is_our_epoch(self) -> bool:
        async with self._database.reading() as tx:
            return await tx.lease.epoch() == self.epoch
