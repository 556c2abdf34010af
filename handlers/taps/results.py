"""Taps in the menu of a delivered picture: what is made of it, and what people think of it."""

from bot.chat.codes import Verb
from bot.chat.screens import grouped, results, waiting
from bot.credits import GOODWILL_DAYS, GOODWILL_HOURS, GOODWILL_PICTURES
from bot.tryon.keepsakes import Keepsake
from bot.tryon.opinions import Complaint
from handlers.taps.tap import Tap, TapHandler


async def _menu(tap: Tap) -> results.PictureMenu | None:
    """Return the picture's menu; None after the tap was told that there is none any more."""
    menu = await tap.services.opinions.menu(tap.visit, tap.code.number(), tap.code.number(1))
    if menu is None:
        await tap.answer(waiting.full_size_gone(tap.t), alert=True)
    return menu


async def _more(tap: Tap) -> None:
    if menu := await _menu(tap):
        await tap.answer()
        await tap.edit_buttons(results.menu_rows(tap.t, menu))


async def _rate(tap: Tap, *, good: bool) -> None:
    job_id, n = tap.code.number(), tap.code.number(1)
    if not await tap.services.opinions.rate(tap.visit, job_id, n, good=good):
        await tap.answer(waiting.full_size_gone(tap.t), alert=True)
        return
    await tap.answer(results.thanks(tap.t, good=good))
    if menu := await tap.services.opinions.menu(tap.visit, job_id, n):
        await tap.edit_buttons(results.menu_rows(tap.t, menu))


async def _thumb_up(tap: Tap) -> None:
    await _rate(tap, good=True)


async def _thumb_down(tap: Tap) -> None:
    await _rate(tap, good=False)


async def _no_good(tap: Tap) -> None:
    """Ask once before giving anything back: the buttons change, the picture stays."""
    if menu := await _menu(tap):
        await tap.answer()
        rows = results.sure_no_good_rows if menu.doubtful else results.menu_rows
        await tap.edit_buttons(rows(tap.t, menu))


async def _no_good_sure(tap: Tap) -> None:
    t, job_id, n = tap.t, tap.code.number(), tap.code.number(1)
    match await tap.services.opinions.complain(tap.alone, job_id, n):
        case Complaint.GIVEN:
            await tap.answer(results.noted(t))
        case Complaint.BEFORE:
            await tap.answer(results.back_before(t), alert=True, is_secret=True)
        case Complaint.LATE:
            await tap.answer(results.too_late(t, hours=GOODWILL_HOURS), alert=True, is_secret=True)
        case Complaint.OFTEN:
            text = results.too_often(t, pictures=GOODWILL_PICTURES, days=GOODWILL_DAYS)
            await tap.answer(text, alert=True, is_secret=True)
        case Complaint.FREE:
            await tap.answer(results.was_free(t), alert=True)
        case Complaint.GONE:
            await tap.answer(waiting.full_size_gone(t), alert=True)
            return
    menu = await tap.services.opinions.menu_around(tap.visit, job_id, n)
    if menu is not None:
        await tap.edit_buttons(results.menu_rows(t, menu))


async def _before_after(tap: Tap) -> None:
    caption = results.before_after_caption(tap.t)
    job_id, n = tap.code.number(), tap.code.number(1)
    await _answer_keepsake(tap, await tap.services.keepsakes.before_after(tap.alone, job_id, n, caption))


async def _share_card(tap: Tap) -> None:
    caption = results.share_caption(tap.t, bot_username=tap.services.bot_username)
    job_id, n = tap.code.number(), tap.code.number(1)
    await _answer_keepsake(tap, await tap.services.keepsakes.share_card(tap.alone, job_id, n, caption))


async def _answer_keepsake(tap: Tap, answer: Keepsake) -> None:
    match answer:
        case Keepsake.SENT:
            # A group is not shown the photo from before.
            await tap.answer(None if tap.visit.is_private else grouped.file_sent(tap.t))
        case Keepsake.GONE:
            await tap.answer(waiting.full_size_gone(tap.t), alert=True)
        case Keepsake.BEFORE_GONE:
            await tap.answer(results.before_gone(tap.t), alert=True)
        case Keepsake.CLOSED:
            await tap.answer(grouped.file_waits(tap.t), alert=True)
        case Keepsake.LATER:
            await tap.answer(results.compose_later(tap.t), alert=True)


TAPS: dict[Verb, TapHandler] = {
    Verb.MORE: _more,
    Verb.THUMB_UP: _thumb_up,
    Verb.THUMB_DOWN: _thumb_down,
    Verb.NO_GOOD: _no_good,
    Verb.NO_GOOD_SURE: _no_good_sure,
    Verb.BEFORE_AFTER: _before_after,
    Verb.SHARE_CARD: _share_card,
}
