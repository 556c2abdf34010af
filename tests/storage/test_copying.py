"""Moving an installation to another database: all of it or nothing, and never under a running bot."""

import asyncio
import os
import signal
import sqlite3

import pytest
from sqlalchemy import text

from storage import copying
from storage.audit import run_audit
from storage.copying import copy_database
from storage.database import Database
from storage.errors import CopyRefused, StorageUnavailable
from storage.lease import BrainLease
from storage.migrate import upgrade
from storage.notices import NewNotice
from storage.schema import favourites, feedback, links, metadata, orders, polls, votes
from storage.urls import sqlite_file

PICTURE = bytes(range(256)) * 12_000
BIG = 2**52 - 1


@pytest.fixture
def target(request):
    """The address of an empty database of the kind that ``address`` is not."""
    kind = {"sqlite": "postgresql", "postgresql": "sqlite"}[request.node.callspec.params["address"]]
    return request.getfixturevalue(f"empty_{kind}_address")


@pytest.fixture
async def filled(db, rendered, confirm):
    """A database with something in every table."""
    await confirm("c1", user=BIG)
    job = await rendered(
        "c2", outputs=2, request={"photos": {"person": "\N{SNOWMAN}"}, "list": [1, 2.5, None]}
    )
    async with db.transaction() as tx:
        await tx.users.seen(BIG, "es", 1_700_000_000.123456)
        await tx.users.consent(BIG, 1, 1.5)
        await tx.looks.keep(BIG, {"id": "x"}, "unique", 1.0)
        await tx.drafts.save(-(10**12), BIG, 7, {"state": "half"}, 1.0, expected_version=None)
        await tx.results.add(job.id, 2, PICTURE, "image/jpeg", 30, 40, 3.0)
        await tx.submissions.add(job.id, 1, "tryiton", "k", 0, 2.0)
        await tx.notices.add(NewNotice("x", BIG, BIG, "failed", {"n": 1}), 1.0)
        await tx.link.rows(
            orders.insert().values(user_id=1, payload="p", credits=1, stars=2, state="open", created_at=1.0)
        )
        await tx.link.rows(favourites.insert().values(user_id=BIG, haircut="BobCut", at=1.0))
        await tx.link.rows(feedback.insert().values(job_id=job.id, n=1, user_id=1, verdict="up", at=1.0))
        link = {"token": "t", "kind": "garment", "target": {"a": [1]}, "created_by": 1, "created_at": 1.0}
        await tx.link.rows(links.insert().values(link))
        poll = {"id": 7, "chat_id": -5, "user_id": 1, "choices": [job.id], "created_at": 1.0}
        await tx.link.rows(polls.insert().values(poll))
        await tx.link.rows(votes.insert().values(poll_id=7, user_id=BIG, choice=1, at=1.0))
        for update_id in range(1203):
            await tx.updates.add(5, [(update_id, '{"text": "\\u0000"}')], 1.0)
        # The last row is gone, and its number must not come back.
        await tx.updates.mark_done(5, 1202, 2.0)
        await tx.updates.forget_done(3.0)
    lease = BrainLease(db)
    await lease.acquire()
    await lease.release()
    return db


async def everything(url):
    async with Database(url) as db, db.reading() as tx:
        tables = metadata.sorted_tables
        return {t.name: [*await tx.link.rows(t.select().order_by(*t.primary_key))] for t in tables}


async def is_empty(url):
    return not any((await everything(url)).values())


async def test_everything_arrives_as_it_was(filled, address, target):
    done = await copy_database(address, target)
    before, after = await everything(address), await everything(target)
    assert after == before
    assert all(before.values())
    assert done.rows == {name: len(rows) for name, rows in after.items()}
    assert done.audit.is_clean
    async with Database(target) as db:
        assert (await run_audit(db)).is_clean


async def test_numbers_go_on_where_they_were(filled, address, target, new_job):
    await copy_database(address, target)
    async with Database(target) as db, db.transaction() as tx:
        assert [u.seq for u in await tx.updates.add(5, [(9999, "x")], 1.0)] == [1204]
        assert (await tx.jobs.add(new_job("another"), 1.0)).id == 3


async def test_there_and_back_is_the_same(filled, address, target, tmp_path):
    await copy_database(address, target)
    home = f"sqlite:///{tmp_path / 'home.db'}"
    await copy_database(target, home)
    assert await everything(home) == await everything(address)


async def test_a_new_owner_begins_a_later_epoch_than_any_before(filled, address, target):
    await copy_database(address, target)
    async with Database(target) as db:
        lease = BrainLease(db)
        assert await lease.acquire() == 2
        await lease.release()


async def test_a_source_at_work_is_refused(filled, address, target):
    lease = BrainLease(filled)
    await lease.acquire()
    with pytest.raises(CopyRefused, match="at work on the source"):
        await copy_database(address, target)
    await lease.release()
    await copy_database(address, target)


async def test_a_target_at_work_is_refused(filled, address, target):
    await asyncio.to_thread(upgrade, target)
    async with Database(target) as db:
        lease = BrainLease(db)
        await lease.acquire()
        with pytest.raises(CopyRefused, match="at work on the target"):
            await copy_database(address, target)
        await lease.release()


async def test_a_bot_stands_by_while_a_copy_is_made(filled, address, target, monkeypatch):
    asked = []
    real = copying._copy

    async def ask_first(*args):
        async with Database(target) as other:
            asked.extend([await BrainLease(filled).acquire(), await BrainLease(other).acquire()])
        return await real(*args)

    monkeypatch.setattr(copying, "_copy", ask_first)
    await copy_database(address, target)
    assert asked == [None, None]


async def test_a_target_with_anything_in_it_is_refused_and_left_alone(filled, address, target):
    await asyncio.to_thread(upgrade, target)
    async with Database(target) as db, db.transaction() as tx:
        await tx.users.seen(7, None, 1.0)
    before = await everything(target)
    with pytest.raises(CopyRefused, match="rows in users"):
        await copy_database(address, target)
    assert await everything(target) == before


async def test_the_same_database_twice_is_refused(filled, address):
    with pytest.raises(CopyRefused, match="same database"):
        await copy_database(address, address)


@pytest.mark.usefixtures("sqlite_only")
async def test_a_source_without_tables_is_refused_and_not_made(tmp_path, target, address):
    with pytest.raises(CopyRefused, match="source is empty"):
        await copy_database(f"sqlite:///{tmp_path / 'nothing.db'}", target)
    assert not (tmp_path / "nothing.db").exists()


async def test_a_source_of_another_version_is_refused(filled, address, target):
    async with filled.transaction() as tx:
        await tx.link.rows(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(CopyRefused, match="another version"):
        await copy_database(address, target)


async def test_wrong_books_are_not_copied(filled, address, target):
    async with filled.transaction() as tx:
        await tx.link.rows(text("UPDATE accounts SET available = available + 1"))
    with pytest.raises(CopyRefused, match="books are wrong"):
        await copy_database(address, target)
    assert await is_empty(target)


async def test_rows_that_get_lost_are_noticed_and_nothing_is_kept(filled, address, target, monkeypatch):
    real = copying.Tx.__init__

    def lossy(self, link):
        real(self, link)
        insert = link.insert_all

        async def lose_one(table, rows):
            await insert(table, rows[1:] if table.name == "updates" else rows)

        link.insert_all = lose_one

    monkeypatch.setattr(copying.Tx, "__init__", lossy)
    with pytest.raises(CopyRefused, match="1202 rows of updates became 1199"):
        await copy_database(address, target)
    monkeypatch.undo()
    assert await is_empty(target)


async def test_a_cancelled_copy_leaves_nothing_and_can_be_made_again(filled, address, target):
    reached = asyncio.Event()

    def stop_here(table, _rows):
        if table == "updates":
            reached.set()

    task = asyncio.ensure_future(copy_database(address, target, copied=stop_here))
    await reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await is_empty(target)
    await copy_database(address, target)
    assert await everything(target) == await everything(address)


async def test_a_killed_copy_leaves_nothing_and_can_be_made_again(filled, address, target, start):
    process = start("copy_until", address, target, "submissions")
    assert await asyncio.to_thread(process.stdout.readline) == "submissions\n"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert await is_empty(target)
    async with asyncio.timeout(60):
        while await asyncio.to_thread(BrainLease(Database(target)).is_taken):
            await asyncio.sleep(0.05)
    await copy_database(address, target)
    assert await everything(target) == await everything(address)


@pytest.mark.usefixtures("sqlite_only")
async def test_nobody_writes_to_the_source_meanwhile(filled, address, target, monkeypatch):
    other = sqlite3.connect(sqlite_file(filled.url), timeout=0, isolation_level=None)
    tried = []

    def write(_table, _rows):
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("UPDATE users SET language = 'es'")
        tried.append(1)

    await copy_database(address, target, copied=write)
    other.close()
    assert tried


@pytest.mark.usefixtures("postgresql_only")
async def test_nobody_writes_to_a_postgresql_source_meanwhile(filled, address, target):
    writers = []

    def write(table, _rows):
        if not writers:
            writers.append(asyncio.ensure_future(one_more(filled)))
        assert not writers[0].done()

    await copy_database(address, target, copied=write)
    await writers[0]
    assert len((await everything(address))["users"]) == len((await everything(target))["users"]) + 1


async def one_more(db):
    async with db.transaction() as tx:
        await tx.users.seen(99, None, 1.0)


async def test_a_database_that_is_not_there_is_told(filled, address, postgresql):
    with pytest.raises(StorageUnavailable, match="no database of this name") as caught:
        await copy_database(address, postgresql.address("nowhere"))
    assert postgresql.password not in str(caught.value)
