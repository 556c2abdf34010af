"""Taps among the saved photos and the garments, and those that lead from one picture to the next."""

from bot.chat.codes import Verb
from bot.chat.screen import Screen
from bot.chat.screens import comparing, grouped
from bot.chat.screens import looks as words
from bot.conversation import Draft, GarmentChosen, LookChosen, turn
from bot.tryon.chaining import GoingOn
from bot.tryon.looks import photo_of
from bot.tryon.pictures import Shown
from bot.tryon.repeating import Made, Repeat
from bot.wish import Ability
from handlers.dressing import for_visit
from handlers.looks import show_garment, show_look
from handlers.taps.pictures import picture_rows
from handlers.taps.tap import Tap, TapHandler


async def _looks(tap: Tap) -> None:
    # A button on a page turns it; one under a question opens the photos on a message of their own.
    look_id = tap.code.number()
    page = await tap.services.looks.open(tap.visit, look_id)
    await show_look(tap.services, tap.visit, tap.t, page, tap.message if look_id else None)


async def _use(tap: Tap) -> None:
    look = await tap.services.looks.find(tap.visit.user_id, tap.code.number())
    if look is None:
        await tap.answer(words.look_gone(tap.t), alert=True)
        return
    photo, offered = photo_of(look), tap.services.asking.offers
    if await tap.services.drafting.choose(tap.visit, LookChosen(photo), None):
        return
    ability = _ability(tap, 1) or (offered[0] if len(offered) == 1 else None)
    if ability is None:
        await tap.say(words.what_on_it(tap.t, look_id=look.id, abilities=offered))
        return
    await tap.services.drafting.begin(tap.visit, photo, ability)


async def _name(tap: Tap) -> None:
    look = await tap.services.looks.ask_name(tap.visit, tap.code.number())
    if look is None:
        await tap.answer(words.look_gone(tap.t), alert=True)
    else:
        await tap.say(words.ask_name(tap.t, look_id=look.id))


async def _delete(tap: Tap) -> None:
    rows = words.sure_to_delete_look(tap.t, look_id=tap.code.number())
    await tap.edit_buttons(rows)


async def _delete_sure(tap: Tap) -> None:
    page = await tap.services.looks.delete(tap.visit, tap.code.number())
    await show_look(tap.services, tap.visit, tap.t, page, tap.message)


async def _wardrobe(tap: Tap) -> None:
    job_id = tap.code.number()
    page = await tap.services.wardrobe.page(tap.visit.user_id, job_id, tap.code.text(1))
    await show_garment(tap.services, tap.visit, tap.t, page, tap.message if job_id else None)


async def _wear(tap: Tap) -> None:
    garment = await tap.services.wardrobe.find(tap.visit.user_id, tap.code.number(), tap.code.text(1))
    if garment is None:
        await tap.answer(words.garment_gone(tap.t), alert=True)
        return
    chosen = GarmentChosen(garment.photo, garment.kind)

    def worn(draft: Draft) -> Draft:
        return turn(draft, chosen)

    await tap.services.drafting.change(tap.visit, worn)


async def _go_on(tap: Tap) -> None:
    job_id, n = tap.code.number(), tap.code.number(1)
    offered, chaining = tap.services.asking.offers, tap.services.chaining
    ability = _ability(tap, 2) or (offered[0] if len(offered) == 1 else None)
    if ability is None:
        if await chaining.is_there(tap.visit, job_id, n):
            await tap.say(words.what_next(tap.t, job_id=job_id, n=n, abilities=offered))
        else:
            await tap.answer(words.picture_gone(tap.t), alert=True)
        return
    match await chaining.go_on(tap.visit, job_id, n, ability):
        case GoingOn.GONE:
            await tap.answer(words.picture_gone(tap.t), alert=True)
        case GoingOn.LATER:
            await tap.answer(words.show_later(tap.t), alert=True)


async def _step_back(tap: Tap) -> None:
    if not await tap.services.chaining.step_back(tap.visit, tap.message):
        await tap.answer(words.photo_before_gone(tap.t), alert=True)


async def _show_again(tap: Tap) -> None:
    way = tap.code.text(1) or None
    shown_to = tap.alone if way == grouped.PRIVATE else tap.visit

    def screen(made: Made, n: int) -> Screen:
        job_id = made.job.id
        shown = Shown(made.job.ability, made.parts, is_again=True)
        rows = picture_rows(tap.t, shown, job_id=job_id, n=n)
        repeated = words.repeated(tap.t, rows=rows)
        if made.parts:
            repeated = comparing.with_names(tap.t, made.parts, repeated)
        elif haircut := made.haircut(n):
            repeated = comparing.named(tap.t, haircut, repeated)
        return for_visit(shown_to, repeated)

    match await tap.services.repeating.show(tap.visit, tap.code.text(), tap.message, screen, way=way):
        case Repeat.SHOWN if shown_to is not tap.visit:
            url = grouped.private_chat_url(tap.services.bot_username)
            await tap.edit(grouped.came_privately(tap.t, url=url))
        case Repeat.SHOWN if tap.visit.is_private:
            # What had made way for it.
            await tap.services.asking.ask_if_owed(tap.visit.chat_id, tap.visit.user_id)
        case Repeat.OUT_OF_DATE:
            await tap.refuse()
        case Repeat.GONE:
            await tap.answer(words.picture_gone(tap.t), alert=True)
        case Repeat.CLOSED:
            await tap.answer(grouped.private_chat_closed(tap.t), alert=True)
        case Repeat.LATER:
            await tap.answer(words.show_later(tap.t), alert=True)


async def _anew(tap: Tap) -> None:
    if not await tap.services.drafting.again(tap.visit, tap.code.number(), None):
        await tap.answer(words.picture_gone(tap.t), alert=True)


def _ability(tap: Tap, place: int) -> Ability | None:
    """Return the ability that a code names, if it can be had."""
    named = tap.code.text(place)
    return next((one for one in tap.services.asking.offers if one.value == named), None)


TAPS: dict[Verb, TapHandler] = {
    Verb.LOOKS: _looks,
    Verb.LOOK_USE: _use,
    Verb.LOOK_NAME: _name,
    Verb.LOOK_DELETE: _delete,
    Verb.LOOK_DELETE_SURE: _delete_sure,
    Verb.WARDROBE: _wardrobe,
    Verb.WEAR: _wear,
    Verb.GO_ON: _go_on,
    Verb.STEP_BACK: _step_back,
    Verb.SHOW_AGAIN: _show_again,
    Verb.ANEW: _anew,
}
