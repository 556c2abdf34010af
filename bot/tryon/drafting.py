"""Use cases of putting a try-on together: photos arrive, choices are made, nothing costs anything yet."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.chat.outcomes import MessageRef
from bot.chat.telegram import Chat
from bot.clock import Clock
from bot.conversation import (
    AbilityChosen,
    Draft,
    Event,
    LookChosen,
    PhotoArrived,
    Replaced,
    Role,
    Slot,
    draft_of_wish,
    turn,
)
from bot.images import Images
from bot.providers.base import Ability
from bot.tryon.asking import Asking
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

    async def choose(self, visit: Visit, event: Event, on: MessageRef | None) -> bool:
        """Apply a tap to the draft; False when there is no draft to apply it to."""
        async with self._database.transaction() as tx:
            row = await tx.drafts.get(visit.chat_id, visit.user_id)
            if row is None:
                return False
            await self._entrance.mark(tx, visit)
            draft = self._draft(row)
            after = turn(draft, event)
            if after != draft:
                await self._save(tx, visit, row, after)
            else:
                await tx.users.expect(visit.user_id, None)
        if after != draft or row.asked_version != row.version:
            await self._asking.ask(visit.chat_id, visit.user_id, on=on)
        return True

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
        async with self._database.transaction() as tx:
            job = await tx.jobs.get(job_id)
            if job is None or job.user_id != visit.user_id or not job.request:
                return False
            draft = draft_of_wish(self._mint(), wish_from_json(job.request))
            if role is None:
                draft = replace(draft, anew=True)
            elif role in draft.roles:
                draft = turn(draft, Replaced(role))
            else:
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

    async def discard(self, visit: Visit) -> DraftRow | None:
        """Forget the draft."""
        async with self._database.transaction() as tx:
            await self._entrance.mark(tx, visit)
            row = await tx.drafts.delete(visit.chat_id, visit.user_id)
            await tx.users.expect(visit.user_id, None)
        return row

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
