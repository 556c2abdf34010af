"""What tattoos are called: starter designs, places and styles, in the person's language."""

from html import escape

from bot.chat.screens.naming import plain
from bot.tattoos import BodyPlace, TattooStyle
from bot.texts import Translator
from bot.texts.catalogues import english


def design_name(t: Translator, name: str) -> str:
    """Return what people call a starter design; one of another release by its own name."""
    return _designs(t).get(name, name.replace("_", " "))


def place_name(t: Translator, words: str) -> str:
    """Return what people call a place as the provider is told it, or as they wrote it; escaped."""
    known = {place.phrase: label for place, label in places(t).items()}
    return known.get(words, escape(words, quote=False))


def style_name(t: Translator, words: str) -> str:
    """Return what people call a style as the provider is told it, or as they wrote it; escaped."""
    known = {style.phrase: label for style, label in styles(t)}
    return known.get(words, escape(words, quote=False))


def meant(t: Translator, words: str) -> str | None:
    """Return how the provider is told a place or a style that somebody wrote as a button calls it."""
    sought = plain(words)
    for speaker in (t, _ENGLISH):
        for place, label in places(speaker).items():
            if plain(label) == sought:
                return place.phrase
        for style, label in styles(speaker):
            if plain(label) == sought:
                return style.phrase
    return None


def places(t: Translator) -> dict[BodyPlace, str]:
    """Return the places with their names."""
    return {
        BodyPlace.FOREARM: t("Forearm"),
        BodyPlace.UPPER_ARM: t("Upper arm"),
        BodyPlace.SHOULDER: t("Shoulder"),
        BodyPlace.CHEST: t("Chest"),
        BodyPlace.BACK: t("Back"),
        BodyPlace.NECK: t("Neck"),
        BodyPlace.WRIST: t("Wrist"),
        BodyPlace.HAND: t("Hand"),
        BodyPlace.RIBS: t("Ribs"),
        BodyPlace.THIGH: t("Thigh"),
        BodyPlace.CALF: t("Calf"),
        BodyPlace.ANKLE: t("Ankle"),
    }


def styles(t: Translator) -> tuple[tuple[TattooStyle, str], ...]:
    """Return the styles with their names."""
    return (
        (TattooStyle.FINE_LINE, t("Fine line")),
        (TattooStyle.BOLD_LINES, t("Bold lines")),
        (TattooStyle.BLACK_AND_GREY, t("Black and grey")),
        (TattooStyle.WATERCOLOUR, t("Watercolour")),
        (TattooStyle.SMALL, t("Small")),
        (TattooStyle.LARGE, t("Large")),
    )


def _designs(t: Translator) -> dict[str, str]:
    return {
        "rose": t("Rose"),
        "swallow": t("Swallow"),
        "lotus": t("Lotus"),
        "compass": t("Compass"),
        "wave": t("Wave"),
        "heart": t("Heart"),
        "moon_phases": t("Moon"),
        "anchor": t("Anchor"),
        "mountain": t("Mountain"),
        "butterfly": t("Butterfly"),
        "arrow": t("Arrow"),
        "star": t("Star"),
        "feather": t("Feather"),
        "sun": t("Sun"),
        "branch": t("Branch"),
        "snake": t("Snake"),
        "band": t("Band"),
        "infinity": t("Infinity"),
    }


_ENGLISH = english()
