"""Progress on cards: only the latest counts, and nothing overwrites what came after it."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from bot.chat.outcomes import CannotSend, EditOutcome, MessageGone, MessageRef, Sent
from bot.chat.screen import Screen

REMEMBERED_ENDS = 5000


class Cards:
    """Shows progress by edits in the background, one at a time per card."""

    def __init__(
        self,
        edit: Callable[[MessageRef, Screen, bool], Awaitable[EditOutcome]],
        withdraw: Callable[[MessageRef], None],
    ) -> None:
        self._edit = edit
        self._withdraw = withdraw
        self._wanted: dict[MessageRef, Screen] = {}
        self._shown: dict[MessageRef, Screen] = {}
        self._jobs: dict[MessageRef, int] = {}
        self._urgent: set[MessageRef] = set()
        self._workers: dict[MessageRef, asyncio.Task[None]] = {}
        self._ended: OrderedDict[tuple[MessageRef, int], None] = OrderedDict()

    def show(self, card: MessageRef, job_id: int, screen: Screen, *, at_once: bool = False) -> None:
        """Show progress soon instead of any that waits; what the card shows already costs no edit.

        ``at_once`` makes the card's next edit an answer to the person: it does not wait behind others.
        """
        if (card, job_id) in self._ended:
            return
        if self._jobs.get(card) != job_id:
            self._shown.pop(card, None)
            self._jobs[card] = job_id
        latest = self._wanted.get(card) or (None if card in self._workers else self._shown.get(card))
        if screen == latest:
            return
        self._wanted[card] = screen
        if at_once:
            self._urgent.add(card)
        self._withdraw(card)
        if card not in self._workers:
            self._workers[card] = asyncio.create_task(self._work(card), name="progress-edit")

    async def forget(self, card: MessageRef) -> None:
        """Show no more progress of this card's job: drop what waits, let an edit on its way land first."""
        self._end(card)
        self._withdraw(card)
        worker = self._workers.get(card)
        if worker is not None:
            await asyncio.wait({worker})

    async def stop(self) -> None:
        """Drop all progress that was not shown yet."""
        workers = tuple(self._workers.values())
        self._wanted.clear()
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)

    async def _work(self, card: MessageRef) -> None:
        try:
            while (screen := self._wanted.pop(card, None)) is not None:
                outcome = await self._edit(card, screen, card in self._urgent)
                if isinstance(outcome, Sent) and card in self._jobs:
                    self._shown[card] = screen
                    self._urgent.discard(card)
                elif isinstance(outcome, MessageGone | CannotSend):
                    # The person removed the card, or we may not write there.
                    self._end(card)
        finally:
            self._urgent.discard(card)
            del self._workers[card]

    def _end(self, card: MessageRef) -> None:
        self._wanted.pop(card, None)
        self._shown.pop(card, None)
        job_id = self._jobs.pop(card, None)
        if job_id is not None:
            self._ended[card, job_id] = None
            while len(self._ended) > REMEMBERED_ENDS:
                self._ended.popitem(last=False)
