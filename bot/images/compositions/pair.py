"""Before and after in one picture, with an arrow from one to the other."""

from dataclasses import dataclass

from PIL import Image, ImageDraw

from bot.images.compositions.lettering import SOFT
from bot.images.compositions.parts import (
    INK,
    LONG_SIDE,
    PAPER,
    draw_disc,
    framed,
    open_picture,
    paint,
    paste_rounded,
)

_RATIOS = (0.5, 2.0)  # width to height of one half
_LANDSCAPE = 1.15
_LENGTHS = (480, 1_440)  # of the side both halves share
_MARGIN, _SEAM = 0.03, 0.006  # of that side
_ARROW = 0.11

Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Plan:
    """Sizes of both halves and of their card; where the second half and the seam's middle are on it."""

    first: Size
    second: Size
    card: Size
    at: tuple[int, int]
    seam: tuple[int, int]
    shared: int


def before_after(before: bytes, after: bytes, max_bytes: int) -> Image.Image:
    """Return photo and result at equal heights beside each other; landscape ones one above the other."""
    sizes = [open_picture(data, max_bytes).size for data in (before, after)]
    ratios = [min(max(width / height, _RATIOS[0]), _RATIOS[1]) for width, height in sizes]
    is_stacked = min(ratios) > _LANDSCAPE
    plan = _stacked(sizes, ratios) if is_stacked else _beside(sizes, ratios)
    card = Image.new("RGB", plan.card, PAPER)
    card.paste(framed(open_picture(before, max_bytes), plan.first), (0, 0))
    card.paste(framed(open_picture(after, max_bytes), plan.second), plan.at)
    margin = round(plan.shared * _MARGIN)
    page = Image.new("RGB", (plan.card[0] + 2 * margin, plan.card[1] + 2 * margin), PAPER)
    paste_rounded(page, card, (margin, margin), margin)
    centre = plan.seam[0] + margin, plan.seam[1] + margin
    _draw_arrow(page, centre, round(plan.shared * _ARROW), -90 if is_stacked else 0)
    return page


def _beside(sizes: list[Size], ratios: list[float]) -> _Plan:
    height = _shared([height for _, height in sizes], ratios)
    seam = max(2, round(height * _SEAM))
    first, second = (round(height * ratio) for ratio in ratios)
    return _Plan(
        first=(first, height),
        second=(second, height),
        card=(first + seam + second, height),
        at=(first + seam, 0),
        seam=(first + seam // 2, height // 2),
        shared=height,
    )


def _stacked(sizes: list[Size], ratios: list[float]) -> _Plan:
    width = _shared([width for width, _ in sizes], [1 / ratio for ratio in ratios])
    seam = max(2, round(width * _SEAM))
    first, second = (round(width / ratio) for ratio in ratios)
    return _Plan(
        first=(width, first),
        second=(width, second),
        card=(width, first + seam + second),
        at=(0, first + seam),
        seam=(width // 2, first + seam // 2),
        shared=width,
    )


def _shared(lengths: list[int], ratios: list[float]) -> int:
    """Return the length of the shared side: as sharp as the sharper picture, within Telegram's limits."""
    shortest, longest = _LENGTHS
    most = LONG_SIDE / (sum(ratios) + 2 * _MARGIN + 2 * _SEAM)
    return int(min(max(*lengths, shortest), longest, most))


def _draw_arrow(page: Image.Image, centre: tuple[int, int], diameter: int, angle: int) -> None:
    corner = centre[0] - diameter // 2, centre[1] - diameter // 2
    draw_disc(page, corner, diameter)
    large = diameter * SOFT
    mask = Image.new("L", (large, large))
    draw = ImageDraw.Draw(mask)
    width = large * 0.075
    left, right, middle, wing = large * 0.28, large * 0.72, large / 2, large * 0.17
    lines = [
        [(left, middle), (right, middle)],
        [(right - wing, middle - wing), (right, middle), (right - wing, middle + wing)],
    ]
    for line in lines:
        draw.line(line, fill=255, width=round(width), joint="curve")
        for x, y in (line[0], line[-1]):
            draw.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=255)
    paint(page, corner, mask.rotate(angle).resize((diameter, diameter), Image.Resampling.BOX), INK)
