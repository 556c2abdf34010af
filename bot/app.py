"""The composition root: builds every part, starts them in order, and stops them in the opposite order.

A process is either at work or standing by. Only the holder of the brain lease fetches updates, handles them,
submits, polls and delivers; a second process on the same database waits, and takes over when the first is
gone. With a webhook every process also stores the updates that it is sent, from its start to its very end.
"""

import asyncio
import random
import secrets
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application, ContextTypes

from bot.chat.connection import Bot, build_bot
from bot.chat.gate import Gate
from bot.chat.polling import InvalidTokenError, UpdateSource
from bot.chat.screens.words import Words
from bot.chat.telegram import Chat
from bot.clock import Clock, SystemClock, wait_for_event
from bot.credits import Credits, Prices
from bot.images import Images
from bot.intake.dispatcher import Dispatcher
from bot.intake.inbox import Inbox
from bot.intake.poller import Poller
from bot.jobs.brain import Brain, BrainSettings
from bot.jobs.delivery import Deliveries
from bot.jobs.keys import KeyedProvider
from bot.jobs.notices import NoticePump
from bot.jobs.progress import ProgressBoard
from bot.jobs.shift import Tools
from bot.log import is_news
from bot.providers.capabilities import Capabilities
from bot.providers.clients import HttpClients, open_clients
from bot.providers.downloads import ResultDownloader
from bot.providing import provider_keys
from bot.settings import DEFAULT_RESULT_HOSTS, Settings
from bot.texts import Texts
from bot.tryon.asking import Asking
from bot.tryon.checking import Checking, Checks
from bot.tryon.confirming import Confirming
from bot.tryon.drafting import Drafting
from bot.tryon.entrance import Entrance
from bot.tryon.people import People
from bot.tryon.pictures import Pictures
from bot.tryon.retention import Retention
from bot.tryon.sample import Sample
from bot.tryon.shop import Shop
from bot.web.front import Front
from bot.web.health import Status, Whereabouts
from bot.web.registration import Registration, tell_of_webhook
from bot.web.server import PortError
from handlers.context import Context, Services
from handlers.menu import publish
from handlers.reception import Reception
from handlers.registry import register
from storage.database import Database
from storage.errors import StorageError, StorageUnavailable
from storage.lease import BrainLease
from storage.migrate import upgrade

log = structlog.get_logger(__name__)

CONSENT_VERSION = 1
STAND_BY_SECONDS = 1.0
LEASE_CHECK_SECONDS = 5.0
TELEGRAM_RETRY_SECONDS = 5.0
# All stops together stay below the ten seconds that platforms give after SIGTERM.
STOP_SECONDS = 7.0


async def run(settings: Settings, *, health: bool = False) -> int:
    """Run the bot until a signal, a lost lease or a refused token ends it; return the exit code.

    ``health``: serve the health addresses when polling, too; with a webhook they are always served.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    clock = SystemClock()
    try:
        report = await asyncio.to_thread(upgrade, settings.database_url)
        if report.changed:
            log.info(
                "the database was brought to this version",
                revision=report.after,
                backup=str(report.backup or "-"),
            )
        async with AsyncExitStack() as stack:
            process = await _Process.open(stack, settings, clock, Status(stop))
            front = Front(settings, process.database, process.inbox, process.status, clock, health=health)
            # Entered last, so that it stops first of what the process holds, and after all work.
            await stack.enter_async_context(front)
            return await process.work(stop)
    except StorageError as error:
        log.error("the database can't be used", problem=str(error))  # noqa: TRY400 - the reason says it all
        return 1
    except PortError as error:
        log.error("updates can't be received", problem=str(error))  # noqa: TRY400 - the reason says it all
        return 1
    except (InvalidToken, InvalidTokenError):
        pass
    # Outside of the except clause: the library's exception holds the token.
    log.error("Telegram does not accept TELEGRAM_BOT_TOKEN; look it up at @BotFather")
    return 1


@dataclass(frozen=True, slots=True)
class _Process:
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
    async def open(
        cls, stack: AsyncExitStack, settings: Settings, clock: Clock, status: Status
    ) -> "_Process":
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

    async def work(self, stop: asyncio.Event) -> int:
        """Wait for the lease, work while it is ours, and stop when told to."""
        if not await self._introduce(stop):
            return 0
        try:
            lease = BrainLease(self.database)
            epoch = await self._win(lease, stop)
            if epoch is None:
                return 0
            try:
                return await _Shift(self, lease).work(epoch, stop)
            finally:
                await lease.release()
        finally:
            await self.bot.shutdown()

    async def _introduce(self, stop: asyncio.Event) -> bool:
        """Learn who we are from Telegram; wait while it can't be reached. False when told to stop."""
        told = False
        while not stop.is_set():
            try:
                if not await _unless_told(stop, self.bot.initialize()):
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

    async def _win(self, lease: BrainLease, stop: asyncio.Event) -> int | None:
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


_Work = Callable[[], Coroutine[Any, Any, None]]


class _Shift:
    """The parts that live while this process is at work."""

    def __init__(self, process: _Process, lease: BrainLease) -> None:
        settings, clock, database = process.settings, process.clock, process.database
        chance = random.Random()  # noqa: S311 - spreads retries, guards nothing
        self._process = process
        self._lease = lease
        keys = provider_keys(settings, process.http)
        shop = _shop(settings, keys)
        self._chat = chat = Chat(
            process.bot,
            process.gate,
            clock=clock,
            screens=Words(process.texts),
            fit_for_telegram=process.images.for_telegram,
        )
        downloads = ResultDownloader(process.http.reads, settings.result_hosts, defaults=DEFAULT_RESULT_HOSTS)
        self._notices = NoticePump(database, chat, clock, chance)
        self._board = ProgressBoard(chat, clock)
        deliveries = Deliveries(
            database,
            chat,
            self._board,
            self._notices,
            clock,
            chance,
            retention_days=settings.retention_days,
        )
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
        credits_ = Credits(database, clock, free_credits=settings.free_credits)
        entrance = Entrance(database, clock, credits_, process.texts, on_contact=deliveries.contact)
        self._asking = asking = Asking(
            database,
            clock,
            chat,
            entrance,
            Checking(chat, process.images, self._checks(settings)),
            shop,
            self._more_to_come,
        )
        drafting = Drafting(
            database,
            clock,
            chat,
            process.images,
            entrance,
            asking,
            shop,
            mint=partial(secrets.token_urlsafe, 12),
        )
        confirming = Confirming(database, clock, entrance, shop, wake=self._brain.wake)
        self._retention = Retention(database, clock, days=settings.retention_days)
        services = Services(
            chat=chat,
            texts=process.texts,
            entrance=entrance,
            people=People(database, clock, entrance, credits_),
            asking=asking,
            drafting=drafting,
            confirming=confirming,
            pictures=Pictures(database, clock, chat, entrance, downloads),
            sample=Sample(chat),
            prices=shop.prices,
            retention_days=settings.retention_days,
            bot_username=process.bot.username,
        )
        self._application = _application(process.bot, services)
        reception = Reception(self._application)
        self._dispatcher = Dispatcher(database, clock, reception, bot_id=process.bot.id)

    def _checks(self, settings: Settings) -> Checks | None:
        if not settings.fitroom_api_key:
            return None
        return Checks(person=self._brain.check_person, garment=self._brain.check_garment)

    async def work(self, epoch: int, stop: asyncio.Event) -> int:
        """Start every part, run until something ends it, stop every part; return the exit code."""
        async with self._incoming() as (incoming, beside):
            try:
                # Recovering may take long when the database or Telegram is in trouble.
                if await _unless_told(stop, self._start(epoch)):
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

    async def _start(self, epoch: int) -> None:
        await self._application.initialize()
        await self._notices.start(epoch)
        await self._brain.start(epoch)
        await self._asking.start()
        await self._retention.start()
        await self._dispatcher.start()

    async def _stop(self, *, gently: bool) -> None:
        """Stop what brings new work first; what is being sent is finished, the rest stays in the database."""
        grace = STOP_SECONDS if gently else 0.0
        await self._retention.stop()
        await asyncio.gather(self._dispatcher.stop(grace), self._brain.stop(grace), self._notices.stop(grace))
        await self._asking.stop()
        await self._board.stop()
        await self._chat.stop()
        await self._application.shutdown()

    async def _watch_lease(self) -> None:
        while await self._lease.verify():
            await self._process.clock.sleep(LEASE_CHECK_SECONDS)

    async def _publish_menu(self) -> None:
        try:
            await publish(self._process.bot, self._process.texts)
        except TelegramError as error:
            log.warning("the command menu could not be set", problem=type(error).__name__)


def _shop(settings: Settings, keys: Sequence[KeyedProvider]) -> Shop:
    return Shop(
        prices=Prices(
            clothes=settings.price_clothes,
            outfit=settings.price_outfit,
            hairstyle=settings.price_hairstyle,
            tattoo=settings.price_tattoo,
            hd=settings.price_hd,
        ),
        kinds=Capabilities(key.provider for key in keys).kinds,
        max_open_jobs=settings.max_open_jobs,
        consent_version=CONSENT_VERSION,
        retention_days=settings.retention_days,
    )


async def _unless_told(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> bool:
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
