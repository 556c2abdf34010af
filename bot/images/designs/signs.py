"""Designs of signs, stars and tools."""

from math import hypot

from bot.images.board import Board
from bot.images.curves import Point, Points, arc, evenly, plot, smooth, turned
from bot.images.designs.ink import (
    BOLD,
    FINE,
    INK,
    LINE,
    PAPER,
    angular,
    around,
    contour,
    dots,
    ring,
    spark,
    tapered,
    tubes,
)


def anchor(board: Board) -> None:
    """Draw an anchor with a rope wound around its shank."""
    arms = arc((0, 6), (29, 30), 0.03, 0.47)
    tubes(board, [arms, [(0, -26), (0, 35)], [(-17, -19), (17, -19)]], 5.2)
    for side in (1, -1):
        fluke = [(side * x, y) for x, y in plot("25 11!, 30 -4!, 38 12!, 31.4 10.4")]
        board.shape(fluke, INK)
        board.disc((side * 18, -19), 3.6, INK)
    board.disc((0, -34), 7.8, INK)
    board.disc((0, -34), 4.6, PAPER)
    rope = plot("5.6 -31, 16 -29, 17 -12, 0 -4, -13 5, -9 17, 4 19, 15 25, 13 38, 20 45")
    tubes(board, [rope], 3.4, FINE)
    spots = evenly(smooth(rope), 2.7)
    for before, (x, y), after in zip(spots, spots[1:], spots[2:], strict=False):
        dx, dy = after[0] - before[0], after[1] - before[1]
        length = hypot(dx, dy)
        ux, uy = dx / length, dy / length
        ends = [(x - 1.5 * uy * s - 0.9 * ux * s, y + 1.5 * ux * s - 0.9 * uy * s) for s in (-1, 1)]
        board.line(ends, 0.6, INK)


def heart(board: Board) -> None:
    """Draw a heart in one stroke of the pen that crosses itself at the tip."""
    right = plot("0 -18, 7 -31, 22 -36, 36 -28, 40 -12, 33 6, 18 22, 0 37, -9 43, -15 42, -13 37")
    left = plot("0 -18, -8 -30, -22 -35, -36 -27, -40 -11, -33 7, -19 22, 0 36, 14 44, 24 45")
    board.stroke(right, [0.9, 2.8, 3.6, 2.6, 1.3, 0.8, 0.3], INK)
    board.stroke(left, [0.9, 1.6, 2.2, 3.4, 2.4, 1.2, 0.3], INK)
    tapered(board, plot("-8 -22, -18 -28, -29 -23, -33 -12"), width=LINE)
    tapered(board, plot("-33 -6, -32 -2, -30.6 1, -29 4"), width=LINE)
    spark(board, (27, 34), 4.4)
    spark(board, (34, 26), 2.6)
    dots(board, [(34.6, 34.6), (-27, 33)], 0.9)


def compass(board: Board) -> None:
    """Draw a compass rose in a ring with degrees."""
    centre = (0.0, 0.0)
    ring(board, centre, 34, BOLD)
    ring(board, centre, 30)
    ring(board, centre, 17, FINE)
    for number in range(72):
        turns, reach = number / 72, 31.8 if number % 3 else 30
        board.line([around(centre, turns, reach), around(centre, turns, 33.6)], FINE, INK)
    for offset, reach, waist in ((0.125, 24.0, 6.6), (0.0, 44.0, 8.6)):
        for number in range(4):
            turns = offset + number / 4
            tip = around(centre, turns, reach)
            angular(board, [centre, around(centre, turns - 0.125, waist), tip], FINE, INK)
            angular(board, [centre, around(centre, turns + 0.125, waist), tip], FINE)
    board.disc(centre, 2.4, INK)
    board.disc(centre, 1.1, PAPER)
    dots(board, [around(centre, 0.125 + number / 4, 41) for number in range(4)], 1.0)


def star(board: Board) -> None:
    """Draw a nautical star, half of each point dark, with small ones around."""
    centre = (0.0, 2.0)
    for number in range(5):
        turns = number / 5
        tip = around(centre, turns, 38)
        angular(board, [centre, around(centre, turns - 0.1, 14.8), tip], LINE)
        angular(board, [centre, around(centre, turns + 0.1, 14.8), tip], LINE, INK)
    for number, size in enumerate((4.6, 3.2, 4.6, 3.2, 4.6)):
        spark(board, around(centre, 0.1 + number / 5, 31), size)


def arrow(board: Board) -> None:
    """Draw an arrow that flies upwards to the right."""

    def placed(points: Points) -> list[Point]:
        return turned(points, 0.125)

    board.line(placed([(0, 40), (0, -38)]), LINE, INK)
    angular(board, placed(plot("0 -52, 6.4 -36, 0 -39.6")), LINE, INK)
    angular(board, placed(plot("0 -52, 0 -39.6, -6.4 -36")), LINE)
    for side in (1, -1):
        vane = [(side * x, y) for x, y in plot("0 22, 8 15, 8 37, 0 44")]
        angular(board, placed(vane))
        for step in range(5):
            y = 25.4 + step * 4.2
            board.line(placed([(0, y), (side * 8, y - 7)]), FINE, INK)
    board.line(placed([(0, 49), (0, 12)]), LINE, INK)
    for y in (6, -22):
        angular(board, placed([(0, y - 4.4), (3, y), (0, y + 4.4), (-3, y)]), LINE, INK)
    for y in (-2, -14):
        board.line(placed([(-2.4, y), (2.4, y)]), LINE, INK)
    angular(board, placed(plot("0 -12.6, 3.4 -8, 0 -3.4, -3.4 -8")), LINE)


def moon_phases(board: Board) -> None:
    """Draw the moon from new to full and back, on a bow."""
    for place, radius, light in ((0, 11.6, 1.0), (1, 7.4, 0.45), (2, 5.6, -0.25)):
        for side in (1, -1):
            centre = (side * (0, 21.6, 36.6)[place], (0, 2.6, 8)[place] - 3)
            _moon(board, centre, radius, side, light)
    ring(board, (0, -3), 14.2, FINE)
    for number in range(-4, 5):
        turns, reach = number / 22, 19.6 if number % 2 else 22
        board.line([around((0, -3), turns, 17), around((0, -3), turns, reach)], FINE, INK)
    tapered(board, plot("-43 22, -18 30, 18 30, 43 22"), width=LINE)
    dots(board, [(0, 34.6), (-8, 34), (8, 34)], 0.9)
    spark(board, (0, 20.6), 4.4)
    spark(board, (-17, 19), 2.6)
    spark(board, (17, 19), 2.6)


def _moon(board: Board, centre: Point, radius: float, side: int, light: float) -> None:
    """Draw a disc whose part towards the middle is light; ``light`` is 1 for all and -1 for none of it."""
    x, y = centre
    if light == 1:
        ring(board, centre, radius)
        for dx, dy, size in ((-4, -3.6, 2.4), (3.4, 2.6, 3.0), (4.4, -5, 1.4), (-3.4, 5.4, 1.5)):
            ring(board, (x + dx, y + dy), size, FINE)
        return
    board.disc(centre, radius + LINE / 2, INK)
    reach = radius - LINE / 2
    shape = [*arc((0, 0), reach, -0.25, 0.25), *arc((0, 0), (-light * reach, reach), 0.25, -0.25)]
    board.flat([(x - side * dx, y + dy) for dx, dy in shape], PAPER)


def band(board: Board) -> None:
    """Draw a band of triangles and diamonds to go around an arm."""
    for y, width in ((-21.0, BOLD), (-17.6, FINE), (-6.6, FINE), (6.6, FINE), (17.6, FINE), (21.0, BOLD)):
        board.line([(-47, y), (47, y)], width, INK)
    for number in range(-4, 5):
        x = 10.4 * number
        for side in (1, -1):
            angular(board, [(x - 5.2, side * 16.6), (x, side * 7.8), (x + 5.2, side * 16.6)], FINE, INK)
            if number < 4:  # noqa: PLR2004 - between two of nine
                dots(board, [(x + 5.2, side * 9.8)], 0.85)
        angular(board, [(x - 4.6, 0), (x, -4.8), (x + 4.6, 0), (x, 4.8)], LINE)
        dots(board, [(x, 0)], 1.2)


def sun(board: Board) -> None:
    """Draw a sun with straight and waving rays around a sleeping face of lines."""
    centre = (0.0, 0.0)
    for number in range(16):
        turns = number / 16
        if number % 2:
            wave = plot("-1.6 -20, -3 -26, 0.6 -31, -0.6 -38!, 2.6 -31, 0.6 -26, 1.8 -20")
            contour(board, turned(wave, turns), FINE)
        else:
            angular(board, turned(plot("-3.6 -20, 0 -46, 3.6 -20"), turns))
            board.line(turned([(0, -22), (0, -38)], turns), FINE, INK)
    board.disc(centre, 20.6, PAPER)
    ring(board, centre, 19.6, BOLD)
    ring(board, centre, 16.8, FINE)
    for eye in (plot("-10 -2.4, -6.4 0.4, -2.8 -2.4"), plot("10 -2.4, 6.4 0.4, 2.8 -2.4")):
        board.stroke(eye, [0.6, LINE, 0.6], INK)
    tapered(
        board, plot("-10.4 -6.6, -7 -8.4, -4.4 -8, -2.2 -5.6"), plot("2.2 -5.6, 4.4 -8, 7 -8.4, 10.4 -6.6")
    )
    tapered(board, plot("-2.2 -5.6, -1.4 0, -2.2 4, 0.8 4.6"), width=FINE)
    tapered(board, plot("-4.4 8.4, -1.6 9.8, 1.6 9.8, 4.4 8.4"))


def infinity(board: Board) -> None:
    """Draw the sign of infinity with a broad nib, among stars."""
    path = plot("0 0, 12 -13, 26 -18, 40 -11, 44 2, 37 14, 24 16, 11 10, 0 0, -12 -11, -25 -16, -38 -13, "
                "-44 -1, -39 12, -26 18, -12 13, 0 0")  # fmt: skip
    board.stroke(path, [1, 1.6, 3, 4.4, 3.4, 1.6, 1, 1, 1.2, 1.4, 1.2, 1.8, 3.4, 4.4, 3, 1.6, 1], INK)
    for centre, size in (((24, -1), 4.4), ((-24, -1), 4.4), ((0, -15), 3.2), ((0, 15), 3.2)):
        spark(board, centre, size)
    dots(board, [(0, -22), (0, 22), (-7, -19), (7, -19), (-7, 19), (7, 19)], 0.8)


SIGNS = {
    "anchor": anchor,
    "heart": heart,
    "compass": compass,
    "star": star,
    "arrow": arrow,
    "moon_phases": moon_phases,
    "band": band,
    "sun": sun,
    "infinity": infinity,
}
