"""Several writers at once on PostgreSQL: whoever meets, nobody waits in a circle."""

import asyncio

import pytest
from sqlalchemy import column, func, select, table

from storage.audit import audit
from storage.jobs import JobState
from storage.lease import BrainLease
from storage.notices import NewNotice
from storage.submissions import SubmissionState

pytestmark = pytest.mark.usefixtures("postgresql_only")


STATISTICS = table("pg_stat_database", column("deadlocks"), column("datname"))


async def deadlocks(db):
    """How many the server has broken up; it writes them down when a session ends."""
    async with db.reading() as tx:
        query = select(STATISTICS.c.deadlocks).where(STATISTICS.c.datname == func.current_database())
        return int(await tx.link.value(query))


async def put_back(db, job, call):
    """As after an interruption: the submission ends, the job is queued again."""
    async with db.transaction() as tx:
        ended = await tx.submissions.end(
            call.id, epoch=0, source=SubmissionState.PREPARING, target=SubmissionState.NOT_SENT, at=3.0
        )
        await asyncio.sleep(0.01)
        if ended is None:
            return None
        return await tx.jobs.move(job.id, epoch=0, source="working", target=JobState.QUEUED, at=3.0)


async def cancel(db, job):
    async with db.transaction() as tx:
        cancelled = await tx.jobs.cancel(job.id, job.user_id, 3.0)
        if cancelled is not None:
            await tx.ledger.release(job.id, 0, job.price, at=3.0)
        return cancelled


async def test_a_cancel_and_an_end_of_a_submission_never_wait_for_each_other(db, working):
    for n in range(20):
        job = await working(f"c{n}")
        async with db.transaction() as tx:
            call = await tx.submissions.add(job.id, 1, "tryiton", "k", 0, 2.0)
        tasks = [put_back(db, job, call), cancel(db, job)]
        await asyncio.wait_for(asyncio.gather(*(tasks if n % 2 else reversed(tasks))), 60)
    assert await audit(db) == []
    assert await deadlocks(db) == 0


async def test_owners_change_while_everything_moves_and_nobody_waits_in_a_circle(db, confirm):
    """Jobs fail, are cancelled and confirmed, while the lease changes hands again and again."""
    jobs = [await confirm(f"c{n}", user=n % 3 + 1) for n in range(60)]

    async def fail(job):
        async with db.transaction() as tx:
            current = await tx.jobs.lock(job.id)
            moved = await tx.jobs.move(
                job.id, epoch=current.epoch, source="queued", target=JobState.FAILED, at=3.0, failure="x"
            )
            if moved is None:
                return
            await tx.ledger.release(job.id, 0, job.price, at=3.0)
            await tx.notices.add(NewNotice(f"job:{job.id}", job.user_id, 1, "failed", {}), 3.0)

    async def change_hands():
        for _ in range(10):
            lease = BrainLease(db)
            await lease.acquire()
            await lease.release()

    work = [fail(job) if n % 2 else cancel(db, job) for n, job in enumerate(jobs)]
    more = [confirm(f"new{n}", user=n % 3 + 1) for n in range(30)]
    await asyncio.wait_for(asyncio.gather(change_hands(), *work, *more), 120)
    assert await audit(db) == []
    assert await deadlocks(db) == 0
    async with db.reading() as tx:
        assert {job.epoch for job in await tx.jobs.in_states([JobState.QUEUED])} == {10}
