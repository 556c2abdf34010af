"""Contact sheets: what can be chosen, as numbered tiles."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from PIL import Image

from bot.images.compositions.parts import PAPER, draw_badge, paste_rounded
from bot.images.compositions.sheet import Cells

COLUMNS = 3
_TILE = 320
_GAP = 24
_BADGE, _INSET = 58, 11

T = TypeVar("T")


def contact_sheet(items: Sequence[T], render: Callable[[T, int], Image.Image]) -> Image.Image:
    """Return one tile for each item, three in a row, numbered from 1; ``render`` draws one of a size."""
    cells = Cells(len(items), min(COLUMNS, len(items)), (_TILE, _TILE), gap=_GAP)
    page = Image.new("RGB", cells.page, PAPER)
    for number, item in enumerate(items, start=1):
        x, y = cells.corner(number)
        paste_rounded(page, render(item, _TILE), (x, y), _GAP)
        draw_badge(page, number, (x + _INSET, y + _INSET), _BADGE)
    return page


def lone_tile(item: T, render: Callable[[T, int], Image.Image]) -> Image.Image:
    """Return one tile without a number, as wide as a whole sheet, so that a message keeps its width."""
    width = Cells(COLUMNS, COLUMNS, (_TILE, _TILE), gap=_GAP).page[0]
    page = Image.new("RGB", (width, _TILE + 2 * _GAP), PAPER)
    paste_rounded(page, render(item, _TILE), ((width - _TILE) // 2, _GAP), _GAP)
    return page
