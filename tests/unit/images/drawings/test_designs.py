"""The starter set of tattoos: black lines on white, whole, and each its own."""

import io
from itertools import combinations

import pytest
from PIL import Image, ImageChops

from bot.images import PictureError
from bot.images.designs import DESIGNS, draw, render

EXPECTED = set(
    "rose anchor swallow heart compass wave mountain lotus moon_phases star arrow band".split()  # noqa: SIM905 - readable
)


@pytest.fixture(scope="module")
def drawn():
    return {name: render(name, 384) for name in DESIGNS}


def test_the_set_has_what_people_ask_for_and_no_name_twice():
    assert set(DESIGNS) >= EXPECTED
    assert len(set(DESIGNS)) == len(DESIGNS) == 18
    assert all(name.isidentifier() and name.islower() for name in DESIGNS)


@pytest.mark.parametrize("name", DESIGNS)
def test_a_design_is_a_large_png(name):
    data = draw(name)

    with Image.open(io.BytesIO(data)) as image:
        assert (image.format, image.mode, image.size) == ("PNG", "RGB", (768, 768))
        assert image.info == {}
    assert len(data) < 150_000


@pytest.mark.parametrize("name", DESIGNS)
def test_a_design_is_black_on_white(drawn, share_of, name):
    image = drawn[name]

    assert 0.01 < share_of(image, (0, 0, 0), within=60) < 0.35
    assert share_of(image, (255, 255, 255), within=20) > 0.6
    red, green, blue = image.split()
    assert ImageChops.difference(red, green).getbbox() is None
    assert ImageChops.difference(green, blue).getbbox() is None


@pytest.mark.parametrize("name", DESIGNS)
def test_a_design_is_whole_and_fills_its_picture(drawn, name):
    left, top, right, bottom = ImageChops.invert(drawn[name].convert("L")).getbbox()

    assert min(left, top) >= 1
    assert max(right, bottom) <= 383
    assert max(right - left, bottom - top) > 0.7 * 384
    assert abs((left + right) / 2 - 192) < 0.12 * 384
    assert abs((top + bottom) / 2 - 192) < 0.12 * 384


def test_no_design_is_like_another(drawn):
    alike = [
        (one, other)
        for one, other in combinations(DESIGNS, 2)
        if sum(ImageChops.difference(drawn[one], drawn[other]).convert("L").histogram()[100:]) < 0.02 * 384**2
    ]
    assert alike == []


def test_a_design_is_drawn_the_same_every_time():
    assert draw("rose") == draw("rose")


async def test_a_design_can_be_sent_to_a_provider(images):
    prepared = await images.prepare(await images.design("rose"), long_side=1296)

    assert (prepared.width, prepared.height) == (768, 768)


async def test_a_design_is_drawn_once(images):
    assert await images.design("lotus") is await images.design("lotus")


@pytest.mark.parametrize("count", [1, 4, 9, 12])
async def test_a_sheet_shows_up_to_twelve_numbered_designs(images, opened, share_of, count):
    sheet = opened(await images.design_sheet(DESIGNS[:count]))

    columns, rows = min(count, 3), -(-count // 3)
    assert sheet.width / sheet.height == pytest.approx(columns / rows, rel=0.06)
    assert share_of(sheet, (0, 0, 0), within=60) > 0.02
    assert share_of(sheet, (38, 36, 42), within=6) > 0.0005, "numbers"


@pytest.mark.parametrize("names", [[], DESIGNS[:13], ["rose", "skull"]])
async def test_what_cannot_be_shown_on_a_sheet_is_a_mistake(images, names):
    with pytest.raises(ValueError, match="names to be drawn"):
        await images.design_sheet(names)


async def test_an_unknown_design_is_a_mistake(images):
    with pytest.raises(ValueError, match="skull"):
        await images.design("skull")


async def test_designs_are_drawn_where_pictures_are_worked_on(images):
    kept = await images.design_sheet(DESIGNS[:2])
    await images.close()

    assert await images.design_sheet(DESIGNS[:2]) is kept
    for drawing in (images.design("rose"), images.design_sheet(DESIGNS[2:4])):
        with pytest.raises(PictureError):
            await drawing
