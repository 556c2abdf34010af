"""Hair that is tied: tails, buns and braids."""

from bot.images.board import Board
from bot.images.curves import Points, both_sides, evenly, flipped, plot, smooth
from bot.images.haircuts.head import (
    BAND,
    HAIR,
    HAIR_DARK,
    HAIR_LIGHT,
    SKIN_SHADE,
    Haircut,
    braid,
    strands,
    tie,
    two_sides,
)


def _sleek(board: Board) -> None:
    """Draw hair combed back close to the head."""
    board.shape(
        both_sides(plot("0 16.4, 9.6 17.6, 16.6 23, 19 32, 18.6 43!, 16 38, 12.6 31.4, 6 27.4, 0 26.6")), HAIR
    )


def _combed_back(board: Board) -> None:
    _sleek(board)
    strands(
        board,
        plot("1.6 25.6, 2 22.6, 1.6 19.6, 0.8 17.4"),
        plot("6.4 26.6, 6.8 23, 5 19.8, 2.2 17.6"),
        plot("11.6 29.2, 11.2 24.8, 8 20.8, 3.6 18"),
        plot("16 35.6, 15.6 28.8, 11.6 22.6, 5.4 18.6"),
        mirror=True,
    )


def _centre_part(board: Board) -> None:
    """Draw hair parted in the middle and combed back over the ears."""
    two_sides(
        board,
        plot("-0.3 15.6, 9.6 16.4, 17 22, 20 33, 19.8 46, 17 52!, 16 42, 12.4 33, 6 26.6, -0.3 23.4!"),
    )
    strands(
        board,
        plot("1.4 18, 9 20.6, 15 28, 17.6 40"),
        plot("2 21, 8.6 24.4, 13.8 31, 16.8 42"),
        mirror=True,
    )
    board.line([(0, 15.8), (0, 23.2)], 0.7, SKIN_SHADE)


def _fringe(board: Board) -> None:
    """Draw a full fringe under a rounded crown."""
    board.shape(
        both_sides(plot("0 14.4, 10 15.4, 17.6 21, 20 31, 19.4 44!, 16.4 43, 14.6 37.6!, 8 37.6, 0 38")),
        HAIR,
    )
    strands(
        board,
        plot("1 17, 2 23, 2.4 30, 2.4 36"),
        plot("2.4 17, 6 22, 7.4 29.4, 7.6 36"),
        plot("4.4 17, 10.6 22, 13 29.4, 13.2 36.4"),
        mirror=True,
    )


def _chignon_behind(board: Board) -> None:
    board.disc((13.6, 62), (10.6, 9.4), HAIR)
    strands(
        board,
        plot("5.6 61, 9 55.4, 16 54.6, 21 59"),
        plot("8 64, 10.6 59, 16 58.6, 19.6 63"),
        plot("10 67, 14 69.4, 19.6 67.6, 22.4 62"),
    )


def _chignon(board: Board) -> None:
    board.shape(
        plot("-7 16.4, 3 15, 13 18.4, 19.4 26, 20.4 38, 18.4 52!, 16.4 42, 12 34, 3 28, -4 25.2, -7.4 24.4!"),
        HAIR,
    )
    board.shape(
        plot("-5.4 15.8, -13 18, -19 25, -20 37, -18 50!, -16.2 41, -13.4 32, -10 27, -7.2 24.4!"), HAIR
    )
    strands(
        board,
        plot("-4 18, 6 19.6, 14.6 26, 18 38"),
        plot("-4.6 20.4, 4 24, 12.6 31, 17 43"),
        plot("-8 19, -13.6 23, -17 30, -17.8 41"),
    )


def _double_bun_behind(board: Board) -> None:
    for bun in (1, -1):
        board.disc((bun * 15, 14.4), (8.6, 8.2), HAIR)


def _double_bun(board: Board) -> None:
    _centre_part(board)
    strands(
        board,
        plot("9 13, 12 8.6, 18 8.4, 21.4 13"),
        plot("10.4 16, 13 11.6, 17 11.6, 19.4 15.6"),
        plot("12.4 18, 14.6 14.6, 16.6 14.8, 17.4 17.6"),
        mirror=True,
    )


def _updo_behind(board: Board) -> None:
    board.shape(plot("-15 22, -17.6 13, -13 6, -3 2.8, 8 3.6, 16 8.6, 17.6 17, 14 24, 0 26"), HAIR)
    strands(
        board,
        plot("-13 16, -12 8, -3 4.6, 6 6"),
        plot("-9 16, -7.6 10.4, 0 8, 7 10"),
        plot("14.4 17, 14 10.6, 9 6.6, 4 7"),
        plot("-5 15, -2 11.6, 3 12, 6 15"),
    )


def _updo(board: Board) -> None:
    board.shape(
        plot(
            "-9 19, 2 16, 12 18.4, 18.4 25, 20 35, 18.4 45!, 16 38, 10 32.4, 0 29.6, -7 26, -13 31, "
            "-16 38, -18.4 45!, -20 35, -17.4 25.6"
        ),
        HAIR,
    )
    strands(
        board,
        plot("-6 21, 3 20.4, 11.4 24.4, 16.6 34"),
        plot("-6 24, 2 25, 9.6 28.6, 15.4 36"),
        plot("-9.4 21.6, -14 25, -16.6 31, -17.4 38"),
    )
    for lock in (plot("17 42, 19.4 49, 17.6 56, 20 64"), plot("-17 42, -19.4 49, -17.6 56, -20 64")):
        board.stroke(lock, [1.2, 1.9, 1.5, 0.4], HAIR)


def _ponytail_behind(board: Board) -> None:
    board.shape(
        plot(
            "8 21, 14 15, 21 16, 26.6 23, 28.4 34, 27.4 46, 29.4 58, 34 68!, 26 67, 20.6 60, 18.6 48, "
            "19 36, 16 27"
        ),
        HAIR_DARK,
    )
    strands(
        board,
        plot("17 19, 22.6 24, 24.6 36, 24 48"),
        plot("21 19, 25.8 27, 26.6 38, 25.4 50"),
        plot("22 50, 23 57, 26 62, 30 65.6"),
    )


def _ponytail(board: Board) -> None:
    _sleek(board)
    strands(
        board,
        plot("-15.4 32, -12 23.6, -2 18.6, 11 19"),
        plot("-10 28.6, -6 23, 3 20, 13 20.6"),
        plot("-3 26.4, 1 23, 8 21, 14.4 22"),
        plot("5 27, 8 24.6, 12 23, 15.4 23.4"),
        plot("12 30.6, 13.6 28, 15 26, 16.4 24.6"),
    )
    board.stroke([(13.8, 17), (17.4, 22)], 3.4, BAND)


def _tails(board: Board, tail: Points, lines: list[Points], at: tuple[float, float]) -> None:
    two_sides(board, tail)
    strands(board, *lines, mirror=True)
    tie(board, at, (2.3, 3))
    tie(board, (-at[0], at[1]), (2.3, 3))


def _long_twintails(board: Board) -> None:
    _fringe(board)
    tail = plot(
        "19 24, 23 17.6, 30 19, 35 28, 36.6 42, 35.4 58, 37 74, 41 92!, 33 88, 28.6 76, 27.6 60, "
        "27.4 44, 24 33"
    )
    lines: list[Points] = [
        plot("23 23, 30 30, 31.6 46, 31 62"),
        plot("27 21, 33 30, 34 44, 32.8 60"),
        plot("32 62, 32.4 72, 34.6 80, 37.6 87"),
    ]
    _tails(board, tail, lines, (19.6, 25.4))


def _short_twintails(board: Board) -> None:
    _fringe(board)
    tail = plot("18 50, 22 45.4, 28 47, 31.6 54, 32.4 63, 36 71!, 28.6 70.4, 23.4 66, 21.4 58")
    lines: list[Points] = [
        plot("22 50, 26.6 54, 27.6 61, 30.6 67.6"),
        plot("25.6 49, 29.4 54, 30 61, 32.6 67.6"),
    ]
    _tails(board, tail, lines, (19.4, 50))


def _twin_braids(board: Board) -> None:
    _centre_part(board)
    for side in (1, -1):
        braid(
            board,
            [(side * 18.6, 50), (side * 21, 62), (side * 20.4, 76), (side * 19, 90)],
            6.2,
            pieces=9,
            tip=0.72,
        )
        _loose_end(board, (side * 19, 91))


def _loose_end(board: Board, at: tuple[float, float]) -> None:
    x, y = at
    board.shape(
        [(x - 1.6, y), (x + 1.6, y), (x + 2.6, y + 5), (x, y + 8), (x, y + 8), (x - 2.6, y + 5)], HAIR
    )
    tie(board, at, (2.2, 1.6))


def _fishtail(board: Board) -> None:
    """Draw one braid before the shoulder, of many thin pieces that meet in the middle."""
    _chignon(board)
    path = plot("17.6 50, 19 58, 18 68, 15 78, 12.4 89")
    board.stroke(path, [5, 8.4, 9.4, 8.4, 5], HAIR)
    spots = evenly(smooth(path), 2.9)
    for number, (x, y) in enumerate(spots[1:-1], start=1):
        half = 1.7 + 2.1 * (1 - abs(2 * number / len(spots) - 1))
        for side in (-1, 1):
            piece = [(x + side * half, y - 1.6), (x + side * half * 0.4, y + 0.6), (x, y + 1.8)]
            board.stroke(piece, [0.3, 0.8, 0.8], HAIR_LIGHT)
    _loose_end(board, (12.4, 90))


def _cornrows(board: Board) -> None:
    """Draw rows along the skull with skin between them, and their ends behind the neck."""
    board.shape(
        both_sides(plot("0 19, 9.6 20.4, 16.2 26.6, 18.2 36, 17.4 43!, 15 36, 11.6 31.4, 6 29.2, 0 28.6")),
        SKIN_SHADE,
    )
    rows = [
        plot("0 29, 0 24, 0 19"),
        plot("4.4 29.4, 4.6 24.4, 3.8 19.2"),
        plot("8.8 30.6, 9.2 25.6, 7.6 20"),
        plot("12.6 33, 13.2 27.6, 11.2 21.6"),
        plot("15.2 36.8, 16.2 31, 14.8 24.6"),
        plot("16.6 42, 18.2 36, 17.6 29.4"),
    ]
    for row in rows:
        for path in (row, flipped(row)):
            braid(board, path, 3.1, pieces=6, tip=0.9)


def _cornrow_ends(board: Board) -> None:
    for side in (1, -1):
        for x, end in ((9, 80), (13.4, 84), (17.6, 79)):
            braid(
                board,
                [(side * 15, 40), (side * (x + 1), 58), (side * x * 1.15, end)],
                3.6,
                pieces=15,
                tip=0.8,
            )


def _box_braids(board: Board) -> None:
    """Draw many thin long braids that part in the middle."""
    paths = [
        plot("2 16, 12 18, 19.6 30, 25.6 56, 28.6 92"),
        plot("1.6 16.4, 10 19.4, 17.6 32, 21.8 58, 23.6 97"),
        plot("1.2 17.4, 8 21, 16.4 35, 18.6 58, 18.8 93"),
    ]
    board.shape(both_sides(plot("0 15.6, 9.6 16.6, 16.6 22, 19.4 34, 16.6 36, 9 27.4, 0 21.6")), HAIR)
    for path in paths:
        for placed in (path, flipped(path)):
            board.stroke(placed, 5.0, HAIR_DARK)
            braid(board, placed, 3.9, pieces=26, tip=0.9)


def _box_braids_behind(board: Board) -> None:
    board.shape(both_sides(plot("0 20, 16 28, 19 50, 18 88!, 0 88")), HAIR_DARK)


TIED = {
    "Ponytail": Haircut(_ponytail, _ponytail_behind),
    "LongTwintails": Haircut(_long_twintails),
    "ShortTwintails": Haircut(_short_twintails),
    "Chignon": Haircut(_chignon, _chignon_behind),
    "DoubleBun": Haircut(_double_bun, _double_bun_behind),
    "Updo": Haircut(_updo, _updo_behind),
    "TwinBraids": Haircut(_twin_braids),
    "FishtailBraid": Haircut(_fishtail),
    "CornrowBraids": Haircut(_cornrows, _cornrow_ends),
    "BoxBraids": Haircut(_box_braids, _box_braids_behind),
}
