"""Photos, image files, and everything else that is neither photo nor command."""

from telegram import Message, Update

from bot.chat.screens import basics
from bot.tryon.looking import NotTaken
from handlers import looks, typed
from handlers.context import Context
from handlers.reading import place_of, replied_slot, slot_of, visit_of
from handlers.refusals import refusal, refuse


async def photo(update: Update, context: Context) -> None:
    """Take a photo into the person's draft."""
    visit, message = visit_of(update), update.effective_message
    if visit is None or message is None or _is_shown_inline(message, context):
        return
    services = context.services
    t = await services.entrance.greet(visit)
    if await looks.keep(services, visit, t, message):
        return
    slot = slot_of(message)
    if slot is None:
        await refuse(services, visit, message, basics.only_pictures(t))
        return
    answer = await services.drafting.photo(visit, slot, replied_slot(message))
    if isinstance(answer, NotTaken):
        await refuse(services, visit, message, refusal(t, answer))


def _is_shown_inline(message: Message, context: Context) -> bool:
    """Return whether it is a picture of ours that the person shows here as they could in any other chat."""
    return message.via_bot is not None and message.via_bot.id == context.bot.id


async def edited(update: Update, context: Context) -> None:
    """Take the photo that somebody put into a message they had sent; edited words change nothing."""
    visit, message = visit_of(update), update.effective_message
    slot = slot_of(message) if message else None
    if visit is None or slot is None:
        return
    services = context.services
    t = await services.entrance.greet(visit)
    answer = await services.drafting.edited(visit, slot)
    if isinstance(answer, NotTaken):
        await services.chat.say(place_of(visit, reply=True), refusal(t, answer))


async def anything_else(update: Update, context: Context) -> None:
    """Answer what is neither a command nor a photo."""
    visit, message = visit_of(update), update.effective_message
    if visit is None or message is None:
        return
    services = context.services
    t = await services.entrance.greet(visit)
    if message.text and await typed.heard(services, visit, t, message.text):
        return
    if not message.text:
        await refuse(services, visit, message, basics.only_pictures(t))
    elif not await services.drafting.ask_again(visit):
        await services.chat.say(place_of(visit), basics.not_understood(t, abilities=services.asking.offers))
