"""A starter set of tattoos, drawn by code: black lines on white."""

import io

from PIL import Image

from bot.images.designs.ink import PAPER, Draw, blank
from bot.images.designs.nature import NATURE
from bot.images.designs.signs import SIGNS
from bot.images.designs.views import VIEWS

__all__ = ["DESIGNS", "DESIGN_PIXELS", "draw", "render", "render_tile"]

DESIGN_PIXELS = 768
_TILE_SHARE = 0.8

_DRAWN: dict[str, Draw] = {**NATURE, **SIGNS, **VIEWS}

DESIGNS = (
    "rose", "swallow", "lotus", "compass", "wave", "heart", "moon_phases", "anchor", "mountain",
    "butterfly", "arrow", "star", "feather", "sun", "branch", "snake", "band", "infinity",
)  # fmt: skip
"""All names; the first nine are what a person sees first."""


def render(name: str, pixels: int) -> Image.Image:
    """Return a design, square, in that size; raise ``KeyError`` for an unknown name."""
    board = blank(pixels)
    _DRAWN[name](board)
    return board.finish()


def render_tile(name: str, pixels: int) -> Image.Image:
    """Return a design with room around it, for a sheet; raise ``KeyError`` for an unknown name."""
    design = render(name, round(pixels * _TILE_SHARE))
    tile = Image.new("RGB", (pixels, pixels), PAPER)
    tile.paste(design, ((pixels - design.width) // 2, pixels - design.height - round(pixels * 0.05)))
    return tile


def draw(name: str) -> bytes:
    """Return a design as PNG, 768 x 768; raise ``KeyError`` for an unknown name."""
    out = io.BytesIO()
    render(name, DESIGN_PIXELS).save(out, "PNG", optimize=True)
    return out.getvalue()
