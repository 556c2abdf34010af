"""Where a tattoo goes: in words, by pointing, and how it is to look."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.chat.codes import Verb
from bot.chat.screen import Button, Illustration, Screen
from bot.chat.screens.parts import Row, button, in_rows, stop_button
from bot.chat.screens.tattoo_names import places, styles
from bot.regions import Grid, Nudge, Region, RegionSize, region_text
from bot.texts import Translator


@dataclass(frozen=True, slots=True)
class GridFacts:
    """A grid on the photo with this mark, and the size that the tattoo is to have."""

    mark: str
    grid: Grid
    size: RegionSize


@dataclass(frozen=True, slots=True)
class SpotFacts:
    """Where each nudge leads on the photo with this mark; None at its edge."""

    mark: str
    targets: Mapping[Nudge, Region | None]


def ask_place(t: Translator, *, can_swap: bool, can_go_back: bool) -> Screen:
    """Ask where the tattoo goes: by a tap, in words, by pointing, or not at all."""
    text = t(
        "<b>Where should it go?</b>\nTap a place, or write it in your own words, such as "
        "“inside of the left wrist”. To be exact, point at it on your photo."
    )
    swap = ((button(t("🔁 Swap photos"), Verb.SWAP),),) if can_swap else ()
    return Screen(
        text, ((_point(t),), *_place_rows(t), (_artist(t),), *swap, _ends(t, can_go_back=can_go_back))
    )


def ask_cell(t: Translator, facts: GridFacts, photo: Illustration) -> Screen:
    """Show the numbered grid and ask for a square and a size."""
    text = t("<b>Tap the number of the square where it should go.</b>\nYou can move it a little afterwards.")
    columns = facts.grid.columns
    cells = [button(str(number), Verb.CELL, facts.mark, number) for number in range(1, facts.grid.cells + 1)]
    rows = [tuple(cells[start : start + columns]) for start in range(0, len(cells), columns)]
    sizes = tuple(
        button(("● " if size is facts.size else "") + label, Verb.REGION_SIZE, facts.mark, size.value)
        for size, label in _sizes(t)
    )
    return Screen(text, (*rows, sizes, (_words_instead(t), stop_button(t))), photo)


def ask_spot(t: Translator, facts: SpotFacts, photo: Illustration) -> Screen:
    """Show the rectangle and let the person move it, or say that it is right."""
    text = t("<b>Is this the right place?</b>\nMove it with the arrows until it is.")

    def nudge(label: str, which: Nudge) -> Button:
        target = facts.targets[which]
        return button(label, Verb.REGION, facts.mark, region_text(target) if target else "edge")

    return Screen(
        text,
        (
            (
                nudge("⬅️", Nudge.LEFT),
                nudge("⬆️", Nudge.UP),
                nudge("⬇️", Nudge.DOWN),
                nudge("➡️", Nudge.RIGHT),
            ),
            (nudge(t("➖ Smaller"), Nudge.SMALLER), nudge(t("➕ Bigger"), Nudge.BIGGER)),
            (button(t("✅ Yes, right there"), Verb.REGION_KEPT, facts.mark),),
            (button(t("🔢 Another square"), Verb.POINT),),
            (_words_instead(t), stop_button(t)),
        ),
        photo,
    )


def cannot_point(t: Translator) -> Screen:
    """Say that the photo can't be shown now, and offer the ways without it."""
    text = t(
        "I can't show you your photo just now. Try once more, tap a place, "
        "or write it in your own words. Nothing was charged."
    )
    retry = button(t("🔄 Try again"), Verb.POINT)
    other = button(t("🤳 Another photo"), Verb.REPLACE, "person")
    return Screen(text, ((retry, other), *_place_rows(t), (_artist(t),), (stop_button(t),)))


def ask_style(t: Translator, *, chosen: str | None, is_pointed: bool) -> Screen:
    """Offer words on style and size."""
    text = (
        t(
            "<b>How should it look?</b>\nThe place is where you pointed, so words tell only the style and the "
            "size now. Tap one, or write it in your own words."
        )
        if is_pointed
        else t("<b>How should it look?</b>\nTap a style or a size, or write it in your own words.")
    )
    named = [
        button(("● " if style.phrase == chosen else "") + label, Verb.STYLE, style.value)
        for style, label in styles(t)
    ]
    as_drawn = button(("● " if chosen is None else "") + t("As in the design"), Verb.STYLE)
    return Screen(text, (*in_rows(named, 2), (as_drawn,), _ends(t, can_go_back=True)))


def at_the_edge(t: Translator) -> str:
    """Say in one line that the rectangle can't go further."""
    return t("It can't go any further that way.")


def photo_not_there(t: Translator) -> str:
    """Say in one alert that the photo can't be shown for pointing just now."""
    return t("I can't show you your photo just now. Try once more in a moment, or say the place in words.")


def no_such_square(t: Translator) -> str:
    """Say in one line that a number that was written is on no square."""
    return t("No square has that number. Tap one of the numbers on the photo, or write it.")


def _ends(t: Translator, *, can_go_back: bool) -> Row:
    back = (button(t("⬅️ Back"), Verb.PLACE_KEPT),) if can_go_back else ()
    return (*back, stop_button(t))


def _sizes(t: Translator) -> tuple[tuple[RegionSize, str], ...]:
    return (
        (RegionSize.SMALL, t("Small")),
        (RegionSize.MEDIUM, t("Medium")),
        (RegionSize.LARGE, t("Large")),
    )


def _place_rows(t: Translator) -> tuple[Row, ...]:
    return in_rows([button(label, Verb.PLACE, place.value) for place, label in places(t).items()], 3)


def _point(t: Translator) -> Button:
    return button(t("👆 Point at it on my photo"), Verb.POINT)


def _artist(t: Translator) -> Button:
    return button(t("🎲 Let the artist decide"), Verb.ARTIST)


def _words_instead(t: Translator) -> Button:
    return button(t("✍️ In words"), Verb.PLACES)
