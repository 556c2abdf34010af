"""A file that has passed every check which needs no decoding, ready for the decoder."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.images.containers import check_boxes, check_webp
from bot.images.errors import PictureError, Reason
from bot.images.gif import read_gif
from bot.images.jpeg import read_jpeg
from bot.images.kinds import Kind, kind_of
from bot.images.pillow import MAX_PIXELS
from bot.images.png import read_png
from bot.images.tiff import check_tiff, read_orientation

_SIDEWAYS = frozenset({5, 6, 7, 8})


@dataclass(frozen=True, slots=True)
class Source:
    """One file: its kind, the bytes for the decoder, and what its header tells."""

    kind: Kind
    stream: bytes = field(repr=False)
    orientation: int | None = None  # EXIF's 1 to 8; None: known, or applied, by the decoder only
    size: tuple[int, int] | None = None  # as stored, not yet upright; None: known by the decoder only
    is_plain: bool = False  # an upright RGB JPEG with nothing in it but the picture


def upright(size: tuple[int, int], orientation: int) -> tuple[int, int]:
    """Return width and height as seen, from width and height as stored."""
    return (size[1], size[0]) if orientation in _SIDEWAYS else size


def check_pixels(size: tuple[int, int]) -> None:
    """Raise ``PictureError`` where there are more pixels than are ever decoded, or none."""
    if min(size) <= 0:
        raise PictureError(Reason.UNSUPPORTED)
    if size[0] * size[1] > MAX_PIXELS:
        raise PictureError(Reason.TOO_MANY_PIXELS)


def read_source(data: bytes, max_bytes: int) -> Source:
    """Check a file as far as that goes without decoding; raise ``PictureError``."""
    if len(data) > max_bytes:
        raise PictureError(Reason.TOO_LARGE_FILE)
    source = _READERS[kind_of(data)](data)
    if source.size is not None:
        check_pixels(source.size)
    return source


def _read_jpeg(data: bytes) -> Source:
    jpeg = read_jpeg(data)
    is_plain = jpeg.is_plain and jpeg.orientation == 1
    return Source(Kind.JPEG, jpeg.stream, jpeg.orientation, jpeg.size, is_plain)


def _read_png(data: bytes) -> Source:
    png = read_png(data)
    return Source(Kind.PNG, png.stream, read_orientation(png.exif), png.size)


def _read_webp(data: bytes) -> Source:
    return Source(Kind.WEBP, data, size=check_webp(data))


def _read_gif(data: bytes) -> Source:
    gif = read_gif(data)
    return Source(Kind.GIF, gif.stream, 1, gif.size)


def _read_bmp(data: bytes) -> Source:
    return Source(Kind.BMP, data, 1)


def _read_tiff(data: bytes) -> Source:
    check_pixels(check_tiff(data, MAX_PIXELS))
    return Source(Kind.TIFF, data, 1)  # Pillow turns TIFF itself, its size included


def _read_heif(data: bytes) -> Source:
    check_boxes(data)
    return Source(Kind.HEIF, data, 1)  # the decoder turns it by its own box; EXIF's value does not count


def _read_avif(data: bytes) -> Source:
    check_boxes(data)
    return Source(Kind.AVIF, data)


_READERS: dict[Kind, Callable[[bytes], Source]] = {
    Kind.JPEG: _read_jpeg,
    Kind.PNG: _read_png,
    Kind.WEBP: _read_webp,
    Kind.GIF: _read_gif,
    Kind.BMP: _read_bmp,
    Kind.TIFF: _read_tiff,
    Kind.HEIF: _read_heif,
    Kind.AVIF: _read_avif,
}
