"""Pictures of every kind, made on the spot: four colours in four quarters, so that a turn shows."""

import io
from collections.abc import AsyncIterator, Callable

import pillow_heif
import pytest
from PIL import Image, ImageChops

from bot.images import Images

RED, GREEN, BLUE, YELLOW = (220, 40, 40), (40, 180, 60), (40, 60, 200), (230, 220, 50)
QUARTERS = (RED, GREEN, BLUE, YELLOW)

Encode = Callable[..., bytes]


@pytest.fixture
async def images() -> AsyncIterator[Images]:
    async with Images() as opened:
        yield opened


@pytest.fixture
def quarters() -> Callable[..., Image.Image]:
    """Return a maker of pictures: red and green above blue and yellow."""

    def make(width: int = 640, height: int = 480) -> Image.Image:
        image = Image.new("RGB", (width, height), RED)
        image.paste(GREEN, (width // 2, 0, width, height // 2))
        image.paste(BLUE, (0, height // 2, width // 2, height))
        image.paste(YELLOW, (width // 2, height // 2, width, height))
        return image

    return make


@pytest.fixture
def encode() -> Encode:
    pillow_heif.register_heif_opener()

    def to_bytes(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
        buffer = io.BytesIO()
        image.save(buffer, kind, **options)
        return buffer.getvalue()

    return to_bytes


@pytest.fixture
def corners() -> Callable[[bytes], list[tuple[int, ...]]]:
    """Return a reader of the four quarters' middles: top left, top right, bottom left, bottom right."""

    def read(data: bytes) -> list[tuple[int, ...]]:
        with Image.open(io.BytesIO(data)) as image:
            width, height = image.size
            places = [(x, y) for y in (height // 4, height * 3 // 4) for x in (width // 4, width * 3 // 4)]
            return [image.convert("RGB").getpixel(place) for place in places]

    return read


@pytest.fixture
def assert_colours() -> Callable[..., None]:
    """Return a comparison of two lists of colours within a few steps a channel."""

    def compare(found: list[tuple[int, ...]], wanted: object, within: int = 12) -> None:
        for one, other in zip(found, wanted, strict=True):
            assert max(abs(a - b) for a, b in zip(one, other, strict=True)) <= within, (found, wanted)

    return compare


@pytest.fixture
def segments() -> Callable[[bytes], list[tuple[int, bytes]]]:
    """Return a reader of all APPn and COM segments of a JPEG, written apart from the code under test."""

    def read(data: bytes) -> list[tuple[int, bytes]]:
        assert data[:2] == b"\xff\xd8"
        found, at = [], 2
        while data[at + 1] != 0xDA:
            marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
            if 0xE0 <= marker <= 0xEF or marker == 0xFE:
                found.append((marker, data[at + 4 : at + 2 + length]))
            at += 2 + length
        return found

    return read


@pytest.fixture
def opened() -> Callable[[bytes], Image.Image]:
    """Return a reader of a finished picture, which must be one that sendPhoto takes."""

    def read(data: bytes) -> Image.Image:
        with Image.open(io.BytesIO(data)) as image:
            assert image.format == "JPEG"
            assert sum(image.size) <= 10_000
            assert max(image.size) <= 20 * min(image.size)
            assert len(data) <= 10_000_000
            return image.convert("RGB")

    return read


@pytest.fixture
def share_of() -> Callable[..., float]:
    """Return a measure: the share of a picture's pixels that are about that colour."""

    def measure(image: Image.Image, colour: tuple[int, int, int], within: int = 24) -> float:
        apart = ImageChops.difference(image, Image.new("RGB", image.size, colour))
        red, green, blue = (band.point(lambda value: 255 * (value <= within)) for band in apart.split())
        near = ImageChops.darker(ImageChops.darker(red, green), blue)
        return near.histogram()[255] / (image.width * image.height)

    return measure
