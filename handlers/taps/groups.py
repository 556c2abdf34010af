"""Taps in groups: whose buttons they are, how pictures come there, and votes."""

from telegram import CallbackQuery, MaybeInaccessibleMessage, Message

from bot.chat.codes import Code, Verb, parse
from bot.chat.screens import drafting as words
from bot.chat.screens import grouped
from bot.tryon.voting import Asked
from bot.visit import Visit
from handlers.context import Services
from handlers.taps.tap import Tap, TapHandler, which


async def is_for_somebody_else(
    services: Services, visit: Visit, query: CallbackQuery, code: Code | None
) -> bool:
    """Tell somebody whose button they tapped, if it is not their own; nothing is noted about them.

    A made-up code may name its sender on somebody else's message, which the message's own buttons tell.
    """
    if code is None or code.verb in grouped.PUBLIC:
        return False
    shown = _owner_of(query.message)
    if code.owner == visit.user_id and shown in {None, visit.user_id}:
        return False
    owner = shown if code.owner == visit.user_id else code.owner
    t = services.texts.speak(visit.telegram_language)
    # In a group every button says whose it is; one that does not is from another time.
    text = words.out_of_date(t)
    if owner is not None:
        say = grouped.not_your_vote if code.verb is Verb.CLOSE_VOTE else grouped.not_yours
        text = say(t, await services.groups.name_of(owner))
    await services.chat.answer_tap(query.id, text, alert=True)
    return True


def _owner_of(message: MaybeInaccessibleMessage | None) -> int | None:
    """Return whose buttons stand under a message, as far as Telegram shows it."""
    markup = message.reply_markup if isinstance(message, Message) else None
    buttons = (one for row in markup.inline_keyboard for one in row) if markup else ()
    codes = (parse(str(one.callback_data)) for one in buttons if one.callback_data)
    return next((code.owner for code in codes if code and code.owner is not None), None)


async def _show(tap: Tap) -> None:
    if not await tap.services.groups.choose_delivery(tap.visit, tap.code.text(), tap.message):
        await tap.refuse()


async def _ask_group(tap: Tap) -> None:
    match await tap.services.voting.ask(tap.visit, tap.code.number(), which(tap), tap.message):
        case Asked.NOTHING:
            await tap.answer(grouped.nothing_to_compare(tap.t), alert=True)
        case Asked.BEFORE:
            await tap.answer(grouped.vote_is_open(tap.t), alert=True)
        case Asked.LATER:
            await tap.answer(grouped.vote_not_now(tap.t), alert=True)
        case Asked.CLOSED:
            await tap.answer(grouped.no_vote_here(tap.t), alert=True)
        case Asked.SENT:
            pass


async def _vote(tap: Tap) -> None:
    choice = tap.code.number(1)
    if await tap.services.voting.vote(tap.visit, tap.code.number(), choice, tap.message):
        await tap.answer(grouped.voted(tap.t, choice))
    else:
        await tap.services.chat.answer_tap(tap.query.id, grouped.vote_is_over(tap.t), alert=True)


async def _close_vote(tap: Tap) -> None:
    if not await tap.services.voting.close(tap.visit, tap.code.number()):
        await tap.answer(grouped.vote_is_over(tap.t), alert=True)


TAPS: dict[Verb, TapHandler] = {
    Verb.SHOW: _show,
    Verb.ASK_GROUP: _ask_group,
    Verb.VOTE: _vote,
    Verb.CLOSE_VOTE: _close_vote,
}
