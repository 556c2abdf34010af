"""A GIF file's blocks: the decoder gets the first frame only, without comments and other extensions.

Source: GIF89a specification.
"""

from dataclasses import dataclass

from bot.images.errors import PictureError, Reason

_HEAD_BYTES = 13
_DESCRIPTOR_BYTES = 10
_EXTENSION, _IMAGE, _CONTROL = 0x21, 0x2C, 0xF9
_TRAILER = b";"
_HAS_PALETTE, _PALETTE_BITS = 0x80, 0x07
_MAX_BLOCKS = 200_000  # 20 MB in blocks of the usual 255 bytes are 80 000


@dataclass(frozen=True, slots=True, repr=False)
class GifFile:
    """What the blocks up to the first frame's end tell, and the stream for the decoder."""

    size: tuple[int, int]
    stream: bytes


def read_gif(data: bytes) -> GifFile:
    """Read the blocks up to the end of the first frame; raise ``PictureError``."""
    at = _after_palette(data, _HEAD_BYTES, 10)
    kept = [data[:at]]
    while at < len(data):
        if data[at] == _IMAGE:
            end = _after_blocks(data, _after_palette(data, at + _DESCRIPTOR_BYTES, at + 9) + 1)
            kept += [data[at:end], _TRAILER]
            return GifFile(_size(data, at), b"".join(kept))
        if data[at] != _EXTENSION:
            raise PictureError(Reason.UNSUPPORTED)
        end = _after_blocks(data, at + 2)
        if data[at + 1] == _CONTROL:
            kept[1:] = [data[at:end]]  # transparency; the last before a frame counts
        at = end
    raise PictureError(Reason.TRUNCATED)


def _after_palette(data: bytes, at: int, flags_at: int) -> int:
    if at > len(data):
        raise PictureError(Reason.TRUNCATED)
    flags = data[flags_at]
    return at + (3 << (flags & _PALETTE_BITS) + 1 if flags & _HAS_PALETTE else 0)


def _after_blocks(data: bytes, at: int) -> int:
    """Return where a chain of blocks ends; each begins with its length, the last is empty."""
    for _ in range(_MAX_BLOCKS):
        if at >= len(data):
            raise PictureError(Reason.TRUNCATED)
        if data[at] == 0:
            return at + 1
        at += 1 + data[at]
    raise PictureError(Reason.UNSUPPORTED)


def _size(data: bytes, at: int) -> tuple[int, int]:
    """Return the canvas, which Pillow enlarges to hold a frame that reaches over it."""

    def number(offset: int) -> int:
        return int.from_bytes(data[offset : offset + 2], "little")

    left, top, width, height = (number(at + offset) for offset in (1, 3, 5, 7))
    return max(number(6), left + width), max(number(8), top + height)
