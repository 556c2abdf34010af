"""Time as a thing that is handed in, so that a test can hold it."""

import asyncio
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
    """The machine's own clock."""

    def now(self) -> float:
        """Return the time of day in Unix seconds."""
        return time.time()

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
