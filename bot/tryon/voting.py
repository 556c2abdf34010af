"""Vote cards: two pictures of a person side by side, and what a group thinks of them."""

import asyncio
from collections.abc import Sequence
from enum import StrEnum
from weakref import WeakValueDictionary

import structlog

from bot.chat.messages import Addressee
from bot.chat.outcomes import (
    CannotSend,
    EditOutcome,
    Fetched,
    MaybeSent,
    MessageGone,
    MessageRef,
    Place,
    Sent,
    TryLater,
)
from bot.chat.screens import grouped
from bot.chat.telegram import Chat
from bot.clock import Clock
from bot.images import Images, PictureError
from bot.log import is_news
from bot.tryon.entrance import Entrance
from bot.visit import Visit
from storage.database import Database, Tx
from storage.polls import Poll
from storage.results import Result

log = structlog.get_logger(__name__)

COMPARED = 2
# A group takes 20 messages a minute, edits among them; the first vote is shown at once, more together.
EDIT_EVERY = 4.0
SWEEP_EVERY = 10.0
AT_ONCE = 50


class Asked(StrEnum):
    """What came of asking the group."""

    SENT = "sent"
    NOTHING = "nothing"
    BEFORE = "before"
    LATER = "later"
    CLOSED = "closed"


class Voting:
    """Makes vote cards, counts, and keeps the cards up to date with few edits.

    A vote's row carries the version it has and the one that its card shows. When an edit did not come off, or
    the program died before it, the two differ, and the sweep edits the card.
    """

    def __init__(
        self, database: Database, clock: Clock, chat: Chat, images: Images, entrance: Entrance
    ) -> None:
        self._database = database
        self._clock = clock
        self._chat = chat
        self._images = images
        self._entrance = entrance
        self._changed: set[int] = set()
        self._workers: dict[int, asyncio.Task[None]] = {}
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._sweeper: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to sweep up cards that are behind, those of an earlier run at once."""
        self._sweeper = asyncio.create_task(self._sweep_for_ever(), name="vote-sweep")

    async def stop(self) -> None:
        """Stop; a card that is behind is swept up after the next start."""
        tasks = [task for task in (self._sweeper, *self._workers.values()) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def can_ask(self, visit: Visit, job_id: int, n: int) -> bool:
        """Return whether there is an earlier picture in this group to compare one with."""
        async with self._database.reading() as tx:
            return await _compared(tx, visit, job_id, n) is not None

    async def ask(self, visit: Visit, job_id: int, n: int, picture: MessageRef) -> Asked:
        """Put a picture and the person's one before it in this group to the vote."""
        async with self._database.reading() as tx:
            shown = await _compared(tx, visit, job_id, n)
            if shown is None:
                return Asked.NOTHING
            jobs = [await tx.jobs.get(result.job_id) for result in shown]
            polls = await tx.polls.of_user(visit.user_id)
        choices = [[result.job_id, result.n] for result in shown]
        asked = [one for one in polls if one.is_open and one.choices == choices]
        if await self._is_there([one for one in asked if one.chat_id == visit.chat_id]):
            return Asked.BEFORE
        sheet = await self._sheet(shown)
        if sheet is None:
            return Asked.LATER
        async with self._database.transaction() as tx:
            await self._entrance.mark(tx, visit)
            poll = await tx.polls.add(
                visit.chat_id, visit.thread_id, visit.user_id, choices, self._clock.now()
            )
            user = await tx.users.get(visit.user_id)
        owner = Addressee(visit.user_id, visit.name or "")
        screen = grouped.vote(self._entrance.translator(user), poll.id, (0,) * len(choices), addressee=owner)
        covered = any(one is not None and one.presentation == grouped.SPOILER for one in jobs)
        place = Place(visit.chat_id, visit.thread_id, picture.message_id)
        outcome = await self._chat.show_photo(place, sheet, screen, spoiler=covered)
        if isinstance(outcome, MaybeSent):
            # Should it be there, its first vote tells which message it is.
            return Asked.SENT
        async with self._database.transaction() as tx:
            if isinstance(outcome, Sent):
                await tx.polls.set_card(poll.id, outcome.message_id)
                return Asked.SENT
            await tx.polls.delete(poll.id)
        return Asked.CLOSED if isinstance(outcome, CannotSend) else Asked.LATER

    async def vote(self, visit: Visit, poll_id: int, choice: int, card: MessageRef) -> bool:
        """Count a person's choice; False when the vote is over, or the card is none of this vote."""
        async with self._database.transaction() as tx:
            poll = await tx.polls.get(poll_id)
            if poll is None or not 1 <= choice <= len(poll.choices):
                return False
            if poll.message_id not in {None, card.message_id}:
                return False
            if not await tx.polls.vote(poll_id, visit.user_id, choice, self._clock.now()):
                return False
            if poll.message_id is None and poll.chat_id == card.chat_id:
                await tx.polls.set_card(poll_id, card.message_id)
            await self._entrance.mark(tx, visit)
        self._show_soon(poll_id)
        return True

    async def close(self, visit: Visit, poll_id: int) -> bool:
        """End a vote in its owner's name and show how it ended; False when it is over or not theirs."""
        async with self._database.transaction() as tx:
            poll = await tx.polls.close(poll_id, visit.user_id, self._clock.now())
            if poll is None:
                return False
            await self._entrance.mark(tx, visit)
        await self._show(poll_id)
        return True

    async def sweep(self) -> None:
        """Bring every card up to date that nobody is about to edit."""
        async with self._database.reading() as tx:
            behind = await tx.polls.behind(AT_ONCE)
        for poll in behind:
            if poll.id not in self._workers:
                await self._show(poll.id)

    async def _is_there(self, polls: Sequence[Poll]) -> bool:
        """Return whether one of these votes has a card; forget the others, which nobody can find any more."""
        for poll in polls:
            if poll.message_id is not None:
                async with self._lock(poll.id):
                    outcome = await self._edit(poll)
                if not isinstance(outcome, MessageGone | CannotSend):
                    return True
            async with self._database.transaction() as tx:
                await tx.polls.delete(poll.id)
        return False

    async def _sheet(self, shown: Sequence[Result]) -> bytes | None:
        pictures = []
        for result in shown:
            fetched = await self._chat.fetch_photo(result.file_id or "")
            if not isinstance(fetched, Fetched):
                return None
            pictures.append(fetched.data)
        try:
            return await self._images.compare_sheet(pictures)
        except PictureError:
            return None

    def _show_soon(self, poll_id: int) -> None:
        self._changed.add(poll_id)
        if poll_id not in self._workers:
            self._workers[poll_id] = asyncio.create_task(self._keep_up(poll_id), name="vote-card")

    async def _keep_up(self, poll_id: int) -> None:
        try:
            while poll_id in self._changed:
                self._changed.discard(poll_id)
                await self._show(poll_id)
                await self._clock.sleep(EDIT_EVERY)
        except Exception as error:
            # Nobody waits for this task; the sweep shows them all.
            if is_news(error):
                log.exception("a vote card could not be shown", poll_id=poll_id)
        finally:
            if self._workers.get(poll_id) is asyncio.current_task():
                del self._workers[poll_id]

    async def _sweep_for_ever(self) -> None:
        while True:
            try:
                await self.sweep()
            except Exception as error:
                if is_news(error):
                    log.exception("sweeping up vote cards failed")
            await self._clock.sleep(SWEEP_EVERY)

    async def _show(self, poll_id: int) -> None:
        """Bring a card up to date; one edit at a time, so that an earlier one never lands on a later one."""
        async with self._lock(poll_id):
            async with self._database.reading() as tx:
                poll = await tx.polls.get(poll_id)
            if poll is None or poll.message_id is None or not poll.is_behind:
                return
            outcome = await self._edit(poll)
            if not isinstance(outcome, TryLater | MaybeSent):
                async with self._database.transaction() as tx:
                    await tx.polls.shown(poll_id, poll.version)

    def _lock(self, poll_id: int) -> asyncio.Lock:
        return self._locks.setdefault(poll_id, asyncio.Lock())

    async def _edit(self, poll: Poll) -> EditOutcome:
        async with self._database.reading() as tx:
            tally = await tx.polls.tally(poll.id)
            user = await tx.users.get(poll.user_id)
        counts = tuple(tally[number] for number in range(1, len(poll.choices) + 1))
        t = self._entrance.translator(user)
        owner = Addressee(poll.user_id, (user and user.name) or "")
        screen = (
            grouped.vote(t, poll.id, counts, addressee=owner)
            if poll.is_open
            else grouped.vote_over(t, counts, addressee=owner)
        )
        return await self._chat.edit(MessageRef(poll.chat_id, poll.message_id or 0), screen)


async def _compared(tx: Tx, visit: Visit, job_id: int, n: int) -> tuple[Result, ...] | None:
    """Return a picture and the one before it, the older first; None unless both are still there."""
    shown = await tx.results.shown_in(visit.user_id, visit.chat_id, (job_id, n), COMPARED)
    if len(shown) < COMPARED or (shown[0].job_id, shown[0].n) != (job_id, n):
        return None
    return tuple(reversed(shown))
