"""API keys' accounts, and the tasks that they pay for."""

from dataclasses import dataclass, field

from bot.sandbox.providers.fitroom.faults import Fate, FateKind
from bot.sandbox.providers.fitroom.orders import Order
from bot.sandbox.providers.limits import SlidingWindow

# Seconds a task waits before it is worked on.
QUEUED = 0.5


@dataclass(frozen=True, slots=True)
class Limits:
    """The provider's limit per key, for calls of every kind together; the window in seconds."""

    requests: int = 60
    window: float = 60.0


@dataclass(frozen=True, slots=True)
class Task:
    """An accepted submission; times in Unix seconds."""

    task_id: str
    key: str
    order: Order
    fate: Fate
    created_at: float
    started_at: float
    ends_at: float

    def progress(self, now: float) -> int:
        """Return whole percent: 0 while it waits, 1 to 99 while it is worked on, 100 at the end."""
        if now >= self.ends_at:
            return 100
        if now < self.started_at:
            return 0
        return 1 + int(98 * (now - self.started_at) / (self.ends_at - self.started_at))


@dataclass(slots=True)
class Account:
    """One API key: what it may still spend, its window, and what it has running."""

    key: str
    credits: int
    window: SlidingWindow
    open_tasks: list[Task] = field(default_factory=list)

    def settle(self, now: float) -> None:
        """Give the credits of tasks back that failed meanwhile."""
        ended = [task for task in self.open_tasks if now >= task.ends_at]
        self.credits += sum(task.fate.kind is FateKind.FAIL for task in ended)
        self.open_tasks = [task for task in self.open_tasks if now < task.ends_at]
