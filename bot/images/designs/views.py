"""Designs of landscapes in a ring."""

from bot.images.board import Board
from bot.images.curves import arc, moved, plot, scaled
from bot.images.designs.ink import BOLD, FINE, INK, LINE, PAPER, angular, contour, dots, ring, spark, tapered

_SLOPE = 0.7
_RING = arc((0, 0), 40, 0, 1)


def wave(board: Board) -> None:
    """Draw a breaking wave before the sun, in a ring."""
    board.inside(_RING, _draw_waves)
    ring(board, (0, 0), 40, BOLD)
    ring(board, (0, 0), 43, FINE)


def _draw_waves(board: Board) -> None:
    ring(board, (24, 6), 11)
    for y in (-20, -14, -8):
        tapered(board, [(-42, y), (-36, y - 1), (-30, y)], width=FINE)
    crest = plot(
        "-46 20, -36 4, -26 -14, -10 -25, 8 -24, 18 -14, 18 -5!, 11.6 -11.6!, 12 -3!, 5 -10.6!, "
        "3.6 -2!, -3 -7!, -6 4, -2 15, 10 23, 26 24, 46 14, 46 60, -46 60"
    )
    contour(board, crest, BOLD)
    for line in (
        plot("-38 18, -30 2, -20 -12, -6 -19.6"),
        plot("-34 22, -25 6, -16 -8, -4 -15.6"),
        plot("-28 25, -20 10, -13 -2, -6 -10"),
        plot("-21 27, -15 15, -11 6, -9 0"),
    ):
        tapered(board, line, width=LINE)
    dots(board, [(23, -14), (26, -20), (20, -24), (29, -13), (32, -19), (25, -28), (15, -29)], 0.95)
    front = plot("-46 34, -34 27, -22 26, -10 32, 2 36, 14 31, 26 26, 38 28, 46 34, 46 60, -46 60")
    contour(board, front, BOLD)
    for line in (
        plot("-40 36, -28 31, -18 32, -8 37"),
        plot("8 37.6, 18 33, 28 31, 36 33"),
        plot("-12 41, -2 42, 8 41.6, 18 37"),
    ):
        tapered(board, line)


def mountain(board: Board) -> None:
    """Draw three peaks under a moon, with firs and a lake, in a ring."""
    board.inside(_RING, _draw_mountains)
    ring(board, (0, 0), 40, BOLD)
    ring(board, (0, 0), 43, FINE)


def _draw_mountains(board: Board) -> None:
    ring(board, (20, -23), 6, FINE)
    spark(board, (-22, -20), 3.2)
    dots(board, [(-14, -29), (-28, -9), (32, -8), (5, -33)], 0.8)
    for peak, foot, size in (((-21, -9), 16, 0.66), ((22, -6), 16, 0.6), ((0, -27), 16, 1.0)):
        x, y = peak
        half = (foot - y) * _SLOPE
        angular(board, [(x - half, foot), peak, (x + half, foot)], BOLD)
        snow = plot("0 0, 7 10, 4 8.6, 2.6 14, 0.4 9.6, -2 15, -3.8 9, -7 10")
        board.line([(px + x, py + y) for px, py in scaled(snow[1:], size)], LINE, INK)
        for number in range(6):
            start = 13 * size + number * 4.2 * size
            right = x + start * _SLOPE - 1.2
            length = (8.6 - 0.9 * number) * size
            board.line([(right, y + start + 1), (right - length * 0.55, y + start + length)], FINE, INK)
    board.flat([(-46, 16), (46, 16), (46, 50), (-46, 50)], PAPER)
    board.line([(-46, 16), (46, 16)], LINE, INK)
    for place, height in ((-33, 15), (-27, 11), (-21, 8), (34, 15), (28, 11), (22, 8)):
        _fir(board, (place, 16.4), height)
    for depth, left, right in ((20, -30, 12), (23.4, -8, 30), (27, -26, 4), (30.6, -2, 22), (34, -16, 8)):
        tapered(board, [(left, depth), (left * 0.6 + right * 0.4, depth + 0.7), (right, depth)])


def _fir(board: Board, foot: tuple[float, float], height: float) -> None:
    tree = plot(
        "0 -10, 2 -6.6, 1 -6.8, 3 -3.4, 1.6 -3.6, 3.8 0, -3.8 0, -1.6 -3.6, -3 -3.4, -1 -6.8, -2 -6.6"
    )
    board.flat(moved(scaled(tree, height / 10), *foot), INK)


VIEWS = {"wave": wave, "mountain": mountain}
