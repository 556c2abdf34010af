"""Cuts a thing out of a photo with a plain background."""

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageStat

# How much the colours along the border may differ (standard deviation, 0-255) and still count as plain.
PLAIN = 14.0
# How far a pixel must be from the background, in its most different channel, to belong to the thing.
DIFFERENT = 22
# What the thing may fill of the photo: less is a speck, more means that the border isn't background.
SMALLEST_SHARE, LARGEST_SHARE = 0.04, 0.97
FLOOD_SIDE = 160
MIDDLE = 128
OUTSIDE = 77


def cut_out(photo: Image.Image) -> Image.Image | None:
    """Return the thing as RGBA, cropped; None where the background isn't plain or nothing is left."""
    background = _plain_background(photo)
    if background is None:
        return None
    flat = Image.new("RGB", photo.size, background)
    red, green, blue = ImageChops.difference(photo, flat).split()
    distance = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    mask = distance.point([255 if level > DIFFERENT else 0 for level in range(256)])
    mask = ImageChops.lighter(mask, _enclosed(mask)).filter(ImageFilter.MinFilter(3))
    mask = mask.filter(ImageFilter.GaussianBlur(0.8))
    box = _black_or_white(mask).getbbox()
    if box is None or not _is_thing(box, photo.size):
        return None
    cut = photo.copy()
    cut.putalpha(mask)
    return cut.crop(box)


def _plain_background(photo: Image.Image) -> tuple[int, int, int] | None:
    width, height = photo.size
    rim = max(2, min(width, height) // 50)
    edges = Image.new("L", photo.size, 255)
    edges.paste(0, (rim, rim, width - rim, height - rim))
    stat = ImageStat.Stat(photo, edges)
    if max(stat.stddev) > PLAIN:
        return None
    red, green, blue = (round(value) for value in stat.median)
    return red, green, blue


def _enclosed(mask: Image.Image) -> Image.Image:
    """Return what the outside can't reach: parts of the thing that have the background's colour."""
    small = mask.copy()
    small.thumbnail((FLOOD_SIDE, FLOOD_SIDE))
    framed = Image.new("L", (small.width + 2, small.height + 2))
    framed.paste(_black_or_white(small), (1, 1))
    ImageDraw.floodfill(framed, (0, 0), OUTSIDE)
    inside = framed.point([0 if level == OUTSIDE else 255 for level in range(256)])
    inside = inside.crop((1, 1, small.width + 1, small.height + 1)).filter(ImageFilter.MinFilter(5))
    return _black_or_white(inside.resize(mask.size, Image.Resampling.BILINEAR))


def _black_or_white(mask: Image.Image) -> Image.Image:
    return mask.point([255 if level >= MIDDLE else 0 for level in range(256)])


def _is_thing(box: tuple[int, int, int, int], size: tuple[int, int]) -> bool:
    left, top, right, bottom = box
    share = (right - left) * (bottom - top) / (size[0] * size[1])
    return SMALLEST_SHARE < share < LARGEST_SHARE
