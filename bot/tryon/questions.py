"""What is asked about a draft: one question for each thing that may be missing, in the person's language."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.chat.screen import Screen
from bot.chat.screens import basics, drafting, grouped, looks, outfits
from bot.conversation import Advice, Ask, Draft, Slot, ask
from bot.providers.base import Ability
from bot.texts import Translator
from bot.tryon.entrance import Entrance
from bot.tryon.group_questions import GroupQuestions
from bot.tryon.repeating import made_before
from bot.tryon.shop import Shop
from storage.database import Database
from storage.drafts import DraftRow
from storage.looks import Look


@dataclass(frozen=True, slots=True)
class Situation:
    """A draft with what there is to know of its person; ``available`` None where others read along."""

    row: DraftRow
    draft: Draft
    t: Translator
    available: int | None
    look: Look | None
    photos_at_hand: int = 0
    has_picture: bool = False

    @property
    def is_private(self) -> bool:
        """Return whether only the person sees the question."""
        return self.row.chat_id == self.row.user_id

    @property
    def is_on_picture(self) -> bool:
        """Return whether a picture of ours is the photo of the person."""
        return self.draft.person is not None and self.draft.person.photo.of_job is not None

    @property
    def is_on_saved_photo(self) -> bool:
        """Return whether the photo of the person is a saved one."""
        return self.draft.person is not None and self.draft.person.message_id is None

    @property
    def can_swap(self) -> bool:
        """Return whether the photo of the garment may be one of the person: it was sent, not chosen."""
        return self.draft.garment is not None and self.draft.garment.message_id is not None

    @property
    def waits_for_garment(self) -> bool:
        """Return whether the next photo is one of a garment, for the saved photo of the person."""
        draft = self.draft
        is_open = bool(draft.things) and draft.wanted is None and not draft.slots
        return self.is_private and self.look is not None and is_open


Question = Callable[[Situation], Awaitable[Screen]]
# What an ability asks in its own way.
OwnQuestions = Mapping[tuple[Ability, Ask], Question]
_NOTHING_OWN: OwnQuestions = MappingProxyType({})
# The question without which an ability can't be had.
NEEDED = {Ability.HAIRSTYLE: Ask.HAIR, Ability.TATTOO: Ask.PLACEMENT, Ability.OUTFIT: Ask.LOWER}


class Questions:
    """Finds the question that a draft asks for; ``own`` goes before what is asked of every ability."""

    def __init__(
        self,
        database: Database,
        entrance: Entrance,
        shop: Shop,
        in_groups: GroupQuestions,
        own: OwnQuestions = _NOTHING_OWN,
    ) -> None:
        self._own = own
        self._database = database
        self._entrance = entrance
        self._shop = shop
        self._in_groups = in_groups
        self._by_ask: dict[Ask, Question] = {
            Ask.CONSENT: self._consent,
            Ask.PERSON: self._person,
            Ask.PERSON_ADVICE: self._person_advice,
            Ask.GARMENT: self._garment,
            Ask.GARMENT_ADVICE: self._garment_advice,
            Ask.LOWER: self._lower,
            Ask.LOWER_ADVICE: self._lower_advice,
            Ask.CARD: self._card,
        }

    def can_ask_for(self, ability: Ability) -> bool:
        """Return whether everything that an ability needs can be asked for."""
        needed = NEEDED.get(ability, Ask.CARD)
        return (ability, needed) in self._own or needed in self._by_ask

    async def about(self, row: DraftRow) -> Screen:
        """Return what to ask about a draft as it is now."""
        draft = Draft.from_json(row.state)
        async with self._database.reading() as tx:
            user = await tx.users.get(row.user_id)
            balance = await tx.ledger.balance(row.user_id)
            look = await tx.looks.newest(row.user_id)
            photos = await tx.looks.count(row.user_id)
            made = None if draft.anew else await made_before(tx, self._shop, row, draft)
        t = self._entrance.translator(user)
        asked = ask(draft, consented=self._shop.has_consent(user))
        available = balance.available if row.chat_id == row.user_id else None
        now = Situation(row, draft, t, available, look, photos, made is not None)
        if draft.ability not in self._shop.abilities:
            # The keys have changed since it began.
            gone = outfits.not_offered(t)
            return (
                gone if now.is_private else self._in_groups.to(row.user_id, user.name if user else None, gone)
            )
        question = self._own.get((draft.ability, asked)) or self._by_ask.get(asked)
        screen = None if now.is_private else self._in_groups.instead(asked, draft, t)
        if screen is None:
            if question is None:
                raise LookupError(f"nobody asks for {asked}")
            screen = self._with_ways(now, asked, await question(now))
            if not now.is_private:
                way = user.group_delivery if user else None
                screen = self._in_groups.beside(asked, draft, t, screen, way)
        if draft.came_from is not None:
            screen = grouped.goes_on_here(t, screen, was_moved=draft.came_from == "old_group")
        if now.is_private:
            return screen
        return self._in_groups.to(row.user_id, user.name if user else None, screen)

    def _with_ways(self, now: Situation, asked: Ask, screen: Screen) -> Screen:
        """Add the ways that lead elsewhere: to a picture there is, and back to the photo before."""
        if now.is_on_picture:
            screen = looks.with_step_back(now.t, screen)
        if asked is Ask.CARD and now.has_picture:
            screen = looks.with_repeat(now.t, screen, confirmation_id=now.draft.confirmation_id)
        return screen

    async def _consent(self, now: Situation) -> Screen:
        return basics.consent(now.t, retention_days=self._shop.retention_days)

    async def _person(self, now: Situation) -> Screen:
        # Only the thing of an earlier picture was tried on another photo of the person; a link's was on none.
        things = [now.draft.slot(role) for role in now.draft.things]
        again = now.look is not None and any(slot is not None and slot.message_id is None for slot in things)
        several = now.is_private and now.photos_at_hand > 1
        if now.waits_for_garment:
            return drafting.for_saved_photo(now.t, await self._garment(now), several=several)
        return drafting.ask_person(now.t, has_look=now.look is not None, again=again, several=several)

    async def _person_advice(self, now: Situation) -> Screen:
        advice = _advice(now.draft.person)
        return drafting.person_advice(
            now.t,
            advice.problems,
            can_be_used=advice.can_be_accepted,
            has_garment=now.draft.garment is not None,
            on_saved_photo=now.is_on_saved_photo,
            can_swap=now.can_swap,
        )

    async def _garment(self, now: Situation) -> Screen:
        shown = now.draft.person is not None and now.draft.person.message_id is not None
        if now.draft.ability is Ability.OUTFIT:
            return outfits.ask_upper(now.t, has_person_photo=shown, has_lower=now.draft.lower is not None)
        return drafting.ask_garment(now.t, has_person_photo=shown)

    async def _garment_advice(self, now: Situation) -> Screen:
        is_clothing = now.draft.ability is Ability.CLOTHES
        accessories = self._shop.capabilities.accessories if is_clothing else ()
        return drafting.garment_advice(
            now.t, accessories, on_saved_photo=now.is_on_saved_photo, can_swap=now.can_swap
        )

    async def _lower(self, now: Situation) -> Screen:
        return outfits.ask_lower(now.t)

    async def _lower_advice(self, now: Situation) -> Screen:
        return outfits.lower_advice(now.t)

    async def _card(self, now: Situation) -> Screen:
        draft = now.draft
        wish = self._shop.as_offered(draft.wish) if draft.wish else None
        suited = _advice(draft.person).kinds
        is_outfit = draft.ability is Ability.OUTFIT
        facts = drafting.CardFacts(
            confirmation_id=draft.confirmation_id,
            kind=draft.kind,
            kinds=self._shop.kinds,
            price=self._shop.prices.of(wish) if wish else 0,
            available=now.available,
            on_saved_photo=now.is_on_saved_photo,
            photos_left_out=draft.photos_left_out,
            took_only_one=draft.took_only_one,
            suits=is_outfit or not suited or draft.kind in suited or draft.kind.suits_every_photo,
            is_outfit=is_outfit,
            on_picture=now.is_on_picture,
            photos_at_hand=now.photos_at_hand if now.is_private else 0,
            can_extend=Ability.OUTFIT in self._shop.abilities,
            hd=draft.hd if self._shop.offers_hd(wish) else None,
            hd_price=self._shop.prices.hd,
            can_swap=now.can_swap,
        )
        return drafting.card(now.t, facts)


def _advice(slot: Slot | None) -> Advice:
    return slot.advice if slot and slot.advice else Advice()
