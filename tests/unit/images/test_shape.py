"""Upright, in the picture's own ratio, never enlarged, in sRGB, and without anything else in the file."""

import io

import pytest
from PIL import ExifTags, Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from bot.images import Images, PictureError, Reason

QUARTERS = [(220, 40, 40), (40, 180, 60), (40, 60, 200), (230, 220, 50)]
TO_STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def _exif(orientation: int, *, little: bool = True) -> bytes:
    """Build the smallest EXIF block there is: one tag, in either byte order."""
    order, mark = ("little", b"II") if little else ("big", b"MM")

    def number(value: int, size: int) -> bytes:
        return value.to_bytes(size, order)

    entry = number(274, 2) + number(3, 2) + number(1, 4) + number(orientation, 2) + b"\0\0"
    return b"Exif\0\0" + mark + number(42, 2) + number(8, 4) + number(1, 2) + entry + number(0, 4)


def _stored(image: Image.Image, orientation: int) -> Image.Image:
    turn = TO_STORED[orientation]
    return image if turn is None else image.transpose(turn)


@pytest.mark.parametrize("long_side", [5000, 600, 300, 150])  # whole, resized, by a half, by a quarter
@pytest.mark.parametrize("orientation", range(1, 9))
async def test_a_turned_jpeg_comes_out_upright(
    images, quarters, encode, corners, assert_colours, orientation, long_side
):
    stored = _stored(quarters(640, 480), orientation)
    data = encode(stored, "JPEG", quality=95, exif=_exif(orientation, little=orientation % 2 == 0))

    found = await images.inspect(data)
    prepared = await images.prepare(data, long_side=long_side)

    side = min(640, long_side)
    assert (found.width, found.height) == (640, 480)
    assert (prepared.width, prepared.height) == (side, side * 3 // 4)
    assert_colours(corners(prepared.data), QUARTERS)


@pytest.mark.parametrize("name", ["PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
async def test_other_kinds_come_out_upright_too(
    images, quarters, encode, corners, assert_colours, name, orientation
):
    image = _stored(quarters(640, 480), orientation)
    options: dict[str, object] = {"speed": 10} if name == "AVIF" else {}
    if name == "TIFF":
        options["tiffinfo"] = {274: orientation}
    else:
        options["exif"] = _exif(orientation)
    data = encode(image, name, **options)

    found = await images.inspect(data)
    prepared = await images.prepare(data, long_side=320)

    assert (found.width, found.height) == (640, 480)
    assert (prepared.width, prepared.height) == (320, 240)
    assert_colours(corners(prepared.data), QUARTERS, within=20)


@pytest.mark.parametrize("orientation", [0, 9, 65_535])
async def test_an_orientation_that_does_not_exist_changes_nothing(
    images, quarters, encode, corners, assert_colours, orientation
):
    prepared = await images.prepare(encode(quarters(), exif=_exif(orientation)), long_side=320)

    assert_colours(corners(prepared.data), QUARTERS)


@pytest.mark.parametrize("cut", range(6, len(_exif(6)), 3))
async def test_broken_exif_does_not_refuse_a_photo(images, quarters, encode, cut):
    prepared = await images.prepare(encode(quarters(), exif=_exif(6)[:cut]), long_side=320)

    assert max(prepared.width, prepared.height) == 320


@pytest.mark.parametrize("size", [(4032, 3024), (3024, 4032), (1297, 999), (1000, 251), (2001, 1001)])
@pytest.mark.parametrize("name", ["JPEG", "PNG"])
@pytest.mark.parametrize("long_side", [1296, 1024, 2048])
async def test_the_ratio_is_kept_and_nothing_is_enlarged(images, quarters, encode, size, name, long_side):
    data = encode(quarters(*size), name)

    prepared = await images.prepare(data, long_side=long_side)

    with Image.open(io.BytesIO(prepared.data)) as image:
        assert image.size == (prepared.width, prepared.height)
    longest, shortest = max(prepared.width, prepared.height), min(prepared.width, prepared.height)
    assert longest <= min(long_side, max(size))
    assert longest >= 0.9 * min(long_side, max(size))
    assert abs(shortest - min(size) * longest / max(size)) <= 1
    assert (prepared.width > prepared.height) == (size[0] > size[1])


@pytest.mark.parametrize(
    ("long_side", "wanted"), [(2000, 2000), (2200, 2000), (2230, 2230), (1100, 1000), (1120, 1120)]
)
async def test_a_draft_of_nine_tenths_is_enough(images, quarters, encode, long_side, wanted):
    data = encode(quarters(4000, 3000), "JPEG")

    assert (await images.prepare(data, long_side=long_side)).width == wanted


async def test_the_draft_is_used(images, quarters, encode, monkeypatch):
    sizes = []
    load = Image.Image.load

    def watched(image):
        sizes.append(image.size)
        return load(image)

    data = encode(quarters(4000, 3000), "JPEG")
    monkeypatch.setattr(Image.Image, "load", watched)

    await images.prepare(data, long_side=1296)

    assert max(sizes) == (2000, 1500)


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"subsampling": 0}, {"quality": 30}])
async def test_a_photo_that_fits_passes_byte_for_byte(images, quarters, encode, options):
    data = encode(quarters(1280, 960), "JPEG", **options)

    prepared = await images.prepare(data, long_side=1280)

    assert prepared.untouched
    assert prepared.data is data
    assert (prepared.width, prepared.height) == (1280, 960)


def _with(data: bytes, marker: int, payload: bytes) -> bytes:
    return data[:2] + bytes([0xFF, marker]) + (len(payload) + 2).to_bytes(2) + payload + data[2:]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: _with(data, 0xFE, b"a comment"),
        lambda data: _with(data, 0xE1, _exif(1)),
        lambda data: _with(data, 0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>"),
        lambda data: _with(data, 0xED, b"Photoshop 3.0\0"),
        lambda data: _with(data, 0xE0, b"JFXX\0\x13" + b"\1\1abc"),
        lambda data: data + b"appended",
        lambda data: data[:20] + b"hidden" + data[20:],
        lambda data: data[:-2] + b"\xff\xfe\x00\x06late" + data[-2:],
    ],
)
async def test_a_photo_that_carries_more_than_the_picture_is_written_anew(
    images, quarters, encode, segments, spoil
):
    clean = encode(quarters(), "JPEG")

    prepared = await images.prepare(spoil(clean), long_side=1000)

    assert not prepared.untouched
    assert [marker for marker, _ in segments(prepared.data)] == [0xE0]
    assert prepared.data.endswith(b"\xff\xd9")


async def test_a_photo_over_the_byte_limit_is_written_anew(images, encode):
    data = encode(Image.effect_noise((1000, 800), 60).convert("RGB"), "JPEG", quality=98)

    prepared = await images.prepare(data, long_side=1000, max_bytes=200_000)

    assert len(data) > 200_000 >= len(prepared.data)
    assert not prepared.untouched
    with Image.open(io.BytesIO(prepared.data)) as image:
        assert image.size == (prepared.width, prepared.height)


async def test_a_byte_limit_that_leaves_nothing_is_refused(images, encode):
    data = encode(Image.effect_noise((600, 600), 60).convert("RGB"), "JPEG")

    with pytest.raises(PictureError) as caught:
        await images.prepare(data, long_side=600, max_bytes=300)

    assert caught.value.reason is Reason.TOO_LARGE_FILE


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"])
async def test_no_metadata_is_left(images, quarters, encode, segments, name):
    secret = b"51.4769-N-home"
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = secret.decode()
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSAreaInformation] = secret
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    options: dict[str, object] = {"exif": exif, "icc_profile": profile}
    if name == "JPEG":
        options |= {"comment": secret, "xmp": b"<x:xmpmeta>" + secret, "dpi": (300, 300)}
    if name == "PNG":
        info = PngInfo()
        info.add_text("Comment", secret.decode())
        info.add_itxt("XML:com.adobe.xmp", secret.decode())
        options |= {"pnginfo": info}
    data = encode(quarters(), name, **options)
    assert secret in data

    prepared = await images.prepare(data, long_side=1000)

    assert secret not in prepared.data
    [(marker, payload)] = segments(prepared.data)
    assert (marker, payload[:5], len(payload)) == (0xE0, b"JFIF\0", 14)


def _display_p3() -> bytes:
    """Build a Display P3 profile: matrix and a gamma near sRGB's. Source: ICC.1:2010, SMPTE EG 432-1."""

    def fixed(*values: float) -> bytes:
        return b"".join(round(value * 65_536).to_bytes(4, signed=True) for value in values)

    def xyz(*values: float) -> bytes:
        return b"XYZ \0\0\0\0" + fixed(*values)

    curve = b"curv\0\0\0\0\0\0\0\1" + round(2.2 * 256).to_bytes(2) + b"\0\0"
    tags = {
        b"rXYZ": xyz(0.51512, 0.2412, -0.00105),
        b"gXYZ": xyz(0.29198, 0.69225, 0.04189),
        b"bXYZ": xyz(0.1571, 0.06657, 0.78407),
        b"wtpt": xyz(0.9642, 1.0, 0.8249),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
        b"desc": b"desc\0\0\0\0" + (3).to_bytes(4) + b"P3\0" + b"\0" * 79 + b"\0" * 6,
    }
    table, body, at = len(tags).to_bytes(4), b"", 128 + 4 + 12 * len(tags)
    for name, value in tags.items():
        table += name + at.to_bytes(4) + len(value).to_bytes(4)
        at += len(value)
        body += value
    head = at.to_bytes(4) + b"\0" * 4 + b"\2\x40\0\0mntrRGB XYZ " + b"\0" * 12 + b"acsp" + b"\0" * 28
    head += fixed(0.9642, 1.0, 0.8249)
    return head.ljust(128, b"\0") + table + body


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"])
async def test_display_p3_becomes_srgb(images, encode, corners, assert_colours, name):
    image = Image.new("RGB", (400, 400), (200, 60, 60))
    data = encode(image, name, icc_profile=_display_p3())

    prepared = await images.prepare(data, long_side=1000)

    # By hand: to light (gamma 2.2), by the P3 to sRGB matrix, back by sRGB's curve.
    assert_colours(corners(prepared.data), [(219, 37, 49)] * 4, within=4)


async def test_grey_with_a_colour_profile_stays_grey(images, encode, corners, assert_colours):
    data = encode(Image.new("L", (400, 400), 128), "JPEG", icc_profile=_display_p3())

    prepared = await images.prepare(data, long_side=1000)

    assert_colours(corners(prepared.data), [(128, 128, 128)] * 4, within=4)


@pytest.mark.parametrize(
    "profile", [b"no profile at all", _display_p3()[:200], _display_p3() + b"\0" * 5_000_000]
)
async def test_a_broken_or_huge_profile_does_not_refuse_a_photo(
    images, quarters, encode, corners, assert_colours, profile
):
    prepared = await images.prepare(encode(quarters(), "JPEG", icc_profile=profile), long_side=1000)

    assert_colours(corners(prepared.data), QUARTERS)


async def test_a_profile_of_another_kind_of_picture_is_left_aside(
    images, quarters, encode, corners, assert_colours
):
    data = encode(quarters().convert("CMYK"), "JPEG", quality=95, icc_profile=_display_p3())

    prepared = await images.prepare(data, long_side=1000)

    assert_colours(corners(prepared.data), QUARTERS)


@pytest.mark.parametrize(
    ("size", "reason"),
    [
        ((199, 400), Reason.TOO_SMALL),
        ((400, 199), Reason.TOO_SMALL),
        ((1, 1), Reason.TOO_SMALL),
        ((1300, 210), Reason.EXTREME_RATIO),
        ((210, 1300), Reason.EXTREME_RATIO),
        ((3000, 100), Reason.EXTREME_RATIO),
    ],
)
@pytest.mark.parametrize("name", ["JPEG", "PNG", "GIF"])
async def test_a_shape_that_is_no_use_is_refused(images, encode, size, reason, name):
    data = encode(Image.new("RGB", size), name)

    for attempt in (images.inspect(data), images.prepare(data, long_side=1296)):
        with pytest.raises(PictureError) as caught:
            await attempt
        assert caught.value.reason is reason


@pytest.mark.parametrize("size", [(200, 200), (200, 1200), (1200, 200)])
async def test_the_smallest_and_narrowest_that_are_taken(images, encode, size):
    found = await images.inspect(encode(Image.new("RGB", size), "JPEG"))

    assert (found.width, found.height) == size


async def test_the_smallest_side_can_be_chosen(encode):
    async with Images(min_side=50) as images:
        assert (await images.inspect(encode(Image.new("RGB", (60, 60)), "PNG"))).width == 60


async def test_fine_colour_detail_is_not_smeared(images, encode):
    # One-pixel red and blue lines: halved colour resolution would mix them to purple.
    image = Image.new("RGB", (400, 400), (255, 0, 0))
    for x in range(0, 400, 2):
        image.paste((0, 0, 255), (x, 0, x + 1, 400))

    prepared = await images.prepare(encode(image, "PNG"), long_side=400)

    with Image.open(io.BytesIO(prepared.data)) as opened:
        red, _, blue = opened.getpixel((201, 200))
        assert red - blue > 150
