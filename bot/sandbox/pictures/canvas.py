"""A drawing board for flat illustrations: smooth shapes, drawn large and scaled down for soft edges."""

from collections.abc import Sequence

from PIL import Image, ImageDraw

Point = tuple[float, float]
Colour = tuple[int, int, int] | tuple[int, int, int, int]

OVERSAMPLING = 3
STEPS_BETWEEN_POINTS = 10


class Canvas:
    """A picture in the making.

    Measures are the drawer's own units: ``zoom`` says how many pixels of the finished picture one of them
    is, and ``origin`` which of the drawer's points lies in the top left corner.
    """

    def __init__(
        self, width: int, height: int, background: Colour, *, zoom: float = 1.0, origin: Point = (0.0, 0.0)
    ) -> None:
        self.size = (width, height)
        self._origin = origin
        self._scale = zoom * OVERSAMPLING
        self._board = Image.new("RGB", (width * OVERSAMPLING, height * OVERSAMPLING), background[:3])
        self._draw = ImageDraw.Draw(self._board, "RGBA")

    def move_origin(self, origin: Point) -> None:
        """Let another of the drawer's points lie in the top left corner from now on."""
        self._origin = origin

    def finish(self) -> Image.Image:
        """Return the picture at its own size."""
        return self._board.resize(self.size, Image.Resampling.LANCZOS)

    def shape(self, points: Sequence[Point], fill: Colour) -> None:
        """Fill a smooth closed outline; a point given twice makes a corner."""
        self._draw.polygon(self._larger(smooth(points, closed=True)), fill=fill)

    def flat(self, points: Sequence[Point], fill: Colour) -> None:
        """Fill a closed outline with straight sides."""
        self._draw.polygon(self._larger(points), fill=fill)

    def ellipse(self, centre: Point, radius_x: float, radius_y: float, fill: Colour) -> None:
        """Fill an ellipse."""
        x, y = centre
        box = [(x - radius_x, y - radius_y), (x + radius_x, y + radius_y)]
        self._draw.ellipse(self._larger(box), fill=fill)

    def ring(self, centre: Point, radius: float, width: float, fill: Colour) -> None:
        """Draw a circle's line."""
        x, y = centre
        outer = radius + width / 2
        box = [(x - outer, y - outer), (x + outer, y + outer)]
        self._draw.ellipse(self._larger(box), outline=fill, width=round(width * self._scale))

    def stroke(self, points: Sequence[Point], width: float, fill: Colour) -> None:
        """Draw a smooth line with round ends; translucent colours would show the joints."""
        line = self._larger(smooth(points, closed=False))
        radius = width * self._scale / 2
        self._draw.line(line, fill=fill, width=round(radius * 2), joint="curve")
        for x, y in (line[0], line[-1]):
            self._draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=fill)

    def inside(self, outline: Sequence[Point], shapes: Sequence[tuple[Sequence[Point], Colour]]) -> None:
        """Fill smooth shapes, but only where they lie within a smooth outline."""
        large = self._larger(smooth(outline, closed=True))
        left, top = int(min(x for x, _ in large)), int(min(y for _, y in large))
        right, bottom = int(max(x for x, _ in large)) + 1, int(max(y for _, y in large)) + 1
        mask = Image.new("L", (right - left, bottom - top))
        ImageDraw.Draw(mask).polygon([(x - left, y - top) for x, y in large], fill=255)
        piece = self._board.crop((left, top, right, bottom))
        draw = ImageDraw.Draw(piece, "RGBA")
        for points, fill in shapes:
            moved = [(x - left, y - top) for x, y in self._larger(smooth(points, closed=True))]
            draw.polygon(moved, fill=fill)
        self._board.paste(piece, (left, top), mask)

    def _larger(self, points: Sequence[Point]) -> list[Point]:
        left, top = self._origin
        return [((x - left) * self._scale, (y - top) * self._scale) for x, y in points]


def mirrored(half: Sequence[Point], centre: float) -> list[Point]:
    """Return the closed outline of which ``half`` is the right side, top down; x counts from the centre."""
    right = [(centre + x, y) for x, y in half]
    left = [(centre - x, y) for x, y in reversed(half)]
    return right + left


def placed(points: Sequence[Point], centre: float, side: int = 1) -> list[Point]:
    """Return points whose x counts from the centre, on the right (1) or mirrored to the left (-1)."""
    return [(centre + side * x, y) for x, y in points]


def smooth(points: Sequence[Point], *, closed: bool) -> list[Point]:
    """Return a Catmull-Rom curve through the points."""
    around = [points[-1], *points, points[0], points[1]] if closed else [points[0], *points, points[-1]]
    curve: list[Point] = []
    for before, start, end, after in zip(around, around[1:], around[2:], around[3:], strict=False):
        # Between the two halves of a corner the curve would make a loop.
        if start != end:
            curve.extend(_segment(before, start, end, after))
    curve.append(around[-2])
    return curve


def _segment(before: Point, start: Point, end: Point, after: Point) -> list[Point]:
    return [
        (_spline(before[0], start[0], end[0], after[0], t), _spline(before[1], start[1], end[1], after[1], t))
        for t in (step / STEPS_BETWEEN_POINTS for step in range(STEPS_BETWEEN_POINTS))
    ]


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
