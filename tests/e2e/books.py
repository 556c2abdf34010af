"""What the database says, read from outside while the bot works on it."""

import json
import time
from collections.abc import Sequence
from typing import Any

from bot.app.duty import CONSENT_VERSION
from storage.audit import Finding, audit
from storage.database import Database
from tests.e2e.rows import rows_of

# Rows in these states still need something done.
_OPEN = {
    "updates": "SELECT count(*) FROM updates WHERE done_at IS NULL",
    "jobs": "SELECT count(*) FROM jobs WHERE state IN ('queued', 'working', 'rendered', 'delivering')",
    "submissions": "SELECT count(*) FROM submissions"
    " WHERE state IN ('preparing', 'submitting', 'processing')",
    "notices": "SELECT count(*) FROM notices WHERE state IN ('pending', 'sending')",
    "drafts": "SELECT count(*) FROM drafts WHERE asked_version < version",
}


class Books:
    """Reads one bot's database, of either kind."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._rows = rows_of(address)

    def exists(self) -> bool:
        """Return whether the database can be read now."""
        return self._rows.exists()

    def close(self) -> None:
        self._rows.close()

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """Return the rows of a query, whose values are question marks, as dictionaries."""
        return self._rows.read(query, *values)

    def value(self, query: str, *values: Any) -> Any:
        """Return the one value of a query."""
        [row] = self.rows(query, *values)
        return next(iter(row.values()))

    def unfinished(self) -> dict[str, int]:
        """Return how many rows of each table still need something done, zeros left out."""
        counts = {table: self.value(query) for table, query in _OPEN.items()}
        return {table: count for table, count in counts.items() if count}

    def jobs(self, user_id: int | None = None) -> list[dict[str, Any]]:
        """Return the jobs, of one person or of everybody, oldest first."""
        if user_id is None:
            return self.rows("SELECT * FROM jobs ORDER BY id")
        return self.rows("SELECT * FROM jobs WHERE user_id = ? ORDER BY id", user_id)

    def drafts(self, user_id: int) -> list[dict[str, Any]]:
        """Return somebody's drafts, with their state read."""
        rows = self.rows("SELECT state FROM drafts WHERE user_id = ?", user_id)
        return [{"state": json.loads(row["state"])} for row in rows]

    def job_states(self, user_id: int | None = None) -> list[str]:
        """Return the states of the jobs, oldest first."""
        return [job["state"] for job in self.jobs(user_id)]

    def balance(self, user_id: int) -> tuple[int, int]:
        """Return what somebody has available and held."""
        rows = self.rows("SELECT available, held FROM accounts WHERE user_id = ?", user_id)
        return (rows[0]["available"], rows[0]["held"]) if rows else (0, 0)

    def paid_calls(self) -> int:
        """Return how many paid calls the bot wrote down before making them."""
        return int(self.value("SELECT count(*) FROM submissions WHERE sent_at IS NOT NULL"))

    async def introduce(self, user_ids: Sequence[int], *, credits_: int = 3) -> None:
        """Let people have been here before: known, agreed, with their free credits."""
        async with Database(self.address) as database, database.transaction() as tx:
            for user_id in user_ids:
                await tx.users.seen(user_id, "en", time.time())
                await tx.users.consent(user_id, CONSENT_VERSION, time.time())
                if credits_:
                    await tx.ledger.grant(
                        user_id, credits_, key=f"grant:free:{user_id}", reason="free credits", at=time.time()
                    )

    async def store_update(self, bot_id: int, update: dict[str, Any]) -> None:
        """Store an update as the bot does before it confirms it to Telegram."""
        async with Database(self.address) as database, database.transaction() as tx:
            await tx.updates.add(bot_id, [(update["update_id"], json.dumps(update))], time.time())

    async def forget_everything(self) -> None:
        """Forget pictures and photos as if their time were over."""
        async with Database(self.address) as database, database.transaction() as tx:
            await tx.results.forget(time.time() + 1)
            await tx.jobs.forget(time.time() + 1, time.time())

    async def findings(self) -> list[Finding]:
        """Return what the audit finds wrong."""
        async with Database(self.address) as database:
            return await audit(database)
