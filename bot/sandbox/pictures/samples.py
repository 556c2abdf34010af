"""The sample photos that are one click away in the sandbox: drawn here, the same on every machine."""

import io
from collections.abc import Callable
from functools import cache, partial

from PIL import Image

from bot.sandbox.pictures.garments import DRAWERS as GARMENT_DRAWERS
from bot.sandbox.pictures.landscape import draw_landscape
from bot.sandbox.pictures.people import ANNA, BEN, KIM, draw_pair, draw_person

_PEOPLE: dict[str, Callable[[], Image.Image]] = {
    "anna": partial(draw_person, ANNA),
    "ben": partial(draw_person, BEN),
    "kim": partial(draw_person, KIM),
}
# Photos that no garment can be tried on, so that a provider's checks have something to say.
_TRICKY: dict[str, Callable[[], Image.Image]] = {
    "two-friends": partial(draw_pair, ANNA, BEN),
    "mountains": draw_landscape,
}
_ALL = _PEOPLE | GARMENT_DRAWERS | _TRICKY


def people_names() -> tuple[str, ...]:
    """Return the names of the samples that show a person."""
    return tuple(_PEOPLE)


def garment_names() -> tuple[str, ...]:
    """Return the names of the samples that show a garment."""
    return tuple(GARMENT_DRAWERS)


def tricky_names() -> tuple[str, ...]:
    """Return the names of the samples that are no good for trying on: two people, and nobody at all."""
    return tuple(_TRICKY)


def sample_names() -> tuple[str, ...]:
    """Return every sample's name, people first and the tricky ones last."""
    return tuple(_ALL)


@cache
def sample_jpeg(name: str) -> bytes:
    """Return a sample as JPEG (about 100 ms the first time); raise ``KeyError`` for an unknown name."""
    out = io.BytesIO()
    _ALL[name]().save(out, "JPEG", quality=90, optimize=True)
    return out.getvalue()
