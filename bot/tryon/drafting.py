"""Use cases of putting a try-on together: photos arrive, choices are made, nothing costs anything yet."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

from bot.chat.outcomes import MessageRef
from bot.chat.telegram import Chat
from bot.clock import Clock
from bot.conversation import (
    AbilityChosen,
    Ask,
    Draft,
    Event,
    LookChosen,
    PhotoArrived,
    PhotoEdited,
    Replaced,
    Role,
    Said,
    Slot,
    ask,
    draft_of_wish,
    is_about_cells,
    tidied,
    turn,
)
from bot.images import Images
from bot.providers.base import Ability
from bot.tattoos import LONGEST_WORDS
from bot.tryon.asking import Asking
from bot.tryon.dropping import drop_drafts, stop_draft
from bot.tryon.entrance import Entrance
from bot.tryon.looking import Looking, PhotoRefused, PhotoUnreachable
from bot.tryon.shop import Shop
from bot.visit import Visit
from bot.wish import PhotoRef, wish_from_json
from storage.database import Database, Tx
from storage.drafts import DraftRow

__all__ = ["Drafting", "PhotoAnswer", "PhotoRefused", "PhotoTaken", "PhotoUnreachable"]


@dataclass(frozen=True, slots=True)
class PhotoTaken:
    """The photo is part of the draft and the next question is on its way."""


class Change(Enum):
    """What a tap did to the draft: there is none that it is about, nothing, or it has to be asked about."""

    NO_DRAFT = 0
    NOTHING = 1
    TO_ASK = 2


class TextAnswer(Enum):
    """What became of something written.

    It was not asked for, is too long, is the number of no square, or is part of the draft.
    """

    NOT_ASKED = 0
    TOO_LONG = 1
    NO_SUCH_SQUARE = 2
    TAKEN = 3


def _any_draft(draft: Draft) -> bool:  # noqa: ARG001 - it is what most taps are about
    return True


def _is_number_of_square(draft: Draft, words: str) -> bool:
    asked = ask(draft, consented=True)
    return asked is Ask.PLACEMENT and is_about_cells(draft.placement, words)


PhotoAnswer = PhotoTaken | PhotoRefused | PhotoUnreachable


class Drafting:
    """Everything between the first photo and the tap on "try it on"."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        chat: Chat,
        images: Images,
        entrance: Entrance,
        asking: Asking,
        shop: Shop,
        *,
        mint: Callable[[], str],
    ) -> None:
        self._database = database
        self._clock = clock
        self._looking = Looking(chat, images)
        self._entrance = entrance
        self._asking = asking
        self._mint = mint
        self._shop = shop

    async def photo(self, visit: Visit, slot: Slot, replied: Slot | None = None) -> PhotoAnswer:
        """Take a photo into the draft; it is looked at first, once the person has agreed to that."""
        if await self._has_consent(visit.user_id):
            seen = await self._looking.at(slot)
            if not isinstance(seen, Slot):
                return seen
            slot = seen
            if replied is not None and not await self._is_in_draft(visit, replied):
                seen = await self._looking.at(replied)
                if not isinstance(seen, Slot):
                    return seen
                replied = seen
        async with self._database.transaction() as tx:
            await self._entrance.mark(tx, visit)
            look = await tx.looks.newest(visit.user_id)
            saved = PhotoRef.from_json(look.photo) if look else None
            await self._turn(tx, visit, PhotoArrived(slot, replied, saved))
        if slot.album_id:
            self._asking.ask_soon(visit.chat_id, visit.user_id)
        else:
            await self._asking.ask(visit.chat_id, visit.user_id)
        return PhotoTaken()

    async def edited(self, visit: Visit, slot: Slot) -> PhotoAnswer:
        """Take a photo that was put into a message whose photo is in the draft; any other is left alone."""
        event = PhotoEdited(slot)
        async with self._database.reading() as tx:
            row = await tx.drafts.get(visit.chat_id, visit.user_id)
        if row is None or turn(draft := self._draft(row), event) == draft:
            return PhotoTaken()
        if await self._has_consent(visit.user_id):
            seen = await self._looking.at(slot)
            if not isinstance(seen, Slot):
                return seen
            event = PhotoEdited(seen)
        await self.choose(visit, event, None)
        return PhotoTaken()

    async def start(self, visit: Visit, ability: Ability = Ability.CLOTHES) -> None:
        """Begin, or go on with, a try-on without a photo in hand; photos that fit it stay."""
        async with self._database.transaction() as tx:
            await self._entrance.mark(tx, visit)
            await self._turn(tx, visit, AbilityChosen(ability))
        await self._asking.ask(visit.chat_id, visit.user_id)

    async def change(
        self, visit: Visit, make: Callable[[Draft], Draft], *, on: MessageRef | None = None
    ) -> None:
        """Change the draft, or a new one where there is none, and ask for what it needs next."""
        async with self._database.transaction() as tx:
            await self._entrance.mark(tx, visit)
            row = await tx.drafts.get(visit.chat_id, visit.user_id)
            await self._save(tx, visit, row, make(self._draft(row)))
        await self._asking.ask(visit.chat_id, visit.user_id, on=on)

    async def begin(
        self, visit: Visit, person: PhotoRef, ability: Ability, *, on: MessageRef | None = None
    ) -> None:
        """Begin a try-on anew, on a photo that is known already; cards of an earlier one are out of date."""
        fresh = Draft(self._mint(), person=Slot(person), ability=ability)
        await self.change(visit, lambda _: fresh, on=on)

    async def ask_again(self, visit: Visit) -> bool:
        """Repeat below what somebody wrote what is asked just now; False when nothing is."""
        async with self._database.reading() as tx:
            row = await tx.drafts.get(visit.chat_id, visit.user_id)
        if row is not None:
            await self._asking.ask(visit.chat_id, visit.user_id)
        return row is not None

    async def choose(self, visit: Visit, event: Event, on: MessageRef | None) -> bool:
        """Apply a tap to the draft and ask what is next; False when there is no draft to apply it to."""
        change = await self.apply(visit, event)
        if change is Change.TO_ASK:
            await self._asking.ask(visit.chat_id, visit.user_id, on=on)
        return change is not Change.NO_DRAFT

    async def apply(
        self, visit: Visit, event: Event, is_about: Callable[[Draft], bool] = _any_draft
    ) -> Change:
        """Apply an event to the draft that it is about, without asking what is next."""
        async with self._database.transaction() as tx:
            row = await tx.drafts.get(visit.chat_id, visit.user_id)
            if row is None or not is_about(draft := self._draft(row)):
                return Change.NO_DRAFT
            await self._entrance.mark(tx, visit)
            after = turn(draft, event)
            if after != draft:
                await self._save(tx, visit, row, after)
            else:
                await tx.users.expect(visit.user_id, None)
        is_asked = after == draft and row.asked_version == row.version
        return Change.NOTHING if is_asked else Change.TO_ASK

    async def text(self, visit: Visit, text: str, meant: str | None = None) -> TextAnswer:
        """Take what a person wrote into the draft, where words are asked for; ``meant`` is as in ``Said``."""
        words = tidied(text)
        if not words or not await self._has_consent(visit.user_id):
            return TextAnswer.NOT_ASKED
        async with self._database.transaction() as tx:
            row = await tx.drafts.get(visit.chat_id, visit.user_id)
            draft = self._draft(row)
            after = turn(draft, Said(words, meant))
            if after == draft:
                return (
                    TextAnswer.NO_SUCH_SQUARE if _is_number_of_square(draft, words) else TextAnswer.NOT_ASKED
                )
            if len(words) > LONGEST_WORDS:
                return TextAnswer.TOO_LONG
            await self._entrance.mark(tx, visit)
            await self._save(tx, visit, row, after)
        await self._asking.ask(visit.chat_id, visit.user_id)
        return TextAnswer.TAKEN

    async def use_look(self, visit: Visit, on: MessageRef) -> bool:
        """Put the saved photo into the draft; False when there is none."""
        async with self._database.reading() as tx:
            look = await tx.looks.newest(visit.user_id)
        if look is None:
            return False
        return await self.choose(visit, LookChosen(PhotoRef.from_json(look.photo)), on)

    async def again(self, visit: Visit, job_id: int, role: Role | None) -> bool:
        """Begin a draft from an earlier job, with one photo to be replaced or with none to make it anew.

        False when it is forgotten.
        """

        def changed(draft: Draft) -> Draft | None:
            if role is None:
                return replace(draft, anew=True)
            return turn(draft, Replaced(role)) if role in draft.roles else None

        return await self._once_more(visit, job_id, changed)

    async def again_with(self, visit: Visit, job_id: int, event: Event, ability: Ability) -> bool:
        """Begin a draft from an earlier job of an ability, after an event; False when it is forgotten."""
        return await self._once_more(
            visit, job_id, lambda draft: turn(draft, event) if draft.ability is ability else None
        )

    async def _once_more(self, visit: Visit, job_id: int, changed: Callable[[Draft], Draft | None]) -> bool:
        async with self._database.transaction() as tx:
            job = await tx.jobs.get(job_id)
            if job is None or job.user_id != visit.user_id or not job.request:
                return False
            draft = changed(draft_of_wish(self._mint(), wish_from_json(job.request)))
            if draft is None:
                return False
            await self._entrance.mark(tx, visit)
            row = await tx.drafts.get(visit.chat_id, visit.user_id)
            await self._save(tx, visit, row, draft)
        await self._asking.ask(visit.chat_id, visit.user_id)
        return True

    async def agree(self, visit: Visit, on: MessageRef) -> PhotoAnswer:
        """Note the consent, then look at the photos that were waiting for it."""
        async with self._database.transaction() as tx:
            await self._entrance.mark(tx, visit)
            await tx.users.consent(visit.user_id, self._shop.consent_version, self._clock.now())
            row = await tx.drafts.get(visit.chat_id, visit.user_id)
            await self._save(tx, visit, row, self._draft(row))
        answer = await self._look_at_waiting(visit)
        await self._asking.ask(visit.chat_id, visit.user_id, on=on)
        return answer

    async def discard(self, visit: Visit, *, everything: bool = False) -> list[MessageRef]:
        """Forget the draft, or with what it had put aside ``everything``; return the questions about it."""
        drop = drop_drafts if everything else stop_draft
        async with self._database.transaction() as tx:
            await self._entrance.mark(tx, visit)
            rows = await drop(tx, visit, self._clock)
            await tx.users.expect(visit.user_id, None)
        return [MessageRef(row.chat_id, row.message_id) for row in rows if row.message_id]

    async def _look_at_waiting(self, visit: Visit) -> PhotoAnswer:
        async with self._database.reading() as tx:
            row = await tx.drafts.get(visit.chat_id, visit.user_id)
        before = draft = self._draft(row)
        answer: PhotoAnswer = PhotoTaken()
        for role in draft.roles:
            slot = draft.slot(role)
            seen = await self._looking.at(slot) if slot else None
            if isinstance(seen, Slot):
                draft = draft.with_slot(role, seen)
            elif seen is not None:
                answer = seen
                draft = turn(draft, Replaced(role))
        if draft != before:
            async with self._database.transaction() as tx:
                await self._save(tx, visit, await tx.drafts.get(visit.chat_id, visit.user_id), draft)
        return answer

    async def _has_consent(self, user_id: int) -> bool:
        async with self._database.reading() as tx:
            user = await tx.users.get(user_id)
        return self._shop.has_consent(user)

    async def _is_in_draft(self, visit: Visit, slot: Slot) -> bool:
        async with self._database.reading() as tx:
            draft = self._draft(await tx.drafts.get(visit.chat_id, visit.user_id))
        return any(held.photo.unique_id == slot.photo.unique_id for held in draft.slots)

    async def _turn(self, tx: Tx, visit: Visit, event: Event) -> None:
        row = await tx.drafts.get(visit.chat_id, visit.user_id)
        await self._save(tx, visit, row, turn(self._draft(row), event))

    def _draft(self, row: DraftRow | None) -> Draft:
        return Draft.from_json(row.state) if row else Draft(self._mint())

    async def _save(self, tx: Tx, visit: Visit, row: DraftRow | None, draft: Draft) -> None:
        await tx.drafts.save(
            visit.chat_id,
            visit.user_id,
            visit.thread_id,
            draft.to_json(),
            self._clock.now(),
            expected_version=row.version if row else None,
        )
        # Whoever goes on with a try-on is done with what was asked for beside it.
        await tx.users.expect(visit.user_id, None)
