"""A result to show to others: framed, and signed with the bot's name."""

from PIL import Image

from bot.images.compositions.lettering import text_width, writable
from bot.images.compositions.parts import (
    INK,
    WHITE,
    draw_text,
    framed,
    open_picture,
    paste_rounded,
    rounded_mask,
    shade,
    soft_colours,
)

_RATIOS = (0.5, 2.0)
_LONG_SIDES = (720, 1_920)
_SPACE, _FOOT = 0.07, 0.115  # of the picture's longer side: around it, and below it for the name
_FRAME = 0.011
_TEXT = 0.036
_MOST_TEXT = 0.8  # of the card's width
_PALE = 0.62


def share_card(result: bytes, footer: str, max_bytes: int) -> Image.Image:
    """Return a result in a white frame before its own colours, pale and soft, with a line of text below."""
    decoding = open_picture(result, max_bytes)
    width, height = decoding.size
    ratio = min(max(width / height, _RATIOS[0]), _RATIOS[1])
    long_side = min(max(width, height, _LONG_SIDES[0]), _LONG_SIDES[1])
    size = (long_side, round(long_side / ratio)) if ratio > 1 else (round(long_side * ratio), long_side)
    picture = framed(decoding, size)
    space, foot, frame = (round(long_side * share) for share in (_SPACE, _FOOT, _FRAME))
    page = soft_colours(picture, (size[0] + 2 * space, size[1] + space + foot), _PALE)
    box = (space - frame, space - frame, space + size[0] + frame, space + size[1] + frame)
    radius = round(long_side * 0.028)
    shade(page, (box[0], box[1] + frame, box[2], box[3] + frame), radius, long_side * 0.014, 0.34)
    page.paste(WHITE, box[:2], rounded_mask((box[2] - box[0], box[3] - box[1]), radius))
    paste_rounded(page, picture, (space, space), radius - frame)
    _sign(page, footer, (page.width / 2, space + size[1] + frame + (foot - frame) / 2), long_side * _TEXT)
    return page


def _sign(page: Image.Image, text: str, centre: tuple[float, float], size: float) -> None:
    text = writable(text)
    if not text:
        return
    fitting = min(size, size * _MOST_TEXT * page.width / text_width(text, size))
    draw_text(page, text, centre, fitting, INK, weight=0.012)
