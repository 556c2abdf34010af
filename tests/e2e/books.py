"""What the database says, read from outside while the bot works on it."""

import json
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from bot.app import CONSENT_VERSION
from storage.audit import Finding, audit
from storage.database import Database

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
    """Reads one bot's SQLite database."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def address(self) -> str:
        return f"sqlite:///{self.path}"

    def exists(self) -> bool:
        return self.path.exists()

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """Return the rows of a query as dictionaries."""
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=10)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(query, values)]

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

    async def findings(self) -> list[Finding]:
        """Return what the audit finds wrong."""
        async with Database(self.address) as database:
            return await audit(database)
