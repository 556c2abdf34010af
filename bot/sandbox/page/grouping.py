"""A group's settings as the page shows and changes them."""

from typing import Any

from bot.sandbox.telegram.changes import BotChanged
from bot.sandbox.telegram.model import Chat, ChatKind, Status
from bot.sandbox.telegram.world import World


def group_view(world: World, chat: Chat, person_id: int) -> dict[str, Any] | None:
    """Return how things stand between a group, the sandbox's bot and a person; None for other chats."""
    if chat.is_private:
        return None
    bot = world.bot
    status = chat.members.get(bot.id, Status.LEFT)
    return {
        "bot": "administrator" if chat.has_administrator(bot.id) else status.value,
        "privacy": bot.privacy_mode,
        "messages": chat.can_send_messages,
        "photos": chat.can_send_photos,
        "administrator": chat.has_administrator(person_id),
        "anonymous": chat.is_anonymous(person_id),
        "basic": chat.kind is ChatKind.GROUP,
    }


async def change_group(world: World, chat: Chat, person_id: int, change: str) -> Chat:
    """Change one thing and return the group, a new one after it became a supergroup."""
    what, _, state = change.rpartition("_")
    if change == "supergroup":
        return await world.person_migrates_group(person_id, chat)
    if what == "bot":
        await _change_bot(world, chat, person_id, state)
    elif what == "privacy":
        world.set_privacy_mode(world.bot.id, on=state == "on")
        world.publish(BotChanged(world.bot.id))
    elif what == "anonymous":
        world.set_anonymous(chat, person_id, on=state == "on")
    else:
        world.set_group_rights(chat, **{what: state == "on"})
    return chat


async def _change_bot(world: World, chat: Chat, person_id: int, state: str) -> None:
    bot_id = world.bot.id
    if state == "in":
        await world.person_adds_to_group(person_id, chat, bot_id)
    elif state == "out":
        await world.person_removes_from_group(person_id, chat, bot_id)
    else:
        await world.person_promotes(person_id, chat, bot_id, Status(state))
