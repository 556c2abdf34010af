"""Taps that begin or end what costs credits."""

from bot.chat.codes import Verb
from bot.chat.messages import Progress, Stage
from bot.chat.screens import drafting, waiting
from bot.tryon.confirming import (
    AlreadyGoing,
    Cancelled,
    GoAnswer,
    KindMissing,
    OutOfDate,
    PriceChanged,
    Started,
    TooFewCredits,
    TooManyOpen,
)
from handlers.taps.tap import Tap, TapHandler


async def _go(tap: Tap) -> None:
    # Cards of earlier versions have no price in their code.
    price = tap.code.number(1) if tap.code.text(1) else None
    answer = await tap.services.confirming.go(tap.visit, tap.code.text(), tap.message, price=price)
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
        case Started(job_id, ability, other_card):
            first = Progress(job_id, ability, Stage.WAITING, can_cancel=True)
            tap.services.chat.show_start(tap.message, first, tap.t.language)
            await tap.answer()
            if other_card:
                await tap.services.chat.remove(other_card)
        case AlreadyGoing():
            await tap.answer(drafting.already_going(tap.t))
        case KindMissing():
            await tap.answer(drafting.kind_missing(tap.t), alert=True)
        case OutOfDate():
            await tap.refuse()
        case TooFewCredits(available, price):
            await tap.answer(drafting.not_enough(tap.t, available=available, price=price), alert=True)
        case TooManyOpen(limit):
            await tap.answer(drafting.too_many_open(tap.t, limit=limit), alert=True)


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
