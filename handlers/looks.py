"""The person's own photos and garments: /looks, /wardrobe, photos to be kept, and names for them."""

from telegram import Message, Update

from bot.chat.outcomes import MessageRef
from bot.chat.screen import Screen
from bot.chat.screens import looks as words
from bot.texts import Translator
from bot.tryon.looks import LookLeaf, LookSaved, photo_of
from bot.tryon.wardrobe import GarmentLeaf
from bot.visit import Visit
from handlers.context import Context, Services
from handlers.reading import place_of, slot_of, visit_of
from handlers.refusals import refusal, refuse


async def looks(update: Update, context: Context) -> None:
    """Show the saved photos."""
    if (visit := visit_of(update)) is None:
        return
    services = context.services
    t = await services.entrance.greet(visit)
    await show_look(services, visit, t, await services.looks.open(visit))


async def wardrobe(update: Update, context: Context) -> None:
    """Show the garments of earlier try-ons."""
    if (visit := visit_of(update)) is None:
        return
    services = context.services
    t = await services.entrance.greet(visit)
    await show_garment(services, visit, t, await services.wardrobe.page(visit.user_id))


async def keep(services: Services, visit: Visit, t: Translator, message: Message) -> bool:
    """Keep a photo that is to be one of the saved ones; False when it is for a try-on."""
    slot = slot_of(message)
    taken = await services.looks.take(visit, slot) if slot else None
    if taken is None:
        return False
    if isinstance(taken, LookSaved):
        screen = words.look_saved(t, look_id=taken.look.id, name=taken.look.name)
        await services.chat.say(place_of(visit, reply=True), screen)
    else:
        await refuse(services, visit, message, refusal(t, taken))
    return True


async def name(services: Services, visit: Visit, t: Translator, text: str) -> bool:
    """Name a photo, if one waits for its name."""
    page = await services.looks.named(visit, text)
    if page is None:
        return False
    await show_look(services, visit, t, page)
    return True


async def show_look(
    services: Services, visit: Visit, t: Translator, page: LookLeaf | None, on: MessageRef | None = None
) -> None:
    """Show a saved photo, or that there is none, on the message ``on`` or on a new one."""
    if page is None:
        has_consent = await services.looks.has_consent(visit.user_id)
        await _show_none(services, visit, words.no_looks(t, has_consent=has_consent), on)
        return
    screen = words.look_page(
        t,
        look_id=page.item.id,
        name=page.item.name,
        n=page.n,
        of=page.of,
        newer=page.before.id if page.before else None,
        older=page.after.id if page.after else None,
    )
    await services.showing.show(place_of(visit), photo_of(page.item), screen, on)


async def show_garment(
    services: Services, visit: Visit, t: Translator, page: GarmentLeaf | None, on: MessageRef | None = None
) -> None:
    """Show a garment, or that there is none, on the message ``on`` or on a new one."""
    if page is None:
        await _show_none(services, visit, words.wardrobe_empty(t), on)
        return
    screen = words.garment_page(
        t,
        this=page.item.key,
        kind=page.item.kind,
        n=page.n,
        of=page.of,
        newer=page.before.key if page.before else None,
        older=page.after.key if page.after else None,
    )
    await services.showing.show(place_of(visit), page.item.photo, screen, on)


async def _show_none(services: Services, visit: Visit, screen: Screen, on: MessageRef | None) -> None:
    """Say that there is nothing to show; a message with a photo that is gone makes room for it."""
    if on is not None:
        await services.chat.remove(on)
    await services.chat.say(place_of(visit), screen)
