"""Several pictures of one person side by side, numbered, so that one can be chosen by its number."""

from collections.abc import Sequence
from math import ceil
from statistics import median

from PIL import Image

from bot.images.compositions.lettering import (
    MOST_LINES,
    direction_of,
    fitting_lines,
    text_width,
    writable,
)
from bot.images.compositions.parts import (
    INK,
    LONG_SIDE,
    PAPER,
    draw_badge,
    draw_text,
    framed,
    open_picture,
    paste_rounded,
)

FEWEST, MOST = 2, 9
_PORTRAIT_COLUMNS = {2: 2, 3: 3, 4: 2, 5: 3, 6: 3, 7: 4, 8: 4, 9: 3}
_LANDSCAPE_COLUMNS = {2: 1, 3: 1, 4: 2, 5: 2, 6: 2, 7: 2, 8: 2, 9: 3}
_LANDSCAPE = 1.2
_RATIOS = (9 / 16, 16 / 9)
_CELL_WIDTHS = (320, 1_240)
_GAP = 0.028  # of the sheet's width; the margin is the same
_TEXT = 0.033, 0.085  # of the sheet's width, but at least of a cell's
_SMALLER_TEXTS = (
    1.0,
    0.9,
    0.8,
)  # of that, where a label is long; what is longer still takes two lines, or is cut
_LINE = 1.25  # of the text's size


def compare_sheet(pictures: Sequence[bytes], labels: Sequence[str], max_bytes: int) -> Image.Image:
    """Return 2 to 9 pictures as one grid with number badges, and labels where they can be written."""
    # One at a time: opened for its size here, and decoded at the size of its cell below.
    sizes = [open_picture(data, max_bytes).size for data in pictures]
    ratio = min(max(median(width / height for width, height in sizes), _RATIOS[0]), _RATIOS[1])
    widest = max(width for width, _ in sizes)
    names = _names(labels)
    for lines in range(1, MOST_LINES + 1) if names else [0]:
        cells = Cells.for_pictures(len(pictures), ratio, widest, lines=lines)
        if all(_fits(cells, name, _SMALLER_TEXTS[-1]) for name in names):
            break
    page = Image.new("RGB", cells.page, PAPER)
    for number, data in enumerate(pictures, start=1):
        x, y = cells.corner(number)
        paste_rounded(page, framed(open_picture(data, max_bytes), cells.size), (x, y), cells.gap)
        draw_badge(page, number, (x + cells.inset, y + cells.inset), cells.badge)
    _write_below(page, cells, names)
    return page


def _names(labels: Sequence[str]) -> list[str]:
    """Return the labels as they are written: a number for one that can't be, none where none can be."""
    names = [writable(label) for label in labels]
    return [name or str(number) for number, name in enumerate(names, start=1)] if any(names) else []


class Cells:
    """A grid of equal cells with even gaps; a last row that is not full stands in the middle."""

    def __init__(
        self, count: int, columns: int, size: tuple[int, int], *, gap: int, text: float = 0, lines: int = 0
    ) -> None:
        """Plan for that many cells, with room for so many lines of text of a size below each."""
        self.size = size
        self.gap = gap
        self.text = text
        self.lines = lines
        self.strip = round((1.5 + (lines - 1) * _LINE) * text) if lines else 0
        self._count = count
        self._columns = columns
        rows = ceil(count / columns)
        self.page = (columns * (size[0] + gap) + gap, rows * (size[1] + self.strip + gap) + gap)

    @classmethod
    def for_pictures(cls, count: int, ratio: float, widest: int, *, lines: int) -> "Cells":
        """Plan a sheet that fits into Telegram's limits for pictures of that ratio and at most that width."""
        columns = (_LANDSCAPE_COLUMNS if ratio > _LANDSCAPE else _PORTRAIT_COLUMNS)[count]
        lowest, highest = _CELL_WIDTHS
        width = min(LONG_SIDE, columns * min(max(widest, lowest), highest))
        while True:
            gap = round(width * _GAP)
            cell = (width - (columns + 1) * gap) // columns
            text = max(_TEXT[0] * width, _TEXT[1] * cell)
            cells = cls(count, columns, (cell, round(cell / ratio)), gap=gap, text=text, lines=lines)
            if max(cells.page) <= LONG_SIDE:
                return cells
            width = width * 19 // 20

    @property
    def badge(self) -> int:
        """Return a badge's diameter: readable on a phone, and never most of a cell."""
        return round(min(0.3 * self.size[0], max(0.13 * self.size[0], 0.062 * self.page[0])))

    @property
    def inset(self) -> int:
        """Return how far a badge is from the edges of its cell."""
        return round(0.2 * self.badge)

    def corner(self, number: int) -> tuple[int, int]:
        """Return the top left corner of a cell, counted from 1."""
        row, column = divmod(number - 1, self._columns)
        in_row = min(self._columns, self._count - row * self._columns)
        width, height = self.size
        start = (self.page[0] - in_row * (width + self.gap) + self.gap) // 2
        return start + column * (width + self.gap), self.gap + row * (height + self.strip + self.gap)


def _fits(cells: Cells, name: str, scale: float) -> bool:
    """Return whether a name can be written whole in the lines there are."""
    size, room = scale * cells.text, cells.size[0]
    written = fitting_lines(name, size, room, cells.lines)
    return " ".join(written) == name and all(text_width(line, size) <= room for line in written)


def _write_below(page: Image.Image, cells: Cells, names: Sequence[str]) -> None:
    """Write each name below its picture, all of one size."""
    fitting = (scale for scale in _SMALLER_TEXTS if all(_fits(cells, name, scale) for name in names))
    size = cells.text * next(fitting, _SMALLER_TEXTS[-1])
    for number, name in enumerate(names, start=1):
        x, y = cells.corner(number)
        middle = y + cells.size[1] + 0.93 * cells.text
        for line in filter(None, fitting_lines(name, size, cells.size[0], cells.lines)):
            centre = x + cells.size[0] / 2, middle
            draw_text(page, line, centre, size, INK, weight=0.012, direction=direction_of(name))
            middle += _LINE * size
