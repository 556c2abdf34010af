"""The brain lease: one owner, a new epoch each time, and an old owner moves nothing."""

import asyncio
import stat
from pathlib import Path

import pytest

from storage.database import Database
from storage.errors import LeaseLost, StorageUnavailable
from storage.jobs import JobState
from storage.lease import BrainLease
from storage.notices import NewNotice
from storage.submissions import SubmissionState


async def epoch_of(process):
    return (await asyncio.to_thread(process.stdout.readline)).strip()


async def acquired(lease):
    """The epoch, asked for until it is there: PostgreSQL takes a moment to notice a killed client."""
    async with asyncio.timeout(60):
        while (epoch := await lease.acquire()) is None:
            await asyncio.sleep(0.01)
    return epoch


def lock_file(db):
    return Path(f"{db.url.database}.lock")


async def test_the_first_owner_is_in_the_first_epoch(db):
    lease = BrainLease(db)
    assert not lease.held
    assert await lease.acquire(at=5.0) == 1
    assert (lease.held, lease.epoch) == (True, 1)
    async with db.reading() as tx:
        assert await tx.lease.epoch() == 1
    await lease.release()


@pytest.mark.usefixtures("sqlite_only")
async def test_the_lock_file_is_private(db):
    lease = BrainLease(db)
    await lease.acquire()
    assert stat.S_IMODE(lock_file(db).stat().st_mode) == 0o600
    await lease.release()


async def test_asking_again_changes_nothing(db):
    lease = BrainLease(db)
    assert [await lease.acquire(), await lease.acquire()] == [1, 1]
    await lease.release()


async def test_asking_twice_at_once_is_asking_once(db):
    lease, other = BrainLease(db), BrainLease(db)
    assert await asyncio.gather(lease.acquire(), lease.acquire()) == [1, 1]
    assert await other.acquire() is None
    await lease.release()


async def test_nobody_else_gets_it_until_it_is_released(db):
    first, second = BrainLease(db), BrainLease(db)
    await first.acquire()
    assert await second.acquire() is None
    assert not second.held
    async with db.reading() as tx:
        assert await tx.lease.epoch() == 1
    await first.release()
    assert not first.held
    assert await second.acquire() == 2
    await second.release()


async def test_of_many_who_ask_at_once_one_gets_it(db):
    leases = [BrainLease(db) for _ in range(10)]
    epochs = await asyncio.gather(*(lease.acquire() for lease in leases))
    assert sorted(epochs, key=str) == [1, *[None] * 9]
    for lease in leases:
        await lease.release()


async def test_another_process_gets_it_at_once_after_kill_9(address, start):
    owner = start("own", address)
    assert await epoch_of(owner) == "1"
    async with Database(address) as db:
        lease = BrainLease(db)
        assert await lease.acquire() is None
        assert await epoch_of(start("own", address)) == "None"
        owner.kill()
        owner.wait()
        assert await acquired(lease) == 2
        assert await epoch_of(start("own", address)) == "None"
        await lease.release()


async def test_whether_it_is_taken_can_be_seen_without_taking_it(db, address, start):
    watcher = BrainLease(db)
    assert not await asyncio.to_thread(watcher.is_taken)
    owner = start("own", address)
    assert await epoch_of(owner) == "1"
    assert await asyncio.to_thread(watcher.is_taken)
    owner.kill()
    owner.wait()
    assert await acquired(watcher) == 2
    assert await asyncio.to_thread(watcher.is_taken)
    await watcher.release()
    assert not await asyncio.to_thread(watcher.is_taken)


@pytest.mark.usefixtures("sqlite_only")
async def test_looking_whether_it_is_taken_makes_no_file(db):
    assert not BrainLease(db).is_taken()
    assert not lock_file(db).exists()


@pytest.mark.usefixtures("sqlite_only")
async def test_a_lock_file_that_cannot_be_read_is_told(db, monkeypatch):
    def refuse(*_args):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("storage.owner_lock.os.open", refuse)
    with pytest.raises(StorageUnavailable, match="denied"):
        BrainLease(db).is_taken()


async def test_a_new_epoch_takes_over_all_open_work_and_nothing_else(db, working, rendered, confirm):
    busy, done, waiting = await working("a"), await rendered("b"), await confirm("c")
    async with db.transaction() as tx:
        calls = [await tx.submissions.add(busy.id, step, "tryiton", "k", 0, 2.0) for step in (1, 2)]
        ended = {"epoch": 0, "source": SubmissionState.PREPARING, "target": SubmissionState.NOT_SENT}
        await tx.submissions.end(calls[1].id, at=3.0, **ended)
        await tx.jobs.move(waiting.id, epoch=0, source="queued", target=JobState.CANCELLED, at=3.0)
        notices = [
            await tx.notices.add(NewNotice(cause, 1, 1, "failed", {}), 1.0) for cause in ("x", "y", "z")
        ]
        await tx.notices.sending(notices[1].id, 0)
        await tx.notices.drop(notices[2].id)
    lease = BrainLease(db)
    await lease.acquire()
    async with db.transaction() as tx:
        assert [(await tx.jobs.get(job.id)).epoch for job in (busy, done, waiting)] == [1, 1, 0]
        assert [(await tx.submissions.get(call.id)).epoch for call in calls] == [1, 0]
        assert [(await tx.notices.get(notice.id)).epoch for notice in notices] == [1, 1, 0]
        assert await tx.jobs.move(done.id, epoch=0, source="rendered", target="delivering", at=4.0) is None
        assert await tx.submissions.begin(calls[0].id, epoch=0, sent_at=4.0, slot_until=9.0) is None
        assert not await tx.notices.sending(notices[0].id, 0)
        assert await tx.jobs.keep(done.id, 0, 9.0) is None
    await lease.release()


async def test_what_is_added_later_belongs_to_the_current_epoch(db, confirm):
    lease = BrainLease(db)
    await lease.acquire()
    job = await confirm()
    async with db.transaction() as tx:
        notice = await tx.notices.add(NewNotice("x", 1, 1, "failed", {}), 1.0)
    assert (job.epoch, notice.epoch) == (1, 1)
    await lease.release()


@pytest.mark.usefixtures("sqlite_only")
async def test_a_lease_whose_file_is_gone_is_lost(db):
    lease = BrainLease(db)
    await lease.acquire()
    assert await lease.verify()
    assert await lease.require() == 1
    lock_file(db).unlink()
    assert not await lease.verify()
    assert (lease.held, lease.lost.is_set()) == (False, True)
    with pytest.raises(LeaseLost):
        await lease.require()


@pytest.mark.usefixtures("sqlite_only")
async def test_a_lease_whose_file_was_replaced_is_lost_and_can_be_got_back(db):
    lease, thief = BrainLease(db), BrainLease(db)
    await lease.acquire()
    lock_file(db).unlink()
    assert await thief.acquire() == 2
    assert not await lease.verify()
    assert await thief.verify()
    assert await lease.acquire() is None
    await thief.release()
    assert await lease.acquire() == 3
    assert (lease.held, lease.lost.is_set()) == (True, False)
    await lease.release()


async def test_a_lease_overtaken_by_another_epoch_is_lost(db):
    lease = BrainLease(db)
    await lease.acquire()
    async with db.transaction() as tx:
        await tx.lease.advance()
    assert not await lease.verify()
    await lease.release()


async def test_without_a_database_nothing_is_held(address):
    db = Database(address)
    lease = BrainLease(db)
    with pytest.raises(StorageUnavailable):
        await lease.acquire()
    assert not lease.held
    async with db:
        assert await lease.acquire() == 1
        await lease.release()


@pytest.mark.usefixtures("sqlite_only")
async def test_a_lock_file_that_cannot_be_made_is_unavailable(db):
    lock_file(db).mkdir()
    with pytest.raises(StorageUnavailable, match="lock file"):
        await BrainLease(db).acquire()


@pytest.mark.usefixtures("sqlite_only")
async def test_the_lease_file_system_may_refuse_locks(db, monkeypatch):
    def refuse(*_args):
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr("storage.owner_lock.fcntl.flock", refuse)
    with pytest.raises(StorageUnavailable, match="not implemented"):
        await BrainLease(db).acquire()
