"""Which commands a person's menu offers in a chat (core.telegram.org/bots/api#botcommandscope)."""

from collections.abc import Iterator

from bot.sandbox.telegram.bots import BotAccount, Command
from bot.sandbox.telegram.model import Chat, Status
from bot.sandbox.telegram.world import World

ADMINISTRATORS = frozenset({Status.CREATOR, Status.ADMINISTRATOR})


def commands_for(world: World, chat: Chat, person_id: int) -> list[dict[str, str]]:
    """Return the commands of the chat's bots in the person's language."""
    language = (world.person(person_id).language_code or "").partition("-")[0]
    return [
        {"command": one.command, "description": one.description, "bot": bot.username}
        for bot in world.bots_in(chat)
        for one in _commands(bot, chat, person_id, language)
    ]


def _commands(bot: BotAccount, chat: Chat, person_id: int, language: str) -> tuple[Command, ...]:
    """Return the first list that exists, the narrowest scope first and in it the person's language first."""
    for scope in _scopes(chat, person_id):
        for code in (language, ""):
            found = bot.commands.get((scope, code))
            if found:
                return found
    return ()


def _scopes(chat: Chat, person_id: int) -> Iterator[str]:
    if chat.is_private:
        yield f"chat:{chat.id}"
        yield "all_private_chats"
    else:
        yield f"chat_member:{chat.id}:{person_id}"
        administrator = chat.members.get(person_id) in ADMINISTRATORS
        if administrator:
            yield f"chat_administrators:{chat.id}"
        yield f"chat:{chat.id}"
        if administrator:
            yield "all_chat_administrators"
        yield "all_group_chats"
    yield "default"
