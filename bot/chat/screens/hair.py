"""What hair is called: the haircuts, their groups, and the colours, in the person's language and in English."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from bot.chat.screens.naming import plain
from bot.hairstyles import ALL_HAIRCUTS, COLORS, color_key, group_of
from bot.texts import Translator
from bot.texts.catalogues import english
from bot.wish import HairStyle


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
    key = color_key(color)
    return _colors(t)[key] if key else color


def color_label(t: Translator, key: str) -> str:
    """Return the words of a colour's button."""
    name = _colors(t)[key]
    return f"{_SWATCHES[key]} {name[:1].upper()}{name[1:]}"


def meant_color(t: Translator, words: str) -> str | None:
    """Return how the provider is told a colour that somebody wrote as a button calls it."""
    sought = plain(words)
    for speaker in (t, _ENGLISH):
        for key, name in _colors(speaker).items():
            if sought in (plain(name), plain(COLORS[key])):
                return COLORS[key]
    return None


def style_name(t: Translator, style: HairStyle) -> str:
    """Return a haircut with its colour, where it has one. Plain text."""
    name = haircut_name(t, style.haircut)
    if style.color is None:
        return name
    return t("{haircut}, {color}", haircut=name, color=color_name(t, style.color))


def told_apart(t: Translator, styles: Sequence[HairStyle]) -> list[str]:
    """Return names that say only what is different about styles: the colours of one haircut, or the cuts."""
    if len({style.haircut for style in styles}) == 1:
        return [color_name(t, style.color) for style in styles]
    if len({style.color for style in styles}) == 1:
        return [haircut_name(t, style.haircut) for style in styles]
    return [style_name(t, style) for style in styles]


def find_haircuts(t: Translator, query: str) -> tuple[str, ...]:
    """Return the haircuts that words may mean, in the person's language or in English, the best first."""
    words = plain(query).split()
    if not words:
        return ()
    rated = [
        (distance, place)
        for place, haircut in enumerate(ALL_HAIRCUTS)
        if (distance := _distance(t, haircut, words)) is not None
    ]
    return tuple(ALL_HAIRCUTS[place] for _, place in sorted(rated))


def _distance(t: Translator, haircut: str, words: list[str]) -> int | None:
    """Return how far a haircut is from words: 0 when it is called so, None when it is something else."""
    group = group_of(haircut)
    names = [plain(haircut_name(speaker, haircut)) for speaker in (t, _ENGLISH)]
    own = " ".join(names).split()
    known = [*own, *plain(f"{group_name(t, group)} {group_name(_ENGLISH, group)}").split()]
    telling = [word for word in words if len(word) > _TOO_SHORT]
    rules = (
        " ".join(words) in names,
        all(any(one.startswith(word) for one in own) for word in words),
        all(any(word in one for one in known) for word in words),
        all(any(_is_like(word, one) for one in known) for word in words),
        # Of "short bob please" one word is enough.
        any(one.startswith(word) for word in telling for one in own),
        any(one.startswith(word) for word in telling for one in known),
    )
    return rules.index(True) if True in rules else None


def _is_like(word: str, known: str) -> bool:
    """Return whether a word is most likely the other one, mistyped."""
    return len(word) >= _SHORTEST_TYPO and SequenceMatcher(None, word, known).ratio() >= _ALIKE


_ENGLISH = english()
_SHORTEST_TYPO, _ALIKE, _TOO_SHORT = 4, 0.75, 2

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
