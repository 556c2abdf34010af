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
        upright = _upright_rgb(picture, longest_side)
    boxes = _boxes_for(max(upright.size), longest_side)
    # Each is made from the next bigger one: far less work, and no difference that an eye could see.
    made: list[Rendition] = []
    for name, box in reversed(boxes):
        upright = _fitted(upright, box)
        made.append(_rendition(name, upright))
    return tuple(reversed(made))


def render_thumbnail(data: bytes) -> Rendition | None:
    """Return the thumbnail of a document that is a picture, None for any other file."""
    try:
        with _opened(data) as picture:
            _check_sides(*picture.size)
            upright = _upright_rgb(picture, THUMBNAIL_SIDE)
    except PictureRefusedError:
        return None
    return _rendition("m", _fitted(upright, THUMBNAIL_SIDE))


def _opened(data: bytes) -> Image.Image:
    try:
        return Image.open(io.BytesIO(data))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as problem:
        raise PictureRefusedError("IMAGE_PROCESS_FAILED") from problem


def _check_sides(width: int, height: int) -> None:
    ratio = max(width, height) / max(1, min(width, height))
    if width + height > MAX_SIDE_SUM or ratio > MAX_SIDE_RATIO:
        raise PictureRefusedError("PHOTO_INVALID_DIMENSIONS")


def _upright_rgb(picture: Image.Image, longest_side: int) -> Image.Image:
    try:
        picture.draft("RGB", (longest_side, longest_side))
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


def _fitted(picture: Image.Image, box: int) -> Image.Image:
    longest = max(picture.size)
    if longest <= box:
        return picture
    width, height = (max(1, round(side * box / longest)) for side in picture.size)
    return picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)


def _rendition(name: str, picture: Image.Image) -> Rendition:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=JPEG_QUALITY)
    return Rendition(name, picture.width, picture.height, out.getvalue())
