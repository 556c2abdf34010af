"""Cut, noisy and malicious files get a reason, quickly, and never anything else."""

import asyncio
import io
import logging
import struct
import subprocess
import sys
import warnings
import zlib
from collections.abc import Callable

import pillow_heif
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFile, PngImagePlugin

from bot.images import PictureError, Reason, decode
from bot.images.colour import to_plain
from bot.images.gif import read_gif
from bot.images.jpeg import MAX_SCANS, MAX_SEGMENTS
from bot.images.pillow import MAX_PIXELS, set_up_pillow
from bot.images.service import _check_result, _for_telegram, _inspect, _prepare
from bot.images.tiff import MAX_ENTRIES, MAX_STRIPS

ALL_KINDS = ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "HEIF", "AVIF", "MPO"]
QUICKLY = {"AVIF": {"speed": 10}}


def _noise(width: int = 300, height: int = 240) -> Image.Image:
    return Image.effect_noise((width, height), 40).convert("RGB")


@pytest.fixture(scope="module")
def samples() -> dict[str, bytes]:
    pillow_heif.register_heif_opener()
    found = {}
    for kind in ALL_KINDS:
        buffer = io.BytesIO()
        _noise().save(buffer, kind, **QUICKLY.get(kind, {}))
        found[kind] = buffer.getvalue()
    return found


def _reason(work: Callable[[], object]) -> Reason | None:
    """Return the reason of a refusal, None where the picture was taken; anything else goes through."""
    try:
        work()
    except PictureError as error:
        return error.reason
    return None


def _every_use(data: bytes) -> list[Reason | None]:
    return [
        _reason(lambda: _inspect(data, 200)),
        _reason(lambda: _prepare(data, 150, None, 200)),
        _reason(lambda: _check_result(data)),
        _reason(lambda: _for_telegram(data)),
    ]


@pytest.fixture(autouse=True)
def _pillow_is_set_up():
    set_up_pillow()


@pytest.mark.parametrize("kind", ALL_KINDS)
@pytest.mark.parametrize("share", [x / 20 for x in range(1, 20)])
def test_a_cut_file_is_found(samples, kind, share):
    data = samples[kind]

    reasons = _every_use(data[: int(len(data) * share)])

    assert set(reasons) <= {Reason.TRUNCATED, Reason.NOT_A_PICTURE, Reason.UNSUPPORTED}
    if share > 0.5:
        assert set(reasons) == {Reason.TRUNCATED}


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_a_file_cut_within_its_first_bytes_is_refused(samples, kind):
    for length in range(100):
        assert None not in _every_use(samples[kind][:length])


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF"])
def test_a_file_that_lacks_only_its_last_byte_is_found(samples, kind):
    assert set(_every_use(samples[kind][:-1])) == {Reason.TRUNCATED}


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(ALL_KINDS),
    spots=st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=6)), max_size=8
    ),
    head=st.booleans(),
)
def test_a_damaged_file_gets_a_reason_or_is_taken(samples, kind, spots, head):
    data = bytearray(samples[kind])
    reach = min(len(data), 600) if head else len(data)
    for share, patch in spots:
        at = int(reach * share)
        data[at : at + len(patch)] = patch

    _every_use(bytes(data))


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    magic=st.sampled_from(
        [
            b"",
            b"\xff\xd8\xff",
            b"\x89PNG\r\n\x1a\n",
            b"GIF89a",
            b"BM",
            b"II*\0",
            b"MM\0*",
            b"RIFF\xff\0\0\0WEBPVP8 ",
            b"\0\0\0\x18ftypheic",
            b"\0\0\0\x18ftypavif",
        ]
    ),
    noise=st.binary(max_size=400),
)
def test_noise_is_refused(magic, noise):
    assert None not in _every_use(magic + noise)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _png(width: int, height: int, *extra: bytes) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress((b"\0" + b"\x80" * width * 3) * height) if width * height < 1_000_000 else b""
    parts = [_chunk(b"IHDR", head), *extra, _chunk(b"IDAT", body), _chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _tiff(*entries: tuple[int, int, int, int]) -> bytes:
    body = b"".join(struct.pack("<HHLL", *entry) for entry in sorted(entries))
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(entries)) + body + b"\0" * 4 + b"\0" * 1000


TIFF_BASE = ((258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, 0), (277, 3, 1, 1), (278, 4, 1, 300))


def _jpeg_of_size(width: int, height: int) -> bytes:
    buffer = io.BytesIO()
    _noise().save(buffer, "JPEG")
    data = bytearray(buffer.getvalue())
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def _heif_of_size(width: int, height: int) -> bytes:
    pillow_heif.register_heif_opener()
    buffer = io.BytesIO()
    _noise().save(buffer, "HEIF")
    data = bytearray(buffer.getvalue())
    at = data.index(b"ispe")
    data[at + 8 : at + 16] = struct.pack(">II", width, height)
    return bytes(data)


def _webp(chunk: bytes) -> bytes:
    return b"RIFF" + (len(chunk) + 4).to_bytes(4, "little") + b"WEBP" + chunk


BOMBS = {
    "png": lambda: _png(50_000, 50_000),
    "png just above": lambda: _png(7_746, 7_746),
    "png between once and twice": lambda: _png(10_000, 10_000),
    "gif": lambda: (
        b"GIF89a" + struct.pack("<HHBBB", 65_535, 65_535, 0x80, 0, 0) + b"\0" * 6 + b",\0\0\0\0\1\0\1\0\0\2\0"
    ),
    "gif frame": lambda: (
        b"GIF89a"
        + struct.pack("<HHBBB", 9, 9, 0, 0, 0)
        + b","
        + struct.pack("<HHHHB", 0, 0, 65_000, 65_000, 0)
        + b"\2\0"
    ),
    "gif between once and twice": lambda: (
        b"GIF89a" + struct.pack("<HHBBB", 10_000, 10_000, 0x80, 0, 0) + b"\0" * 6 + b",\0\0\0\0\1\0\1\0\0\2\0"
    ),
    "jpeg": lambda: _jpeg_of_size(65_000, 65_000),
    "bmp": lambda: (
        b"BM" + struct.pack("<IHHIIiiHHIIiiII", 90, 0, 0, 54, 40, 30_000, 30_000, 1, 24, 0, 0, 0, 0, 0, 0)
    ),
    "webp extended": lambda: _webp(
        b"VP8X"
        + struct.pack("<I", 10)
        + b"\0" * 4
        + (16_000).to_bytes(3, "little")
        + (16_000).to_bytes(3, "little")
    ),
    "webp lossless": lambda: _webp(
        b"VP8L" + struct.pack("<I", 9) + b"\x2f" + b"\xff\xff\xff\x0f" + b"\0" * 5
    ),
    "webp lossy": lambda: _webp(
        b"VP8 " + struct.pack("<I", 10) + b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 16_000, 16_000)
    ),
    "tiff": lambda: _tiff((256, 4, 1, 60_000), (257, 4, 1, 60_000), *TIFF_BASE),
    "tiff tile": lambda: _tiff(
        (256, 4, 1, 300),
        (257, 4, 1, 300),
        (322, 4, 1, 60_000),
        (323, 4, 1, 60_000),
        (324, 4, 1, 0),
        *TIFF_BASE,
    ),
    "heif": lambda: _heif_of_size(12_000, 12_000),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_pixel_bomb_is_refused_before_any_pixel_is_made(name, monkeypatch):
    data = BOMBS[name]()
    made = []
    monkeypatch.setattr(Image.core, "new", lambda *arguments: made.append(arguments))
    monkeypatch.setattr(Image.core, "fill", lambda *arguments: made.append(arguments))
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda image: made.append(image.size))

    assert set(_every_use(data)) == {Reason.TOO_MANY_PIXELS}
    assert made == []


@pytest.mark.parametrize("name", ["bmp", "heif"])
def test_the_pixel_limit_does_not_rely_on_warnings(name, monkeypatch):
    data = bytearray(BOMBS[name]())
    if name == "bmp":
        data[18:26] = struct.pack("<ii", 8_000, 8_000)
    loaded = []
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda image: loaded.append(image.size))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)
        assert set(_every_use(bytes(data))) == {Reason.TOO_MANY_PIXELS}

    assert loaded == []


def test_a_photo_that_passes_untouched_is_decoded_all_the_same(samples, monkeypatch):
    loaded = []
    load = Image.Image.load
    monkeypatch.setattr(Image.Image, "load", lambda image: loaded.append(image.size) or load(image))

    assert _prepare(samples["JPEG"], 1000, None, 200).untouched
    assert loaded


def test_a_picture_whose_header_understates_it_is_refused():
    assert _every_use(_heif_of_size(201, 201))[0] in {Reason.TRUNCATED, Reason.UNSUPPORTED}


def test_text_that_unpacks_to_gigabytes_is_never_unpacked(monkeypatch):
    flood = zlib.compress(b"\0" * 50_000_000)
    texts = [
        _chunk(b"zTXt", b"k\0\0" + flood),
        _chunk(b"iTXt", b"k\0\1\0\0\0" + flood),
        _chunk(b"zTXt", b"XML:com.adobe.xmp\0\0" + flood),
    ] * 30
    unpacked = []
    monkeypatch.setattr(PngImagePlugin, "_safe_zlib_decompress", lambda data: unpacked.append(len(data)))

    assert _every_use(_png(300, 300, *texts)) == [None] * 4
    assert unpacked == []


def test_a_profile_that_unpacks_to_gigabytes_is_refused():
    profile = _chunk(b"iCCP", b"k\0\0" + zlib.compress(b"\0" * 50_000_000))

    assert set(_every_use(_png(300, 300, profile))) == {Reason.UNSUPPORTED}


def test_only_the_first_of_many_profiles_is_unpacked(monkeypatch):
    unpack, unpacked = PngImagePlugin._safe_zlib_decompress, []

    def watched(data):
        unpacked.append(len(data))
        return unpack(data)

    monkeypatch.setattr(PngImagePlugin, "_safe_zlib_decompress", watched)
    profile = _chunk(b"iCCP", b"k\0\0" + zlib.compress(b"\0" * 1_000_000))

    assert _reason(lambda: _inspect(_png(300, 300, *[profile] * 50), 200)) is None
    assert len(unpacked) == 1


def test_a_png_of_countless_chunks_is_refused():
    assert set(_every_use(_png(300, 300, *[_chunk(b"tEXt", b"")] * 100_001))) == {Reason.UNSUPPORTED}


def _with_scans(count: int) -> bytes:
    buffer = io.BytesIO()
    _noise().convert("L").save(buffer, "JPEG", progressive=True)
    data = buffer.getvalue()
    scan = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + scan * count + b"\xff\xd9"


def test_a_jpeg_of_countless_scans_is_refused():
    assert set(_every_use(_with_scans(MAX_SCANS))) == {Reason.UNSUPPORTED}


def test_a_jpeg_of_countless_segments_is_refused():
    buffer = io.BytesIO()
    _noise().save(buffer, "JPEG")
    data = buffer.getvalue()

    flooded = data[:2] + b"\xff\xfe\0\2" * (MAX_SEGMENTS + 1) + data[2:]

    assert set(_every_use(flooded)) == {Reason.UNSUPPORTED}


@pytest.mark.parametrize("between", [b"", b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"])
def test_a_jpeg_of_nothing_but_fill_bytes_is_refused(between):
    # Searched in the wrong way, this takes quadratic time: hours.
    data = b"\xff\xd8" + between + b"\xff" * 5_000_000

    assert set(_every_use(data + b"\0")) == {Reason.TRUNCATED}


def test_a_jpeg_of_countless_lone_markers_is_refused():
    assert set(_every_use(b"\xff\xd8" + b"\xff\x01" * (MAX_SEGMENTS + 1))) == {Reason.UNSUPPORTED}


def test_a_gif_comment_of_megabytes_never_reaches_the_decoder(samples):
    data = samples["GIF"]
    at = data.index(b",\0\0\0\0" + struct.pack("<HH", 300, 240))
    comment = b"!\xfe" + (b"\xff" + b"x" * 255) * 4_000 + b"\0"

    flooded = data[:at] + comment + data[at:]

    assert _every_use(flooded) == [None] * 4
    assert read_gif(flooded).stream == read_gif(data).stream
    assert len(read_gif(flooded).stream) <= len(data)


def test_a_gif_of_countless_blocks_is_refused():
    data = b"GIF89a" + struct.pack("<HHBBB", 300, 300, 0, 0, 0) + b"!\xfe" + b"\1x" * 200_001 + b"\0"

    assert set(_every_use(data)) == {Reason.UNSUPPORTED}


def test_a_gif_frame_after_something_unknown_is_refused():
    assert set(_every_use(b"GIF89a" + struct.pack("<HHBBB", 300, 300, 0, 0, 0) + b"?" * 50)) == {
        Reason.UNSUPPORTED
    }


@pytest.mark.parametrize(
    "entries",
    [
        [(40_000 + n, 3, 1, 0) for n in range(MAX_ENTRIES)],
        [(279, 4, MAX_STRIPS + 1, 0)],
        [(279, 4, 2**32 - 1, 8)],
    ],
)
def test_a_tiff_of_absurd_tags_is_refused_unopened(entries, monkeypatch):
    monkeypatch.setattr(Image, "open", lambda *_, **__: pytest.fail("opened"))
    base = ((256, 4, 1, 300), (257, 4, 1, 300), *TIFF_BASE)

    reasons = set(_every_use(_tiff(*base, *entries) + b"\0" * 4 * (MAX_STRIPS + 2)))

    assert reasons <= {Reason.UNSUPPORTED, Reason.TRUNCATED}
    assert reasons


def test_a_tiff_of_absurd_samples_is_refused_unopened(monkeypatch):
    monkeypatch.setattr(Image, "open", lambda *_, **__: pytest.fail("opened"))
    base = tuple(entry for entry in TIFF_BASE if entry[0] != 277)

    data = _tiff((256, 4, 1, 300), (257, 4, 1, 300), (277, 4, 1, 10_000_000), *base)

    assert set(_every_use(data)) == {Reason.UNSUPPORTED}


def test_bombs_take_little_memory(tmp_path):
    paths = []
    for number, make in enumerate(BOMBS.values()):
        path = tmp_path / f"{number}"
        path.write_bytes(make())
        paths.append(str(path))
    script = (
        "import pathlib, resource, sys\n"
        "from bot.images import PictureError\n"
        "from bot.images.pillow import set_up_pillow\n"
        "from bot.images.service import _check_result\n"
        "set_up_pillow()\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "for path in sys.argv[1:]:\n"
        "    try:\n"
        "        _check_result(pathlib.Path(path).read_bytes())\n"
        "    except PictureError:\n"
        "        continue\n"
        "    sys.exit('taken')\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )

    ended = subprocess.run([sys.executable, "-c", script, *paths], capture_output=True, text=True, check=True)

    assert int(ended.stdout) < 20_000, "kilobytes more than before"


async def test_a_file_over_telegrams_limit_is_refused_unread(images):
    with pytest.raises(PictureError) as caught:
        await images.inspect(b"\xff\xd8\xff" + bytes(20 * 1024 * 1024))

    assert caught.value.reason is Reason.TOO_LARGE_FILE


def test_an_odd_tag_neither_refuses_a_picture_nor_is_quoted():
    buffer = io.BytesIO()
    _noise().save(buffer, "TIFF")
    data = bytearray(buffer.getvalue())
    data[data.index(struct.pack("<HHL", 259, 3, 1)) + 4] = 2  # the compression given twice

    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        Image.open(io.BytesIO(data))
        assert len(seen) > 0
        seen.clear()
        set_up_pillow()
        assert _reason(lambda: _inspect(bytes(data), 200)) is None

    assert seen == []


def test_pillow_is_never_told_to_load_what_is_cut():
    assert not ImageFile.LOAD_TRUNCATED_IMAGES
    assert Image.MAX_IMAGE_PIXELS == MAX_PIXELS


@pytest.mark.parametrize(
    "failure",
    [
        KeyError("51.4769-N-home"),
        AssertionError("51.4769-N-home"),
        ZeroDivisionError("51.4769-N-home"),
        UserWarning("51.4769-N-home"),
    ],
)
async def test_an_unexpected_failure_of_a_decoder_tells_nothing_of_the_picture(
    images, samples, monkeypatch, caplog, failure
):
    def fail(_):
        raise failure

    monkeypatch.setattr(ImageFile.ImageFile, "load", fail)

    with caplog.at_level(logging.DEBUG), pytest.raises(PictureError) as caught:
        await images.inspect(samples["JPEG"])

    assert caught.value.reason is Reason.UNSUPPORTED
    assert str(caught.value) == "unsupported"
    assert caught.value.__context__ is None
    assert "51.4769" not in caplog.text
    assert type(failure).__name__ in caplog.text


async def test_running_out_of_memory_is_too_many_pixels(images, samples, monkeypatch):
    def fail(_):
        raise MemoryError

    monkeypatch.setattr(ImageFile.ImageFile, "load", fail)

    with pytest.raises(PictureError) as caught:
        await images.inspect(samples["JPEG"])

    assert caught.value.reason is Reason.TOO_MANY_PIXELS


def test_large_pictures_are_decoded_one_at_a_time(samples, monkeypatch):
    monkeypatch.setattr(decode, "_LARGE_PIXELS", 1000)
    monkeypatch.setattr(decode, "_LARGE_WAIT_SECONDS", 0.01)

    with decode._one_large:
        assert _every_use(samples["PNG"]) == [Reason.BUSY] * 4
        assert _every_use(samples["JPEG"]) == [Reason.BUSY] * 4

    assert _every_use(samples["PNG"]) == [None] * 4


def test_a_mode_nobody_knows_is_refused():
    image = Image.new("L", (300, 300))
    image._mode = "X"

    assert _reason(lambda: to_plain(image)) is Reason.UNSUPPORTED


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: _png(0, 300), Reason.UNSUPPORTED),
        (lambda: b"\xff\xd8\xff\xd9", Reason.UNSUPPORTED),
        (lambda: _jpeg_of_size(0, 300), Reason.UNSUPPORTED),
        (lambda: _jpeg_of_size(300, 0), Reason.UNSUPPORTED),
        (lambda: b"\x89PNG\r\n\x1a\n" + _chunk(b"IEND", b""), Reason.UNSUPPORTED),
        (lambda: _png(300, 300)[:33] + _chunk(b"IEND", b""), Reason.UNSUPPORTED),
        (lambda: _webp(b"VP8X\1\0\0\0a"), Reason.UNSUPPORTED),
        (lambda: _webp(b"ALPH" + bytes(40)), Reason.UNSUPPORTED),
        (lambda: _tiff((256, 4, 1, 300), (257, 4, 1, 0), *TIFF_BASE), Reason.UNSUPPORTED),
        (lambda: b"\0\0\0\x10ftypheic\0\0\0\0" + b"\0\0\0\x08free" * 1001, Reason.UNSUPPORTED),
        (lambda: b"\0\0\0\x10ftypheic\0\0\0\0" + b"\0\0\0\x04free", Reason.TRUNCATED),
        (lambda: b"\0\0\0\x10ftypheic\0\0\0\0" + b"\0\0\0\1mdat" + b"\xff" * 8, Reason.TRUNCATED),
        (lambda: b"\0\0\0\x10ftypheic\0\0\0\0" + b"\0\0\0\0mdat", Reason.UNSUPPORTED),
    ],
)
def test_a_header_that_makes_no_sense_is_refused(make, reason):
    assert set(_every_use(make())) == {reason}


def _box(name: bytes, body: bytes) -> bytes:
    return (len(body) + 8).to_bytes(4) + name + body


@pytest.mark.parametrize("version", [0, 1])
def test_metadata_that_the_decoder_would_copy_a_thousandfold_is_refused_unopened(version, monkeypatch):
    monkeypatch.setattr(Image, "open", lambda *_, **__: pytest.fail("opened"))
    id_bytes = 4 if version else 2
    reference = _box(b"cdsc", bytes(id_bytes) + (17).to_bytes(2) + bytes(17 * id_bytes))
    references = _box(b"iref", bytes([version, 0, 0, 0]) + reference)
    data = _box(b"ftyp", b"heic" + bytes(8)) + _box(b"meta", bytes(4) + _box(b"free", b"") + references)

    assert set(_every_use(data + _box(b"mdat", b""))) == {Reason.UNSUPPORTED}


def test_what_a_phone_appends_to_a_heif_does_no_harm(samples):
    assert _every_use(samples["HEIF"] + b"SEFT and a short film") == [None] * 4


@pytest.mark.parametrize("compression", ["group3", "group4"])
def test_a_fax_is_refused(compression):
    buffer = io.BytesIO()
    _noise().convert("1").save(buffer, "TIFF", compression=compression)

    assert set(_every_use(buffer.getvalue())) == {Reason.UNSUPPORTED}


async def test_many_kinds_at_once(images, samples):
    pictures = [samples[kind] for kind in ALL_KINDS] * 6

    prepared = await asyncio.gather(*(images.prepare(data, long_side=150) for data in pictures))

    assert {(one.width, one.height) for one in prepared} == {(150, 120)}


async def test_no_bytes_in_a_repr(images, samples):
    prepared = await images.prepare(samples["JPEG"], long_side=1000)

    assert len(repr(prepared)) < 100
    assert "\\x" not in repr(prepared)
