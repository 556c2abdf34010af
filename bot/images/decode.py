"""Decoding: from a checked file to upright RGB of the wanted size, or an error with a reason."""

import io
import logging
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from bot.images.colour import to_plain, to_srgb
from bot.images.errors import PictureError, Reason
from bot.images.kinds import Kind
from bot.images.source import Source, check_pixels, upright
from bot.images.tiff import read_orientation

_log = logging.getLogger(__name__)

_DRAFT_SCALES = (8, 4, 2)
_DRAFT_ENOUGH = 0.9  # a draft this close below the wanted size beats decoding everything and resizing

# Decoded, a 60-megapixel picture takes 240 MB and some decoders hold it twice: never two of them at once.
_LARGE_PIXELS = 20_000_000
_LARGE_WAIT_SECONDS = 15.0
_one_large = threading.Lock()

_TRANSPOSES = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError)
_DAMAGE = (OSError, EOFError, SyntaxError, ValueError, RuntimeError, zlib.error)


class Decoding:
    """One picture on its way through the decoder; the file is closed with it."""

    def __init__(self, source: Source) -> None:
        self._source = source
        with _reasons(Reason.UNSUPPORTED):
            self._image = _open(source)
            check_pixels(self._image.size)
        self._orientation = source.orientation
        if self._orientation is None:
            self._orientation = read_orientation(self._image.info.get("exif") or b"")

    @property
    def size(self) -> tuple[int, int]:
        """Return width and height of the upright picture in full."""
        return upright(self._source.size or self._image.size, self._orientation or 1)

    def verify(self) -> None:
        """Decode everything and keep nothing; raise TRUNCATED where the file is incomplete or damaged."""
        self._draft(1)
        with _large_in_turn(self._source.size or self._image.size):
            self._load()

    def render(self, size: tuple[int, int]) -> Image.Image:
        """Return the picture upright, in sRGB, within an upright size that has the picture's ratio."""
        width, height = upright(size, self._orientation or 1)
        self._draft(max(width, height))
        with _large_in_turn(self._source.size or self._image.size):
            self._load()
            with _reasons(Reason.UNSUPPORTED):
                image = _within(to_plain(self._image), (width, height))
        with _reasons(Reason.UNSUPPORTED):
            rgb = to_srgb(image, self._image.info.get("icc_profile"))
            return _turned(rgb, self._orientation or 1)

    def _draft(self, long_side: int) -> None:
        """Let a JPEG decoder leave out what resizing would throw away: to an eighth, a quarter or a half."""
        if self._source.kind is not Kind.JPEG:
            return
        width, height = self._image.size
        for scale in _DRAFT_SCALES:
            if max(width, height) / scale >= _DRAFT_ENOUGH * long_side and min(width, height) >= scale:
                self._image.draft(None, (width // scale, height // scale))
                return

    def _load(self) -> None:
        with _reasons(Reason.TRUNCATED):
            self._image.load()
            check_pixels(self._image.size)


def _open(source: Source) -> ImageFile.ImageFile:
    return Image.open(io.BytesIO(source.stream), formats=[source.kind.pillow_format])


def _within(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    if image.width <= size[0] and image.height <= size[1]:
        return image
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _turned(image: Image.Image, orientation: int) -> Image.Image:
    turn = _TRANSPOSES.get(orientation)
    return image if turn is None else image.transpose(turn)


@contextmanager
def _large_in_turn(size: tuple[int, int]) -> Iterator[None]:
    if size[0] * size[1] <= _LARGE_PIXELS:
        yield
        return
    if not _one_large.acquire(timeout=_LARGE_WAIT_SECONDS):
        raise PictureError(Reason.BUSY)
    try:
        yield
    finally:
        _one_large.release()


@contextmanager
def _reasons(damage: Reason) -> Iterator[None]:
    """Turn whatever a decoder raises into a ``PictureError``; no text of the decoder's goes on."""
    reason: Reason | None = None
    try:
        yield
    except PictureError:
        raise
    except UnidentifiedImageError:
        reason = Reason.UNSUPPORTED
    except _BOMBS:
        reason = Reason.TOO_MANY_PIXELS
    except _DAMAGE:
        reason = damage
    except Exception as error:  # noqa: BLE001 - hostile files make decoders raise anything; a person must get an answer
        _log.warning("a decoder failed with %s", type(error).__name__)
        reason = Reason.UNSUPPORTED
    if reason is not None:
        raise PictureError(reason)


def fit(size: tuple[int, int], long_side: int) -> tuple[int, int]:
    """Return a size of the same ratio whose long side is at most that many pixels; never larger."""
    longest = max(size)
    if longest <= long_side:
        return size
    return max(1, round(size[0] * long_side / longest)), max(1, round(size[1] * long_side / longest))


def padded(image: Image.Image, max_ratio: float) -> Image.Image:
    """Return the picture with white added to its short side until the ratio is within bounds."""
    width, height = image.size
    wanted = max(width, int(height / max_ratio) + 1), max(height, int(width / max_ratio) + 1)
    if max(width, height) <= max_ratio * min(width, height):
        return image
    return ImageOps.pad(image, wanted, color="white")
