"""A JPEG file's segments: its size, its orientation, what it carries besides the picture, and where it ends.

The decoder gets a copy without EXIF, XMP, comments and second pictures (MPO): broken metadata of real phones
can then neither refuse nor slow down a good photo. Source: ITU-T T.81 annex B, JFIF 1.02, EXIF 2.3.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.images.errors import PictureError, Reason
from bot.images.tiff import read_orientation

_SOI, _EOI, _SOS, _COM = 0xD8, 0xD9, 0xDA, 0xFE
_APP0, _APP1, _APP2, _APP14, _APP15 = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_COMMON_FRAMES = frozenset({0xC0, 0xC1, 0xC2})  # baseline, extended and progressive with Huffman coding
_NEEDED = _FRAMES | {0xC4, 0xCC, 0xDB, 0xDC, 0xDD}
_TEM = 0x01  # like EOI it stands alone

# In picture data 0xFF is followed by 0x00 or a restart marker; anything else begins a segment. More 0xFF may
# stand before a marker; the pattern must not take them in, or a file full of them takes quadratic time.
_NEXT_MARKER = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])")

_JFIF_BYTES = 14  # the payload of a JFIF segment without a thumbnail
MAX_SEGMENTS = 2_000
# Decoding time is scans x pixels, and an empty scan costs 10 bytes; encoders write about 10.
MAX_SCANS = 64


@dataclass(frozen=True, slots=True)
class Segment:
    """One marker with its payload; the marker's own bytes begin at ``start``."""

    marker: int
    start: int
    payload: bytes
    end: int


@dataclass(frozen=True, slots=True, repr=False)
class JpegFile:
    """What the segments tell, and the stream for the decoder."""

    size: tuple[int, int]
    orientation: int
    is_plain: bool  # RGB, no metadata, nothing behind the end: may be passed on byte for byte
    stream: bytes


def read_jpeg(data: bytes) -> JpegFile:
    """Read the segments up to the end of the first picture; raise ``PictureError``."""
    head: list[Segment] = []
    tail: list[Segment] = []
    scans = 0
    for segment in _segments(data):
        scans += segment.marker == _SOS
        (tail if scans else head).append(segment)
        if scans > MAX_SCANS or len(head) + len(tail) > MAX_SEGMENTS:
            raise PictureError(Reason.UNSUPPORTED)
    frames = [s for s in head if s.marker in _FRAMES]
    if len(frames) != 1 or not tail or tail[0].marker != _SOS:
        raise PictureError(Reason.UNSUPPORTED)
    end = tail[-1].end
    kept = [
        b"\xff" + bytes([s.marker]) + (len(s.payload) + 2).to_bytes(2) + s.payload for s in head if _keep(s)
    ]
    return JpegFile(
        size=_frame_size(frames[0]),
        orientation=_orientation(head),
        is_plain=_is_plain(head, tail, frames[0]) and end == len(data),
        stream=b"".join([b"\xff\xd8", *kept, data[tail[0].start : end]]),
    )


def _segments(data: bytes) -> Iterator[Segment]:
    """Yield every segment after SOI, EOI included; raise TRUNCATED when the end is missing."""
    at = 2
    while (found := _NEXT_MARKER.search(data, at)) is not None:
        marker = found[1][0]
        start, after = found.start(), found.end()
        if marker in {_EOI, _TEM}:
            yield Segment(marker, start, b"", after)
            if marker == _EOI:
                return
            at = after
            continue
        length = int.from_bytes(data[after : after + 2])
        if length < 2 or marker == _SOI:  # noqa: PLR2004 - a length counts its own two bytes
            raise PictureError(Reason.TRUNCATED)
        at = after + length
        if at > len(data):
            raise PictureError(Reason.TRUNCATED)
        yield Segment(marker, start, data[after + 2 : at], at)
    raise PictureError(Reason.TRUNCATED)


def _frame_size(frame: Segment) -> tuple[int, int]:
    height, width = int.from_bytes(frame.payload[1:3]), int.from_bytes(frame.payload[3:5])
    if not width or not height:
        raise PictureError(Reason.UNSUPPORTED)
    return width, height


def _orientation(head: list[Segment]) -> int:
    for segment in head:
        if segment.marker == _APP1 and segment.payload.startswith(b"Exif\0\0"):
            return read_orientation(segment.payload)
    return 1


def _keep(segment: Segment) -> bool:
    if segment.marker == _APP0:
        return _is_jfif(segment)
    if segment.marker == _APP2:
        return segment.payload.startswith(b"ICC_PROFILE\0")
    if segment.marker == _APP14:
        return segment.payload.startswith(b"Adobe")  # tells CMYK, YCCK and RGB apart
    return segment.marker in _NEEDED


def _is_jfif(segment: Segment) -> bool:
    return segment.payload.startswith(b"JFIF\0") and len(segment.payload) >= _JFIF_BYTES


def _is_plain(head: list[Segment], tail: list[Segment], frame: Segment) -> bool:
    """Return whether this is a common three-colour JPEG with nothing in it but the picture."""
    extras = [s for s in head + tail if _APP0 <= s.marker <= _APP15 or s.marker == _COM]
    if any(s.marker != _APP0 or not _is_jfif(s) or len(s.payload) != _JFIF_BYTES for s in extras):
        return False
    if len(extras) > 1 or not _is_tight(head, tail):
        return False
    precision, components = frame.payload[0], frame.payload[5:6]
    ids = frame.payload[6::3]
    is_ycbcr = bool(extras) or ids == b"\1\2\3"  # without JFIF a decoder guesses from the component ids
    return frame.marker in _COMMON_FRAMES and precision == 8 and components == b"\3" and is_ycbcr  # noqa: PLR2004 - bits


def _is_tight(head: list[Segment], tail: list[Segment]) -> bool:
    """Return whether no bytes lie hidden between the segments, before the picture data begins."""
    ends = [2, *(segment.end for segment in head)]
    starts = [segment.start for segment in (*head, tail[0])]
    return ends == starts and all(s.marker in _NEEDED or s.marker in {_SOS, _EOI} for s in tail)
