"""Pointing at a place on a photo: what is drawn agrees with the numbers."""

import pytest
from PIL import Image

from bot.regions import Region, RegionSize, grid_for, region_at

PHOTOS = [(864, 1296), (1296, 864), (1000, 1000), (240, 320), (200, 1200)]
SKINS = [(246, 212, 188), (84, 52, 40), (10, 10, 10), (255, 255, 255)]


@pytest.fixture
def plain(encode):
    def make(colour=(150, 110, 90), size=(864, 1296)):
        return encode(Image.new("RGB", size, colour), "JPEG", quality=95)

    return make


@pytest.mark.parametrize("size", PHOTOS)
@pytest.mark.parametrize("skin", SKINS)
async def test_every_cell_has_a_number_that_stands_out(images, plain, opened, share_of, size, skin):
    grid = grid_for(*size)

    picture = opened(await images.numbered_grid(plain(skin, size), grid))

    assert 960 <= max(picture.size) <= 1_280
    assert picture.width / picture.height == pytest.approx(size[0] / size[1], rel=0.01)
    reach = round(0.22 * min(picture.width / grid.columns, picture.height / grid.rows))
    for cell in range(1, grid.cells + 1):
        x, y = (round(share * length) for share, length in zip(grid.centre(cell), picture.size, strict=True))
        number = picture.crop((x - reach, y - reach, x + reach, y + reach))
        levels = [sum(pixel) for pixel in number.get_flattened_data()]
        assert max(levels) - min(levels) > 300


@pytest.mark.parametrize("skin", SKINS)
async def test_lines_are_thin_and_stand_out(images, plain, opened, skin):
    picture = opened(await images.numbered_grid(plain(skin), grid_for(864, 1296)))

    width, height = picture.size
    row = [sum(picture.getpixel((x, height // 8))) for x in range(width)]  # beside the numbers of a row
    column = [sum(picture.getpixel((width // 5, y))) for y in range(height)]
    for levels, cells in ((row, 4), (column, 6)):
        crossing = [at for at, level in enumerate(levels) if abs(level - sum(skin)) > 60]
        for number in range(1, cells):
            at = round(number * len(levels) / cells)
            line = levels[at - 8 : at + 9]
            assert max(line) - min(line) > 200
        assert len(crossing) <= 12 * (cells - 1), "a few pixels each"


async def test_the_photo_stays_visible_under_the_grid(images, plain, opened, share_of):
    picture = opened(await images.numbered_grid(plain((150, 110, 90)), grid_for(864, 1296)))

    assert share_of(picture, (150, 110, 90), within=12) > 0.85


@pytest.mark.parametrize("size", PHOTOS)
@pytest.mark.parametrize("name", RegionSize)
async def test_the_region_is_clear_and_the_rest_is_dimmed(images, plain, opened, assert_colours, size, name):
    grid = grid_for(*size)
    region = region_at(grid.columns + 2, name, *size)

    picture = opened(await images.marked_region(plain((150, 110, 90), size), region))

    width, height = picture.size
    inside = picture.getpixel(
        (round((region.x + region.w / 2) * width), round((region.y + region.h / 2) * height))
    )
    outside = picture.getpixel((width - 5, height - 5))
    assert_colours([inside], [(150, 110, 90)])
    assert 40 < max(outside) < 100


@pytest.mark.parametrize("colour", [(10, 10, 10), (255, 255, 255)])
async def test_the_edge_of_the_region_is_where_the_numbers_say(images, plain, opened, colour):
    region = Region(0.25, 0.5, 0.25, 0.25)

    picture = opened(await images.marked_region(plain(colour, (1000, 1000)), region))

    row = [sum(picture.getpixel((x, 625))) for x in range(1000)]
    steps = [x for x in range(1, 1000) if abs(row[x] - row[x - 1]) > 60]
    assert 240 <= min(steps) <= 252
    assert 498 <= max(steps) <= 510


async def test_a_region_at_the_edge_is_drawn_as_far_as_the_photo_goes(images, plain, opened):
    picture = opened(await images.marked_region(plain(), Region(0.94, 0.94, 0.06, 0.06)))

    assert picture.getpixel((picture.width - 20, picture.height - 20))[0] > 120


async def test_the_whole_photo_can_be_the_region(images, plain, opened, share_of):
    picture = opened(await images.marked_region(plain(), Region(0, 0, 1, 1)))

    assert share_of(picture, (150, 110, 90), within=12) > 0.95
