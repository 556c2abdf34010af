"""PostgreSQL goes away and comes back: told at once, survived, and nothing is booked twice or lost."""

import asyncio
import os
import signal
import time

import pytest
from sqlalchemy import text

from storage import database as database_module
from storage import engines, postgresql
from storage.audit import audit
from storage.database import Database
from storage.errors import LeaseLost, StorageUnavailable
from storage.lease import BrainLease
from storage.ledger import Balance
from storage.migrate import upgrade
from storage.notices import NewNotice
from storage.postgresql import Limits
from tests.postgresql import Server

pytestmark = pytest.mark.usefixtures("postgresql_only")

# Much less than waiting for an answer each time would take, and much more than a busy machine needs.
QUICK = 40.0


@pytest.fixture(scope="module")
def own_server():
    """A server that may be stopped: the others' tests use another."""
    server = Server()
    yield server
    server.remove()


@pytest.fixture
def own_address(own_server):
    name = own_server.make_database()
    upgrade(own_server.address(name))
    yield own_server.address(name)
    own_server.drop_database(name)


async def stop(server, how="immediate"):
    await asyncio.to_thread(server.stop, how)


async def start(server):
    await asyncio.to_thread(server.start)


async def grant(db, key):
    async with db.transaction() as tx:
        return await tx.ledger.grant(1, 1, key=key, reason=None, at=1.0)


async def until_stored(db, key):
    """Write as the bot does: again and again while the database is out of reach."""
    while True:
        try:
            return await grant(db, key)
        except StorageUnavailable:
            await asyncio.sleep(0.02)


async def sessions(address, what="count(*)"):
    """What the server knows about the lease's session."""
    connection = await asyncpg_connect(address)
    try:
        return await connection.fetchval(
            f"SELECT {what} FROM pg_locks WHERE locktype = 'advisory' AND granted AND database ="
            " (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
    finally:
        await connection.close()


async def asyncpg_connect(address):
    return await postgresql.connect(Database(address).url)


async def end_sessions(address, which):
    connection = await asyncpg_connect(address)
    await connection.fetch(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        f" AND datname = current_database() AND {which}"
    )
    await connection.close()


async def eventually(check):
    async with asyncio.timeout(60):
        while not await check():
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("how", ["fast", "immediate"])
async def test_while_it_is_down_that_is_told_at_once_and_afterwards_all_is_well(own_server, own_address, how):
    async with Database(own_address) as db:
        await asyncio.gather(*(grant(db, f"before{n}") for n in range(8)))
        await stop(own_server, how)
        began = time.monotonic()
        for n in range(10):
            with pytest.raises(StorageUnavailable):
                await grant(db, f"during{n}")
            with pytest.raises(StorageUnavailable):
                async with db.reading() as tx:
                    await tx.ledger.balance(1)
        assert time.monotonic() - began < QUICK
        await start(own_server)
        # The very first ones after the outage: connections that died are not handed out.
        assert await asyncio.gather(*(grant(db, f"after{n}") for n in range(8))) == [True] * 8
        async with db.reading() as tx:
            assert await tx.ledger.balance(1) == Balance(16, 0)


async def test_stopped_and_started_under_load_everything_is_booked_once(own_server, own_address):
    async with Database(own_address) as db:
        lease = BrainLease(db)
        assert await lease.acquire() == 1
        writers = [asyncio.ensure_future(until_stored(db, f"k{n}")) for n in range(300)]
        for how in ("immediate", "fast"):
            await asyncio.sleep(0.1)
            await stop(own_server, how)
            await asyncio.sleep(0.2)
            await start(own_server)
        # False: the commit had reached the server, only its answer was lost.
        assert set(await asyncio.gather(*writers)) <= {True, False}
        async with db.reading() as tx:
            assert await tx.ledger.balance(1) == Balance(300, 0)
        assert await audit(db) == []
        await eventually(lambda: sessions(own_address))
        assert await lease.verify()
        assert (lease.epoch, lease.lost.is_set()) == (1, False)
        await lease.release()


@pytest.mark.parametrize("how", ["fast", "immediate"])
async def test_it_is_told_once_that_it_is_away_and_once_that_it_is_back(own_server, own_address, how, caplog):
    async with Database(own_address) as db:
        lease = BrainLease(db)
        await lease.acquire()
        before = [asyncio.ensure_future(until_stored(db, f"k{n}")) for n in range(50)]
        await stop(own_server, how)
        during = [asyncio.ensure_future(until_stored(db, f"l{n}")) for n in range(50)]
        assert await lease.verify()
        await asyncio.sleep(0.2)
        await start(own_server)
        await asyncio.gather(*before, *during)
        await eventually(lambda: sessions(own_address))
        assert await lease.verify()
        await lease.release()
    told = [record.getMessage().partition(";")[0] for record in caplog.records]
    assert told == ["the database is away", "the database is back"]


async def test_a_session_that_is_ended_from_outside_rolls_back(db, address):
    with pytest.raises(StorageUnavailable):  # noqa: PT012 - the block itself is the subject
        async with db.transaction() as tx:
            await tx.users.seen(1, "en", 1.0)
            await end_sessions(address, "true")
            await tx.users.seen(2, "en", 1.0)
    async with db.reading() as tx:
        assert await tx.users.get(1) is None
    assert await grant(db, "k")


async def test_a_commit_whose_answer_is_lost_is_told_and_can_be_made_again(db, address, monkeypatch):
    real = database_module.AsyncConnection.commit

    async def cut(self):
        await real(self)
        raise ConnectionResetError

    monkeypatch.setattr(database_module.AsyncConnection, "commit", cut)
    with pytest.raises(StorageUnavailable):
        await grant(db, "k")
    monkeypatch.undo()
    assert await grant(db, "k") is False
    async with db.reading() as tx:
        assert await tx.ledger.balance(1) == Balance(1, 0)


async def test_a_server_that_stands_still_is_given_up(address, monkeypatch):
    monkeypatch.setattr(postgresql, "GRACE", 1.0)
    monkeypatch.setattr(engines, "Limits", lambda **_more: Limits(statement=2.0))
    async with Database(address) as db:
        async with db.transaction() as tx:
            pid = await tx.link.value(text("SELECT pg_backend_pid()"))
        os.kill(pid, signal.SIGSTOP)
        try:
            began = time.monotonic()
            with pytest.raises(StorageUnavailable):
                await grant(db, "k")
            assert time.monotonic() - began < QUICK
            assert await grant(db, "k")
        finally:
            os.kill(pid, signal.SIGCONT)


async def test_a_statement_that_takes_too_long_is_given_up(address, monkeypatch):
    monkeypatch.setattr(engines, "Limits", lambda **_more: Limits(statement=2.0))
    async with Database(address) as db:
        with pytest.raises(StorageUnavailable, match="57014"):
            async with db.transaction() as tx:
                await tx.link.rows(text("SELECT pg_sleep(60)"))
        assert await grant(db, "k")


async def test_a_row_that_stays_locked_is_given_up(address, monkeypatch):
    monkeypatch.setattr(engines, "Limits", lambda **_more: Limits(lock=0.1))
    async with Database(address) as db:
        await grant(db, "k")
        async with db.transaction() as tx:
            await tx.ledger.grant(1, 1, key="held", reason=None, at=1.0)
            with pytest.raises(StorageUnavailable, match="55P03"):
                await grant(db, "waits")
        assert await grant(db, "waits")


# The lease.


async def test_a_lease_whose_connection_broke_is_got_back_in_the_same_epoch(db, address, caplog):
    async def is_told():
        return "the connection that had the lease broke; the lease is back" in caplog.messages

    lease, other = BrainLease(db), BrainLease(db)
    await lease.acquire()
    before = await sessions(address, "min(pid)")
    await end_sessions(address, f"pid = {before}")
    await eventually(lambda: sessions(address))
    assert await sessions(address, "min(pid)") != before
    assert await lease.verify()
    assert (lease.epoch, lease.held, lease.lost.is_set()) == (1, True, False)
    await eventually(is_told)
    assert await other.acquire() is None
    await lease.release()
    assert await other.acquire() == 2
    await other.release()


async def test_a_lease_that_somebody_else_got_meanwhile_is_lost(db, address, monkeypatch):
    lease, thief = BrainLease(db), BrainLease(db)
    await lease.acquire()
    monkeypatch.setattr(lease, "_mend_soon", lambda: None)
    monkeypatch.setattr(lease._lock, "_broken", lambda: None)
    await end_sessions(address, f"pid = {await sessions(address, 'min(pid)')}")
    assert await thief.acquire() == 2
    await lease._mend()
    assert (lease.held, lease.lost.is_set()) == (False, True)
    with pytest.raises(LeaseLost):
        await lease.require()
    assert await thief.verify()
    assert await lease.acquire() is None
    await thief.release()
    assert await lease.acquire() == 3
    await lease.release()


async def test_a_lease_whose_lock_is_gone_is_lost(db):
    lease = BrainLease(db)
    await lease.acquire()
    await lease._lock._connection.execute("SELECT pg_advisory_unlock_all()")
    assert not await lease.verify()
    assert lease.lost.is_set()
    await lease.release()


async def test_while_nobody_can_ask_the_lease_counts_as_held(own_server, own_address):
    async with Database(own_address) as db:
        lease, other = BrainLease(db), BrainLease(db)
        await lease.acquire()
        await stop(own_server)
        assert await lease.verify()
        with pytest.raises(StorageUnavailable):
            await other.acquire()
        with pytest.raises(StorageUnavailable):
            await asyncio.to_thread(other.is_taken)
        await start(own_server)
        await eventually(lambda: sessions(own_address))
        assert await lease.require() == 1
        await lease.release()
        assert await other.acquire() == 2
        await other.release()


async def test_a_lease_released_during_an_outage_stays_released(own_server, own_address):
    async with Database(own_address) as db:
        lease = BrainLease(db)
        await lease.acquire()
        await stop(own_server)
        await lease.release()
        await start(own_server)
        await asyncio.sleep(0.2)
        assert not await sessions(own_address)


async def test_a_new_owner_waits_for_nobody_who_waits_for_it(db, confirm):
    """Somebody who changes a job and then adds a notice meets a new owner: both come to their end."""
    job = await confirm()
    lease = BrainLease(db)
    async with db.transaction() as tx:
        await tx.jobs.lock(job.id)
        acquiring = asyncio.ensure_future(lease.acquire())

        async def has_begun():
            async with db.reading() as other:
                return await other.lease.epoch() == 1

        await eventually(has_begun)
        notice = await tx.notices.add(NewNotice("x", 1, 1, "failed", {}), 1.0)
        assert not acquiring.done()
    assert await asyncio.wait_for(acquiring, 60) == 1
    async with db.reading() as tx:
        assert ((await tx.jobs.get(job.id)).epoch, notice.epoch) == (1, 1)
    await lease.release()


@pytest.mark.parametrize("epoch", [0, 1])
async def test_what_is_added_in_the_old_epoch_is_taken_over_by_the_new_owner(db, new_job, epoch):
    lease = BrainLease(db)
    for _ in range(epoch):
        await lease.acquire()
        await lease.release()
    async with db.transaction() as tx:
        job = await tx.jobs.add(new_job(), 1.0)
        acquiring = asyncio.ensure_future(lease.acquire())
        await asyncio.sleep(0.2)
        assert not acquiring.done()
    assert await asyncio.wait_for(acquiring, 60) == epoch + 1
    async with db.reading() as tx:
        assert (job.epoch, (await tx.jobs.get(job.id)).epoch) == (epoch, epoch + 1)
    await lease.release()
