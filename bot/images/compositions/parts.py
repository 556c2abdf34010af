"""What the composed pictures have in common: pictures in frames, rounded corners, badges, and text.

Shapes are drawn four times as large and reduced, so that their edges are soft.
"""

from functools import lru_cache

from PIL import Image, ImageDraw, ImageFilter, ImageOps

from bot.images.compositions.lettering import SOFT, Direction, text_mask
from bot.images.decode import Decoding
from bot.images.errors import PictureError, Reason
from bot.images.source import read_source

Colour = tuple[int, int, int]
Box = tuple[int, int, int, int]

PAPER: Colour = (243, 241, 238)
WHITE: Colour = (255, 255, 255)
INK: Colour = (38, 36, 42)

LONG_SIDE = 2_560  # Telegram makes larger photos smaller itself
MAX_RATIO = 20.0
_FEW = 6  # pixels a side, of which soft colours are a smooth enlargement
_MOST_LOST = 0.16  # of a picture, cut off to fill its frame; beyond that it is shown whole
_FACES_ARE_UP = (0.5, 0.3)


def open_picture(data: bytes, max_bytes: int) -> Decoding:
    """Open a picture that is to be part of another one; raise ``PictureError``."""
    decoding = Decoding(read_source(data, max_bytes))
    if max(decoding.size) > MAX_RATIO * min(decoding.size):
        raise PictureError(Reason.EXTREME_RATIO)
    return decoding


def framed(decoding: Decoding, size: tuple[int, int]) -> Image.Image:
    """Return a picture of exactly that size: filling it where little is lost, else whole on its colours."""
    width, height = decoding.size
    ratios = width / height, size[0] / size[1]
    if 1 - min(ratios) / max(ratios) <= _MOST_LOST:
        scale = max(size[0] / width, size[1] / height)
        image = decoding.render(_scaled(decoding.size, min(1.0, scale)))
        return ImageOps.fit(image, size, Image.Resampling.LANCZOS, centering=_FACES_ARE_UP)
    scale = min(size[0] / width, size[1] / height)
    image = decoding.render(_scaled(decoding.size, min(1.0, scale)))
    image = ImageOps.contain(image, size, Image.Resampling.LANCZOS)
    tray = soft_colours(image, size, 0.4)
    tray.paste(image, ((size[0] - image.width) // 2, (size[1] - image.height) // 2))
    return tray


def soft_colours(image: Image.Image, size: tuple[int, int], paleness: float) -> Image.Image:
    """Return a picture's colours without anything of its shapes, mixed with that much white."""
    colours = image.resize((_FEW, _FEW), Image.Resampling.BOX).filter(ImageFilter.GaussianBlur(1.2))
    return Image.blend(
        colours.resize(size, Image.Resampling.BICUBIC), Image.new("RGB", size, WHITE), paleness
    )


def _scaled(size: tuple[int, int], scale: float) -> tuple[int, int]:
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def paste_rounded(page: Image.Image, image: Image.Image, at: tuple[int, int], radius: int) -> None:
    """Put a picture onto the page with rounded corners."""
    page.paste(image, at, rounded_mask(image.size, radius))


def rounded_mask(size: tuple[int, int], radius: int) -> Image.Image:
    """Return a mask of a rectangle with round corners; only the corners are drawn large."""
    mask = Image.new("L", size, 255)
    disc = _disc(2 * radius)
    right, bottom = size[0] - radius, size[1] - radius
    for x, y in ((0, 0), (right, 0), (0, bottom), (right, bottom)):
        left, top = (radius if x else 0), (radius if y else 0)
        mask.paste(disc.crop((left, top, left + radius, top + radius)), (x, y))
    return mask


@lru_cache(maxsize=16)
def _disc(diameter: int) -> Image.Image:
    large = diameter * SOFT
    disc = Image.new("L", (large, large))
    ImageDraw.Draw(disc).ellipse((0, 0, large - 1, large - 1), fill=255)
    return disc.resize((diameter, diameter), Image.Resampling.BOX)


def shade(page: Image.Image, box: Box, radius: int, blur: float, strength: float) -> None:
    """Darken the page softly around and below a rounded rectangle, as its shadow."""
    margin = round(3 * blur)
    left, top, right, bottom = box
    shadow = Image.new("L", (right - left + 2 * margin, bottom - top + 2 * margin))
    shape = rounded_mask((right - left, bottom - top), radius).point(lambda value: value * strength)
    shadow.paste(shape, (margin, margin))
    shadow = shadow.filter(ImageFilter.GaussianBlur(blur))
    page.paste(INK, (left - margin, top - margin), shadow)


def paint(
    page: Image.Image, at: tuple[float, float], mask: Image.Image, colour: Colour, opacity: float = 1
) -> None:
    """Put a colour onto the page through a mask whose top left corner is there."""
    if opacity < 1:
        mask = mask.point(lambda value: value * opacity)
    page.paste(colour, (round(at[0]), round(at[1])), mask)


def draw_badge(page: Image.Image, number: int, at: tuple[int, int], diameter: int) -> None:
    """Draw a number on a disc; ``at`` is the disc's top left corner."""
    draw_disc(page, at, diameter)
    centre = at[0] + diameter / 2, at[1] + diameter / 2
    draw_text(page, str(number), centre, diameter * 0.62, INK, weight=0.035)


def draw_disc(page: Image.Image, at: tuple[int, int], diameter: int) -> None:
    """Draw a white disc that stands out on any picture: with a thin dark edge and a soft shadow."""
    x, y = at
    edge = max(1, round(diameter * 0.03))
    low = y + round(diameter * 0.03)
    shade(page, (x, low, x + diameter, low + diameter), diameter // 2, diameter * 0.09, 0.55)
    outer = diameter + 2 * edge
    paint(page, (x - edge, y - edge), _disc(outer), INK, 0.35)
    paint(page, at, _disc(diameter), WHITE)


def draw_text(
    page: Image.Image,
    text: str,
    centre: tuple[float, float],
    size: float,
    colour: Colour,
    *,
    weight: float = 0.0,
    outline: Colour | None = None,
    direction: Direction | None = None,
) -> None:
    """Write text around a point; ``weight`` makes it bolder and is, like the outline, a part of the size.

    Texts around points of the same height stand on one line, whatever letters they have. ``direction`` is
    which way the text runs, where that does not follow from its letters.
    """
    if outline is not None:
        mask, corner = text_mask(text, size, (weight + 0.075) * size, direction)
        paint(page, (centre[0] + corner[0], centre[1] + corner[1]), mask, outline, 0.75)
    mask, corner = text_mask(text, size, weight * size, direction)
    paint(page, (centre[0] + corner[0], centre[1] + corner[1]), mask, colour)
