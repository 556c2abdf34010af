"""The haircuts in groups by length and kind, and the colours, as providers are told them."""

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


def group_of(haircut: str) -> str:
    """Return the group of a haircut; empty for one that is not known here."""
    return next((group for group, haircuts in GROUPS.items() if haircut in haircuts), "")


# What the provider is told for each colour on a button, the natural ones and the bold ones.
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


def color_key(told: str | None) -> str | None:
    """Return the key of a colour as the provider is told it; None for one's own and for other words."""
    return next((key for key, color in COLORS.items() if color == told), None)
