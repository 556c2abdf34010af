"""Taps that begin or end what costs credits."""

from bot.chat.codes import Verb
from bot.chat.messages import Progress, Stage
from bot.chat.screens import drafting, grouped, outfits, waiting
from bot.texts import Translator
from bot.tryon.confirming import (
    AlreadyGoing,
    Cancelled,
    ChatClosed,
    GoAnswer,
    KindMissing,
    NotOffered,
    OutOfDate,
    PriceChanged,
    Started,
    TooFewCredits,
    TooManyOpen,
)
from handlers.dressing import addressee_of
from handlers.taps.tap import Tap, TapHandler


async def _go(tap: Tap) -> None:
    # Cards of earlier versions have no price in their code.
    price = tap.code.number(1) if tap.code.text(1) else None
    way = tap.code.text(2) or None
    answer = await tap.services.confirming.go(tap.visit, tap.code.text(), tap.message, price=price, way=way)
    if isinstance(answer, PriceChanged):
        await tap.answer(drafting.price_changed(tap.t), alert=True)
        await tap.services.asking.ask(tap.visit.chat_id, tap.visit.user_id, on=tap.message)
        return
    await _answer_go(tap, answer)


async def _retry(tap: Tap) -> None:
    answer = await tap.services.confirming.retry(tap.visit, tap.code.number(), tap.message)
    await _answer_go(tap, answer)


async def _answer_go(tap: Tap, answer: GoAnswer) -> None:
    """Answer the tap; the card becomes the progress message at once."""
    match answer:
        case Started(job_id, _, other_card, is_private):
            if is_private:
                await tap.answer()
                await _go_on_privately(tap, job_id)
            else:
                addressee = addressee_of(tap.visit)
                first = Progress(job_id, answer.ability, Stage.WAITING, can_cancel=True, addressee=addressee)
                tap.services.chat.show_start(tap.message, first, tap.t.language)
                await tap.answer()
            if other_card:
                await tap.services.chat.remove(other_card)
            if tap.visit.is_private:
                # What had made way for it.
                await tap.services.asking.ask_if_owed(tap.visit.chat_id, tap.visit.user_id)
        case AlreadyGoing():
            await tap.answer(drafting.already_going(tap.t))
        case PriceChanged() | OutOfDate():
            await tap.refuse()
        case TooFewCredits(available, price):
            words = drafting.not_enough(tap.t, available=available, price=price)
            await tap.answer(words, alert=True, is_secret=True)
        case _:
            await tap.answer(_refusal(tap.t, answer), alert=True)


def _refusal(t: Translator, answer: ChatClosed | KindMissing | NotOffered | TooManyOpen) -> str:
    match answer:
        case ChatClosed():
            return grouped.private_chat_closed(t)
        case KindMissing():
            return drafting.kind_missing(t)
        case NotOffered():
            return outfits.only_clothes(t)
        case TooManyOpen(limit):
            return drafting.too_many_open(t, limit=limit)


async def _go_on_privately(tap: Tap, job_id: int) -> None:
    """Show the progress in the private chat, and say so on the group's card."""
    url = grouped.private_chat_url(tap.services.bot_username)
    if await tap.services.following.privately(tap.visit, job_id, tap.t):
        await tap.edit(grouped.comes_privately(tap.t, url=url))
    else:
        await tap.edit(grouped.waits_privately(tap.t, url=url))


async def _cancel(tap: Tap) -> None:
    match await tap.services.confirming.cancel(tap.visit, tap.code.number()):
        case Cancelled(price):
            await tap.answer()
            await tap.edit(waiting.cancelled(tap.t, price=price))
        case _:
            await tap.answer(waiting.too_late_to_cancel(tap.t), alert=True)


TAPS: dict[Verb, TapHandler] = {
    Verb.GO: _go,
    Verb.CANCEL: _cancel,
    Verb.RETRY: _retry,
}
