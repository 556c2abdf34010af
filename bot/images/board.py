"""A drawing board for flat illustrations and line art: drawn four times as large, reduced at the end."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Self

from PIL import Image, ImageDraw

from bot.images.curves import Point, Points, beside, evenly, smooth

Colour = tuple[int, int, int]

_LARGER = 4
_NO_DYES: Mapping[Colour, Colour] = MappingProxyType({})


class Board:
    """A square picture in the making, measured in units of which ``units`` go across.

    ``origin`` is the point in the top left corner. Lines have round ends and joints. ``dyes`` are
    colours to be used in the place of others.
    """

    def __init__(
        self,
        pixels: int,
        background: Colour,
        *,
        units: float = 100.0,
        origin: Point = (0.0, 0.0),
        dyes: Mapping[Colour, Colour] = _NO_DYES,
    ) -> None:
        self._pixels = pixels
        self._origin = origin
        self._dyes = dyes
        self._scale = pixels * _LARGER / units
        self._image = Image.new("RGB", (pixels * _LARGER, pixels * _LARGER), background)
        self._draw = ImageDraw.Draw(self._image)

    def finish(self) -> Image.Image:
        """Return the picture at its own size."""
        return self._image.resize((self._pixels, self._pixels), Image.Resampling.LANCZOS)

    def shape(self, points: Points, colour: Colour) -> None:
        """Fill a smooth closed outline; a point given twice makes a corner."""
        self.flat(smooth(points, closed=True), colour)

    def flat(self, points: Points, colour: Colour) -> None:
        """Fill a closed outline as it is given."""
        self._draw.polygon(self._placed(points), fill=self._dyed(colour))

    def disc(self, centre: Point, radius: float | Point, colour: Colour) -> None:
        """Fill a circle, or an ellipse by its two radii."""
        wide, high = radius if isinstance(radius, tuple) else (radius, radius)
        (x0, y0), (x1, y1) = self._placed(
            [(centre[0] - wide, centre[1] - high), (centre[0] + wide, centre[1] + high)]
        )
        self._draw.ellipse((x0, y0, x1, y1), fill=self._dyed(colour))

    def stroke(self, points: Points, width: float | Sequence[float], colour: Colour) -> None:
        """Draw a smooth line, of one width or of widths along it; a point given twice makes a corner."""
        self.line(smooth(points), width, colour)

    def line(self, points: Points, width: float | Sequence[float], colour: Colour) -> None:
        """Draw a line through points as they are given, of one width or of widths given along it."""
        fine = evenly(points, 3 / self._scale)
        halves = [half / 2 for half in _along(width, len(fine))]
        outline = [*beside(fine, halves), *reversed(beside(fine, [-half for half in halves]))]
        if len(fine) > 2:  # noqa: PLR2004 - a dot is its round end alone
            for at in range(len(fine) - 1):  # in pieces: the outline of a tight bend crosses itself
                quad = outline[at], outline[at + 1], outline[-at - 2], outline[-at - 1]
                self._draw.polygon(self._placed(quad), fill=self._dyed(colour))
        for point, half in zip(fine, halves, strict=True):
            self.disc(point, half, colour)

    def inside(self, outline: Points, draw: Callable[[Self], None]) -> None:
        """Draw only within a closed outline that is given point by point."""
        mask = Image.new("L", self._image.size)
        ImageDraw.Draw(mask).polygon(self._placed(outline), fill=255)
        before = self._image.copy()
        draw(self)
        before.paste(self._image, mask=mask)
        self._image.paste(before)

    def _dyed(self, colour: Colour) -> Colour:
        return self._dyes.get(colour, colour)

    def _placed(self, points: Points) -> list[Point]:
        left, top = self._origin
        return [((x - left) * self._scale, (y - top) * self._scale) for x, y in points]


def _along(width: float | Sequence[float], count: int) -> list[float]:
    """Return a width for each of that many points, in between those that are given."""
    if isinstance(width, float | int):
        return [float(width)] * count
    found = []
    for at in range(count):
        place = at / max(count - 1, 1) * (len(width) - 1)
        first = min(int(place), len(width) - 2)
        found.append(width[first] + (width[first + 1] - width[first]) * (place - first))
    return found
