"""The way to a tattoo: the photo, the design, the place, and the card."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from bot.chat.codes import Verb
from bot.chat.screen import Button, Illustration, Screen
from bot.chat.screens.parts import button, help_button, price_lines, try_button
from bot.regions import Grid, Nudge, Region, RegionSize
from bot.tattoos import BodyPlace, TattooStyle
from bot.texts import Translator

_WHOLE = 10_000
IN_A_ROW = 3

Row = tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class DesignFacts:
    """A page of the starter set, counted from 1; ``can_swap`` when the photo may be the design."""

    names: tuple[str, ...]
    page: int
    pages: int
    can_swap: bool


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


@dataclass(frozen=True, slots=True)
class TattooFacts:
    """What the card tells; ``design`` is the name of a starter design, None for the person's own."""

    confirmation_id: str
    design: str | None
    words: str | None
    is_pointed: bool
    style: str | None
    price: int
    available: int | None
    on_saved_photo: bool
    photos_left_out: bool


def ask_body(t: Translator, *, has_look: bool, again: bool) -> Screen:
    """Ask for the photo of the place where the tattoo goes."""
    text = (
        t("Send me the other photo: bare skin, in good light.")
        if again
        else t(
            "<b>Send me a photo of the place for the tattoo.</b>\n"
            "An arm, a back, a leg, or all of you: bare skin, in good light."
        )
    )
    rows = ((button(t("🖼 Use my saved photo"), Verb.LOOK),),) if has_look else ()
    return Screen(text, (*rows, (_stop(t),)))


def ask_design(t: Translator, facts: DesignFacts, sheet: Illustration | None) -> Screen:
    """Offer the starter set, and invite a design of one's own."""
    text = t(
        "<b>Which design?</b>\nTap one, or send me a picture of your own: a drawing or a photo of it on paper."
    )
    named = [
        button(f"{number}. {design_name(t, name)}", Verb.DESIGN, name)
        for number, name in enumerate(facts.names, start=1)
    ]
    pages: tuple[Row, ...] = ()
    if facts.pages > 1:
        label = t("➡️ More designs") if facts.page < facts.pages else t("⬅️ First designs")
        pages = ((button(label, Verb.DESIGNS, facts.page % facts.pages + 1),),)
    swap = ((button(t("🔁 That was the design"), Verb.SWAP),),) if facts.can_swap else ()
    return Screen(text, (*_in_rows(named), *pages, *swap, (_stop(t),)), sheet)


def ask_place(t: Translator, *, can_swap: bool) -> Screen:
    """Ask where the tattoo goes: by a tap, in words, by pointing, or not at all."""
    text = t(
        "<b>Where should it go?</b>\nTap a place, or write it in your own words, such as "
        "“inside of the left wrist”. To be exact, point at it on your photo."
    )
    swap = ((button(t("🔁 Swap photos"), Verb.SWAP),),) if can_swap else ()
    return Screen(text, ((_point(t),), *_place_rows(t), (_artist(t),), *swap, (_stop(t),)))


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
    return Screen(text, (*rows, sizes, (_words_instead(t), _stop(t))), photo)


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
            (_words_instead(t), _stop(t)),
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
    return Screen(text, ((retry, other), *_place_rows(t), (_artist(t),), (_stop(t),)))


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
        for style, label in _styles(t)
    ]
    as_drawn = button(("● " if chosen is None else "") + t("As in the design"), Verb.STYLE)
    return Screen(text, (*_in_rows(named, 2), (as_drawn,), (_stop(t),)))


def card(t: Translator, facts: TattooFacts) -> Screen:
    """Show what will be made, for how much, and let the person decide."""
    lines = [t("<b>Ready to see it on your skin?</b>")]
    if facts.on_saved_photo:
        lines.append(t("I use your saved photo."))
    if facts.photos_left_out:
        lines.append(t("I took the first two photos: you, then the design."))
    design = design_name(t, facts.design) if facts.design else t("your own")
    lines.append(t("Design: {design}", design=design))
    lines.append(t("Place: {place}", place=_place(t, facts)))
    if facts.style:
        lines.append(t("Style: {style}", style=_style(t, facts.style)))
    lines += price_lines(t, facts.price, facts.available)
    rows = (
        (button(t("📍 Change place"), Verb.PLACES), button(t("🎨 Style"), Verb.STYLES)),
        (
            button(t("🌹 Another design"), Verb.REPLACE, "design"),
            button(t("🤳 Another photo"), Verb.REPLACE, "person"),
        ),
        (_stop(t),),
        (button(t("✨ Try it on"), Verb.GO, facts.confirmation_id, facts.price),),
    )
    return Screen("\n".join(lines), rows)


def again_rows(t: Translator, *, job_id: int) -> tuple[Row, ...]:
    """Return the buttons that begin another try-on like this one, with something else in it."""
    # A button alone in its row: under an upright photo two such labels would be cut off.
    place = button(t("📍 Another place"), Verb.OTHER_PLACE, job_id)
    return ((place,), (_other_design(t, job_id),), (_other_photo(t, job_id),))


def failure(t: Translator, cause: str, role: str | None) -> str | None:
    """Say why no picture of a tattoo came, where that is told in other words than of clothes."""
    if role == "design":
        return {
            "photo_gone": t(
                "😕 <b>Telegram no longer has the picture of the design.</b> Please send it again."
            ),
            "photo_unreadable": t(
                "😕 <b>The picture of the design could not be read.</b> Please send another one."
            ),
        }.get(cause)
    if cause == "provider_failed":
        return t(
            "😕 <b>The picture did not work out.</b> It often helps to use a photo with bare skin in good "
            "light, a clearer design, or another place."
        )
    return None


def failure_rows(
    t: Translator, retry: Row, *, job_id: int, failure: str, role: str | None
) -> tuple[Row, ...]:
    """Return what can be done after no picture of a tattoo came."""
    if failure in {"photo_gone", "photo_unreadable"}:
        other = _other_design(t, job_id) if role == "design" else _other_photo(t, job_id)
        return ((other,), (help_button(t),))
    return (retry, *again_rows(t, job_id=job_id))


def at_the_edge(t: Translator) -> str:
    """Say in one line that the rectangle can't go further."""
    return t("It can't go any further that way.")


def not_offered(t: Translator) -> Screen:
    """Say that there are no tattoos here, and what there is."""
    return Screen(t("I have no tattoos to try on here, but clothes I have."), ((try_button(t),),))


def photo_not_there(t: Translator) -> str:
    """Say in one alert that the photo can't be shown for pointing just now."""
    return t("I can't show you your photo just now. Try once more in a moment, or say the place in words.")


def region_text(region: Region) -> str:
    """Return a rectangle as it stands in a code: four numbers of ten-thousandths."""
    return ".".join(str(round(value * _WHOLE)) for value in region)


def read_region(text: str) -> Region | None:
    """Read what ``region_text`` wrote; None when it is nothing like that."""
    parts = text.split(".")
    if len(parts) != len(Region._fields) or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    x, y, w, h = (int(part) for part in parts)
    fits = w and h and x + w <= _WHOLE and y + h <= _WHOLE
    return Region(x / _WHOLE, y / _WHOLE, w / _WHOLE, h / _WHOLE) if fits else None


def design_name(t: Translator, name: str) -> str:
    """Return what people call a starter design; one of another release by its own name."""
    return _designs(t).get(name, name.replace("_", " "))


def _designs(t: Translator) -> dict[str, str]:
    return {
        "rose": t("Rose"),
        "swallow": t("Swallow"),
        "lotus": t("Lotus"),
        "compass": t("Compass"),
        "wave": t("Wave"),
        "heart": t("Heart"),
        "moon_phases": t("Moon"),
        "anchor": t("Anchor"),
        "mountain": t("Mountain"),
        "butterfly": t("Butterfly"),
        "arrow": t("Arrow"),
        "star": t("Star"),
        "feather": t("Feather"),
        "sun": t("Sun"),
        "branch": t("Branch"),
        "snake": t("Snake"),
        "band": t("Band"),
        "infinity": t("Infinity"),
    }


def _places(t: Translator) -> dict[BodyPlace, str]:
    return {
        BodyPlace.FOREARM: t("Forearm"),
        BodyPlace.UPPER_ARM: t("Upper arm"),
        BodyPlace.SHOULDER: t("Shoulder"),
        BodyPlace.CHEST: t("Chest"),
        BodyPlace.BACK: t("Back"),
        BodyPlace.NECK: t("Neck"),
        BodyPlace.WRIST: t("Wrist"),
        BodyPlace.HAND: t("Hand"),
        BodyPlace.RIBS: t("Ribs"),
        BodyPlace.THIGH: t("Thigh"),
        BodyPlace.CALF: t("Calf"),
        BodyPlace.ANKLE: t("Ankle"),
    }


def _styles(t: Translator) -> tuple[tuple[TattooStyle, str], ...]:
    return (
        (TattooStyle.FINE_LINE, t("Fine line")),
        (TattooStyle.BOLD_LINES, t("Bold lines")),
        (TattooStyle.BLACK_AND_GREY, t("Black and grey")),
        (TattooStyle.WATERCOLOUR, t("Watercolour")),
        (TattooStyle.SMALL, t("Small")),
        (TattooStyle.LARGE, t("Large")),
    )


def _sizes(t: Translator) -> tuple[tuple[RegionSize, str], ...]:
    return (
        (RegionSize.SMALL, t("Small")),
        (RegionSize.MEDIUM, t("Medium")),
        (RegionSize.LARGE, t("Large")),
    )


def _place(t: Translator, facts: TattooFacts) -> str:
    if facts.is_pointed:
        return t("where you pointed")
    if facts.words is None:
        return t("the artist decides")
    known = {place.phrase: label for place, label in _places(t).items()}
    return known.get(facts.words, escape(facts.words, quote=False))


def _style(t: Translator, words: str) -> str:
    known = {style.phrase: label for style, label in _styles(t)}
    return known.get(words, escape(words, quote=False))


def _place_rows(t: Translator) -> tuple[Row, ...]:
    return _in_rows([button(label, Verb.PLACE, place.value) for place, label in _places(t).items()])


def _other_design(t: Translator, job_id: int) -> Button:
    return button(t("🌹 Another design"), Verb.OTHER_DESIGN, job_id)


def _other_photo(t: Translator, job_id: int) -> Button:
    return button(t("🤳 Another photo"), Verb.OTHER_PERSON, job_id)


def _in_rows(buttons: list[Button], width: int = IN_A_ROW) -> tuple[Row, ...]:
    return tuple(tuple(buttons[start : start + width]) for start in range(0, len(buttons), width))


def _point(t: Translator) -> Button:
    return button(t("👆 Point at it on my photo"), Verb.POINT)


def _artist(t: Translator) -> Button:
    return button(t("🎲 Let the artist decide"), Verb.ARTIST)


def _words_instead(t: Translator) -> Button:
    return button(t("✍️ In words"), Verb.PLACES)


def _stop(t: Translator) -> Button:
    return button(t("✖️ Stop"), Verb.DISCARD)
