"""A holiday photo without anybody in it, wider than high."""

from PIL import Image

from bot.sandbox.pictures.canvas import Canvas, Colour, Point

WIDTH, HEIGHT = 1296, 864

_SKY: tuple[Colour, ...] = (
    (172, 212, 240),
    (190, 221, 243),
    (208, 230, 245),
    (226, 238, 246),
    (244, 240, 232),
)
_FAR: list[Point] = [
    (0, 470), (150, 330), (260, 400), (420, 230), (560, 380), (700, 300), (840, 420), (1010, 250),
    (1150, 370), (1296, 300),
]  # fmt: skip
_NEAR: list[Point] = [
    (0, 560),
    (190, 470),
    (380, 590),
    (560, 500),
    (760, 610),
    (950, 480),
    (1130, 580),
    (1296, 510),
]
_SNOW: list[list[Point]] = [
    [(420, 230), (466, 280), (440, 292), (424, 278), (404, 300), (372, 278)],
    [(1010, 250), (1050, 290), (1026, 306), (1008, 290), (990, 312), (964, 293)],
]


def draw_landscape() -> Image.Image:
    """Return mountains above a lake, 1296 x 864 pixels."""
    canvas = Canvas(WIDTH, HEIGHT, _SKY[-1])
    for row, colour in enumerate(_SKY):
        canvas.flat(_rectangle(row * 110, row * 110 + 110), colour)
    canvas.ellipse((1080, 130), 62, 62, (255, 226, 140))
    canvas.flat([*_FAR, (WIDTH, 640), (0, 640)], (126, 146, 178))
    for cap in _SNOW:
        canvas.flat(cap, (246, 249, 252))
    canvas.flat([*_NEAR, (WIDTH, 660), (0, 660)], (82, 122, 104))
    canvas.flat(_rectangle(632, HEIGHT), (104, 164, 190))
    for x, y, reach in ((180, 690, 90), (520, 730, 130), (900, 680, 110), (1120, 780, 120), (320, 810, 140)):
        canvas.stroke([(x - reach, y), (x, y - 4), (x + reach, y)], 4, (150, 198, 216))
    for x, height in ((70, 150), (140, 190), (215, 130), (1180, 170), (1250, 210)):
        _draw_tree(canvas, x, height)
    return canvas.finish()


def _draw_tree(canvas: Canvas, x: float, height: float) -> None:
    foot = 650.0
    canvas.flat([(x - 7, foot), (x + 7, foot), (x + 7, foot - 30), (x - 7, foot - 30)], (96, 70, 54))
    for share in (0.2, 0.45, 0.7):
        base, top = foot - height * share + 20, foot - height * (share + 0.35)
        reach = height * (0.34 - 0.25 * share)
        canvas.flat([(x - reach, base), (x + reach, base), (x, top)], (44, 88, 72))


def _rectangle(top: float, bottom: float) -> list[Point]:
    return [(0, top), (WIDTH, top), (WIDTH, bottom), (0, bottom)]
