"""The parts that live while this process is at work."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any

import structlog
from telegram.error import TelegramError
from telegram.ext import Application, ContextTypes

from bot.app.process import Process, unless_told
from bot.app.services import Parts, build_services
from bot.chat.connection import Bot
from bot.chat.polling import InvalidTokenError, UpdateSource
from bot.chat.screens.words import Words
from bot.chat.telegram import Chat
from bot.credits import Prices
from bot.intake.dispatcher import Dispatcher
from bot.intake.poller import Poller
from bot.jobs.brain import Brain, BrainSettings
from bot.jobs.delivery import Deliveries
from bot.jobs.keys import KeyedProvider
from bot.jobs.notices import NoticePump
from bot.jobs.packing import Sheets
from bot.jobs.progress import ProgressBoard
from bot.jobs.shift import Tools
from bot.providers.capabilities import Capabilities
from bot.providers.downloads import ResultDownloader
from bot.providing import provider_keys
from bot.settings import DEFAULT_RESULT_HOSTS, Settings
from bot.tryon.retention import Retention
from bot.tryon.shop import Shop
from bot.web.registration import Registration, tell_of_webhook
from handlers.context import Context, Services
from handlers.menu import publish
from handlers.reception import Reception
from handlers.registry import register
from storage.lease import BrainLease

log = structlog.get_logger(__name__)

CONSENT_VERSION = 1
LEASE_CHECK_SECONDS = 5.0
# All stops together stay below the ten seconds that platforms give after SIGTERM.
STOP_SECONDS = 7.0

_Work = Callable[[], Coroutine[Any, Any, None]]


class Duty:
    """The parts that live while this process is at work."""

    def __init__(self, process: Process, lease: BrainLease) -> None:
        settings, clock, database = process.settings, process.clock, process.database
        chance = random.Random()  # noqa: S311 - spreads retries, guards nothing
        self._process = process
        self._lease = lease
        keys = provider_keys(settings, process.http)
        shop = _shop(settings, keys)
        words = Words(process.texts, process.bot.username)
        self._chat = chat = Chat(
            process.bot,
            process.gate,
            clock=clock,
            screens=words,
            fit_for_telegram=process.images.for_telegram,
            draw_design=process.images.design,
            on_moved=self._group_moved,
        )
        downloads = ResultDownloader(process.http.reads, settings.result_hosts, defaults=DEFAULT_RESULT_HOSTS)
        self._notices = NoticePump(database, chat, clock, chance)
        self._board = ProgressBoard(chat, clock)
        deliveries = self._deliveries(words, chance)
        self._brain = Brain(
            db=database,
            clock=clock,
            chance=chance,
            tools=Tools(
                keys=keys,
                downloads=downloads,
                images=process.images,
                sending=chat,
                board=self._board,
                deliveries=deliveries,
            ),
            settings=BrainSettings(settings.max_queue_age, settings.admin_ids),
            wake_notices=self._notices.wake,
        )
        self._services = services = build_services(
            process,
            shop,
            chat,
            Parts(
                self._board,
                self._brain,
                deliveries,
                downloads,
                self._notices,
                looks_at_photos=any(key.checks for key in keys),
            ),
            self._more_to_come,
        )
        self._retention = Retention(database, clock, days=settings.retention_days)
        self._application = _application(process.bot, services)
        reception = Reception(self._application)
        self._dispatcher = Dispatcher(database, clock, reception, bot_id=process.bot.id)

    def _deliveries(self, words: Words, chance: random.Random) -> Deliveries:
        process = self._process
        return Deliveries(
            process.database,
            self._chat,
            self._board,
            self._notices,
            process.clock,
            chance,
            Sheets(process.images, words.part_labels),
            retention_days=process.settings.retention_days,
        )

    async def work(self, epoch: int, stop: asyncio.Event) -> int:
        """Start every part, run until something ends it, stop every part; return the exit code."""
        async with self._incoming() as (incoming, beside):
            try:
                # Recovering may take long when the database or Telegram is in trouble.
                if await unless_told(stop, self._start(epoch)):
                    log.info("ready", bot=self._process.bot.username)
                    await self._serve(stop, incoming, beside)
            finally:
                await self._stop(gently=self._lease.held and not self._brain.lost.is_set())
        if stop.is_set():
            log.info("stopped")
            return 0
        log.error("another process took over this database; stopping")
        return 1

    async def _serve(self, stop: asyncio.Event, incoming: _Work, beside: _Work) -> None:
        """Let updates in until something ends it; raise what ended them."""
        ends = (
            asyncio.create_task(incoming(), name="incoming"),
            asyncio.create_task(stop.wait(), name="signal"),
            asyncio.create_task(self._brain.lost.wait(), name="brain-lost"),
            asyncio.create_task(self._watch_lease(), name="lease"),
        )
        menu = asyncio.gather(self._publish_menu(), beside())
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (*ends, menu):
                task.cancel()
            await asyncio.gather(menu, *ends, return_exceptions=True)
        for task in ends:
            with suppress(asyncio.CancelledError):
                await task

    @asynccontextmanager
    async def _incoming(self) -> AsyncIterator[tuple[_Work, _Work]]:
        """Give what brings updates in until it is cancelled, and what is done beside it."""
        process, settings = self._process, self._process.settings
        registration = Registration.wanted(settings, process.bot, process.clock)
        if registration is not None:
            yield partial(self._dispatcher.follow, process.inbox.arrived), registration.keep
            return
        token = settings.telegram_bot_token.get_secret_value()
        async with UpdateSource(token=token, api_url=settings.telegram_api_url) as source:
            poller = Poller(source, self._dispatcher, process.clock, fatal=(InvalidTokenError,))
            yield poller.run, partial(tell_of_webhook, process.bot)

    def _more_to_come(self, chat_id: int, user_id: int) -> bool:
        # The dispatcher is built last, out of all the others.
        return self._dispatcher.has_more(chat_id, user_id)

    async def _group_moved(self, old: int, new: int) -> None:
        # The chat is built before the use cases.
        await self._services.following.moved(old, new)

    async def _start(self, epoch: int) -> None:
        await self._application.initialize()
        await self._notices.start(epoch)
        await self._brain.start(epoch)
        await self._services.asking.start()
        await self._services.voting.start()
        await self._retention.start()
        await self._dispatcher.start()

    async def _stop(self, *, gently: bool) -> None:
        """Stop what brings new work first; what is being sent is finished, the rest stays in the database."""
        grace = STOP_SECONDS if gently else 0.0
        await self._retention.stop()
        await asyncio.gather(self._dispatcher.stop(grace), self._brain.stop(grace), self._notices.stop(grace))
        await self._services.asking.stop()
        await self._services.voting.stop()
        await self._board.stop()
        await self._chat.stop()
        await self._application.shutdown()

    async def _watch_lease(self) -> None:
        while await self._lease.verify():
            await self._process.clock.sleep(LEASE_CHECK_SECONDS)

    async def _publish_menu(self) -> None:
        try:
            await publish(
                self._process.bot,
                self._process.texts,
                self._services.asking.offers,
                self._services.groups.abilities,
                self._process.settings.admin_ids,
            )
        except TelegramError as error:
            log.warning(
                "the command menu and the descriptions could not be set", problem=type(error).__name__
            )


def _shop(settings: Settings, keys: Sequence[KeyedProvider]) -> Shop:
    return Shop(
        prices=Prices(
            clothes=settings.price_clothes,
            outfit=settings.price_outfit,
            hairstyle=settings.price_hairstyle,
            tattoo=settings.price_tattoo,
            hd=settings.price_hd,
        ),
        capabilities=Capabilities(key.provider for key in keys),
        max_open_jobs=settings.max_open_jobs,
        consent_version=CONSENT_VERSION,
        retention_days=settings.retention_days,
    )


def _application(bot: Bot, services: Services) -> Application[Any, Context, Any, Any, Any, Any]:
    """Return python-telegram-bot's application as a dispatcher of handlers; we fetch and queue ourselves."""
    application = (
        Application.builder()
        .bot(bot)
        .updater(None)
        .job_queue(None)
        .context_types(ContextTypes(Context))
        .build()
    )
    application.bot_data["services"] = services
    register(application)
    return application
