"""The person on every icon, and the few ways hair is drawn on it.

Measures: 100 across and down, x counts from the middle of the face. The face reaches from y = 22 to 67.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.images.board import Board, Colour
from bot.images.curves import Point, Points, arc, both_sides, evenly, flipped, plot, smooth

GROUND: Colour = (233, 226, 218)
SKIN: Colour = (232, 190, 162)
SKIN_SHADE: Colour = (211, 162, 133)
FEATURES: Colour = (150, 98, 78)
SHIRT: Colour = (126, 146, 160)
SHIRT_SHADE: Colour = (108, 128, 143)
HAIR: Colour = (62, 44, 46)
HAIR_LIGHT: Colour = (108, 80, 76)
HAIR_DARK: Colour = (44, 30, 34)
STUBBLE: Colour = (142, 110, 98)
BAND: Colour = (204, 110, 96)

FACE = plot("0 22, 9 23.5, 15.4 30, 17.2 40, 16.4 50, 13.2 58.5, 7.6 65, 0 67")
BODY = plot("6.8 58, 7.2 70, 11 75, 23 79, 32 85, 36 104, 0 104")

Draw = Callable[[Board], None]


@dataclass(frozen=True, slots=True)
class Haircut:
    """How the hair behind the head and the hair before it are drawn."""

    front: Draw
    back: Draw | None = None


def draw_head(pixels: int, haircut: Haircut, dyes: Mapping[Colour, Colour]) -> Board:
    """Return a board with the person wearing that haircut, with other colours for those of the hair."""
    board = Board(pixels, GROUND, origin=(-50, 0), dyes=dyes)
    if haircut.back:
        haircut.back(board)
    _draw_body(board)
    _draw_face(board)
    haircut.front(board)
    return board


def _draw_body(board: Board) -> None:
    board.shape(both_sides(plot("0 73, 8 74.5, 12 75.2, 24 79, 33 85.5, 37 104")), SHIRT)
    board.shape(both_sides(plot("7 56, 7.3 70, 10.5 74.8, 6 80.5, 0 82")), SKIN)
    board.shape(both_sides(plot("7 57, 7.2 63.5, 3 69.5, 0 70.5")), SKIN_SHADE)
    board.stroke(plot("10.6 74.9, 6 81, 0 82.6, -6 81, -10.6 74.9"), 1.3, SHIRT_SHADE)


def _draw_face(board: Board) -> None:
    for side in (-1, 1):
        board.disc((side * 17.2, 46), (3.2, 4.8), SKIN)
        board.disc((side * 17.6, 46.4), (1.5, 2.7), SKIN_SHADE)
    board.shape(both_sides(FACE), SKIN)
    for side in (-1, 1):
        board.stroke([(side * 10.2, 46.2), (side * 7.2, 44.9), (side * 4.2, 46.2)], 1.1, FEATURES)
        board.stroke([(side * 10.8, 40.6), (side * 7.4, 39.2), (side * 3.8, 40.2)], [0.7, 1.3, 1.1], FEATURES)
    board.stroke(plot("-0.6 48, 0.9 52, -1.2 52.8"), 0.9, SKIN_SHADE)
    board.stroke(plot("-4.2 57.6, 0 59.3, 4.2 57.6"), [0.9, 1.4, 0.9], FEATURES)


def two_sides(board: Board, right: Points, colour: Colour = HAIR) -> None:
    """Fill a smooth outline on the right, and its mirror image on the left."""
    board.shape(right, colour)
    board.shape(flipped(right), colour)


def strands(
    board: Board, *lines: Points, width: float = 0.9, colour: Colour = HAIR_LIGHT, mirror: bool = False
) -> None:
    """Draw single hairs that taper towards both ends, on request on both sides."""
    for line in lines:
        board.stroke(line, [0.3, width, width, 0.3], colour)
        if mirror:
            board.stroke(flipped(line), [0.3, width, width, 0.3], colour)


def curls(board: Board, outline: Points, size: float, colour: Colour = HAIR) -> None:
    """Fill a smooth outline and put curls along its edge."""
    edge = smooth(outline, closed=True)
    board.flat(edge, colour)
    for number, point in enumerate(evenly(edge, size * 1.25)):
        board.disc(point, size * (1.0 if number % 2 else 0.82), colour)


def ringlets(board: Board, places: Sequence[Point], size: float, colour: Colour = HAIR_LIGHT) -> None:
    """Draw small open rings, the light on curls."""
    for number, (x, y) in enumerate(places):
        start = (0.55, 0.1, 0.8)[number % 3]
        board.line(arc((x, y), size, start, start + 0.5), [0.3, 0.9, 0.3], colour)


def braid(board: Board, path: Points, width: float, *, pieces: int, tip: float = 0.55) -> None:
    """Draw a braid of rounded pieces that lie to the left and the right in turn, and its loose end."""
    spots = evenly(smooth(path), 0.25)
    step = (len(spots) - 1) / pieces
    for number in range(pieces):
        x, y = spots[round((number + 0.5) * step)]
        ahead = spots[min(round((number + 1.5) * step), len(spots) - 1)]
        size = width * (1 - (1 - tip) * number / pieces)
        _piece(board, (x, y), ahead, size, 1 if number % 2 else -1)


def _piece(board: Board, at: Point, ahead: Point, size: float, side: int) -> None:
    dx, dy = ahead[0] - at[0], ahead[1] - at[1]
    length = max((dx * dx + dy * dy) ** 0.5, 0.01)
    ux, uy = dx / length, dy / length

    def point(across: float, along: float) -> Point:
        return at[0] - uy * across * side + ux * along, at[1] + ux * across * side + uy * along

    outline = [
        point(0.62 * size, -0.35 * size),
        point(0.66 * size, 0.25 * size),
        point(0.1 * size, 0.95 * size),
        point(-0.42 * size, 0.85 * size),
        point(-0.3 * size, 0.1 * size),
        point(0.15 * size, -0.55 * size),
    ]
    board.shape(outline, HAIR)
    board.stroke(
        [point(0.5 * size, -0.1 * size), point(0.1 * size, 0.5 * size), point(-0.25 * size, 0.7 * size)],
        [0.3, 0.9, 0.3],
        HAIR_LIGHT,
    )


def tie(board: Board, at: Point, radius: float | Point = 1.9) -> None:
    """Draw a hair tie."""
    board.disc(at, radius, BAND)
