"""What the process serves on its port: the webhook when one is asked for, and its health."""

from contextlib import AsyncExitStack

import structlog

from bot.clock import Clock
from bot.intake.inbox import Inbox
from bot.settings import Settings
from bot.web.health import Health, Status
from bot.web.server import PortError, routes, serving
from bot.web.webhook import Webhook, webhook_paths
from storage.database import Database

log = structlog.get_logger(__name__)


class Front:
    """Listens on the port while its block runs, if there is a reason to.

    With a webhook there is. Without, ``health`` asks for the health addresses alone, and the bot does well
    without them.

    Raises:
        PortError: the webhook's port can't be listened on.
    """

    def __init__(
        self,
        settings: Settings,
        database: Database,
        inbox: Inbox,
        status: Status,
        clock: Clock,
        *,
        health: bool,
    ) -> None:
        self._settings = settings
        self._answers = Health(status, database, clock)
        self._inbox = inbox
        self._health = health
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> None:
        settings = self._settings
        if settings.webhook_url is not None and settings.webhook_secret is not None:
            webhook = Webhook(self._inbox, secret=settings.webhook_secret.get_secret_value())
            paths = webhook_paths(settings.telegram_bot_token.get_secret_value(), settings.webhook_url)
            served = routes(self._answers, webhook, paths)
            await self._stack.enter_async_context(serving(served, port=settings.port))
        elif self._health:
            try:
                await self._stack.enter_async_context(serving(routes(self._answers), port=settings.port))
            except PortError as error:
                log.warning("the health addresses are not served", problem=str(error))

    async def __aexit__(self, *_exc: object) -> None:
        await self._stack.aclose()
