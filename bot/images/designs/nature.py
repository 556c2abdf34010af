"""Designs of flowers, leaves and animals."""

from itertools import pairwise
from math import atan2, pi

from bot.images.board import Board
from bot.images.curves import Points, evenly, flipped, moved, plot, scaled, smooth, turned
from bot.images.designs.ink import BOLD, FINE, INK, LINE, PAPER, contour, dots, spark, tapered

_ROSE_PETAL = plot(
    "0 2, -8 -3, -12.6 -11, -9 -18.4, -2 -19.6, 1.6 -21.4!, 5 -19, 10.6 -16.4, 12.4 -9, 7.4 -2.4"
)


def rose(board: Board) -> None:
    """Draw a rose in full bloom on a stem with two leaves."""
    board.stroke(plot("1 4, 3.4 18, 2 32, -3 46"), [BOLD, BOLD, LINE], INK)
    _rose_leaf(board, (2.8, 24), 0.13, 1.0)
    _rose_leaf(board, (2.4, 31), -0.16, 0.9)
    for thorn in (plot("3 14, 6.6 13.6, 3.4 17.4"), plot("0.6 38, -3.4 36.4, -0.4 41")):
        board.flat(thorn, INK)
    centre = (0, -15)
    for count, size, reach, turn in ((5, 1.08, 6.4, 0.0), (5, 0.82, 3.6, 0.11), (3, 0.62, 1.6, 0.02)):
        for number in range(count):
            turns = turn + number / count
            petal = turned(moved(scaled(_ROSE_PETAL, size), 0, -reach), turns)
            contour(board, moved(petal, *centre))
            fold = scaled(plot("-6.4 -14.6, -2 -16.4, 3 -16, 7 -12.6"), size)
            tapered(board, moved(turned(moved(fold, 0, -reach), turns), *centre), width=FINE)
    contour(board, moved(plot("0 -7.4, 6 -4.4, 6.6 2, 2 6.6, -4.4 5.6, -7 0, -4.6 -5.6"), *centre))
    spiral = plot("-4.6 1.6, -2.6 -4, 2.4 -4.4, 4.4 0, 2.2 3.4, -1.6 2.8, -2 -0.6, 0.6 -1.6, 1.4 0.4")
    board.stroke(moved(spiral, *centre), [0.3, LINE, LINE, FINE, 0.3], INK)


def _rose_leaf(board: Board, at: tuple[float, float], turns: float, size: float) -> None:
    outline = plot("0 0!, 7.6 -4, 9.4 -12, 4.6 -20, 0 -26!, -4.6 -20, -9.4 -12, -7.6 -4")
    veins = [plot("0 0, 0 -8, 0 -16, 0 -23")]
    for y in (-5, -10, -15):
        veins += [[(0, y), (2.6, y - 2), (5.4, y - 5)], [(0, y), (-2.6, y - 2), (-5.4, y - 5)]]

    def placed(points: Points) -> Points:
        return moved(turned(scaled(points, (0.72 * size, size)), turns * 2), *at)

    contour(board, placed(outline))
    tapered(board, *map(placed, veins), width=FINE)


def lotus(board: Board) -> None:
    """Draw an open lotus over two lines of water."""
    outer = plot("8 18!, 22 17, 36 9, 45 -4!, 33 -4, 20 3, 8 14")
    second = plot("5 18!, 18 12, 29 0, 33 -17!, 22 -13, 11 -3, 3 12")
    third = plot("2 18!, 13 8, 19 -8, 17 -27!, 8.6 -18, 2 -6, 0 10")
    middle = plot("0 18!, 9.4 8, 11.6 -8, 6.6 -22, 0 -33!, -6.6 -22, -11.6 -8, -9.4 8")
    for petal in (outer, second, third):
        contour(board, petal)
        contour(board, flipped(petal))
    contour(board, middle)
    for vein in (
        plot("14 15.6, 24 12, 33 5.4, 40 -1.4"),
        plot("9 12, 18 4, 25 -5, 29.4 -12.6"),
        plot("11 4.6, 15 -6, 16 -14, 15.8 -21.4"),
        plot("3.6 10, 5 0, 4.4 -10, 1.6 -20"),
    ):
        tapered(board, vein, flipped(vein), width=FINE)
    tapered(board, plot("0 14, 0 4, 0 -10, 0 -25"), width=FINE)
    tapered(board, plot("-40 23, -16 25, 16 25, 40 23"))
    tapered(board, plot("-24 29, -10 30.4, 10 30.4, 24 29"), width=FINE)
    dots(board, [(0, 35.6), (-5, 35), (5, 35)], 0.9)
    dots(board, [(0, -38.4), (0, -42.4)], 1.0)
    dots(board, [(0, -45.6)], 0.6)


def branch(board: Board) -> None:
    """Draw an olive branch, bent like a bow."""
    stem = smooth(plot("-33 37, -14 28, 4 12, 15 -8, 20 -31"))
    leaf = plot("0 0!, 4.4 -5, 5 -12, 0 -21!, -5 -12, -4.4 -5")
    vein = plot("0 -1, 0 -7, 0 -12, 0 -17")
    spots = evenly(stem, 8.2)
    board.line(stem, [BOLD, LINE, LINE, FINE], INK)
    for number, (before, at) in enumerate(pairwise(spots), start=1):
        ahead = 0.25 + atan2(at[1] - before[1], at[0] - before[0]) / (2 * pi)
        size = 1.06 - 0.03 * number
        for side in (1, -1):
            turns = ahead + side * 0.125
            if (number + side) % 4 == 0:
                berry = moved(turned([(side * 1.4, -8.6)], ahead + side * 0.16), *at)[0]
                board.line([at, berry], FINE, INK)
                board.disc(berry, 2.9, INK)
                board.disc((berry[0] - 0.9, berry[1] - 0.9), 0.7, PAPER)
            elif (number + (side > 0)) % 2:
                contour(board, moved(turned(scaled(leaf, size), turns), *at))
                tapered(board, moved(turned(scaled(vein, size), turns), *at), width=FINE)
    contour(board, moved(turned(scaled(leaf, 0.8), 0.03), *spots[-1]))
    tapered(board, moved(turned(scaled(vein, 0.8), 0.03), *spots[-1]), width=FINE)


def feather(board: Board) -> None:
    """Draw a bent feather: a bare quill, down above it, and two slits in its vane."""

    def placed(points: Points) -> Points:
        bent = [(x + (y - 46) ** 2 / 460 - 7, y) for x, y in points]
        return turned(bent, 0.03)

    outline = plot(
        "0.4 26!, 5.4 22.4, 8 17, 10.4 12!, 6.6 13.4!, 11.6 5, 12.6 -5, 11.4 -13!, 7 -9!, 12.4 -20, "
        "10.8 -31, 6 -41, -1 -48!, -7.6 -40, -11.4 -28, -12.6 -16, -12.4 -8!, -6.4 -3!, -12.2 -1, -11.6 10, "
        "-8 19, -4.4 24, -0.4 26!"
    )
    edge = placed(smooth(outline, closed=True))

    def barbs(board: Board) -> None:
        for step in range(24):
            y = 26 - step * 3.1
            right = [(0.3, y), (5, y - 2.6), (13.6, y - 9.6)]
            tapered(board, placed(right), placed(flipped(right)), width=0.6 if step % 2 else FINE)

    board.inside(edge, barbs)
    board.line(edge, LINE, INK)
    for line in (
        plot("0.2 29, 4 28.4, 7.6 25.4, 8.4 22.6"),
        plot("0.2 32, 4.4 32, 8 29.6"),
        plot("-0.2 29, -4 28, -7 25.4"),
        plot("-0.2 32.4, -4 33, -7.6 31"),
    ):
        tapered(board, placed(smooth(line)), width=FINE)
    shaft = placed(smooth(plot("0 50, 0 36, 0 10, 0 -20, -0.6 -44")))
    board.line(shaft, [BOLD, LINE, LINE, FINE, 0.3], INK)
    spark(board, (-21, 18), 3.4)
    dots(board, [(-26, 25), (-15, 26)], 0.8)


def swallow(board: Board) -> None:
    """Draw a swallow from above as it climbs: long wings, a dark back, its tail forked."""
    lean = 0.105

    def placed(points: Points) -> Points:
        return turned(points, lean)

    tail = plot("2.6 14!, 5.4 24, 9 34, 15 49!, 7.4 38, 2.4 30, 0 27!, 0 14!")
    for side in (tail, flipped(tail)):
        contour(board, placed(side))
    tapered(
        board, placed(plot("3.4 22, 6 30, 10.4 40")), placed(plot("-3.4 22, -6 30, -10.4 40")), width=FINE
    )
    wing = plot(
        "3 -16!, 10 -25, 20 -29.6, 31 -28, 41 -18, 50 3!, 43 -6, 39.6 -5.4, 39 -9!, 34.6 -6.6, 30.6 -8.4, "
        "30 -11.6!, 25.4 -9, 21 -10, 20.6 -12.6!, 16 -8.4, 11.8 -7.6, 11 -9.6!, 8 -5, 4 3!"
    )
    feathers = (
        plot("21 -24, 31 -20.6, 41.6 -9.4"),
        plot("17.6 -22, 26 -17.4, 34 -10.4"),
        plot("13.6 -20, 19.4 -16.4, 24.6 -12"),
        plot("9.6 -17.4, 13 -14.4, 15.4 -11"),
    )
    for turned_over in (False, True):
        outline = flipped(wing) if turned_over else wing
        contour(board, placed(outline))
        for line in (plot("6 -16, 14 -23, 24 -25.4, 34 -20"), *feathers):
            tapered(board, placed(flipped(line) if turned_over else line), width=FINE)
    board.shape(
        placed(
            plot(
                "0 -38!, 1.7 -34, 4.4 -30.6, 5.6 -26, 5.4 -21, 6.2 -14, 5.8 -2, 4 10, 2 18, 0 23, -2 18, "
                "-4 10, -5.8 -2, -6.2 -14, -5.4 -21, -5.6 -26, -4.4 -30.6, -1.7 -34"
            )
        ),
        INK,
    )
    for eye in placed([(-2.9, -29), (2.9, -29)]):
        board.disc(eye, 0.8, PAPER)
    sheen = plot("2.6 -18, 3 -8, 2 2, 0.8 10")
    for line in (sheen, flipped(sheen)):
        board.stroke(placed(line), [0.2, 0.8, 0.8, 0.2], PAPER)
    spark(board, (-31, 9), 4)
    spark(board, (16, 34), 4)
    dots(board, [(-24, 3), (22, 29), (-36, 15)], 0.8)


def butterfly(board: Board) -> None:
    """Draw a butterfly with open wings."""
    upper = plot("1.4 -8!, 8 -24, 22 -36, 38 -37, 44 -28, 40 -13, 28 -3, 12 1, 1.4 0!")
    lower = plot("1.4 0!, 12 1.6, 25 4, 33 13, 31 25, 23 31, 20 38, 15 32, 8 20, 1.4 8!")
    for side in (lower, upper):
        for wing in (side, flipped(side)):
            contour(board, wing, BOLD)
    for cell in (
        plot("6 -9!, 13 -22, 24 -29, 25 -20, 17 -9, 8 -4"),
        plot("28 -30!, 36 -31, 38 -25, 33 -20, 28 -22"),
        plot("30 -17!, 36 -17, 33 -10, 25 -6, 23 -9"),
        plot("6 5!, 16 6, 20 13, 17 20, 11 17"),
        plot("22 9!, 28 13, 27 20, 22 20, 21 14"),
    ):
        contour(board, cell, FINE)
        contour(board, flipped(cell), FINE)
    spots = [(40.4, -27), (39, -18), (33.6, -33.6), (29.4, 22.6), (24.6, 27), (30.4, 16)]
    dots(board, spots, 0.9)
    dots(board, flipped(spots), 0.9)
    board.shape(plot("0 -15, 2.2 -10, 1.8 0, 1.4 14, 0 22!, -1.4 14, -1.8 0, -2.2 -10"), INK)
    board.disc((0, -15.6), 2.4, INK)
    for feeler in (plot("0.6 -17, 3 -24, 7 -30, 11.6 -33"), plot("-0.6 -17, -3 -24, -7 -30, -11.6 -33")):
        board.stroke(feeler, FINE, INK)
        board.disc(feeler[-1], 1.1, INK)


def snake(board: Board) -> None:
    """Draw a snake in two bends with a band of scales."""
    spine = smooth(plot("6 45, -12 40, -20 29, -8 19, 12 14, 20 2, 8 -9, -12 -13, -18 -24, -8 -33, 4 -33"))
    widths = [0.8, 4.2, 6.6, 7.6, 8, 8, 7.6, 7, 6.2, 5.8, 6.6]
    board.line(spine, [width + LINE for width in widths], INK)
    board.line(spine, [max(width - LINE, 0.1) for width in widths], PAPER)
    dots(board, evenly(spine, 3.4)[4:-4], 0.85)
    head = plot("2 -37.4, 8 -38.6, 15 -36, 18.4 -33, 15 -30, 8 -28, 2 -29")
    contour(board, head)
    board.disc((10.4, -35), 1.0, INK)
    board.stroke(plot("18 -33, 23 -33.4, 26.4 -31"), FINE, INK)
    board.line(plot("23.4 -33.4, 25.4 -34.6, 27.4 -36"), FINE, INK)
    for centre, size in (((-26, 6), 4), ((27, 24), 4), ((30, -14), 2.6)):
        spark(board, centre, size)


NATURE = {
    "rose": rose,
    "lotus": lotus,
    "swallow": swallow,
    "butterfly": butterfly,
    "feather": feather,
    "branch": branch,
    "snake": snake,
}
