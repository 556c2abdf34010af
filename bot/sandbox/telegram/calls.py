"""One method call of a bot, and what every method needs of it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.sandbox.telegram.bots import BotAccount
from bot.sandbox.telegram.errors import ApiError, bad_request, forbidden
from bot.sandbox.telegram.flood import FloodGuard
from bot.sandbox.telegram.model import Chat, Message, Status
from bot.sandbox.telegram.params import Params
from bot.sandbox.telegram.polls import Polls
from bot.sandbox.telegram.webhooks import Webhooks
from bot.sandbox.telegram.world import World


@dataclass(frozen=True, slots=True)
class Call:
    """A bot's call with its parameters; `gone` is set when the caller hangs up."""

    world: World
    bot: BotAccount
    params: Params
    flood: FloodGuard
    webhooks: Webhooks
    polls: Polls
    gone: asyncio.Event


Method = Callable[[Call], Awaitable[Any]]


def named_chat(call: Call, name: str = "chat_id") -> Chat:
    """Return the chat a parameter names, if the bot may know it."""
    text = call.params.text(name).strip()
    if not text:
        raise bad_request(f"{name} is empty")
    chat = _public_group(call, text) if text.startswith("@") else _by_id(call, text)
    if chat is None:
        raise bad_request("chat not found")
    if chat.migrated_to is not None:
        raise ApiError(
            400,
            "Bad Request: group chat was upgraded to a supergroup chat",
            migrate_to=chat.migrated_to,
        )
    return chat


def open_chat(call: Call, name: str = "chat_id") -> Chat:
    """Return the chat a parameter names, if the bot is let in there."""
    chat = named_chat(call, name)
    if chat.is_private:
        if not chat.started:
            raise forbidden("bot can't initiate conversation with a user")
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        return chat
    status = chat.members.get(call.bot.id, Status.LEFT)
    where = f"{chat.kind.value} chat"
    if status is Status.KICKED:
        raise forbidden(f"bot was kicked from the {where}")
    if status is Status.LEFT:
        raise forbidden(f"bot is not a member of the {where}")
    if chat.is_channel and not is_admin(chat, call.bot.id):
        raise bad_request("need administrator rights in the channel chat")
    return chat


def check_right(call: Call, chat: Chat, what: str) -> None:
    """Refuse what members of a group may not send; `what` is Telegram's word for it."""
    if is_admin(chat, call.bot.id):
        return
    allowed = {
        "text messages": chat.can_send_messages,
        "photos": chat.can_send_photos,
        "documents": chat.can_send_documents,
    }
    if not allowed[what]:
        raise bad_request(f"not enough rights to send {what} to the chat")


def is_admin(chat: Chat, user_id: int) -> bool:
    """Tell whether somebody may do everything in a chat."""
    return chat.is_private or chat.has_administrator(user_id)


def own_message(call: Call) -> tuple[Chat, Message]:
    """Return the message an edit names, by chat and id or by inline id."""
    inline_id = call.params.text("inline_message_id")
    if inline_id:
        chat, message_id = call.world.inline_messages.get(inline_id, (None, 0))
        message = call.world.message(chat, message_id) if chat else None
        if chat is None or message is None or message.via_bot_id != call.bot.id:
            raise bad_request("MESSAGE_ID_INVALID")
        return chat, message
    chat = open_chat(call)
    message = call.world.message(chat, call.params.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if message.sender_id != call.bot.id or message.forward_origin or message.note or message.payment:
        raise bad_request("message can't be edited")
    return chat, message


def named_user(call: Call) -> int:
    """Return the user_id parameter if somebody has it."""
    user_id = call.params.integer("user_id")
    if user_id not in call.world.people and user_id not in call.world.bots:
        raise bad_request("user not found")
    return user_id


def _public_group(call: Call, text: str) -> Chat | None:
    name = text[1:].lower()
    groups = call.world.groups.values()
    return next((one for one in groups if (one.username or "").lower() == name), None)


def _by_id(call: Call, text: str) -> Chat | None:
    try:
        chat_id = int(text)
    except ValueError:
        return None
    if chat_id < 0:
        return call.world.groups.get(chat_id)
    if chat_id in call.world.bots:
        raise forbidden("bot can't send messages to bots")
    if chat_id not in call.world.people:
        return None
    chat = call.world.private_chat(chat_id, call.bot.id)
    met = any(one.has_member(chat_id) and one.has_member(call.bot.id) for one in call.world.groups.values())
    return chat if chat.started or met else None
