"""/outfit, /hair and /tattoo: begin to try that on, where the shop has it."""

from collections.abc import Callable, Coroutine
from typing import Any

from telegram import Update

from bot.chat.screen import Screen
from bot.chat.screens import hair_pages, outfits, tattoos
from bot.texts import Translator
from bot.wish import Ability
from handlers.command import Command
from handlers.context import Context
from handlers.reading import place_of, visit_of


def _begin(
    ability: Ability, not_offered: Callable[[Translator], Screen]
) -> Callable[[Update, Context], Coroutine[Any, Any, None]]:
    async def begin(update: Update, context: Context) -> None:
        if (visit := visit_of(update)) is None:
            return
        services = context.services
        t = await services.entrance.greet(visit)
        if ability in services.asking.offers:
            await services.drafting.start(visit, ability)
        else:
            await services.chat.say(place_of(visit), not_offered(t))

    return begin


COMMANDS = (
    Command("outfit", _begin(Ability.OUTFIT, outfits.not_offered)),
    Command("hair", _begin(Ability.HAIRSTYLE, hair_pages.not_offered)),
    Command("tattoo", _begin(Ability.TATTOO, tattoos.not_offered)),
)
