"""A comparison sheet: every picture once, in even cells, each with a number that can be read."""

import pytest
from PIL import Image, ImageChops

from bot.images import PictureError, Reason
from bot.images.compositions.sheet import Cells
from tests.unit.images.compositions.marks import needs_fribidi

RED, GREEN, BLUE, YELLOW = (220, 40, 40), (40, 180, 60), (40, 60, 200), (230, 220, 50)
PAPER, INK = (243, 241, 238), (38, 36, 42)
COLOURS = [
    RED,
    GREEN,
    BLUE,
    YELLOW,
    (90, 40, 90),
    (30, 120, 130),
    (200, 120, 30),
    (120, 90, 60),
    (20, 20, 60),
]


def strips_of(sheet, count=2):
    """Return what is below each picture of a sheet in one row."""
    width = sheet.width // count
    return [
        sheet.crop((n * width, sheet.height * 92 // 100, (n + 1) * width, sheet.height)) for n in range(count)
    ]


def ink_of(strip):
    """Return the box of what is dark."""
    return strip.convert("L").point(lambda value: 255 * (value < 128)).getbbox()


@pytest.fixture
def plain(encode):
    """Return a maker of JPEGs of one colour."""

    def make(colour=RED, size=(300, 450)):
        return encode(Image.new("RGB", size, colour), "JPEG", quality=95)

    return make


@pytest.mark.parametrize(
    ("count", "columns", "rows"),
    [(2, 2, 1), (3, 3, 1), (4, 2, 2), (5, 3, 2), (6, 3, 2), (7, 4, 2), (8, 4, 2), (9, 3, 3)],
)
async def test_each_picture_is_in_its_cell(images, plain, opened, assert_colours, count, columns, rows):
    sheet = opened(await images.compare_sheet([plain(colour) for colour in COLOURS[:count]]))

    middles = []
    for number in range(count):
        row, column = divmod(number, columns)
        in_row = min(columns, count - row * columns)
        x = sheet.width / 2 + (column - (in_row - 1) / 2) * sheet.width / columns * 0.985
        middles.append(sheet.getpixel((round(x), round((row + 0.55) * sheet.height / rows))))
    assert_colours(middles, COLOURS[:count])


@pytest.mark.parametrize("count", range(2, 10))
@pytest.mark.parametrize("size", [(864, 1296), (1296, 864), (3000, 3000), (40, 40)])
async def test_a_sheet_fits_telegram_whatever_comes_in(images, plain, opened, count, size):
    sheet = opened(await images.compare_sheet([plain(size=size)] * count))

    assert sheet.width <= 2_560
    assert sheet.height <= 2_560
    assert min(sheet.size) >= 320


async def test_pictures_of_different_shapes_make_even_cells_and_are_seen_whole(
    images, quarters, encode, opened, share_of
):
    shapes = [(864, 1296), (1296, 864), (500, 500), (200, 1200)]

    sheet = opened(await images.compare_sheet([encode(quarters(*shape)) for shape in shapes]))

    middle_x, middle_y = sheet.width // 2, sheet.height // 2
    for x in (0, middle_x):
        for y in (0, middle_y):
            cell = sheet.crop((x, y, x + middle_x, y + middle_y))
            shares = [share_of(cell, colour, within=12) for colour in (GREEN, BLUE, YELLOW)]
            assert min(shares) > 0.02
            assert max(shares) <= 1.25 * min(shares)


async def test_margins_are_even_and_corners_are_round(images, plain, opened):
    sheet = opened(await images.compare_sheet([plain()] * 4))

    inked = ImageChops.difference(sheet, Image.new("RGB", sheet.size, PAPER)).convert("L")
    left, top, right, bottom = inked.point(lambda value: 255 * (value > 40)).getbbox()
    margins = [left, top, sheet.width - right, sheet.height - bottom]
    assert max(margins) - min(margins) <= 2
    assert min(margins) >= 0.02 * sheet.width
    assert sheet.getpixel((right - 1, bottom - 1))[1] > 200, "paper shows at the corner"
    assert sheet.getpixel((right - 60, bottom - 60))[1] < 60


@pytest.mark.parametrize("count", [2, 5, 9])
@pytest.mark.parametrize("colour", [(250, 250, 250), (8, 8, 8)], ids=["light", "dark"])
async def test_every_picture_has_a_badge_that_stands_out(images, plain, opened, share_of, count, colour):
    sheet = opened(await images.compare_sheet([plain(colour)] * count))
    cells = Cells.for_pictures(count, 300 / 450, 300, lines=0)

    for number in range(1, count + 1):
        x, y = (edge + cells.inset for edge in cells.corner(number))
        badge = sheet.crop((x, y, x + cells.badge, y + cells.badge))
        assert share_of(badge, (255, 255, 255), within=12) > 0.4
        assert 0.03 < share_of(badge, (38, 36, 42), within=40) < 0.4
    assert cells.badge >= 0.06 * sheet.width


async def test_badges_show_different_numbers(images, plain, opened):
    sheet = opened(await images.compare_sheet([plain()] * 9))
    cells = Cells.for_pictures(9, 300 / 450, 300, lines=0)

    badges = []
    for number in range(1, 10):
        x, y = (edge + cells.inset for edge in cells.corner(number))
        badge = sheet.crop((x, y, x + cells.badge, y + cells.badge)).convert("L")
        badges.append(badge.point(lambda value: 255 * (value > 128)).convert("1"))
    for one in range(9):
        for other in range(one):
            difference = ImageChops.logical_xor(badges[one], badges[other])
            assert sum(difference.histogram()[255:]) > 0.012 * cells.badge**2


async def test_a_label_stands_below_its_picture(images, plain, opened, share_of):
    without = opened(await images.compare_sheet([plain()] * 2))
    sheet = opened(await images.compare_sheet([plain()] * 2, ["Bob cut", "Pixie"]))

    assert sheet.height > without.height
    assert all(share_of(strip, INK, within=60) > 0.01 for strip in strips_of(sheet))


@pytest.mark.parametrize("names", [("Pelo rizado", "Moño"), ("Каре", "Чёлка"), ("Bob cut", "Pixie")])
async def test_labels_are_written_in_every_language(images, plain, opened, share_of, names):
    sheet = opened(await images.compare_sheet([plain()] * 2, names))

    assert all(share_of(strip, INK, within=60) > 0.01 for strip in strips_of(sheet))


@needs_fribidi
async def test_arabic_labels_are_written(images, plain, opened, share_of):
    sheet = opened(await images.compare_sheet([plain()] * 2, ["قصة بوب", "أسود"]))

    assert all(share_of(strip, INK, within=60) > 0.01 for strip in strips_of(sheet))


async def test_a_label_that_cannot_be_written_is_its_number(images, plain):
    sheet = await images.compare_sheet([plain()] * 3, ["Каре", "粉色", "Пикси"])

    assert sheet == await images.compare_sheet([plain()] * 3, ["Каре", "2", "Пикси"])


async def test_labels_of_which_none_can_be_written_leave_the_badges_alone(images, plain):
    without = await images.compare_sheet([plain()] * 2)

    assert await images.compare_sheet([plain()] * 2, ["粉色", "💕"]) == without


async def test_long_labels_take_two_lines_within_their_pictures(images, plain, opened, share_of):
    short = opened(await images.compare_sheet([plain()] * 6, ["Каре"] * 6))
    sheet = opened(await images.compare_sheet([plain()] * 6, ["Коса «рыбий хвост», тёмный шатен"] * 6))
    cells = Cells.for_pictures(6, 300 / 450, 300, lines=2)

    assert sheet.size == cells.page
    assert sheet.height > short.height
    for number in range(1, 7):
        x, y = cells.corner(number)
        below = y + cells.size[1] + 1
        for top, bottom in ((0, 0.48), (0.52, 1)):
            line = sheet.crop(
                (x, below + round(top * cells.strip), x + cells.size[0], below + round(bottom * cells.strip))
            )
            assert share_of(line, INK, within=60) > 0.02
        beside = sheet.crop((x + cells.size[0], below, x + cells.size[0] + cells.gap, below + cells.strip))
        assert share_of(beside, INK, within=60) == 0


async def test_labels_on_one_sheet_are_of_one_size(images, plain, opened):
    names = ["Wavy curtain bangs", "Bun", "Bun"]
    sheet = opened(await images.compare_sheet([plain(PAPER)] * 3, names))
    alone = opened(await images.compare_sheet([plain(PAPER)] * 3, ["Bun"] * 3))

    second, second_alone = (ink_of(strips_of(page, 3)[1]) for page in (sheet, alone))
    assert second[2] - second[0] < second_alone[2] - second_alone[0]


@pytest.mark.parametrize("count", [0, 1, 10])
async def test_a_sheet_has_two_to_nine_pictures(images, plain, count):
    with pytest.raises(ValueError, match="pictures"):
        await images.compare_sheet([plain()] * count)


async def test_labels_are_for_all_or_for_none(images, plain):
    with pytest.raises(ValueError, match="labels"):
        await images.compare_sheet([plain()] * 3, ["one", "two"])


async def test_one_broken_picture_is_the_reason_for_all(images, plain):
    with pytest.raises(PictureError) as caught:
        await images.compare_sheet([plain(), plain()[:-200]])

    assert caught.value.reason is Reason.TRUNCATED
