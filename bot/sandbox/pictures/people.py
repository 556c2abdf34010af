"""Three friendly people, standing and facing forward, drawn on one body that every sample garment fits."""

from dataclasses import dataclass
from enum import Enum, auto

from PIL import Image

from bot.sandbox.pictures.canvas import Canvas, Colour, Point, mirrored, placed

WIDTH, HEIGHT = 864, 1296
CENTRE = WIDTH / 2
FACE = (CENTRE, 222.0)

# Outlines of the right half; x counts from the middle of the body.
NECK = [(35, 270), (35, 320), (40, 346), (56, 362), (30, 400)]
TORSO = [
    (30, 344),
    (56, 358),
    (112, 374),
    (148, 400),
    (150, 440),
    (132, 490),
    (120, 560),
    (108, 640),
    (112, 720),
    (60, 760),
]
ARM = [
    (104, 378), (142, 384), (172, 412), (186, 460), (194, 530), (204, 620), (214, 712), (222, 790),
    (226, 830), (196, 834), (184, 790), (168, 712), (154, 630), (140, 540), (122, 470),
]  # fmt: skip
HAND = [(198, 822), (224, 820), (236, 850), (236, 884), (224, 908), (206, 906), (196, 880), (190, 850)]
THUMB = [(198, 834), (186, 850), (178, 878), (186, 884), (200, 864)]
LEG = [
    (0, 780), (0, 780), (132, 784), (140, 820), (136, 880), (118, 980), (108, 1060), (100, 1130), (88, 1216),
    (88, 1216), (38, 1216), (38, 1216), (36, 1130), (34, 1060), (28, 980), (14, 880), (0, 840),
]  # fmt: skip
SHOE = [(42, 1204), (84, 1204), (96, 1230), (112, 1250), (110, 1264), (70, 1268), (38, 1264), (34, 1240)]


class Hair(Enum):
    """How the hair is worn."""

    LONG = auto()
    SHORT = auto()
    CURLY = auto()


@dataclass(frozen=True, slots=True)
class Person:
    """Colours and looks of one person."""

    skin: Colour
    skin_shade: Colour
    hair: Colour
    hair_light: Colour
    top: Colour
    trousers: Colour
    shoes: Colour
    background: Colour
    disc: Colour
    style: Hair
    sleeves: bool = False
    beard: bool = False
    glasses: bool = False


ANNA = Person(
    skin=(236, 188, 156), skin_shade=(218, 162, 130), hair=(84, 52, 44), hair_light=(108, 70, 58),
    top=(250, 244, 236), trousers=(96, 112, 140), shoes=(250, 250, 250), background=(250, 226, 210),
    disc=(246, 205, 184), style=Hair.LONG,
)  # fmt: skip
BEN = Person(
    skin=(150, 98, 70), skin_shade=(126, 80, 56), hair=(40, 30, 30), hair_light=(62, 48, 46),
    top=(214, 220, 226), trousers=(58, 66, 88), shoes=(236, 236, 236), background=(208, 232, 228),
    disc=(178, 216, 210), style=Hair.SHORT, sleeves=True, beard=True,
)  # fmt: skip
KIM = Person(
    skin=(246, 212, 188), skin_shade=(230, 188, 162), hair=(188, 92, 54), hair_light=(212, 118, 76),
    top=(236, 238, 230), trousers=(90, 98, 92), shoes=(84, 64, 60), background=(226, 220, 244),
    disc=(206, 198, 234), style=Hair.CURLY, glasses=True,
)  # fmt: skip

_INK = (58, 40, 40)
_FRAME = (52, 50, 70)


def draw_person(person: Person) -> Image.Image:
    """Return a portrait of 864 x 1296 pixels."""
    canvas = Canvas(WIDTH, HEIGHT, person.background)
    canvas.ellipse((CENTRE, 600), 380, 380, person.disc)
    _draw_figure(canvas, person, ground=person.background)
    return canvas.finish()


def draw_pair(left: Person, right: Person) -> Image.Image:
    """Return a portrait of two people side by side, of 864 x 1296 pixels."""
    zoom = 0.78
    ground = left.background
    canvas = Canvas(WIDTH, HEIGHT, ground, zoom=zoom)
    # Both stand on one line near the lower edge, a quarter of the width in from either side.
    feet = 1262 - HEIGHT / zoom * 0.93
    for person, share in ((left, 0.265), (right, 0.735)):
        canvas.move_origin((CENTRE - WIDTH / zoom * share, feet))
        _draw_figure(canvas, person, ground=ground)
    return canvas.finish()


def _draw_figure(canvas: Canvas, person: Person, *, ground: Colour) -> None:
    canvas.ellipse((CENTRE, 1262), 220, 22, _darker(ground))
    _draw_hair_behind(canvas, person)
    _draw_body(canvas, person)
    _draw_clothes(canvas, person)
    _draw_head(canvas, person)


def _draw_body(canvas: Canvas, person: Person) -> None:
    for side in (1, -1):
        canvas.shape(placed(THUMB, CENTRE, side), person.skin_shade)
        canvas.shape(placed(HAND, CENTRE, side), person.skin)
        canvas.shape(placed(ARM, CENTRE, side), person.skin)
        canvas.stroke(placed([(210, 872), (209, 900)], CENTRE, side), 3, person.skin_shade)
        canvas.stroke(placed([(222, 872), (221, 898)], CENTRE, side), 3, person.skin_shade)
    canvas.shape(mirrored(TORSO, CENTRE), person.skin)
    canvas.shape(mirrored(NECK, CENTRE), person.skin)
    canvas.inside(
        mirrored(NECK, CENTRE), [([(CENTRE - 50, 280), (CENTRE + 50, 280), (CENTRE, 372)], person.skin_shade)]
    )


def _draw_clothes(canvas: Canvas, person: Person) -> None:
    for side in (1, -1):
        canvas.shape(placed(SHOE, CENTRE, side), person.shoes)
        sole = [(34, 1254), (112, 1254), (110, 1268), (36, 1268)]
        canvas.inside(placed(SHOE, CENTRE, side), [(placed(sole, CENTRE, side), _darker(person.shoes))])
        canvas.shape(placed(LEG, CENTRE, side), person.trousers)
    crease = [(CENTRE, 806), (CENTRE, 850)]
    canvas.stroke(crease, 4, _darker(person.trousers))
    if person.sleeves:
        sleeve = [
            (104, 374), (142, 381), (174, 410), (189, 460), (195, 506), (195, 506), (137, 512), (137, 512),
            (118, 440),
        ]  # fmt: skip
        for side in (1, -1):
            canvas.shape(placed(sleeve, CENTRE, side), person.top)
            canvas.stroke(placed([(134, 470), (137, 510)], CENTRE, side), 3, _darker(person.top))
        top = [
            (44, 350),
            (60, 358),
            (112, 372),
            (140, 392),
            (148, 430),
            (134, 490),
            (124, 560),
            (114, 640),
            (128, 730),
            (140, 800),
        ]
        neckline = [(44, 350), (32, 380), (0, 394)]
    else:
        top = [
            (62, 362),
            (62, 362),
            (92, 370),
            (92, 370),
            (96, 424),
            (112, 466),
            (136, 484),
            (122, 560),
            (110, 640),
            (126, 730),
            (139, 796),
        ]
        neckline = [(62, 362), (58, 410), (34, 436), (0, 444)]
    outline = [*placed(neckline[::-1], CENTRE), *placed(top, CENTRE), (CENTRE, 806)]
    outline += [*placed(top[::-1], CENTRE, -1), *placed(neckline, CENTRE, -1)[:-1]]
    canvas.shape(outline, person.top)


def _draw_head(canvas: Canvas, person: Person) -> None:
    x, y = FACE
    for side in (1, -1):
        canvas.ellipse((x + side * 82, y + 8), 16, 24, person.skin)
        canvas.ellipse((x + side * 84, y + 10), 8, 13, person.skin_shade)
    head = [(0, 118), (50, 130), (80, 176), (82, 228), (70, 280), (38, 316), (0, 326)]
    canvas.shape(mirrored(head, x), person.skin)
    if person.beard:
        _draw_beard(canvas, person)
    _draw_face(canvas, person)
    _draw_hair_in_front(canvas, person)
    if person.glasses:
        _draw_glasses(canvas)


def _draw_face(canvas: Canvas, person: Person) -> None:
    x, y = FACE
    for side in (1, -1):
        canvas.ellipse((x + side * 32, y + 4), 7.5, 9.5, _INK)
        canvas.ellipse((x + side * 32 + 2.5, y), 2.5, 2.5, (255, 255, 255))
        brow = [(18, y - 25), (32, y - 31), (47, y - 25)]
        canvas.stroke(placed(brow, x, side), 6, _darker(person.hair))
        if not person.beard:
            canvas.ellipse((x + side * 50, y + 38), 15, 10, _blush(person.skin))
    canvas.stroke([(x - 2, y + 12), (x - 6, y + 34), (x + 5, y + 37)], 4, person.skin_shade)
    smile = [
        (x - 25, y + 56),
        (x - 25, y + 56),
        (x, y + 64),
        (x + 25, y + 56),
        (x + 25, y + 56),
        (x + 12, y + 74),
    ]
    canvas.shape([*smile, (x - 12, y + 74)], (150, 52, 56))
    teeth = [(x - 19, y + 58), (x, y + 64), (x + 19, y + 58), (x + 14, y + 66), (x - 14, y + 66)]
    canvas.shape(teeth, (255, 252, 248))


def _draw_beard(canvas: Canvas, person: Person) -> None:
    x, _ = FACE
    outer = [(84, 216), (80, 262), (66, 304), (34, 332), (0, 338)]
    inner = [(0, 262), (34, 264), (56, 252), (74, 212)]
    half = [*inner, *outer]
    canvas.shape([*placed(half, x), *placed(half[::-1], x, -1)], person.hair)
    canvas.ellipse((x, 287), 34, 15, person.skin)


def _draw_glasses(canvas: Canvas) -> None:
    x, y = FACE
    for side in (1, -1):
        centre = (x + side * 34, y + 5)
        canvas.ellipse(centre, 26, 26, (255, 255, 255, 40))
        canvas.ring(centre, 26, 5, _FRAME)
        canvas.stroke(placed([(60, y), (82, y - 4)], x, side), 5, _FRAME)
    canvas.stroke([(x - 9, y), (x, y - 4), (x + 9, y)], 5, _FRAME)


def _draw_hair_behind(canvas: Canvas, person: Person) -> None:
    x, y = FACE
    if person.style is Hair.LONG:
        back = [
            (0, 90),
            (70, 102),
            (112, 160),
            (122, 250),
            (126, 340),
            (140, 420),
            (126, 470),
            (88, 480),
            (40, 470),
        ]
        canvas.shape(mirrored(back, x), person.hair)
    elif person.style is Hair.CURLY:
        for dx, dy, radius in _CURLS:
            canvas.ellipse((x + dx, y + dy), radius, radius, person.hair)


_CURLS = (
    (-98, 40, 42), (98, 40, 42), (-112, -14, 46), (112, -14, 46), (-92, -70, 50), (92, -70, 50),
    (-48, -112, 50), (48, -112, 50), (0, -122, 50), (-84, 84, 34), (84, 84, 34), (0, -60, 90),
)  # fmt: skip


def _draw_hair_in_front(canvas: Canvas, person: Person) -> None:
    x, y = FACE
    if person.style is Hair.LONG:
        right: list[Point] = [
            (-12, 104),
            (50, 104),
            (92, 148),
            (100, 226),
            (96, 286),
            (84, 236),
            (66, 176),
            (20, 148),
        ]
        left: list[Point] = [
            (-4, 104),
            (50, 112),
            (90, 150),
            (100, 226),
            (96, 286),
            (84, 236),
            (72, 190),
            (34, 172),
        ]
        canvas.shape(placed([*right, (-14, 128)], x), person.hair)
        canvas.shape(placed([*left, (2, 140)], x, -1), person.hair)
        for side in (1, -1):
            lock = [
                (86, 200),
                (100, 210),
                (118, 300),
                (128, 390),
                (116, 470),
                (92, 494),
                (84, 440),
                (94, 360),
                (92, 290),
            ]
            canvas.shape(placed(lock, x, side), person.hair)
            canvas.stroke(placed([(102, 260), (110, 340), (108, 430)], x, side), 4, person.hair_light)
        canvas.stroke(placed([(0, 122), (44, 134), (78, 172), (90, 220)], x), 4, person.hair_light)
    elif person.style is Hair.SHORT:
        cap = [(0, 86), (56, 94), (90, 136), (92, 200), (80, 214), (78, 176), (62, 158), (30, 156), (0, 160)]
        canvas.shape(mirrored(cap, x), person.hair)
        canvas.stroke([(x - 50, 126), (x - 14, 110), (x + 36, 112)], 5, person.hair_light)
    else:
        for dx, dy, radius in ((-62, -76, 30), (-30, -92, 32), (6, -94, 32), (40, -88, 32), (68, -70, 28)):
            canvas.ellipse((x + dx, y + dy), radius, radius, person.hair)
        for dx, dy in ((-70, -104), (-24, -128), (34, -124), (84, -88), (-104, -30), (106, -22)):
            arc = [(x + dx - 14, y + dy + 4), (x + dx, y + dy - 10), (x + dx + 14, y + dy + 2)]
            canvas.stroke(arc, 5, person.hair_light)
        for dx, dy in ((-54, 26), (-46, 34), (-60, 36), (54, 26), (46, 34), (60, 36), (-4, 30), (6, 26)):
            canvas.ellipse((x + dx, y + dy), 2.4, 2.4, person.skin_shade)


def _darker(colour: Colour) -> Colour:
    return (round(colour[0] * 0.88), round(colour[1] * 0.88), round(colour[2] * 0.88))


def _blush(skin: Colour) -> Colour:
    return (min(255, skin[0] + 4), round(skin[1] * 0.88), round(skin[2] * 0.88))
