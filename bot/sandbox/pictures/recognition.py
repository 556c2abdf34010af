"""Finds out which of the project's own samples a picture shows, after any resizing and encoding."""

import io
from functools import cache

from PIL import Image, ImageChops, ImageOps, ImageStat

from bot.sandbox.pictures.samples import sample_jpeg, sample_names

SIDE = 24
# Mean distance per channel, 0-255, between two pictures scaled to SIDE x SIDE: a sample at a third of its
# size and in poor JPEG is 2.5 away from itself, the two samples that are most alike are 28 apart.
SAME = 6.0
SAME_SHAPE = 0.03


def sample_shown(picture: Image.Image) -> str | None:
    """Return the name of the sample that a picture shows; None for every other picture."""
    small, ratio = _reduced(picture)
    for name in sample_names():
        sample, sample_ratio = _sample(name)
        if abs(ratio / sample_ratio - 1) <= SAME_SHAPE and _distance(small, sample) <= SAME:
            return name
    return None


def know_samples() -> None:
    """Draw what pictures are compared with (slow); else the first look at a picture takes as long."""
    for name in sample_names():
        _sample(name)


@cache
def _sample(name: str) -> tuple[Image.Image, float]:
    with Image.open(io.BytesIO(sample_jpeg(name))) as picture:
        return _reduced(picture)


def _reduced(picture: Image.Image) -> tuple[Image.Image, float]:
    upright = ImageOps.exif_transpose(picture).convert("RGB")
    small = upright.resize((SIDE, SIDE), Image.Resampling.BOX)
    return small, upright.width / upright.height


def _distance(one: Image.Image, other: Image.Image) -> float:
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean)
