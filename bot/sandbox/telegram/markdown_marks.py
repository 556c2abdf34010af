"""Texts with parse_mode MarkdownV2 and the older Markdown (core.telegram.org/bots/api#markdownv2-style)."""

from dataclasses import dataclass

from bot.sandbox.telegram.entities import in_order, utf16_length
from bot.sandbox.telegram.errors import bad_request
from bot.sandbox.telegram.html_marks import link_entity
from bot.sandbox.telegram.model import Entity, StyledText

_RESERVED = "_*[]()~`>#+-=|{}.!"
_KINDS = {
    "*": "bold",
    "_": "italic",
    "__": "underline",
    "~": "strikethrough",
    "||": "spoiler",
    "[": "text_link",
}
_NAMES = {
    "*": "Bold",
    "_": "Italic",
    "__": "Underline",
    "~": "Strikethrough",
    "||": "Spoiler",
    "[": "TextUrl",
}
_LAST_ESCAPABLE = 126


@dataclass(slots=True)
class _Open:
    """A mark whose partner has not come yet."""

    mark: str
    start: int
    source_at: int


class _Reader:
    """Walks through a MarkdownV2 text once; `at` is the position in the source."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.text = ""
        self.entities: list[Entity] = []
        self.open: list[_Open] = []
        self.quote_from: int | None = None

    def read(self) -> StyledText:
        while self.at < len(self.source):
            self._quotes()
            if self.at < len(self.source):
                self._step()
        self._end_quote()
        if self.open:
            last = self.open[-1]
            raise self._endless(_NAMES[last.mark], last.source_at)
        return StyledText(self.text, in_order(self.entities))

    def _step(self) -> None:
        char = self.source[self.at]
        if char == "\\" and self._next() and ord(self._next()) <= _LAST_ESCAPABLE:
            self._literal(self._next(), 2)
        elif char == "`":
            self._code()
        elif char == "]" and any(one.mark == "[" for one in self.open):
            self._link()
        elif char == "[" or (char == "!" and self._next() == "["):
            self._begin("[", len("![") if char == "!" else 1)
        elif self._mark():
            self._toggle(self._mark())
        elif char in _RESERVED:
            raise _unparsable(f"Character '{char}' is reserved and must be escaped with the preceding '\\'")
        else:
            self._literal(char, 1)

    def _next(self) -> str:
        return self.source[self.at + 1 : self.at + 2]

    def _literal(self, char: str, width: int) -> None:
        self.text += char
        self.at += width

    def _mark(self) -> str:
        two = self.source[self.at : self.at + 2]
        if two in _KINDS:
            return two
        return two[:1] if two[:1] in {"*", "_", "~"} else ""

    def _toggle(self, mark: str) -> None:
        if self.open and self.open[-1].mark == mark:
            opened = self.open.pop()
            self.at += len(mark)
            self._add(_KINDS[mark], opened.start)
        elif mark == "||" and self.quote_from is not None and self._at_line_end(self.at + 2):
            self.at += len(mark)
            self._end_quote("expandable_blockquote")
        elif any(one.mark == mark for one in self.open):
            raise self._endless(_NAMES[self.open[-1].mark], self.open[-1].source_at)
        else:
            self._begin(mark, len(mark))

    def _begin(self, mark: str, width: int) -> None:
        self.open.append(_Open(mark, len(self.text), self.at))
        self.at += width

    def _code(self) -> None:
        fence = "```" if self.source.startswith("```", self.at) else "`"
        began, self.at = self.at, self.at + len(fence)
        language = self._language() if fence == "```" else None
        start = len(self.text)
        while not self.source.startswith(fence, self.at):
            if self.at >= len(self.source):
                raise self._endless("Pre" if fence == "```" else "Code", began)
            escaped = self.source[self.at] == "\\" and self._next() in {"\\", "`"}
            self._literal(self._next() if escaped else self.source[self.at], 2 if escaped else 1)
        self.at += len(fence)
        self._add("pre" if fence == "```" else "code", start, language=language)

    def _language(self) -> str | None:
        line, found, _ = self.source[self.at :].partition("\n")
        if not found or "`" in line:
            return None
        self.at += len(line) + 1
        return line.strip() or None

    def _link(self) -> None:
        opened = self.open.pop()
        if opened.mark != "[":
            raise self._endless(_NAMES[opened.mark], opened.source_at)
        self.at += 1
        address = ""
        if self.source.startswith("(", self.at):
            began, self.at = self.at, self.at + 1
            address = self._address(began)
        start, length = utf16_length(self.text[: opened.start]), utf16_length(self.text[opened.start :])
        emoji = self.source[opened.source_at] == "!"
        if emoji and length:
            emoji_id = address.rpartition("id=")[2]
            self.entities.append(Entity("custom_emoji", start, length, custom_emoji_id=emoji_id))
        elif length and (entity := link_entity(address or self.text[opened.start :], start, length)):
            self.entities.append(entity)

    def _address(self, began: int) -> str:
        address = ""
        while not self.source.startswith(")", self.at):
            if self.at >= len(self.source):
                raise _unparsable(f"Can't find end of a URL at byte offset {self._bytes(began)}")
            if self.source[self.at] == "\\" and self._next():
                self.at += 1
            address += self.source[self.at]
            self.at += 1
        self.at += 1
        return address

    def _quotes(self) -> None:
        """At the begin of a line, go into a block quotation or out of it."""
        if self.at and self.source[self.at - 1] != "\n":
            return
        if self.source.startswith("**>", self.at):
            self._end_quote()
            self.at += 2
        if self.source.startswith(">", self.at):
            if self.quote_from is None:
                self.quote_from = len(self.text)
            self.at += 1
        else:
            self._end_quote()

    def _end_quote(self, kind: str = "blockquote") -> None:
        if self.quote_from is not None and len(self.text) > self.quote_from:
            self._add(kind, self.quote_from)
        self.quote_from = None

    def _at_line_end(self, position: int) -> bool:
        return position >= len(self.source) or self.source[position] == "\n"

    def _add(self, kind: str, start: int, *, language: str | None = None) -> None:
        length = utf16_length(self.text[start:].rstrip("\n") if "quote" in kind else self.text[start:])
        if length:
            self.entities.append(Entity(kind, utf16_length(self.text[:start]), length, language=language))

    def _bytes(self, position: int) -> int:
        return len(self.source[:position].encode())

    def _endless(self, name: str, position: int) -> Exception:
        return _unparsable(f"Can't find end of {name} entity at byte offset {self._bytes(position)}")


def parse_markdown_v2(source: str) -> StyledText:
    """Return the text without its marks and what they marked; ApiError for what Telegram cannot parse."""
    return _Reader(source).read()


def parse_markdown(source: str) -> StyledText:
    """Do the same for the older Markdown: no nesting, and only marks need escaping."""
    text, entities, at = "", list[Entity](), 0
    while at < len(source):
        char = source[at]
        if char == "\\" and source[at + 1 : at + 2] in tuple("_*`["):
            text, at = text + source[at + 1], at + 2
        elif char in "_*`[":
            inner, entity, at = _old_mark(source, at, utf16_length(text))
            text += inner
            entities += [entity] if entity else []
        else:
            text, at = text + char, at + 1
    return StyledText(text, in_order(entities))


def _old_mark(source: str, at: int, offset: int) -> tuple[str, Entity | None, int]:
    opening = "```" if source.startswith("```", at) else source[at]
    closing = "]" if opening == "[" else opening
    end = source.find(closing, at + len(opening))
    if end < 0:
        found = len(source[:at].encode())
        raise _unparsable(f"Can't find end of the entity starting at byte offset {found}")
    inner, after = source[at + len(opening) : end], end + len(closing)
    length = utf16_length(inner)
    if opening == "[":
        stop = source.find(")", after) if source.startswith("(", after) else -1
        if stop < 0:
            return inner, None, after
        return inner, link_entity(source[after + 1 : stop], offset, length), stop + 1
    kind = {"*": "bold", "_": "italic", "`": "code", "```": "pre"}[opening]
    return inner, Entity(kind, offset, length) if length else None, after


def _unparsable(reason: str) -> Exception:
    return bad_request(f"can't parse entities: {reason}")
