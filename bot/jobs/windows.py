"""Sliding windows counted from the caller's side, exact enough to use a limit up without ever passing it.

A provider counts a call at some moment between its start and its end as seen here; which one, nobody can
tell. For the server's window to hold at most ``limit`` calls, the call ``limit + 1`` places later has to
*arrive* more than ``seconds`` after that moment. It arrives no earlier than it starts here, and the moment is
no later than the answer came back here. So a place is free again ``seconds`` after the *end* of the call that
took it: never too early, and late by no more than one round trip. The margin only covers clocks that run at
different speeds.

A leaky bucket would be simpler and wrong: one of 20 a minute lets 40 calls through in the worst minute.
"""

import math
from bisect import bisect_right, insort
from collections.abc import Iterable

WINDOW_SECONDS = 60.0
# Two clocks, one of them being slewed at 500 parts in a million, differ by 0.03 s after a minute.
MARGIN_SECONDS = 0.1

_SHRUNK_TO = 0.75
_SHRUNK_SECONDS = 120.0


class SlidingWindow:
    """At most ``limit`` calls in any ``seconds`` seconds, as the server counts them.

    Every call is announced with ``start`` and taken back into the count with ``finish``; refused calls count
    too.
    """

    def __init__(
        self, limit: int, *, seconds: float = WINDOW_SECONDS, margin: float = MARGIN_SECONDS
    ) -> None:
        self.limit = limit
        self._span = seconds + margin
        self._seconds = seconds
        self._in_flight = 0
        self._releases: list[float] = []
        self._shrunk_limit = limit
        self._shrunk_until = -math.inf
        self._closed_until = -math.inf

    def used(self, now: float) -> int:
        """Return how many places are taken, calls in flight included."""
        del self._releases[: bisect_right(self._releases, now)]
        return self._in_flight + len(self._releases)

    def allowed(self, now: float) -> int:
        """Return the limit in force: the real one, or less for a while after the server complained."""
        return self._shrunk_limit if now < self._shrunk_until else self.limit

    def free_at(self, now: float) -> float:
        """Return when the next call may start; infinity while that depends on calls in flight."""
        surplus = self.used(now) - self.allowed(now)
        if surplus < 0:
            return max(now, self._closed_until)
        release = self._releases[surplus] if surplus < len(self._releases) else math.inf
        return max(release, self._closed_until)

    def fits(self, now: float, calls: Iterable[float]) -> bool:
        """Return whether every one of these future calls will find a place at its time.

        The calls lie less than a window ahead, so none of them gives its place to another.
        """
        used = self.used(now)
        taken = enumerate(sorted(max(now, at) for at in calls), start=1)
        return all(
            used - bisect_right(self._releases, at) + place <= self.allowed(now) for place, at in taken
        )

    def releases(self, now: float) -> list[float]:
        """Return when each taken place becomes free, as if calls in flight ended now."""
        self.used(now)
        return [*self._releases, *[now + self._span] * self._in_flight]

    def opens_at(self, now: float) -> float:
        """Return until when no call starts after a complaint."""
        return max(now, self._closed_until)

    def next_release(self, now: float) -> float:
        """Return when the next place becomes free; infinity while that depends on calls in flight."""
        self.used(now)
        return self._releases[0] if self._releases else math.inf

    def start(self) -> None:
        """Take a place for a call that is about to be sent."""
        self._in_flight += 1

    def finish(self, now: float, *, late: float = 0.0) -> None:
        """Note a call's end; ``late`` is how much later than now the server may still have counted it."""
        self._in_flight -= 1
        insort(self._releases, now + late + self._span)

    def give_up(self) -> None:
        """Free the place of a call that was never sent."""
        self._in_flight -= 1

    def remember(self, ends: Iterable[float]) -> None:
        """Count calls that an earlier process made, given the times of their ends."""
        self._releases = sorted([*self._releases, *(end + self._span for end in ends)])

    def assume_spent(self, now: float) -> None:
        """Assume that an earlier process used what is left of the window, evenly over its length."""
        unknown = max(0, self.limit - self.used(now))
        self.remember(now - index * self._seconds / unknown for index in range(unknown))

    def complained(self, now: float, pause: float) -> None:
        """React to the server's complaint: no call for some seconds, and a quarter less for two minutes.

        Somebody else uses this key as well, or the limit is lower than told.
        """
        self._closed_until = now + pause
        self._shrunk_limit = max(1, int(self.allowed(now) * _SHRUNK_TO))
        self._shrunk_until = now + _SHRUNK_SECONDS
