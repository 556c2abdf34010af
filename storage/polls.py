"""Vote cards in groups: which pictures are to be compared, and who is for which."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import delete, func, select, text, update

from storage.link import Link, columns
from storage.schema import polls, votes


@dataclass(frozen=True, slots=True)
class Poll:
    """A vote; ``choices`` are the pictures' jobs and numbers, in the order in which the card shows them.

    The card is behind while ``shown_version`` < ``version``.
    """

    id: int
    chat_id: int
    thread_id: int | None
    message_id: int | None
    user_id: int
    choices: list[list[int]]
    created_at: float
    closed_at: float | None
    version: int
    shown_version: int

    @property
    def is_open(self) -> bool:
        """Return whether votes still count."""
        return self.closed_at is None

    @property
    def is_behind(self) -> bool:
        """Return whether the card does not show everything yet."""
        return self.shown_version < self.version

    def shows(self, job_id: int) -> bool:
        """Return whether a picture of a job is on the card."""
        return any(choice[0] == job_id for choice in self.choices)


_COLUMNS = columns(polls, Poll)


class Polls:
    """The tables ``polls`` and ``votes``."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def add(
        self, chat_id: int, thread_id: int | None, user_id: int, choices: list[list[int]], at: float
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
            .on_conflict_do_update(
                index_elements=["poll_id", "user_id"],
                set_={"choice": choice, "at": at},
                where=votes.c.choice != choice,
            )
        )
        # Whoever taps the same twice changes nothing on the card.
        if await self._link.rows(statement.returning(votes.c.choice)):
            newer = update(polls).where(polls.c.id == poll_id).values(version=polls.c.version + 1)
            await self._link.rows(newer)
        return True

    async def behind(self, limit: int) -> list[Poll]:
        """Return votes whose cards are there and do not show everything yet."""
        query = select(*_COLUMNS).where(text("shown_version < version"), polls.c.message_id > 0)
        return [Poll(*row) for row in await self._link.rows(query.order_by(polls.c.message_id).limit(limit))]

    async def shown(self, poll_id: int, version: int) -> None:
        """Note which version the card shows."""
        statement = update(polls).where(polls.c.id == poll_id, polls.c.shown_version < version)
        await self._link.rows(statement.values(shown_version=version))

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
            .values(closed_at=at, version=polls.c.version + 1)
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
