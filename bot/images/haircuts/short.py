"""Short hair: the ears are free."""

from math import cos, pi, sin

from bot.images.board import Board
from bot.images.curves import Points, both_sides, plot, smooth
from bot.images.haircuts.head import (
    BAND,
    HAIR,
    HAIR_DARK,
    STUBBLE,
    Haircut,
    curls,
    ringlets,
    strands,
    two_sides,
)

# Close to the skull: from the crown over the temple to the sideburn, and back along the hairline.
_CLOSE = plot("0 20.6, 9.6 22, 16.2 28.6, 18.4 38, 18 45!, 16 44.6!, 15.6 38, 13.6 32, 7 29.6, 0 29")
_SIDES = plot("10 22.6, 15.6 27, 18.4 36, 18.2 46!, 16 46!, 15.4 38, 12 31, 9 27")


def _shaved_sides(board: Board) -> None:
    two_sides(board, _SIDES, STUBBLE)


def _buzz_cut(board: Board) -> None:
    outline = both_sides(_CLOSE)
    board.shape(outline, STUBBLE)

    def stubble(board: Board) -> None:
        for row in range(9):
            for column in range(-12, 13):
                x, y = column * 1.7 + (row % 2) * 0.85, 20.6 + row * 2.1
                board.disc((x, y), 0.42, HAIR)

    board.inside(smooth(outline, closed=True), stubble)


def _comb_over(board: Board) -> None:
    _shaved_sides(board)
    board.shape(
        plot(
            "-13.4 31, -15.8 26, -13.6 20.6, -6 15.4, 4 13, 13 14.6, 19 20, 19.6 28, 17.4 36!, 15.6 33, "
            "12 29.6, 4 29.4, -4 28.6, -10 28, -13.4 31"
        ),
        HAIR,
    )
    strands(
        board,
        plot("-12.6 26, -5 20, 5 18, 15 22.6"),
        plot("-11.6 28, -4 23.6, 6 22, 16.4 28"),
        plot("-9 28, -1 26.4, 7 26, 14.6 30"),
        plot("-11 22, -3 17, 6 15.4, 14 18"),
    )


def _faux_hawk(board: Board) -> None:
    _shaved_sides(board)
    board.shape(
        plot(
            "-11 30, -12 25, -10 21!, -7.4 18, -7.4 12.4!, -4.4 14.4, -2.6 7.4!, 0 10.8, 2.6 5.6!, "
            "4.2 11.6, 7.4 9.8!, 7 16, 10 20.4!, 12 25, 11 30!, 7 28.6, 4 30.6, 0 28.4, -4 30.6, "
            "-7 28.6, -11 30"
        ),
        HAIR,
    )
    strands(
        board,
        plot("-5.4 26.4, -5.6 22, -5 18, -5.6 15"),
        plot("-1.6 26, -1.8 20, -1 15, -1.6 11"),
        plot("2.4 26, 2 20, 2.6 14, 2.6 9.6"),
        plot("6 26, 5.8 21.6, 5.4 17, 6.2 13"),
    )


def _pompadour(board: Board) -> None:
    _shaved_sides(board)
    board.shape(
        plot(
            "-13 31, -15.4 25, -16.4 17, -12.6 9.4, -4 5.6, 6 5.8, 14 10, 17 17, 15.6 25, 13 31!, "
            "8 27.4, 0 26.4, -8 27.4, -13 31"
        ),
        HAIR,
    )
    strands(
        board,
        plot("-10.6 27, -12.6 20, -10 13.4, -3 10.4"),
        plot("-6 25.4, -7.4 19.4, -4.6 14.6, 2 12.4"),
        plot("-1 25, -1.6 20, 1.4 16.4, 7.4 15.4"),
        plot("4.4 25.2, 4.6 21, 7.4 18.6, 11.4 18.8"),
    )


def _spiky(board: Board) -> None:
    two_sides(board, plot("14 23, 18.6 30, 19 38, 18 46!, 16 45, 15.4 38, 11 30"))
    edge: list[tuple[float, float]] = []
    for number in range(9):
        middle = pi * (0.98 - number * 0.12)
        for angle, reach in (
            (middle + 0.17, 17.4),
            (middle, 26.5 if number % 2 else 24),
            (middle - 0.17, 17.4),
        ):
            edge.append((0.94 * reach * cos(angle), 33 - reach * sin(angle)))
    hairline = plot("15 33, 12 30.4, 9 33, 6 29.6, 2.6 33.4, -1 29.6, -4.6 33.4, -8 29.8, -11.6 32.6, -15 33")
    board.flat([*edge, *hairline], HAIR)
    strands(
        board,
        plot("0 26, 0 21, 0 15, 0 10"),
        plot("7 27, 9 22, 10.6 18, 12.6 13.6"),
        plot("3.6 26.4, 4.8 21.6, 5.8 17, 6.8 12.6"),
        mirror=True,
    )


def _messy(board: Board) -> None:
    """Draw locks that go every which way from a rounded crown."""
    two_sides(board, plot("13 22, 18.4 29, 18.8 38, 17.6 46!, 15.6 43, 15 37, 11 30"))
    board.shape(both_sides(plot("0 14, 9 15, 16 20, 18.6 29, 15 32, 8 28, 0 28")), HAIR)
    for lock in _LOCKS:
        board.stroke(lock, [7, 6, 4, 0.6], HAIR)
    strands(board, *(lock[1:] for lock in _LOCKS[::2]), plot("-2 20, -6 23, -9 28, -8.6 33"), width=1.0)


_LOCKS: list[Points] = [
    plot("-4 20, -12 17, -18 17, -23 12.6"),
    plot("-2 18, -7 12, -12 10.6, -15 5.6"),
    plot("0 17, 0 11, -3 8, -2.6 3.4"),
    plot("3 17, 8 11.6, 8.6 7.6, 12.6 5"),
    plot("6 19, 13 15, 18 15.6, 21.4 11"),
    plot("8 22, 17 20, 20 23, 25.4 21.6"),
    plot("12 26, 19 28, 20.4 32, 24.6 33.4"),
    plot("-10 24, -18 22.6, -20.6 26, -25.4 25"),
    plot("-13 28, -19 30, -19.6 35, -23 38"),
    plot("-8 23, -12 27, -11.6 33, -14 38"),
    plot("-2 23, -6 27, -5 32, -8.4 37"),
    plot("2 23, 4 28, 1 32, 1.4 38"),
    plot("7 23, 10 28, 7.6 33, 9 38.4"),
    plot("11 24, 15 29, 13 34, 15 39"),
]


def _textured_fringe(board: Board) -> None:
    _shaved_sides(board)
    fringe = plot(
        "-16.6 34, -18.6 27, -16.4 18.6, -11.6 15, -9.6 12.4!, -5.4 13.4, -1.6 11.4, 1.6 13!, 6 11.8, "
        "10 15!, 16 18.6, 18.6 27, 17 34!, 15.2 32.4, 13.4 37.6!, 11.4 33.6, 8 38.4!, 6.6 34.4, 2.6 39.4!, "
        "1.4 34.8, -3.6 39!, -4 34.4, -9.2 37.6!, -9.4 33.6, -14 36.4!, -14.6 32.4"
    )
    board.shape(fringe, HAIR)
    strands(
        board,
        plot("-2 17, -7 20, -10 26, -11.6 33"),
        plot("0 18, -3.6 22, -5.4 28, -5.8 34"),
        plot("1 17.6, 2.4 22, 1.4 28, -0.4 34.4"),
        plot("3 17, 7 21, 7.8 27, 6.6 34"),
        plot("5 16.4, 11 20, 13.4 26, 13 33"),
    )


def _pixie(board: Board) -> None:
    two_sides(board, plot("10 18, 17.4 23, 20 33, 19.4 43, 17.6 51!, 15.6 44, 14 34"))
    board.shape(
        plot(
            "-16.6 40, -19.2 31, -17.4 22, -10.4 16, 0 14.2, 10.4 16, 17.4 22, 19.6 31, 18.4 41!, "
            "15.8 37!, 14 42!, 11.6 36.6, 9.6 40.4!, 6 34, -1 29.6, -8 27!, -13 31"
        ),
        HAIR,
    )
    strands(
        board,
        plot("-8 22, 0 23, 8 28, 12.6 36"),
        plot("-7.4 19, 2 19.6, 11 24.6, 15.4 34"),
        plot("-5 16.8, 4 17, 13 21, 17.6 31"),
        plot("-9.4 23, -13.6 25, -16 30, -16.6 36"),
    )


def _curly_pixie(board: Board) -> None:
    curls(
        board,
        both_sides(plot("0 14, 9 15.4, 16 20.4, 18.8 29, 17.8 38, 15.6 36, 12 31.6, 5 32.4, 0 31")),
        3.3,
    )
    ringlets(
        board,
        plot(
            "-12 20, -6 17, 0 19.4, 6 17, 12 20, -14.6 26, -8.6 23.6, -2.6 25.6, 3.4 23.6, 9.4 25.4, "
            "15.4 26.4, -11 30, -5 30.4, 1 31, 7 30.6, 12.6 31.4, -17 33, 17.6 33.4"
        ),
        1.9,
    )


def _bowl(board: Board) -> None:
    board.shape(
        both_sides(plot("0 13.4, 10 14.6, 18 20.6, 21.4 30, 21.2 41!, 15.4 40, 8 37.8, 0 37.2")),
        HAIR,
    )
    strands(
        board,
        plot("1 16, 2.4 22, 3.2 29, 3.4 35.6"),
        plot("2.4 15.8, 6.6 21, 9 28, 9.6 36.4"),
        plot("4.6 16, 11.6 20.6, 15.2 28, 16 38"),
        mirror=True,
    )


def _afro(board: Board) -> None:
    curls(
        board,
        both_sides(plot("0 29.4, 9 30.4, 15.4 37, 17.6 47, 22.4 49.4, 26 40, 26.4 27, 21 14, 10.6 6.6, 0 5")),
        3.2,
    )
    ringlets(
        board,
        plot(
            "0 11, -9 12, 9 12, -16 18, 16 18, -5 18, 5 18, -21 26, 21 26, -11.6 23, 11.6 23, 0 24.6, "
            "-22.6 35, 22.6 35, -16.6 30, 16.6 30, -20.6 44, 20.6 44, -6 26.4, 6 26.4"
        ),
        1.8,
    )


def _man_bun(board: Board) -> None:
    _shaved_sides(board)
    board.shape(both_sides(plot("0 17, 8 18.4, 13.6 23.4, 14.6 30!, 9 27.4, 0 26.6")), HAIR)
    strands(
        board,
        plot("1.6 25.4, 1.8 22.6, 1.4 20, 0.8 17.4"),
        plot("5.6 25.8, 5.8 22.8, 4.4 20, 2 17.6"),
        plot("10 26.6, 10 24, 7.6 21, 3.4 18.2"),
        mirror=True,
    )


def _man_bun_behind(board: Board) -> None:
    board.disc((0, 12.4), (7.4, 6.8), HAIR)
    strands(board, plot("-5 11, -2 8, 2.6 8, 5 11.6"), plot("-4.4 14.4, -1 11, 3 11.4, 4 14.6"))


def _hair_tied_up(board: Board) -> None:
    board.shape(
        both_sides(plot("0 16, 9.6 17.4, 16.8 23, 19.6 32.6, 18.6 43!, 15.6 36, 11.4 30, 0 26.4")), HAIR
    )
    strands(
        board,
        plot("1.4 25.4, 2 22, 1.6 19, 0.8 16.6"),
        plot("6 26.4, 6.6 22.8, 5 19.6, 2.4 17"),
        plot("11.4 28.4, 11 24.4, 8 20.8, 3.6 17.6"),
        plot("16.4 34.6, 16 28.8, 12 23, 5.4 18.4"),
        mirror=True,
    )
    for lock in (plot("15.6 34, 18.6 41, 18 49, 19.6 57"), plot("-15.6 34, -19 42, -17.6 50, -18.6 54")):
        board.stroke(lock, [1.0, 2.2, 1.6, 0.4], HAIR)


def _tail_above(board: Board) -> None:
    board.shape(
        plot("-3 14, -8.6 8, -6 3.6, 3 2.6, 12 4.4, 19 10.2, 24 19, 25.6 30!, 20 27, 13 18, 4 14"),
        HAIR_DARK,
    )
    strands(
        board,
        plot("0 10.6, 6 7, 14 10.6, 20 20"),
        plot("-3 8.6, 3 5, 13 7.4, 21 16"),
        plot("2 12, 8 10.6, 14 16, 19 23"),
    )
    board.disc((0, 14.6), (4.4, 2.4), BAND)


SHORT = {
    "BuzzCut": Haircut(_buzz_cut),
    "CombOver": Haircut(_comb_over),
    "FauxHawk": Haircut(_faux_hawk),
    "Pompadour": Haircut(_pompadour),
    "Spiky": Haircut(_spiky),
    "MessyTousled": Haircut(_messy),
    "TexturedFringe": Haircut(_textured_fringe),
    "PixieCut": Haircut(_pixie),
    "ShortCurlyPixie": Haircut(_curly_pixie),
    "BowlCut": Haircut(_bowl),
    "Afro": Haircut(_afro),
    "ManBun": Haircut(_man_bun, _man_bun_behind),
    "LongHairTiedUp": Haircut(_hair_tied_up, _tail_above),
}
