"""The operator's commands on the database: migrate, audit, grant."""

import sys
import uuid

from bot.clock import SystemClock
from bot.settings import Settings
from storage import migrate as migrations
from storage.audit import audit as audit_ledger
from storage.database import Database
from storage.errors import StorageError
from storage.notices import NewNotice


def migrate(settings: Settings) -> int:
    """Bring the database to this version and say what was done."""
    try:
        report = migrations.upgrade(settings.database_url)
    except StorageError as error:
        print(f"The database can't be migrated: {error}", file=sys.stderr)
        return 1
    print(report)
    return 0


async def audit(settings: Settings) -> int:
    """Prove that balances equal ledger sums and that every hold belongs to an open job."""
    async with Database(settings.database_url) as database:
        report = await audit_ledger(database)
    for finding in report.findings:
        print(f"{finding.code}: {finding.text}")
    print(report.summary)
    return 1 if report.findings else 0


async def grant(settings: Settings, user_id: int, credits_: int, reason: str) -> int:
    """Give a person credits, with a ledger entry and a message to the person."""
    now = SystemClock().now()
    key = uuid.uuid4().hex
    async with Database(settings.database_url) as database, database.transaction() as tx:
        known = await tx.users.get(user_id)
        await tx.ledger.grant(user_id, credits_, key=f"grant:operator:{key}", reason=reason, at=now)
        balance = await tx.ledger.balance(user_id)
        if known:
            params = {"credits": credits_, "balance": balance.available}
            await tx.notices.add(
                NewNotice(
                    cause=f"granted:{key}",
                    user_id=user_id,
                    chat_id=user_id,
                    kind="granted",
                    params=params,
                ),
                now,
            )
    print(f"{user_id} was given {credits_} credits and now has {balance.available}.")
    if not known:
        print("This person has not written to the bot yet; the credits wait for them.")
    return 0
