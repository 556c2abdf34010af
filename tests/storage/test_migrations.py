"""Migrations: they end at the schema of the code, and keep a copy of what was there."""

import asyncio
import sqlite3
import stat
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from storage import engines, migrate
from storage.database import Database
from storage.errors import SchemaOutOfDate, SchemaTooNew, StorageError, StorageUnavailable
from storage.migrate import Migration, SchemaStatus, status, upgrade
from storage.revision import KNOWN
from storage.schema import HEAD, metadata
from storage.urls import normalise


def catalogue(path):
    """Everything in a SQLite schema; the order of constraints inside a table does not matter."""
    raw = sqlite3.connect(path)
    rows = raw.execute("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'").fetchall()
    raw.close()
    lines = {(kind, name): sorted((sql or "").replace(", \n", "\n").splitlines()) for kind, name, sql in rows}
    return {key: sql for key, sql in lines.items() if key[1] != "alembic_version"}


def test_a_migrated_schema_is_the_schema_of_the_code(tmp_path):
    upgrade(f"sqlite:///{tmp_path / 'migrated.db'}")
    engine = create_engine(f"sqlite:///{tmp_path / 'fresh.db'}")
    metadata.create_all(engine)
    engine.dispose()
    migrated = catalogue(tmp_path / "migrated.db")
    assert len([key for key in migrated if key[0] == "table"]) == len(metadata.tables)
    assert migrated == catalogue(tmp_path / "fresh.db")


def test_autogenerate_finds_nothing_to_add(tmp_path):
    upgrade(f"sqlite:///{tmp_path / 'x.db'}")
    engine = create_engine(f"sqlite:///{tmp_path / 'x.db'}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, metadata)
    engine.dispose()
    assert differences == []


def test_the_code_knows_its_migrations():
    scripts = ScriptDirectory.from_config(migrate.config())
    oldest_first = [script.revision for script in scripts.walk_revisions()][::-1]
    assert list(KNOWN) == oldest_first
    assert scripts.get_heads() == [HEAD]


def test_upgrade_says_what_it_did(tmp_path):
    url = f"sqlite:///{tmp_path / 'new' / 'tryon.db'}"
    assert status(url) == SchemaStatus(None, HEAD)
    assert not (tmp_path / "new").exists()
    first, second = upgrade(url), upgrade(url)
    assert (first, first.changed) == (Migration(None, HEAD, None), True)
    assert (second, second.changed) == (Migration(HEAD, HEAD, None), False)
    assert status(url).is_current
    assert stat.S_IMODE((tmp_path / "new" / "tryon.db").stat().st_mode) == 0o600


def test_upgrade_works_inside_a_running_loop_when_given_a_thread(tmp_path):
    url = f"sqlite:///{tmp_path / 'tryon.db'}"

    async def run():
        return await asyncio.to_thread(upgrade, url)

    assert asyncio.run(run()).after == HEAD


def older(tmp_path):
    """A database that an earlier version made: another revision, with a table of its own."""
    path = tmp_path / "tryon.db"
    raw = sqlite3.connect(path)
    raw.execute("CREATE TABLE treasures (name TEXT)")
    raw.execute("INSERT INTO treasures VALUES ('a ring')")
    raw.commit()
    raw.close()
    return path


def test_an_existing_file_is_copied_before_it_is_migrated(tmp_path):
    path = older(tmp_path)
    done = upgrade(f"sqlite:///{path}", at=1_700_000_000.0)
    assert done.backup == tmp_path / "tryon.before-nothing-20231114T221320Z.db"
    assert stat.S_IMODE(done.backup.stat().st_mode) == 0o600
    copy = sqlite3.connect(done.backup)
    assert copy.execute("SELECT name FROM treasures").fetchall() == [("a ring",)]
    assert copy.execute("SELECT count(*) FROM sqlite_master").fetchone() == (1,)
    copy.close()


def test_an_earlier_copy_is_never_written_over(tmp_path):
    path = older(tmp_path)
    (tmp_path / "tryon.before-nothing-20231114T221320Z.db").write_text("precious")
    with pytest.raises(StorageUnavailable, match="there already"):
        upgrade(f"sqlite:///{path}", at=1_700_000_000.0)
    assert (tmp_path / "tryon.before-nothing-20231114T221320Z.db").read_text() == "precious"
    assert status(f"sqlite:///{path}").current is None


def test_without_a_copy_nothing_is_migrated(tmp_path, monkeypatch):
    path = older(tmp_path)

    def full(*_args, **_more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(migrate.os, "open", full)
    monkeypatch.setattr(migrate.engines, "prepare_sqlite", lambda _url: path)
    with pytest.raises(StorageUnavailable, match="could not be copied"):
        upgrade(f"sqlite:///{path}")
    assert status(f"sqlite:///{path}").current is None


def test_a_failed_migration_leaves_the_database_as_it_was(tmp_path, monkeypatch):
    path = older(tmp_path)
    before = catalogue(path)
    real = command.upgrade

    def fail_at_the_end(*args):
        real(*args)
        raise ValueError("the power went out")

    monkeypatch.setattr(command, "upgrade", fail_at_the_end)
    with pytest.raises(ValueError, match="power"):
        upgrade(f"sqlite:///{path}")
    assert catalogue(path) == before
    monkeypatch.undo()
    assert upgrade(f"sqlite:///{path}", at=1.0).changed


def test_a_migration_that_would_break_references_is_rolled_back(tmp_path, monkeypatch):
    path = tmp_path / "tryon.db"
    real = command.upgrade

    def damage(settings, revision):
        real(settings, revision)
        settings.attributes["connection"].exec_driver_sql("INSERT INTO consents VALUES (5, 1, 1.0)")

    monkeypatch.setattr(command, "upgrade", damage)
    with pytest.raises(StorageError, match="consents"):
        upgrade(f"sqlite:///{path}")
    assert status(f"sqlite:///{path}").current is None


@pytest.mark.usefixtures("sqlite_only")
def test_a_newer_database_is_refused_and_not_touched(address):
    path = Path(Database(address).url.database)
    raw = sqlite3.connect(path)
    raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.commit()
    raw.close()
    with pytest.raises(SchemaTooNew):
        upgrade(address)
    assert status(address) == SchemaStatus("9999", HEAD, known=False)
    assert status(address).is_too_new
    assert [p.name for p in path.parent.glob("*.before-*")] == []


async def test_an_older_database_must_be_migrated_before_it_is_opened(address, monkeypatch):
    monkeypatch.setattr("storage.revision.KNOWN", ("0001", "0002"))
    monkeypatch.setattr("storage.revision.HEAD", "0002")
    with pytest.raises(SchemaOutOfDate) as caught:
        await Database(address).open()
    assert (caught.value.current, caught.value.head) == ("0001", "0002")


def test_two_migrations_at_once_do_the_work_once(tmp_path):
    url = f"sqlite:///{older(tmp_path)}"

    async def run():
        return await asyncio.gather(*(asyncio.to_thread(upgrade, url) for _ in range(4)))

    done = asyncio.run(run())
    assert sorted(migration.changed for migration in done) == [False, False, False, True]


def test_downgrade_leaves_an_empty_database(tmp_path):
    url = f"sqlite:///{tmp_path / 'tryon.db'}"
    upgrade(url)
    engine = create_engine(url)
    with engine.begin() as connection:
        settings = migrate.config()
        settings.attributes["connection"] = connection
        command.downgrade(settings, "base")
    engine.dispose()
    assert catalogue(tmp_path / "tryon.db") == {}


# PostgreSQL.


def postgresql_catalogue(server, name):
    """Everything in a PostgreSQL schema, in the server's own words."""
    queries = (
        """SELECT table_name, column_name, data_type, is_nullable, column_default
             FROM information_schema.columns WHERE table_schema = 'public'""",
        "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
             FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    )
    rows = {tuple(row) for query in queries for row in server.run(query, name)}
    return {row for row in rows if row[0] != "alembic_version"}


def test_a_migrated_postgresql_is_the_schema_of_the_code(postgresql, postgresql_template):
    fresh = postgresql.make_database()

    async def make():
        engine = engines.migration_engine(normalise(postgresql.address(fresh)))
        async with engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
        await engine.dispose()

    asyncio.run(make())
    migrated = postgresql_catalogue(postgresql, postgresql_template)
    assert {row[0] for row in migrated} == set(metadata.tables)
    assert migrated == postgresql_catalogue(postgresql, fresh)
    postgresql.drop_database(fresh)


def test_autogenerate_finds_nothing_to_add_to_postgresql(postgresql_address):
    def differences(connection):
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, metadata)

    async def compare():
        engine = engines.migration_engine(normalise(postgresql_address))
        async with engine.begin() as connection:
            found = await connection.run_sync(differences)
        await engine.dispose()
        return found

    assert asyncio.run(compare()) == []


def test_two_migrations_of_postgresql_at_once_do_the_work_once(empty_postgresql_address):
    url = empty_postgresql_address

    async def run():
        return await asyncio.gather(*(asyncio.to_thread(upgrade, url) for _ in range(4)))

    assert status(url) == SchemaStatus(None, HEAD)
    done = asyncio.run(run())
    assert sorted(migration.changed for migration in done) == [False, False, False, True]
    assert {migration.backup for migration in done} == {None}
    assert status(url).is_current


def test_a_failed_migration_leaves_postgresql_as_it_was(empty_postgresql_address, monkeypatch):
    real = command.upgrade

    def fail_at_the_end(*args):
        real(*args)
        raise ValueError("the power went out")

    monkeypatch.setattr(command, "upgrade", fail_at_the_end)
    with pytest.raises(ValueError, match="power"):
        upgrade(empty_postgresql_address)
    monkeypatch.undo()
    assert status(empty_postgresql_address).current is None
    assert upgrade(empty_postgresql_address).changed


async def test_a_newer_postgresql_is_refused_and_not_touched(postgresql_address):
    async with Database(postgresql_address) as db, db.transaction() as tx:
        await tx.link.rows(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaTooNew):
        await Database(postgresql_address).open()
    with pytest.raises(SchemaTooNew):
        await asyncio.to_thread(upgrade, postgresql_address)


async def test_an_empty_postgresql_must_be_migrated_first(empty_postgresql_address):
    with pytest.raises(SchemaOutOfDate):
        await Database(empty_postgresql_address).open()
