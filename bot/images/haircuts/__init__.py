"""Icons of haircuts, drawn by code: one head, thirty-four kinds of hair."""

import io

from PIL import Image

from bot.images.haircuts.dyes import DYES
from bot.images.haircuts.head import draw_head
from bot.images.haircuts.long import LONG
from bot.images.haircuts.medium import MEDIUM
from bot.images.haircuts.short import SHORT
from bot.images.haircuts.tied import TIED

__all__ = ["HAIRCUTS", "ICON_PIXELS", "draw", "render", "render_dyed"]

ICON_PIXELS = 160

_DRAWN = SHORT | MEDIUM | LONG | TIED

HAIRCUTS = tuple(sorted(_DRAWN))
"""All names, spelled as TryItOn spells them."""


def render(name: str, pixels: int, color: str | None = None) -> Image.Image:
    """Return the icon of a haircut, square, in that size; raise ``KeyError`` for an unknown name.

    ``color`` is a key of ``bot.hairstyles.COLORS``; any other leaves the hair as it is.
    """
    return draw_head(pixels, _DRAWN[name], DYES.get(color or "", {})).finish()


def render_dyed(look: tuple[str, str | None], pixels: int) -> Image.Image:
    """Return the icon of a haircut in a colour, as ``render`` does."""
    return render(look[0], pixels, look[1])


def draw(name: str) -> bytes:
    """Return the icon of a haircut as PNG, 160 x 160; raise ``KeyError`` for an unknown name."""
    out = io.BytesIO()
    render(name, ICON_PIXELS).save(out, "PNG", optimize=True)
    return out.getvalue()
