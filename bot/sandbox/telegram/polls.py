"""Long polling: one waiting getUpdates per bot."""

import asyncio
import contextlib
from collections.abc import Iterable

from bot.sandbox.telegram.bots import BotAccount
from bot.sandbox.telegram.errors import conflict
from bot.sandbox.telegram.queues import QueuedUpdate

MAX_TIMEOUT = 50
MAX_UPDATES = 100
OTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
WEBHOOK_SET = "terminated by setWebhook request"


class Polls:
    """Knows who waits for which bot's updates and ends a poll that another one replaces."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._waiting: dict[int, asyncio.Future[str]] = {}

    def is_polled(self, bot: BotAccount) -> bool:
        """Tell whether somebody waits for this bot's updates right now."""
        return bot.id in self._waiting

    def interrupt(self, bot: BotAccount, reason: str) -> None:
        """End a waiting poll with a conflict."""
        ended = self._waiting.pop(bot.id, None)
        if ended is not None and not ended.done():
            ended.set_result(reason)

    def close(self) -> None:
        """End all waiting polls with nothing."""
        for ended in self._waiting.values():
            ended.cancel()

    async def poll(
        self, bot: BotAccount, gone: asyncio.Event, *, seconds: float, limit: int
    ) -> list[QueuedUpdate]:
        """Return waiting updates, or wait up to `seconds` for the first; ApiError 409 when replaced."""
        self.interrupt(bot, OTHER_POLLER)
        if len(bot.queue) == 0 and seconds > 0:
            await self._wait(bot, gone, min(seconds, MAX_TIMEOUT) / self._speed)
        return bot.queue.peek(limit)

    async def _wait(self, bot: BotAccount, gone: asyncio.Event, seconds: float) -> None:
        ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiting[bot.id] = ended
        arrival = asyncio.ensure_future(bot.queue.wait())
        hang_up = asyncio.ensure_future(gone.wait())
        try:
            things: Iterable[asyncio.Future[object]] = {ended, arrival, hang_up}  # type: ignore[arg-type]  # mixed results
            await asyncio.wait(things, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if ended.done() and not ended.cancelled():
                raise conflict(ended.result())
        finally:
            for task in (arrival, hang_up):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
            if self._waiting.get(bot.id) is ended:
                del self._waiting[bot.id]
