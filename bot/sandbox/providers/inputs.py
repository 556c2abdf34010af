"""Looks whether what somebody sent as a picture is one."""

import io
import warnings

from PIL import Image, UnidentifiedImageError

MAX_PIXELS = 50_000_000


def picture_complaint(data: bytes) -> str | None:
    """Return what is wrong with a picture's bytes, to be put behind its name; None for a good one (slow)."""
    try:
        with warnings.catch_warnings():
            # Our own bound below decides, not Pillow's warning about large pictures.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data)) as picture:
                if picture.width * picture.height > MAX_PIXELS:
                    return "has too many pixels"
                picture.draft("RGB", (432, 648))
                picture.load()
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        return "could not be decoded"
    return None
