"""What fields of one object mean for each other, in the documentation's words."""

import re
from collections.abc import Callable, Mapping
from typing import Any

Values = Mapping[str, Any]
Rule = Callable[[Values], list[str]]

# "Exactly one of the fields other than text, icon_custom_emoji_id, and style must be used"
NOT_AN_ACTION = frozenset({"text", "icon_custom_emoji_id", "style"})
# Not documented: Telegram answers "reply markup is too long", and its apps show eight buttons in a row.
MOST_BUTTONS, MOST_IN_A_ROW = 100, 8
TELEGRAM_LINK = re.compile(
    r"https?://(?:www\.)?t(?:elegram)?\.me/\w+/?\?(?P<query>.*)|tg://resolve\?(?P<inside>.*)"
)
PAYLOAD = re.compile(r"(?:^|&)(start|startgroup|startapp|startchannel)=([^&]*)")


def rule_problems(owner: str, values: Values) -> list[str]:
    """Return what is wrong with an object beyond its single fields."""
    found = [problem for rule in RULES.get(owner, ()) for problem in rule(values)]
    for mode, entities in (("parse_mode", "entities"), ("parse_mode", "caption_entities")):
        if values.get(mode) and values.get(entities):
            found.append(f'{entities} "can be specified instead of parse_mode", not beside it')
    return found


def _one_action(button: Values) -> list[str]:
    actions = sorted(
        name for name, value in button.items() if name not in NOT_AN_ACTION and value is not None
    )
    return [] if len(actions) == 1 else [f"exactly one action is wanted, here are {actions}"]


def _link(button: Values) -> list[str]:
    """Deep links: "A-Z, a-z, 0-9, _ and - are allowed ... up to 64 characters" (bots/features)."""
    match = TELEGRAM_LINK.match(str(button.get("url") or ""))
    payloads = PAYLOAD.findall(match["query"] or match["inside"] or "") if match else []
    return [
        f"the deep link's {name} is {payload[:80]!r}, not 1-64 of A-Z, a-z, 0-9, _ and -"
        for name, payload in payloads
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload) and not (name == "startgroup" and not payload)
    ]


def _keyboard(markup: Values) -> list[str]:
    rows = markup.get("inline_keyboard")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        return []
    longest, total = max([len(row) for row in rows], default=0), sum(len(row) for row in rows)
    found = (
        [f"a row has {longest} buttons, at most {MOST_IN_A_ROW} are shown"] if longest > MOST_IN_A_ROW else []
    )
    found += [f"there are {total} buttons, at most {MOST_BUTTONS} are taken"] if total > MOST_BUTTONS else []
    # By its description this kind of button "must always be the first button in the first row".
    paying = [
        (r, c)
        for r, row in enumerate(rows)
        for c, one in enumerate(row)
        if isinstance(one, dict) and one.get("pay")
    ]
    return found + ["a Pay button must be the first button" for place in paying if place != (0, 0)]


def _no_pay(values: Values) -> list[str]:
    """Pay buttons: "can only be used in invoice messages"."""
    markup = values.get("reply_markup")
    rows = markup.get("inline_keyboard", []) if isinstance(markup, dict) else []
    paying = any(
        isinstance(one, dict) and one.get("pay") for row in rows if isinstance(row, list) for one in row
    )
    return ["a Pay button can only be used in invoice messages"] if paying else []


def _edited(values: Values) -> list[str]:
    """Edits: "Required if inline_message_id is not specified", for chat_id and message_id."""
    by_chat = [values.get(name) is not None for name in ("chat_id", "message_id")]
    if values.get("inline_message_id") is not None:
        return ["inline_message_id beside chat_id or message_id"] if any(by_chat) else []
    return [] if all(by_chat) else ["neither chat_id with message_id nor inline_message_id is there"]


def _edited_text(values: Values) -> list[str]:
    return [] if values.get("text") or values.get("rich_message") else ["text is missing"]


def _inline_media(values: Values) -> list[str]:
    """Inline messages: "when an inline message is edited, a new file can't be uploaded"."""
    shape = values.get("media")
    media = str(shape.get("media")) if isinstance(shape, dict) else ""
    uploaded = values.get("inline_message_id") is not None and media.startswith("attach://")
    return ["a new file can't be uploaded into an inline message"] if uploaded else []


def _tap_link(values: Values) -> list[str]:
    """Taps: without a game "you may use links like t.me/your_bot?start=XXXX that open your bot"."""
    url = str(values.get("url") or "")
    opens = not url or re.fullmatch(r"https?://t\.me/\w+\?start=[A-Za-z0-9_-]{1,64}", url)
    return [] if opens else [f"the url {url[:80]!r} does not open a bot with a parameter"]


def _bill(values: Values) -> list[str]:
    """Stars: "must contain exactly one item", "Pass an empty string for payments in Telegram Stars"."""
    prices, found = values.get("prices"), []
    if values.get("currency") == "XTR":
        if not isinstance(prices, list) or len(prices) != 1:
            found.append("a bill in Stars has exactly one price")
        if values.get("provider_token"):
            found.append("a bill in Stars has no provider_token")
    return found


def _checkout(values: Values) -> list[str]:
    """Refusals: "error_message ... Required if ok is False"."""
    return (
        ["ok is False, so error_message is missing"]
        if values.get("ok") is False and not values.get("error_message")
        else []
    )


def _results(values: Values) -> list[str]:
    results = values.get("results")
    ids = [one.get("id") for one in results if isinstance(one, dict)] if isinstance(results, list) else []
    # Telegram answers RESULT_ID_DUPLICATE.
    return ["two results have one id"] if len(set(ids)) < len(ids) else []


def _results_button(values: Values) -> list[str]:
    """The button: "You must use exactly one of the optional fields"."""
    chosen = [name for name in ("web_app", "start_parameter") if values.get(name) is not None]
    return [] if len(chosen) == 1 else ["exactly one of web_app and start_parameter is wanted"]


def _reply(values: Values) -> list[str]:
    """Replies: message_id is "required if ephemeral_message_id isn't specified"."""
    named = values.get("message_id") is not None or values.get("ephemeral_message_id") is not None
    return [] if named else ["message_id is missing"]


def _commands(values: Values) -> list[str]:
    listed = values.get("commands")
    names = (
        [one.get("command") for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    )
    return ["two commands have one name"] if len(set(names)) < len(names) else []


RULES: Mapping[str, tuple[Rule, ...]] = {
    "InlineKeyboardButton": (_one_action, _link),
    "InlineKeyboardMarkup": (_keyboard,),
    "InlineQueryResultsButton": (_results_button,),
    "ReplyParameters": (_reply,),
    "sendMessage": (_no_pay,),
    "sendPhoto": (_no_pay,),
    "sendDocument": (_no_pay,),
    "editMessageText": (_edited, _edited_text, _no_pay),
    "editMessageCaption": (_edited, _no_pay),
    "editMessageMedia": (_edited, _inline_media, _no_pay),
    "answerCallbackQuery": (_tap_link,),
    "editMessageReplyMarkup": (_edited,),
    "sendInvoice": (_bill,),
    "createInvoiceLink": (_bill,),
    "answerPreCheckoutQuery": (_checkout,),
    "answerInlineQuery": (_results,),
    "setMyCommands": (_commands,),
}
