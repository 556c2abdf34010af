"""Vote cards: two pictures of a person side by side, and what a group thinks of them."""

import asyncio
from enum import StrEnum

import structlog

from bot.chat.messages import Addressee
from bot.chat.outcomes import Fetched, MessageRef, Place, Sent
from bot.chat.screens import grouped
from bot.chat.telegram import Chat
from bot.clock import Clock
from bot.images import Images, PictureError
from bot.log import is_news
from bot.tryon.entrance import Entrance
from bot.visit import Visit
from storage.database import Database
from storage.results import Result

log = structlog.get_logger(__name__)

COMPARED = 2
# A group takes 20 messages a minute, edits among them; the first vote is shown at once, more together.
EDIT_EVERY = 4.0


class Asked(StrEnum):
    """What came of asking the group."""

    SENT = "sent"
    NOTHING = "nothing"
    LATER = "later"


class Voting:
    """Makes vote cards, counts, and keeps the cards up to date with few edits."""

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

    async def stop(self) -> None:
        """Stop; a card that is behind is right again with the next vote."""
        workers = tuple(self._workers.values())
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)

    async def ask(self, visit: Visit, job_id: int, picture: MessageRef) -> Asked:
        """Put a picture and the person's one before it in this group to the vote."""
        async with self._database.reading() as tx:
            job = await tx.jobs.get(job_id)
            if job is None or job.user_id != visit.user_id:
                return Asked.NOTHING
            shown = await tx.results.shown_in(visit.user_id, visit.chat_id, job_id, COMPARED)
            jobs = [await tx.jobs.get(result.job_id) for result in shown]
        if len(shown) < COMPARED:
            return Asked.NOTHING
        shown.reverse()
        sheet = await self._sheet(shown)
        if sheet is None:
            return Asked.LATER
        async with self._database.transaction() as tx:
            await self._entrance.mark(tx, visit)
            choices = [result.job_id for result in shown]
            poll = await tx.polls.add(
                visit.chat_id, visit.thread_id, visit.user_id, choices, self._clock.now()
            )
            user = await tx.users.get(visit.user_id)
        owner = Addressee(visit.user_id, visit.name or "")
        screen = grouped.vote(self._entrance.translator(user), poll.id, (0,) * len(choices), addressee=owner)
        covered = any(one is not None and one.presentation == grouped.SPOILER for one in jobs)
        place = Place(visit.chat_id, visit.thread_id, picture.message_id)
        outcome = await self._chat.show_photo(place, sheet, screen, spoiler=covered)
        async with self._database.transaction() as tx:
            if isinstance(outcome, Sent):
                await tx.polls.set_card(poll.id, outcome.message_id)
                return Asked.SENT
            await tx.polls.delete(poll.id)
        return Asked.LATER

    async def vote(self, visit: Visit, poll_id: int, choice: int, card: MessageRef) -> bool:
        """Count a person's choice; False when the vote is over."""
        async with self._database.transaction() as tx:
            poll = await tx.polls.get(poll_id)
            if poll is None or not 1 <= choice <= len(poll.choices):
                return False
            if not await tx.polls.vote(poll_id, visit.user_id, choice, self._clock.now()):
                return False
            await self._entrance.mark(tx, visit)
        self._show_soon(poll_id, card)
        return True

    async def close(self, visit: Visit, poll_id: int, card: MessageRef) -> bool:
        """End a vote in its owner's name and show how it ended; False when it is over or not theirs."""
        async with self._database.transaction() as tx:
            poll = await tx.polls.close(poll_id, visit.user_id, self._clock.now())
            if poll is None:
                return False
            await self._entrance.mark(tx, visit)
        if worker := self._workers.pop(poll_id, None):
            worker.cancel()
            await asyncio.gather(worker, return_exceptions=True)
        await self._show(poll_id, card)
        return True

    async def _sheet(self, shown: list[Result]) -> bytes | None:
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

    def _show_soon(self, poll_id: int, card: MessageRef) -> None:
        self._changed.add(poll_id)
        if poll_id not in self._workers:
            worker = asyncio.create_task(self._keep_up(poll_id, card), name="vote-card")
            self._workers[poll_id] = worker

    async def _keep_up(self, poll_id: int, card: MessageRef) -> None:
        try:
            while poll_id in self._changed:
                self._changed.discard(poll_id)
                await self._show(poll_id, card)
                await self._clock.sleep(EDIT_EVERY)
        except Exception as error:
            # Nobody waits for this task; the next vote shows them all.
            if is_news(error):
                log.exception("a vote card could not be shown", poll_id=poll_id)
        finally:
            if self._workers.get(poll_id) is asyncio.current_task():
                del self._workers[poll_id]

    async def _show(self, poll_id: int, card: MessageRef) -> None:
        async with self._database.reading() as tx:
            poll = await tx.polls.get(poll_id)
            if poll is None:
                return
            tally = await tx.polls.tally(poll_id)
            user = await tx.users.get(poll.user_id)
        counts = tuple(tally[number] for number in range(1, len(poll.choices) + 1))
        t = self._entrance.translator(user)
        owner = Addressee(poll.user_id, (user and user.name) or "")
        screen = (
            grouped.vote(t, poll.id, counts, addressee=owner)
            if poll.is_open
            else grouped.vote_over(t, counts, addressee=owner)
        )
        await self._chat.edit(card, screen)
