"""Where on a photo a tattoo goes: numbered cells, rectangles, and nudging them. Arithmetic only, no pictures.

Rectangles are whole ten-thousandths of the picture's sides: they lie inside it exactly, survive JSON, and two
that look the same are equal. All widths and heights of photos are upright pixels.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from typing import NamedTuple

_WHOLE = 10_000
_LEAST = 600  # the provider wants at least 0.06 on each side

_SHORT_SIDE_CELLS = 4
_MOST_CELLS = 8  # in a row or column; Telegram shows eight buttons beside each other, not more

_SMALL_SHARE = 0.16  # of the picture's short side: a wrist on a photo from head to hip
_STEP = 0.3  # of the rectangle's own side
_GROWTH = 1.25


class Region(NamedTuple):
    """A rectangle on a picture, normalised to 0..1 from the top left; each side is at least 0.06."""

    x: float
    y: float
    w: float
    h: float


class RegionSize(StrEnum):
    """How much of a photo a tattoo takes."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


class Nudge(StrEnum):
    """A small change to a rectangle."""

    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"
    BIGGER = "bigger"
    SMALLER = "smaller"


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells over a photo, numbered from 1 in the top left corner, row by row."""

    columns: int
    rows: int

    @property
    def cells(self) -> int:
        """Return how many cells there are, which is also the last one's number."""
        return self.columns * self.rows

    def centre(self, cell: int) -> tuple[float, float]:
        """Return the middle of a cell, normalised; raise ``ValueError`` where there is no such cell."""
        if not 1 <= cell <= self.cells:
            raise ValueError(f"no cell {cell} of {self.cells}")
        row, column = divmod(cell - 1, self.columns)
        return (column + 0.5) / self.columns, (row + 0.5) / self.rows


_FACTORS = {RegionSize.SMALL: 1.0, RegionSize.MEDIUM: 1.6, RegionSize.LARGE: 2.5}
_MOVES = {Nudge.LEFT: (-1, 0), Nudge.RIGHT: (1, 0), Nudge.UP: (0, -1), Nudge.DOWN: (0, 1)}


def grid_for(width: int, height: int) -> Grid:
    """Return the grid for a photo: four cells along the short side, the others about as square."""
    along = min(_MOST_CELLS, round(_SHORT_SIDE_CELLS * max(width, height) / min(width, height)))
    return Grid(_SHORT_SIDE_CELLS, along) if height >= width else Grid(along, _SHORT_SIDE_CELLS)


def region_at(cell: int, size: RegionSize, width: int, height: int) -> Region:
    """Return a rectangle, square in pixels, in the middle of a grid's cell or as near as the edge allows.

    Raises:
        ValueError: there is no such cell.
    """
    centre = grid_for(width, height).centre(cell)
    return _square(centre, _smallest(width, height) * _FACTORS[size], (width, height))


def nudged(region: Region, nudge: Nudge, width: int, height: int) -> Region:
    """Return the rectangle moved or resized a little; the same one where the edge or a limit is reached."""
    if nudge in _MOVES:
        right, down = _MOVES[nudge]
        x, y, w, h = (round(value * _WHOLE) for value in region)
        return _placed(x + round(right * w * _STEP), y + round(down * h * _STEP), w, h)
    centre = region.x + region.w / 2, region.y + region.h / 2
    side = sqrt(region.w * width * region.h * height)
    if nudge is Nudge.BIGGER:
        larger = _square(centre, side * _GROWTH, (width, height))
        return larger if larger.w > region.w and larger.h > region.h else region
    smaller = _square(centre, max(side / _GROWTH, _smallest(width, height)), (width, height))
    return smaller if smaller.w < region.w and smaller.h < region.h else region


def region_text(region: Region) -> str:
    """Return a rectangle as a few characters: four numbers of ten-thousandths."""
    return ".".join(str(round(value * _WHOLE)) for value in region)


def read_region(text: str) -> Region | None:
    """Read what ``region_text`` wrote; None when it is nothing like that, or no rectangle to be used."""
    parts = text.split(".")
    if len(parts) != len(Region._fields) or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    x, y, w, h = (int(part) for part in parts)
    fits = min(w, h) >= _LEAST and x + w <= _WHOLE and y + h <= _WHOLE
    return Region(x / _WHOLE, y / _WHOLE, w / _WHOLE, h / _WHOLE) if fits else None


def _smallest(width: int, height: int) -> float:
    """Return the side in pixels of the smallest square that is worth a tattoo and that the provider takes."""
    return max(_SMALL_SHARE * min(width, height), _LEAST / _WHOLE * max(width, height))


def _square(centre: tuple[float, float], side: float, size: tuple[int, int]) -> Region:
    """Return a square around a point, as far as the edges and the least side allow."""
    w, h = (min(_WHOLE, max(_LEAST, round(_WHOLE * side / length))) for length in size)
    return _placed(round(centre[0] * _WHOLE - w / 2), round(centre[1] * _WHOLE - h / 2), w, h)


def _placed(x: int, y: int, w: int, h: int) -> Region:
    """Return a rectangle of ten-thousandths, moved into the picture."""
    x, y = min(max(x, 0), _WHOLE - w), min(max(y, 0), _WHOLE - h)
    return Region(x / _WHOLE, y / _WHOLE, w / _WHOLE, h / _WHOLE)
