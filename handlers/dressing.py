"""How a screen looks where it is shown: in a group it is for one person, by name."""

from bot.chat.messages import Addressee
from bot.chat.screen import Screen
from bot.chat.screens.grouped import to_one
from bot.visit import Visit


def addressee_of(visit: Visit) -> Addressee | None:
    """Return whom messages are for where others read along."""
    return None if visit.is_private else Addressee(visit.user_id, visit.name or "")


def for_visit(visit: Visit, screen: Screen) -> Screen:
    """Return a screen as it is shown there: in a group by name, with buttons of this person's alone."""
    addressee = addressee_of(visit)
    return to_one(screen, addressee) if addressee else screen
