"""What RIFF (WebP) and ISO boxes (HEIF, AVIF) tell before a decoder sees them."""

from collections.abc import Iterator

from bot.images.errors import PictureError, Reason

_BOX_HEAD = 8
_LONG_BOX_HEAD = 16
_MAX_BOXES = 1_000
_PICTURE_BOXES = frozenset({b"meta", b"mdat"})
_VERSION_BYTES = 4
_MAX_DESCRIBED = 16  # phones describe one picture by EXIF and XMP, and perhaps its depth or gain map
_VP8_HEAD = 30
_VP8L_HEAD = 25


def check_webp(data: bytes) -> tuple[int, int]:
    """Return the canvas of a WebP file; raise ``PictureError`` where it is cut short.

    The decoder allocates the canvas twice before Pillow can tell its size. Source: RFC 9649.
    """
    if 8 + int.from_bytes(data[4:8], "little") > len(data):
        raise PictureError(Reason.TRUNCATED)
    chunk = data[12:16]
    if chunk == b"VP8X" and len(data) >= _VP8_HEAD:
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    if chunk == b"VP8 " and len(data) >= _VP8_HEAD:
        return int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(data[28:30], "little") & 0x3FFF
    if chunk == b"VP8L" and len(data) >= _VP8L_HEAD:
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    raise PictureError(Reason.UNSUPPORTED)


def check_boxes(data: bytes) -> None:
    """Check the ISO boxes of HEIF or AVIF; raise ``PictureError``. Source: ISO/IEC 14496-12, 4.2 and 8.11."""
    seen: set[bytes] = set()
    for name, start, end in _boxes(data, 0, len(data)):
        seen.add(name)
        if name == b"meta":
            _check_meta(data[start + _VERSION_BYTES : end])
        if seen >= _PICTURE_BOXES:
            return  # what some phones append behind the picture is nobody's business


def _check_meta(meta: bytes) -> None:
    """Refuse metadata that describes many pictures: the decoder copies it for each of them."""
    described = 0
    for name, start, end in _boxes(meta, 0, len(meta)):
        if name != b"iref":
            continue
        id_bytes = 4 if meta[start : start + 1] > b"\0" else 2
        for kind, body, _ in _boxes(meta, start + _VERSION_BYTES, end):
            if kind == b"cdsc":
                described += int.from_bytes(meta[body + id_bytes : body + id_bytes + 2])
    if described > _MAX_DESCRIBED:
        raise PictureError(Reason.UNSUPPORTED)


def _boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield name, start of the body and end of each box; raise TRUNCATED where one reaches too far."""
    for _ in range(_MAX_BOXES):
        if at >= end:
            return
        head = _BOX_HEAD
        size = int.from_bytes(data[at : at + 4])
        if size == 0:  # the last box reaches to the end
            size = end - at
        elif size == 1:
            head = _LONG_BOX_HEAD
            size = int.from_bytes(data[at + _BOX_HEAD : at + _LONG_BOX_HEAD])
        if size < head or at + size > end:
            raise PictureError(Reason.TRUNCATED)
        yield data[at + 4 : at + _BOX_HEAD], at + head, at + size
        at += size
    raise PictureError(Reason.UNSUPPORTED)
