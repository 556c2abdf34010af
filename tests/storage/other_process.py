"""What the tests start as another process: a writer, a writer without end, or an owner of the lease."""

import asyncio
import itertools
import sys
import time

from storage.copying import copy_database
from storage.database import Database
from storage.jobs import JobState, NewJob
from storage.lease import BrainLease


def say(what: object) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


async def one_try_on(db: Database, name: str, n: int) -> None:
    """Grant, confirm, work, deliver or fail: four transactions, as the bot makes them."""
    user = n % 3 + 1
    async with db.transaction() as tx:
        await tx.ledger.grant(user, 2, key=f"grant:{name}:{n}", reason=None, at=1.0)
        job = await tx.jobs.add(NewJob(user, user, None, None, None, f"{name}:{n}", "clothes", {}, 2), 1.0)
        assert job is not None
        await tx.ledger.hold(user, job.id, 2, at=1.0)
    async with db.transaction() as tx:
        epoch = (await tx.jobs.lock(job.id)).epoch
        await tx.results.add(job.id, 1, b"x" * 5000, "image/jpeg", 1, 1, 2.0)
        await tx.jobs.move(job.id, epoch=epoch, source="queued", target=JobState.RENDERED, at=2.0)
    async with db.transaction() as tx:
        epoch = (await tx.jobs.lock(job.id)).epoch
        if n % 2:
            await tx.results.delivered(
                job.id, 1, file_id="f", file_unique_id="u", chat_id=1, message_id=1, at=3.0
            )
            await tx.ledger.capture(job.id, 0, 2, at=3.0)
            await tx.jobs.move(job.id, epoch=epoch, source="rendered", target=JobState.DELIVERED, at=3.0)
        else:
            await tx.results.drop(job.id, 1, 3.0)
            await tx.ledger.release(job.id, 0, 2, at=3.0)
            await tx.jobs.move(job.id, epoch=epoch, source="rendered", target=JobState.FAILED, at=3.0)


async def write(url: str, name: str, count: str) -> None:
    async with Database(url) as db:
        for n in range(int(count)):
            async with db.transaction() as tx:
                await tx.ledger.grant(1, 1, key=f"{name}:{n}", reason=None, at=1.0)
    say("done")


async def confirm_same_card(url: str, name: str, count: str) -> None:
    """Tap cards that another process taps at the same time; say how many jobs were made here."""
    made = 0
    async with Database(url) as db:
        for n in range(int(count)):
            async with db.transaction() as tx:
                job = await tx.jobs.add(NewJob(1, 1, None, None, None, f"c{n}", "clothes", {}, 1), 1.0)
                if job is not None:
                    await tx.ledger.hold(1, job.id, 1, at=1.0)
                    made += 1
    say(made)


async def close_same_holds(url: str, how: str, count: str) -> None:
    """Capture or release holds that another process closes the other way; say how many were closed here."""
    closed = 0
    async with Database(url) as db:
        for job_id in range(1, int(count) + 1):
            async with db.transaction() as tx:
                closed += await getattr(tx.ledger, how)(job_id, 0, 1, at=1.0)
    say(closed)


async def write_on(url: str, name: str) -> None:
    async with Database(url) as db:
        for n in itertools.count():
            await asyncio.gather(*(one_try_on(db, f"{name}:{n}", part) for part in range(4)))
            say(n)


async def own(url: str) -> None:
    async with Database(url) as db:
        say(await BrainLease(db).acquire())
        await asyncio.sleep(600)


async def copy_until(source: str, target: str, table: str) -> None:
    """Copy a database, and stand still after one table."""

    def stop(name: str, _rows: int) -> None:
        if name == table:
            say(name)
            time.sleep(600)

    await copy_database(source, target, copied=stop)


WORK = (write, write_on, own, confirm_same_card, close_same_holds, copy_until)

if __name__ == "__main__":
    work = {f.__name__: f for f in WORK}
    asyncio.run(work[sys.argv[1]](*sys.argv[2:]))
