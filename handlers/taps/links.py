"""The tap that ends a link."""

from bot.chat.codes import Verb
from handlers.links import listing
from handlers.taps.tap import Tap, TapHandler


async def _end(tap: Tap) -> None:
    if not await tap.services.links.end(tap.visit, tap.code.text()):
        await tap.refuse()
        return
    await tap.edit(await listing(tap.services, tap.t, tap.visit))


TAPS: dict[Verb, TapHandler] = {Verb.LINK_END: _end}
