"""What is asked about a draft: one question for each thing that may be missing, in the person's language."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.chat.screen import Screen
from bot.chat.screens import basics, drafting
from bot.conversation import Advice, Ask, Draft, Slot, ask
from bot.providers.base import Ability
from bot.texts import Translator
from bot.tryon.entrance import Entrance
from bot.tryon.shop import Shop
from bot.wish import GarmentKind
from storage.database import Database
from storage.drafts import DraftRow
from storage.looks import Look


@dataclass(frozen=True, slots=True)
class Situation:
    """A draft with what there is to know of its person."""

    row: DraftRow
    draft: Draft
    t: Translator
    available: int
    look: Look | None

    @property
    def is_on_saved_photo(self) -> bool:
        """Return whether the photo of the person is a saved one."""
        return self.draft.person is not None and self.draft.person.message_id is None


Question = Callable[[Situation], Awaitable[Screen]]


class Questions:
    """Finds the question that a draft asks for."""

    def __init__(self, database: Database, entrance: Entrance, shop: Shop) -> None:
        self._database = database
        self._entrance = entrance
        self._shop = shop
        self._by_ask: dict[Ask, Question] = {
            Ask.CONSENT: self._consent,
            Ask.PERSON: self._person,
            Ask.PERSON_ADVICE: self._person_advice,
            Ask.GARMENT: self._garment,
            Ask.GARMENT_ADVICE: self._garment_advice,
            Ask.CARD: self._card,
        }

    async def about(self, row: DraftRow) -> Screen:
        """Return what to ask about a draft as it is now."""
        async with self._database.reading() as tx:
            user = await tx.users.get(row.user_id)
            balance = await tx.ledger.balance(row.user_id)
            look = await tx.looks.newest(row.user_id)
        draft = Draft.from_json(row.state)
        situation = Situation(row, draft, self._entrance.translator(user), balance.available, look)
        return await self._by_ask[ask(draft, consented=self._shop.has_consent(user))](situation)

    async def _consent(self, now: Situation) -> Screen:
        return basics.consent(now.t, retention_days=self._shop.retention_days)

    async def _person(self, now: Situation) -> Screen:
        # Only the thing of an earlier picture was tried on another photo of the person; a link's was on none.
        things = [now.draft.slot(role) for role in now.draft.things]
        again = now.look is not None and any(slot is not None and slot.message_id is None for slot in things)
        return drafting.ask_person(now.t, has_look=now.look is not None, again=again)

    async def _person_advice(self, now: Situation) -> Screen:
        advice = _advice(now.draft.person)
        return drafting.person_advice(
            now.t,
            advice.problems,
            can_be_used=advice.can_be_accepted,
            has_garment=now.draft.garment is not None,
            on_saved_photo=now.is_on_saved_photo,
        )

    async def _garment(self, now: Situation) -> Screen:
        shown = now.draft.person is not None and now.draft.person.message_id is not None
        return drafting.ask_garment(now.t, has_person_photo=shown)

    async def _garment_advice(self, now: Situation) -> Screen:
        is_clothing = now.draft.ability is Ability.CLOTHES
        accessories = self._shop.capabilities.accessories if is_clothing else ()
        return drafting.garment_advice(now.t, accessories, on_saved_photo=now.is_on_saved_photo)

    async def _card(self, now: Situation) -> Screen:
        draft = now.draft
        wish = draft.wish
        suited = _advice(draft.person).kinds
        facts = drafting.CardFacts(
            confirmation_id=draft.confirmation_id,
            kind=draft.kind,
            kinds=self._shop.kinds,
            price=self._shop.prices.of(wish) if wish else 0,
            available=now.available,
            on_saved_photo=now.is_on_saved_photo,
            photos_left_out=draft.photos_left_out,
            suits=not suited or draft.kind.is_accessory or draft.kind in (GarmentKind.AUTO, *suited),
        )
        return drafting.card(now.t, facts)


def _advice(slot: Slot | None) -> Advice:
    return slot.advice if slot and slot.advice else Advice()
