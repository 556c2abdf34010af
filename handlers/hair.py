"""Words for what is looked for among the haircuts, or for a colour."""

from bot.chat.screen import Screen
from bot.chat.screens import drafting, hair_pages
from bot.chat.screens import hair as hair_names
from bot.conversation import LONGEST_COLOR, LONGEST_QUERY, Ask, ColorPicked, Draft, Said, ask, tidied
from bot.texts import Translator
from bot.tryon.drafting import Change
from bot.visit import Visit
from bot.wish import Ability
from handlers.context import Services
from handlers.dressing import for_visit
from handlers.reading import place_of


async def said(services: Services, visit: Visit, t: Translator, words: str) -> bool:
    """Look for a haircut, or take a colour, where one is asked for; return whether the words were for it."""
    plain = tidied(words)
    if not plain:
        return False
    event = Said(plain, hair_names.meant_color(t, plain))
    change = await services.drafting.apply(visit, event, lambda draft: _takes(draft, plain))
    if change is not Change.NO_DRAFT:
        color = ColorPicked(event.meant or plain, chosen=True)
        if change is Change.NOTHING and await services.hair.refuses(visit, color):
            too_many = Screen(hair_pages.too_few_or_many(t))
            await services.chat.say(place_of(visit), for_visit(visit, too_many))
        else:
            await services.asking.ask(visit.chat_id, visit.user_id)
        return True
    if not await services.hair.is_waiting_for_words(visit):
        return False
    too_long = drafting.words_too_long(t, most=LONGEST_COLOR)
    await services.chat.say(place_of(visit), for_visit(visit, too_long))
    return True


def _takes(draft: Draft, words: str) -> bool:
    asked = ask(draft, consented=True) if draft.ability is Ability.HAIRSTYLE else None
    longest = {Ask.HAIR: LONGEST_QUERY, Ask.COLOR: LONGEST_COLOR}
    return asked in longest and len(words) <= longest[asked]
