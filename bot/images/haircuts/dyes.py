"""The colours of hair on the icons, by the keys of ``bot.hairstyles.COLORS``."""

from collections.abc import Mapping

from bot.images.board import Colour
from bot.images.haircuts.head import HAIR, HAIR_DARK, HAIR_LIGHT, SKIN, STUBBLE

_BLACK: Colour = (16, 12, 18)
_WHITE: Colour = (255, 255, 255)
_BRIGHT = 150  # strands on brighter hair are darker than it, else lighter

_TINTS: Mapping[str, Colour] = {
    "black": (38, 34, 42),
    "darkbrown": (78, 52, 42),
    "lightbrown": (148, 104, 70),
    "chestnut": (118, 62, 42),
    "auburn": (138, 50, 36),
    "copper": (196, 94, 44),
    "golden": (222, 176, 92),
    "platinum": (238, 224, 190),
    "silver": (176, 180, 188),
    "red": (206, 36, 44),
    "orange": (240, 126, 32),
    "pink": (244, 164, 192),
    "purple": (124, 70, 164),
    "blue": (44, 84, 184),
    "turquoise": (48, 186, 182),
    "green": (22, 140, 92),
    "white": (247, 246, 244),
}


def _mixed(colour: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(colour, other, strict=True))
    return red, green, blue


def _dye(tint: Colour) -> Mapping[Colour, Colour]:
    """Return what takes the place of each colour that hair is drawn in."""
    is_bright = sum(tint) / 3 > _BRIGHT
    return {
        HAIR: tint,
        HAIR_LIGHT: _mixed(tint, _BLACK, 0.22) if is_bright else _mixed(tint, _WHITE, 0.28),
        HAIR_DARK: _mixed(tint, _BLACK, 0.3),
        STUBBLE: _mixed(tint, SKIN, 0.5),
    }


DYES: Mapping[str, Mapping[Colour, Colour]] = {key: _dye(tint) for key, tint in _TINTS.items()} | {
    "rainbow": {
        HAIR: (150, 84, 190),
        HAIR_LIGHT: (255, 206, 84),
        HAIR_DARK: (58, 122, 206),
        STUBBLE: (232, 120, 150),
    }
}
