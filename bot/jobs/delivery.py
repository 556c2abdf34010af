"""All deliveries: which jobs are on their way to people, which wait until somebody can be reached."""

import asyncio
import random

import structlog

from bot.clock import Clock, wait_for_event
from bot.jobs.backoff import backoff
from bot.jobs.ending import give_up_kept
from bot.jobs.failures import Failure
from bot.jobs.handover import FIRST_WAIT, LONGEST_WAIT, Handover, Kept
from bot.jobs.notices import NoticePump
from bot.jobs.packing import Packing, Sheets
from bot.jobs.progress import ProgressBoard
from bot.jobs.sending import Sending
from bot.jobs.tenure import Tenure
from bot.log import is_news
from storage.database import Database, Tx
from storage.errors import LeaseLost, StorageError
from storage.jobs import Job, JobState

log = structlog.get_logger(__name__)

AT_ONCE = 16
EXPIRY_EVERY = 600.0
LAST_WRITES = 2.0
PAGE = 500
DAY = 24 * 3600.0


class Deliveries:
    """Brings rendered pictures to people and takes their price; one picture is never paid for twice."""

    def __init__(
        self,
        db: Database,
        sending: Sending,
        progress: ProgressBoard,
        notices: NoticePump,
        clock: Clock,
        chance: random.Random,
        sheets: Sheets,
        *,
        retention_days: int,
    ) -> None:
        self._db = db
        self._sending = sending
        self._progress = progress
        self._notices = notices
        self._clock = clock
        self._chance = chance
        self._sheets = sheets
        self._keep_seconds = retention_days * DAY
        self._tenure: Tenure | None = None
        self._active: dict[int, asyncio.Task[None]] = {}
        self._kept_users: set[int] = set()
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._stopping = asyncio.Event()
        self._expiry: asyncio.Task[None] | None = None

    async def recover(self, epoch: int) -> None:
        """Take over at this epoch: go on with all that is rendered or being delivered, to its end."""
        tenure = self._take_over(epoch)
        for state in (JobState.DELIVERING, JobState.RENDERED):
            for job in await self._in_state(state):
                if job.kept_until is not None and state is JobState.RENDERED:
                    self._kept_users.add(job.user_id)
                else:
                    self._begin(job.id, tenure)
        self._expiry = asyncio.create_task(self._expire_for_ever(tenure), name="kept-pictures")
        await self._wait(tuple(self._active.values()))

    async def deliver(self, job_id: int, epoch: int) -> None:
        """Deliver a rendered job; return when it is delivered, kept, ended or no longer ours."""
        if not self._stopping.is_set():
            await self._wait((self._begin(job_id, self._take_over(epoch)),))

    async def contact(self, user_id: int) -> None:
        """Try again what could not be sent to a person: they just wrote."""
        if user_id not in self._kept_users or self._tenure is None or self._stopping.is_set():
            return
        async with self._db.reading() as tx:
            jobs = await tx.jobs.kept_for(user_id)
        # Only now: had the reading failed, nothing would remind us at the next contact.
        self._kept_users.discard(user_id)
        for job in jobs:
            self._begin(job.id, self._tenure)

    async def stop(self, grace: float) -> None:
        """Begin nothing new and let what is being sent end, at most so many seconds."""
        self._stopping.set()
        if self._expiry is not None:
            self._expiry.cancel()
            await asyncio.gather(self._expiry, return_exceptions=True)
            self._expiry = None
        tasks = tuple(self._active.values())
        if tasks and grace > 0:
            await asyncio.wait(tasks, timeout=grace)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._tenure is not None:
            await self._tenure.finish_writes(LAST_WRITES)
            self._tenure = None

    def _take_over(self, epoch: int) -> Tenure:
        if self._tenure is None or self._tenure.epoch != epoch:
            self._stopping.clear()
            self._tenure = Tenure(
                epoch=epoch,
                db=self._db,
                clock=self._clock,
                chance=self._chance,
                admin_ids=(),
                wake_notices=self._notices.wake,
            )
        return self._tenure

    def _begin(self, job_id: int, tenure: Tenure) -> asyncio.Task[None]:
        task = self._active.get(job_id)
        if task is None:
            task = self._active[job_id] = asyncio.create_task(
                self._hand_over(job_id, tenure), name=f"delivery-{job_id}"
            )
            task.add_done_callback(lambda _: self._active.pop(job_id, None))
        return task

    @staticmethod
    async def _wait(tasks: tuple[asyncio.Task[None], ...]) -> None:
        """Wait for deliveries without taking them along when the caller is cut off."""
        if tasks:
            await asyncio.wait(tasks)

    async def _hand_over(self, job_id: int, tenure: Tenure) -> None:
        packing = Packing(self._db, self._sheets)
        handover = Handover(job_id, tenure, self._sending, self._progress, self._keep_seconds, packing)
        while not self._stopping.is_set():
            try:
                async with self._slots:
                    step = await handover.go_on()
            except LeaseLost:
                return
            except Exception as error:
                # A picture that is paid for outlives a broken database and our own mistakes.
                if is_news(error):
                    log.exception("a delivery was interrupted", job_id=job_id)
                handover.tries += 1
                step = backoff(handover.tries, first=FIRST_WAIT, longest=LONGEST_WAIT, chance=self._chance)
            if isinstance(step, Kept):
                self._kept_users.add(step.user_id)
                return
            if step is None:
                return
            await wait_for_event(self._clock, self._stopping, step)

    async def _in_state(self, state: JobState) -> list[Job]:
        found: list[Job] = []
        async with self._db.reading() as tx:
            while page := await tx.jobs.in_states((state,), PAGE, found[-1].id if found else 0):
                found += page
        return found

    async def _expire_for_ever(self, tenure: Tenure) -> None:
        while True:
            try:
                await self._expire(tenure)
            except StorageError as error:
                if is_news(error):
                    log.warning("kept pictures can't be looked through", error=str(error))
            await self._clock.sleep(EXPIRY_EVERY)

    async def _expire(self, tenure: Tenure) -> None:
        """End kept jobs whose person did not come back in time; their credits go back."""
        for job in await self._in_state(JobState.RENDERED):
            if job.kept_until is None or job.kept_until > self._clock.now() or job.id in self._active:
                continue

            async def change(tx: Tx, job: Job = job) -> Job | None:
                return await give_up_kept(
                    tx, job, epoch=tenure.epoch, failure=Failure.UNDELIVERABLE, at=self._clock.now()
                )

            await tenure.write(change)
            tenure.wake_notices()
