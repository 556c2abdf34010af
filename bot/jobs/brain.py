"""The brain: the one scheduler of all paid work, awake only while this process holds the lease."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass

from bot.clock import Clock
from bot.jobs.shift import Shift, Tools
from bot.jobs.tenure import Tenure
from bot.providers.base import GarmentCheck, PersonCheck, Picture
from storage.database import Database


@dataclass(frozen=True, slots=True)
class BrainSettings:
    """What the operator decides; ages in seconds."""

    max_queue_age: float
    admin_ids: tuple[int, ...] = ()


class Brain:
    """Recovers, prepares, submits, polls, downloads, and hands rendered pictures to the deliveries.

    ``lost`` is set when the lease turns out to be somebody else's; then everything has stopped already.
    ``wake_notices`` is called after each change that left a notice behind.
    """

    def __init__(
        self,
        *,
        db: Database,
        clock: Clock,
        chance: random.Random,
        tools: Tools,
        settings: BrainSettings,
        wake_notices: Callable[[], None],
    ) -> None:
        self._db = db
        self._clock = clock
        self._chance = chance
        self._tools = tools
        self._settings = settings
        self._wake_notices = wake_notices
        self._shift: Shift | None = None
        self.lost = asyncio.Event()

    async def start(self, epoch: int) -> None:
        """Take over at this epoch of the lease: recover what was left, then begin."""
        tenure = Tenure(
            epoch=epoch,
            db=self._db,
            clock=self._clock,
            chance=self._chance,
            admin_ids=self._settings.admin_ids,
            wake_notices=self._wake_notices,
        )
        shift = Shift(tenure, self._tools, max_queue_age=self._settings.max_queue_age)
        self.lost = shift.lost
        await shift.start()
        self._shift = shift

    def wake(self) -> None:
        """Say that a job was queued or cancelled; harmless at any time."""
        if self._shift is not None:
            self._shift.wake()

    async def check_person(self, picture: Picture) -> PersonCheck | None:
        """Let a provider look at a person's photo; None within a few seconds if that can't be done now."""
        return None if self._shift is None else await self._shift.checks.check_person(picture)

    async def check_garment(self, picture: Picture) -> GarmentCheck | None:
        """Let a provider look at a garment's photo; None within a few seconds if that can't be done now."""
        return None if self._shift is None else await self._shift.checks.check_garment(picture)

    async def wait_idle(self) -> None:
        """Wait until no job is queued or under way; for tests."""
        if self._shift is not None:
            await self._shift.wait_idle()

    async def stop(self, grace_seconds: float) -> None:
        """Begin nothing new; wait at most so long for paid calls and sends under way, leave the rest stored.

        Without grace, as after losing the lease, everything stops at once.
        """
        shift, self._shift = self._shift, None
        if shift is not None:
            await shift.stop(grace_seconds)
