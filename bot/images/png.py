"""A PNG file's chunks: the decoder gets only those that make the picture.

Text chunks, which may unpack to a thousandfold, and animation chunks are left out unread: the first picture
of an animated PNG is its ordinary one. Source: PNG specification, third edition.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.images.errors import PictureError, Reason

_SIGNATURE_BYTES = 8
_FRAME_BYTES = 12  # length, name and checksum around each chunk's payload
_HEADER_BYTES = 13
_ONCE = frozenset({b"IHDR", b"PLTE", b"tRNS", b"iCCP"})
_MAX_CHUNKS = 100_000
_MAX_EXIF_BYTES = 65_536


@dataclass(frozen=True, slots=True, repr=False)
class PngFile:
    """What the chunks tell, and the stream for the decoder."""

    size: tuple[int, int]
    exif: bytes
    stream: bytes


def read_png(data: bytes) -> PngFile:
    """Read the chunks up to the end of the picture; raise ``PictureError``."""
    kept = [data[:_SIGNATURE_BYTES]]
    seen: set[bytes] = set()
    size: tuple[int, int] | None = None
    exif = b""
    for name, start, end in _chunks(data):
        if size is None:
            size = _header_size(name, data, start)
        if name == b"eXIf" and not exif and end - start <= _MAX_EXIF_BYTES:
            exif = data[start + 8 : end - 4]
        if name in {b"IDAT", b"IEND"} or (name in _ONCE and name not in seen):
            kept.append(data[start:end])
        seen.add(name)
    if size is None or b"IDAT" not in seen:
        raise PictureError(Reason.UNSUPPORTED)
    return PngFile(size, exif, b"".join(kept))


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield name, start and end of each chunk, IEND included; raise TRUNCATED when that is missing."""
    at = _SIGNATURE_BYTES
    for _ in range(_MAX_CHUNKS):
        end = at + _FRAME_BYTES + int.from_bytes(data[at : at + 4])
        if at + _FRAME_BYTES > len(data) or end > len(data):
            raise PictureError(Reason.TRUNCATED)
        name = data[at + 4 : at + 8]
        yield name, at, end
        if name == b"IEND":
            return
        at = end
    raise PictureError(Reason.UNSUPPORTED)


def _header_size(name: bytes, data: bytes, start: int) -> tuple[int, int]:
    if name != b"IHDR" or int.from_bytes(data[start : start + 4]) != _HEADER_BYTES:
        raise PictureError(Reason.UNSUPPORTED)
    width, height = (
        int.from_bytes(data[start + 8 : start + 12]),
        int.from_bytes(data[start + 12 : start + 16]),
    )
    return width, height
