"""Time as a thing that is handed in, so that a test can hold it."""

import asyncio
import math
import time
from typing import Protocol


class Clock(Protocol):
    """Where the program reads the time and waits."""

    def now(self) -> float:
        """Return the time of day in Unix seconds."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait for a number of seconds; zero or less still yields once."""
        ...


class SystemClock:
    """The machine's own clock, except that it never goes back.

    Were it set back by an hour, everything counted in seconds, such as a provider's window of calls, would
    stand still for that hour.
    """

    def __init__(self) -> None:
        self._offset = -math.inf

    def now(self) -> float:
        """Return the time of day in Unix seconds, as of the last time the clock was set forward."""
        ticks = time.monotonic()
        self._offset = max(self._offset, time.time() - ticks)
        return ticks + self._offset

    async def sleep(self, seconds: float) -> None:
        """Wait for a number of seconds; zero or less still yields once."""
        await asyncio.sleep(max(0.0, seconds))


async def wait_for_event(clock: Clock, event: asyncio.Event, seconds: float) -> bool:
    """Wait until an event is set or the seconds have passed on this clock; return whether it is set."""
    if event.is_set() or seconds <= 0:
        await asyncio.sleep(0)
        return event.is_set()
    waiter = asyncio.ensure_future(event.wait())
    timer = asyncio.ensure_future(clock.sleep(seconds))
    try:
        await asyncio.wait({waiter, timer}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (waiter, timer):
            task.cancel()
        await asyncio.gather(waiter, timer, return_exceptions=True)
    return event.is_set()
