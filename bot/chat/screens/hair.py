"""What hair is called: the haircuts, their groups, and the colours, in the person's language and in English."""

from bot.texts import Translator
from bot.wish import HairStyle

# A page of the browser is one group; each fits on one sheet of nine icons.
GROUPS: dict[str, tuple[str, ...]] = {
    "short": (
        "PixieCut",
        "ShortCurlyPixie",
        "BuzzCut",
        "BowlCut",
        "TexturedFringe",
        "CombOver",
        "Pompadour",
        "FauxHawk",
        "Spiky",
    ),
    "medium": (
        "BobCut",
        "CurlyBob",
        "ShoulderLengthHair",
        "WavyShag",
        "CurlyShag",
        "MessyTousled",
        "Afro",
    ),
    "long": ("LongStraight", "LongWavy", "LongWavyCurtainBangs", "LongCurly", "LongHimeCut"),
    "up": (
        "Ponytail",
        "LongHairTiedUp",
        "ManBun",
        "Chignon",
        "Updo",
        "DoubleBun",
        "ShortTwintails",
        "LongTwintails",
    ),
    "braids": ("FishtailBraid", "TwinBraids", "BoxBraids", "CornrowBraids", "Dreadlocks"),
}
ALL_HAIRCUTS: tuple[str, ...] = tuple(haircut for group in GROUPS.values() for haircut in group)

# What the provider is told for each colour on a button.
NATURAL: dict[str, str] = {
    "black": "black",
    "darkbrown": "dark brown",
    "lightbrown": "light brown",
    "chestnut": "chestnut brown",
    "auburn": "auburn",
    "copper": "copper red",
    "golden": "golden blonde",
    "platinum": "platinum blonde",
    "silver": "silver gray",
}
BOLD: dict[str, str] = {
    "red": "bright red",
    "orange": "bright orange",
    "pink": "pastel pink",
    "purple": "purple",
    "blue": "royal blue",
    "turquoise": "turquoise",
    "green": "emerald green",
    "white": "snow white",
    "rainbow": "rainbow",
}
COLORS: dict[str, str] = NATURAL | BOLD


def haircut_name(t: Translator, haircut: str) -> str:
    """Return what people call a haircut; one that is not known here keeps its provider's name. Plain text."""
    return _haircuts(t).get(haircut, haircut)


def group_name(t: Translator, group: str) -> str:
    """Return what people call a group of haircuts."""
    return {
        "short": t("Short"),
        "medium": t("Mid-length"),
        "long": t("Long"),
        "up": t("Tied up"),
        "braids": t("Braids and locs"),
    }[group]


def color_name(t: Translator, color: str | None) -> str:
    """Return what people call a colour as the provider is told it, or as they typed it. Plain text."""
    if color is None:
        return t("your own colour")
    key = next((key for key, told in COLORS.items() if told == color), None)
    return _colors(t)[key] if key else color


def color_label(t: Translator, key: str) -> str:
    """Return the words of a colour's button."""
    name = _colors(t)[key]
    return f"{_SWATCHES[key]} {name[:1].upper()}{name[1:]}"


def style_name(t: Translator, style: HairStyle) -> str:
    """Return a haircut with its colour, where it has one. Plain text."""
    name = haircut_name(t, style.haircut)
    if style.color is None:
        return name
    return t("{haircut}, {color}", haircut=name, color=color_name(t, style.color))


_SWATCHES = {
    "black": "⚫",
    "darkbrown": "🟤",
    "lightbrown": "🟫",
    "chestnut": "🌰",
    "auburn": "🍂",
    "copper": "🦊",
    "golden": "🟡",
    "platinum": "🌕",
    "silver": "🩶",
    "red": "🔴",
    "orange": "🟠",
    "pink": "🩷",
    "purple": "🟣",
    "blue": "🔵",
    "turquoise": "🩵",
    "green": "🟢",
    "white": "⚪",
    "rainbow": "🌈",
}


def _haircuts(t: Translator) -> dict[str, str]:
    return {
        "Afro": t("Afro"),
        "BobCut": t("Bob cut"),
        "BowlCut": t("Bowl cut"),
        "BoxBraids": t("Box braids"),
        "BuzzCut": t("Buzz cut"),
        "Chignon": t("Chignon"),
        "CombOver": t("Comb-over"),
        "CornrowBraids": t("Cornrows"),
        "CurlyBob": t("Curly bob"),
        "CurlyShag": t("Curly shag"),
        "DoubleBun": t("Double bun"),
        "Dreadlocks": t("Dreadlocks"),
        "FauxHawk": t("Faux hawk"),
        "FishtailBraid": t("Fishtail braid"),
        "LongCurly": t("Long and curly"),
        "LongHairTiedUp": t("Long hair tied up"),
        "LongHimeCut": t("Long hime cut"),
        "LongStraight": t("Long and straight"),
        "LongTwintails": t("Long pigtails"),
        "LongWavy": t("Long and wavy"),
        "LongWavyCurtainBangs": t("Wavy curtain bangs"),
        "ManBun": t("Man bun"),
        "MessyTousled": t("Tousled"),
        "PixieCut": t("Pixie cut"),
        "Pompadour": t("Pompadour"),
        "Ponytail": t("Ponytail"),
        "ShortCurlyPixie": t("Curly pixie"),
        "ShortTwintails": t("Short pigtails"),
        "ShoulderLengthHair": t("Shoulder-length"),
        "Spiky": t("Spiky"),
        "TexturedFringe": t("Textured fringe"),
        "TwinBraids": t("Twin braids"),
        "Updo": t("Updo"),
        "WavyShag": t("Wavy shag"),
    }


def _colors(t: Translator) -> dict[str, str]:
    return {
        "black": t("black"),
        "darkbrown": t("dark brown"),
        "lightbrown": t("light brown"),
        "chestnut": t("chestnut"),
        "auburn": t("auburn"),
        "copper": t("copper"),
        "golden": t("golden blonde"),
        "platinum": t("platinum blonde"),
        "silver": t("silver"),
        "red": t("red"),
        "orange": t("orange"),
        "pink": t("pink"),
        "purple": t("purple"),
        "blue": t("blue"),
        "turquoise": t("turquoise"),
        "green": t("green"),
        "white": t("white"),
        "rainbow": t("rainbow"),
    }
