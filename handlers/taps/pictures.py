"""Taps under a delivered picture."""

from bot.chat.codes import Verb
from bot.chat.screen import Button
from bot.chat.screens import basics, comparing, grouped, waiting
from bot.conversation import HairAsked, HairPart, PlaceReopened, Role
from bot.texts import Translator
from bot.tryon.pictures import FileAnswer, Shown
from bot.wish import Ability
from handlers.taps.tap import Tap, TapHandler


async def _again(tap: Tap, role: Role) -> None:
    if not await tap.services.drafting.again(tap.visit, tap.code.number(), role):
        await tap.answer(waiting.full_size_gone(tap.t), alert=True)


async def _other_garment(tap: Tap) -> None:
    await _again(tap, "garment")


async def _other_lower(tap: Tap) -> None:
    await _again(tap, "lower")


async def _other_person(tap: Tap) -> None:
    await _again(tap, "person")


async def _other_design(tap: Tap) -> None:
    await _again(tap, "design")


async def _other_place(tap: Tap) -> None:
    job_id, again_with = tap.code.number(), tap.services.drafting.again_with
    if not await again_with(tap.visit, job_id, PlaceReopened(), Ability.TATTOO):
        await tap.answer(waiting.full_size_gone(tap.t), alert=True)


async def _other_hair(tap: Tap, part: HairPart) -> None:
    event = HairAsked(part)
    if not await tap.services.drafting.again_with(tap.visit, tap.code.number(), event, Ability.HAIRSTYLE):
        await tap.answer(waiting.full_size_gone(tap.t), alert=True)


async def _other_haircut(tap: Tap) -> None:
    await _other_hair(tap, HairPart.HAIRCUT)


async def _other_color(tap: Tap) -> None:
    await _other_hair(tap, HairPart.COLOR)


async def _full_size(tap: Tap) -> None:
    captions = (
        waiting.full_size_caption(tap.t, original=True),
        waiting.full_size_caption(tap.t, original=False),
    )
    if not tap.visit.is_private:
        await _full_size_alone(tap, captions)
        return
    await tap.answer()
    answer = await tap.services.pictures.send_file(tap.visit, tap.code.number(), tap.code.number(1), captions)
    if answer is FileAnswer.GONE:
        shown = await tap.services.pictures.shown(tap.visit, tap.code.number())
        ability = shown.ability if shown else None
        await tap.say(waiting.file_gone(tap.t, job_id=tap.code.number(), ability=ability))
    elif answer is not FileAnswer.SENT:
        await tap.say(basics.something_broke(tap.t))


async def _full_size_alone(tap: Tap, captions: tuple[str, str]) -> None:
    """Send the file to the person alone: a group has seen the picture, and a file can't be covered."""
    match await tap.services.pictures.send_file(tap.alone, tap.code.number(), tap.code.number(1), captions):
        case FileAnswer.SENT:
            await tap.answer(grouped.file_sent(tap.t))
        case FileAnswer.GONE:
            await tap.answer(waiting.full_size_gone(tap.t), alert=True)
        case FileAnswer.CLOSED:
            await tap.answer(grouped.file_waits(tap.t), alert=True)
        case FileAnswer.LATER:
            await tap.answer(grouped.not_now(tap.t), alert=True)


async def _delete(tap: Tap) -> None:
    """Ask once before removing: the buttons change, the picture stays."""
    sure = waiting.sure_to_delete(tap.t, job_id=tap.code.number(), n=_which(tap))
    await tap.edit_buttons(sure)


async def _keep(tap: Tap) -> None:
    """Put the buttons of the picture back in place of its menu or a question."""
    job_id = tap.code.number()
    shown = await tap.services.pictures.shown(tap.visit, job_id)
    if shown is None:
        await tap.refuse()
        return
    rows = picture_rows(tap.t, shown, job_id=job_id, n=_which(tap))
    if not tap.visit.is_private:
        rows = (*rows, grouped.ask_group_row(tap.t, job_id))
    await tap.edit_buttons(rows)


def picture_rows(t: Translator, shown: Shown, *, job_id: int, n: int) -> tuple[tuple[Button, ...], ...]:
    """Return the buttons under a picture, or under a sheet of several."""
    if shown.parts:
        return comparing.sheet_buttons(t, [part.n for part in shown.parts], job_id=job_id)
    return waiting.picture_buttons(t, job_id=job_id, n=n, ability=shown.ability)


def _which(tap: Tap) -> int:
    # Buttons of earlier versions don't say which picture; there it was the only one.
    return tap.code.number(1) if tap.code.text(1) else 1


async def _delete_sure(tap: Tap) -> None:
    if await tap.services.pictures.delete(tap.visit, tap.code.number(), tap.message):
        await tap.say(waiting.deleted(tap.t))
    else:
        await tap.refuse()


TAPS: dict[Verb, TapHandler] = {
    Verb.OTHER_GARMENT: _other_garment,
    Verb.OTHER_LOWER: _other_lower,
    Verb.OTHER_PERSON: _other_person,
    Verb.OTHER_DESIGN: _other_design,
    Verb.OTHER_PLACE: _other_place,
    Verb.OTHER_HAIRCUT: _other_haircut,
    Verb.OTHER_COLOR: _other_color,
    Verb.FULL_SIZE: _full_size,
    Verb.DELETE: _delete,
    Verb.DELETE_SURE: _delete_sure,
    Verb.KEEP: _keep,
}
