"""The commands that Telegram shows in its menu, per language."""

from collections.abc import Collection

from telegram import Bot, BotCommand, BotCommandScopeAllPrivateChats

from bot.chat.screens.menu import command_descriptions
from bot.texts import LANGUAGES, Texts
from bot.texts.catalogues import SOURCE_LANGUAGE
from bot.wish import Ability


async def publish(bot: Bot, texts: Texts, abilities: Collection[Ability]) -> None:
    """Tell Telegram the commands of private chats in every language: those of what can be tried on here."""
    for tag in LANGUAGES:
        described = command_descriptions(texts.speak(tag), abilities)
        await bot.set_my_commands(
            [BotCommand(name, text) for name, text in described.items()],
            scope=BotCommandScopeAllPrivateChats(),
            language_code=None if tag == SOURCE_LANGUAGE else tag,
        )
