"""Fetch updates by long polling."""

from typing import Protocol

import structlog

from bot.clock import Clock
from bot.intake.dispatcher import Dispatcher
from bot.log import is_news

log = structlog.get_logger(__name__)

POLL_SECONDS = 25
POLL_PAUSE = 2.0


class Source(Protocol):
    """Where updates come from."""

    async def fetch(self, offset: int | None, timeout: int) -> list[tuple[int, str]]:  # noqa: ASYNC109 - the Bot API's own parameter
        """Wait for updates from ``offset`` on, which confirms every earlier one."""
        ...


class Poller:
    """Fetches updates by long polling; an offset is confirmed only after its batch was committed.

    ``fatal`` are the exceptions after which going on makes no sense; they are raised from ``run``.
    """

    def __init__(
        self,
        source: Source,
        dispatcher: Dispatcher,
        clock: Clock,
        *,
        fatal: tuple[type[Exception], ...] = (),
    ) -> None:
        self._source = source
        self._dispatcher = dispatcher
        self._clock = clock
        self._fatal = fatal
        self._in_trouble = False

    async def run(self) -> None:
        """Fetch and store until cancelled."""
        offset: int | None = None
        while True:
            try:
                batch = await self._source.fetch(offset, POLL_SECONDS)
                await self._dispatcher.store(batch)
            except self._fatal:
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, updates must go on coming in
                await self._pause(error)
                continue
            if self._in_trouble:
                self._in_trouble = False
                log.info("updates are coming in again")
            if batch:
                offset = batch[-1][0] + 1

    async def _pause(self, error: Exception) -> None:
        if not self._in_trouble and is_news(error):
            self._in_trouble = True
            log.warning("no updates for the moment", error=str(error) or type(error).__name__)
        await self._clock.sleep(max(POLL_PAUSE, getattr(error, "seconds", 0.0)))
