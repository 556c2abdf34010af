"""The world as one person's page shows it, in JSON; messages in a module of their own.

A private chat goes by the bot's id here, as in Telegram's apps, where it is the bot one talks to.
"""

from typing import Any

from bot.sandbox.page.commands import commands_for
from bot.sandbox.page.grouping import group_view
from bot.sandbox.page.message_view import message_view, name_of, paid_bills, summary
from bot.sandbox.telegram.bots import BotAccount
from bot.sandbox.telegram.model import Chat, Message, Person
from bot.sandbox.telegram.state import NotPossibleError
from bot.sandbox.telegram.world import World

Json = dict[str, Any]
GENERAL_TOPIC = 0
COUNTED_UNREAD = 100
LANGUAGES = {
    "en": "English",
    "es": "Spanish",
    "ar": "Arabic",
    "de": "German",
    "fa": "Persian",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "pt-br": "Portuguese (Brazil)",
    "ru": "Russian",
    "tr": "Turkish",
    "uk": "Ukrainian",
}


def peer_of(chat: Chat) -> int:
    """Return the id the page knows a chat by."""
    return chat.bot_id if chat.is_private else chat.id


def chat_of(world: World, person_id: int, peer: int) -> Chat:
    """Return one of a person's chats by the page's id; NotPossibleError."""
    world.person(person_id)
    if peer > 0:
        if peer not in world.bots:
            raise NotPossibleError("this bot is not here any more")
        return world.private_chat(person_id, peer)
    chat = world.chat(peer)
    if not sees(chat, person_id):
        raise NotPossibleError("this person is not in that group")
    return chat


def sees(chat: Chat, person_id: int) -> bool:
    """Tell whether a chat is in somebody's list."""
    return chat.id == person_id if chat.is_private else chat.has_member(person_id)


def people_view(world: World) -> list[Json]:
    """Return everybody one can be."""
    return [_person(one) for one in world.people.values()]


def chats_view(world: World, person_id: int) -> list[Json]:
    """Return a person's chats, the one with the world's own bot always among them."""
    world.private_chat(person_id)
    return [chat_view(world, chat, person_id) for chat in world.chats_of(person_id)]


def chat_view(world: World, chat: Chat, person_id: int) -> Json:
    """Return one chat with all that its header, list entry and text field need."""
    messages = world.messages(chat)
    bot = world.bots[chat.bot_id] if chat.is_private else None
    language = world.person(person_id).language_code or "en"
    keyboard = chat.reply_keyboard
    return {
        "id": peer_of(chat),
        "kind": "private" if chat.is_private else "channel" if chat.is_channel else "group",
        "title": chat.title or (bot_name(bot, language) if bot else ""),
        "bot": bot_view(bot, language) if bot else None,
        "started": chat.started,
        "blocked": chat.blocked,
        "can_write": _can_write(chat, person_id),
        "group": group_view(world, chat, person_id),
        "forum": chat.is_forum,
        "topics": _topics(chat, person_id),
        "members": [_member(world, one) for one in chat.members if chat.has_member(one)],
        "commands": commands_for(world, chat, person_id),
        "reply_keyboard": [list(row) for row in keyboard.rows] if keyboard else None,
        "placeholder": keyboard.placeholder if keyboard else None,
        "last": last_view(world, chat, person_id),
        "history": [one.id for one in messages[-COUNTED_UNREAD:] if one.sender_id != person_id],
    }


def _can_write(chat: Chat, person_id: int) -> bool:
    if chat.is_channel and not chat.has_administrator(person_id):
        return False
    return sees(chat, person_id) and chat.migrated_to is None


def last_view(world: World, chat: Chat, person_id: int) -> Json | None:
    """Return what a chat's entry in the list says of its newest message."""
    messages = world.messages(chat)
    return summary(world, messages[-1], person_id) if messages else None


def messages_view(world: World, chat: Chat) -> list[Json]:
    """Return all messages of a chat."""
    messages = world.messages(chat)
    paid = paid_bills(messages)
    return [message_view(world, chat, one, paid) for one in messages]


def one_message_view(world: World, chat: Chat, message: Message) -> Json:
    """Return one message."""
    paid = paid_bills(world.messages(chat)) if message.invoice else frozenset[int]()
    return message_view(world, chat, message, paid)


def bot_view(bot: BotAccount, language: str) -> Json:
    """Return a bot as its chat introduces it."""
    about = _in_language(bot.descriptions, language) or _in_language(bot.short_descriptions, language)
    return {
        "id": bot.id,
        "name": bot_name(bot, language),
        "username": bot.username,
        "about": about,
        "awake": bot.connected,
        "inline": bot.inline_enabled,
        "bot": True,
    }


def bot_name(bot: BotAccount, language: str) -> str:
    """Return a bot's name in a language."""
    return _in_language(bot.names, language) or bot.name


def _in_language(texts: dict[str, str], language: str) -> str:
    return texts.get(language) or texts.get(language.partition("-")[0]) or texts.get("", "")


def _person(person: Person) -> Json:
    return {
        "id": person.id,
        "name": " ".join(part for part in (person.first_name, person.last_name) if part),
        "first_name": person.first_name,
        "username": person.username,
        "language": person.language_code or "en",
        "bot": False,
    }


def _member(world: World, user_id: int) -> Json:
    username = world.bots[user_id].username if world.is_bot(user_id) else world.person(user_id).username
    return {
        "id": user_id,
        "name": name_of(world, user_id),
        "username": username,
        "bot": world.is_bot(user_id),
    }


def _topics(chat: Chat, person_id: int) -> list[Json]:
    if not chat.is_forum:
        return []
    general = {"id": GENERAL_TOPIC, "name": "General", "closed": False, "can_write": True}
    named = [
        {
            "id": one.id,
            "name": one.name,
            "closed": one.closed,
            "can_write": not chat.is_closed_for(person_id, one.id),
        }
        for one in chat.topics.values()
    ]
    return [general, *named]
