"""What Telegram makes of a picture: upright JPEG renditions in fixed boxes, without metadata."""

import io
from dataclasses import dataclass

from PIL import Image, ImageOps

MAX_PHOTO_BYTES = 10 * 1024 * 1024
MAX_SIDE_SUM = 10_000
MAX_SIDE_RATIO = 20
BOXES = (("s", 90), ("m", 320), ("x", 800), ("y", 1280), ("w", 2560))
NORMAL_SIDE = 1280
HD_SIDE = 2560
THUMBNAIL_SIDE = 320
JPEG_QUALITY = 87


class PictureRefusedError(Exception):
    """Bytes that Telegram does not take as a photo; the text is its error name."""


@dataclass(frozen=True, slots=True)
class Rendition:
    """One JPEG in one of the boxes."""

    type: str
    width: int
    height: int
    jpeg: bytes


def render_photo(
    data: bytes, *, longest_side: int = HD_SIDE, any_size: bool = False
) -> tuple[Rendition, ...]:
    """Return the renditions of a picture, smallest first; `any_size` is a phone that shrinks before it sends.

    PictureRefusedError: not a picture, or outside the limits of sendPhoto.
    """
    with _opened(data) as picture:
        if not any_size:
            _check_sides(*picture.size)
        upright = _upright_rgb(picture)
    return tuple(_rendition(name, upright, box) for name, box in _boxes_for(max(upright.size), longest_side))


def render_thumbnail(data: bytes) -> Rendition | None:
    """Return the thumbnail of a document that is a picture, None for any other file."""
    try:
        with _opened(data) as picture:
            _check_sides(*picture.size)
            upright = _upright_rgb(picture)
    except PictureRefusedError:
        return None
    return _rendition("m", upright, THUMBNAIL_SIDE)


def _opened(data: bytes) -> Image.Image:
    try:
        return Image.open(io.BytesIO(data))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as problem:
        raise PictureRefusedError("IMAGE_PROCESS_FAILED") from problem


def _check_sides(width: int, height: int) -> None:
    ratio = max(width, height) / max(1, min(width, height))
    if width + height > MAX_SIDE_SUM or ratio > MAX_SIDE_RATIO:
        raise PictureRefusedError("PHOTO_INVALID_DIMENSIONS")


def _upright_rgb(picture: Image.Image) -> Image.Image:
    try:
        picture.draft("RGB", (HD_SIDE, HD_SIDE))
        upright = ImageOps.exif_transpose(picture)
        if upright.has_transparency_data:
            flat = Image.new("RGB", upright.size, "white")
            with_alpha = upright.convert("RGBA")
            flat.paste(with_alpha, mask=with_alpha.getchannel("A"))
            return flat
        return upright.convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as problem:
        raise PictureRefusedError("IMAGE_PROCESS_FAILED") from problem


def _boxes_for(longest: int, limit: int) -> list[tuple[str, int]]:
    """Return the boxes up to the first that holds the whole picture."""
    allowed = [(name, side) for name, side in BOXES if side <= limit]
    smaller = [(name, side) for name, side in allowed if side < longest]
    return [*smaller, *allowed[len(smaller) : len(smaller) + 1]]


def _rendition(name: str, upright: Image.Image, box: int) -> Rendition:
    picture = upright
    longest = max(upright.size)
    if longest > box:
        size = tuple(max(1, round(side * box / longest)) for side in upright.size)
        picture = upright.resize((size[0], size[1]), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=JPEG_QUALITY)
    return Rendition(name, picture.width, picture.height, out.getvalue())
