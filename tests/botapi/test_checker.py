"""The checker knows a legal call of the Bot API from an illegal one, and says what is illegal about it."""

import json
from typing import Any

import pytest

from tests.botapi.checker import problems_of
from tests.botapi.limits import LIMITS, SHAPES
from tests.botapi.schema import the_schema

BUTTON = {"text": "Try it on", "callback_data": "go:1"}
PRICES = '[{"label": "Ten", "amount": 75}]'
PHOTO = {"type": "photo", "media": "A"}
TRY = {"command": "try", "description": "Try it on"}
RESULT = {"type": "photo", "id": "1", "photo_file_id": "AgAC"}


def keyboard(*rows: list[dict[str, Any]]) -> str:
    return json.dumps({"inline_keyboard": rows})


def message(**more: Any) -> tuple[str, dict[str, Any]]:
    return "sendMessage", {"chat_id": "5", "text": "a", **more}


def html(text: str) -> tuple[str, dict[str, Any]]:
    return message(text=text, parse_mode="HTML")


def button(**fields: Any) -> tuple[str, dict[str, Any]]:
    return message(reply_markup=keyboard([fields]))


def results(*offers: dict[str, Any], **more: Any) -> tuple[str, dict[str, Any]]:
    return "answerInlineQuery", {"inline_query_id": "1", "results": json.dumps(offers), **more}


def commands(*listed: dict[str, Any], **more: Any) -> tuple[str, dict[str, Any]]:
    return "setMyCommands", {"commands": json.dumps(listed), **more}


def bill(**more: Any) -> tuple[str, dict[str, Any]]:
    given = {
        "chat_id": "5",
        "title": "T",
        "description": "D",
        "payload": "p",
        "currency": "XTR",
        "prices": PRICES,
    }
    return "sendInvoice", {**given, **more}


def media(**shape: Any) -> tuple[str, dict[str, Any]]:
    return "editMessageMedia", {"chat_id": "5", "message_id": "3", "media": json.dumps(shape)}


def album(*parts: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    return "sendMediaGroup", {"chat_id": "5", "media": json.dumps(parts)}


LEGAL = [
    (("getMe", {}), {}),
    (message(), {}),
    (("sendMessage", {"chat_id": 5, "text": "Hi", "reply_markup": {"inline_keyboard": [[BUTTON]]}}), {}),
    (message(chat_id="@shop", text="x" * 4096, reply_markup=keyboard([BUTTON])), {}),
    # 4096 are counted without the marks.
    (html(f"<b>{'x' * 4096}</b>"), {}),
    (html('a &lt; b <a href="https://x.org/?a=1&amp;b">c</a>'), {}),
    (html('<pre><code class="language-py">1</code></pre>'), {}),
    (message(text="1 < 2 & 3"), {}),
    (message(reply_parameters='{"message_id": 3}'), {}),
    (message(link_preview_options='{"is_disabled": true}'), {}),
    (button(text="b", url="https://t.me/bot?start=look_1-A"), {}),
    (button(text="b", url="https://t.me/bot?startgroup="), {}),
    (button(text="b", switch_inline_query=""), {}),
    (message(reply_markup='{"keyboard": [[{"text": "b"}]]}'), {}),
    (message(reply_markup='{"remove_keyboard": true}'), {}),
    (("sendPhoto", {"chat_id": "5", "photo": "AgAC", "has_spoiler": "true"}), {}),
    (("sendPhoto", {"chat_id": "5", "caption": "x" * 1024}), {"photo": 1000}),
    (("sendPhoto", {"chat_id": "5", "photo": "attach://one"}), {"one": 1000}),
    (media(type="photo", media="attach://a"), {"a": 9}),
    (("editMessageReplyMarkup", {"inline_message_id": "BAAA"}), {}),
    (album(PHOTO, {"type": "photo", "media": "attach://a"}), {"a": 9}),
    (commands(TRY, scope='{"type": "chat_member", "chat_id": -5, "user_id": 7}', language_code="ar"), {}),
    (("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 200, "show_alert": "true"}), {}),
    (("answerCallbackQuery", {"callback_query_id": "1", "url": "https://t.me/bot?start=look"}), {}),
    (results(RESULT, button='{"text": "Open", "start_parameter": "inline"}', cache_time="0"), {}),
    (bill(provider_token="", reply_markup=keyboard([{"text": "Pay", "pay": True}])), {}),
    (("answerPreCheckoutQuery", {"pre_checkout_query_id": "1", "ok": "false", "error_message": "Gone"}), {}),
    (
        (
            "setMessageReaction",
            {"chat_id": "5", "message_id": "3", "reaction": '[{"type": "emoji", "emoji": "👍"}]'},
        ),
        {},
    ),
    (("getUpdates", {"timeout": "10", "allowed_updates": '["message"]'}), {}),
]

ILLEGAL = [
    (("sendHologram", {}), {}, "no method"),
    (("sendmessage", {"chat_id": "5", "text": "a"}), {}, "is spelt sendMessage"),
    (("sendMessage", {"text": "a"}), {}, "chat_id is missing"),
    (message(colour="red"), {}, "colour is unknown"),
    (message(reply_to_message_id="3"), {}, "reply_to_message_id is unknown"),
    (message(chat_id="ann"), {}, "'ann'"),
    (message(message_thread_id="top"), {}, "is no JSON for Integer"),
    (message(message_thread_id="1.5"), {}, "not Integer"),
    (message(disable_notification="1"), {}, "not Boolean"),
    (message(text=5), {}, "not String"),
    (message(text=""), {}, "has 0 characters"),
    (html("<b> </b>"), {}, "has 0 characters"),
    (message(text="😀" * 2049), {}, "has 4098 characters"),
    (html("<b>a"), {}, "left open"),
    (html("<b><i>a</b></i>"), {}, "closes nothing"),
    (html("<h1>a</h1>"), {}, "<h1> is not allowed"),
    (html('<b class="x">a</b>'), {}, "is not allowed"),
    (html("<code><b>a</b></code>"), {}, "<b> inside <code>"),
    (html("1 < 2"), {}, "'<' is not escaped"),
    (html("you & me"), {}, "'&' is not escaped"),
    (html("a&nbsp;b"), {}, "'&' is not escaped"),
    (message(parse_mode="html5"), {}, "'html5'"),
    (
        message(parse_mode="HTML", entities='[{"type": "bold", "offset": 0, "length": 1}]'),
        {},
        "instead of parse_mode",
    ),
    (message(reply_markup="{"), {}, "is no JSON"),
    (button(text="a"), {}, "exactly one action"),
    (button(**BUTTON, url="https://x.org"), {}, "exactly one action"),
    (button(text="", callback_data="a"), {}, "has 0 characters"),
    (button(text="a", callback_data="я" * 33), {}, "has 66 bytes"),
    (button(text="a", callback_data=""), {}, "has 0 bytes"),
    (button(**BUTTON, style="pink"), {}, "not one of"),
    (button(**BUTTON, colour="red"), {}, "colour is unknown"),
    (message(reply_markup=keyboard([BUTTON] * 9)), {}, "a row has 9 buttons"),
    (message(reply_markup=keyboard(*[[BUTTON] * 6] * 17)), {}, "there are 102 buttons"),
    (button(text="a", url="javascript:x"), {}, "HTTP or tg://"),
    (button(text="a", url="https://t.me/bot?start=a%20b"), {}, "deep link"),
    (button(text="a", url=f"https://t.me/bot?start={'a' * 65}"), {}, "deep link"),
    (button(text="a", pay=True), {}, "only be used in invoice"),
    (message(reply_parameters="{}"), {}, "message_id is missing"),
    (message(reply_parameters='{"message_id": "3"}'), {}, "not Integer"),
    (message(link_preview_options='{"disabled": true}'), {}, "disabled is unknown"),
    (("sendPhoto", {"chat_id": "5"}), {}, "photo is missing"),
    (("sendPhoto", {"chat_id": "5", "photo": "attach://one"}), {}, "there is no upload one"),
    (("sendPhoto", {"chat_id": "5", "photo": "A"}), {"other": 5}, "nothing names the upload other"),
    (("sendPhoto", {"chat_id": "5"}), {"photo": 0}, "has 0 bytes"),
    (("sendPhoto", {"chat_id": "5"}), {"photo": 10 * 1024 * 1024 + 1}, "are taken"),
    (("sendPhoto", {"chat_id": "5", "photo": "A", "caption": "x" * 1025}), {}, "has 1025 characters"),
    (("editMessageText", {"text": "a", "chat_id": "5"}), {}, "neither chat_id with message_id"),
    (("editMessageText", {"chat_id": "5", "message_id": "3"}), {}, "text is missing"),
    (
        ("editMessageReplyMarkup", {"inline_message_id": "3", "reply_markup": '{"keyboard": []}'}),
        {},
        "inline_keyboard is missing",
    ),
    (media(type="picture", media="A"), {}, "not one of"),
    (media(type="photo"), {}, "media is missing"),
    (album(PHOTO), {}, "has 1 items"),
    (album(PHOTO, {**PHOTO, "caption": "x" * 1025}), {}, "has 1025 characters"),
    (commands({**TRY, "command": "Try"}), {}, "only lowercase"),
    (commands({**TRY, "description": ""}), {}, "has 0 characters"),
    (commands(TRY, TRY), {}, "two commands"),
    (commands(TRY, scope='{"type": "everybody"}'), {}, "not one of"),
    (commands(TRY, scope='{"type": "chat"}'), {}, "chat_id is missing"),
    (commands(TRY, language_code="pt-BR"), {}, "two-letter"),
    (("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201}), {}, "has 201 characters"),
    (("answerCallbackQuery", {"callback_query_id": "1", "url": "https://x.org"}), {}, "does not open a bot"),
    (
        ("editMessageMedia", {"inline_message_id": "B", "media": '{"type": "photo", "media": "attach://a"}'}),
        {"a": 9},
        "can't be uploaded into an inline message",
    ),
    (results(*[{**RESULT, "id": str(n)} for n in range(51)]), {}, "has 51 items"),
    (results(RESULT, RESULT), {}, "two results have one id"),
    (results({**RESULT, "id": ""}), {}, "has 0 bytes"),
    (results({**RESULT, "photo_file_id": None}), {}, "missing"),
    (results(button='{"text": "Open"}'), {}, "exactly one of web_app"),
    (results(button='{"text": "Open", "start_parameter": "a b"}'), {}, "only A-Z"),
    (results(next_offset="x" * 65), {}, "has 65 bytes"),
    (bill(prices="[]"), {}, "exactly one price"),
    (bill(prices='[{"label": "a"}]'), {}, "amount is missing"),
    (bill(provider_token="secret"), {}, "no provider_token"),
    (
        ("answerPreCheckoutQuery", {"pre_checkout_query_id": "1", "ok": "false"}),
        {},
        "error_message is missing",
    ),
    (("sendChatAction", {"chat_id": "5", "action": "dance"}), {}, "'dance'"),
    (("setWebhook", {"url": "https://x.org", "secret_token": "no spaces"}), {}, "'no spaces'"),
]


@pytest.mark.parametrize(("call", "uploads"), LEGAL)
def test_legal_call_has_no_problems(call, uploads):
    assert problems_of(*call, uploads) == []


@pytest.mark.parametrize(("call", "uploads", "reason"), ILLEGAL)
def test_illegal_call_is_named_for_what_is_illegal(call, uploads, reason):
    assert any(reason in problem for problem in problems_of(*call, uploads))


@pytest.mark.parametrize("limit", LIMITS, ids=lambda one: f"{one.owner}.{one.field}")
def test_every_limit_speaks_of_a_field_that_exists_and_of_no_other_limit(limit):
    assert _agrees(limit)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda one: f"{one.owner}.{one.field}")
def test_every_shape_speaks_of_a_field_that_exists(shape):
    assert _fields_of(shape)


def _fields_of(entry):
    schema = the_schema()
    owners = {**schema.methods, **schema.types}
    return [
        fields[entry.field]
        for owner, fields in owners.items()
        if entry.field in fields and entry.concerns(owner, entry.field)
    ]


def _agrees(limit):
    """The words stand in the schema wherever that has kept a sentence about numbers for the field."""
    fields = _fields_of(limit)
    return fields and all(
        limit.words.lower() in field.words.lower()
        for field in fields
        if any(c.isdigit() for c in field.words)
    )
