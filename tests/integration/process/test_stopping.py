"""Being told to stop is heard at any time, and nothing that ended the work is kept quiet."""

import asyncio
from contextlib import asynccontextmanager
from types import SimpleNamespace

import pytest

from bot.app.duty import Duty
from bot.clock import SystemClock
from storage.errors import StorageError


async def never():
    await asyncio.Event().wait()


class Lease:
    held = True

    async def verify(self):
        await never()


class Shift(Duty):
    """A shift without parts."""

    def __init__(self):
        self._process = SimpleNamespace(bot=SimpleNamespace(username="bot"), clock=SystemClock())
        self._lease = Lease()
        self._brain = SimpleNamespace(lost=asyncio.Event())
        self.stopped = []
        self.begun = asyncio.Event()
        self.incoming = never

    async def _start(self, epoch):
        self.begun.set()

    async def _stop(self, *, gently):
        self.stopped.append(gently)

    async def _publish_menu(self):
        await never()

    @asynccontextmanager
    async def _incoming(self):
        yield self.incoming, never


class StuckShift(Shift):
    """Recovers for ever, as with a database that is away."""

    async def _start(self, epoch):
        self.begun.set()
        await never()


@pytest.mark.parametrize("kind", [Shift, StuckShift])
async def test_signal_is_heard_while_starting_and_while_working(kind):
    shift, stop = kind(), asyncio.Event()
    working = asyncio.create_task(shift.work(1, stop))
    await shift.begun.wait()
    stop.set()
    async with asyncio.timeout(60):
        assert await working == 0
    assert shift.stopped == [True]


async def test_parts_are_stopped_when_starting_fails():
    class Failing(Shift):
        async def _start(self, epoch):
            raise StorageError("the disk is gone")

    shift = Failing()
    with pytest.raises(StorageError):
        await shift.work(1, asyncio.Event())
    assert shift.stopped == [True]


async def test_lost_lease_ends_the_work_ungently():
    shift = Shift()
    working = asyncio.create_task(shift.work(1, asyncio.Event()))
    await shift.begun.wait()
    shift._brain.lost.set()
    async with asyncio.timeout(60):
        assert await working == 1
    assert shift.stopped == [False]


async def test_what_ends_the_work_is_raised():
    class BrokenLease(Lease):
        async def verify(self):
            raise StorageError("the table is gone")

    shift = Shift()
    shift._lease = BrokenLease()
    async with asyncio.timeout(60):
        with pytest.raises(StorageError, match="the table is gone"):
            await shift.work(1, asyncio.Event())
    assert shift.stopped == [True]
