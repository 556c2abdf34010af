"""Languages written from right to left: what is written the other way stands apart in their sentences.

Without marks a command, a name of a product or a link changes the places of the words and signs around it:
``/help`` would be shown as ``help/``, and a line that begins with it would run from the left. So each is put
between U+2068 and U+2069, which nobody sees. Translators may write the marks themselves, but need not.
"""

import re
import unicodedata

from babel import Locale

FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"
RIGHT_TO_LEFT_MARK = "\u200f"
# What says nothing of the direction of a text: marks of its style, entities, what stands apart.
_NEUTRAL = re.compile(r"<[^>]*>|&\w+;|\u2068[^\u2069]*\u2069")
# No marks in what is to be copied (<code>), in tags and entities; a bare number, {n}, needs none.
_ELSEWHERE = re.compile(
    r"(?P<kept>\u2068.*?\u2069|<code>.*?</code>|</?\w+>|&\w+;|\{n\})"
    r"|[@/]?(?:\{\w+\}|[A-Za-z]\w*(?: [A-Za-z]\w*)*)",
    re.ASCII | re.DOTALL,
)


def is_right_to_left(tag: str) -> bool:
    """Tell whether a language is written from right to left."""
    return Locale.parse(tag).text_direction == "rtl"


def begins_right_to_left(text: str) -> bool:
    """Tell whether a text runs from the right, which its first letter decides."""
    directions = map(unicodedata.bidirectional, _NEUTRAL.sub("", text))
    return next((one for one in directions if one in {"L", "R", "AL"}), "L") != "L"


def isolated(text: str) -> str:
    """Return a sentence with its places, commands and Latin words isolated."""
    return _ELSEWHERE.sub(_marked, text)


def _marked(found: re.Match[str]) -> str:
    if found["kept"]:
        return found[0]
    return f"{FIRST_STRONG_ISOLATE}{found[0]}{POP_ISOLATE}"
