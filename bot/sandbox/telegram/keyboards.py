"""The reply_markup parameter: inline keyboards checked as Telegram checks them, and the others."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.sandbox.telegram.errors import bad_request
from bot.sandbox.telegram.model import Button, Keyboard, ReplyKeyboard
from bot.sandbox.telegram.params import Params

MAX_CALLBACK_BYTES = 64
MAX_BUTTONS = 100
_STYLES = frozenset({None, "danger", "success", "primary"})
Markup = Keyboard | ReplyKeyboard | None


def reply_markup(params: Params) -> Markup:
    """Return the markup of a message; an empty ReplyKeyboard takes the keyboard away."""
    shape = params.object("reply_markup", "reply markup")
    if not shape:
        return None
    if "inline_keyboard" in shape:
        return inline_keyboard(shape["inline_keyboard"])
    if "keyboard" in shape:
        return _reply_keyboard(shape)
    if shape.get("remove_keyboard"):
        return ReplyKeyboard(rows=())
    return None


def edited_keyboard(params: Params) -> Keyboard | None:
    """Return the inline keyboard of an edit; without one the buttons go."""
    markup = reply_markup(params)
    return markup if isinstance(markup, Keyboard) else None


def inline_keyboard(rows: Any) -> Keyboard | None:  # noqa: ANN401 - a JSON value
    """Return an inline keyboard, None when it has no buttons."""
    if not isinstance(rows, list) or any(not isinstance(row, list) for row in rows):
        raise bad_request("can't parse inline keyboard: expected an Array of Arrays")
    keyboard = Keyboard(tuple(tuple(_button(item) for item in row) for row in rows if row))
    if len(keyboard.buttons()) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    return keyboard if keyboard.rows else None


def _reply_keyboard(shape: dict[str, Any]) -> ReplyKeyboard:
    rows = shape["keyboard"]
    if not isinstance(rows, list) or any(not isinstance(row, list) for row in rows):
        raise bad_request("can't parse keyboard: expected an Array of Arrays")
    texts = tuple(tuple(_label(item) for item in row) for row in rows)
    return ReplyKeyboard(
        rows=texts,
        placeholder=shape.get("input_field_placeholder"),
        one_time=bool(shape.get("one_time_keyboard")),
    )


def _label(item: Any) -> str:  # noqa: ANN401 - a JSON value
    text = item.get("text") if isinstance(item, dict) else item
    if not isinstance(text, str) or not text:
        raise bad_request('can\'t parse keyboard button: Field "text" must be of type String')
    return text


def _button(item: Any) -> Button:  # noqa: ANN401 - a JSON value
    if not isinstance(item, dict):
        raise bad_request("can't parse inline keyboard button: expected an Object")
    text = item.get("text")
    if not isinstance(text, str) or not text:
        raise bad_request('can\'t parse inline keyboard button: Field "text" must be of type String')
    return _action(text, item)


def _action(text: str, item: dict[str, Any]) -> Button:
    for field, make in _ACTIONS.items():
        if item.get(field) is not None:
            return replace(make(text, item[field]), style=_style(item))
    raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")


def _style(item: dict[str, Any]) -> str | None:
    style = item.get("style")
    if style not in _STYLES:
        raise bad_request("can't parse inline keyboard button: unsupported button style specified")
    return style


def _callback_button(text: str, data: Any) -> Button:  # noqa: ANN401 - a JSON value
    if not isinstance(data, str):
        raise bad_request('can\'t parse inline keyboard button: Field "callback_data" must be of type String')
    if not 1 <= len(data.encode()) <= MAX_CALLBACK_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    return Button(text=text, callback_data=data)


def _url_button(text: str, url: str) -> Button:
    if not re.match(r"(?:https?|tg|ton)://\S+$|(?:[\w-]+\.)+\w+\S*$", url):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    if re.match(r"https?://(?:localhost|127\.0\.0\.1)(?:[:/]|$)", url):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    return Button(text=text, url=url)


def _chosen_chat_button(text: str, value: Any) -> Button:  # noqa: ANN401 - a JSON value
    if not isinstance(value, dict):
        raise bad_request("can't parse inline keyboard button: expected an Object")
    return Button(text=text, switch_inline_query_chosen_chat=value)


def _inner(value: Any, name: str) -> str:  # noqa: ANN401 - a JSON value
    if not isinstance(value, dict):
        raise bad_request("can't parse inline keyboard button: expected an Object")
    return str(value.get(name, ""))


_ACTIONS: dict[str, Callable[[str, Any], Button]] = {
    "callback_data": _callback_button,
    "url": lambda text, value: _url_button(text, str(value)),
    "web_app": lambda text, value: Button(text=text, web_app_url=_inner(value, "url")),
    "copy_text": lambda text, value: Button(text=text, copy_text=_inner(value, "text")),
    "pay": lambda text, _: Button(text=text, pay=True),
    "switch_inline_query": lambda text, value: Button(text=text, switch_inline_query=str(value)),
    "switch_inline_query_current_chat": lambda text, value: Button(
        text=text, switch_inline_query_current_chat=str(value)
    ),
    "switch_inline_query_chosen_chat": _chosen_chat_button,
}
