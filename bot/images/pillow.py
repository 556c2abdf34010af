"""Pillow's own switches, in one place.

They belong to the process, so they are set once, to the same values, and never set back: switching them per
picture would race between threads.
"""

import warnings

import pillow_heif
from PIL import (  # each import registers one format; nothing else of Pillow's fifty is wanted
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

PLUGINS = (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

# iPhones take 48 megapixels and most others 50; a decoded pixel costs 4 bytes and there are two workers.
MAX_PIXELS = 60_000_000


def set_up_pillow() -> None:
    """Set the pixel limit, register HEIF, and let no warning decide what happens to a picture.

    Pillow warns about a bomb between once and twice its limit: that becomes an error. Its other warnings (odd
    EXIF, an odd animation header) are about pictures that can be read, and may quote from them: dropped.
    Nothing relies on the filters alone; every size is checked again.
    """
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.filterwarnings("ignore", module=r"(PIL|pillow_heif)\.")
    warnings.filterwarnings("error", category=Image.DecompressionBombWarning)
    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
