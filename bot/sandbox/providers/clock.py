"""Time for the sandbox's providers, handed in so that a test can hold it."""

import time
from typing import Protocol


class Clock(Protocol):
    """Where a provider's server reads the time."""

    def now(self) -> float:
        """Return the time of day in Unix seconds."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> float:
        """Return the time of day in Unix seconds."""
        return time.time()
