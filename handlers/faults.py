"""What happens when a handler raises: the dispatcher hears of it and tries again, the person hears last."""

from telegram import Update

from bot.chat.screens import basics
from handlers.context import FAILURES, Context
from handlers.dressing import for_visit
from handlers.reading import place_of, visit_of


async def remember(update: object, context: Context) -> None:
    """Hand the exception to whoever had the update handled."""
    del update
    if context.error is not None:
        FAILURES.get().append(context.error)


async def apologise(update: Update, context: Context) -> None:
    """Tell the person that their update could not be handled, with a way on."""
    visit = visit_of(update)
    if visit is None:
        return
    t = context.services.texts.speak(visit.telegram_language)
    await context.services.chat.say(place_of(visit), for_visit(visit, basics.something_broke(t)))
