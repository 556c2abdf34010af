"""Taps on the way to other hair: pages, haircuts, colours, variants, favourites."""

from collections.abc import Callable

from bot.chat.codes import Verb
from bot.chat.screens import hair_pages
from bot.conversation import (
    ColorPicked,
    Draft,
    HairAsked,
    HaircutPicked,
    HairEvent,
    HairPart,
    HairSettled,
    StyleDropped,
    VariantsChosen,
)
from bot.hairstyles import ALL_HAIRCUTS, COLORS, group_of
from bot.tryon.drafting import Change
from bot.wish import Ability
from handlers.taps.tap import Tap, TapHandler

OWN_COLOR = "own"


def _is_hair(draft: Draft) -> bool:
    return draft.ability is Ability.HAIRSTYLE


def _is_asked(part: HairPart, mode: str, event: HairEvent) -> Callable[[Draft], bool]:
    """Return whether a draft asks for what the button was shown for, in the same way."""
    adding = mode == hair_pages.ADDING

    def is_about(draft: Draft) -> bool:
        wanted = draft.hair.wanted or HairPart.HAIRCUT
        is_asked = wanted is part and draft.hair.adding == adding
        return _is_hair(draft) and (is_asked or _is_done(draft, event))

    return is_about


def _is_done(draft: Draft, event: HairEvent) -> bool:
    """Return whether the first of two quick taps on a colour has brought the card."""
    has_chosen = draft.hair.wanted is None and bool(draft.hair.styles)
    return isinstance(event, ColorPicked) and has_chosen and draft.hair.colors == (event.color,)


def _in_or_out(text: str) -> bool | None:
    """Return whether a tap puts something in or takes it out; buttons of earlier versions turn it round."""
    return {"1": True, "0": False}.get(text)


async def _choose(tap: Tap, event: HairEvent, is_about: Callable[[Draft], bool] = _is_hair) -> Change:
    """Apply a tap and answer it before the next screen, which may take a picture, is shown."""
    change = await tap.services.drafting.apply(tap.visit, event, is_about)
    if change is Change.NO_DRAFT:
        await tap.refuse()
    elif change is Change.TO_ASK:
        await tap.answer()
        await tap.services.asking.ask(tap.visit.chat_id, tap.visit.user_id, on=tap.message)
    return change


async def _add(tap: Tap, event: HairEvent, part: HairPart, mode: str) -> None:
    change = await _choose(tap, event, _is_asked(part, mode, event))
    if change is Change.NOTHING and await tap.services.hair.refuses(tap.visit, event):
        await tap.answer(hair_pages.too_few_or_many(tap.t), alert=True)


async def _page(tap: Tap) -> None:
    screen = await tap.services.hair.page(tap.visit, tap.code.text())
    if screen is None:
        await tap.refuse()
        return
    await tap.answer()
    await tap.edit(screen)


async def _haircut(tap: Tap) -> None:
    haircut = tap.code.text()
    if haircut not in ALL_HAIRCUTS:
        await tap.refuse()
        return
    event = HaircutPicked(haircut, tap.code.text(1), _in_or_out(tap.code.text(3)))
    await _add(tap, event, HairPart.HAIRCUT, tap.code.text(2))


async def _surprise(tap: Tap) -> None:
    haircut, mode = await tap.services.hair.surprise(tap.visit), tap.code.text()
    page = "" if mode == hair_pages.ADDING else group_of(haircut)
    await _add(tap, HaircutPicked(haircut, page, chosen=True), HairPart.HAIRCUT, mode)


async def _ask(tap: Tap) -> None:
    try:
        part = HairPart(tap.code.text())
    except ValueError:
        await tap.refuse()
        return
    await _choose(tap, HairAsked(part, adding=tap.code.text(1) == hair_pages.ADDING))


async def _color(tap: Tap) -> None:
    key = tap.code.text()
    if key != OWN_COLOR and key not in COLORS:
        await tap.refuse()
        return
    event = ColorPicked(COLORS.get(key), _in_or_out(tap.code.text(2)))
    await _add(tap, event, HairPart.COLOR, tap.code.text(1))


async def _done(tap: Tap) -> None:
    await _choose(tap, HairSettled())


async def _variants(tap: Tap) -> None:
    await _choose(tap, VariantsChosen(tap.code.number()))


async def _drop(tap: Tap) -> None:
    await _choose(tap, StyleDropped(tap.code.number(), tap.code.number(1)))


async def _star(tap: Tap) -> None:
    if not await tap.services.hair.star(tap.visit, tap.code.text(), keep=tap.code.text(1) == "1"):
        await tap.refuse()
        return
    await tap.answer()
    await tap.services.asking.ask(tap.visit.chat_id, tap.visit.user_id, on=tap.message)


TAPS: dict[Verb, TapHandler] = {
    Verb.HAIR_PAGE: _page,
    Verb.HAIRCUT: _haircut,
    Verb.HAIR_SURPRISE: _surprise,
    Verb.HAIR_ASK: _ask,
    Verb.HAIR_COLOR: _color,
    Verb.HAIR_DONE: _done,
    Verb.HAIR_VARIANTS: _variants,
    Verb.HAIR_DROP: _drop,
    Verb.HAIR_STAR: _star,
}
