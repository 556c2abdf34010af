"""Taps on the way from the first photo to the card."""

from bot.chat.codes import Verb
from bot.chat.screens import basics, drafting, outfits
from bot.conversation import (
    ALL_ROLES,
    Event,
    Extended,
    GarmentsSwapped,
    HdChosen,
    KindChosen,
    PhotoIsMe,
    Replaced,
    Swapped,
    UsedAnyway,
)
from bot.tryon.drafting import Change
from bot.tryon.looking import NotTaken
from bot.wish import Ability, GarmentKind
from handlers.refusals import refusal
from handlers.taps.tap import Tap, TapHandler


async def _agree(tap: Tap) -> None:
    await tap.answer()
    answer = await tap.services.drafting.agree(tap.visit, tap.message)
    if isinstance(answer, NotTaken):
        await tap.say(refusal(tap.t, answer))


async def _decline(tap: Tap) -> None:
    await tap.services.drafting.discard(tap.visit, everything=True)
    await tap.edit(basics.declined(tap.t))


async def _try(tap: Tap) -> None:
    # Buttons of earlier versions name no ability.
    named = tap.code.text()
    ability = Ability(named) if named in set(Ability) else Ability.CLOTHES
    if ability not in tap.services.asking.offers:
        await tap.answer(outfits.only_clothes(tap.t), alert=True)
    elif tap.visit.is_private:
        await tap.services.drafting.start(tap.visit, ability)
    else:
        await tap.services.groups.begin(tap.visit, ability)


async def _choose(tap: Tap, event: Event) -> None:
    """Apply a tap and answer it before the next screen is shown."""
    change = await tap.services.drafting.apply(tap.visit, event)
    if change is Change.NO_DRAFT:
        await tap.refuse()
    elif change is Change.TO_ASK:
        await tap.answer()
        await tap.services.asking.ask(tap.visit.chat_id, tap.visit.user_id, on=tap.message)


async def _kind(tap: Tap) -> None:
    try:
        kind = GarmentKind(tap.code.text())
    except ValueError:
        await tap.refuse()
        return
    await _choose(tap, KindChosen(kind))


async def _swap(tap: Tap) -> None:
    await _choose(tap, Swapped())


async def _swap_garments(tap: Tap) -> None:
    await _choose(tap, GarmentsSwapped())


async def _add(tap: Tap) -> None:
    if Ability.OUTFIT not in tap.services.asking.offers:
        await tap.answer(outfits.only_clothes(tap.t), alert=True)
        return
    await _choose(tap, Extended("lower" if tap.code.text() == "lower" else "garment"))


async def _hd(tap: Tap) -> None:
    await _choose(tap, HdChosen(hd=tap.code.number() == 1))


async def _use_anyway(tap: Tap) -> None:
    await _choose(tap, UsedAnyway())


async def _photo_is_me(tap: Tap) -> None:
    await _choose(tap, PhotoIsMe())


async def _look(tap: Tap) -> None:
    if not await tap.services.drafting.use_look(tap.visit, tap.message):
        await tap.refuse()


async def _replace(tap: Tap) -> None:
    role = next((known for known in ALL_ROLES if known == tap.code.text()), None)
    if role is None:
        await tap.refuse()
        return
    change = await tap.services.drafting.apply(tap.visit, Replaced(role), lambda draft: role in draft.roles)
    if change is Change.NO_DRAFT:
        await tap.refuse()
    elif change is Change.TO_ASK:
        await tap.services.asking.ask(tap.visit.chat_id, tap.visit.user_id, on=tap.message)


async def _discard(tap: Tap) -> None:
    for question in await tap.services.drafting.discard(tap.visit):
        if question.chat_id != tap.message.chat_id:
            await tap.services.chat.remove(question)
    await tap.edit(drafting.discarded(tap.t))
    # What had made way for it in the private chat.
    await tap.services.asking.ask_if_owed(tap.visit.user_id, tap.visit.user_id)


TAPS: dict[Verb, TapHandler] = {
    Verb.AGREE: _agree,
    Verb.DECLINE: _decline,
    Verb.TRY: _try,
    Verb.LOOK: _look,
    Verb.PHOTO_IS_ME: _photo_is_me,
    Verb.SWAP: _swap,
    Verb.SWAP_GARMENTS: _swap_garments,
    Verb.ADD: _add,
    Verb.HD: _hd,
    Verb.USE_ANYWAY: _use_anyway,
    Verb.KIND: _kind,
    Verb.REPLACE: _replace,
    Verb.DISCARD: _discard,
}
