"""Pointing at a place on a photo: a numbered grid over it, and a rectangle that stands out."""

from PIL import Image, ImageDraw, ImageEnhance

from bot.images.compositions.lettering import SOFT
from bot.images.compositions.parts import (
    INK,
    WHITE,
    Box,
    draw_text,
    open_picture,
    paint,
    rounded_mask,
)
from bot.regions import Grid, Region

_LONG_SIDES = (960, 1_280)  # enough for the numbers to be sharp, and quick to make after each nudge
_LINE = 0.0018  # of the long side
_NUMBER = 0.3  # of a cell's shorter side
_BRIGHT, _COLOURFUL = 0.58, 0.5  # what is left outside the rectangle
_BRACKET = 0.24  # of the rectangle's shorter side


def numbered_grid(photo: bytes, grid: Grid, max_bytes: int) -> Image.Image:
    """Return the photo under a grid whose cells are numbered from 1, row by row."""
    page = _enlarged(photo, max_bytes)
    line = max(2, round(max(page.size) * _LINE))
    for thickness, colour, opacity in ((3 * line, INK, 0.4), (line, WHITE, 0.92)):
        paint(page, (0, 0), _lines(page.size, grid, thickness), colour, opacity)
    size = _NUMBER * min(page.width / grid.columns, page.height / grid.rows)
    for cell in range(1, grid.cells + 1):
        x, y = grid.centre(cell)
        draw_text(page, str(cell), (x * page.width, y * page.height), size, WHITE, weight=0.02, outline=INK)
    return page


def marked_region(photo: bytes, region: Region, max_bytes: int) -> Image.Image:
    """Return the photo with a clear rectangle, everything around it dimmed."""
    page = _enlarged(photo, max_bytes)
    width, height = page.size
    left, top = round(region.x * width), round(region.y * height)
    box = left, top, round((region.x + region.w) * width), round((region.y + region.h) * height)
    line = max(2, round(max(page.size) * _LINE * 1.5))
    radius = 4 * line
    clear = page.crop(box)
    dimmed = ImageEnhance.Brightness(ImageEnhance.Color(page).enhance(_COLOURFUL)).enhance(_BRIGHT)
    dimmed.paste(clear, (left, top), rounded_mask(clear.size, radius))
    for thickness, colour, opacity in ((2.2 * line, INK, 0.45), (line, WHITE, 1.0)):
        _draw_rectangle(dimmed, box, radius, thickness, (colour, opacity))
    return dimmed


def _enlarged(photo: bytes, max_bytes: int) -> Image.Image:
    """Return the photo with its long side within bounds, so that lines and numbers have room."""
    decoding = open_picture(photo, max_bytes)
    width, height = decoding.size
    scale = min(max(width, height, _LONG_SIDES[0]), _LONG_SIDES[1]) / max(width, height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    image = decoding.render((min(size[0], width), min(size[1], height)))
    return image if image.size == size else image.resize(size, Image.Resampling.LANCZOS)


def _lines(size: tuple[int, int], grid: Grid, thickness: int) -> Image.Image:
    width, height = size
    mask = Image.new("L", size)
    draw = ImageDraw.Draw(mask)
    before, after = thickness // 2, (thickness - 1) // 2
    for column in range(1, grid.columns):
        x = round(column * width / grid.columns)
        draw.rectangle((x - before, 0, x + after, height), fill=255)
    for row in range(1, grid.rows):
        y = round(row * height / grid.rows)
        draw.rectangle((0, y - before, width, y + after), fill=255)
    return mask


def _draw_rectangle(
    page: Image.Image, box: Box, radius: int, thickness: float, look: tuple[tuple[int, int, int], float]
) -> None:
    """Draw a rounded rectangle on the box's edge: a thin line all around and thick ones at the corners."""
    margin = round(3 * thickness) + 1
    width, height = box[2] - box[0], box[3] - box[1]
    mask = Image.new("L", ((width + 2 * margin) * SOFT, (height + 2 * margin) * SOFT))
    draw = ImageDraw.Draw(mask)
    inner = margin * SOFT, margin * SOFT, (margin + width) * SOFT - 1, (margin + height) * SOFT - 1
    half = thickness * SOFT / 2
    thick = tuple(edge + grown * 2 for edge, grown in zip(inner, (-half, -half, half, half), strict=True))
    draw.rounded_rectangle(thick, (radius * SOFT) + 2 * half, outline=255, width=round(3.4 * half))
    bracket = _BRACKET * min(width, height) * SOFT
    sides = inner[0] + bracket, inner[1] + bracket, inner[2] - bracket, inner[3] - bracket
    draw.rectangle((sides[0], 0, sides[2], mask.height), fill=0)
    draw.rectangle((0, sides[1], mask.width, sides[3]), fill=0)
    thin = tuple(edge + grown for edge, grown in zip(inner, (-half, -half, half, half), strict=True))
    draw.rounded_rectangle(thin, radius * SOFT + half, outline=255, width=round(2 * half))
    paint(page, (box[0] - margin, box[1] - margin), mask.reduce(SOFT), look[0], look[1])
