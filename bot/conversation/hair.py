"""The hair while it is being chosen: what can be said about it, and what that makes of it."""

from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from bot.wish import MOST_COMPARED, MOST_VARIANTS, HairStyle

LONGEST_COLOR = 40
LONGEST_QUERY = 40
# The page of the browser that shows what was found.
FOUND = "found"


class HairPart(StrEnum):
    """What of the hair is being chosen."""

    HAIRCUT = "haircut"
    COLOR = "color"


@dataclass(frozen=True, slots=True)
class HairChoice:
    """The haircuts chosen so far; several make a comparison, ``variants`` several pictures of one.

    ``wanted`` is what is being chosen just now, ``adding`` when it goes beside what is there instead of
    taking its place. ``page`` is the page of the browser to come back to, ``query`` what was looked for.
    """

    styles: tuple[HairStyle, ...] = ()
    variants: int = 1
    wanted: HairPart | None = None
    adding: bool = False
    page: str = ""
    query: str = ""

    @property
    def haircuts(self) -> tuple[str, ...]:
        """Return the haircuts, each once."""
        return tuple(dict.fromkeys(style.haircut for style in self.styles))

    @property
    def colors(self) -> tuple[str | None, ...]:
        """Return the colours, each once; None is one's own."""
        return tuple(dict.fromkeys(style.color for style in self.styles))

    @property
    def is_full(self) -> bool:
        """Return whether no further one can be compared."""
        return len(self.styles) >= MOST_COMPARED

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any] | None) -> "HairChoice":
        """Read what ``to_json`` wrote."""
        if data is None:
            return cls()
        wanted = data.get("wanted")
        return cls(
            styles=tuple(HairStyle(**style) for style in data["styles"]),
            variants=data["variants"],
            wanted=HairPart(wanted) if wanted else None,
            adding=data.get("adding", False),
            page=data.get("page", ""),
            query=data.get("query", ""),
        )


@dataclass(frozen=True, slots=True)
class HairAsked:
    """The person wants to choose this; with ``adding`` further ones, to compare them."""

    part: HairPart
    adding: bool = False


@dataclass(frozen=True, slots=True)
class HaircutPicked:
    """A haircut was tapped, on that page of the browser.

    ``chosen``: among those to compare it is to be in or out, so that twice does no harm; None turns it round.
    """

    haircut: str
    page: str = ""
    chosen: bool | None = None


@dataclass(frozen=True, slots=True)
class ColorPicked:
    """A colour was chosen, as the provider is told it; None is one's own. ``chosen`` as with haircuts."""

    color: str | None
    chosen: bool | None = None


@dataclass(frozen=True, slots=True)
class HairSettled:
    """The person is done with choosing."""


@dataclass(frozen=True, slots=True)
class VariantsChosen:
    """So many pictures of one haircut are to be made."""

    variants: int


@dataclass(frozen=True, slots=True)
class StyleDropped:
    """One of so many that are compared is not to be, by its place from 1."""

    place: int
    of: int


HairEvent = HairAsked | HaircutPicked | ColorPicked | HairSettled | VariantsChosen | StyleDropped


def styled(hair: HairChoice, event: HairEvent) -> HairChoice:
    """Return the hair after an event; one that does not fit leaves it as it was."""
    match event:
        case HairAsked(part, adding):
            can_ask = part is HairPart.HAIRCUT or hair.styles
            return replace(hair, wanted=part, adding=adding) if can_ask else hair
        case HaircutPicked():
            return _with_haircut(hair, event)
        case ColorPicked():
            return _with_color(hair, event)
        case HairSettled():
            return replace(hair, wanted=None, adding=False)
        case VariantsChosen(variants):
            fits = len(hair.styles) == 1 and 1 <= variants <= MOST_VARIANTS
            return replace(hair, variants=variants) if fits else hair
        case StyleDropped(place, of):
            fits = len(hair.styles) == of > 1 and 1 <= place <= of
            return replace(hair, styles=hair.styles[: place - 1] + hair.styles[place:]) if fits else hair


def looked_for(hair: HairChoice, words: str) -> HairChoice:
    """Return the hair with what to look for among the haircuts."""
    return replace(hair, query=words[:LONGEST_QUERY], page=FOUND)


def is_beyond_limits(hair: HairChoice, event: HairEvent) -> bool:
    """Return whether an event would leave too few or too many to compare."""
    match event:
        case HaircutPicked() | ColorPicked() if hair.adding:
            return not 1 <= len(_compared(hair, event)) <= MOST_COMPARED
        case _:
            return False


def _with_haircut(hair: HairChoice, event: HaircutPicked) -> HairChoice:
    page = event.page or hair.page
    if hair.adding:
        return _comparing(hair, event, page)
    style = HairStyle(event.haircut, hair.styles[0].color if hair.styles else None)
    return replace(hair, styles=(style,), wanted=None, page=page)


def _with_color(hair: HairChoice, event: ColorPicked) -> HairChoice:
    if not hair.styles:
        return hair
    if not hair.adding:
        recoloured = (replace(style, color=event.color) for style in hair.styles)
        return replace(hair, styles=tuple(dict.fromkeys(recoloured)), wanted=None)
    return _comparing(hair, event, hair.page)


def _comparing(hair: HairChoice, event: HaircutPicked | ColorPicked, page: str) -> HairChoice:
    """Return the hair with other styles to compare: at least one of them, and not too many."""
    if is_beyond_limits(hair, event):
        return hair
    styles = _compared(hair, event)
    return replace(hair, styles=styles, variants=hair.variants if len(styles) == 1 else 1, page=page)


def _compared(hair: HairChoice, event: HaircutPicked | ColorPicked) -> tuple[HairStyle, ...]:
    """Return the styles with one more or one less, however many that are."""
    first = hair.styles[0] if hair.styles else HairStyle("")
    match event:
        case HaircutPicked(haircut):
            style = HairStyle(haircut, first.color)
            rest = tuple(one for one in hair.styles if one.haircut != haircut)
        case ColorPicked(color):
            style = HairStyle(first.haircut, color)
            rest = tuple(one for one in hair.styles if one != style)
    is_in = len(rest) < len(hair.styles)
    if event.chosen is is_in:
        return hair.styles
    return rest if is_in else (*hair.styles, style)
