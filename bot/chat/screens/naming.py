"""Comparing what people write with what things are called."""

import unicodedata


def plain(text: str) -> str:
    """Return words without case, accents and punctuation."""
    taken_apart = unicodedata.normalize("NFKD", text.casefold())
    letters = (sign for sign in taken_apart if not unicodedata.combining(sign))
    return " ".join("".join(sign if sign.isalnum() else " " for sign in letters).split())
