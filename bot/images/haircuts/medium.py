"""Hair between chin and shoulders, worn loose."""

from bot.images.board import Board
from bot.images.curves import both_sides, plot
from bot.images.haircuts.head import HAIR, HAIR_DARK, Haircut, curls, ringlets, strands, two_sides


def _bob(board: Board) -> None:
    two_sides(
        board,
        plot(
            "-0.4 14.6, 9 15.4, 17.4 21, 21.4 32, 22.4 45, 22 58, 19.6 67.6!, 13 65.4!, 15 56, 15.6 46, "
            "14.8 38, 10 30, 4 25.4, -0.4 23.4!"
        ),
    )
    strands(
        board,
        plot("1.6 17.6, 10 20, 16 28, 17.8 38"),
        plot("3 21, 10.6 25, 15.4 32, 17 40"),
        plot("19.6 36, 20 46, 19.6 56, 18 63"),
        plot("17.4 46, 17.4 52, 16.8 58, 15.8 63"),
        mirror=True,
    )


def _bob_behind(board: Board) -> None:
    board.shape(both_sides(plot("0 20, 16 30, 18 50, 16.4 66!, 0 66")), HAIR_DARK)


def _curly_bob(board: Board) -> None:
    right = plot(
        "0 15, 9 15.6, 17.6 21, 22.4 32, 24 45, 24.6 56, 21.6 63.6, 15.8 63, 16.8 54, 16.8 44, "
        "14.6 36, 9.4 30, 3 27.4, 0 26"
    )
    curls(board, both_sides(right), 3.1)
    ringlets(
        board,
        plot(
            "0 18, -7 19.6, 7 19.6, -13 24, 13 24, -5 24.4, 5 24.4, -17.6 31, 17.6 31, -20.6 39, "
            "20.6 39, -18.6 46, 18.6 46, -22.4 50, 22.4 50, -19.4 55.6, 19.4 55.6, -22.6 60, 22.6 60, "
            "-18 62.6, 18 62.6"
        ),
        1.9,
    )


def _curly_behind(board: Board) -> None:
    curls(board, both_sides(plot("0 30, 16 34, 18 50, 16 60, 0 62")), 2.6, HAIR_DARK)


def _curly_shag(board: Board) -> None:
    right = plot(
        "0 14, 9 14.6, 18 19, 22 28, 23 38, 26 48, 27 58, 28.6 68, 26 76, 18.4 75.4, 15.6 68, "
        "17.4 58, 16.6 48, 16 40, 12.6 36.4, 6 37.4, 0 36"
    )
    curls(board, both_sides(right), 2.9)
    ringlets(
        board,
        plot(
            "0 17, -8 18, 8 18, -15 22.4, 15 22.4, -4.6 22, 4.6 22, -10.6 26, 10.6 26, 0 27, -6 31, "
            "6 31, -18.6 29.6, 18.6 29.6, -13 32, 13 32, 0 33.6, -20 38, 20 38, -20 46, 20 46, -23.4 53, "
            "23.4 53, -19.6 59, 19.6 59, -24.6 63, 24.6 63, -20 68, 20 68, -25 72, 25 72, -20.6 73.6, "
            "20.6 73.6"
        ),
        1.8,
    )


def _shag_behind(board: Board) -> None:
    board.shape(both_sides(plot("0 24, 17 30, 21 50, 21 74, 10 77, 0 76")), HAIR_DARK)


def _wavy_shag(board: Board) -> None:
    two_sides(
        board,
        plot(
            "0 14, 9 14.6, 17.6 20, 21 29, 20.6 38, 23.6 46, 22.6 54, 26.4 62, 25.4 70, 29.4 78!, "
            "23 77.6, 20 74, 21.4 80!, 15.6 75, 13.4 68, 16 61, 14.6 53, 16.4 46, 15.2 39!, 13 36, "
            "12.4 40.4!, 9 36, 6.4 39.6!, 3.4 35, 0 38.6!"
        ),
    )
    strands(
        board,
        plot("1 16.6, 2.4 22, 3 28, 2.2 34"),
        plot("3 16.8, 7 21.4, 8.6 28, 7.6 35.4"),
        plot("5 16.8, 12 21.6, 14 29, 13 36"),
        plot("17.4 26, 18.4 34, 17.8 41, 19.4 48"),
        plot("19.6 49, 18.4 55.6, 21.6 62, 21 69"),
        plot("21 46, 20.6 53, 23.8 62, 25.6 73"),
        mirror=True,
    )


def _shoulder_length(board: Board) -> None:
    board.shape(
        plot(
            "-5 15, 3 13.8, 13 16.6, 19.6 24, 21.8 36, 22.8 48, 24.2 60, 25.2 70, 23.6 80!, 18 79, "
            "14.4 76.4!, 15.6 66, 17 54, 16.8 43, 13 34, 6 28, -1 25.4, -5.4 24.4!"
        ),
        HAIR,
    )
    board.shape(
        plot(
            "-3 14.8, -12 17, -18.8 24, -21.6 36, -22.8 48, -24.2 60, -25.2 70, -23.6 80!, -18 79, "
            "-14.4 76.4!, -15.6 66, -17 54, -16.6 43, -13.4 33, -9 27.6, -5.2 24.4!"
        ),
        HAIR,
    )
    strands(
        board,
        plot("-2.4 17.4, 8 19, 15.6 27, 18.6 38"),
        plot("-3 20, 7 24, 14.4 31, 17.6 41"),
        plot("-5.6 18.6, -12 23, -16.4 30, -18.4 40"),
    )
    strands(
        board,
        plot("20 44, 20.8 55, 22 66, 21.4 76"),
        plot("18.6 52, 18.6 61, 19 69, 18 76"),
        mirror=True,
    )


MEDIUM = {
    "BobCut": Haircut(_bob, _bob_behind),
    "CurlyBob": Haircut(_curly_bob, _curly_behind),
    "CurlyShag": Haircut(_curly_shag, _shag_behind),
    "WavyShag": Haircut(_wavy_shag, _shag_behind),
    "ShoulderLengthHair": Haircut(_shoulder_length, _shag_behind),
}
