"""Taps on an operator's list of links: another page of it, and the end of one."""

from bot.chat.codes import Verb
from handlers.links import listing
from handlers.taps.tap import Tap, TapHandler


async def _end(tap: Tap) -> None:
    if not await tap.services.links.end(tap.visit, tap.code.text()):
        await tap.refuse()
        return
    await tap.edit(await listing(tap.services, tap.t, tap.visit, tap.code.number(1)))


async def _page(tap: Tap) -> None:
    await tap.answer()
    await tap.edit(await listing(tap.services, tap.t, tap.visit, tap.code.number()))


TAPS: dict[Verb, TapHandler] = {
    Verb.LINK_END: _end,
    Verb.LINKS: _page,
}
