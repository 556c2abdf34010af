"""The limits of the Bot API that its types don't tell, each with the documentation's wording.

`words` are looked for in the schema by a test, wherever the schema has kept the sentence; the others stand on
core.telegram.org/bots/api or, where that is silent, are what Telegram answers when they are broken.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tests.botapi.marks import shown_text

ANY = ".*"
BUTTONS = "InlineKeyboardButton|KeyboardButton|InlineQueryResultsButton"
# Stories have longer captions.
CAPTIONED = r"send\w+|copyMessage|editMessageCaption|Input(Paid)?Media\w+|InlineQueryResult\w+"
NO_MOST = 4096


class Unit(StrEnum):
    """What a limit counts."""

    CHARACTERS = "characters"
    SHOWN = "characters after entities parsing"
    BYTES = "bytes"
    ITEMS = "items"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """From `least` to `most` of something in a field; `owner` is the pattern of a method's or type's name."""

    owner: str
    field: str
    least: int
    most: int
    unit: Unit
    words: str

    def concerns(self, owner: str, field: str) -> bool:
        """Tell whether a field has this limit."""
        return self.field == field and re.fullmatch(self.owner, owner) is not None

    def problem(self, value: Any, mode: str | None) -> str | None:
        """Say how a value breaks the limit."""
        size = _MEASURES[self.unit](value, mode)
        if self.least <= size <= self.most:
            return None
        return f"has {size} {self.unit}, not {self.least}-{self.most} ({self.words!r})"


def _limit(owner: str, field: str, least: int, most: int, unit: Unit, words: str) -> Limit:
    return Limit(owner=owner, field=field, least=least, most=most, unit=unit, words=words)


LIMITS = (
    _limit("sendMessage", "text", 1, 4096, Unit.SHOWN, "1-4096 characters after entities parsing"),
    _limit("editMessageText", "text", 1, 4096, Unit.SHOWN, "1-4096 characters after entity parsing"),
    _limit("InputTextMessageContent", "message_text", 1, 4096, Unit.SHOWN, "1-4096 characters"),
    _limit(CAPTIONED, "caption", 0, 1024, Unit.SHOWN, "0-1024 characters after entities parsing"),
    _limit("ReplyParameters", "quote", 0, 1024, Unit.SHOWN, "0-1024 characters after entities parsing"),
    _limit("sendMediaGroup", "media", 2, 10, Unit.ITEMS, "must include 2-10 items"),
    _limit("InlineKeyboardButton", "callback_data", 1, 64, Unit.BYTES, "1-64 bytes"),
    _limit("CopyTextButton", "text", 1, 256, Unit.CHARACTERS, "1-256 characters"),
    # Telegram answers BUTTON_TEXT_INVALID or "Field "text" must be of type String" to an empty one.
    _limit(BUTTONS, "text", 1, NO_MOST, Unit.CHARACTERS, "Label text on the button"),
    _limit("answerCallbackQuery", "text", 0, 200, Unit.CHARACTERS, "0-200 characters"),
    _limit(
        "answerInlineQuery", "results", 0, 50, Unit.ITEMS, "No more than 50 results per query are allowed"
    ),
    _limit("answerInlineQuery", "next_offset", 0, 64, Unit.BYTES, "Offset length can't exceed 64 bytes"),
    _limit("InlineQueryResult.*", "id", 1, 64, Unit.BYTES, "Unique identifier for this result, 1-64 bytes"),
    _limit("setMyCommands", "commands", 0, 100, Unit.ITEMS, "At most 100 commands can be specified"),
    _limit("BotCommand", "command", 1, 32, Unit.CHARACTERS, "Text of the command; 1-32 characters"),
    _limit(
        "BotCommand", "description", 1, 256, Unit.CHARACTERS, "Description of the command; 1-256 characters"
    ),
    _limit("setMyName", "name", 0, 64, Unit.CHARACTERS, "New bot name; 0-64 characters"),
    _limit("setMyDescription", "description", 0, 512, Unit.CHARACTERS, "0-512 characters"),
    _limit("setMyShortDescription", "short_description", 0, 120, Unit.CHARACTERS, "0-120 characters"),
    _limit("deleteMessages", "message_ids", 1, 100, Unit.ITEMS, "list of 1-100 identifiers"),
    _limit("copyMessages", "message_ids", 1, 100, Unit.ITEMS, "list of 1-100 identifiers"),
    _limit("forwardMessages", "message_ids", 1, 100, Unit.ITEMS, "list of 1-100 identifiers"),
    # Telegram answers REACTIONS_TOO_MANY: "bots can set up to one reaction per message".
    _limit("setMessageReaction", "reaction", 0, 1, Unit.ITEMS, "bots can set up to one reaction per message"),
    _limit("sendInvoice", "title", 1, 32, Unit.CHARACTERS, "Product name, 1-32 characters"),
    _limit("sendInvoice", "description", 1, 255, Unit.CHARACTERS, "Product description, 1-255 characters"),
    _limit("sendInvoice", "payload", 1, 128, Unit.BYTES, "Bot-defined invoice payload, 1-128 bytes"),
    _limit("createInvoiceLink", "title", 1, 32, Unit.CHARACTERS, "Product name, 1-32 characters"),
    _limit(
        "createInvoiceLink", "description", 1, 255, Unit.CHARACTERS, "Product description, 1-255 characters"
    ),
    _limit("createInvoiceLink", "payload", 1, 128, Unit.BYTES, "Bot-defined invoice payload, 1-128 bytes"),
    _limit("ForceReply", "input_field_placeholder", 1, 64, Unit.CHARACTERS, "1-64 characters"),
    _limit("ReplyKeyboardMarkup", "input_field_placeholder", 1, 64, Unit.CHARACTERS, "1-64 characters"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a string looks like as a whole; `owner` as in a limit."""

    owner: str
    field: str
    pattern: str
    words: str

    def concerns(self, owner: str, field: str) -> bool:
        """Tell whether a field has this shape."""
        return self.field == field and re.fullmatch(self.owner, owner) is not None

    def problem(self, value: Any) -> str | None:
        """Say how a value is of another shape."""
        if re.fullmatch(self.pattern, str(value), re.ASCII):
            return None
        return f"is {str(value)[:80]!r} ({self.words!r})"


SHAPES = (
    Shape(
        owner="BotCommand",
        field="command",
        pattern=r"[a-z0-9_]+",
        words="Can contain only lowercase English letters, digits and underscores",
    ),
    Shape(
        owner="InlineQueryResultsButton",
        field="start_parameter",
        pattern=r"[A-Za-z0-9_-]{1,64}",
        words="1-64 characters, only A-Z, a-z, 0-9, _ and - are allowed",
    ),
    Shape(
        owner="setWebhook",
        field="secret_token",
        pattern=r"[A-Za-z0-9_-]{1,256}",
        words="Only characters A-Z, a-z, 0-9, _ and - are allowed",
    ),
    Shape(
        owner=ANY,
        field="language_code",
        pattern=r"([a-z]{2})?",
        words="A two-letter ISO 639-1 language code",
    ),
    Shape(
        owner="InlineKeyboardButton",
        field="url",
        pattern=r"(?:https?|tg)://\S+",
        words="HTTP or tg:// URL to be opened when the button is pressed",
    ),
    Shape(
        owner=ANY,
        field="parse_mode",
        pattern=r"HTML|MarkdownV2|Markdown",
        words="Mode for parsing entities",
    ),
    Shape(
        owner="sendChatAction",
        field="action",
        pattern=r"typing|upload_(photo|video|voice|document|video_note)|record_(video|voice|video_note)"
        r"|choose_sticker|find_location",
        words="Type of action to broadcast. Choose one",
    ),
    Shape(owner=ANY, field="chat_id", pattern=r"-?\d+|@\w+", words="Unique identifier for the target chat"),
)


def _shown(value: Any, mode: str | None) -> int:
    return len(shown_text(str(value), mode).encode("utf-16-le")) // 2


_MEASURES: Mapping[Unit, Callable[[Any, str | None], int]] = {
    Unit.CHARACTERS: lambda value, _: len(str(value)),
    Unit.SHOWN: _shown,
    Unit.BYTES: lambda value, _: len(str(value).encode()),
    Unit.ITEMS: lambda value, _: len(value),
}
