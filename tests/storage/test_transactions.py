"""Units of work: they commit, roll back, are cancelled and closed without a trace of harm."""

import asyncio
import logging
import sqlite3
import stat
from pathlib import Path

import pytest
from sqlalchemy import event, text

from storage import database as database_module
from storage import engines
from storage.database import Database
from storage.errors import (
    ConstraintError,
    ReadOnlyError,
    SchemaOutOfDate,
    SchemaTooNew,
    StorageError,
    StorageUnavailable,
)
from storage.schema import HEAD, users
from storage.settling import settle
from storage.urls import sqlite_file


def path_of(address: str) -> Path:
    return sqlite_file(Database(address).url)


async def names(db):
    async with db.reading() as tx:
        return [row[0] for row in await tx.link.rows(users.select().order_by(users.c.user_id))]


async def test_a_block_that_ends_well_is_stored(db):
    async with db.transaction() as tx:
        await tx.users.seen(1, "en", 1.0)
    assert await names(db) == [1]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, asyncio.CancelledError, SystemExit])
async def test_any_exception_rolls_back(db, error):
    with pytest.raises(error):  # noqa: PT012 - the block itself is the subject
        async with db.transaction() as tx:
            await tx.users.seen(1, "en", 1.0)
            raise error
    assert await names(db) == []
    async with db.transaction() as tx:
        await tx.users.seen(2, "en", 1.0)
    assert await names(db) == [2]


@pytest.mark.usefixtures("sqlite_only")
async def test_writers_begin_immediate_and_readers_do_not(db):
    statements = []
    for engine in (db._writing, db._reading):
        event.listen(
            engine.sync_engine, "before_cursor_execute", lambda *args: statements.append(args[2]), named=False
        )
    async with db.transaction() as tx:
        await tx.users.get(1)
    assert statements[0] == "BEGIN IMMEDIATE"
    statements.clear()
    async with db.reading() as tx:
        await tx.users.get(1)
    assert statements[0] == "BEGIN"


@pytest.mark.usefixtures("sqlite_only")
async def test_a_writer_has_the_write_lock_from_its_first_moment(db, address):
    other = sqlite3.connect(path_of(address), timeout=0, isolation_level=None)
    async with db.transaction():
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")
    other.close()


@pytest.mark.usefixtures("sqlite_only")
async def test_the_connection_is_durable_and_checks_references(db):
    async with db.transaction() as tx:
        assert await tx.link.value(text("PRAGMA synchronous")) == 2
        assert await tx.link.value(text("PRAGMA foreign_keys")) == 1
        assert await tx.link.value(text("PRAGMA journal_mode")) == "wal"
        assert await tx.link.value(text("PRAGMA busy_timeout")) == 10_000


async def test_a_reader_sees_one_snapshot(db):
    async with db.reading() as reader:
        assert await reader.users.get(1) is None
        async with db.transaction() as writer:
            await writer.users.seen(1, "en", 1.0)
        assert await reader.users.get(1) is None
    assert await names(db) == [1]


async def test_a_reader_cannot_write(db):
    async with db.reading() as tx:
        with pytest.raises(ReadOnlyError):
            await tx.users.seen(1, "en", 1.0)
    assert await names(db) == []


async def test_the_database_itself_refuses_a_reader_that_writes(db):
    async with db.reading() as tx:
        tx.link.writable = True
        with pytest.raises(ReadOnlyError):
            await tx.users.seen(1, "en", 1.0)


async def test_readers_do_not_wait_for_a_writer(db):
    async with db.transaction() as tx:
        await tx.users.seen(1, "en", 1.0)
        assert await asyncio.wait_for(names(db), 60) == []


async def test_more_readers_than_connections_take_turns(db):
    assert await asyncio.gather(*(names(db) for _ in range(30))) == [[]] * 30


@pytest.mark.usefixtures("sqlite_only")
async def test_writers_take_turns_in_the_order_they_came(db):
    order = []

    async def write(n):
        async with db.transaction() as tx:
            await tx.users.seen(n, None, 1.0)
            order.append(n)

    await asyncio.gather(*(write(n) for n in range(1, 21)))
    assert order == list(range(1, 21))


async def test_a_unit_is_over_after_its_block(db):
    async with db.transaction() as tx:
        pass
    with pytest.raises(StorageUnavailable, match="over"):
        await tx.users.get(1)


async def test_two_statements_at_once_in_one_unit_take_turns(db):
    async with db.transaction() as tx:
        await asyncio.gather(*(tx.users.seen(n, None, 1.0) for n in range(1, 11)))
    assert await names(db) == list(range(1, 11))


async def transfer(db, reached=None):
    """Two writes that belong together, and how far they came."""
    async with db.transaction() as tx:
        await tx.users.seen(1, "en", 1.0)
        await tx.ledger.grant(1, 5, key="a", reason=None, at=1.0)
        await tx.ledger.grant(1, 7, key="b", reason=None, at=1.0)


async def test_cancelled_at_every_await_point_it_is_all_or_nothing(db):
    outcomes = set()
    steps = 0
    was_done = False
    # Every point at first; then in longer strides until it is done, however slow the driver's thread is.
    while not was_done:
        task = asyncio.ensure_future(transfer(db))
        for _ in range(steps):
            await asyncio.sleep(0)
        was_done = task.done()
        task.cancel()
        await asyncio.wait({task})
        async with db.transaction() as tx:
            balance = await tx.ledger.balance(1)
            entries = await tx.ledger.entries(1)
            known = await tx.users.get(1)
            assert (balance.available, len(entries), known is not None) in {(0, 0, False), (12, 2, True)}
            outcomes.add(balance.available)
            await clear(tx)
        assert not was_done or balance.available == 12
        steps += 1 if steps < 400 else steps // 4
    assert outcomes == {0, 12}


async def clear(tx):
    for table in ("ledger", "accounts", "users"):
        await tx.link.rows(text(f"DELETE FROM {table}"))


@pytest.mark.parametrize("point", ["connect", "BEGIN", "INSERT INTO users", "INSERT INTO ledger", "commit"])
async def test_cancelled_while_the_driver_is_busy_the_step_ends_first(db, point, monkeypatch):
    """The step is held up in the driver's thread, the task cancelled, and only then the step goes on."""
    started, go_on = asyncio.Event(), asyncio.Event()
    hold_up(db, point, started, go_on, monkeypatch)
    task = asyncio.ensure_future(transfer(db))
    await started.wait()
    task.cancel()
    for _ in range(50):
        await asyncio.sleep(0)
    task.cancel()  # a second one changes nothing
    assert not task.done()
    go_on.set()
    await asyncio.wait({task})
    assert task.cancelled()
    async with db.transaction() as tx:
        stored = await tx.ledger.balance(1)
    assert stored.available == (12 if point == "commit" else 0)


def hold_up(db, point, started, go_on, monkeypatch):
    """Make one kind of step wait, inside what the unit of work awaits."""
    connection_class = database_module.AsyncConnection
    first = {"commit": "commit", "connect": "start", "BEGIN": "begin"}.get(point, "execute")
    real = getattr(connection_class, first)

    async def held(self, *args, **kwargs):
        concerned = first != "execute" or str(args[0]).startswith(point)
        if concerned and not started.is_set():
            started.set()
            await go_on.wait()
        return await real(self, *args, **kwargs)

    monkeypatch.setattr(connection_class, first, held)


async def test_cancelled_while_waiting_for_its_turn_it_leaves_the_queue(db):
    async with db.transaction():
        waiting = asyncio.ensure_future(transfer(db))
        await asyncio.sleep(0.01)
        waiting.cancel()
        await asyncio.wait({waiting})
        assert waiting.cancelled()
    await asyncio.wait_for(transfer(db), 60)
    async with db.reading() as tx:
        assert (await tx.ledger.balance(1)).available == 12


async def test_a_commit_that_fails_rolls_back_and_frees_the_turn(db, monkeypatch):
    async def full(self):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(database_module.AsyncConnection, "commit", full)
    with pytest.raises(StorageUnavailable):
        await transfer(db)
    monkeypatch.undo()
    assert await names(db) == []
    await asyncio.wait_for(transfer(db), 60)


async def test_a_rollback_that_fails_costs_the_connection_and_nothing_else(db, monkeypatch):
    async def broken(self):
        raise OSError("the disk is gone")

    monkeypatch.setattr(database_module.AsyncConnection, "rollback", broken)
    with pytest.raises(ValueError, match="mine"):  # noqa: PT012 - the block itself is the subject
        async with db.transaction() as tx:
            await tx.users.seen(1, "en", 1.0)
            raise ValueError("mine")
    monkeypatch.undo()
    assert await names(db) == []
    await asyncio.wait_for(transfer(db), 60)


async def test_close_waits_for_what_is_under_way(address):
    db = Database(address)
    await db.open()
    async with db.transaction() as tx:
        closing = asyncio.ensure_future(db.close())
        await asyncio.sleep(0.01)
        assert not closing.done()
        with pytest.raises(StorageUnavailable, match="closed"):
            async with db.reading():
                pass
        await tx.users.seen(1, "en", 1.0)
    await closing
    async with Database(address) as again:
        assert await names(again) == [1]


async def test_close_rolls_back_what_does_not_end(address, monkeypatch):
    monkeypatch.setattr(database_module, "CLOSE_SECONDS", 0.05)
    db = Database(address)
    await db.open()
    with pytest.raises(StorageUnavailable):  # noqa: PT012 - the block itself is the subject
        async with db.transaction() as tx:
            await tx.users.seen(1, "en", 1.0)
            await db.close()
            await tx.users.seen(2, "en", 1.0)
    async with Database(address) as again:
        assert await names(again) == []


async def test_a_block_that_ends_after_the_close_is_told_that_nothing_was_stored(address, monkeypatch):
    monkeypatch.setattr(database_module, "CLOSE_SECONDS", 0.05)
    db = Database(address)
    await db.open()
    with pytest.raises(StorageUnavailable, match="before the commit"):  # noqa: PT012 - the block itself is the subject
        async with db.transaction() as tx:
            await tx.users.seen(1, "en", 1.0)
            await db.close()


async def test_closed_and_never_opened_databases_say_so(address):
    db = Database(address)
    with pytest.raises(StorageUnavailable, match="closed"):
        async with db.transaction():
            pass
    await db.close()
    async with db:
        with pytest.raises(StorageError, match="open already"):
            await db.open()


async def test_broken_rules_come_as_our_own_error_without_values(db):
    with pytest.raises(ConstraintError) as caught:
        async with db.transaction() as tx:
            await tx.users.consent(424242, 1, 1.0)
    assert "424242" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


async def test_parameters_are_never_logged(db, caplog):
    caplog.set_level(logging.DEBUG)
    async with db.transaction() as tx:
        await tx.updates.add(1, [(1, "a private text")], 1.0)
    with pytest.raises(ConstraintError):
        async with db.transaction() as tx:
            await tx.results.add(77, 1, b"a private picture", "image/jpeg", 1, 1, 1.0)
    assert "private" not in caplog.text


@pytest.mark.usefixtures("sqlite_only")
async def test_a_busy_database_is_unavailable_and_usable_later(address, monkeypatch):
    monkeypatch.setattr(engines, "BUSY_SECONDS", 0.1)
    async with Database(address) as db:
        other = sqlite3.connect(path_of(address), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageUnavailable, match="SQLITE_BUSY"):
            await transfer(db)
        other.execute("ROLLBACK")
        other.close()
        await transfer(db)


async def test_folder_and_file_are_private(tmp_path):
    place = tmp_path / "new" / "deep" / "tryon.db"
    with pytest.raises(SchemaOutOfDate):
        await Database(f"sqlite:///{place}").open()
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(place.parent.parent.stat().st_mode) == 0o700


@pytest.mark.usefixtures("sqlite_only")
async def test_side_files_are_private_too(db, address):
    async with db.transaction() as tx:
        await tx.users.seen(1, "en", 1.0)
        sides = [path for path in path_of(address).parent.iterdir() if path.suffix.startswith(".db-")]
        assert {stat.S_IMODE(path.stat().st_mode) for path in sides} == {
            stat.S_IMODE(path_of(address).stat().st_mode)
        }


async def test_an_empty_file_must_be_migrated_first(tmp_path):
    with pytest.raises(SchemaOutOfDate) as caught:
        await Database(f"sqlite:///{tmp_path / 'x.db'}").open()
    assert (caught.value.current, caught.value.head) == (None, HEAD)


@pytest.mark.usefixtures("sqlite_only")
async def test_a_newer_database_is_refused(address):
    with sqlite3.connect(path_of(address)) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()
    with pytest.raises(SchemaTooNew):
        await Database(address).open()


async def test_a_place_that_cannot_be_written_is_unavailable(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageUnavailable):
        await Database(f"sqlite:///{tmp_path / 'file' / 'tryon.db'}").open()


async def test_a_file_that_is_no_database_is_unavailable(tmp_path):
    (tmp_path / "x.db").write_bytes(b"this is not a database" * 100)
    with pytest.raises(StorageUnavailable):
        await Database(f"sqlite:///{tmp_path / 'x.db'}").open()


async def test_settle_passes_results_and_errors_on():
    async def fail():
        raise ValueError("no")

    async def answer():
        return 5

    async def give_up():
        raise asyncio.CancelledError

    assert await settle(answer()) == 5
    with pytest.raises(asyncio.CancelledError):
        await settle(give_up())
    with pytest.raises(ValueError, match="no"):
        await settle(fail())
