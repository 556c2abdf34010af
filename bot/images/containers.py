"""What RIFF (WebP) and ISO boxes (HEIF, AVIF) tell before a decoder sees them."""

from bot.images.errors import PictureError, Reason

_BOX_HEAD = 8
_LONG_BOX_HEAD = 16
_MAX_BOXES = 1_000
_PICTURE_BOXES = frozenset({b"meta", b"mdat"})
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
    """Raise TRUNCATED where a top-level ISO box reaches beyond the file. Source: ISO/IEC 14496-12, 4.2."""
    at = 0
    seen: set[bytes] = set()
    for _ in range(_MAX_BOXES):
        if at == len(data) or seen >= _PICTURE_BOXES:
            return  # what some phones append behind the picture is nobody's business
        size = int.from_bytes(data[at : at + 4])
        seen.add(data[at + 4 : at + _BOX_HEAD])
        if size == 0 and at + _BOX_HEAD <= len(data):
            return  # the last box reaches to the end of the file
        if size == 1:
            size = int.from_bytes(data[at + _BOX_HEAD : at + _LONG_BOX_HEAD])
        if size < _BOX_HEAD or at + size > len(data):
            raise PictureError(Reason.TRUNCATED)
        at += size
    raise PictureError(Reason.UNSUPPORTED)
