"""Taps under a delivered picture."""

from bot.chat.codes import Verb
from bot.chat.screen import Button, Screen
from bot.chat.screens import comparing, grouped, looks, results, waiting
from bot.conversation import HairAsked, HairPart, PlaceReopened, Role
from bot.texts import Translator
from bot.tryon.pictures import FileAnswer, FileKind, Shown
from bot.visit import Visit
from bot.wish import Ability
from handlers.taps.tap import Tap, TapHandler, which


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
    if not tap.visit.is_private:
        await _full_size_alone(tap)
        return
    await tap.answer()
    match await _send_file(tap, tap.visit):
        case FileAnswer.GONE:
            job_id = tap.code.number()
            shown = await tap.services.pictures.shown(tap.visit, job_id, tap.message)
            await tap.say(waiting.file_gone(tap.t, job_id=job_id, ability=shown.ability if shown else None))
        case FileAnswer.LATER | FileAnswer.CLOSED:
            await tap.say(Screen(results.compose_later(tap.t)))


async def _full_size_alone(tap: Tap) -> None:
    """Send the file to the person alone: a group has seen the picture, and a file can't be covered."""
    match await _send_file(tap, tap.alone):
        case FileAnswer.SENT:
            await tap.answer(grouped.file_sent(tap.t))
        case FileAnswer.GONE:
            await tap.answer(waiting.full_size_gone(tap.t), alert=True)
        case FileAnswer.CLOSED:
            await tap.answer(grouped.file_waits(tap.t), alert=True)
        case FileAnswer.LATER:
            await tap.answer(grouped.not_now(tap.t), alert=True)


async def _send_file(tap: Tap, visit: Visit) -> FileAnswer:
    job_id, n = tap.code.number(), tap.code.number(1)

    def words(kind: FileKind) -> Screen:
        match kind:
            case FileKind.ORIGINAL:
                return waiting.full_size_original(tap.t)
            case FileKind.PART:
                return waiting.full_size_part(tap.t, job_id=job_id, n=n)
            case FileKind.COPY | FileKind.COPY_FOR_NOW:
                return waiting.full_size_copy(tap.t, for_now=kind is FileKind.COPY_FOR_NOW)
            case FileKind.SHEET:
                return waiting.full_size_sheet(tap.t)

    return await tap.services.pictures.send_file(visit, job_id, n, words)


async def _delete(tap: Tap) -> None:
    """Ask once before removing: the buttons change, the picture stays."""
    sure = waiting.sure_to_delete(tap.t, job_id=tap.code.number(), n=which(tap))
    await tap.edit_buttons(sure)


async def _keep(tap: Tap) -> None:
    """Put the buttons of the picture back in place of its menu or a question."""
    job_id = tap.code.number()
    shown = await tap.services.pictures.shown(tap.visit, job_id, tap.message)
    if shown is None:
        await tap.refuse()
        return
    n = which(tap)
    rows = picture_rows(tap.t, shown, job_id=job_id, n=n)
    if not tap.visit.is_private and await tap.services.voting.can_ask(tap.visit, job_id, n):
        rows = (*rows, grouped.ask_group_row(tap.t, job_id, n))
    await tap.edit_buttons(rows)


def picture_rows(t: Translator, shown: Shown, *, job_id: int, n: int) -> tuple[tuple[Button, ...], ...]:
    """Return the buttons under a picture, or under a sheet of several."""
    if shown.parts:
        rows = comparing.sheet_buttons(t, [part.n for part in shown.parts], job_id=job_id)
    else:
        rows = waiting.picture_buttons(t, job_id=job_id, n=n, ability=shown.ability)
    return (looks.anew_row(t, job_id=job_id), *rows) if shown.is_again else rows


async def _delete_sure(tap: Tap) -> None:
    forgetting = tap.services.forgetting
    forgotten = await forgetting.delete(tap.visit, tap.code.number(), tap.message)
    if forgotten is None:
        await tap.refuse()
        return
    await tap.say(waiting.deleted(tap.t, is_saved=forgotten.is_saved, is_needed=forgotten.is_needed))
    await forgetting.ask_again(tap.visit, forgotten)


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
