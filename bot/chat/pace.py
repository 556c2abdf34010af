"""One sliding window of Telegram's, counted so that the server never counts more than we do."""

import math
from bisect import bisect_right, insort

# Two clocks, and a message that reaches the server a moment before we see it sent.
MARGIN_SECONDS = 0.05


class Pace:
    """At most ``limit`` messages in any ``seconds`` seconds.

    The server counts a message somewhere between its start and its end as seen here, so its place is free
    again only ``seconds`` after its end.
    """

    __slots__ = ("_in_flight", "_releases", "_span", "limit")

    def __init__(self, limit: int, seconds: float) -> None:
        self.limit = limit
        self._span = seconds + MARGIN_SECONDS
        self._in_flight = 0
        self._releases: list[float] = []

    def used(self, now: float) -> int:
        """Return how many places are taken, messages in flight included."""
        del self._releases[: bisect_right(self._releases, now)]
        return self._in_flight + len(self._releases)

    def free_at(self, now: float, places: int | None = None) -> float:
        """Return when one of the first ``places`` (or all) is free; infinity if calls in flight decide."""
        surplus = self.used(now) - (self.limit if places is None else places)
        if surplus < 0:
            return now
        return self._releases[surplus] if surplus < len(self._releases) else math.inf

    def start(self) -> None:
        """Take a place for a message that is about to be sent."""
        self._in_flight += 1

    def finish(self, now: float) -> None:
        """Note that a message's answer is there, or will never be."""
        self._in_flight -= 1
        insort(self._releases, now + self._span)
