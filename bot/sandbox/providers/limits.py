"""Sliding windows, counted the way a provider counts them."""

from collections import deque


class SlidingWindow:
    """The calls of the last ``seconds`` seconds; refused calls count like served ones."""

    def __init__(self, *, limit: int, seconds: float) -> None:
        self.limit = limit
        self._seconds = seconds
        self._calls: deque[float] = deque()

    def count(self, now: float) -> int:
        """Return how many calls lie in the half-open interval ``(now - seconds, now]``."""
        while self._calls and self._calls[0] <= now - self._seconds:
            self._calls.popleft()
        return len(self._calls)

    def add(self, now: float) -> bool:
        """Count one call; return whether it is within the limit."""
        self._calls.append(now)
        return self.count(now) <= self.limit
