"""Before and after in one picture, and the card that is shown to others."""

import pytest
from PIL import Image

PAPER = (243, 241, 238)
RED, BLUE = (220, 40, 40), (40, 60, 200)


@pytest.fixture
def plain(encode):
    def make(colour, size=(600, 900)):
        return encode(Image.new("RGB", size, colour), "JPEG", quality=95)

    return make


def _column(image, x):
    return [image.getpixel((x, y)) for y in range(image.height)]


def _height_of(colour, image, x):
    """Return how many pixels of a column are about that colour."""
    return sum(
        max(abs(a - b) for a, b in zip(pixel, colour, strict=True)) < 30 for pixel in _column(image, x)
    )


@pytest.mark.parametrize("after", [(600, 900), (300, 450), (864, 1152), (1200, 1300)])
async def test_before_is_left_and_after_is_right_at_equal_heights(images, plain, opened, after):
    pair = opened(await images.before_after(plain(RED), plain(BLUE, after)))

    left, right = pair.width // 5, pair.width * 4 // 5
    assert _height_of(RED, pair, left) == pytest.approx(_height_of(BLUE, pair, right), abs=2)
    assert _height_of(RED, pair, left) > 0.9 * pair.height
    assert pair.width > pair.height


async def test_landscape_halves_are_one_above_the_other(images, plain, opened, assert_colours):
    pair = opened(await images.before_after(plain(RED, (900, 600)), plain(BLUE, (900, 600))))

    middles = [pair.getpixel((pair.width // 4, pair.height * part // 4)) for part in (1, 3)]
    assert_colours(middles, [RED, BLUE])
    assert pair.height > pair.width


@pytest.mark.parametrize("size", [(600, 900), (900, 600)])
async def test_an_arrow_stands_in_the_middle_of_the_seam(images, plain, opened, share_of, size):
    pair = opened(await images.before_after(plain(RED, size), plain(RED, size)))

    x, y, reach = pair.width // 2, pair.height // 2, round(min(pair.size) * 0.035)
    badge = pair.crop((x - reach, y - reach, x + reach, y + reach))
    assert share_of(badge, (255, 255, 255), within=16) > 0.5
    assert 0.05 < share_of(badge, (38, 36, 42), within=50) < 0.4


async def test_a_thin_line_parts_the_halves(images, plain, opened):
    pair = opened(await images.before_after(plain(RED), plain(RED)))

    row = [pair.getpixel((x, pair.height // 4)) for x in range(pair.width // 2 - 40, pair.width // 2 + 40)]
    assert 2 <= sum(pixel[1] > 200 for pixel in row) <= 12


@pytest.mark.parametrize(
    "sizes", [((4000, 6000), (864, 1296)), ((20, 20), (30, 20)), ((1200, 200), (200, 1200))]
)
async def test_a_pair_of_any_shapes_fits_telegram(images, plain, opened, sizes):
    pair = opened(await images.before_after(*(plain(RED, size) for size in sizes)))

    assert max(pair.size) <= 2_560
    assert min(pair.size) >= 320


async def test_a_card_shows_the_result_on_pale_colours_of_its_own(images, plain, opened, assert_colours):
    card = opened(await images.share_card(plain(RED), "@some_bot"))

    assert_colours([card.getpixel((card.width // 2, card.height // 2))], [RED])
    red, green, blue = card.getpixel((4, 4))
    assert red > 230
    assert 150 < green < 220
    assert abs(green - blue) < 12


async def test_a_card_shows_the_whole_result(images, quarters, encode, opened, share_of):
    card = opened(await images.share_card(encode(quarters(600, 900)), "@some_bot"))

    shares = [share_of(card, colour) for colour in ((220, 40, 40), (40, 180, 60), BLUE, (230, 220, 50))]
    assert min(shares) > 0.14
    assert max(shares) - min(shares) < 0.01


@pytest.mark.parametrize("size", [(600, 900), (900, 600), (200, 1200), (64, 64)])
async def test_a_card_is_signed_at_its_foot(images, plain, opened, share_of, size):
    signed = opened(await images.share_card(plain((240, 230, 220), size), "@some_bot"))
    unsigned = opened(await images.share_card(plain((240, 230, 220), size), ""))

    foot = (0, round(signed.height * 0.93), signed.width, signed.height)
    assert share_of(signed.crop(foot), (38, 36, 42), within=60) > 0.005
    assert share_of(unsigned.crop(foot), (38, 36, 42), within=60) == 0
    assert signed.size == unsigned.size


async def test_a_long_name_stays_within_the_card(images, plain, opened, share_of):
    card = opened(await images.share_card(plain((240, 230, 220)), "@" + "w" * 60))

    for x in (0, round(card.width * 0.95)):
        edge = card.crop((x, round(card.height * 0.93), x + card.width // 20, card.height))
        assert share_of(edge, (38, 36, 42), within=60) == 0


async def test_a_name_the_font_lacks_is_left_out(images, plain):
    assert await images.share_card(plain(RED), "粉色") == await images.share_card(plain(RED), "")
