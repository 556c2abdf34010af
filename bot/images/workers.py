"""Threads for work that takes long and can't be interrupted, with bounds on time and memory.

A decoder in C can't be stopped. So each piece of work runs in a daemon thread of its own, at most a few at a
time: a stuck one is given up, its place is taken by a spare one, and it can't keep the process from ending
(the threads of a ``ThreadPoolExecutor`` would, as the interpreter joins them). Starting a thread costs a
thousandth of decoding a picture.
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from bot.images.errors import PictureError, Reason

_log = logging.getLogger(__name__)

T = TypeVar("T")
_CLOSE_SECONDS = 1.0


class _Run(Generic[T]):
    """One piece of work in its thread; ``ended`` gets the value or a reason, and never an exception."""

    def __init__(self, work: Callable[[], T], size: int) -> None:
        self.size = size
        self.loop = asyncio.get_running_loop()
        self.ended: asyncio.Future[T | Reason] = self.loop.create_future()
        self._work: Callable[[], T] | None = work

    def outcome(self) -> T | Reason:
        """Do the work, in the thread; let go of the picture at once."""
        work, self._work = self._work, None
        assert work is not None  # noqa: S101 - called once
        try:
            return work()
        except PictureError as error:
            return error.reason
        except BaseException as error:  # noqa: BLE001 - a thread has nobody else to tell
            # No traceback: an exception's text may quote the picture.
            _log.error("a picture could not be worked on: %s", type(error).__name__)
            return Reason.UNSUPPORTED


class Workers:
    """Runs work in a few threads.

    ``count`` run at once; one takes at most ``time_limit`` seconds, counted from its start. Others wait, at
    most ``wait_limit`` seconds, while all pictures waiting and running have at most ``max_bytes`` together.
    """

    def __init__(self, count: int, *, time_limit: float, wait_limit: float, max_bytes: int) -> None:
        self._slots = asyncio.Semaphore(count)
        self._spares = count
        self._time_limit = time_limit
        self._wait_limit = wait_limit
        self._max_bytes = max_bytes
        self._held_bytes = 0
        self._running: set[_Run[Any]] = set()
        self._stuck: set[_Run[Any]] = set()
        self._is_closed = False

    @property
    def held_bytes(self) -> int:
        """Return the size of all pictures waiting and running."""
        return self._held_bytes

    async def run(self, work: Callable[[], T], size: int) -> T:
        """Do the work on a picture of that many bytes in a thread and return its value.

        When the caller is cancelled the thread goes on to its end, unheard, and keeps its place until then.

        Raises:
            PictureError: what the work raised; UNSUPPORTED out of time; BUSY when full or closed.
        """
        await self._take_slot(size)
        run: _Run[T] = _Run(work, size)
        self._begin(run)
        try:
            async with asyncio.timeout(self._time_limit):
                outcome = await asyncio.shield(run.ended)
        except TimeoutError:
            self._give_up(run)
            raise PictureError(Reason.UNSUPPORTED) from None
        if isinstance(outcome, Reason):
            raise PictureError(outcome)
        return outcome

    async def close(self) -> None:
        """Refuse everything from now on; wait a moment for what runs, then leave it behind."""
        self._is_closed = True
        running = [run.ended for run in self._running]
        if running:
            await asyncio.wait(running, timeout=_CLOSE_SECONDS)
        self._slots.release()  # wakes the first who waits; each wakes the next
        await asyncio.sleep(0)

    async def _take_slot(self, size: int) -> None:
        if self._refuses(size):
            raise PictureError(Reason.BUSY)
        self._held_bytes += size
        try:
            async with asyncio.timeout(self._wait_limit):
                await self._slots.acquire()
        except BaseException as error:
            self._held_bytes -= size
            if isinstance(error, TimeoutError):
                raise PictureError(Reason.BUSY) from None
            raise
        if self._is_closed:
            self._let_go(size)
            raise PictureError(Reason.BUSY)

    def _refuses(self, size: int) -> bool:
        is_full = self._held_bytes > 0 and self._held_bytes + size > self._max_bytes
        return self._is_closed or is_full

    def _begin(self, run: "_Run[T]") -> None:
        self._running.add(run)
        thread = threading.Thread(target=self._perform, args=(run,), name="picture", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # the system has no thread left
            self._running.discard(run)
            self._let_go(run.size)
            raise PictureError(Reason.BUSY) from None

    def _perform(self, run: "_Run[T]") -> None:
        """Run in the thread; tell the loop, which may have ended by now."""
        outcome = run.outcome()
        try:
            run.loop.call_soon_threadsafe(self._end, run, outcome)
        except RuntimeError:
            _log.debug("a picture was finished after its loop")

    def _give_up(self, run: "_Run[T]") -> None:
        """Leave a stuck thread to itself; while there are spare ones, another takes its place."""
        is_replaced = len(self._stuck) < self._spares
        _log.warning("a picture took longer than %s s; replaced: %s", self._time_limit, is_replaced)
        if is_replaced:
            self._stuck.add(run)
            self._slots.release()

    def _end(self, run: "_Run[T]", outcome: T | Reason) -> None:
        """Take note of a thread's end, in the loop."""
        self._running.discard(run)
        run.ended.set_result(outcome)
        if run in self._stuck:
            self._stuck.discard(run)
            self._held_bytes -= run.size
        else:
            self._let_go(run.size)

    def _let_go(self, size: int) -> None:
        self._held_bytes -= size
        self._slots.release()
