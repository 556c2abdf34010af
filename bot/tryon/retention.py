"""Forget what was promised to be forgotten: photos' file ids, results, drafts, handled updates."""

import asyncio

import structlog

from bot.clock import Clock
from bot.credits import GOODWILL_DAYS
from bot.log import is_news
from storage.database import Database

log = structlog.get_logger(__name__)

DAY = 86_400.0
EVERY = 3_600.0
DRAFT_DAYS = 2
UPDATE_DAYS = 3


class Retention:
    """Runs now and then in the process that does the work."""

    def __init__(self, database: Database, clock: Clock, *, days: int) -> None:
        self._database = database
        self._clock = clock
        self._days = days
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to forget, at once and then every hour."""
        self._task = asyncio.create_task(self._run(), name="retention")

    async def stop(self) -> None:
        """Stop."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            try:
                await self.forget()
            except Exception as error:
                if is_news(error):
                    log.exception("forgetting old data failed")
            await self._clock.sleep(EVERY)

    async def forget(self) -> None:
        """Forget everything that is older than promised; each kind in a short transaction of its own."""
        now = self._clock.now()
        old = now - self._days * DAY
        async with self._database.transaction() as tx:
            await tx.results.forget(old)
        async with self._database.transaction() as tx:
            await tx.jobs.forget(old, now)
        async with self._database.transaction() as tx:
            await tx.looks.forget(old)
        async with self._database.transaction() as tx:
            await tx.drafts.forget(now - min(DRAFT_DAYS, self._days) * DAY)
        async with self._database.transaction() as tx:
            await tx.notices.forget(old)
        async with self._database.transaction() as tx:
            # Nothing of a picture is in it, and the limits of goodwill count in days of their own.
            await tx.feedback.forget(now - max(self._days, GOODWILL_DAYS) * DAY)
        async with self._database.transaction() as tx:
            await tx.polls.forget(old)
        async with self._database.transaction() as tx:
            await tx.users.forget_names(old)
        async with self._database.transaction() as tx:
            await tx.updates.forget_done(now - UPDATE_DAYS * DAY)
        async with self._database.transaction() as tx:
            given_up = await tx.updates.forget_set_aside(old)
        if given_up:
            log.warning("updates that could never be handled are forgotten", count=given_up)
