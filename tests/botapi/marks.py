"""Texts with parse_mode HTML, read by the rules of core.telegram.org/bots/api#html-style."""

import html
import re

_TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-z][a-z0-9-]*)(?P<rest>(?:\s[^<>]*)?)>")
# By its page the API knows "only the following named HTML entities": lt, gt, amp and quot.
_REFERENCE = re.compile(r"&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);")
_ALLOWED = {
    "b": "",
    "strong": "",
    "i": "",
    "em": "",
    "u": "",
    "ins": "",
    "s": "",
    "strike": "",
    "del": "",
    "span": r' class="tg-spoiler"',
    "tg-spoiler": "",
    "a": r' href="[^"]+"',
    "tg-emoji": r' emoji-id="\d+"',
    "tg-time": r' unix="\d+"(?: format="[^"]*")?',
    "code": r'(?: class="language-[^"]+")?',
    "pre": "",
    "blockquote": r"(?: expandable)?",
}
# "pre and code entities can't contain other entities ... blockquote ... can't be nested."
_CLOSED = frozenset({"pre", "code"})


def html_problems(text: str) -> list[str]:
    """Say what is wrong with a text in HTML: unknown tags, tags left open, marks that are not escaped."""
    problems: list[str] = []
    open_tags: list[str] = []
    for match in _TAG.finditer(text):
        name = match["name"]
        if match["end"]:
            if not open_tags or open_tags.pop() != name:
                problems.append(f"</{name}> closes nothing")
            continue
        if name not in _ALLOWED or not re.fullmatch(_ALLOWED[name], match["rest"]):
            problems.append(f"the tag {match[0]} is not allowed")
        problems += _nesting_problems(name, open_tags)
        open_tags.append(name)
    problems += [f"<{name}> is left open" for name in open_tags]
    plain = _REFERENCE.sub("", _TAG.sub("", text))
    problems += [f"{mark!r} is not escaped" for mark in "<>&" if mark in plain]
    return problems


def _nesting_problems(name: str, open_tags: list[str]) -> list[str]:
    if name == "code" and open_tags == ["pre"]:
        return []
    inside = [one for one in open_tags if one in _CLOSED or one == name == "blockquote"]
    return [f"<{name}> inside <{one}>" for one in inside]


def shown_text(text: str, mode: str | None) -> str:
    """Return what is left of a text after entities parsing, stripped as Telegram strips it."""
    return (html.unescape(_TAG.sub("", text)) if mode == "HTML" else text).strip()
