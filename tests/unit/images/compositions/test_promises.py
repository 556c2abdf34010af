"""What holds for all that is composed: nothing hidden in it, no hostile file, no hold-up of the loop."""

import asyncio
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from bot.images import Images, PictureError, Reason
from bot.images.pillow import MAX_PIXELS
from bot.regions import Grid, Region

ROOT = Path(__file__).parents[4]
REGION = Region(0.2, 0.2, 0.3, 0.2)
COMPOSE = {
    "sheet": lambda images, data: images.compare_sheet([data, data]),
    "pair": lambda images, data: images.before_after(data, data),
    "card": lambda images, data: images.share_card(data, "@some_bot"),
    "grid": lambda images, data: images.numbered_grid(data, Grid(4, 6)),
    "region": lambda images, data: images.marked_region(data, REGION),
}
everything = pytest.mark.parametrize("compose", COMPOSE.values(), ids=COMPOSE.keys())


@everything
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_no_metadata_is_left(images, quarters, encode, segments, compose, kind):
    secret = b"51.4769-N-home"
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = secret.decode()
    data = encode(quarters(), kind, exif=exif)
    assert secret in data

    made = await compose(images, data)

    assert secret not in made
    assert [marker for marker, _ in segments(made)] == [0xE0]


@everything
async def test_a_turned_photo_is_composed_upright(images, quarters, encode, share_of, opened, compose):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    turned = encode(quarters(400, 600).transpose(Image.Transpose.ROTATE_90), "JPEG", exif=exif, quality=95)
    upright = encode(quarters(400, 600), "JPEG", quality=95)

    one, other = opened(await compose(images, turned)), opened(await compose(images, upright))

    assert one.size == other.size
    places = [(x * one.width // 8, y * one.height // 8) for x in range(1, 8) for y in range(1, 8)]
    differences = [
        max(abs(a - b) for a, b in zip(one.getpixel(place), other.getpixel(place), strict=True))
        for place in places
    ]
    assert sorted(differences)[len(places) * 3 // 4] <= 12


@everything
@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda data: b"", Reason.NOT_A_PICTURE),
        (lambda data: b"<html>Service unavailable</html>", Reason.NOT_A_PICTURE),
        (lambda data: data[: len(data) // 2], Reason.TRUNCATED),
        (lambda data: b"%PDF-1.7" + data, Reason.NOT_A_PICTURE),
        (lambda data: data + b"\0" * (50 * 1024 * 1024), Reason.TOO_LARGE_FILE),
    ],
    ids=["empty", "html", "cut", "document", "huge file"],
)
async def test_what_is_no_picture_is_refused(images, quarters, encode, compose, spoil, reason):
    with pytest.raises(PictureError) as caught:
        await compose(images, spoil(encode(quarters())))

    assert caught.value.reason is reason


@everything
async def test_a_bomb_is_refused(images, encode, compose):
    side = int(MAX_PIXELS**0.5) + 10

    with pytest.raises(PictureError) as caught:
        await compose(images, encode(Image.new("1", (side, side)), "PNG"))

    assert caught.value.reason is Reason.TOO_MANY_PIXELS


@everything
async def test_a_strip_is_refused(images, encode, compose):
    with pytest.raises(PictureError) as caught:
        await compose(images, encode(Image.new("RGB", (4_300, 200)), "PNG"))

    assert caught.value.reason is Reason.EXTREME_RATIO


@everything
async def test_composing_happens_in_a_thread(images, quarters, encode, monkeypatch, compose):
    threads = []
    load = Image.Image.load

    def watched(image):
        threads.append(threading.current_thread())
        return load(image)

    data = encode(quarters())
    monkeypatch.setattr(Image.Image, "load", watched)

    await compose(images, data)

    assert threads
    assert threading.main_thread() not in threads


@everything
async def test_the_loop_goes_on_meanwhile(images, quarters, encode, monkeypatch, compose):
    gate = threading.Event()
    load = Image.Image.load

    def held(image):
        assert gate.wait(30)
        return load(image)

    data = encode(quarters())
    monkeypatch.setattr(Image.Image, "load", held)
    composing = asyncio.create_task(compose(images, data))
    for _ in range(10):
        await asyncio.sleep(0)

    assert not composing.done()
    gate.set()
    assert await composing


@everything
async def test_composing_is_refused_when_closed(quarters, encode, compose):
    images = Images()
    await images.close()

    with pytest.raises(PictureError) as caught:
        await compose(images, encode(quarters()))

    assert caught.value.reason is Reason.BUSY


async def test_all_pictures_of_a_sheet_count_as_held(quarters, encode, monkeypatch):
    data = encode(quarters())
    async with Images(workers=1, max_waiting_bytes=3 * len(data)) as images:
        first = asyncio.create_task(images.before_after(data, data))
        await asyncio.sleep(0)

        with pytest.raises(PictureError) as caught:
            await images.before_after(data, data)

        assert caught.value.reason is Reason.BUSY
        assert await first


_MEASURED = """
import pathlib, resource, sys
from bot.images.compositions.sheet import compare_sheet
from bot.images.pillow import set_up_pillow
set_up_pillow()
data = pathlib.Path(sys.argv[1]).read_bytes()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
compare_sheet([data] * 9, (), len(data))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_pictures_of_a_sheet_are_decoded_one_after_the_other(quarters, encode, tmp_path):
    path = tmp_path / "large.png"
    path.write_bytes(encode(quarters(4_000, 3_000), "PNG"))

    ended = subprocess.run(
        [sys.executable, "-c", _MEASURED, path], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert int(ended.stdout) < 200_000, "kilobytes more than before; nine such pictures take 430,000"
