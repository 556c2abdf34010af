"""Random histories of the ledger, compared with a model that fits on one page."""

import asyncio
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.audit import audit
from storage.database import Database
from storage.errors import CreditError
from storage.jobs import JobState, NewJob
from storage.schema import jobs

USERS = (1, 2, 3)
amounts = st.integers(1, 4)
users = st.sampled_from(USERS)
job_indexes = st.integers(0, 4)
numbers = st.integers(0, 2)
keys = st.sampled_from(["a", "b", "c", "d"])
steps = st.one_of(
    st.tuples(st.just("grant"), users, amounts, keys),
    st.tuples(st.just("take"), users, amounts, keys),
    st.tuples(st.just("hold"), users, amounts),
    st.tuples(st.just("hold_again"), job_indexes),
    st.tuples(st.just("capture"), job_indexes, numbers, amounts),
    st.tuples(st.just("release"), job_indexes, numbers, amounts),
    st.tuples(st.just("end"), job_indexes, st.booleans()),
)


@dataclass
class Model:
    """What the ledger should say: sums per user, keys used, and what is left of each hold."""

    available: dict[int, int] = field(default_factory=lambda: dict.fromkeys(USERS, 0))
    held: dict[int, int] = field(default_factory=lambda: dict.fromkeys(USERS, 0))
    keys: set[str] = field(default_factory=set)
    holds: dict[int, tuple[int, int, int]] = field(default_factory=dict)  # job: user, price, left

    def give(self, user, amount, key):
        if key in self.keys:
            return False
        self.keys.add(key)
        self.available[user] += amount
        return True

    def take(self, user, amount, key):
        if key in self.keys:
            return False
        if self.available[user] < amount:
            return None
        return self.give(user, -amount, key)

    def hold(self, user, job, amount):
        taken = self.take(user, amount, f"hold:{job}")
        if taken:
            self.held[user] += amount
            self.holds[job] = (user, amount, amount)
        return taken

    def close(self, job, n, amount, *, back):
        user, price, left = self.holds[job]
        if left == 0 or f"close:{job}:{n}" in self.keys:
            return False
        if amount > left or (n == 0 and (amount != price or left != price)):
            return None
        self.keys.add(f"close:{job}:{n}")
        self.holds[job] = (user, price, left - amount)
        self.held[user] -= amount
        self.available[user] += amount if back else 0
        return True


class History:
    """Runs each step on the database and on the model; None stands for a refusal."""

    def __init__(self, db):
        self.db = db
        self.model = Model()
        self.jobs = []

    async def run(self, step):
        name, *arguments = step
        await getattr(self, name)(*arguments)

    async def book(self, name, *arguments, **more):
        try:
            async with self.db.transaction() as tx:
                return await getattr(tx.ledger, name)(*arguments, at=1.0, **more)
        except CreditError:
            return None

    async def grant(self, user, amount, key):
        booked = await self.book("grant", user, amount, key=key, reason=None)
        assert booked == self.model.give(user, amount, key)

    async def take(self, user, amount, key):
        booked = await self.book("take", user, amount, key=key, reason=None)
        assert booked == self.model.take(user, amount, key)

    async def hold(self, user, amount):
        job_id = held = None
        try:
            async with self.db.transaction() as tx:
                new = NewJob(
                    user, user, None, None, None, f"c{len(self.jobs)}.{id(tx)}", "clothes", {}, amount
                )
                job_id = (await tx.jobs.add(new, 1.0)).id
                held = await tx.ledger.hold(user, job_id, amount, at=1.0)
        except CreditError:
            held = None
        assert held == self.model.hold(user, job_id, amount)
        if held:
            self.jobs.append(job_id)

    async def hold_again(self, index):
        if index < len(self.jobs):
            user, price, _ = self.model.holds[self.jobs[index]]
            assert await self.book("hold", user, self.jobs[index], price) is False

    async def capture(self, index, n, amount):
        await self.close("capture", index, n, amount)

    async def release(self, index, n, amount):
        await self.close("release", index, n, amount)

    async def close(self, name, index, n, amount):
        if index < len(self.jobs):
            job = self.jobs[index]
            booked = await self.book(name, job, n, amount)
            assert booked == self.model.close(job, n, amount, back=name == "release")

    async def end(self, index, replay):
        """Release what is left; twice, to see that the second changes nothing."""
        if index < len(self.jobs):
            job = self.jobs[index]
            for _ in range(1 + replay):
                left = self.model.holds[job][2] or 1
                booked = await self.book("release", job, 9, left)
                assert booked == self.model.close(job, 9, left, back=True)

    async def check(self):
        async with self.db.reading() as tx:
            for user in USERS:
                found = await tx.ledger.balance(user)
                assert (found.available, found.held) == (self.model.available[user], self.model.held[user])
        await self.settle_jobs()
        assert await audit(self.db) == []

    async def settle_jobs(self):
        """End the jobs whose hold is closed, as the audit wants it."""
        async with self.db.transaction() as tx:
            for job_id in self.jobs:
                job = await tx.jobs.get(job_id)
                if self.model.holds[job_id][2] or not job.is_open:
                    continue
                captured = -sum(
                    e.held_delta for e in await tx.ledger.entries_of_job(job_id) if e.kind == "capture"
                )
                target = JobState.CANCELLED
                if captured:
                    target = await deliver(tx, job, all_of_it=captured == job.price)
                await tx.jobs.move(job_id, epoch=0, source=JobState.QUEUED, target=target, at=2.0)


async def deliver(tx, job, *, all_of_it):
    """Make the pictures that the captures paid for; the job's outputs are set so that the shares fit."""
    outputs = 1 if all_of_it else job.price + 1  # an uneven share: only the extremes are certain
    await tx.link.rows(jobs.update().where(jobs.c.id == job.id).values(outputs=outputs))
    await tx.results.add(job.id, 1, b"x", "image/jpeg", 1, 1, 1.0)
    await tx.results.delivered(job.id, 1, file_id="f", file_unique_id="u", chat_id=1, message_id=1, at=2.0)
    return JobState.DELIVERED


@contextmanager
def fresh_sqlite(request):
    template = request.getfixturevalue("sqlite_template")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tryon.db"
        shutil.copy(template, path)
        yield f"sqlite:///{path}"


@contextmanager
def fresh_postgresql(request):
    server = request.getfixturevalue("postgresql")
    name = server.make_database(request.getfixturevalue("postgresql_template"))
    yield server.address(name)
    server.drop_database(name)


@pytest.mark.parametrize("fresh", [fresh_sqlite, fresh_postgresql])
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=st.lists(steps, min_size=1, max_size=25))
def test_any_history_gives_what_the_model_says_and_clean_books(request, fresh, history):
    async def run(address):
        async with Database(address) as db:
            told = History(db)
            for step in history:
                await told.run(step)
                await told.check()

    with fresh(request) as address:
        asyncio.run(run(address))
