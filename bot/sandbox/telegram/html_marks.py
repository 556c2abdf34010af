"""Texts with parse_mode HTML (core.telegram.org/bots/api#html-style)."""

import html
import re
from dataclasses import dataclass

from bot.sandbox.telegram.entities import in_order, utf16_length
from bot.sandbox.telegram.errors import bad_request
from bot.sandbox.telegram.model import Entity, StyledText

_TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z0-9-]*)(?P<rest>[^<>]*)>?", re.DOTALL)
_ATTRIBUTE = re.compile(r"""([a-zA-Z-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?""")
_REFERENCE = re.compile(r"&(?:#x[0-9a-fA-F]+|#[0-9]+|lt|gt|amp|quot);")
_KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}


@dataclass(slots=True)
class _Open:
    """A start tag whose end has not come yet."""

    name: str
    start: int
    attributes: dict[str, str]


class _Reader:
    """Walks through the text once and collects what the tags mark."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.text = ""
        self.entities: list[Entity] = []
        self.open: list[_Open] = []

    def read(self) -> StyledText:
        position = 0
        for match in _TAG.finditer(self.source):
            self._add_text(self.source[position : match.start()])
            position = match.end()
            if match["end"]:
                self._close(match)
            else:
                self._start(match)
        self._add_text(self.source[position:])
        if self.open:
            raise _unparsable(f'Can\'t find end tag corresponding to start tag "{self.open[-1].name}"')
        return StyledText(self.text, in_order(self.entities))

    def _add_text(self, raw: str) -> None:
        self.text += _REFERENCE.sub(lambda match: html.unescape(match.group()), raw)

    def _start(self, match: re.Match[str]) -> None:
        at = self._byte_offset(match.start())
        name = match["name"].lower()
        if not match.group().endswith(">"):
            raise _unparsable(f"Unclosed start tag at byte offset {at}")
        attributes = {
            found[1].lower(): html.unescape(found[2] or found[3] or found[4] or "")
            for found in _ATTRIBUTE.finditer(match["rest"])
        }
        if name not in _KINDS:
            raise _unparsable(f'Unsupported start tag "{name}" at byte offset {at}')
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise _unparsable(f'Tag "span" must have class "tg-spoiler" at byte offset {at}')
        self.open.append(_Open(name, len(self.text), attributes))

    def _close(self, match: re.Match[str]) -> None:
        at = self._byte_offset(match.start())
        if not self.open:
            raise _unparsable(f"Unexpected end tag at byte offset {at}")
        tag = self.open.pop()
        name = match["name"].lower()
        if name not in {"", tag.name}:
            expected = f'expected "</{tag.name}>", found "</{name}>"'
            raise _unparsable(f"Unmatched end tag at byte offset {at}, {expected}")
        if len(self.text) > tag.start:
            self._mark(tag)

    def _mark(self, tag: _Open) -> None:
        offset, length = utf16_length(self.text[: tag.start]), utf16_length(self.text[tag.start :])
        kind = _KINDS[tag.name]
        if tag.name == "a":
            self._mark_link(tag, offset, length)
        elif tag.name == "code" and self.open and self.open[-1].name == "pre":
            language = tag.attributes.get("class", "").removeprefix("language-")
            self.open[-1].attributes["language"] = language
        elif kind == "blockquote" and "expandable" in tag.attributes:
            self.entities.append(Entity("expandable_blockquote", offset, length))
        else:
            self.entities.append(
                Entity(
                    kind,
                    offset,
                    length,
                    language=tag.attributes.get("language") or None,
                    custom_emoji_id=tag.attributes.get("emoji-id"),
                )
            )

    def _mark_link(self, tag: _Open, offset: int, length: int) -> None:
        address = tag.attributes.get("href") or self.text[tag.start :]
        mention = link_entity(address, offset, length)
        if mention is not None:
            self.entities.append(mention)

    def _byte_offset(self, position: int) -> int:
        return len(self.source[:position].encode())


def link_entity(address: str, offset: int, length: int) -> Entity | None:
    """Return what a link's address makes of its text: a mention of a user, a link, or nothing."""
    user = re.fullmatch(r"tg://user\?id=(\d+)", address)
    if user:
        return Entity("text_mention", offset, length, user_id=int(user[1]))
    if not re.match(r"(?:[a-z]+://)?[^\s/.]+\.[^\s]+|[a-z]+://\S+", address, re.IGNORECASE):
        return None
    return Entity("text_link", offset, length, url=address if "://" in address else f"http://{address}/")


def parse_html(source: str) -> StyledText:
    """Return the text without its tags and what they marked; ApiError for what Telegram cannot parse."""
    return _Reader(source).read()


def _unparsable(reason: str) -> Exception:
    return bad_request(f"can't parse entities: {reason}")
