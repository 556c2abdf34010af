"""A provider's picture: checked, described, and made fit for Telegram."""

import io

import pytest
from PIL import Image

from bot.images import PictureError, Reason


@pytest.mark.parametrize(
    ("kind", "media_type"), [("WEBP", "image/webp"), ("PNG", "image/png"), ("JPEG", "image/jpeg")]
)
async def test_a_result_is_described(images, quarters, encode, kind, media_type):
    found = await images.check_result(encode(quarters(864, 1296), kind))

    assert (found.width, found.height, found.media_type) == (864, 1296, media_type)


async def test_a_small_result_is_still_a_result(images, encode):
    assert (await images.check_result(encode(Image.new("RGB", (64, 64)), "WEBP"))).width == 64


@pytest.mark.parametrize("data", [b"", b"<html>Service unavailable</html>", b'{"error": "NotFound"}'])
async def test_an_answer_that_is_no_picture_is_refused(images, data):
    with pytest.raises(PictureError) as caught:
        await images.check_result(data)

    assert caught.value.reason is Reason.NOT_A_PICTURE


@pytest.mark.parametrize("kind", ["WEBP", "PNG", "JPEG"])
async def test_a_cut_result_is_refused(images, quarters, encode, kind):
    data = encode(quarters(864, 1296), kind)

    with pytest.raises(PictureError) as caught:
        await images.check_result(data[: len(data) * 2 // 3])

    assert caught.value.reason is Reason.TRUNCATED


@pytest.mark.parametrize("kind", ["WEBP", "PNG", "HEIF"])
async def test_telegram_gets_a_jpeg(images, quarters, encode, corners, assert_colours, kind):
    sent = await images.for_telegram(encode(quarters(864, 1296), kind))

    with Image.open(io.BytesIO(sent)) as image:
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (864, 1296))
    assert_colours(corners(sent), [(220, 40, 40), (40, 180, 60), (40, 60, 200), (230, 220, 50)])


async def test_a_jpeg_that_fits_is_sent_as_it_is(images, quarters, encode):
    data = encode(quarters(2048, 3072), "JPEG")

    assert await images.for_telegram(data) is data


async def test_a_cut_jpeg_is_not_sent(images, quarters, encode):
    with pytest.raises(PictureError) as caught:
        await images.for_telegram(encode(quarters(), "JPEG")[:-200])

    assert caught.value.reason is Reason.TRUNCATED


@pytest.mark.parametrize(
    "size", [(5200, 5000), (9000, 1100), (2000, 90), (90, 2000), (42, 2), (3000, 2), (1, 1)]
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
async def test_what_telegram_accepts_comes_of_any_shape(images, encode, size, kind):
    sent = await images.for_telegram(encode(Image.new("RGB", size, "red"), kind))

    with Image.open(io.BytesIO(sent)) as image:
        assert image.format == "JPEG"
        assert sum(image.size) <= 10_000
        assert max(image.size) <= 20 * min(image.size)
        assert max(image.size) <= max(size)
        red, green, _ = image.getpixel((image.width // 2, image.height // 2))
        assert red > 240
        assert green < 20
    assert len(sent) <= 10_000_000


async def test_a_jpeg_over_ten_megabytes_is_made_smaller(images, encode):
    data = encode(Image.effect_noise((3000, 3000), 90).convert("RGB"), "JPEG", quality=100, subsampling=0)
    assert len(data) > 10_000_000

    assert len(await images.for_telegram(data)) <= 10_000_000
