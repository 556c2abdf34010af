"""The inbox: what Telegram sent, until it is done."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, delete, func, select, update

from storage.link import Link, columns
from storage.schema import updates as inbox


@dataclass(frozen=True, slots=True)
class StoredUpdate:
    """An update that waits to be handled; ``payload`` is Telegram's JSON."""

    seq: int
    bot_id: int
    update_id: int
    payload: str
    attempts: int


_COLUMNS = columns(inbox, StoredUpdate)
# Spelled as in the partial index, or SQLite would not use it.
_WAITING = and_(inbox.c.done_at.is_(None), inbox.c.set_aside_at.is_(None))


class Updates:
    """The table ``updates``."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def add(self, bot_id: int, updates: Sequence[tuple[int, str]], at: float) -> list[StoredUpdate]:
        """Store (update id, payload) pairs and return those that were new, in the order given."""
        added = []
        # One by one: a batch is small, and the order of ``seq`` is then the order given, on any database.
        for update_id, payload in updates:
            statement = (
                self._link.insert(inbox)
                .values(bot_id=bot_id, update_id=update_id, payload=payload, received_at=at)
                .on_conflict_do_nothing(index_elements=["bot_id", "update_id"])
                .returning(inbox.c.seq)
            )
            seq = await self._link.value(statement)
            if seq is not None:
                added.append(StoredUpdate(seq, bot_id, update_id, payload, 0))
        return added

    async def undone(self, bot_id: int, limit: int = 1000, after_seq: int = 0) -> list[StoredUpdate]:
        """Return waiting updates in the order they came; those set aside are left out.

        Cheap enough to be asked several times a second: an index holds only what waits. Where several
        processes write, a row may become visible after one with a higher ``seq``: look back now and then.
        """
        query = (
            select(*_COLUMNS)
            .where(inbox.c.bot_id == bot_id, inbox.c.seq > after_seq, _WAITING)
            .order_by(inbox.c.seq)
            .limit(limit)
        )
        return [StoredUpdate(*row) for row in await self._link.rows(query)]

    async def count_attempt(self, bot_id: int, update_id: int) -> int:
        """Count one more try and return how many there were; 0 when there is no such update."""
        statement = (
            update(inbox)
            .where(_one(bot_id, update_id))
            .values(attempts=inbox.c.attempts + 1)
            .returning(inbox.c.attempts)
        )
        return int(await self._link.value(statement) or 0)

    async def mark_done(self, bot_id: int, update_id: int, at: float) -> bool:
        """Finish an update and forget its payload; return False when it was finished already."""
        statement = (
            update(inbox)
            .where(_one(bot_id, update_id), inbox.c.done_at.is_(None))
            .values(done_at=at, payload=None)
            .returning(inbox.c.seq)
        )
        return await self._link.first(statement) is not None

    async def set_aside(self, bot_id: int, update_id: int, at: float) -> None:
        """Stop trying an update, and keep its payload for the operator."""
        statement = (
            update(inbox)
            .where(_one(bot_id, update_id), inbox.c.done_at.is_(None))
            .values(set_aside_at=func.coalesce(inbox.c.set_aside_at, at))
        )
        await self._link.rows(statement)

    async def was_quiet(self, since: float) -> bool:
        """Return whether nothing was handled since a time, and nothing waits to be."""
        done = select(inbox.c.seq).where(inbox.c.done_at.is_not(None), inbox.c.done_at >= since)
        waiting = select(inbox.c.seq).where(inbox.c.done_at.is_(None), inbox.c.set_aside_at.is_(None))
        return not await self._link.rows(done.limit(1)) and not await self._link.rows(waiting.limit(1))

    async def forget_done(self, before: float) -> int:
        """Delete updates finished before a time and return how many."""
        statement = (
            delete(inbox).where(inbox.c.done_at.is_not(None), inbox.c.done_at < before).returning(inbox.c.seq)
        )
        return len(await self._link.rows(statement))

    async def forget_set_aside(self, before: float) -> int:
        """Delete updates given up before a time, payload and all, and return how many."""
        aside = (inbox.c.done_at.is_(None), inbox.c.set_aside_at.is_not(None))
        statement = delete(inbox).where(*aside, inbox.c.set_aside_at < before).returning(inbox.c.seq)
        return len(await self._link.rows(statement))


def _one(bot_id: int, update_id: int) -> ColumnElement[bool]:
    return and_(inbox.c.bot_id == bot_id, inbox.c.update_id == update_id)
