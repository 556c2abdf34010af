"""The first directory of a TIFF structure: the head of a TIFF file, and all of EXIF that matters here."""

import struct
from dataclasses import dataclass

from bot.images.errors import PictureError, Reason

ORIENTATION = 274
_WIDTH, _HEIGHT = 256, 257
_COMPRESSION = 259
_SAMPLES_PER_PIXEL = 277
_STRIP_OFFSETS, _STRIP_SIZES, _TILE_OFFSETS, _TILE_SIZES = 273, 279, 324, 325
_TILE_WIDTH, _TILE_HEIGHT = 322, 323
_DNG_VERSION = 50706

_BYTE, _SHORT, _LONG = 1, 3, 4
_UNIT_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_ENTRY_BYTES = 12
_INLINE_BYTES = 4

MAX_ENTRIES = 512  # baseline and every common extension together define fewer than 200 tags
MAX_STRIPS = 65_536  # each costs an object in memory before the first pixel is read
MAX_SAMPLES = 5  # CMYK with alpha
_MAX_ORIENTATION = 8
# None, LZW, JPEG, deflate (two numbers) and PackBits: what cameras and editors write. Fax is left out: it
# holds no photos, and a damaged one makes libtiff print a line for every row.
_COMPRESSIONS = frozenset({0, 1, 5, 7, 8, 32_946, 32_773})


@dataclass(frozen=True, slots=True)
class Entry:
    """One tag: its count of values, the first value of an inline integer, and where the values end."""

    count: int
    value: int | None
    end: int


def read_directory(data: bytes) -> dict[int, Entry]:
    """Read the first directory; raise ``PictureError`` where it is cut short or absurdly long."""
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None:
        raise PictureError(Reason.UNSUPPORTED)
    try:
        (start,) = struct.unpack_from(f"{order}L", data, 4)
        (count,) = struct.unpack_from(f"{order}H", data, start)
        if count > MAX_ENTRIES:
            raise PictureError(Reason.UNSUPPORTED)
        offsets = range(start + 2, start + 2 + count * _ENTRY_BYTES, _ENTRY_BYTES)
        return dict(_read_entry(data, offset, order) for offset in offsets)
    except struct.error:
        raise PictureError(Reason.TRUNCATED) from None


def _read_entry(data: bytes, offset: int, order: str) -> tuple[int, Entry]:
    tag, kind, count = struct.unpack_from(f"{order}HHL", data, offset)
    size = _UNIT_BYTES.get(kind, 0) * count
    field = offset + 8
    (pointer,) = struct.unpack_from(f"{order}L", data, field)
    value: int | None = None
    if size <= _INLINE_BYTES and count:
        if kind == _SHORT:
            (value,) = struct.unpack_from(f"{order}H", data, field)
        elif kind == _LONG:
            value = pointer
        elif kind == _BYTE:
            value = data[field]
    return tag, Entry(count, value, pointer + size if size > _INLINE_BYTES else field + size)


def read_orientation(exif: bytes) -> int:
    """Return EXIF's orientation, 1 to 8; 1 where there is none or the block can't be read."""
    try:
        entry = read_directory(exif.removeprefix(b"Exif\0\0")).get(ORIENTATION)
    except PictureError:
        return 1  # broken EXIF is common and no reason to refuse a photo
    value = entry.value if entry else None
    return value if value is not None and 1 <= value <= _MAX_ORIENTATION else 1


def check_tiff(data: bytes, max_pixels: int) -> tuple[int, int]:
    """Return width and height as stored; raise ``PictureError`` for what must not reach the decoder."""
    entries = read_directory(data)
    if _DNG_VERSION in entries:
        raise PictureError(Reason.UNSUPPORTED)  # a raw photo: its first picture is only a thumbnail
    if any(entry.end > len(data) for entry in entries.values()):
        raise PictureError(Reason.TRUNCATED)
    for tag in (_STRIP_OFFSETS, _STRIP_SIZES, _TILE_OFFSETS, _TILE_SIZES):
        if tag in entries and entries[tag].count > MAX_STRIPS:
            raise PictureError(Reason.UNSUPPORTED)
    width, height = _number(entries, _WIDTH), _number(entries, _HEIGHT)
    if not width or not height or _number(entries, _SAMPLES_PER_PIXEL) > MAX_SAMPLES:
        raise PictureError(Reason.UNSUPPORTED)
    if _number(entries, _COMPRESSION) not in _COMPRESSIONS:
        raise PictureError(Reason.UNSUPPORTED)
    # libtiff allocates a whole tile, however small the picture is.
    if _number(entries, _TILE_WIDTH) * _number(entries, _TILE_HEIGHT) > max_pixels:
        raise PictureError(Reason.TOO_MANY_PIXELS)
    return width, height


def _number(entries: dict[int, Entry], tag: int) -> int:
    entry = entries.get(tag)
    return entry.value or 0 if entry else 0
