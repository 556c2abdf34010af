"""A text parameter with its parse_mode or entities, within Telegram's limits."""

from typing import Any

from bot.sandbox.telegram.entities import in_order, stripped, utf16_length, with_found_entities
from bot.sandbox.telegram.errors import bad_request
from bot.sandbox.telegram.html_marks import parse_html
from bot.sandbox.telegram.markdown_marks import parse_markdown, parse_markdown_v2
from bot.sandbox.telegram.model import Entity, StyledText
from bot.sandbox.telegram.params import Params

MAX_TEXT = 4096
MAX_CAPTION = 1024
_PARSERS = {"html": parse_html, "markdownv2": parse_markdown_v2, "markdown": parse_markdown}
_MARKABLE = frozenset(
    {
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "blockquote",
        "expandable_blockquote",
        "code",
        "pre",
        "text_link",
        "text_mention",
        "custom_emoji",
    }
)


def message_text(params: Params, name: str = "text") -> StyledText:
    """Return the text of a message, 1-4096 characters."""
    styled = styled_text(params, name, "entities")
    if not styled.text:
        raise bad_request("message text is empty")
    if utf16_length(styled.text) > MAX_TEXT:
        raise bad_request("message is too long")
    return styled


def caption(params: Params) -> StyledText:
    """Return a caption, 0-1024 characters."""
    styled = styled_text(params, "caption", "caption_entities")
    if utf16_length(styled.text) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return styled


def styled_text(params: Params, name: str, entities_name: str, mode_name: str = "parse_mode") -> StyledText:
    """Return a text as Telegram will show it: parsed, stripped, with links and commands found."""
    raw = params.text(name).replace("\r", "")
    mode = params.text(mode_name).lower()
    if mode:
        if mode not in _PARSERS:
            raise bad_request("unsupported parse_mode")
        styled = _PARSERS[mode](raw)
    else:
        listed = params.array(entities_name, "entities JSON object") or []
        styled = StyledText(raw, in_order(one for item in listed if (one := _entity(item, raw))))
    return with_found_entities(stripped(styled))


def _entity(item: Any, text: str) -> Entity | None:  # noqa: ANN401 - an element of a JSON array
    if not isinstance(item, dict):
        raise bad_request("can't parse MessageEntity: expected an Object")
    try:
        kind, offset, length = str(item["type"]), int(item["offset"]), int(item["length"])
    except (KeyError, TypeError, ValueError):
        raise bad_request("can't parse MessageEntity: field is missing or wrong") from None
    if kind not in _MARKABLE:
        return None
    if offset < 0 or length <= 0 or offset + length > utf16_length(text):
        raise bad_request(f"entity begins or ends outside of the text: {offset} {length}")
    user = item.get("user") or {}
    return Entity(
        kind,
        offset,
        length,
        url=item.get("url"),
        user_id=user.get("id"),
        language=item.get("language"),
        custom_emoji_id=item.get("custom_emoji_id"),
    )
