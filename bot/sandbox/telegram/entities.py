"""Offsets in UTF-16 units, and the links, mentions and commands that Telegram finds in a text by itself."""

import re
from collections.abc import Iterable

from bot.sandbox.telegram.model import Entity, StyledText

# Only these ranges may contain or touch what is found; in the others nothing is looked for.
_OPAQUE = frozenset({"code", "pre", "text_link", "text_mention", "url", "email", "mention", "bot_command"})
_DOMAIN = r"(?:[a-z0-9-]+\.)+[a-z]{2,}"
_NAME = r"[A-Za-z][A-Za-z0-9_]{2,31}"
_LINK = rf"(?<![\w@/.])(?:(?:https?|tg|ftp)://[^\s<>\"']+|{_DOMAIN}(?:[/?#][^\s<>\"']*)?)"
_FINDERS = (
    ("url", re.compile(_LINK, re.IGNORECASE)),
    ("email", re.compile(rf"(?<![\w.+-])[\w.+-]+@{_DOMAIN}", re.IGNORECASE)),
    ("mention", re.compile(rf"(?<![\w/@])@{_NAME}(?!\w)")),
    ("bot_command", re.compile(rf"(?<![\w/@<>])/[A-Za-z0-9_]{{1,64}}(?:@{_NAME})?(?![\w/@])")),
    ("hashtag", re.compile(r"(?<![\w#])#(?=\w*[^\W\d])\w{1,255}")),
    ("cashtag", re.compile(r"(?<![\w$])\$[A-Z]{1,8}(?!\w)")),
)
# What looks like a domain in a sentence is one only with a well-known end.
_TOP_DOMAINS = frozenset(
    {"com", "org", "net", "io", "me", "app", "dev", "info", "eu", "de", "es", "fr", "it", "uk"}
)
_TRAILING = ".,:;!?)]}'\""


def utf16_length(text: str) -> int:
    """Return a text's length as Telegram counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def part_of(text: str, entity: Entity) -> str:
    """Return the part of a text that an entity marks."""
    raw = text.encode("utf-16-le", "surrogatepass")
    return raw[entity.offset * 2 : (entity.offset + entity.length) * 2].decode("utf-16-le", "replace")


def find_entities(text: str) -> tuple[Entity, ...]:
    """Return the ranges Telegram marks by itself, in order and without overlaps."""
    found: list[tuple[int, int, str]] = []
    for kind, pattern in _FINDERS:
        for match in pattern.finditer(text):
            end = match.start() + len(match.group().rstrip(_TRAILING) if kind == "url" else match.group())
            if kind == "url" and not _is_link(text[match.start() : end], text[end : end + 1]):
                continue
            if all(end <= start or match.start() >= stop for start, stop, _ in found):
                found.append((match.start(), end, kind))
    return tuple(
        Entity(kind, utf16_length(text[:start]), utf16_length(text[start:end]))
        for start, end, kind in sorted(found)
    )


def with_found_entities(styled: StyledText) -> StyledText:
    """Add what Telegram finds to what was marked on purpose."""
    blocked = [(one.offset, one.offset + one.length) for one in styled.entities if one.type in _OPAQUE]
    found = [
        one
        for one in find_entities(styled.text)
        if all(one.offset + one.length <= start or one.offset >= stop for start, stop in blocked)
    ]
    return StyledText(styled.text, in_order([*styled.entities, *found]))


def in_order(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    """Sort ranges as Telegram lists them: by start, the longer first."""
    return tuple(sorted(entities, key=lambda one: (one.offset, -one.length, one.type)))


def stripped(styled: StyledText) -> StyledText:
    """Cut white space from both ends, as Telegram does, and move the ranges with it."""
    text = styled.text.strip()
    cut = utf16_length(styled.text[: len(styled.text) - len(styled.text.lstrip())])
    length = utf16_length(text)
    moved = []
    for one in styled.entities:
        start, stop = max(0, one.offset - cut), min(length, one.offset - cut + one.length)
        if stop > start:
            moved.append(
                Entity(one.type, start, stop - start, one.url, one.user_id, one.language, one.custom_emoji_id)
            )
    return StyledText(text, tuple(moved))


def _is_link(candidate: str, after: str) -> bool:
    if "://" in candidate:
        return True
    host = re.split(r"[/?#]", candidate, maxsplit=1)[0]
    return after != "@" and host.rpartition(".")[2].lower() in _TOP_DOMAINS
