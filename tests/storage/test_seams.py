"""The places where the two databases differ, and where drivers' errors become ours."""

import sqlite3
from types import SimpleNamespace

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError, IntegrityError, InvalidRequestError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.schema import CreateTable

from storage import engines
from storage.audit_rules import RULES
from storage.errors import ConstraintError, DatabaseAway, ReadOnlyError, StorageError, StorageUnavailable
from storage.link import Link, translated
from storage.schema import jobs, ledger, metadata
from storage.sqlite_driver import DirectConnection
from storage.urls import normalise


def in_postgresql(statement):
    return str(statement.compile(dialect=postgresql.dialect()))


def link_to_postgresql():
    return Link(SimpleNamespace(dialect=SimpleNamespace(name="postgresql")), writable=True)


def test_inserts_speak_the_language_of_the_database():
    insert = (
        link_to_postgresql().insert(ledger).values(key="k").on_conflict_do_nothing(index_elements=["key"])
    )
    sql = in_postgresql(insert.returning(ledger.c.id))
    assert "ON CONFLICT (key) DO NOTHING RETURNING ledger.id" in sql


def test_rows_are_locked_where_several_write_at_once():
    assert in_postgresql(select(jobs.c.id).with_for_update()).endswith("FOR UPDATE")


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_tables_can_be_made_in_postgresql(table):
    sql = in_postgresql(CreateTable(table))
    assert "BLOB" not in sql
    numbered = table.dialect_options["sqlite"]["autoincrement"]
    assert ("BIGSERIAL" in sql) is bool(numbered)


def test_the_rules_of_the_audit_need_no_function_of_one_database():
    sql = " ".join(rule.sql for rule in RULES).lower()
    assert not any(word in sql for word in ("ifnull", "total(", "printf", "glob ", "rowid", "instr("))


def test_engines_for_postgresql_read_one_snapshot(monkeypatch):
    made = []

    def make(url, **options):
        engine = SimpleNamespace(url=url, options=options, sync_engine=create_engine("sqlite://"))
        engine.execution_options = lambda **more: SimpleNamespace(**vars(engine), execution=more)
        made.append(engine)
        return engine

    monkeypatch.setattr(engines, "create_async_engine", make)
    url = normalise("postgres://u:p@h/db")
    reading = engines.reading_engine(url)
    engines.writing_engine(url)
    engines.migration_engine(url)
    assert reading.execution == {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    assert [engine.options["pool_size"] for engine in made] == [3, 4, 1]
    assert all(engine.options["hide_parameters"] for engine in made)


def failure(orig, kind=DBAPIError, *, lost=False):
    return kind("SELECT secret", {"p": "secret"}, orig, hide_parameters=True, connection_invalidated=lost)


class DriverError(Exception):
    """As SQLAlchemy wraps the driver's own error, which knows the constraint."""

    def __init__(self, sqlstate, constraint=None):
        super().__init__("DETAIL: Key (user_id)=(424242) already exists.")
        self.sqlstate = sqlstate
        self.__cause__ = Exception()
        self.__cause__.constraint_name = constraint


@pytest.mark.parametrize(
    ("raised", "kind", "told"),
    [
        (failure(DriverError("23505", "uq_x"), IntegrityError), ConstraintError, "uq_x"),
        (failure(DriverError("23505"), IntegrityError), ConstraintError, "23505"),
        (failure(DriverError("25006")), ReadOnlyError, "only reads"),
        (failure(DriverError("40001")), StorageUnavailable, "40001"),
        (failure(DriverError("53100")), StorageUnavailable, "53100"),
        (failure(DriverError("53300")), DatabaseAway, "53300"),
        (failure(DriverError("57014")), StorageUnavailable, "57014"),
        (failure(DriverError("57P01")), DatabaseAway, "57P01"),
        (failure(DriverError("42601")), StorageError, "42601"),
        (failure(DriverError("42601"), lost=True), DatabaseAway, "42601"),
        (PoolTimeoutError(), StorageUnavailable, "in time"),
        (InvalidRequestError("secret"), StorageError, "InvalidRequestError"),
        (sqlite3.OperationalError("secret"), StorageUnavailable, "OperationalError"),
        (ConnectionRefusedError("secret"), DatabaseAway, "ConnectionRefusedError"),
    ],
)
async def test_errors_become_ours_without_what_was_in_them(raised, kind, told):
    async def step():
        raise raised

    with pytest.raises(StorageError) as caught:
        await translated(step())
    assert type(caught.value) is kind
    assert told in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "424242" not in str(caught.value)
    assert caught.value.__suppress_context__


async def test_a_statement_that_makes_no_sense_is_not_called_an_outage(db):
    async with db.transaction() as tx:
        with pytest.raises(StorageError) as caught:
            await tx.link.rows(text("SELECT nonsense FROM nowhere"))
    assert type(caught.value) is StorageError


def test_a_file_system_without_wal_is_told(tmp_path, monkeypatch):
    class Stubborn:
        def execute(self, _sql):
            return SimpleNamespace(fetchone=lambda: ("delete",))

        def close(self):
            pass

    monkeypatch.setattr(engines, "BUSY_SECONDS", 0.05)
    monkeypatch.setattr(engines.sqlite3, "connect", lambda *_a, **_k: Stubborn())
    with pytest.raises(StorageUnavailable, match="cannot be used"):
        engines.prepare_sqlite(normalise(f"sqlite:///{tmp_path / 'x.db'}"))


def test_a_file_that_stays_locked_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(engines, "BUSY_SECONDS", 0.05)
    path = tmp_path / "x.db"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StorageUnavailable, match="SQLITE_BUSY"):
        engines.prepare_sqlite(normalise(f"sqlite:///{path}"))
    other.close()


def test_an_sqlite_from_long_ago_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(engines.sqlite3, "sqlite_version_info", (3, 34, 1))
    with pytest.raises(StorageUnavailable, match="too old"):
        engines.prepare_sqlite(normalise(f"sqlite:///{tmp_path / 'x.db'}"))


async def test_the_driver_makes_one_trip_for_a_statement(tmp_path, monkeypatch):
    trips = []
    real = DirectConnection._execute

    async def counted(self, function, *arguments, **more):
        trips.append(function)
        return await real(self, function, *arguments, **more)

    monkeypatch.setattr(DirectConnection, "_execute", counted)
    connection = DirectConnection(tmp_path / "x.db", timeout=1)
    await connection
    async with connection.cursor() as cursor:
        await cursor.execute("CREATE TABLE t (a)")
        await cursor.executemany("INSERT INTO t VALUES (?)", [(1,), (2,)])
        assert (cursor.rowcount, cursor.description) == (2, None)
        trips.clear()
        await cursor.execute("INSERT INTO t VALUES (?) RETURNING a", (3,))
        assert (await cursor.fetchall(), cursor.lastrowid) == ([(3,)], 3)
    assert len(trips) == 1
    await connection.close()
