"""One process's time as the holder of the lease, and how it writes during that time."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bot.clock import Clock
from bot.jobs.backoff import backoff
from bot.log import is_news
from storage.database import Database, Tx
from storage.errors import LeaseLost, StorageUnavailable

T = TypeVar("T")

_log = logging.getLogger(__name__)

_FIRST_RETRY = 0.1
_LONGEST_RETRY = 5.0


@dataclass(frozen=True, slots=True)
class Tenure:
    """What every part of the scheduler works with; ``epoch`` is the lease's, checked in every transition."""

    epoch: int
    db: Database
    clock: Clock
    chance: random.Random
    admin_ids: tuple[int, ...]
    wake_notices: Callable[[], None]
    unfinished: set["asyncio.Future[Any]"] = field(default_factory=set)

    async def write(self, change: Callable[[Tx], Awaitable[T]]) -> T:
        """Make a change in one transaction, again and again while the database is out of reach.

        A change that may have been stored although its commit failed must be able to run twice.
        """
        tries = 0
        while True:
            try:
                async with self.db.transaction() as tx:
                    return await change(tx)
            except StorageUnavailable as error:
                tries += 1
                if tries == 1 and is_news(error):
                    _log.warning("the database can't be written, trying again: %s", error)
                await self.clock.sleep(
                    backoff(tries, first=_FIRST_RETRY, longest=_LONGEST_RETRY, chance=self.chance)
                )

    async def must_write(self, change: Callable[[Tx], Awaitable[T]]) -> T:
        """Make a change as ``write`` does, to its end even when the caller is cancelled.

        For what cannot be found out again, such as the id of a job that was paid for.
        """
        task = asyncio.ensure_future(self.write(change))
        self.unfinished.add(task)
        task.add_done_callback(self.unfinished.discard)
        return await asyncio.shield(task)

    async def finish_writes(self, seconds: float) -> None:
        """Wait, at most so long, for writes whose callers were cancelled; then give up."""
        if self.unfinished:
            _, hopeless = await asyncio.wait(tuple(self.unfinished), timeout=seconds)
            for task in hopeless:
                task.cancel()
            await asyncio.gather(*hopeless, return_exceptions=True)

    async def check(self) -> None:
        """Raise ``LeaseLost`` if another process holds the lease by now."""
        async with self.db.reading() as tx:
            current = await tx.lease.epoch()
        if current != self.epoch:
            raise LeaseLost(f"the lease is at epoch {current}, ours was {self.epoch}")
