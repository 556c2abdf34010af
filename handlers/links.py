"""Deep links: /link and /links for operators, and what happens when somebody follows one."""

from telegram import Update

from bot.chat.screen import Screen
from bot.chat.screens import sharing
from bot.images.haircuts import HAIRCUTS
from bot.texts import Translator
from bot.tryon.links import LinkKind
from bot.visit import Visit
from handlers import photos
from handlers.context import Context, Services
from handlers.reading import place_of, replied_slot, slot_of, visit_of

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
    said = (message.text or message.caption or "").partition(" ")[2].strip()
    slot = slot_of(message) or replied_slot(message)
    haircut = next((one for one in HAIRCUTS if one.lower() == said.replace(" ", "").lower()), None)
    if slot is not None:
        link = await services.links.make_garment(visit, slot.photo, said)
    elif haircut is not None:
        link = await services.links.make_haircut(visit, haircut, None)
    else:
        await services.chat.say(place_of(visit, reply=True), sharing.link_help(t))
        return
    if link is not None:
        url = f"https://t.me/{services.bot_username}?start={PREFIX}_{link.token}"
        await services.chat.say(place_of(visit, reply=True), sharing.link_made(t, url=url, title=link.title))


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
    """Open what a link leads to."""
    if await services.links.open(visit, token) is None:
        await services.chat.say(place_of(visit), sharing.link_gone(t))


async def listing(services: Services, t: Translator, visit: Visit) -> Screen:
    """Return the list of an operator's links."""
    found = await services.links.list(visit.user_id)
    listed = [(link.token, link.title or _name(t, link.kind, link.target), link.opened) for link in found]
    return sharing.links(t, listed)


def _name(t: Translator, kind: str, target: dict[str, object]) -> str:
    if kind == LinkKind.HAIRCUT:
        return str(target.get("haircut", ""))
    return sharing.link_name(t, kind, None)
