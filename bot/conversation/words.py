"""What people write, as it is taken."""

import unicodedata

# They join letters and emoji, and are missed where they are not.
_JOINERS = "\u200c\u200d"
_UNSEEN = frozenset({"Cc", "Cf"})


def tidied(text: str) -> str:
    """Return words on one line, without the unseen signs that turn the text around them."""
    line = " ".join(text.split())
    seen = "".join(sign for sign in line if sign in _JOINERS or unicodedata.category(sign) not in _UNSEEN)
    return " ".join(seen.split()).strip(_JOINERS)
