"""Telegram's limits on how fast a bot may send, off unless asked for."""

import math
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.telegram.errors import too_many_requests
from bot.sandbox.telegram.model import Chat


@dataclass(frozen=True, slots=True)
class Window:
    """At most `count` messages in any `seconds`."""

    count: int
    seconds: float


@dataclass(frozen=True, slots=True)
class FloodLimits:
    """What Telegram's FAQ for bots says: 1/s in a chat (bursts pass), 20/min in a group, 30/s in all."""

    per_chat: Window = Window(5, 5.0)
    per_group: Window = Window(20, 60.0)
    overall: Window = Window(30, 1.0)


class FloodGuard:
    """Counts what bots send in sliding windows; refuses with 429 what is over a limit."""

    def __init__(self, limits: FloodLimits | None, now: Callable[[], float], speed: float) -> None:
        self._limits = limits
        self._now = now
        self._speed = speed
        self._sent: defaultdict[object, deque[float]] = defaultdict(deque)
        self.refusals = 0

    def count(self, bot_id: int, chat: Chat, messages: int = 1) -> None:
        """Count messages about to be sent or edited; ApiError 429 when a window is full."""
        if self._limits is None:
            return
        windows: list[tuple[object, Window]] = [((bot_id, 0), self._limits.overall)]
        kind = self._limits.per_chat if chat.is_private else self._limits.per_group
        windows.append(((bot_id, chat.id), kind))
        wait = max(self._wait(key, window, messages) for key, window in windows)
        if wait > 0:
            self.refusals += 1
            raise too_many_requests(max(1, math.ceil(wait)))
        for key, _ in windows:
            self._sent[key].extend([self._now()] * messages)

    def _wait(self, key: object, window: Window, messages: int) -> float:
        sent, length = self._sent[key], window.seconds / self._speed
        while sent and sent[0] <= self._now() - length:
            sent.popleft()
        over = len(sent) + messages - window.count
        if over <= 0 or not sent:
            return 0.0
        return sent[min(over, len(sent)) - 1] + length - self._now()
