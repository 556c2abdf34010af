"""How many try-ons per second the ledger can book, beside a bare driver doing the same statements.

Both run on the same file in the same run, in alternating rounds, with synchronous=FULL: the ratio
says what the storage layer costs.

    python -m benchmarks.ledger
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiosqlite
from sqlalchemy import event

from storage.audit import audit
from storage.database import Database
from storage.jobs import Job, JobState, NewJob
from storage.migrate import upgrade

ROUNDS = 4
SECONDS = 1.5
CREDITS = 1_000_000
# One key allows 20 submissions in 60 seconds.
KEY_PER_SECOND = 20 / 60

Statement = tuple[str, Any]


def try_on(n: int) -> NewJob:
    return NewJob(1, 1, None, 5, 6, f"confirmation-{n}", "clothes", {"photos": {"person": "p"}}, 1)


async def reserve(database: Database, n: int) -> Job:
    async with database.transaction() as tx:
        job = await tx.jobs.add(try_on(n), 1.0)
        assert job is not None
        assert await tx.ledger.hold(1, job.id, 1, at=1.0)
    return job


async def settle(database: Database, job: Job) -> None:
    async with database.transaction() as tx:
        ended = await tx.jobs.move(
            job.id, epoch=job.epoch, source=JobState.QUEUED, target=JobState.FAILED, at=2.0
        )
        assert ended is not None
        assert await tx.ledger.release(job.id, 0, 1, at=2.0)


async def record(database: Database) -> tuple[list[list[Statement]], int]:
    """Return the statements of one try-on, a list per transaction, and the id of its job."""
    transactions: list[list[Statement]] = []

    def note(_c: object, _cursor: object, statement: str, parameters: object, *_more: object) -> None:
        if statement.startswith("BEGIN"):
            transactions.append([])
        else:
            transactions[-1].append((statement, parameters))

    engine = database._writing  # noqa: SLF001 - the statements are seen nowhere else
    assert engine is not None
    event.listen(engine.sync_engine, "before_cursor_execute", note)
    job = await reserve(database, -1)
    await settle(database, job)
    event.remove(engine.sync_engine, "before_cursor_execute", note)
    return transactions, job.id


class Bare:
    """The recorded statements, run by aiosqlite alone, for new jobs each time."""

    def __init__(
        self, connection: aiosqlite.Connection, transactions: list[list[Statement]], job: int
    ) -> None:
        self.connection = connection
        self.transactions = transactions
        self.recorded_job = job
        self.next_job = 0

    async def one(self, n: int) -> None:
        if not self.next_job:
            found = await self.connection.execute_fetchall("SELECT max(id) + 1 FROM jobs")
            self.next_job = int(next(iter(found))[0])
        for statements in self.transactions:
            await self.connection.execute("BEGIN IMMEDIATE")
            for statement, parameters in statements:
                renamed = tuple(self._renamed(value, n) for value in parameters)
                await self.connection.execute_fetchall(statement, renamed)
            await self.connection.execute("COMMIT")
        self.next_job += 1

    def _renamed(self, value: object, n: int) -> object:
        names = {
            self.recorded_job: self.next_job,
            "confirmation--1": f"bare-{n}",
            f"hold:{self.recorded_job}": f"hold:{self.next_job}",
            f"close:{self.recorded_job}:0": f"close:{self.next_job}:0",
        }
        # The job's id is a number that nothing else in these statements is, see ``compare``.
        return names.get(value, value) if isinstance(value, (int, str)) else value


async def rate(one: Callable[[int], Awaitable[None]], first: int, seconds: float) -> tuple[float, int]:
    """Return how many were done per second, and how many altogether."""
    start = time.perf_counter()
    done = 0
    while time.perf_counter() - start < seconds:
        await one(first + done)
        done += 1
    return done / (time.perf_counter() - start), done


async def rounds(database: Database, bare: Bare, count: int, seconds: float) -> list[tuple[float, float]]:
    async def ours(n: int) -> None:
        await settle(database, await reserve(database, n))

    found, n = [], 0
    for _ in range(count):
        mine, done = await rate(ours, n, seconds)
        n += done
        # What the layer under test added is what the bare loop numbers after.
        bare.next_job = 0
        theirs, done = await rate(bare.one, n, seconds)
        n += done
        found.append((mine, theirs))
    return found


async def compare() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.db"
        await asyncio.to_thread(upgrade, f"sqlite:///{path}")
        async with Database(f"sqlite:///{path}") as database:
            async with database.transaction() as tx:
                await tx.ledger.grant(1, CREDITS, key="bench", reason=None, at=1.0)
            for n in range(1000):  # so that a job's id is not mistaken for another number
                await settle(database, await reserve(database, -1000 - n))
            transactions, job = await record(database)
            connection = await aiosqlite.connect(path, isolation_level=None, timeout=10)
            for pragma in ("synchronous=FULL", "foreign_keys=ON"):
                await connection.execute(f"PRAGMA {pragma}")
            found = await rounds(database, Bare(connection, transactions, job), ROUNDS, SECONDS)
            await connection.close()
            findings = await audit(database)
    report(found, sum(map(len, transactions)))
    assert findings == [], findings


def report(found: list[tuple[float, float]], statements: int) -> None:
    mine = statistics.median(ours for ours, _ in found)
    ratio = statistics.median(ours / bare for ours, bare in found)
    print(
        f"ledger: reserve and settle, 2 transactions, {statements} statements, SQLite with synchronous=FULL"
    )
    print(f"  storage does {ratio:.0%} of what a bare aiosqlite loop does with the same statements")
    print(f"  that is {mine / KEY_PER_SECOND:.0f} times what one API key can use")


def main() -> None:
    asyncio.run(compare())


if __name__ == "__main__":
    main()
