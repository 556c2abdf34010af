"""Long hair, worn loose."""

from itertools import pairwise
from math import hypot

from bot.images.board import Board
from bot.images.curves import Points, both_sides, evenly, flipped, plot, smooth
from bot.images.haircuts.head import HAIR, HAIR_DARK, HAIR_LIGHT, Haircut, curls, ringlets, strands, two_sides


def _behind(board: Board) -> None:
    board.shape(both_sides(plot("0 20, 17 28, 21 44, 23 70, 24 92!, 0 92")), HAIR_DARK)


def _straight(board: Board) -> None:
    two_sides(
        board,
        plot(
            "-0.4 14.8, 9 15.4, 17 20.6, 21 31, 22.4 46, 24 62, 26.4 80, 27 97!, 14 98!, 14.4 80, 15 64, "
            "16.6 51, 16 40, 11 31.6, 4.4 25.8, -0.4 23!"
        ),
    )
    strands(
        board,
        plot("1.4 17.6, 10 20, 16.4 28, 18.6 40"),
        plot("2.6 21, 10.4 25.4, 15.4 32.6, 17.6 43"),
        plot("20 42, 20.8 58, 22.8 76, 23.6 94"),
        plot("17.8 52, 17.4 66, 17.4 80, 17.4 95"),
        mirror=True,
    )


def _hime(board: Board) -> None:
    two_sides(
        board,
        plot("8 17, 17.4 21.4, 21.4 32, 23 50, 25 74, 26 97!, 16 98!, 16.4 70, 17 48, 15 34"),
        HAIR_DARK,
    )
    two_sides(
        board,
        plot("12 24, 19 28, 20.6 40, 20.8 62!, 12.6 62.6!, 13.6 48, 13 36"),
    )
    board.shape(both_sides(plot("0 13.8, 10 15, 17.4 20.6, 20 30, 17.4 39!, 9 38.4, 0 38.2")), HAIR)
    strands(
        board,
        plot("1 16.4, 2 23, 2.4 30, 2.4 36.6"),
        plot("2.4 16.4, 6 22, 7.6 29.4, 7.8 36.8"),
        plot("4.4 16.6, 10.4 22, 12.8 29.4, 13 37.2"),
        plot("16.6 42, 17 48, 17 54, 16.8 60"),
        plot("22.6 58, 23 70, 23.4 82, 23.4 94"),
        plot("18.6 66, 18.8 76, 19 86, 19 95"),
        mirror=True,
    )


_WAVES = plot(
    "17.6 21, 21.4 30, 21 40, 25.6 48, 23.4 57, 28.4 65, 26 74, 30.6 83, 27.4 92!, 22.6 97, "
    "15.4 94!, 17.6 86, 13.8 78, 17 70, 13.8 62, 16.8 54, 15.6 45"
)
_WAVE_LIGHT = (
    plot("19.4 40, 22.6 48.6, 20.4 56, 24.6 65"),
    plot("24 68, 23 74, 27 83, 24.6 91"),
    plot("18.4 56, 17 62, 20.4 70, 17.6 78"),
    plot("18.4 80, 21 85, 20 90, 19.6 93"),
)


def _wavy(board: Board) -> None:
    """Part the hair on one side and sweep it to the other."""
    right = [(-6, 15), (4, 13.4), *_WAVES, (15, 38), (9, 31), (0, 25.6), (-6, 21), (-6, 21)]
    left = [
        (-4, 15),
        (-12, 16.6),
        *flipped(_WAVES),
        (-15.4, 38),
        (-12, 30),
        (-7.4, 24),
        (-5.6, 20.4),
        (-5.6, 20.4),
    ]
    board.shape(right, HAIR)
    board.shape(left, HAIR)
    strands(
        board,
        plot("-3.4 17.4, 7 18.6, 15.4 25.6, 18 37"),
        plot("-4 20, 5 23.4, 13.6 30, 17 42"),
        plot("-6.6 18.6, -13.4 22, -18 29, -18 39"),
    )
    strands(board, *_WAVE_LIGHT, mirror=True)


def _curtain_bangs(board: Board) -> None:
    two_sides(board, [(0, 14), (9, 14.8), *_WAVES, (13, 34), (6, 27), (0, 25)])
    two_sides(
        board,
        plot("-0.3 14.4, 6 17, 12 23, 16.6 32, 21.6 41.4!, 15.4 41.8, 10.6 38, 5 31, 1.2 25.6, -0.3 21.6!"),
    )
    strands(
        board,
        plot("1 20, 5 25, 9.6 33, 15.6 39.6"),
        plot("1.6 17.4, 7.6 22, 12.6 31, 18.4 39.6"),
        plot("4 16.4, 11 19, 17 26, 20 35"),
        *_WAVE_LIGHT,
        mirror=True,
    )


def _curly(board: Board) -> None:
    right = plot(
        "0 13.6, 10 14.4, 19 20, 24 31, 26 44, 30 56, 31.4 70, 31.6 82, 27 91, 18.4 91, 15.4 82, "
        "17.4 70, 16.4 58, 16.6 47, 14.4 37, 8 30.4, 0 27"
    )
    curls(board, both_sides(right), 3.2)
    ringlets(
        board,
        plot(
            "0 18, -8 18.6, 8 18.6, -15.6 24, 15.6 24, -6 24, 6 24, -12.4 30, 12.4 30, -20 32, 20 32, "
            "-19 41, 19 41, -23.6 46, 23.6 46, -19.6 53, 19.6 53, -26 58, 26 58, -20.6 64, 20.6 64, "
            "-27.4 70, 27.4 70, -21 75, 21 75, -28 80, 28 80, -22 84.6, 22 84.6, -17.6 88, 17.6 88, "
            "-26 89, 26 89"
        ),
        2.0,
    )


def _locs(board: Board) -> None:
    """Draw ropes of hair of uneven lengths that fall from a side parting."""
    for path in _HANGING_LOCS:
        _loc(board, path)
        _loc(board, flipped(path))
    for path in _LOCS_ON_TOP:
        _loc(board, path)


_HANGING_LOCS: list[Points] = [
    plot("4 16, 15 22, 22 40, 25.6 58, 29.6 76"),
    plot("3 16, 12 22, 19 40, 21 62, 22.6 86"),
    plot("2 17, 9 22, 16.4 36, 16.6 56, 16 79"),
]
_LOCS_ON_TOP: list[Points] = [
    plot("-5 17, -12 19, -17.6 28, -19.6 44"),
    plot("-5 16.4, -10 20, -13.6 27, -14.4 35"),
    plot("-4 16, 7 16.4, 16.6 24, 19.8 42"),
    plot("-4.6 17.4, 4 19, 12.6 25.6, 15.6 36"),
    plot("-5.6 19, 1 21.4, 7.6 26, 10.4 33"),
]


def _loc(board: Board, path: Points) -> None:
    """Draw one rope of hair, edged so that it shows before the others, with turns across it."""
    board.stroke(path, [5.6, 6.6, 6.8, 6.2], HAIR_LIGHT)
    board.stroke(path, [4.4, 5.4, 5.6, 5.0], HAIR)
    spots = evenly(smooth(path), 3.0)
    for (x, y), (x1, y1) in pairwise(spots[1:]):
        length = hypot(x1 - x, y1 - y)
        along, across = ((x1 - x) / length, (y1 - y) / length), (-(y1 - y) / length, (x1 - x) / length)
        ends = [
            (x + reach * across[0] + reach * 0.5 * along[0], y + reach * across[1] + reach * 0.5 * along[1])
            for reach in (-1.9, 1.9)
        ]
        board.line(ends, 0.6, HAIR_LIGHT)


LONG = {
    "LongStraight": Haircut(_straight, _behind),
    "LongHimeCut": Haircut(_hime, _behind),
    "LongWavy": Haircut(_wavy, _behind),
    "LongWavyCurtainBangs": Haircut(_curtain_bangs, _behind),
    "LongCurly": Haircut(_curly, _behind),
    "Dreadlocks": Haircut(_locs, _behind),
}
