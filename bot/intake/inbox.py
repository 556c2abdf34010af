"""The inbox: updates are in the table before anybody is told that they were received."""

import asyncio
from collections.abc import Sequence
from typing import Any

from bot.clock import Clock
from storage.database import Database
from storage.updates import StoredUpdate

Payload = dict[str, Any]
Key = tuple[int, int]

FAST_KINDS = ("pre_checkout_query", "inline_query", "chosen_inline_result", "shipping_query")


def queue_key(update: Payload) -> Key:
    """Return the chat and the person an update belongs to; zeros where it has none."""
    for name, value in update.items():
        if not isinstance(value, dict):
            continue
        message = value.get("message") if name == "callback_query" else value
        chat = (message or {}).get("chat") or {}
        sender = value.get("from") or value.get("sender_chat") or {}
        return int(chat.get("id", 0)), int(sender.get("id", 0))
    return 0, 0


def is_fast(update: Payload) -> bool:
    """Return whether Telegram wants an answer to this within seconds."""
    return any(kind in update for kind in FAST_KINDS)


class Inbox:
    """Stores updates; ``arrived`` is set after each commit that brought something new."""

    def __init__(self, database: Database, clock: Clock, *, bot_id: int) -> None:
        self._database = database
        self._clock = clock
        self._bot_id = bot_id
        self.arrived = asyncio.Event()

    async def store(self, updates: Sequence[tuple[int, str]]) -> list[StoredUpdate]:
        """Store (update id, JSON) pairs; return those that were new once they are committed.

        Raises:
            StorageError: nothing was stored.
        """
        async with self._database.transaction() as tx:
            new = await tx.updates.add(self._bot_id, updates, self._clock.now())
        if new:
            self.arrived.set()
        return new


class Taken:
    """Which stored updates were taken up, so that none is taken twice however often it is looked at.

    One that ended is forgotten only when another look begins: a look that began before may still show it.
    """

    def __init__(self) -> None:
        self._numbers: set[int] = set()
        self._ended: list[int] = []

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, seq: object) -> bool:
        return seq in self._numbers

    def take(self, seq: int) -> bool:
        """Note an update as taken up; return False when it was already."""
        if seq in self._numbers:
            return False
        self._numbers.add(seq)
        return True

    def end(self, seq: int) -> None:
        """Note that the end of an update is in the database."""
        self._ended.append(seq)

    def begin_look(self) -> None:
        """Forget what had ended before a look that begins now."""
        self._numbers.difference_update(self._ended)
        self._ended.clear()
