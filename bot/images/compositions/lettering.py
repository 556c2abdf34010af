"""Text as a mask: the project's own font, Arabic joined and in its order, long names in two lines.

The letters are those of ``bot/images/fonts``. Arabic, and marks above and below letters, need Raqm with
FriBiDi, which Pillow takes from the system; where it is missing, such a text can't be written rather than
wrongly.
"""

import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Literal

from PIL import Image, ImageDraw, ImageFont, features

FONT = Path(__file__).parent.parent / "fonts" / "try-on-sans.ttf"
SOFT = 4  # drawn so many times as large and reduced, so that edges are soft
MOST_LINES = 2

Direction = Literal["ltr", "rtl"]

_ISOLATES, _POP = "\u2066\u2067\u2068", "\u2069"
_UNSEEN = frozenset(f"{_ISOLATES}{_POP}\u061c\u200c\u200e\u200f")  # marks that say how to write the rest
_ABSENT = "\U0010fffe"


@lru_cache(maxsize=1)
def can_shape() -> bool:
    """Return whether letters can be joined and written from right to left here."""
    return bool(features.check("raqm"))


def writable(text: str) -> str:
    """Return a text on one line and without pictographs; empty where a letter of it can't be written."""
    seen = "".join(
        character for character in unicodedata.normalize("NFC", text) if not _is_left_out(character)
    )
    words = " ".join(seen.split())
    if not can_shape():
        words = "".join(character for character in words if character not in _UNSEEN)
    letters = [character for character in words if character not in _UNSEEN]
    if not any(map(str.isalnum, letters)) or not all(map(_has_glyph, letters)):
        return ""
    return words if can_shape() or not any(map(_needs_shaping, letters)) else ""


def _is_left_out(character: str) -> bool:
    kind = unicodedata.category(character)
    if kind in {"So", "Sk"} or character in "\u20e3\ufe0e\ufe0f":
        return not _has_glyph(character)
    return kind == "Cf" and character not in _UNSEEN


def _needs_shaping(character: str) -> bool:
    return unicodedata.bidirectional(character) in {"R", "AL", "AN"} or bool(unicodedata.combining(character))


@lru_cache(maxsize=1024)
def _has_glyph(character: str) -> bool:
    font = _font(32, ImageFont.Layout.BASIC)
    return bytes(font.getmask(character)) != bytes(font.getmask(_ABSENT))


def direction_of(text: str) -> Direction:
    """Return which way a text runs: as its first letter outside of isolated parts, else as its first."""
    depth, inner = 0, None
    for character in text:
        if character in _ISOLATES or character == _POP:
            depth = max(0, depth - 1) if character == _POP else depth + 1
        strong = _STRONG.get(unicodedata.bidirectional(character))
        if strong and not depth:
            return strong
        inner = inner or strong
    return inner or "ltr"


_STRONG: dict[str, Direction] = {"L": "ltr", "R": "rtl", "AL": "rtl"}


def text_width(text: str, size: float, direction: Direction | None = None) -> float:
    """Return the width of a text in pixels."""
    return _font(round(size * SOFT)).getlength(text, direction=_shaped(text, direction)) / SOFT


def fitting_lines(text: str, size: float, width: float, most: int = MOST_LINES) -> list[str]:
    """Return a text in one or two lines of about equal length, the last one cut where it is too long."""
    way = direction_of(text)
    breaks = [place for place, character in enumerate(text) if character == " "] if most > 1 else []
    halves = [(text[:place], text[place + 1 :]) for place in breaks]
    widths = {pair: [text_width(half, size, way) for half in pair] for pair in halves}
    fitting = [pair for pair in halves if widths[pair][0] <= width]
    if text_width(text, size, way) <= width or not fitting:
        return [shortened(text, size, width)]
    after_comma = [pair for pair in fitting if pair[0].endswith((",", "،")) and widths[pair][1] <= width]
    first, second = min(after_comma or fitting, key=lambda pair: max(widths[pair]))
    return [first, shortened(second, size, width, way)]


def shortened(text: str, size: float, width: float, direction: Direction | None = None) -> str:
    """Return a text, cut with an ellipsis where it is wider than that; empty where nothing is left of it."""
    way = direction or direction_of(text)
    if text_width(text, size, way) <= width:
        return text
    ends = (end for end in range(len(text) - 1, 0, -1) if not unicodedata.combining(text[end]))
    cuts = (text[:end].rstrip(" ,،-–") for end in ends)
    return next((f"{cut}…" for cut in cuts if cut and text_width(f"{cut}…", size, way) <= width), "")


def text_mask(
    text: str, size: float, bold: float, direction: Direction | None = None
) -> tuple[Image.Image, tuple[float, float]]:
    """Return a text as a mask, and where its top left corner is, seen from its centre; ``bold`` in pixels.

    The centre is in the middle of a zero's height, so that all texts stand on one line.
    """
    font, stroke, way = _font(round(size * SOFT)), bold * SOFT, _shaped(text, direction)
    left, top, right, bottom = font.getbbox(text, stroke_width=stroke, direction=way)
    _, high, _, low = font.getbbox("0", stroke_width=stroke)
    middle = (high + low) / 2
    width = -(-int(right - left) // SOFT) + 2
    half = -(-int(max(middle - top, bottom - middle)) // SOFT) + 1
    mask = Image.new("L", (width * SOFT, 2 * half * SOFT))
    start = width * SOFT / 2 - (left + right) / 2, half * SOFT - middle
    ImageDraw.Draw(mask).text(start, text, fill=255, font=font, stroke_width=stroke, direction=way)
    return mask.reduce(SOFT), (-width / 2, -half)


def _shaped(text: str, direction: Direction | None) -> Direction | None:
    return (direction or direction_of(text)) if can_shape() else None


def _font(size: int, engine: ImageFont.Layout | None = None) -> ImageFont.FreeTypeFont:
    shaping = ImageFont.Layout.RAQM if can_shape() else ImageFont.Layout.BASIC
    return _loaded(size, shaping if engine is None else engine)


@lru_cache(maxsize=32)
def _loaded(size: int, engine: ImageFont.Layout) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT, size, layout_engine=engine)
