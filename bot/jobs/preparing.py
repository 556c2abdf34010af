"""From a queued job to pictures in a provider's size, before any slot of a provider is taken."""

import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.chat.outcomes import Fetched, PhotoGone, TryLater
from bot.images import Images, PictureError
from bot.jobs import steps
from bot.jobs.backoff import backoff
from bot.jobs.failures import Failure
from bot.jobs.floor import Floor, Waiting
from bot.jobs.needs import roles_of_step
from bot.jobs.sending import Sending
from bot.jobs.steps import Onward
from bot.jobs.tenure import Tenure
from bot.providers.base import Need, Picture
from bot.wish import PERSON
from storage.database import Tx
from storage.errors import StorageUnavailable
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

    def __init__(
        self, floor: Floor, tenure: Tenure, sending: Sending, images: Images, onward: Onward
    ) -> None:
        self._floor = floor
        self._tenure = tenure
        self._sending = sending
        self._images = images
        self._onward = onward
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
            if not self._floor.serves_all(waiting.needs):
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
            job = await self._end(waiting.job, outcome)
            self._onward.go(waiting.job.id, job)
        else:
            waiting.pictures = outcome
            self._ready.add(waiting.job.id)

    async def _pictures(self, waiting: Waiting) -> Mapping[str, Picture] | _Unusable | _Later:
        wish, step = waiting.wish, waiting.job.step
        # What is wrong with the photo of a later step is better known before the first one is paid for.
        roles = wish.photos.keys() if step == 1 else roles_of_step(wish, step)
        pictures: dict[str, Picture] = {}
        for role in roles:
            outcome = waiting.kept.get(role) or await self._picture(waiting, role)
            if not isinstance(outcome, Picture):
                return outcome
            pictures[role] = outcome
        return pictures

    async def _picture(self, waiting: Waiting, role: str) -> Picture | _Unusable | _Later:
        job, long_side = waiting.job, self._long_side(waiting.need, role)
        if role == PERSON and job.is_chain and job.step > 1:
            return await self._link(job, long_side)
        match await self._sending.fetch_photo(waiting.wish.photos[role].file_id):
            case PhotoGone(too_big):
                return _Unusable(Failure.PHOTO_GONE, role, "too_big" if too_big else "gone")
            case TryLater(seconds):
                return _Later(seconds)
            case Fetched(data):
                return await self._fitting(role, data, long_side)

    async def _link(self, job: Job, long_side: int) -> Picture | _Unusable | _Later:
        """Return the picture that the step before made of the person."""
        try:
            async with self._tenure.db.reading() as tx:
                body = await tx.results.body(job.id, steps.link_number(job, job.step - 1))
        except StorageUnavailable:
            return _Later()
        outcome = _Unusable(Failure.RESULT_LOST, PERSON, "gone")
        fitting = outcome if body is None else await self._fitting(PERSON, body, long_side)
        return replace(fitting, failure=Failure.RESULT_LOST) if isinstance(fitting, _Unusable) else fitting

    def _long_side(self, need: Need, role: str) -> int:
        """Return the largest size recommended by any of the providers that can do it.

        One size for all of them: so another provider can take over without fetching and resizing once more,
        and those that recommend less take more as well.
        """
        return max(key.provider.long_side(role) for key in self._floor.keys if key.can(need))

    async def _fitting(self, role: str, data: bytes, long_side: int) -> Picture | _Unusable | _Later:
        try:
            prepared = await self._images.prepare(data, long_side=long_side)
        except PictureError as error:
            if error.reason.is_temporary:
                return _Later()
            return _Unusable(Failure.PHOTO_UNREADABLE, role, error.reason.value)
        return Picture(prepared.data)

    async def _end(self, job: Job, unusable: _Unusable) -> Job | None:
        async def change(tx: Tx) -> Job | None:
            return await steps.finish(
                tx,
                job,
                epoch=self._tenure.epoch,
                source=JobState.QUEUED,
                failure=unusable.failure,
                at=self._tenure.clock.now(),
                detail={"role": unusable.role, "reason": unusable.reason},
            )

        ended = await self._tenure.write(change)
        if ended is not None:
            _log.info("job %s goes no further: the %s photo is %s", job.id, unusable.role, unusable.reason)
            self._tenure.wake_notices()
        return ended
