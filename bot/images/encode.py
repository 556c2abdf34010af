"""Writing the JPEG that goes to a provider or to Telegram."""

import io

from PIL import Image

from bot.images.errors import PictureError, Reason

# 92 is where a second compression stops being visible on fabric; the others only to keep within a byte limit.
_QUALITIES = (92, 85, 77, 70)
_SHRINK = 0.8
_SHORTEST_SIDE = 32
# 4:4:4: halved colour resolution smears thin saturated lines, which is what prints are made of.
_FULL_COLOUR = 0


def encode_jpeg(image: Image.Image, max_bytes: int | None = None) -> tuple[bytes, tuple[int, int]]:
    """Return an RGB picture as JPEG with its size; a byte limit costs quality first, then pixels.

    Raises:
        PictureError: TOO_LARGE_FILE where the limit leaves no picture worth the name.
    """
    while True:
        for quality in _QUALITIES:
            data = _encode(image, quality)
            if max_bytes is None or len(data) <= max_bytes:
                return data, image.size
        width, height = int(image.width * _SHRINK), int(image.height * _SHRINK)
        if min(width, height) < _SHORTEST_SIDE:
            raise PictureError(Reason.TOO_LARGE_FILE)
        image = image.resize((width, height), Image.Resampling.LANCZOS)


def _encode(image: Image.Image, quality: int) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality, subsampling=_FULL_COLOUR)
    return buffer.getvalue()
