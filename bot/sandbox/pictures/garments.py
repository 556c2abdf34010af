"""Four garments on plain backgrounds, cut on the body of ``people`` (same units), so that they fit it."""

from collections.abc import Callable, Sequence

from PIL import Image

from bot.sandbox.pictures.canvas import Canvas, Colour, Point, mirrored, placed
from bot.sandbox.pictures.people import CENTRE

WIDTH, HEIGHT = 900, 1100

_SHIRT = [
    (42, 350), (42, 350), (64, 360), (112, 371), (148, 384), (182, 414), (197, 462), (208, 518), (208, 518),
    (140, 530), (140, 530), (134, 492), (136, 560), (130, 640), (140, 730), (150, 814), (150, 814), (0, 820),
]  # fmt: skip
_SHIRT_NECK = [(0, 398), (30, 382)]
_DRESS = [
    (64, 360), (64, 360), (98, 371), (98, 371), (102, 424), (118, 468), (142, 490), (142, 490), (130, 560),
    (116, 640), (148, 760), (190, 900), (220, 1016), (220, 1016), (168, 1034), (112, 1020), (56, 1036),
    (0, 1022),
]  # fmt: skip
_DRESS_NECK = [(0, 452), (36, 438), (56, 404)]
_JACKET = [
    (50, 352), (50, 352), (64, 360), (112, 370), (134, 388), (147, 460), (144, 520), (142, 640), (150, 740),
    (156, 828), (156, 828), (0, 834),
]  # fmt: skip
_JACKET_NECK = [(0, 420), (0, 420), (26, 372)]
_SLEEVE = [
    (112, 370), (150, 382), (186, 412), (203, 470), (213, 560), (223, 660), (234, 770), (238, 812),
    (238, 812), (188, 818), (188, 818), (178, 720), (166, 640), (152, 560), (132, 470),
]  # fmt: skip
_TROUSERS = [
    (0, 692), (0, 692), (122, 688), (122, 688), (136, 760), (147, 820), (143, 890), (128, 990), (118, 1070),
    (112, 1140), (106, 1224), (106, 1224), (28, 1228), (28, 1228), (27, 1130), (22, 1040), (14, 960),
    (2, 886), (0, 880),
]  # fmt: skip


def draw_shirt() -> Image.Image:
    """Return a T-shirt with a sunrise on its chest."""
    blue, white, sun = (46, 134, 171), (244, 250, 252), (255, 200, 87)
    canvas = _product((240, 242, 244), top=350, bottom=820)
    outline = mirrored([*_SHIRT_NECK, *_SHIRT], CENTRE)
    canvas.shape(outline, blue)
    sunrise = [
        (_disc(0, 548, 62), sun),
        (_band(556, 640, 90), blue),
        (_wave(550), white),
        (_wave(574), white),
    ]
    canvas.inside(outline, [*sunrise, (_wave(598), white), (_band(800, 805, 170), _shade(blue))])
    for side in (1, -1):
        canvas.stroke(placed([(134, 500), (126, 452), (124, 428)], CENTRE, side), 3, _shade(blue))
        canvas.stroke(placed([(204, 504), (142, 515)], CENTRE, side), 3, _shade(blue))
        canvas.stroke(placed([(118, 640), (108, 690)], CENTRE, side), 3, _shade(blue))
    canvas.stroke(_across([*_SHIRT_NECK, (41, 354)]), 12, _shade(blue))
    return canvas.finish()


def draw_dress() -> Image.Image:
    """Return a summer dress with dots and a belt."""
    red, light, belt = (200, 62, 77), (255, 232, 224), (250, 214, 120)
    canvas = _product((246, 240, 236), top=360, bottom=1036)
    outline = mirrored([*_DRESS_NECK, *_DRESS], CENTRE)
    canvas.shape(outline, red)
    dots = [
        _disc(x, y, 8)
        for row, y in enumerate(range(470, 1040, 46))
        for x in range(-230 + row % 2 * 26, 231, 52)
    ]
    canvas.inside(outline, [(dot, light) for dot in dots])
    pleats = [[(x, 660), (x * 1.7, 860), (x * 2.0, 1040), (x * 1.9, 860)] for x in (-84, -40, 0, 40, 84)]
    canvas.inside(outline, [(placed(pleat, CENTRE), _shade(red)) for pleat in pleats])
    canvas.inside(outline, [(_band(626, 656, 150), belt)])
    canvas.ring((CENTRE, 641), 15, 6, _shade(belt))
    canvas.stroke(_across([*_DRESS_NECK, (63, 364)]), 8, light)
    return canvas.finish()


def draw_jacket() -> Image.Image:
    """Return a denim jacket with pockets and buttons."""
    denim, seam, button = (72, 98, 148), (226, 178, 104), (238, 206, 150)
    canvas = _product((238, 243, 240), top=350, bottom=834)
    for side in (1, -1):
        canvas.shape(placed(_SLEEVE, CENTRE, side), _shade(denim))
        canvas.stroke(placed([(234, 782), (188, 789)], CENTRE, side), 3, seam)
    canvas.shape(mirrored([*_JACKET_NECK, *_JACKET], CENTRE), denim)
    for side in (1, -1):
        canvas.stroke(
            placed([(128, 398), (136, 470), (131, 530), (129, 640), (136, 740), (142, 790)], CENTRE, side),
            3,
            seam,
        )
        canvas.flat(
            placed([(34, 500), (112, 500), (112, 566), (73, 584), (34, 566)], CENTRE, side), _shade(denim)
        )
        canvas.flat(placed([(30, 492), (116, 492), (116, 516), (73, 532), (30, 516)], CENTRE, side), denim)
        canvas.stroke(placed([(30, 516), (73, 532), (116, 516)], CENTRE, side), 3, seam)
        canvas.ellipse((CENTRE + side * 73, 518), 5, 5, button)
        collar: list[Point] = [
            (0, 424),
            (0, 424),
            (28, 362),
            (52, 344),
            (92, 376),
            (92, 376),
            (48, 448),
            (48, 448),
        ]
        canvas.shape(placed(collar, CENTRE, side), _shade(denim, 0.76))
    canvas.stroke([(CENTRE, 426), (CENTRE, 832)], 4, _shade(denim, 0.7))
    canvas.stroke(_across([(0, 796), (80, 795), (149, 790)]), 3, seam)
    for y in (470, 540, 610, 680, 750, 814):
        canvas.ellipse((CENTRE + 13, y), 6.5, 6.5, button)
    return canvas.finish()


def draw_trousers() -> Image.Image:
    """Return chinos with a belt."""
    tan, leather = (198, 160, 104), (104, 70, 52)
    canvas = _product((240, 240, 247), top=688, bottom=1228)
    outline = mirrored(_TROUSERS, CENTRE)
    canvas.shape(outline, tan)
    canvas.inside(outline, [(_band(680, 714, 160), leather)])
    canvas.ring((CENTRE, 701), 11, 5, (232, 200, 120))
    for side in (1, -1):
        for x in (44, 98):
            canvas.stroke(placed([(x, 686), (x, 718)], CENTRE, side), 7, _shade(tan))
        canvas.stroke(placed([(84, 722), (96, 764), (136, 786)], CENTRE, side), 3, _shade(tan))
        canvas.stroke(placed([(74, 830), (74, 980), (70, 1214)], CENTRE, side), 3, _shade(tan, 0.93))
        canvas.stroke(placed([(103, 1204), (30, 1208)], CENTRE, side), 3, _shade(tan))
    canvas.stroke(placed([(0, 722), (0, 876)], CENTRE), 3, _shade(tan))
    canvas.stroke(placed([(24, 722), (24, 790), (2, 826)], CENTRE), 3, _shade(tan))
    return canvas.finish()


DRAWERS: dict[str, Callable[[], Image.Image]] = {
    "t-shirt": draw_shirt,
    "dress": draw_dress,
    "jacket": draw_jacket,
    "trousers": draw_trousers,
}


def _product(background: Colour, *, top: float, bottom: float) -> Canvas:
    """Return a canvas on which what lies between two heights of the body fills most of the picture."""
    zoom = min(HEIGHT * 0.82 / (bottom - top), 1.66)
    origin = (CENTRE - WIDTH / zoom / 2, (top + bottom) / 2 - HEIGHT / zoom / 2)
    return Canvas(WIDTH, HEIGHT, background, zoom=zoom, origin=origin)


def _across(half: Sequence[Point]) -> list[Point]:
    """Return a line from the left through the middle to the right, of which ``half`` is the right part."""
    return [*placed(half[:0:-1], CENTRE, -1), *placed(half, CENTRE)]


def _disc(x: float, y: float, radius: float) -> list[Point]:
    corner = radius * 0.7071
    ring = [(0, -radius), (corner, -corner), (radius, 0), (corner, corner)]
    return [(CENTRE + x + sign * dx, y + sign * dy) for sign in (1, -1) for dx, dy in ring]


def _wave(y: float) -> list[Point]:
    top = [(-76, y), (-51, y - 8), (-25, y), (0, y - 8), (25, y), (51, y - 8), (76, y)]
    bottom = [(x, level + 12) for x, level in reversed(top)]
    return placed([top[0], *top, top[-1], bottom[0], *bottom, bottom[-1]], CENTRE)


def _band(top: float, bottom: float, reach: float) -> list[Point]:
    corners = [(-reach, top), (reach, top), (reach, bottom), (-reach, bottom)]
    return placed([corner for corner in corners for _ in range(2)], CENTRE)


def _shade(colour: Colour, share: float = 0.84) -> Colour:
    return (round(colour[0] * share), round(colour[1] * share), round(colour[2] * share))
