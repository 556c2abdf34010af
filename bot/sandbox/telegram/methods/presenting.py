"""Methods by which a bot presents itself: names, descriptions, commands, menu button."""

import re
from typing import Any

from bot.sandbox.telegram.bots import Command, MenuButton
from bot.sandbox.telegram.calls import Call, Method, named_user
from bot.sandbox.telegram.changes import BotChanged
from bot.sandbox.telegram.errors import bad_request
from bot.sandbox.telegram.shapes import Json

MAX_COMMANDS = 100
MAX_NAME, MAX_DESCRIPTION, MAX_SHORT_DESCRIPTION = 64, 512, 120
SCOPES = frozenset({"default", "all_private_chats", "all_group_chats", "all_chat_administrators"})
CHAT_SCOPES = frozenset({"chat", "chat_administrators", "chat_member"})


async def set_my_commands(call: Call) -> bool:
    """Set the command menu for a scope and language."""
    listed = call.params.array("commands", "bot commands") or []
    if len(listed) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    call.bot.commands[_command_key(call)] = tuple(_command(item) for item in listed)
    return _changed(call)


async def get_my_commands(call: Call) -> list[Json]:
    """Return the command menu of exactly this scope and language."""
    commands = call.bot.commands.get(_command_key(call), ())
    return [{"command": one.command, "description": one.description} for one in commands]


async def delete_my_commands(call: Call) -> bool:
    """Drop the command menu of a scope and language."""
    call.bot.commands.pop(_command_key(call), None)
    return _changed(call)


async def set_my_name(call: Call) -> bool:
    """Set the bot's name for a language."""
    return _set_text(call, call.bot.names, "name", MAX_NAME)


async def get_my_name(call: Call) -> Json:
    """Return the bot's name for a language."""
    names = {"": call.bot.first_name, **call.bot.names}
    return {"name": _in_language(call, names)}


async def set_my_description(call: Call) -> bool:
    """Set what an empty chat with the bot shows."""
    return _set_text(call, call.bot.descriptions, "description", MAX_DESCRIPTION)


async def get_my_description(call: Call) -> Json:
    """Return what an empty chat with the bot shows."""
    return {"description": _in_language(call, call.bot.descriptions)}


async def set_my_short_description(call: Call) -> bool:
    """Set what the bot's profile shows."""
    return _set_text(call, call.bot.short_descriptions, "short_description", MAX_SHORT_DESCRIPTION)


async def get_my_short_description(call: Call) -> Json:
    """Return what the bot's profile shows."""
    return {"short_description": _in_language(call, call.bot.short_descriptions)}


async def set_chat_menu_button(call: Call) -> bool:
    """Set the menu button of one private chat, or of all without one of their own (chat 0)."""
    shape = call.params.object("menu_button", "menu button") or {"type": "default"}
    kind = str(shape.get("type"))
    if kind not in {"default", "commands", "web_app"}:
        raise bad_request("can't parse menu button: unsupported type specified")
    app = call.params.within(shape).object("web_app", "Web App") or {}
    if kind == "web_app" and not (shape.get("text") and app.get("url")):
        raise bad_request("can't parse menu button: text and Web App must be specified")
    button = MenuButton(kind, shape.get("text"), app.get("url"))
    call.bot.menu_buttons[_menu_chat(call)] = button
    return _changed(call)


async def get_chat_menu_button(call: Call) -> Json:
    """Return the menu button of a chat."""
    buttons = call.bot.menu_buttons
    button = buttons.get(_menu_chat(call)) or buttons.get(0) or MenuButton("commands")
    if button.type != "web_app":
        return {"type": button.type}
    return {"type": "web_app", "text": button.text, "web_app": {"url": button.web_app_url}}


def _menu_chat(call: Call) -> int:
    chat_id = call.params.integer("chat_id")
    if chat_id and chat_id not in call.world.people:
        raise bad_request("chat not found")
    return chat_id


def _changed(call: Call) -> bool:
    call.world.publish(BotChanged(call.bot.id))
    return True


def _set_text(call: Call, texts: dict[str, str], name: str, longest: int) -> bool:
    value = call.params.text(name)
    if len(value) > longest:
        raise bad_request(f"BOT_{name.upper()}_TOO_LONG")
    language = _language(call)
    if value:
        texts[language] = value
    else:
        texts.pop(language, None)
    return _changed(call)


def _in_language(call: Call, texts: dict[str, str]) -> str:
    return texts.get(_language(call)) or texts.get("", "")


def _language(call: Call) -> str:
    language = call.params.text("language_code")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad_request("LANG_CODE_INVALID")
    return language


def _command_key(call: Call) -> tuple[str, str]:
    scope: dict[str, Any] = call.params.object("scope", "BotCommandScope") or {"type": "default"}
    kind = str(scope.get("type"))
    if kind in SCOPES:
        return kind, _language(call)
    if kind not in CHAT_SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    given = call.params.within(scope)
    chat_id = given.integer("chat_id")
    if chat_id not in call.world.people and chat_id not in call.world.groups:
        raise bad_request("chat not found")
    user = f":{given.integer('user_id')}" if kind == "chat_member" else ""
    return f"{kind}:{chat_id}{user}", _language(call)


def _command(item: Any) -> Command:  # noqa: ANN401 - an element of a JSON array
    if not isinstance(item, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    name, description = str(item.get("command", "")).removeprefix("/"), str(item.get("description", ""))
    if not re.fullmatch(r"[a-z0-9_]{1,32}", name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= 256:  # noqa: PLR2004 - the limit is said by setMyCommands' page
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return Command(name, description)


async def get_user_profile_photos(call: Call) -> Json:
    """Say that people here have no pictures of themselves."""
    named_user(call)
    return {"total_count": 0, "photos": []}


METHODS: dict[str, Method] = {
    "setmycommands": set_my_commands,
    "getmycommands": get_my_commands,
    "deletemycommands": delete_my_commands,
    "setmyname": set_my_name,
    "getmyname": get_my_name,
    "setmydescription": set_my_description,
    "getmydescription": get_my_description,
    "setmyshortdescription": set_my_short_description,
    "getmyshortdescription": get_my_short_description,
    "setchatmenubutton": set_chat_menu_button,
    "getchatmenubutton": get_chat_menu_button,
    "getuserprofilephotos": get_user_profile_photos,
}
