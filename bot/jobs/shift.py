"""The scheduler during one tenure of the lease: a loop that decides, and small tasks that do."""

import asyncio
import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.clock import wait_for_event
from bot.images import Images
from bot.jobs import steps
from bot.jobs.choosing import Choosing
from bot.jobs.crew import Crew, Kind
from bot.jobs.downloading import Downloading
from bot.jobs.failures import Failure
from bot.jobs.floor import Floor, Running, Waiting
from bot.jobs.keys import KeyedProvider, KeyState
from bot.jobs.photo_checks import CheckCalls
from bot.jobs.polling import KEPT_SECONDS, Polling
from bot.jobs.preparing import Preparing
from bot.jobs.probing import Probing
from bot.jobs.recovery import Recovery
from bot.jobs.reporting import Board, Reporting
from bot.jobs.sending import Sending
from bot.jobs.steps import Onward
from bot.jobs.submitting import Submitting
from bot.jobs.tenure import Tenure
from bot.log import is_news
from bot.providers.base import ResultDownloads
from storage.database import Tx
from storage.errors import LeaseLost, StorageError
from storage.jobs import Job
from storage.states import JobState

_log = logging.getLogger(__name__)

# Jobs come in through ``wake``; the look is for those that another process queued.
LOOK_EVERY = 2.0
# Jobs under way that nobody has in mind are taken up when they were missed twice in a row.
STRAYS_EVERY = 30.0
_AFTER_ERROR = 1.0
# What was begun in the database is ended even when there is no grace left.
_LAST_WRITES = 2.0


class Delivering(Protocol):
    """Brings rendered pictures to people; handles everything that can happen on the way."""

    async def deliver(self, job_id: int, epoch: int) -> None:
        """Deliver a rendered job."""
        ...

    async def recover(self, epoch: int) -> None:
        """Go on with what an earlier process left rendered or delivering."""
        ...

    async def stop(self, grace: float) -> None:
        """Finish what is being sent, at most so many seconds."""
        ...


@dataclass(frozen=True, slots=True)
class Tools:
    """What the scheduler works with besides the database."""

    keys: Sequence[KeyedProvider]
    downloads: ResultDownloads
    images: Images
    sending: Sending
    board: Board
    deliveries: Delivering


class Shift:
    """Runs the scheduler until it is stopped or the lease is lost; used once."""

    def __init__(self, tenure: Tenure, tools: Tools, *, max_queue_age: float) -> None:
        self._tenure = tenure
        self._deliveries = tools.deliveries
        self._max_queue_age = max_queue_age
        self._floor = Floor([KeyState(keyed, tenure.chance) for keyed in tools.keys])
        self._crew = Crew(ended=self._nudge, lost=self._lose)
        self._onward = onward = Onward(self._floor, tenure, self._deliver)
        self._choosing = Choosing(self._floor, tenure)
        self._preparing = Preparing(self._floor, tenure, tools.sending, tools.images, onward)
        self._submitting = Submitting(self._floor, tenure, self._choosing, onward)
        self._polling = Polling(self._floor, tenure, onward, self._fetch)
        self._downloading = Downloading(
            self._floor, tenure, tools.downloads, tools.images, onward, self._polling.addresses
        )
        self._probing = Probing(self._floor, tenure)
        self._reporting = Reporting(self._floor, tools.board)
        self._recovery = Recovery(self._floor, tenure, onward)
        self.checks = CheckCalls(self._floor, tenure, self._crew)
        self._nudged = asyncio.Event()
        self._rested = asyncio.Event()
        self._looked_at = -math.inf
        self._strays_at = -math.inf
        self._missed: set[int] = set()
        self._loop: asyncio.Task[None] | None = None
        self._cut: asyncio.Task[None] | None = None
        self._is_stopping = False
        self.lost = asyncio.Event()

    # Life.

    async def start(self) -> None:
        """Take over what an earlier process left, and begin."""
        await self._recovery.rebuild()
        self._crew.start(Kind.DELIVERY, self._deliveries.recover(self._tenure.epoch))
        self._strays_at = self._tenure.clock.now() + STRAYS_EVERY
        self._loop = asyncio.create_task(self._run())

    def wake(self) -> None:
        """Look at the database soon: something was queued or cancelled."""
        self._looked_at = -math.inf
        self._nudged.set()

    async def wait_idle(self) -> None:
        """Wait until no job is queued or under way."""
        self.wake()
        while True:
            self._rested.clear()
            await self._rested.wait()
            if self._floor.is_empty and self._crew.is_empty and not self._tenure.unfinished:
                return

    async def stop(self, grace_seconds: float) -> None:
        """Begin nothing new, wait for paid calls and sends under way, leave the rest in the database."""
        self._is_stopping = True
        await self._end_loop()
        if self._cut is not None:
            await self._cut
        await self._crew.cancel(Kind.FREE)
        await asyncio.gather(self._crew.wait(Kind.PAID, grace_seconds), self._deliveries.stop(grace_seconds))
        await self._crew.cancel(Kind.PAID, Kind.DELIVERY)
        await self._tenure.finish_writes(_LAST_WRITES)

    async def _end_loop(self) -> None:
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)

    def _lose(self) -> None:
        """Stop everything at once: another process owns the work now."""
        if self.lost.is_set():
            return
        _log.error("the lease is lost: everything under way is left to its new owner")
        self.lost.set()
        self._is_stopping = True
        if self._loop is not None:
            self._loop.cancel()
        self._crew.cut()
        self._cut = asyncio.create_task(self._deliveries.stop(0))

    # The loop.

    def _nudge(self) -> None:
        self._nudged.set()

    async def _run(self) -> None:
        while True:
            self._nudged.clear()
            try:
                await self._look()
                next_at = self._act()
            except LeaseLost:
                self._lose()
                return
            except Exception as error:  # noqa: BLE001 - the loop goes on whatever happens
                if is_news(error):
                    expected = isinstance(error, StorageError)
                    _log.error("the scheduler's round failed: %s", error, exc_info=not expected)
                next_at = self._tenure.clock.now() + _AFTER_ERROR
                self._nudged.clear()
            if not self._nudged.is_set():
                self._rested.set()
            await wait_for_event(self._tenure.clock, self._nudged, next_at - self._tenure.clock.now())

    async def _look(self) -> None:
        """Bring the mirror of the queue up to date."""
        now = self._tenure.clock.now()
        if now < self._looked_at + LOOK_EVERY:
            return
        self._looked_at = now
        await self._tenure.check()
        before = frozenset(self._floor.waiting)
        queued = await self._recovery.jobs(JobState.QUEUED)
        for job in queued:
            if not self._floor.knows(job.id):
                await self._recovery.queue(job)
                self._reporting.soon()
        for job_id in before - {job.id for job in queued}:
            if job_id in self._floor.waiting:
                self._floor.drop(job_id)
        if now >= self._strays_at:
            self._strays_at = now + STRAYS_EVERY
            await self._look_for_strays()

    async def _look_for_strays(self) -> None:
        strays = await self._recovery.strays()
        again = [job for job in strays if job.id in self._missed]
        self._missed = {job.id for job in strays}
        if again:
            _log.error("jobs under way were out of mind and are taken up: %s", [job.id for job in again])
            await self._recovery.adopt(again)

    def _act(self) -> float:
        """Start everything that is due; return when something will be due again."""
        now = self._tenure.clock.now()
        anyone_waits = bool(self._floor.waiting)
        for key in self._floor.keys:
            key.pacer.tick(now, anyone_waits=anyone_waits)
        return min(
            self._end_old(now),
            self._prepare(now),
            self._poll(now),
            self._submit(now),
            self._probe(now),
            self._reporting.report(now),
            now + LOOK_EVERY,
        )

    # What may be due.

    def _end_old(self, now: float) -> float:
        """Let jobs go that were queued for too long; those under way have no age."""
        next_at = math.inf
        for waiting in tuple(self._floor.waiting.values()):
            ends_at = waiting.since + self._patience(waiting.job)
            if ends_at > now:
                next_at = min(next_at, ends_at)
                continue
            self._floor.drop(waiting.job.id)
            self._crew.start(Kind.FREE, self._end_waiting(waiting))
        return next_at

    def _patience(self, job: Job) -> float:
        # What a chain has cost so far is worth nothing without its last step.
        has_paid_link = job.is_chain and job.step > 1
        return max(KEPT_SECONDS, self._max_queue_age) if has_paid_link else self._max_queue_age

    async def _end_waiting(self, waiting: Waiting) -> None:
        async def change(tx: Tx) -> Job | None:
            return await steps.finish(
                tx,
                waiting.job,
                epoch=self._tenure.epoch,
                source=JobState.QUEUED,
                failure=Failure.WAITED_TOO_LONG,
                at=self._tenure.clock.now(),
            )

        self._onward.go(waiting.job.id, await self._tenure.write(change))
        self._tenure.wake_notices()

    def _prepare(self, now: float) -> float:
        chosen, next_at = self._preparing.due(now)
        for waiting in chosen:
            waiting.is_preparing = True
            self._crew.start(Kind.FREE, self._make_ready(waiting))
        return next_at

    async def _make_ready(self, waiting: Waiting) -> None:
        began_at = self._tenure.clock.now()
        await self._preparing.prepare(waiting)
        if waiting.pictures is not None and waiting.job.step == 1:
            photos = len(waiting.wish.photos)
            self._floor.durations.prepared(photos, self._tenure.clock.now() - began_at)

    def _submit(self, now: float) -> float:
        while (choice := self._choosing.next(now)) is not None:
            waiting, key = choice
            self._floor.take(waiting.job.id, key)
            key.begin(waiting.job.id, waiting.need, now)
            self._crew.start(Kind.PAID, self._call(waiting, key))
        return self._choosing.next_at(now)

    async def _call(self, waiting: Waiting, key: KeyState) -> None:
        try:
            await self._submitting.submit(waiting, key)
        except BaseException:
            # Out of mind: it is found again in the database, as after a restart.
            key.leave(waiting.job.id)
            self._floor.ended(waiting.job.id)
            raise

    def _poll(self, now: float) -> float:
        chosen, next_at = self._polling.due(now)
        for running in chosen:
            running.is_polling = True
            running.key.polled(running.job.id)
            self._crew.start(Kind.FREE, self._polling.poll(running))
        return next_at

    def _fetch(self, running: Running, urls: tuple[str, ...]) -> None:
        self._crew.start(Kind.FREE, self._download(running, urls))

    async def _download(self, running: Running, urls: tuple[str, ...]) -> None:
        began_at = self._tenure.clock.now()
        try:
            await self._downloading.download(running, urls)
            self._floor.durations.fetched(self._tenure.clock.now() - began_at)
        except BaseException:
            # As for calls: found again in the database, asked about again, fetched again.
            self._floor.ended(running.job.id)
            raise

    def _deliver(self, job_id: int) -> None:
        if not self._is_stopping:
            self._crew.start(Kind.DELIVERY, self._hand_over(job_id))

    async def _hand_over(self, job_id: int) -> None:
        began_at = self._tenure.clock.now()
        await self._deliveries.deliver(job_id, self._tenure.epoch)
        self._floor.durations.handed_over(self._tenure.clock.now() - began_at)

    def _probe(self, now: float) -> float:
        chosen, next_at = self._probing.due(now)
        for key in chosen:
            key.probing()
            key.reads.start()
            self._crew.start(Kind.FREE, self._probing.probe(key))
        return next_at
