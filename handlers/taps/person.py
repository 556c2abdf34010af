"""Taps about the person alone: help, balance, language."""

from bot.chat.codes import Verb
from bot.chat.screens import basics, grouped
from handlers.taps.tap import Tap, TapHandler


async def _help(tap: Tap) -> None:
    services = tap.services
    if not tap.visit.is_private:
        url = grouped.private_chat_url(services.bot_username)
        await tap.say(grouped.how_to(tap.t, services.groups.abilities, url=url))
        return
    await tap.say(
        basics.help_screen(
            tap.t,
            price=services.shop.prices.clothes,
            retention_days=services.shop.retention_days,
            abilities=services.asking.offers,
        )
    )


async def _credits(tap: Tap) -> None:
    purse = await tap.services.people.purse(tap.visit.user_id)
    price = tap.services.shop.prices.clothes
    await tap.say(basics.credits_screen(tap.t, available=purse.available, held=purse.held, price=price))


async def _languages(tap: Tap) -> None:
    await tap.say(basics.language_screen(tap.t))


async def _language(tap: Tap) -> None:
    t = await tap.services.people.choose_language(tap.visit, tap.code.text())
    if t is None:
        await tap.refuse()
        return
    await tap.edit(basics.language_set(t))


TAPS: dict[Verb, TapHandler] = {
    Verb.HELP: _help,
    Verb.CREDITS: _credits,
    Verb.LANGUAGES: _languages,
    Verb.LANGUAGE: _language,
}
