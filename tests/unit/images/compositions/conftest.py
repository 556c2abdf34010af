"""Readers of finished pictures, written apart from the code that composes them."""

import io
from collections.abc import Callable

import pytest
from PIL import Image, ImageChops


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
