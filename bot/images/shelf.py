"""Pictures that were drawn once and are asked for again and again."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable


class Shelf:
    """Keeps the ``size`` pictures used last, and has each made once, however many ask at the same time."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()
        self._making: dict[Hashable, asyncio.Task[bytes]] = {}

    async def get(self, key: Hashable, make: Callable[[], Awaitable[bytes]]) -> bytes:
        """Return the picture of that key, made where it is missing; all who wait get what that raises."""
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        task = self._making.get(key)
        if task is None:
            task = asyncio.create_task(self._make(key, make))
            self._making[key] = task
            task.add_done_callback(
                lambda ended: ended.cancelled() or ended.exception()
            )  # nobody may wait any more
        return await asyncio.shield(task)

    async def _make(self, key: Hashable, make: Callable[[], Awaitable[bytes]]) -> bytes:
        try:
            made = await make()
        finally:
            del self._making[key]
        self._kept[key] = made
        while len(self._kept) > self._size:
            self._kept.popitem(last=False)
        return made
