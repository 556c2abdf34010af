"""Move everything from one database to another, of either kind; all of it or nothing."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table, column, func, literal_column, select, table, text, tuple_

from storage import migrate
from storage.audit import Audit, audit_in
from storage.database import Database, Tx
from storage.errors import CopyRefused
from storage.owner_lock import owner_lock
from storage.schema import metadata, results
from storage.urls import normalise

# Rows read and written at once; pictures are megabytes each.
BATCH = 500
PICTURES = 10

_TABLES = metadata.sorted_tables


@dataclass(frozen=True, slots=True)
class Copied:
    """How many rows of each table were copied, and what the audit of the copy looked at."""

    rows: dict[str, int]
    audit: Audit


async def copy_database(
    source_url: str, target_url: str, *, copied: Callable[[str, int], None] = lambda _table, _rows: None
) -> Copied:
    """Copy every row, ids and counters included, into an empty database.

    The target's tables are made if needed. Nobody can write to the source and no bot can begin to work on
    either meanwhile; the target is one transaction, committed after its rows were counted and its books
    were found right. ``copied`` is called after each table.

    Raises:
        CopyRefused: a bot works on one of them, the target is not empty, the source's tables are of another
            version or its books are wrong, or the copy is not the same. SchemaTooNew: as for a start.
        StorageUnavailable, InvalidUrl: one of them cannot be used.
    """
    if normalise(source_url) == normalise(target_url):
        raise CopyRefused("both addresses name the same database")
    await _check_source(source_url)
    async with AsyncExitStack() as stack:
        # Before the target's tables are made: no bot may begin to work on it in between.
        await stack.enter_async_context(_nobody_at_work(source_url, "source"))
        await _make_tables(target_url)
        await stack.enter_async_context(_nobody_at_work(target_url, "target"))
        source = await stack.enter_async_context(Database(source_url))
        target = await stack.enter_async_context(Database(target_url))
        async with source.transaction() as old, target.transaction() as new:
            return await _copy(old, new, copied)


async def _check_source(url: str) -> None:
    found = await asyncio.to_thread(migrate.status, url)
    if found.current is None:
        raise CopyRefused("the source is empty: it has no tables")
    if not found.is_current:
        raise CopyRefused("the source is of another version: run python -m bot migrate on it first")


async def _make_tables(url: str) -> None:
    found = await asyncio.to_thread(migrate.status, url)
    if found.current is None:
        await asyncio.to_thread(migrate.upgrade, url)
    elif not found.is_current:
        raise CopyRefused("the target is not empty: it has tables of another version")


@asynccontextmanager
async def _nobody_at_work(url: str, which: str) -> AsyncIterator[None]:
    """Hold the lock that a bot needs to work, without becoming an owner."""
    lock = owner_lock(normalise(url), lambda: None)
    if not await lock.take():
        raise CopyRefused(f"a bot is at work on the {which}: stop it first")
    try:
        yield
        # A lock that broke meanwhile protected nothing.
        if not await lock.is_kept():
            raise CopyRefused(f"the lock of the {which} was lost meanwhile")
    finally:
        await lock.drop()


async def _copy(old: Tx, new: Tx, copied: Callable[[str, int], None]) -> Copied:
    await _keep_others_out(old)
    await _keep_others_out(new)
    for each in _TABLES:
        if await _count(new, each):
            raise CopyRefused(f"the target is not empty: it has rows in {each.name}")
    if not (await audit_in(old)).is_clean:
        raise CopyRefused("the source's books are wrong: python -m bot audit says where")
    rows = {}
    for each in _TABLES:
        await _copy_rows(old, new, each)
        await _copy_counter(old, new, each)
        rows[each.name] = await _compare(old, new, each)
        copied(each.name, rows[each.name])
    report = await audit_in(new)
    if not report.is_clean:
        raise CopyRefused("the copy's books are wrong, though the source's are right")
    return Copied(rows, report)


async def _keep_others_out(tx: Tx) -> None:
    """Let nobody else write; on SQLite a writing transaction is alone anyhow."""
    if tx.link.dialect != "sqlite":
        names = ", ".join(each.name for each in _TABLES)
        await tx.link.rows(text(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE"))


async def _copy_rows(old: Tx, new: Tx, each: Table) -> None:
    keys: list[Column[Any]] = list(each.primary_key)
    query = select(each).order_by(*keys).limit(PICTURES if each is results else BATCH)
    page = query
    while found := await old.link.rows(page):
        await new.link.insert_all(each, [dict(row._mapping) for row in found])  # noqa: SLF001 - its public name
        last = [getattr(found[-1], key.name) for key in keys]
        page = query.where(tuple_(*keys) > tuple_(*last, types=[key.type for key in keys]))


async def _compare(old: Tx, new: Tx, each: Table) -> int:
    before, after = await _count(old, each), await _count(new, each)
    if before != after:
        raise CopyRefused(f"{before} rows of {each.name} became {after}")
    return after


async def _count(tx: Tx, each: Table) -> int:
    return int(await tx.link.value(select(func.count()).select_from(each)))


# The highest number ever given, also to rows that are deleted by now: numbers are in keys and in buttons.


async def _copy_counter(old: Tx, new: Tx, each: Table) -> None:
    if not each.dialect_options["sqlite"]["autoincrement"]:
        return
    highest = await _highest(old, each)
    if not highest:
        return
    if new.link.dialect == "sqlite":
        given = table("sqlite_sequence", column("name"), column("seq"))
        await new.link.rows(given.delete().where(given.c.name == each.name))
        await new.link.rows(given.insert().values(name=each.name, seq=highest))
    else:
        await new.link.rows(select(func.setval(_sequence(each), highest)))


async def _highest(tx: Tx, each: Table) -> int:
    if tx.link.dialect == "sqlite":
        given = table("sqlite_sequence", column("name"), column("seq"))
        query: Any = select(given.c.seq).where(given.c.name == each.name)
    else:
        name = await tx.link.value(select(_sequence(each)))
        query = text(f"SELECT last_value FROM {name} WHERE is_called").columns(column("last_value"))  # noqa: S608 - PostgreSQL's own word
    return int(await tx.link.value(query) or 0)


def _sequence(each: Table) -> Any:  # noqa: ANN401 - an expression
    key = next(iter(each.primary_key))
    return literal_column(f"pg_get_serial_sequence('{each.name}', '{key.name}')")
