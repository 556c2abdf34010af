"""How the tattoo designs are drawn: black lines of three widths on white.

Measures: 104 across and down, the middle is (0, 0).
"""

from collections.abc import Callable, Sequence
from math import cos, pi, sin

from bot.images.board import Board
from bot.images.curves import Point, Points, arc, smooth

INK = (0, 0, 0)
PAPER = (255, 255, 255)
BOLD, LINE, FINE = 2.1, 1.3, 0.75

Draw = Callable[[Board], None]


def blank(pixels: int) -> Board:
    """Return an empty white board."""
    return Board(pixels, PAPER, units=104, origin=(-52, -52))


def contour(board: Board, points: Points, width: float = LINE) -> None:
    """Draw a smooth closed outline that hides what is behind it."""
    edge = smooth(points, closed=True)
    board.flat(edge, PAPER)
    board.line(edge, width, INK)


def angular(board: Board, points: Points, width: float = LINE, fill: tuple[int, int, int] = PAPER) -> None:
    """Draw a closed outline with straight sides that hides what is behind it."""
    board.flat(points, fill)
    board.line([*points, points[0]], width, INK)


def tapered(board: Board, *lines: Points, width: float = LINE) -> None:
    """Draw smooth lines that run out at both ends."""
    for line in lines:
        board.stroke(line, [0.25, width, width, 0.25], INK)


def ring(board: Board, centre: Point, radius: float | Point, width: float = LINE) -> None:
    """Draw a circle or an ellipse; nothing behind it is hidden."""
    board.line(arc(centre, radius, 0, 1), width, INK)


def tubes(board: Board, lines: Sequence[Points], width: float, edge: float = LINE) -> None:
    """Draw smooth lines as hollow tubes that flow into each other."""
    for line in lines:
        board.stroke(line, width + edge, INK)
    for line in lines:
        board.stroke(line, width - edge, PAPER)


def dots(board: Board, places: Sequence[Point], radius: float = 0.8) -> None:
    """Draw dots."""
    for place in places:
        board.disc(place, radius, INK)


def spark(board: Board, centre: Point, size: float) -> None:
    """Draw a small star of four narrow points."""
    points = []
    for number in range(8):
        reach = size if number % 2 == 0 else size * 0.2
        points.append(around(centre, number / 8, reach))
    board.flat(points, INK)


def around(centre: Point, turns: float, reach: float) -> Point:
    """Return the point that far away in that direction, in turns clockwise from the top."""
    return centre[0] + reach * sin(2 * pi * turns), centre[1] - reach * cos(2 * pi * turns)
