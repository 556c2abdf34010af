"""The composition root: builds every part, starts them in order, and stops them in the opposite order.

A process is either at work or standing by. Only the holder of the brain lease fetches updates, handles them,
submits, polls and delivers; a second process on the same database waits, and takes over when the first is
gone. With a webhook every process also stores the updates that it is sent, from its start to its very end.
"""

import asyncio
import signal
from contextlib import AsyncExitStack

import structlog
from telegram.error import InvalidToken

from bot.app.duty import Duty
from bot.app.process import Process
from bot.chat.polling import InvalidTokenError
from bot.clock import SystemClock
from bot.settings import Settings
from bot.web.front import Front
from bot.web.health import Status
from bot.web.server import PortError
from storage.errors import StorageError
from storage.lease import BrainLease
from storage.migrate import upgrade

__all__ = ["run"]

log = structlog.get_logger(__name__)


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
            process = await Process.open(stack, settings, clock, Status(stop))
            front = Front(settings, process.database, process.inbox, process.status, clock, health=health)
            # Entered last, so that it stops first of what the process holds, and after all work.
            await stack.enter_async_context(front)
            return await _work(process, stop)
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


async def _work(process: Process, stop: asyncio.Event) -> int:
    """Wait for the lease, work while it is ours, and stop when told to."""
    if not await process.introduce(stop):
        return 0
    try:
        lease = BrainLease(process.database)
        epoch = await process.win(lease, stop)
        if epoch is None:
            return 0
        try:
            return await Duty(process, lease).work(epoch, stop)
        finally:
            await lease.release()
    finally:
        await process.bot.shutdown()
