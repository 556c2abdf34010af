"""Telling Telegram where updates go, and telling the operator when they can't get there."""

from datetime import datetime
from urllib.parse import urlsplit

import structlog
from telegram import Bot, WebhookInfo
from telegram.error import BadRequest, RetryAfter, TelegramError

from bot.chat.gate import seconds_of
from bot.chat.polling import ALLOWED_UPDATES
from bot.clock import Clock
from bot.settings import Settings
from bot.web.webhook import webhook_path

log = structlog.get_logger(__name__)

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
WATCH_SECONDS = 60.0
# What Telegram opens at most; one process stores that many at once without effort.
MAX_CONNECTIONS = 40


class Registration:
    """Keeps this bot's webhook set to one address; waiting updates are never dropped."""

    def __init__(self, bot: Bot, clock: Clock, *, url: str, secret: str) -> None:
        self._bot = bot
        self._clock = clock
        self._url = url
        self._secret = secret
        self._told_of: datetime | None = None

    @classmethod
    def wanted(cls, settings: Settings, bot: Bot, clock: Clock) -> "Registration | None":
        """Return the registration that the settings ask for, None when they ask for polling."""
        if settings.webhook_url is None or settings.webhook_secret is None:
            return None
        url = settings.webhook_url + webhook_path(settings.telegram_bot_token.get_secret_value())
        return cls(bot, clock, url=url, secret=settings.webhook_secret.get_secret_value())

    async def keep(self) -> None:
        """Set the webhook, and again when it was changed; report failed deliveries; until cancelled."""
        await self._set()
        while True:
            await self._clock.sleep(WATCH_SECONDS)
            try:
                info = await self._bot.get_webhook_info()
            except TelegramError as error:
                log.debug("the webhook can't be looked at", problem=type(error).__name__)
                continue
            if info.url != self._url:
                log.warning("another program changed this bot's webhook; I set it again", it_was=_place(info))
                await self._set()
            self._report(info)

    async def _set(self) -> None:
        pause, told = FIRST_PAUSE, False
        while True:
            try:
                await self._bot.set_webhook(
                    self._url,
                    secret_token=self._secret,
                    allowed_updates=ALLOWED_UPDATES,
                    max_connections=MAX_CONNECTIONS,
                    drop_pending_updates=False,
                )
            except TelegramError as error:
                if not told:
                    log.warning("the webhook can't be set yet; I keep trying", problem=_problem(error))
                told = True
                least = seconds_of(error) if isinstance(error, RetryAfter) else 0.0
                await self._clock.sleep(max(pause, least))
                pause = min(LONGEST_PAUSE, pause * 2)
            else:
                log.info("the webhook is set", host=urlsplit(self._url).hostname)
                return

    def _report(self, info: WebhookInfo) -> None:
        """Say once what Telegram noted of each failed delivery."""
        if info.last_error_date is None or info.last_error_date == self._told_of:
            return
        self._told_of = info.last_error_date
        log.warning(
            "Telegram could not deliver an update; it tries again",
            problem=info.last_error_message,
            waiting=info.pending_update_count,
        )


async def tell_of_webhook(bot: Bot) -> None:
    """Say why polling brings nothing while a webhook is set; it may be in use, so it is left alone."""
    try:
        info = await bot.get_webhook_info()
    except TelegramError:
        return
    if info.url:
        log.error(
            "a webhook is set for this bot, so Telegram gives nothing to polling: set WEBHOOK_URL to work "
            "that way, or if nothing needs it any more call deleteWebhook of the Bot API once (nothing that "
            "waits is lost); I go on by myself then",
            webhook_at=_place(info),
        )


def _place(info: WebhookInfo) -> str:
    # The host only: a webhook's path is often as secret as a token.
    return urlsplit(info.url).hostname or "nowhere"


def _problem(error: TelegramError) -> str:
    # What Telegram says about an address is plain and holds no secret; other texts may hold the token.
    return error.message if isinstance(error, BadRequest) else type(error).__name__
