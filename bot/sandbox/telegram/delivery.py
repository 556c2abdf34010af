"""Which bots hear of what, and the updates they get."""

from bot.sandbox.telegram.bots import BotAccount
from bot.sandbox.telegram.entities import part_of
from bot.sandbox.telegram.model import Chat, Message, Status
from bot.sandbox.telegram.shapes import chat_json, member_json, message_json, user_json
from bot.sandbox.telegram.state import WorldState


def tell_bots(world: WorldState, chat: Chat, message: Message, *, edited: bool = False) -> None:
    """Queue a message, or its edit, for every bot that may read it."""
    kind = "channel_post" if chat.is_channel else "message"
    for bot in world.bots_in(chat):
        own = bot.id == message.sender_id and message.payment is None
        if not own and may_read(world, bot, chat, message):
            bot.queue.push(f"edited_{kind}" if edited else kind, message_json(world, chat, message))


def may_read(world: WorldState, bot: BotAccount, chat: Chat, message: Message) -> bool:
    """Tell whether a bot gets a message (Telegram's page on privacy mode).

    With privacy mode a bot in a group reads commands for it, what was sent through it, replies to all these
    and to itself, and service lines; in a channel it reads everything. A mere mention does not reach it,
    whatever BotFather's text says.
    """
    if chat.is_private or chat.is_channel or message.note is not None or message.payment is not None:
        return True
    if world.is_bot(message.sender_id):
        return False
    if not bot.privacy_mode or chat.members.get(bot.id) in {Status.ADMINISTRATOR, Status.CREATOR}:
        return True
    original = world.message(chat, message.reply_to_id)
    return _is_meant_for(bot, chat, message) or (original is not None and _is_meant_for(bot, chat, original))


def tell_reaction(world: WorldState, chat: Chat, before: Message, person_id: int, emoji: str | None) -> None:
    """Queue message_reaction for bots that may see it: in private chats, and in groups as administrators."""
    old = [{"type": "emoji", "emoji": one} for user_id, one in before.reactions if user_id == person_id]
    payload = {
        "chat": chat_json(world, chat),
        "message_id": before.id,
        "user": user_json(world, person_id),
        "date": world.unix_now(),
        "old_reaction": old,
        "new_reaction": [{"type": "emoji", "emoji": emoji}] if emoji else [],
    }
    for bot in world.bots_in(chat):
        if chat.is_private or chat.members.get(bot.id) is Status.ADMINISTRATOR:
            bot.queue.push("message_reaction", payload)


def tell_membership(
    world: WorldState, bot: BotAccount, chat: Chat, actor_id: int, before: Status, after: Status
) -> None:
    """Queue my_chat_member: somebody blocked, added, promoted or removed the bot."""
    user = {"user": user_json(world, bot.id)}
    old = {**user, "status": before.value} | ({"until_date": 0} if before is Status.KICKED else {})
    chat.members[bot.id] = after
    new = member_json(world, chat, bot.id)
    payload = {
        "chat": chat_json(world, chat),
        "from": user_json(world, actor_id),
        "date": world.unix_now(),
        "old_chat_member": old,
        "new_chat_member": new,
    }
    bot.queue.push("my_chat_member", payload)


def _is_meant_for(bot: BotAccount, chat: Chat, message: Message) -> bool:
    return bot.id in {message.sender_id, message.via_bot_id} or _commands(bot, chat, message)


def _commands(bot: BotAccount, chat: Chat, message: Message) -> bool:
    for entity in message.entities:
        if entity.type != "bot_command" or entity.offset > 0:
            continue
        _, _, addressee = part_of(message.text or "", entity).partition("@")
        if addressee:
            return addressee.lower() == bot.username.lower()
        # A command without a name is for whichever bot spoke last, or for any while none has.
        return chat.last_speaking_bot_id in {None, bot.id}
    return False
