"""Taps on buttons: one table from verb to handler. Every tap is answered, and an old button says so.

A module here for each subject, with a table ``TAPS`` of its own.
"""

from telegram import Message, Update

from bot.chat.codes import Verb, parse
from bot.chat.screens import drafting as words
from bot.chat.screens.grouped import PUBLIC
from handlers.context import Context
from handlers.reading import tapped, visit_of
from handlers.taps import confirming, drafting, groups, hair, links, looks, person, pictures, results, tattoos
from handlers.taps.tap import Tap, TapHandler

__all__ = ["TAPS", "Tap", "handle"]

TAPS: dict[Verb, TapHandler] = {
    **person.TAPS,
    **drafting.TAPS,
    **confirming.TAPS,
    **pictures.TAPS,
    **results.TAPS,
    **hair.TAPS,
    **links.TAPS,
    **looks.TAPS,
    **tattoos.TAPS,
    **groups.TAPS,
}

# What these send nobody needs twice.
SENDING = frozenset({Verb.FULL_SIZE, Verb.BEFORE_AFTER, Verb.SHARE_CARD})


async def handle(update: Update, context: Context) -> None:
    """Handle a tap on any button of ours."""
    visit, message, query = visit_of(update), tapped(update), update.callback_query
    if visit is None or query is None:
        return
    services = context.services
    code = parse(query.data or "")
    if not visit.is_private and await groups.is_for_somebody_else(services, visit, query, code):
        return
    if code is not None and code.verb in PUBLIC:
        # Whoever only votes stays unknown.
        t = services.texts.speak(visit.telegram_language)
    else:
        t = await services.entrance.greet(visit)
    if code is None or message is None:
        await services.chat.answer_tap(query.id, words.out_of_date(t), alert=True)
        return
    if isinstance(query.message, Message) and (query.message.photo or query.message.document):
        services.chat.note_picture(message)
    one = Tap(services, visit, t, query, code, message)
    if code.verb not in SENDING:
        await TAPS[code.verb](one)
    elif not services.doubles.is_one(visit.user_id, query.data or ""):
        await TAPS[code.verb](one)
        services.doubles.sent(visit.user_id, query.data or "")
    await one.answer()
