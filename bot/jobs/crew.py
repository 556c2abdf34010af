"""The scheduler's tasks: none is lost, and none fails unheard."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from enum import Enum, auto
from typing import Any, TypeVar

from bot.log import is_news
from storage.errors import LeaseLost

T = TypeVar("T")

_log = logging.getLogger(__name__)


class Kind(Enum):
    """How a task is treated at the end."""

    PAID = auto()  # a paid call is or may be under way: waited for
    DELIVERY = auto()  # ended by the deliveries themselves
    FREE = auto()  # may be cut off anywhere


class Crew:
    """Starts tasks; calls ``ended`` after each, and ``lost`` when one finds that the lease is gone."""

    def __init__(self, *, ended: Callable[[], None], lost: Callable[[], None]) -> None:
        self._ended = ended
        self._lost = lost
        self._tasks: dict[asyncio.Task[Any], Kind] = {}

    @property
    def is_empty(self) -> bool:
        """Return whether nothing is being done."""
        return not self._tasks

    def start(self, kind: Kind, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Start a task."""
        task = asyncio.create_task(work)
        self._tasks[task] = kind
        task.add_done_callback(self._done)
        return task

    async def wait(self, kind: Kind, seconds: float) -> None:
        """Wait, at most so long, for the tasks of a kind."""
        tasks = [task for task, its in self._tasks.items() if its is kind]
        if tasks and seconds > 0:
            await asyncio.wait(tasks, timeout=seconds)

    async def cancel(self, *kinds: Kind) -> None:
        """Cut off the tasks of these kinds and wait until they are gone."""
        tasks = [task for task, its in self._tasks.items() if its in kinds]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def cut(self) -> None:
        """Cut off everything at once, without waiting."""
        for task in tuple(self._tasks):
            task.cancel()

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.pop(task, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            if isinstance(error, LeaseLost):
                self._lost()
            elif is_news(error):
                _log.error("a task of the scheduler failed", exc_info=error)
        self._ended()
