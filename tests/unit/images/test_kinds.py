"""Every kind of picture that Telegram lets through becomes an upright RGB JPEG with the right colours."""

import io
import struct
import zlib

import pytest
from PIL import Image, ImageChops

from bot.images import Kind, PictureError, Reason

QUARTERS = [(220, 40, 40), (40, 180, 60), (40, 60, 200), (230, 220, 50)]
WHITE, GREY = (255, 255, 255), (128, 128, 128)

KINDS = [
    ("JPEG", {"quality": 95}, Kind.JPEG),
    ("JPEG", {"quality": 95, "progressive": True}, Kind.JPEG),
    ("PNG", {}, Kind.PNG),
    ("WEBP", {"quality": 95}, Kind.WEBP),
    ("WEBP", {"lossless": True}, Kind.WEBP),
    ("HEIF", {"quality": 95}, Kind.HEIF),
    ("AVIF", {"quality": 95, "speed": 10}, Kind.AVIF),
    ("GIF", {}, Kind.GIF),
    ("BMP", {}, Kind.BMP),
    ("TIFF", {}, Kind.TIFF),
    ("TIFF", {"compression": "tiff_lzw"}, Kind.TIFF),
    ("TIFF", {"compression": "tiff_adobe_deflate"}, Kind.TIFF),
    ("TIFF", {"compression": "jpeg"}, Kind.TIFF),
]


@pytest.mark.parametrize(("name", "options", "kind"), KINDS)
async def test_every_kind_keeps_its_colours(
    images, quarters, encode, corners, assert_colours, name, options, kind
):
    data = encode(quarters(), name, **options)

    found = await images.inspect(data)
    prepared = await images.prepare(data, long_side=400)

    assert (found.width, found.height, found.format) == (640, 480, kind)
    assert (prepared.width, prepared.height) == (400, 300)
    with Image.open(io.BytesIO(prepared.data)) as image:
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (400, 300))
    assert_colours(corners(prepared.data), QUARTERS)


@pytest.mark.parametrize("name", ["GIF", "WEBP", "PNG", "AVIF", "TIFF"])
async def test_of_a_moving_picture_the_first_frame_counts(
    images, quarters, encode, corners, assert_colours, name
):
    second = Image.new("RGB", (640, 480), "black")
    data = encode(quarters(), name, save_all=True, append_images=[second], duration=100)

    prepared = await images.prepare(data, long_side=400)

    assert_colours(corners(prepared.data), QUARTERS, within=20)


async def test_of_an_mpo_the_first_picture_counts(
    images, quarters, encode, corners, assert_colours, segments
):
    data = encode(quarters(), "MPO", save_all=True, append_images=[Image.new("RGB", (320, 240), "black")])

    found = await images.inspect(data)
    prepared = await images.prepare(data, long_side=1000)

    assert (found.width, found.height, found.format) == (640, 480, Kind.JPEG)
    assert not prepared.untouched
    assert_colours(corners(prepared.data), QUARTERS)
    assert [marker for marker, _ in segments(prepared.data)] == [0xE0]


async def test_cmyk_as_adobe_writes_it_keeps_its_colours(images, quarters, encode, corners, assert_colours):
    data = encode(quarters().convert("CMYK"), "JPEG", quality=95)
    assert b"Adobe" in data

    prepared = await images.prepare(data, long_side=400)

    assert_colours(corners(prepared.data), QUARTERS)


async def test_ycck_keeps_its_colours(images, quarters, encode, corners, assert_colours):
    # Pillow can't write YCCK: write Y, Cb, Cr of the inks and no black as if they were CMYK (which it stores
    # inverted), then name the transform.
    inks = ImageChops.invert(quarters()).convert("YCbCr")
    bands = [ImageChops.invert(band) for band in inks.split()]
    as_cmyk = Image.merge("CMYK", [*bands, Image.new("L", (640, 480), 0)])
    data = bytearray(encode(as_cmyk, "JPEG", quality=95))
    at = data.index(b"Adobe") + 11
    assert data[at] == 0
    data[at] = 2

    prepared = await images.prepare(bytes(data), long_side=400)

    assert_colours(corners(prepared.data), QUARTERS)


async def test_cmyk_in_tiff_keeps_its_colours(images, quarters, encode, corners, assert_colours):
    prepared = await images.prepare(encode(quarters().convert("CMYK"), "TIFF"), long_side=400)

    assert_colours(corners(prepared.data), QUARTERS)


async def test_lab_keeps_its_colours(images, encode, corners, assert_colours):
    # L 54, a 81, b 70 is sRGB red; in memory a and b lie around 128.
    lab = Image.merge("LAB", [Image.new("L", (300, 300), value) for value in (138, 209, 198)])

    prepared = await images.prepare(encode(lab, "TIFF"), long_side=400)

    assert_colours(corners(prepared.data), [(255, 0, 0)] * 4, within=25)


@pytest.mark.parametrize("name", ["PNG", "GIF", "BMP", "TIFF"])
async def test_a_palette_keeps_its_colours(images, quarters, encode, corners, assert_colours, name):
    data = encode(quarters().quantize(16), name)

    prepared = await images.prepare(data, long_side=400)

    assert_colours(corners(prepared.data), QUARTERS)


@pytest.mark.parametrize(
    ("name", "mode"), [("PNG", "1"), ("BMP", "1"), ("TIFF", "1"), ("PNG", "L"), ("JPEG", "L")]
)
async def test_black_white_and_grey_become_rgb(images, encode, corners, assert_colours, name, mode):
    image = Image.new("L", (640, 480), 255)
    image.paste(0, (0, 0, 320, 480))
    data = encode(image.convert(mode), name)

    prepared = await images.prepare(data, long_side=1000)

    with Image.open(io.BytesIO(prepared.data)) as opened:
        assert opened.mode == "RGB"
    assert_colours(corners(prepared.data), [(0, 0, 0), WHITE, (0, 0, 0), WHITE])


@pytest.mark.parametrize("name", ["PNG", "WEBP", "AVIF", "HEIF", "TIFF"])
async def test_transparency_becomes_white(images, encode, corners, assert_colours, name):
    image = Image.new("RGBA", (640, 480), (0, 0, 0, 0))
    image.paste((220, 40, 40, 255), (320, 0, 640, 240))
    image.paste((0, 0, 0, 127), (0, 240, 320, 480))
    options = {"lossless": True} if name == "WEBP" else {}

    prepared = await images.prepare(encode(image, name, **options), long_side=400)

    assert_colours(corners(prepared.data), [WHITE, (220, 40, 40), GREY, WHITE])


async def test_grey_with_transparency_lies_on_white(images, encode, corners, assert_colours):
    image = Image.new("LA", (640, 480), (0, 0))
    image.paste((128, 255), (320, 0, 640, 480))

    prepared = await images.prepare(encode(image, "PNG"), long_side=400)

    assert_colours(corners(prepared.data), [WHITE, GREY, WHITE, GREY])


@pytest.mark.parametrize("transparency", [0, b"\x00\xff\xff\xff"])
@pytest.mark.parametrize("name", ["PNG", "GIF"])
async def test_a_palette_with_a_transparent_colour_lies_on_white(
    images, encode, corners, assert_colours, name, transparency
):
    image = Image.new("P", (640, 480), 0)
    image.putpalette([0, 0, 0, 220, 40, 40])
    image.paste(1, (320, 0, 640, 480))
    if name == "GIF":
        transparency = 0

    prepared = await images.prepare(encode(image, name, transparency=transparency), long_side=400)

    assert_colours(corners(prepared.data), [WHITE, (220, 40, 40), WHITE, (220, 40, 40)])


@pytest.mark.parametrize(("mode", "key"), [("L", 0), ("RGB", (0, 0, 0))])
async def test_a_transparent_key_colour_lies_on_white(images, encode, corners, assert_colours, mode, key):
    image = Image.new(mode, (640, 480), "black")
    image.paste("grey", (320, 0, 640, 480))

    prepared = await images.prepare(encode(image, "PNG", transparency=key), long_side=400)

    assert_colours(corners(prepared.data), [WHITE, GREY, WHITE, GREY])


def _four_levels(mode: str, values: tuple[float, ...]) -> Image.Image:
    image = Image.new(mode, (640, 480), values[0])
    image.paste(values[1], (320, 0, 640, 240))
    image.paste(values[2], (0, 240, 320, 480))
    image.paste(values[3], (320, 240, 640, 480))
    return image


@pytest.mark.parametrize(
    ("mode", "name", "values"),
    [
        ("I;16", "PNG", (0, 16_448, 32_896, 65_535)),
        ("I;16", "TIFF", (0, 16_448, 32_896, 65_535)),
        ("I;16B", "TIFF", (0, 16_448, 32_896, 65_535)),
        ("I", "TIFF", (0, 16_448, 32_896, 65_535)),
        ("I", "TIFF", (0, 64, 128, 255)),
        ("I", "TIFF", (-1000, -498, 4, 1000)),
        ("F", "TIFF", (0.0, 0.251, 0.502, 1.0)),
        ("F", "TIFF", (0.0, 64.0, 128.0, 255.0)),
        ("F", "TIFF", (0.0, 16_448.0, 32_896.0, 65_535.0)),
    ],
)
async def test_deep_grey_is_scaled_and_not_clipped(
    images, encode, corners, assert_colours, mode, name, values
):
    prepared = await images.prepare(encode(_four_levels(mode, values), name), long_side=400)

    assert_colours(corners(prepared.data), [(0,) * 3, (64,) * 3, (128,) * 3, (255,) * 3], within=4)


async def test_sixteen_bits_a_colour_are_scaled_and_not_clipped(images, corners, assert_colours):
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    row = b"\0" + struct.pack(">HHH", 0x4000, 0x8000, 0xC000) * 300
    head = struct.pack(">IIBBBBB", 300, 300, 16, 2, 0, 0, 0)
    data = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(row * 300))
        + chunk(b"IEND", b"")
    )

    prepared = await images.prepare(data, long_side=400)

    assert_colours(corners(prepared.data), [(0x40, 0x80, 0xC0)] * 4, within=4)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
async def test_a_floating_point_picture_without_a_range_is_refused(images, encode, value):
    image = Image.new("F", (300, 300), value)

    with pytest.raises(PictureError) as caught:
        await images.prepare(encode(image, "TIFF"), long_side=400)

    assert caught.value.reason is Reason.UNSUPPORTED


@pytest.mark.parametrize(
    "magic", [b"8BPS", b"\0\0\0\x0cJXL \r\n", b"II+\0", b"<svg ", b"\0\0\0\x18ftypcrx isom"]
)
async def test_a_picture_of_a_kind_that_is_not_read_is_named_so(images, magic):
    with pytest.raises(PictureError) as caught:
        await images.inspect(magic + b"\0" * 1000)

    assert caught.value.reason is Reason.UNSUPPORTED


@pytest.mark.parametrize(
    "data", [b"", b"a", b"%PDF-1.7 ...", b"\0\0\0\x18ftypisom" + b"\0" * 40, b"<html>" * 50]
)
async def test_what_is_no_picture_is_named_so(images, data):
    with pytest.raises(PictureError) as caught:
        await images.inspect(data)

    assert caught.value.reason is Reason.NOT_A_PICTURE


async def test_an_avif_under_a_common_brand_is_recognised(images, quarters, encode):
    data = bytearray(encode(quarters(), "AVIF", speed=10))
    data[8:12] = b"mif1"

    assert (await images.inspect(bytes(data))).format is Kind.AVIF


async def test_a_raw_photo_is_not_taken_for_its_thumbnail(images, quarters, encode):
    data = encode(quarters(), "TIFF", tiffinfo={50706: b"\1\4\0\0"})

    with pytest.raises(PictureError) as caught:
        await images.inspect(data)

    assert caught.value.reason is Reason.UNSUPPORTED
