"""Pictures that are painted when first asked for, and remembered for a while."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable

KEPT_IN_MEMORY = 64


class Gallery:
    """Paints in a thread, each picture once as long as it is remembered."""

    def __init__(self) -> None:
        self._made: OrderedDict[str, asyncio.Task[bytes]] = OrderedDict()

    async def picture(self, name: str, paint: Callable[[], bytes]) -> bytes:
        """Return a picture by its name, painted if need be."""
        if name not in self._made:
            self._made[name] = asyncio.create_task(asyncio.to_thread(paint))
            if len(self._made) > KEPT_IN_MEMORY:
                self._made.popitem(last=False)
        self._made.move_to_end(name)
        # One caller who goes away must not end the painting for the others.
        return await asyncio.shield(self._made[name])
