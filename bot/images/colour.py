"""From whatever a decoder yields to RGB in sRGB on white."""

import io
import math

from PIL import Image, ImageCms

from bot.images.errors import PictureError, Reason

_PLAIN_MODES = frozenset({"L", "LA", "RGB", "RGBA", "CMYK", "LAB"})
_KEYED_MODES = frozenset({"L", "RGB"})  # may name one transparent colour
_DEEP_MODES = frozenset({"I", "I;16", "I;16B", "I;16L", "I;16N", "F"})
_CONVERSIONS = {"1": "L", "La": "LA", "RGBa": "RGBA", "YCbCr": "RGB", "HSV": "RGB", "RGBX": "RGB"}
_BYTE_MAX, _SHORT_MAX = 255, 65_535
_MAX_PROFILE_BYTES = 4 * 1024 * 1024  # the largest common printing profiles have 3 MB


def to_plain(image: Image.Image) -> Image.Image:
    """Return the picture with 8 bits a channel in a mode that can be resized: no palette, no colour key."""
    mode = image.mode
    if mode in _DEEP_MODES:
        return _to_bytes(image)
    if mode in {"P", "PA"}:
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    if mode in _KEYED_MODES and "transparency" in image.info:
        return image.convert("RGBA")
    if mode in _CONVERSIONS:
        return image.convert(_CONVERSIONS[mode])
    if mode not in _PLAIN_MODES:
        raise PictureError(Reason.UNSUPPORTED)
    return image


def _to_bytes(image: Image.Image) -> Image.Image:
    """Scale deep grey (16 and 32 bits, floating point) to 8 bits; ``convert`` alone would clip it."""
    wide = image if image.mode == "F" else image.convert("I")
    low, high = _extremes(wide)
    if low >= 0 and wide.mode == "F" and high <= 1:
        top = 1.0
    elif low >= 0 and high <= _SHORT_MAX:
        is_deep = image.mode.startswith("I;16") or high > _BYTE_MAX
        top = float(_SHORT_MAX if is_deep else _BYTE_MAX)
    else:  # signed or beyond 16 bits: nothing says where white is, so the brightest is
        low, top = min(low, 0.0), high
        return _scaled(wide, low, max(top - low, 1.0))
    return _scaled(wide, 0.0, top)


def _extremes(image: Image.Image) -> tuple[float, float]:
    low, high = image.getextrema()
    found = [float(value) for value in (low, high) if isinstance(value, int | float) and math.isfinite(value)]
    if len(found) < 2:  # noqa: PLR2004 - a lowest and a highest
        raise PictureError(Reason.UNSUPPORTED)
    return found[0], found[1]


def _scaled(image: Image.Image, low: float, span: float) -> Image.Image:
    factor = _BYTE_MAX / span
    # Pillow asks the function for a line, not for every value; the half rounds instead of cutting.
    return image.point(lambda value: value * factor + (0.5 - low * factor)).convert("L")


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return a plain-mode picture as RGB: transparency on white, colours in sRGB, nothing else kept."""
    flat = _on_white(image)
    if flat.mode == "LAB":
        rgb = _lab_to_srgb(flat)
    else:
        converted = _through_profile(flat, profile) if profile else None
        rgb = converted if converted is not None else flat.convert("RGB")
    rgb.info = {}
    return rgb


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode not in {"LA", "RGBA"}:
        return image
    mode = image.mode.removesuffix("A")
    canvas = Image.new(mode, image.size, "white")
    canvas.paste(image.convert(mode), mask=image.getchannel("A"))
    return canvas


def _through_profile(picture: Image.Image, profile: bytes) -> Image.Image | None:
    """Convert by an embedded profile; None where that is broken or belongs to another kind of picture."""
    if len(profile) > _MAX_PROFILE_BYTES:
        return None
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        is_grey_in_colours = picture.mode == "L" and source.profile.xcolor_space.strip() == "RGB"
        image = picture.convert("RGB") if is_grey_in_colours else picture
        return ImageCms.buildTransform(
            source,
            ImageCms.createProfile("sRGB"),
            image.mode,
            "RGB",
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        ).apply(image)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None


def _lab_to_srgb(image: Image.Image) -> Image.Image:
    lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    return ImageCms.buildTransform(lab, srgb, "LAB", "RGB").apply(image)
