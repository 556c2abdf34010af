"""What is said of a photo that was not taken, the same wherever somebody sent it."""

from telegram import Message

from bot.chat.outcomes import MaybeSent, Sent
from bot.chat.screen import Screen
from bot.chat.screens import drafting
from bot.texts import Translator
from bot.tryon.doubles import ALBUM_SECONDS
from bot.tryon.looking import NotTaken, PhotoRefused
from bot.visit import Visit
from handlers.context import Services
from handlers.reading import place_of


def refusal(t: Translator, answer: NotTaken) -> Screen:
    """Return what is wrong with a photo, or with the way to it."""
    if isinstance(answer, PhotoRefused):
        return drafting.photo_problem(t, answer.reason)
    return drafting.telegram_slow(t)


async def refuse(services: Services, visit: Visit, message: Message, screen: Screen) -> None:
    """Answer what was sent with what is wrong with it; an album whose parts all have that hears it once."""
    said = f"{message.media_group_id}:{screen.text}" if message.media_group_id else None
    if said and services.doubles.is_one(visit.user_id, said, within=ALBUM_SECONDS):
        return
    outcome = await services.chat.say(place_of(visit, reply=True), screen)
    # Noted only when it is there: else the next part says it.
    if said and isinstance(outcome, (Sent, MaybeSent)):
        services.doubles.sent(visit.user_id, said)
