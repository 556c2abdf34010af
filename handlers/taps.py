"""Taps on buttons: one table from verb to handler. Every tap is answered, and an old button says so."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from html import escape

from telegram import CallbackQuery, Update

from bot.chat.codes import Code, Verb, parse
from bot.chat.messages import Progress, Stage
from bot.chat.outcomes import MessageRef
from bot.chat.screen import Screen
from bot.chat.screens import basics, drafting, waiting
from bot.conversation import Event, KindChosen, PhotoIsMe, Role, Swapped, UsedAnyway
from bot.texts import Translator
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
from bot.tryon.drafting import PhotoRefused, PhotoTaken
from bot.tryon.pictures import FileAnswer
from bot.visit import Visit
from bot.wish import GarmentKind
from handlers.context import Context, Services
from handlers.reading import place_of, tapped, visit_of


@dataclass(frozen=True, slots=True)
class Tap:
    """A tap with all that its handler needs."""

    services: Services
    visit: Visit
    t: Translator
    query: CallbackQuery
    code: Code
    message: MessageRef

    async def answer(self, text: str | None = None, *, alert: bool = False) -> None:
        """Answer the tap itself, once; what has to be read is said in the chat where the tap can't show it.

        A tap that had to wait was answered with nothing meanwhile, and one from before a restart is too old.
        """
        seen = await self.services.chat.answer_tap(self.query.id, text, alert=alert)
        if alert and text and not seen:
            await self.say(Screen(escape(text, quote=False)))

    async def say(self, screen: Screen) -> None:
        """Answer with a new message."""
        await self.services.chat.say(place_of(self.visit), screen)

    async def edit(self, screen: Screen) -> None:
        """Change the tapped message."""
        await self.services.chat.edit(self.message, screen)


async def tap(update: Update, context: Context) -> None:
    """Handle a tap on any button of ours."""
    visit, message, query = visit_of(update), tapped(update), update.callback_query
    if visit is None or query is None:
        return
    services = context.services
    t = await services.entrance.greet(visit)
    code = parse(query.data or "")
    if code is None or message is None:
        await services.chat.answer_tap(query.id, drafting.out_of_date(t), alert=True)
        return
    one = Tap(services, visit, t, query, code, message)
    await TAPS[code.verb](one)
    await one.answer()


async def _agree(tap: Tap) -> None:
    await tap.answer()
    answer = await tap.services.drafting.agree(tap.visit, tap.message)
    if isinstance(answer, PhotoRefused):
        await tap.say(drafting.photo_problem(tap.t, answer.reason))
    elif not isinstance(answer, PhotoTaken):
        await tap.say(drafting.telegram_slow(tap.t))


async def _decline(tap: Tap) -> None:
    await tap.services.drafting.discard(tap.visit)
    await tap.edit(basics.declined(tap.t))


async def _try(tap: Tap) -> None:
    await tap.services.drafting.start(tap.visit)


async def _help(tap: Tap) -> None:
    services = tap.services
    await tap.say(
        basics.help_screen(tap.t, price=services.prices.clothes, retention_days=services.retention_days)
    )


async def _credits(tap: Tap) -> None:
    purse = await tap.services.people.purse(tap.visit.user_id)
    price = tap.services.prices.clothes
    await tap.say(basics.credits_screen(tap.t, available=purse.available, held=purse.held, price=price))


async def _languages(tap: Tap) -> None:
    await tap.say(basics.language_screen(tap.t))


async def _language(tap: Tap) -> None:
    t = await tap.services.people.choose_language(tap.visit, tap.code.text())
    if t is None:
        await tap.answer(drafting.out_of_date(tap.t), alert=True)
        return
    await tap.edit(basics.language_set(t))


async def _choose(tap: Tap, event: Event) -> None:
    if not await tap.services.drafting.choose(tap.visit, event, tap.message):
        await tap.answer(drafting.out_of_date(tap.t), alert=True)


async def _kind(tap: Tap) -> None:
    try:
        kind = GarmentKind(tap.code.text())
    except ValueError:
        await tap.answer(drafting.out_of_date(tap.t), alert=True)
        return
    await _choose(tap, KindChosen(kind))


async def _swap(tap: Tap) -> None:
    await _choose(tap, Swapped())


async def _use_anyway(tap: Tap) -> None:
    await _choose(tap, UsedAnyway())


async def _photo_is_me(tap: Tap) -> None:
    await _choose(tap, PhotoIsMe())


async def _look(tap: Tap) -> None:
    if not await tap.services.drafting.use_look(tap.visit, tap.message):
        await tap.answer(drafting.out_of_date(tap.t), alert=True)


async def _discard(tap: Tap) -> None:
    await tap.services.drafting.discard(tap.visit)
    await tap.edit(drafting.discarded(tap.t))


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
            await tap.answer(drafting.out_of_date(tap.t), alert=True)
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


async def _again(tap: Tap, role: Role) -> None:
    if not await tap.services.drafting.again(tap.visit, tap.code.number(), role):
        await tap.answer(waiting.full_size_gone(tap.t), alert=True)


async def _other_garment(tap: Tap) -> None:
    await _again(tap, "garment")


async def _other_person(tap: Tap) -> None:
    await _again(tap, "person")


async def _full_size(tap: Tap) -> None:
    await tap.answer()
    captions = (
        waiting.full_size_caption(tap.t, original=True),
        waiting.full_size_caption(tap.t, original=False),
    )
    answer = await tap.services.pictures.send_file(tap.visit, tap.code.number(), tap.code.number(1), captions)
    if answer is FileAnswer.GONE:
        await tap.say(waiting.file_gone(tap.t, job_id=tap.code.number()))
    elif answer is FileAnswer.LATER:
        await tap.say(basics.something_broke(tap.t))


async def _delete(tap: Tap) -> None:
    """Ask once before removing: the buttons change, the picture stays."""
    await tap.services.chat.edit_buttons(tap.message, waiting.sure_to_delete(tap.t, job_id=tap.code.number()))


async def _keep(tap: Tap) -> None:
    await tap.services.chat.edit_buttons(
        tap.message, waiting.picture_buttons(tap.t, job_id=tap.code.number(), n=1)
    )


async def _delete_sure(tap: Tap) -> None:
    if await tap.services.pictures.delete(tap.visit, tap.code.number(), tap.message):
        await tap.say(waiting.deleted(tap.t))
    else:
        await tap.answer(drafting.out_of_date(tap.t), alert=True)


TAPS: dict[Verb, Callable[[Tap], Awaitable[None]]] = {
    Verb.AGREE: _agree,
    Verb.DECLINE: _decline,
    Verb.TRY: _try,
    Verb.HELP: _help,
    Verb.CREDITS: _credits,
    Verb.LANGUAGES: _languages,
    Verb.LANGUAGE: _language,
    Verb.LOOK: _look,
    Verb.PHOTO_IS_ME: _photo_is_me,
    Verb.SWAP: _swap,
    Verb.USE_ANYWAY: _use_anyway,
    Verb.KIND: _kind,
    Verb.GO: _go,
    Verb.DISCARD: _discard,
    Verb.CANCEL: _cancel,
    Verb.OTHER_GARMENT: _other_garment,
    Verb.OTHER_PERSON: _other_person,
    Verb.FULL_SIZE: _full_size,
    Verb.DELETE: _delete,
    Verb.DELETE_SURE: _delete_sure,
    Verb.KEEP: _keep,
    Verb.RETRY: _retry,
}
