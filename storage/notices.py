"""Notices: messages that a person must read, written with their cause and sent later."""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Update, delete, select, update

from storage.lease import Lease
from storage.link import Link, columns
from storage.schema import notices
from storage.states import NoticeState

__all__ = ["NewNotice", "Notice", "NoticeState", "Notices"]

_OVER = (NoticeState.SENT, NoticeState.DROPPED)


@dataclass(frozen=True, slots=True)
class NewNotice:
    """A message to write down; ``cause`` is unique, ``edit_message_id`` a message to turn into it."""

    cause: str
    user_id: int
    chat_id: int
    kind: str
    params: dict[str, Any]
    thread_id: int | None = None
    reply_to: int | None = None
    edit_message_id: int | None = None
    not_before: float = 0.0


@dataclass(frozen=True, slots=True)
class Notice:
    """A stored message."""

    id: int
    cause: str
    user_id: int
    chat_id: int
    thread_id: int | None
    reply_to: int | None
    edit_message_id: int | None
    kind: str
    params: dict[str, Any]
    state: NoticeState
    attempts: int
    not_before: float
    created_at: float
    sent_at: float | None
    epoch: int


_COLUMNS = columns(notices, Notice)


class Notices:
    """The table ``notices``."""

    def __init__(self, link: Link, lease: Lease) -> None:
        self._link = link
        self._lease = lease

    async def add(self, new: NewNotice, at: float) -> Notice | None:
        """Write a message down; return None when its cause has one already."""
        values = {
            **asdict(new),
            "not_before": max(new.not_before, at),
            "state": NoticeState.PENDING,
            "created_at": at,
            "epoch": await self._lease.epoch(),
        }
        statement = self._link.insert(notices).values(values).on_conflict_do_nothing(index_elements=["cause"])
        row = await self._link.first(statement.returning(*_COLUMNS))
        return None if row is None else Notice(*row)

    async def get(self, notice_id: int) -> Notice | None:
        """Return a message, or None."""
        row = await self._link.first(select(*_COLUMNS).where(notices.c.id == notice_id))
        return None if row is None else Notice(*row)

    async def due(self, now: float, limit: int = 100) -> list[Notice]:
        """Return messages that may be sent now, the longest due first."""
        query = (
            select(*_COLUMNS)
            .where(notices.c.state == NoticeState.PENDING, notices.c.not_before <= now)
            .order_by(notices.c.not_before, notices.c.id)
            .limit(limit)
        )
        return [Notice(*row) for row in await self._link.rows(query)]

    async def interrupted(self) -> list[Notice]:
        """Return messages whose sending began and never ended, for recovery."""
        query = select(*_COLUMNS).where(notices.c.state == NoticeState.SENDING).order_by(notices.c.id)
        return [Notice(*row) for row in await self._link.rows(query)]

    async def sending(self, notice_id: int, epoch: int) -> bool:
        """Write that a message is being sent; False means: it is not ours or not waiting, do not send."""
        statement = update(notices).where(
            notices.c.id == notice_id, notices.c.state == NoticeState.PENDING, notices.c.epoch == epoch
        )
        return await self._changed(
            statement.values(state=NoticeState.SENDING, attempts=notices.c.attempts + 1)
        )

    async def sent(self, notice_id: int, at: float) -> bool:
        """Write that a message arrived; return False when it was over before."""
        statement = update(notices).where(notices.c.id == notice_id, notices.c.state.not_in(_OVER))
        return await self._changed(statement.values(state=NoticeState.SENT, sent_at=at))

    async def again(self, notice_id: int, not_before: float) -> bool:
        """Put a message that could not be sent back, not to be tried before a time."""
        statement = update(notices).where(notices.c.id == notice_id, notices.c.state == NoticeState.SENDING)
        return await self._changed(statement.values(state=NoticeState.PENDING, not_before=not_before))

    async def drop(self, notice_id: int) -> bool:
        """Give a message up; return False when it was over before."""
        statement = update(notices).where(notices.c.id == notice_id, notices.c.state.not_in(_OVER))
        return await self._changed(statement.values(state=NoticeState.DROPPED))

    async def move_chat(self, old: int, new: int) -> int:
        """Let what waits for a group go to its new id and return how many; its messages have other ids."""
        statement = (
            update(notices)
            .where(notices.c.state == NoticeState.PENDING, notices.c.chat_id == old)
            .values(chat_id=new, thread_id=None, reply_to=None, edit_message_id=None)
        )
        return len(await self._link.rows(statement.returning(notices.c.id)))

    async def forget(self, before: float) -> int:
        """Delete messages that were due before a time and are over, and return how many."""
        statement = delete(notices).where(notices.c.state.in_(_OVER), notices.c.not_before < before)
        return len(await self._link.rows(statement.returning(notices.c.id)))

    async def _changed(self, statement: Update) -> bool:
        return await self._link.first(statement.returning(notices.c.id)) is not None
