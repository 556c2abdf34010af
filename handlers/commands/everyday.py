"""What everybody needs: /start, /help, /credits, /language, /cancel."""

from telegram import Update

from bot.chat.screens import basics
from handlers import cancelling, payloads
from handlers.command import Command
from handlers.context import Context
from handlers.reading import place_of, visit_of


async def start(update: Update, context: Context) -> None:
    """Welcome the person with a sample picture."""
    if (visit := visit_of(update)) is None:
        return
    services = context.services
    t = await services.entrance.greet(visit)
    if context.args and await payloads.opened(visit, t, services, context.args[0]):
        return
    purse = await services.people.purse(visit.user_id)
    screen = basics.welcome(t, available=purse.available, abilities=services.asking.offers)
    await services.sample.show(place_of(visit), screen)


async def help_(update: Update, context: Context) -> None:
    """Explain how it works."""
    if (visit := visit_of(update)) is None:
        return
    services = context.services
    t = await services.entrance.greet(visit)
    screen = basics.help_screen(
        t,
        price=services.shop.prices.clothes,
        retention_days=services.shop.retention_days,
        abilities=services.asking.offers,
    )
    await services.chat.say(place_of(visit), screen)


async def credits_(update: Update, context: Context) -> None:
    """Tell the balance."""
    if (visit := visit_of(update)) is None:
        return
    services = context.services
    t = await services.entrance.greet(visit)
    purse = await services.people.purse(visit.user_id)
    screen = basics.credits_screen(
        t, available=purse.available, held=purse.held, price=services.shop.prices.clothes
    )
    await services.chat.say(place_of(visit), screen)


async def language(update: Update, context: Context) -> None:
    """Offer the languages."""
    if (visit := visit_of(update)) is None:
        return
    t = await context.services.entrance.greet(visit)
    await context.services.chat.say(place_of(visit), basics.language_screen(t))


async def cancel(update: Update, context: Context) -> None:
    """Stop everything of the person's that can be stopped."""
    if (visit := visit_of(update)) is None:
        return
    services = context.services
    t = await services.entrance.greet(visit)
    await services.chat.say(place_of(visit), await cancelling.cancel_all(services, visit, t))


COMMANDS = (
    Command("start", start),
    Command("help", help_),
    Command("credits", credits_),
    Command("language", language),
    Command("cancel", cancel),
)
