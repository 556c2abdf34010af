"""The scheduler in a world: real storage, the provider's model reached by the real client, fake chats."""

import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from bot.chat.outcomes import Fetched, FetchOutcome
from bot.images import PictureError, Prepared, ResultPicture
from bot.jobs.brain import Brain, BrainSettings
from bot.jobs.keys import KeyedProvider, KeyLimits
from bot.jobs.sending import Stage
from bot.jobs.shift import Tools
from bot.providers.base import GarmentKind
from bot.providers.downloads import ResultDownloader
from bot.providers.fitroom import FitRoomClient
from bot.providers.keys import ApiKey
from bot.providers.tryiton import TryItOnClient
from bot.sandbox.providers.fitroom.server import FitRoomServer
from bot.sandbox.providers.tryiton.server import TryItOnServer
from bot.wish import ClothesWish, PhotoRef, Wish, wish_to_json
from storage.audit import audit
from storage.database import Database
from storage.jobs import Job, JobState, NewJob
from storage.lease import BrainLease
from storage.results import Result, ResultState
from storage.submissions import Submission, SubmissionState
from tests.integration.jobs.models import FITROOM, JPEG, TRYITON, ModelTransport
from tests.integration.jobs.virtual_time import VirtualClock

PUBLIC_URL = "http://pictures.test"
ADMIN = 900


class StubImages:
    """Passes everything but what ``problems`` and ``torn`` say; decoding is not the subject here."""

    def __init__(self) -> None:
        self.problems: list[PictureError] = []
        self.torn: list[PictureError] = []
        self.long_sides: list[int] = []

    async def prepare(self, data: bytes, *, long_side: int) -> Prepared:
        self.long_sides.append(long_side)
        if self.problems:
            raise self.problems.pop(0)
        return Prepared(data, 16, 24, untouched=True)

    async def compare_sheet(self, pictures: Sequence[bytes], labels: Sequence[str] = ()) -> bytes:
        return f"sheet of {len(pictures)}: {', '.join(labels)}".encode()

    async def check_result(self, data: bytes) -> ResultPicture:
        if self.torn:
            raise self.torn.pop(0)
        return ResultPicture(16, 24, "image/jpeg")


class FakeChat:
    """Telegram's files; ``answers`` come first, then every photo is there. ``fetched`` are their ids."""

    def __init__(self) -> None:
        self.answers: list[FetchOutcome] = []
        self.fetched: list[str] = []

    async def fetch_photo(self, file_id: str) -> FetchOutcome:
        self.fetched.append(file_id)
        await VirtualClock().sleep(0.1)
        return self.answers.pop(0) if self.answers else Fetched(JPEG)


class FakeBoard:
    """Remembers what was shown: (job, stage, place, seconds left, fraction, can cancel)."""

    def __init__(self) -> None:
        self.reports: list[tuple[int, Stage, dict[str, Any]]] = []

    def report(self, job: Job, stage: Stage, **more: Any) -> None:
        self.reports.append((job.id, stage, more))

    def stages(self, job_id: int) -> list[Stage]:
        found = [stage for job, stage, _ in self.reports if job == job_id]
        return [stage for stage, before in zip(found, [None, *found], strict=False) if stage is not before]


class TillDeliveries:
    """Hands rendered pictures over at once and captures, as the real deliveries do in the end."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.recovered: list[int] = []

    async def deliver(self, job_id: int, epoch: int) -> None:
        now = VirtualClock().now()
        async with self._db.transaction() as tx:
            job = await tx.jobs.move(
                job_id, epoch=epoch, source=JobState.RENDERED, target=JobState.DELIVERING, at=now
            )
            if job is None:
                return
            found = await tx.results.of_job(job_id)
            results = [result for result in found if result.state is ResultState.RENDERED]
            for result in results:
                await tx.results.delivered(
                    job_id, result.n, file_id="f", file_unique_id="u", chat_id=1, message_id=1, at=now
                )
            share = job.price // job.outputs
            await tx.ledger.capture(job_id, 1, share * len(results), at=now)
            if missing := job.price - share * len(results):
                await tx.ledger.release(job_id, 2, missing, at=now)
            await tx.jobs.move(
                job_id, epoch=epoch, source=JobState.DELIVERING, target=JobState.DELIVERED, at=now
            )

    async def recover(self, epoch: int) -> None:
        self.recovered.append(epoch)
        async with self._db.reading() as tx:
            jobs = await tx.jobs.in_states((JobState.RENDERED,))
        for job in jobs:
            await self.deliver(job.id, epoch)

    async def stop(self, grace: float) -> None:
        pass


def photo(role: str, number: int) -> PhotoRef:
    """Return a photo of its own for this role."""
    return PhotoRef(f"{role}{number}", f"{role[0]}{number}")


class World:
    """One database, both providers and, one after another, any number of brains.

    ``keys`` are for TryItOn, ``fitroom_keys`` for FitRoom; ``server`` and ``fitroom`` are their models.
    """

    def __init__(
        self, db: Database, keys: Sequence[str], seed: int, fitroom_keys: Sequence[str] = ()
    ) -> None:
        self.db = db
        self.clock = VirtualClock()
        self.chance = random.Random(seed)
        self.server = TryItOnServer(clock=self.clock, public_url=PUBLIC_URL, seed=seed)
        self.fitroom = FitRoomServer(clock=self.clock, public_url=PUBLIC_URL, seed=seed)
        self.transport = ModelTransport(self.server, self.fitroom, self.chance)
        self.http = httpx.AsyncClient(transport=self.transport)
        self.keys = list(keys)
        self.fitroom_keys = list(fitroom_keys)
        self.first = TRYITON
        self.hosts: tuple[str, ...] = ("pictures.test",)
        self.chat = FakeChat()
        self.images = StubImages()
        self.board = FakeBoard()
        self.deliveries = TillDeliveries(db)
        self.lease = BrainLease(db)
        self.epoch = 0
        self.brain: Brain = self.new_brain()
        self.max_queue_age = 3600.0
        self.confirmed_at: dict[int, float] = {}

    def provider(self, key: str) -> TryItOnClient:
        return TryItOnClient(
            api_key=ApiKey(key),
            paid=self.http,
            reads=self.http,
            base_url=PUBLIC_URL + "/tryiton/api/v1",
            clock=self.clock,
        )

    def fitroom_client(self, key: str) -> FitRoomClient:
        return FitRoomClient(
            api_key=ApiKey(key),
            paid=self.http,
            reads=self.http,
            base_url=PUBLIC_URL + "/fitroom",
            clock=self.clock,
        )

    def keyed_providers(self) -> list[KeyedProvider]:
        limits = KeyLimits(submits=20, reads=300, concurrency=6)
        tryiton = [KeyedProvider(self.provider(key), limits) for key in self.keys]
        clients = map(self.fitroom_client, self.fitroom_keys)
        fitroom = [KeyedProvider(each, KeyLimits(submits=60), checks=each) for each in clients]
        return [*fitroom, *tryiton] if self.first == FITROOM else [*tryiton, *fitroom]

    def new_brain(self, *, max_queue_age: float = 3600.0) -> Brain:
        tools = Tools(
            keys=self.keyed_providers(),
            downloads=ResultDownloader(self.http, self.hosts, defaults=()),
            images=self.images,
            sending=self.chat,
            board=self.board,
            deliveries=self.deliveries,
        )
        self.brain = Brain(
            db=self.db,
            clock=self.clock,
            chance=random.Random(self.chance.random()),
            tools=tools,
            settings=BrainSettings(max_queue_age=max_queue_age, admin_ids=(ADMIN,)),
            wake_notices=lambda: None,
        )
        return self.brain

    async def start(self) -> None:
        """Start the brain as the owner of a new epoch."""
        async with self.db.transaction() as tx:
            self.epoch = await tx.lease.advance(self.clock.now())
            await tx.lease.stamp(self.epoch)
        await self.brain.start(self.epoch)

    async def restart(self, *, seconds_down: float = 0.0) -> None:
        """End the brain as a kill does, without grace, and start a fresh one."""
        await self.brain.stop(0)
        await self.clock.sleep(seconds_down)
        self.new_brain()
        await self.start()

    async def confirm(self, user_id: int = 1, *, outputs: int | None = None, wish: Wish | None = None) -> int:
        """Confirm one try-on, usually of a top: grant what it costs (1 a picture), hold it, queue it."""
        now = self.clock.now()
        number = len(self.confirmed_at) + 1
        wish = wish or ClothesWish(photo("person", number), photo("garment", number), GarmentKind.TOP)
        outputs = outputs or wish.outputs
        new = NewJob(
            user_id=user_id,
            chat_id=user_id,
            thread_id=None,
            reply_to=None,
            card_message_id=number,
            confirmation_id=f"c{number}",
            ability=wish.ability.value,
            request=wish_to_json(wish),
            price=outputs,
            outputs=outputs,
            steps=wish.steps,
        )
        async with self.db.transaction() as tx:
            await tx.ledger.grant(user_id, outputs, key=f"grant:{number}", reason=None, at=now)
            job = await tx.jobs.add(new, now)
            assert job is not None
            await tx.ledger.hold(user_id, job.id, outputs, at=now)
        self.confirmed_at[job.id] = now
        self.brain.wake()
        return job.id

    async def job(self, job_id: int) -> Job:
        async with self.db.reading() as tx:
            job = await tx.jobs.get(job_id)
        assert job is not None
        return job

    async def state(self, job_id: int) -> JobState:
        return (await self.job(job_id)).state

    async def submission(self, job_id: int) -> Submission | None:
        async with self.db.reading() as tx:
            return await tx.submissions.latest(job_id)

    async def submission_states(self, job_id: int) -> list[SubmissionState]:
        async with self.db.reading() as tx:
            return [each.state for each in await tx.submissions.of_job(job_id)]

    async def results(self, job_id: int) -> list[Result]:
        """Return a job's pictures by number."""
        async with self.db.reading() as tx:
            return await tx.results.of_job(job_id)

    async def provider_id(self, job_id: int) -> str | None:
        submission = await self.submission(job_id)
        return submission.provider_job_id if submission else None

    async def entries(self, job_id: int) -> list[str]:
        """Return the kinds of a job's ledger entries, oldest first."""
        async with self.db.reading() as tx:
            found = await tx.ledger.entries_of_job(job_id)
        return [entry.kind.value for entry in sorted(found, key=lambda entry: entry.id)]

    async def notices(self) -> list[tuple[int, str]]:
        """Return (person, kind) of all notices, oldest first."""
        async with self.db.reading() as tx:
            found = await tx.notices.due(self.clock.now() + 1e9, 1000)
        return [(notice.user_id, notice.kind) for notice in found]

    async def told(self, person: int) -> list[tuple[str, dict[str, Any]]]:
        """Return (kind, parameters) of a person's notices, oldest first."""
        async with self.db.reading() as tx:
            found = await tx.notices.due(self.clock.now() + 1e9, 1000)
        return [(notice.kind, notice.params) for notice in found if notice.user_id == person]

    async def operator_notices(self) -> list[tuple[str, dict[str, Any]]]:
        """Return (kind, parameters) of the admin's notices, oldest first."""
        return await self.told(ADMIN)

    def accepted(self) -> int:
        return len(self.server.jobs)

    def submit_times(self) -> list[float]:
        return [each.at for each in self.server.journal.submissions]


@asynccontextmanager
async def open_world(
    database: Path,
    *,
    keys: Sequence[str] = ("sandbox-a",),
    fitroom_keys: Sequence[str] = (),
    seed: int = 1,
) -> AsyncIterator[World]:
    """Open a world on a migrated database, and audit its books at the end."""
    async with Database(f"sqlite:///{database}") as db:
        world = World(db, keys, seed, fitroom_keys)
        try:
            yield world
        finally:
            await world.brain.stop(0)
            await world.http.aclose()
        assert await audit(db) == []
