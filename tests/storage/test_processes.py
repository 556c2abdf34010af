"""Several real processes on one database: nobody is turned away, nothing is counted twice or lost."""

import asyncio

from storage.audit import audit
from storage.database import Database
from storage.ledger import Balance


async def finish(process):
    out, err = await asyncio.to_thread(process.communicate)
    assert process.returncode == 0, err
    return out


async def test_two_processes_write_at_once_and_nobody_is_turned_away(address, start):
    writers = [start("write", address, name, "300") for name in ("a", "b")]
    assert [await finish(writer) for writer in writers] == ["done\n", "done\n"]
    async with Database(address) as db:
        async with db.reading() as tx:
            assert await tx.ledger.balance(1) == Balance(600, 0)
            assert len(await tx.ledger.entries(1, 1000)) == 600
        assert await audit(db) == []


async def test_one_card_tapped_in_two_processes_makes_one_job(address, start):
    async with Database(address) as db:
        async with db.transaction() as tx:
            await tx.ledger.grant(1, 60, key="g", reason=None, at=1.0)
        both = [start("confirm_same_card", address, name, "60") for name in ("a", "b")]
        made = [int(await finish(process)) for process in both]
        assert sum(made) == 60
        async with db.reading() as tx:
            assert await tx.ledger.balance(1) == Balance(0, 60)
        assert await audit(db) == []


async def test_capture_in_one_process_excludes_release_in_another(address, start, new_job):
    async with Database(address) as db:
        async with db.transaction() as tx:
            await tx.ledger.grant(1, 60, key="g", reason=None, at=1.0)
            for n in range(60):
                job = await tx.jobs.add(new_job(f"c{n}"), 1.0)
                await tx.ledger.hold(1, job.id, 1, at=1.0)
        captured, released = [
            int(await finish(process))
            for process in [start("close_same_holds", address, how, "60") for how in ("capture", "release")]
        ]
        assert captured + released == 60
        async with db.reading() as tx:
            assert await tx.ledger.balance(1) == Balance(released, 0)


async def test_kill_9_again_and_again_leaves_the_books_right(address, start):
    """Both processes work without end; one is killed at a moment that differs each time."""
    seen = 0
    async with Database(address) as db:
        for n in range(8):
            victim = start("write_on", address, f"victim{n}")
            await asyncio.to_thread(victim.stdout.readline)
            await asyncio.sleep(0.013 * n)
            victim.kill()
            victim.communicate()
            assert victim.returncode == -9
            # Jobs that were under way stay open with their hold: that is right, too.
            assert await audit(db) == []
            async with db.reading() as tx:
                booked = sum([len(await tx.ledger.entries(user, 10_000)) for user in (1, 2, 3)])
            assert booked > seen
            seen = booked
