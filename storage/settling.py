"""Let a step on a connection reach its end, whoever cancels meanwhile."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def settle(step: Coroutine[Any, Any, T]) -> T:
    """Run a step to its end, and only then pass on a cancellation that arrived meanwhile.

    A connection whose statement is abandoned half-way is used by two at once; a commit abandoned
    half-way has no known outcome. Steps are short, so waiting for them is the cheap way out.
    """
    task = asyncio.ensure_future(step)
    cancellation: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as exc:
            cancellation = exc
    if cancellation is None:
        return task.result()
    if not task.cancelled():
        task.exception()  # seen: it would be reported as never retrieved
    raise cancellation
