"""The operator's commands on the database: migrate, audit, grant, copy-database."""

import asyncio
import sys
import uuid

from bot.clock import SystemClock
from bot.settings import Settings
from storage import copying
from storage import migrate as migrations
from storage.audit import run_audit
from storage.database import Database, Tx
from storage.errors import SchemaTooNew, StorageError
from storage.notices import NewNotice

NO_TABLES = "There is no database yet. Start the bot, or run python -m bot migrate."
TOO_OLD = "The database was made by an older version. Run python -m bot migrate first."
TOO_NEW = "A newer version of the bot has changed this database. Use that version."


def migrate(settings: Settings) -> int:
    """Bring the database to this version and say what was done."""
    try:
        done = migrations.upgrade(settings.database_url)
    except StorageError as error:
        return _refused(error)
    if not done.changed:
        print("Nothing to do: the database is up to date.")
    elif done.before is None:
        print("The database is ready: its tables were made.")
    else:
        print("The database was brought to this version.")
    if done.backup:
        print(f"As it was before, it is kept in {done.backup}.")
    return 0


async def audit(settings: Settings) -> int:
    """Prove that balances equal ledger sums and that every hold belongs to an open job."""
    try:
        await _require_tables(settings)
        async with Database(settings.database_url) as database:
            report = await run_audit(database)
    except StorageError as error:
        return _refused(error)
    for finding in report.findings:
        print(f"{finding.code}: {finding.text}")
    looked_at = ", ".join(f"{count} {name}" for name, count in report.checked.items())
    verdict = "The books are right" if report.is_clean else f"Wrong in {len(report.findings)} places"
    print(f"{verdict}: {report.rules} rules on {looked_at}.")
    return 0 if report.is_clean else 1


async def grant(settings: Settings, user_id: int, credits_: int, reason: str) -> int:
    """Give a person credits, with a ledger entry and a message to the person."""
    try:
        await _require_tables(settings)
        async with Database(settings.database_url) as database, database.transaction() as tx:
            balance, known = await _grant(tx, user_id, credits_, reason)
    except StorageError as error:
        return _refused(error)
    print(f"{user_id} was given {credits_} credits and now has {balance}.")
    if not known:
        print("This person has not written to the bot yet; the credits wait for them.")
    return 0


async def copy_database(source: str, target: str) -> int:
    """Copy one database into another, empty one and say what was done."""

    def tell(table: str, rows: int) -> None:
        if rows:
            print(f"{rows:>9}  {table}")

    try:
        done = await copying.copy_database(source, target, copied=tell)
    except StorageError as error:
        print("Nothing was copied.", file=sys.stderr)
        return _refused(error)
    print(f"{sum(done.rows.values())} rows were copied and counted on both sides.")
    print(f"The books of the copy are right: {done.audit.rules} rules.")
    print("Now let DATABASE_URL name the copy and start the bot. Keep the old database until all is well.")
    return 0


async def _grant(tx: Tx, user_id: int, credits_: int, reason: str) -> tuple[int, bool]:
    """Return the new balance, and whether the person is known and therefore told."""
    now = SystemClock().now()
    key = uuid.uuid4().hex
    known = await tx.users.get(user_id) is not None
    await tx.ledger.grant(user_id, credits_, key=f"grant:operator:{key}", reason=reason, at=now)
    balance = (await tx.ledger.balance(user_id)).available
    if known:
        notice = NewNotice(
            cause=f"granted:{key}",
            user_id=user_id,
            chat_id=user_id,
            kind="granted",
            params={"credits": credits_, "balance": balance},
        )
        await tx.notices.add(notice, now)
    return balance, known


async def _require_tables(settings: Settings) -> None:
    """Raise before opening, which would leave an empty file where nothing was."""
    status = await asyncio.to_thread(migrations.status, settings.database_url)
    if status.is_too_new:
        raise SchemaTooNew(status.current, status.head)
    if not status.is_current:
        raise StorageError(NO_TABLES if status.current is None else TOO_OLD)


def _refused(error: StorageError) -> int:
    text = TOO_NEW if isinstance(error, SchemaTooNew) else str(error)
    print(text[:1].upper() + text[1:].rstrip(".") + ".", file=sys.stderr)
    return 1
