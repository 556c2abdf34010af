"""Half-finished wishes: the state of each conversation."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, select, update

from storage.errors import StaleDraft
from storage.link import Link, columns
from storage.schema import drafts


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One person's draft in one chat; a question is owed while ``asked_version`` < ``version``."""

    chat_id: int
    user_id: int
    thread_id: int | None
    state: dict[str, Any]
    version: int
    asked_version: int
    message_id: int | None
    updated_at: float


_COLUMNS = columns(drafts, DraftRow)


class Drafts:
    """The table ``drafts``."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def get(self, chat_id: int, user_id: int) -> DraftRow | None:
        """Return a draft, or None."""
        row = await self._link.first(select(*_COLUMNS).where(_one(chat_id, user_id)))
        return None if row is None else DraftRow(*row)

    async def of_user(self, user_id: int) -> list[DraftRow]:
        """Return a person's drafts in all chats."""
        query = select(*_COLUMNS).where(drafts.c.user_id == user_id)
        return [DraftRow(*row) for row in await self._link.rows(query)]

    async def in_chat(self, chat_id: int) -> list[DraftRow]:
        """Return everybody's drafts in a chat."""
        query = select(*_COLUMNS).where(drafts.c.chat_id == chat_id)
        return [DraftRow(*row) for row in await self._link.rows(query)]

    async def save(
        self,
        chat_id: int,
        user_id: int,
        thread_id: int | None,
        state: dict[str, Any],
        at: float,
        *,
        expected_version: int | None,
    ) -> DraftRow:
        """Store a draft with the next version number; ``expected_version`` None overwrites whatever is there.

        Raises:
            StaleDraft: the draft is not at the expected version any more, or is gone.
        """
        if expected_version is None:
            return await self._overwrite(chat_id, user_id, thread_id, state, at)
        statement = (
            update(drafts)
            .where(_one(chat_id, user_id), drafts.c.version == expected_version)
            .values(thread_id=thread_id, state=state, version=drafts.c.version + 1, updated_at=at)
            .returning(*_COLUMNS)
        )
        row = await self._link.first(statement)
        if row is None:
            raise StaleDraft("the draft was changed since it was read")
        return DraftRow(*row)

    async def asked(
        self, chat_id: int, user_id: int, version: int, message_id: int | None, at: float
    ) -> bool:
        """Note which message asks for this version; return False when the draft has moved on."""
        statement = (
            update(drafts)
            .where(_one(chat_id, user_id), drafts.c.version == version)
            .values(asked_version=version, message_id=message_id, updated_at=at)
            .returning(drafts.c.version)
        )
        return await self._link.first(statement) is not None

    async def forget_question(self, chat_id: int, user_id: int) -> None:
        """Note that the message which asked for something is about something else now."""
        statement = update(drafts).where(_one(chat_id, user_id)).values(message_id=None)
        await self._link.first(statement.returning(drafts.c.version))

    async def unasked(self, older_than: float, limit: int) -> list[DraftRow]:
        """Return drafts whose question is owed since before a time, the oldest first."""
        query = (
            select(*_COLUMNS)
            .where(drafts.c.asked_version < drafts.c.version, drafts.c.updated_at < older_than)
            .order_by(drafts.c.updated_at)
            .limit(limit)
        )
        return [DraftRow(*row) for row in await self._link.rows(query)]

    async def delete(self, chat_id: int, user_id: int) -> DraftRow | None:
        """Remove a draft and return what it was, or None."""
        row = await self._link.first(delete(drafts).where(_one(chat_id, user_id)).returning(*_COLUMNS))
        return None if row is None else DraftRow(*row)

    async def forget(self, before: float) -> int:
        """Delete drafts not touched since a time and return how many."""
        statement = delete(drafts).where(drafts.c.updated_at < before).returning(drafts.c.chat_id)
        return len(await self._link.rows(statement))

    async def _overwrite(
        self, chat_id: int, user_id: int, thread_id: int | None, state: dict[str, Any], at: float
    ) -> DraftRow:
        insert = self._link.insert(drafts).values(
            chat_id=chat_id, user_id=user_id, thread_id=thread_id, state=state, version=1, updated_at=at
        )
        statement = insert.on_conflict_do_update(
            index_elements=["chat_id", "user_id"],
            set_={"thread_id": thread_id, "state": state, "version": drafts.c.version + 1, "updated_at": at},
        )
        (row,) = await self._link.rows(statement.returning(*_COLUMNS))
        return DraftRow(*row)


def _one(chat_id: int, user_id: int) -> ColumnElement[bool]:
    return and_(drafts.c.chat_id == chat_id, drafts.c.user_id == user_id)
