"""What the payload of a deep link means: a table from its first letters to what opens it.

A payload is ``prefix_rest``, 1 to 64 of A-Z, a-z, 0-9, ``_`` and ``-`` (Bot API). One that nobody knows is an
ordinary /start.
"""

from collections.abc import Awaitable, Callable

from bot.texts import Translator
from bot.tryon.group_questions import WAITING
from bot.visit import Visit
from handlers import groups, links
from handlers.context import Services

Opener = Callable[[Visit, Translator, Services, str], Awaitable[None]]

OPENERS: dict[str, Opener] = {
    links.PREFIX: links.follow,
    WAITING: groups.go_on,
    groups.PREFIX: groups.show,
}


async def opened(visit: Visit, t: Translator, services: Services, payload: str) -> bool:
    """Open what a payload names; False when it names nothing."""
    prefix, underscore, rest = payload.partition("_")
    opener = OPENERS.get(prefix) if underscore and rest else None
    if opener is None:
        return False
    await opener(visit, t, services, rest)
    return True
