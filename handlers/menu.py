"""How the bot presents itself at Telegram: its commands and descriptions, per language and kind of chat."""

from collections.abc import Callable, Collection, Sequence

import structlog
from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)
from telegram.error import BadRequest, Forbidden

from bot.chat.screens.menu import (
    bot_description,
    bot_short_description,
    command_descriptions,
    group_command_descriptions,
    operator_command_descriptions,
)
from bot.texts import LANGUAGES, Texts, Translator
from bot.texts.catalogues import SOURCE_LANGUAGE
from bot.wish import Ability
from handlers import commands

Describe = Callable[[Translator], dict[str, str]]

log = structlog.get_logger(__name__)


async def publish(
    bot: Bot,
    texts: Texts,
    abilities: Collection[Ability],
    in_groups: Collection[Ability],
    operators: Sequence[int],
) -> None:
    """Tell Telegram in every language what there is: in private chats, in groups, and for operators."""

    def private(t: Translator) -> dict[str, str]:
        return {**command_descriptions(t, abilities), **commands.descriptions(t)}

    def operator(t: Translator) -> dict[str, str]:
        return {**private(t), **operator_command_descriptions(t)}

    await _set_commands(bot, texts, BotCommandScopeAllPrivateChats(), private)
    await _set_commands(
        bot, texts, BotCommandScopeAllGroupChats(), lambda t: group_command_descriptions(t, in_groups)
    )
    for user_id in operators:
        try:
            await _set_commands(bot, texts, BotCommandScopeChat(user_id), operator)
        except (BadRequest, Forbidden):
            log.info(
                "an operator has not written to the bot yet, so their menu stays as it is", user_id=user_id
            )
    await _describe(bot, texts, abilities)


async def _set_commands(bot: Bot, texts: Texts, scope: BotCommandScope, describe: Describe) -> None:
    for tag in LANGUAGES:
        commands = [BotCommand(name, text) for name, text in describe(texts.speak(tag)).items()]
        await bot.set_my_commands(commands, scope=scope, language_code=_code(tag))


async def _describe(bot: Bot, texts: Texts, abilities: Collection[Ability]) -> None:
    """Describe the bot, unless its operator did so in their own words."""
    english = texts.speak(SOURCE_LANGUAGE)
    kinds = ((), (Ability.HAIRSTYLE,), (Ability.TATTOO,), (Ability.HAIRSTYLE, Ability.TATTOO))
    ours = {"", *(bot_description(english, others) for others in kinds)}
    if (await bot.get_my_description()).description in ours:
        for tag in LANGUAGES:
            text = bot_description(texts.speak(tag), abilities)
            if (await bot.get_my_description(_code(tag))).description != text:
                await bot.set_my_description(text, _code(tag))
    if (await bot.get_my_short_description()).short_description in {"", bot_short_description(english)}:
        for tag in LANGUAGES:
            text = bot_short_description(texts.speak(tag))
            if (await bot.get_my_short_description(_code(tag))).short_description != text:
                await bot.set_my_short_description(text, _code(tag))


def _code(tag: str) -> str | None:
    return None if tag == SOURCE_LANGUAGE else tag
