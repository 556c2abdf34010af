"""From a queued job to pictures in a provider's size, before any slot of a provider is taken."""

import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass

from bot.chat.outcomes import Fetched, PhotoGone, TryLater
from bot.images import Images, PictureError
from bot.jobs.backoff import backoff
from bot.jobs.ending import end_without_picture
from bot.jobs.failures import Failure
from bot.jobs.floor import Floor, Waiting
from bot.jobs.sending import Sending
from bot.jobs.tenure import Tenure
from bot.providers.base import Need, Picture
from storage.database import Tx
from storage.jobs import Job
from storage.states import JobState

_log = logging.getLogger(__name__)

# Pictures are some hundred kilobytes each: enough of them wait ready to fill every slot twice.
READY_PER_KEY = 12
AT_ONCE = 6

_FIRST_RETRY = 1.0
_LONGEST_RETRY = 60.0


@dataclass(frozen=True, slots=True)
class _Unusable:
    """A photo that will never be good for anything; ``role`` and ``reason`` are for the notice."""

    failure: Failure
    role: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Later:
    """Nothing is wrong with the photo, only with the moment; ``seconds`` is the least to wait."""

    seconds: float = 0.0


class Preparing:
    """Fetches and resizes the photos of those who are next; Telegram in trouble leaves a job queued."""

    def __init__(self, floor: Floor, tenure: Tenure, sending: Sending, images: Images) -> None:
        self._floor = floor
        self._tenure = tenure
        self._sending = sending
        self._images = images
        self._ready: set[int] = set()

    def due(self, now: float) -> tuple[list[Waiting], float]:
        """Return the jobs to prepare now, and when to look again.

        Who is next is decided by the fair queue alone, so somebody new is prepared at once however many
        pictures of others lie ready; pictures of jobs that fell far behind are let go.
        """
        ahead = READY_PER_KEY * len(self._floor.keys)
        places = AT_ONCE - sum(waiting.is_preparing for waiting in self._floor.waiting.values())
        chosen: list[Waiting] = []
        near: set[int] = set()
        look_again = math.inf
        for job_id in self._floor.queue.order():
            waiting = self._floor.waiting[job_id]
            if not self._floor.serves(waiting.need):
                continue
            if waiting.prepare_at > now:
                # It takes no place among those who are next: they must not wait for Telegram as well.
                look_again = min(look_again, waiting.prepare_at)
                continue
            near.add(job_id)
            if len(near) > 2 * ahead:
                break
            is_due = waiting.pictures is None and not waiting.is_preparing
            if is_due and len(near) <= ahead and len(chosen) < places:
                chosen.append(waiting)
        self._let_go(near)
        return chosen, look_again

    def _let_go(self, near: set[int]) -> None:
        for job_id in self._ready - near:
            if job_id in self._floor.waiting:
                self._floor.waiting[job_id].pictures = None
        self._ready &= near

    async def prepare(self, waiting: Waiting) -> None:
        """Prepare all photos of a job marked as being prepared, or end it where one is gone or unreadable."""
        try:
            await self._settle(waiting, await self._pictures(waiting))
        finally:
            waiting.is_preparing = False

    async def _settle(self, waiting: Waiting, outcome: "Mapping[str, Picture] | _Unusable | _Later") -> None:
        now = self._tenure.clock.now()
        if isinstance(outcome, _Later):
            waiting.prepare_tries += 1
            pause = backoff(
                waiting.prepare_tries, first=_FIRST_RETRY, longest=_LONGEST_RETRY, chance=self._tenure.chance
            )
            waiting.prepare_at = now + max(outcome.seconds, pause)
        elif isinstance(outcome, _Unusable):
            await self._end(waiting.job, outcome)
            self._floor.drop(waiting.job.id)
        else:
            waiting.pictures = outcome
            self._ready.add(waiting.job.id)

    async def _pictures(self, waiting: Waiting) -> Mapping[str, Picture] | _Unusable | _Later:
        pictures: dict[str, Picture] = {}
        for role, photo in waiting.wish.photos.items():
            outcome = await self._picture(role, photo.file_id, self._long_side(waiting.need, role))
            if not isinstance(outcome, Picture):
                return outcome
            pictures[role] = outcome
        return pictures

    def _long_side(self, need: Need, role: str) -> int:
        """Return the largest size recommended by any of the providers that can do it.

        One size for all of them: so another provider can take over without fetching and resizing once more,
        and those that recommend less take more as well.
        """
        return max(key.provider.long_side(role) for key in self._floor.keys if key.can(need))

    async def _picture(self, role: str, file_id: str, long_side: int) -> Picture | _Unusable | _Later:
        match await self._sending.fetch_photo(file_id):
            case PhotoGone(too_big):
                return _Unusable(Failure.PHOTO_GONE, role, "too_big" if too_big else "gone")
            case TryLater(seconds):
                return _Later(seconds)
            case Fetched(data):
                return await self._fitting(role, data, long_side)

    async def _fitting(self, role: str, data: bytes, long_side: int) -> Picture | _Unusable | _Later:
        try:
            prepared = await self._images.prepare(data, long_side=long_side)
        except PictureError as error:
            if error.reason.is_temporary:
                return _Later()
            return _Unusable(Failure.PHOTO_UNREADABLE, role, error.reason.value)
        return Picture(prepared.data)

    async def _end(self, job: Job, unusable: _Unusable) -> None:
        async def change(tx: Tx) -> Job | None:
            return await end_without_picture(
                tx,
                job,
                epoch=self._tenure.epoch,
                source=JobState.QUEUED,
                failure=unusable.failure,
                at=self._tenure.clock.now(),
                detail={"role": unusable.role, "reason": unusable.reason},
            )

        if await self._tenure.write(change) is not None:
            _log.info("job %s ended: the %s photo is %s", job.id, unusable.role, unusable.reason)
            self._tenure.wake_notices()
