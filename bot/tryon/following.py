"""Progress on new messages: in the private chat, and in a group that has moved to another id."""

from collections.abc import Callable

from bot.chat.messages import Addressee
from bot.chat.outcomes import CannotSend, MessageRef, Place, SendOutcome, Sent
from bot.chat.screen import Screen
from bot.chat.screens import grouped, waiting
from bot.chat.telegram import Chat
from bot.clock import Clock
from bot.conversation import Draft
from bot.texts import Translator
from bot.tryon.asking import Asking
from bot.tryon.entrance import Entrance
from bot.visit import Visit
from storage.database import Database, Tx
from storage.drafts import DraftRow


class Following:
    """Takes what is under way to where it goes on.

    ``show_on`` is told on which message a job's progress is shown from now on.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        chat: Chat,
        entrance: Entrance,
        asking: Asking,
        *,
        show_on: Callable[[int, MessageRef], None],
    ) -> None:
        self._database = database
        self._clock = clock
        self._chat = chat
        self._entrance = entrance
        self._asking = asking
        self._show_on = show_on

    async def privately(self, visit: Visit, job_id: int, t: Translator) -> bool:
        """Show a picture's progress in the private chat; False when nothing can be written there."""
        screen = waiting.started(t, job_id=job_id)
        return not isinstance(await self._put_card(Place(visit.user_id), screen, job_id), CannotSend)

    async def moved(self, old: int, new: int) -> None:
        """Follow a group to its new id, all in one transaction; moving twice changes nothing more.

        Its messages have other ids there, so nothing answers or edits them any more: what was asked is asked
        again, and what is on its way gets a new card.
        """
        async with self._database.transaction() as tx:
            rows = await tx.drafts.in_chat(old)
            for row in rows:
                await self._move(tx, row, new)
            jobs = await tx.jobs.move_chat(old, new)
            await tx.notices.move_chat(old, new)
            await tx.polls.move_chat(old, new)
        for row in rows:
            self._asking.ask_soon(new, row.user_id)
        for job in jobs:
            if job.is_open:
                screen = waiting.on_its_way(self._entrance.speak(job.language))
                addressee = Addressee(job.user_id, job.addressee or "")
                await self._put_card(Place(new), grouped.to_one(screen, addressee), job.id)

    async def _put_card(self, place: Place, screen: Screen, job_id: int) -> SendOutcome:
        """Show a job's progress on a new message."""
        outcome = await self._chat.say(place, screen)
        if isinstance(outcome, Sent):
            card = MessageRef(place.chat_id, outcome.message_id)
            async with self._database.transaction() as tx:
                await tx.jobs.set_card(job_id, card.message_id)
                job = await tx.jobs.get(job_id)
            if job is None or not job.is_open:
                await self._chat.remove(card)
            else:
                self._show_on(job_id, card)
        return outcome

    async def _move(self, tx: Tx, row: DraftRow, new: int) -> None:
        now = self._clock.now()
        if await tx.drafts.delete(row.chat_id, row.user_id) is None:
            # The other of the two that told of it was faster.
            return
        if await tx.drafts.get(new, row.user_id) is None:
            state = Draft.from_json(row.state).elsewhere("old_group").to_json()
            await tx.drafts.save(new, row.user_id, None, state, now, expected_version=None)
        home = await tx.drafts.get(row.user_id, row.user_id)
        if home is not None and home.state.get("for_group") == row.chat_id:
            state = {**home.state, "for_group": new}
            await tx.drafts.save(row.user_id, row.user_id, None, state, now, expected_version=home.version)
