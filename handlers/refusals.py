"""What is said of a photo that was not taken, the same wherever somebody sent it."""

from bot.chat.screen import Screen
from bot.chat.screens import drafting
from bot.texts import Translator
from bot.tryon.looking import NotTaken, PhotoRefused


def refusal(t: Translator, answer: NotTaken) -> Screen:
    """Return what is wrong with a photo, or with the way to it."""
    if isinstance(answer, PhotoRefused):
        return drafting.photo_problem(t, answer.reason)
    return drafting.telegram_slow(t)
