"""Deep links: /link and /links for operators, and what happens when somebody follows one."""

from telegram import Message, Update

from bot.chat.screen import Screen
from bot.chat.screens import hair, hair_pages, sharing
from bot.hairstyles import ALL_HAIRCUTS
from bot.texts import Translator
from bot.tryon.links import LinkAnswer, LinkKind, LinkMade, NotOffered
from bot.tryon.looking import NotTaken
from bot.visit import Visit
from handlers import photos
from handlers.context import Context, Services
from handlers.reading import place_of, replied_slot, slot_of, visit_of
from handlers.refusals import refusal

PREFIX = "l"


async def make(update: Update, context: Context) -> None:
    """Make a link from the photo that this message has or answers, or to the haircut that it names."""
    visit, message = visit_of(update), update.effective_message
    if visit is None or message is None:
        return
    services = context.services
    if not services.links.may_make(visit.user_id):
        # To everybody else it is no command.
        await (photos.photo if slot_of(message) else photos.anything_else)(update, context)
        return
    t = await services.entrance.greet(visit)
    screen = await _made(services, visit, t, message)
    await services.chat.say(place_of(visit, reply=True), screen)


async def _made(services: Services, visit: Visit, t: Translator, message: Message) -> Screen:
    said = (message.text or message.caption or "").partition(" ")[2].strip()
    slot = slot_of(message) or replied_slot(message)
    haircut = _haircut(t, said)
    made: LinkAnswer
    if slot is not None:
        made = await services.links.make_garment(visit, slot, said)
    elif haircut is not None:
        made = await services.links.make_haircut(visit, haircut)
    else:
        return sharing.link_help(t)
    if isinstance(made, NotTaken):
        return refusal(t, made)
    match made:
        case LinkMade(link, is_doubtful):
            url = f"https://t.me/{services.bot_username}?start={PREFIX}_{link.token}"
            name = link.title or _name(t, link.kind, link.target)
            return sharing.link_made(t, url=url, name=name, token=link.token, is_doubtful=is_doubtful)
        case NotOffered():
            return sharing.link_to_nothing(t)


def _haircut(t: Translator, said: str) -> str | None:
    """Return the haircut of this name, as its provider calls it or as people do."""
    plain = said.replace(" ", "").lower()
    for one in ALL_HAIRCUTS:
        if plain and plain in {one.lower(), hair.haircut_name(t, one).replace(" ", "").lower()}:
            return one
    return None


async def show(update: Update, context: Context) -> None:
    """List an operator's links."""
    visit = visit_of(update)
    if visit is None:
        return
    if not context.services.links.may_make(visit.user_id):
        await photos.anything_else(update, context)
        return
    t = await context.services.entrance.greet(visit)
    await context.services.chat.say(place_of(visit), await listing(context.services, t, visit))


async def follow(visit: Visit, t: Translator, services: Services, token: str) -> None:
    """Show what a link leads to, and ask for what is missing."""
    opened = await services.links.open(visit, token)
    if opened is None:
        await services.chat.say(place_of(visit), sharing.link_gone(t))
    elif isinstance(opened, NotOffered):
        await services.chat.say(place_of(visit), hair_pages.not_offered(t))
    else:
        name = hair.haircut_name(t, opened.haircut) if opened.haircut else None
        screen = sharing.link_opened(t, opened.title or name)
        if opened.photo is None:
            await services.chat.say(place_of(visit), screen)
        else:
            await services.showing.show(place_of(visit), opened.photo, screen)
        await services.asking.ask(visit.chat_id, visit.user_id)


async def listing(services: Services, t: Translator, visit: Visit, page: int = 0) -> Screen:
    """Return a page of an operator's links."""
    found = await services.links.page(visit.user_id, page)
    listed = [
        (link.token, link.title or _name(t, link.kind, link.target), link.opened) for link in found.links
    ]
    return sharing.links(t, listed, page=found.n, has_more=found.has_more)


def _name(t: Translator, kind: str, target: dict[str, object]) -> str:
    if kind == LinkKind.HAIRCUT:
        return hair.haircut_name(t, str(target["haircut"]))
    return sharing.garment_name(t)
