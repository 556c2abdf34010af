"""Methods that answer what people wait for: taps and inline queries."""

import re
from typing import Any

from bot.sandbox.telegram.calls import Call, Method
from bot.sandbox.telegram.changes import CallbackAnswered, InlineAnswered
from bot.sandbox.telegram.entities import utf16_length
from bot.sandbox.telegram.errors import bad_request
from bot.sandbox.telegram.keyboards import inline_keyboard
from bot.sandbox.telegram.model import CallbackAnswer, InlineAnswer, InlineResult, StyledText
from bot.sandbox.telegram.queries import QueryGoneError
from bot.sandbox.telegram.styling import caption, message_text

MAX_ANSWER_TEXT = 200
MAX_RESULTS = 50
MAX_RESULT_ID_BYTES = MAX_OFFSET_BYTES = 64
CACHE_SECONDS = 300
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


async def answer_callback_query(call: Call) -> bool:
    """Answer a tap, once and in time."""
    text = call.params.text("text")
    if utf16_length(text) > MAX_ANSWER_TEXT:
        raise bad_request("MESSAGE_TOO_LONG")
    url = call.params.text("url")
    if url and not _opens_bot(url, call.bot.username):
        raise bad_request("URL_INVALID")
    answer = CallbackAnswer(
        text=text or None,
        show_alert=call.params.flag("show_alert"),
        url=url or None,
    )
    query_id = call.params.text("callback_query_id")
    try:
        tap = call.world.callbacks.answer(call.bot.id, query_id, answer)
    except QueryGoneError:
        raise bad_request(TOO_OLD) from None
    call.world.publish(CallbackAnswered(tap.person_id, query_id, answer))
    return True


def _opens_bot(url: str, username: str) -> bool:
    """Tell whether a link opens the bot itself with a parameter; without a game a tap opens nothing else."""
    return (
        re.fullmatch(rf"https?://t\.me/{username}\?start=[\w-]*", url, re.ASCII | re.IGNORECASE) is not None
    )


async def answer_inline_query(call: Call) -> bool:
    """Offer results for what somebody typed behind the bot's name."""
    items = call.params.array("results", "inline query results") or []
    if len(items) > MAX_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    results = tuple(_result(call, item) for item in items)
    if len({one.id for one in results}) < len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    if len(call.params.text("next_offset").encode()) > MAX_OFFSET_BYTES:
        raise bad_request("NEXT_OFFSET_INVALID")
    button = _button(call)
    answer = InlineAnswer(
        results=results,
        next_offset=call.params.text("next_offset"),
        button_text=button.get("text"),
        start_parameter=button.get("start_parameter"),
        cache_time=call.params.integer("cache_time", CACHE_SECONDS),
        is_personal=call.params.flag("is_personal"),
    )
    query_id = call.params.text("inline_query_id")
    try:
        ask = call.world.inline_queries.answer(call.bot.id, query_id, answer)
    except QueryGoneError:
        raise bad_request(TOO_OLD) from None
    call.world.inline_cache.keep(ask, answer)
    call.world.publish(InlineAnswered(ask.person_id, query_id, answer))
    return True


def _button(call: Call) -> dict[str, Any]:
    button = call.params.object("button", "inline query results button")
    if button is None:
        return {}
    if not button.get("text"):
        raise bad_request('can\'t parse inline query results button: Field "text" must be of type String')
    if "web_app" not in button and not re.fullmatch(
        r"[\w-]{1,64}", str(button.get("start_parameter")), re.ASCII
    ):
        raise bad_request("START_PARAM_INVALID")
    return button


def _result(call: Call, item: Any) -> InlineResult:  # noqa: ANN401 - an element of a JSON array
    if not isinstance(item, dict) or not 1 <= len(str(item.get("id") or "").encode()) <= MAX_RESULT_ID_BYTES:
        raise bad_request("RESULT_ID_INVALID")
    given = call.params.within(item)
    kind = given.text("type")
    markup = item.get("reply_markup") or {}
    keyboard = inline_keyboard(markup["inline_keyboard"]) if "inline_keyboard" in markup else None
    photo_id = given.text("photo_file_id")
    if kind == "photo" and photo_id and call.world.files.photo(photo_id) is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return InlineResult(
        id=given.text("id"),
        type=kind,
        title=given.text("title") or None,
        description=given.text("description") or None,
        text=_content(call, item),
        photo_file_id=photo_id or None,
        keyboard=keyboard,
    )


def _content(call: Call, item: dict[str, Any]) -> StyledText | None:
    content = item.get("input_message_content")
    if isinstance(content, dict):
        return message_text(call.params.within(content), "message_text")
    if item.get("type") == "photo":
        styled = caption(call.params.within(item))
        return styled if styled.text else None
    raise bad_request("MESSAGE_EMPTY")


METHODS: dict[str, Method] = {
    "answercallbackquery": answer_callback_query,
    "answerinlinequery": answer_inline_query,
}
