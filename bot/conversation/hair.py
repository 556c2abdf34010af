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
    """A haircut was tapped, on that page of the browser."""

    haircut: str
    page: str = ""


@dataclass(frozen=True, slots=True)
class ColorPicked:
    """A colour was chosen, as the provider is told it; None is one's own."""

    color: str | None


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
        case HaircutPicked(haircut, page):
            return _with_haircut(hair, haircut, page)
        case ColorPicked(color):
            return _with_color(hair, color)
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


def _with_haircut(hair: HairChoice, haircut: str, page: str) -> HairChoice:
    color = hair.styles[0].color if hair.styles else None
    if not hair.adding:
        return replace(hair, styles=(HairStyle(haircut, color),), wanted=None, page=page or hair.page)
    if haircut in hair.haircuts:
        rest = tuple(style for style in hair.styles if style.haircut != haircut)
        return _compared(hair, rest, page)
    return _compared(hair, (*hair.styles, HairStyle(haircut, color)), page)


def _with_color(hair: HairChoice, color: str | None) -> HairChoice:
    if not hair.styles:
        return hair
    if not hair.adding:
        recoloured = (replace(style, color=color) for style in hair.styles)
        return replace(hair, styles=tuple(dict.fromkeys(recoloured)), wanted=None)
    style = HairStyle(hair.styles[0].haircut, color)
    if style in hair.styles:
        return _compared(hair, tuple(one for one in hair.styles if one != style))
    return _compared(hair, (*hair.styles, style))


def _compared(hair: HairChoice, styles: tuple[HairStyle, ...], page: str = "") -> HairChoice:
    """Return the hair with other styles to compare: at least one of them, and not too many."""
    if not 1 <= len(styles) <= MOST_COMPARED:
        return hair
    variants = hair.variants if len(styles) == 1 else 1
    return replace(hair, styles=styles, variants=variants, page=page or hair.page)
