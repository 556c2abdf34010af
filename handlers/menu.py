"""The commands that Telegram shows in its menu, per language and kind of chat."""

from collections.abc import Callable, Collection

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
)

from bot.chat.screens.menu import command_descriptions, group_command_descriptions
from bot.texts import LANGUAGES, Texts, Translator
from bot.texts.catalogues import SOURCE_LANGUAGE
from bot.wish import Ability

Describe = Callable[[Translator], dict[str, str]]


async def publish(
    bot: Bot, texts: Texts, abilities: Collection[Ability], in_groups: Collection[Ability]
) -> None:
    """Tell Telegram the commands in every language: those of what can be tried on in each kind of chat."""
    menus: tuple[tuple[BotCommandScope, Describe], ...] = (
        (BotCommandScopeAllPrivateChats(), lambda t: command_descriptions(t, abilities)),
        (BotCommandScopeAllGroupChats(), lambda t: group_command_descriptions(t, in_groups)),
    )
    for tag in LANGUAGES:
        for scope, describe in menus:
            described = describe(texts.speak(tag))
            await bot.set_my_commands(
                [BotCommand(name, text) for name, text in described.items()],
                scope=scope,
                language_code=None if tag == SOURCE_LANGUAGE else tag,
            )
