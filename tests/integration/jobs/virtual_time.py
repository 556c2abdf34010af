"""An event loop whose time stands still while anything can be done, then jumps to the next timer.

Threads count as well: the loop knows of every call handed to an executor or to the thread of a SQLite
connection, and waits for it in real time without letting its own time pass. So a test of an hour takes as
long as its work does, and the same seed gives the same hour.
"""

import asyncio
import functools
import queue
import selectors
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import aiosqlite.core

T = TypeVar("T")

START = 1_800_000_000.0
# A thread that takes longer than this in real time hangs.
_THREAD_SECONDS = 60.0


class NothingLeftError(AssertionError):
    """Everybody waits, and nothing will ever happen."""


class _Selector(selectors.DefaultSelector):
    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.in_threads = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is not None and timeout <= 0:
            return super().select(0)
        if self.in_threads:
            events = super().select(_THREAD_SECONDS)
            assert events, "a thread hangs"
            return events
        events = super().select(0)
        if not events:
            if timeout is None:
                raise NothingLeftError("nothing is left that could happen")
            self.now += timeout
        return events


class VirtualLoop(asyncio.SelectorEventLoop):
    """See the module's text."""

    def __init__(self) -> None:
        self._virtual = _Selector()
        super().__init__(self._virtual)

    def time(self) -> float:
        return self._virtual.now

    def hold(self, future: "asyncio.Future[Any]") -> None:
        """Let no time pass until this future of a thread is done."""
        self._virtual.in_threads += 1
        future.add_done_callback(self._release)

    def _release(self, _future: "asyncio.Future[Any]") -> None:
        self._virtual.in_threads -= 1

    def run_in_executor(self, executor: Any, func: Callable[..., T], *args: Any) -> "asyncio.Future[T]":
        future = super().run_in_executor(executor, func, *args)
        self.hold(future)
        return future

    async def shutdown_default_executor(self) -> None:
        self._virtual.in_threads += 1
        try:
            await super().shutdown_default_executor()
        finally:
            self._virtual.in_threads -= 1


class _CountingQueue(queue.SimpleQueue):
    def put_nowait(self, item: Any) -> None:
        future = item[0]
        if future is not None and isinstance(loop := future.get_loop(), VirtualLoop):
            loop.hold(future)
        super().put_nowait(item)


class VirtualClock:
    """The clock of a virtual loop as the program sees it."""

    def now(self) -> float:
        return START + asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds))


def run(main: Callable[[], Awaitable[T]]) -> T:
    """Run a coroutine to its end on a virtual loop."""
    real_queue = aiosqlite.core.SimpleQueue
    aiosqlite.core.SimpleQueue = _CountingQueue

    async def started() -> T:
        return await main()

    try:
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            return runner.run(started())
    finally:
        aiosqlite.core.SimpleQueue = real_queue


def on_virtual_time(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """Run an asynchronous test on a virtual loop."""

    @functools.wraps(test)
    def wrapper(*args: Any, **kwargs: Any) -> None:
        run(lambda: test(*args, **kwargs))

    return wrapper
