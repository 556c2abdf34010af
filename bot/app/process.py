"""The parts that live as long as the process, whether it works or stands by."""

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import structlog
from telegram.error import InvalidToken, TelegramError

from bot.chat.connection import Bot, build_bot
from bot.chat.gate import Gate
from bot.clock import Clock, wait_for_event
from bot.images import Images
from bot.intake.inbox import Inbox
from bot.log import is_news
from bot.providers.clients import HttpClients, open_clients
from bot.settings import Settings
from bot.texts import Texts
from bot.web.health import Status, Whereabouts
from storage.database import Database
from storage.errors import StorageUnavailable
from storage.lease import BrainLease

log = structlog.get_logger(__name__)

STAND_BY_SECONDS = 1.0
TELEGRAM_RETRY_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Process:
    """The parts that live as long as the process, whether it works or stands by."""

    settings: Settings
    clock: Clock
    database: Database
    http: HttpClients
    images: Images
    texts: Texts
    gate: Gate
    bot: Bot
    inbox: Inbox
    status: Status

    @classmethod
    async def open(cls, stack: AsyncExitStack, settings: Settings, clock: Clock, status: Status) -> "Process":
        """Open everything; the stack closes it again."""
        database = await stack.enter_async_context(Database(settings.database_url))
        http = await stack.enter_async_context(open_clients())
        images = await stack.enter_async_context(Images())
        gate = Gate(clock)
        token = settings.telegram_bot_token.get_secret_value()
        bot = build_bot(token=token, api_url=settings.telegram_api_url, rate_limiter=gate)
        # Known without asking Telegram, so that updates are stored even before it can be reached.
        inbox = Inbox(database, clock, bot_id=int(token.partition(":")[0]))
        return cls(settings, clock, database, http, images, Texts(), gate, bot, inbox, status)

    async def introduce(self, stop: asyncio.Event) -> bool:
        """Learn who we are from Telegram; wait while it can't be reached. False when told to stop."""
        told = False
        while not stop.is_set():
            try:
                if not await unless_told(stop, self.bot.initialize()):
                    return False
            except InvalidToken:
                raise
            except TelegramError as error:
                if not told:
                    log.warning("Telegram can't be reached yet; I keep trying", problem=type(error).__name__)
                    told = True
                await wait_for_event(self.clock, stop, TELEGRAM_RETRY_SECONDS)
            else:
                self.status.introduced = True
                return True
        return False

    async def win(self, lease: BrainLease, stop: asyncio.Event) -> int | None:
        """Wait until the lease is ours and return its epoch; None when told to stop."""
        told, in_trouble = False, False
        while not stop.is_set():
            try:
                epoch = await lease.acquire(self.clock.now())
            except StorageUnavailable as error:
                # At the very start something is set up wrongly; later it is an outage, and those pass.
                if not told:
                    raise
                if not in_trouble and is_news(error):
                    log.warning("the database can't be used; I keep trying", problem=str(error))
                    in_trouble = True
                await wait_for_event(self.clock, stop, STAND_BY_SECONDS)
                continue
            in_trouble = False
            if epoch is not None:
                self.status.work = Whereabouts.HERE
                return epoch
            self.status.work = Whereabouts.ELSEWHERE
            if not told:
                log.info("another process is at work on this database; standing by")
                told = True
            await wait_for_event(self.clock, stop, STAND_BY_SECONDS)
        return None


async def unless_told(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> bool:
    """Do something to its end and return True; when told to stop meanwhile, cut it off and return False."""
    doing = asyncio.create_task(work)
    told = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({doing, told}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        told.cancel()
        is_over = doing.done()
        doing.cancel()
        await asyncio.gather(doing, told, return_exceptions=True)
    if is_over:
        await doing
    return is_over
