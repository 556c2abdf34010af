"""Taps on the way to a tattoo: designs, places, pointing, style."""

from collections.abc import Callable

from bot.chat.codes import Verb
from bot.chat.screens import tattoo_places
from bot.conversation import (
    ALL_ROLES,
    CellChosen,
    DesignChosen,
    Draft,
    Event,
    PlaceKept,
    PlaceLeftOpen,
    PlaceNamed,
    PlaceReopened,
    PointingBegun,
    RegionKept,
    RegionMoved,
    Replaced,
    SizeChosen,
    StyleAsked,
    StyleChosen,
)
from bot.regions import RegionSize, read_region
from bot.tattoos import BodyPlace, TattooStyle, photo_mark
from bot.tryon.drafting import Change
from bot.tryon.tattoos import NoPhoto
from bot.wish import Ability
from handlers.taps.tap import Tap, TapHandler

AT_THE_EDGE = "edge"


def _is_tattoo(draft: Draft) -> bool:
    return draft.ability is Ability.TATTOO


def _on_photo(mark: str) -> Callable[[Draft], bool]:
    """Return whether a draft is about the photo that the button was shown with."""

    def is_about(draft: Draft) -> bool:
        return _is_tattoo(draft) and draft.person is not None and photo_mark(draft.person.photo) == mark

    return is_about


async def _choose(
    tap: Tap,
    event: Event,
    is_about: Callable[[Draft], bool] = _is_tattoo,
    *,
    ask_anyway: bool = False,
) -> None:
    """Apply a tap and answer it before the next question, which may take a picture, is shown."""
    change = await tap.services.drafting.apply(tap.visit, event, is_about)
    if change is Change.NO_DRAFT:
        await tap.refuse()
        return
    await tap.answer()
    if change is Change.TO_ASK or ask_anyway:
        await tap.services.asking.ask(tap.visit.chat_id, tap.visit.user_id, on=tap.message)


async def _designs(tap: Tap) -> None:
    screen = await tap.services.tattoos.page(tap.visit, tap.code.number())
    if screen is None:
        await tap.refuse()
    else:
        await tap.answer()
        await tap.edit(screen)


async def _design(tap: Tap) -> None:
    design = tap.services.tattoos.design(tap.code.text())
    if design is None:
        await tap.refuse()
    else:
        await _choose(tap, DesignChosen(design))


async def _replace(tap: Tap) -> None:
    role = next((known for known in ALL_ROLES if known == tap.code.text()), None)
    if role is None:
        await tap.refuse()
    else:
        await _choose(tap, Replaced(role), lambda draft: role in draft.roles)


async def _places(tap: Tap) -> None:
    await _choose(tap, PlaceReopened())


async def _place_kept(tap: Tap) -> None:
    await _choose(tap, PlaceKept())


async def _place(tap: Tap) -> None:
    try:
        place = BodyPlace(tap.code.text())
    except ValueError:
        await tap.refuse()
    else:
        await _choose(tap, PlaceNamed(place.phrase))


async def _artist(tap: Tap) -> None:
    await _choose(tap, PlaceLeftOpen())


async def _point(tap: Tap) -> None:
    match await tap.services.tattoos.pointing(tap.visit):
        case PointingBegun() as begun:
            # Asked in any case: it is also how somebody tries once more after the photo could not be shown.
            await _choose(tap, begun, _on_photo(photo_mark(begun.photo)), ask_anyway=True)
        case NoPhoto():
            await tap.answer(tattoo_places.photo_not_there(tap.t), alert=True)
        case None:
            await tap.refuse()


async def _size(tap: Tap) -> None:
    try:
        size = RegionSize(tap.code.text(1))
    except ValueError:
        await tap.refuse()
    else:
        await _choose(tap, SizeChosen(size), _on_photo(tap.code.text()))


async def _cell(tap: Tap) -> None:
    await _choose(tap, CellChosen(tap.code.number(1)), _on_photo(tap.code.text()))


async def _region(tap: Tap) -> None:
    if tap.code.text(1) == AT_THE_EDGE:
        await tap.answer(tattoo_places.at_the_edge(tap.t))
        return
    region = read_region(tap.code.text(1))
    if region is None:
        await tap.refuse()
    else:
        await _choose(tap, RegionMoved(region), _on_photo(tap.code.text()))


async def _region_kept(tap: Tap) -> None:
    await _choose(tap, RegionKept(), _on_photo(tap.code.text()))


async def _styles(tap: Tap) -> None:
    await _choose(tap, StyleAsked())


async def _style(tap: Tap) -> None:
    try:
        style = TattooStyle(tap.code.text()).phrase if tap.code.text() else None
    except ValueError:
        await tap.refuse()
    else:
        await _choose(tap, StyleChosen(style))


TAPS: dict[Verb, TapHandler] = {
    Verb.DESIGNS: _designs,
    Verb.DESIGN: _design,
    Verb.REPLACE: _replace,
    Verb.PLACES: _places,
    Verb.PLACE: _place,
    Verb.PLACE_KEPT: _place_kept,
    Verb.ARTIST: _artist,
    Verb.POINT: _point,
    Verb.REGION_SIZE: _size,
    Verb.CELL: _cell,
    Verb.REGION: _region,
    Verb.REGION_KEPT: _region_kept,
    Verb.STYLES: _styles,
    Verb.STYLE: _style,
}
