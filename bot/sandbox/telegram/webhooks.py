"""Posts updates to a bot's webhook, in order, each until it is accepted."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from http import HTTPStatus

import httpx

from bot.sandbox.telegram.bots import BotAccount, Webhook

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 10.0
TIMEOUT = 60.0
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name

logger = logging.getLogger(__name__)


class Webhooks:
    """One delivering task per bot that has a webhook."""

    def __init__(self, *, now: Callable[[], float], speed: float) -> None:
        self._now = now
        self._speed = speed
        self._tasks: dict[int, asyncio.Task[None]] = {}

    async def start(self, bot: BotAccount, webhook: Webhook) -> None:
        """Deliver to this address from now on."""
        await self.stop(bot)
        bot.webhook, bot.webhook_error = webhook, None
        self._tasks[bot.id] = asyncio.create_task(self._deliver(bot, webhook))

    async def stop(self, bot: BotAccount) -> None:
        """Deliver no more."""
        bot.webhook = None
        task = self._tasks.pop(bot.id, None)
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def close(self) -> None:
        """Stop all deliveries."""
        tasks = list(self._tasks.values())
        self._tasks.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _deliver(self, bot: BotAccount, webhook: Webhook) -> None:
        headers = {SECRET_HEADER: webhook.secret} if webhook.secret else {}
        pause = FIRST_PAUSE
        async with httpx.AsyncClient(timeout=TIMEOUT, headers=headers, trust_env=False) as client:
            while True:
                await bot.queue.wait()
                update = bot.queue.peek(1)[0]
                problem = await self._post(client, webhook.url, update.as_json())
                if problem is None:
                    bot.queue.drop(update)
                    pause = FIRST_PAUSE
                    continue
                bot.webhook_error = (int(self._now()), problem)
                logger.warning("webhook of bot %s: %s", bot.id, problem)
                await asyncio.sleep(pause / self._speed)
                pause = min(LONGEST_PAUSE, pause * 2)

    async def _post(self, client: httpx.AsyncClient, url: str, update: dict[str, object]) -> str | None:
        try:
            response = await client.post(url, json=update)
        except httpx.HTTPError as problem:
            return f"Connection failed: {type(problem).__name__}"
        if response.is_success:
            return None
        phrase = HTTPStatus(response.status_code).phrase
        return f"Wrong response from the webhook: {response.status_code} {phrase}"
