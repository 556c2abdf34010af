"""Vote cards in groups: which pictures are to be compared, and who is for which."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import delete, func, select, update

from storage.link import Link, columns
from storage.schema import polls, votes


@dataclass(frozen=True, slots=True)
class Poll:
    """A vote; ``choices`` are the pictures' job ids, in the order of their numbers on the card."""

    id: int
    chat_id: int
    thread_id: int | None
    message_id: int | None
    user_id: int
    choices: list[int]
    created_at: float
    closed_at: float | None

    @property
    def is_open(self) -> bool:
        """Return whether votes still count."""
        return self.closed_at is None


_COLUMNS = columns(polls, Poll)


class Polls:
    """The tables ``polls`` and ``votes``."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def add(
        self, chat_id: int, thread_id: int | None, user_id: int, choices: list[int], at: float
    ) -> Poll:
        """Begin a vote, before its card is sent."""
        statement = self._link.insert(polls).values(
            chat_id=chat_id, thread_id=thread_id, user_id=user_id, choices=choices, created_at=at
        )
        (row,) = await self._link.rows(statement.returning(*_COLUMNS))
        return Poll(*row)

    async def get(self, poll_id: int) -> Poll | None:
        """Return a vote, or None."""
        row = await self._link.first(select(*_COLUMNS).where(polls.c.id == poll_id))
        return None if row is None else Poll(*row)

    async def of_user(self, user_id: int) -> list[Poll]:
        """Return the votes that a person asked for, the oldest first."""
        query = select(*_COLUMNS).where(polls.c.user_id == user_id).order_by(polls.c.id)
        return [Poll(*row) for row in await self._link.rows(query)]

    async def set_card(self, poll_id: int, message_id: int) -> None:
        """Store which message is the card."""
        await self._link.rows(update(polls).where(polls.c.id == poll_id).values(message_id=message_id))

    async def vote(self, poll_id: int, user_id: int, choice: int, at: float) -> bool:
        """Count one person's choice instead of their earlier one; return False when the vote is over."""
        # Locked until the end of the transaction: nobody closes it meanwhile.
        query = select(polls.c.closed_at).where(polls.c.id == poll_id).with_for_update(key_share=True)
        row = await self._link.first(query)
        if row is None or row.closed_at is not None:
            return False
        statement = (
            self._link.insert(votes)
            .values(poll_id=poll_id, user_id=user_id, choice=choice, at=at)
            .on_conflict_do_update(index_elements=["poll_id", "user_id"], set_={"choice": choice, "at": at})
        )
        await self._link.rows(statement)
        return True

    async def tally(self, poll_id: int) -> Counter[int]:
        """Return how many are for each choice."""
        query = (
            select(votes.c.choice, func.count()).where(votes.c.poll_id == poll_id).group_by(votes.c.choice)
        )
        return Counter({row[0]: row[1] for row in await self._link.rows(query)})

    async def close(self, poll_id: int, user_id: int, at: float) -> Poll | None:
        """End a vote in its owner's name; None when it is over or not theirs."""
        statement = (
            update(polls)
            .where(polls.c.id == poll_id, polls.c.user_id == user_id, polls.c.closed_at.is_(None))
            .values(closed_at=at)
        )
        row = await self._link.first(statement.returning(*_COLUMNS))
        return None if row is None else Poll(*row)

    async def delete(self, poll_id: int) -> None:
        """Forget a vote and who was for what."""
        await self._link.rows(delete(votes).where(votes.c.poll_id == poll_id))
        await self._link.rows(delete(polls).where(polls.c.id == poll_id))

    async def move_chat(self, old: int, new: int) -> int:
        """Follow a group to its new id and return how many votes did; their cards have other ids there."""
        statement = (
            update(polls).where(polls.c.chat_id == old).values(chat_id=new, thread_id=None, message_id=None)
        )
        return len(await self._link.rows(statement.returning(polls.c.id)))

    async def forget(self, before: float) -> int:
        """Forget votes begun before a time and return how many."""
        old = await self._link.rows(select(polls.c.id).where(polls.c.created_at < before))
        for row in old:
            await self.delete(row.id)
        return len(old)
