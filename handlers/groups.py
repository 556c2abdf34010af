"""Groups: commands there, answers to the bot's questions, and groups that become supergroups.

Everything else that is said in a group is left alone: it is not read, not fetched and not noted.
"""

from telegram import Message, Update
from telegram.ext import filters

from bot.chat.outcomes import CannotSend, MessageRef, Place
from bot.chat.screen import Screen
from bot.chat.screens import basics, drafting, grouped, waiting
from bot.conversation import Slot
from bot.texts import Translator
from bot.tryon.looking import PhotoRefused, PhotoUnreachable
from bot.visit import Visit
from bot.wish import Ability
from handlers import hair, tattoos
from handlers.context import Context, Services
from handlers.dressing import for_visit
from handlers.reading import command_of, place_of, shown_slot, slot_of, visit_of

PREFIX = "show"
BALANCE = "credits"
ABILITIES = {"tryon": Ability.CLOTHES, "hair": Ability.HAIRSTYLE, "tattoo": Ability.TATTOO}


class Called(filters.MessageFilter):
    """Messages and captions that begin with one of these commands, meant for us."""

    def __init__(self, *names: str) -> None:
        super().__init__(name=f"Called{names}")
        self._names = frozenset(names)

    def filter(self, message: Message) -> bool:
        """Return whether a message is one of them."""
        return command_of(message) in self._names


async def try_on(update: Update, context: Context) -> None:
    """Begin a try-on with the photo that the command answers, or under which it stands."""
    message, services = update.effective_message, context.services
    if message is None:
        return
    if (visit := visit_of(update)) is None:
        await _who_are_you(message, services)
        return
    t = await services.entrance.greet(visit)
    ability = ABILITIES[command_of(message) or "tryon"]
    if ability not in services.groups.abilities:
        await _say(services, visit, grouped.not_offered(t, url=_url(services, "group")))
        return
    thing, person = _roles(message, ability, visit)
    match await services.groups.begin(visit, ability, thing=thing, person=person):
        case PhotoRefused(reason):
            await _say(services, visit, drafting.photo_problem(t, reason))
        case PhotoUnreachable():
            await _say(services, visit, drafting.telegram_slow(t))
        case _:
            pass


def _roles(message: Message, ability: Ability, visit: Visit) -> tuple[Slot | None, Slot | None]:
    """Return the photo of the thing and that of the person; with both, the answered one is the thing."""
    own, answered = slot_of(message), shown_slot(message)
    if ability is Ability.HAIRSTYLE:
        return None, own or (answered if _is_own(message.reply_to_message, visit) else None)
    return (answered, own) if answered else (own, None)


def _is_own(message: Message | None, visit: Visit) -> bool:
    return message is not None and message.from_user is not None and message.from_user.id == visit.user_id


async def answered(update: Update, context: Context) -> None:
    """Take a photo or words that answer the bot's question; other answers are none of our business."""
    message, visit = update.effective_message, visit_of(update)
    if message is None or visit is None or message.reply_to_message is None:
        return
    question, services = message.reply_to_message, context.services
    if question.from_user is None or question.from_user.id != context.bot.id:
        return
    if not await services.groups.is_asked(visit, question.message_id):
        return
    t = await services.entrance.greet(visit)
    slot = slot_of(message)
    if slot is None:
        if message.text and not await hair.said(services, visit, t, message.text):
            await tattoos.words(services, visit, t, message.text)
        return
    match await services.drafting.photo(visit, slot):
        case PhotoRefused(reason):
            await _say(services, visit, drafting.photo_problem(t, reason))
        case PhotoUnreachable():
            await _say(services, visit, drafting.telegram_slow(t))
        case _:
            pass


async def help_(update: Update, context: Context) -> None:
    """Explain what can be done in a group."""
    message, services = update.effective_message, context.services
    if message is None:
        return
    visit = visit_of(update)
    t = await services.entrance.greet(visit) if visit else services.texts.speak()
    screen = grouped.how_to(t, services.groups.abilities, url=_url(services, "group"))
    if visit:
        await _say(services, visit, screen)
    elif not message.is_automatic_forward:
        await services.chat.say(_place(message), screen)


async def credits_(update: Update, context: Context) -> None:
    """Keep the balance between the two."""
    message, services = update.effective_message, context.services
    if message is None:
        return
    if (visit := visit_of(update)) is None:
        await _who_are_you(message, services)
        return
    t = await services.entrance.greet(visit)
    url = _url(services, f"{PREFIX}_{BALANCE}")
    await _say(services, visit, grouped.balance_is_private(t, url=url))


async def cancel(update: Update, context: Context) -> None:
    """Stop what the person began in this group."""
    message, services = update.effective_message, context.services
    if message is None:
        return
    if (visit := visit_of(update)) is None:
        await _who_are_you(message, services)
        return
    t = await services.entrance.greet(visit)
    done = await services.confirming.cancel_all(visit)
    if done.draft_message_id:
        await services.chat.remove(MessageRef(visit.chat_id, done.draft_message_id))
    for job in done.jobs:
        if job.card_message_id:
            card = MessageRef(job.chat_id, job.card_message_id)
            await services.chat.edit(card, for_visit(visit, waiting.cancelled(t, price=job.price)))
    if done.jobs or done.had_draft or done.still_running:
        screen = basics.cancelled(
            t, jobs=len(done.jobs), still_running=done.still_running, had_draft=done.had_draft
        )
    else:
        screen = basics.nothing_to_cancel(t)
    await _say(services, visit, screen)


async def moved(update: Update, context: Context) -> None:
    """Follow a group that became a supergroup; both the old and the new one say so, in any order."""
    message = update.effective_message
    if message is None:
        return
    if message.migrate_to_chat_id:
        await context.services.groups.moved(message.chat.id, message.migrate_to_chat_id)
    elif message.migrate_from_chat_id:
        await context.services.groups.moved(message.migrate_from_chat_id, message.chat.id)


async def go_on(visit: Visit, t: Translator, services: Services, name: str) -> None:
    """Open the link of a card in a group that waits for the person's photo."""
    if not await services.groups.open(visit, name):
        await services.chat.say(place_of(visit), grouped.group_is_over(t))


async def show(visit: Visit, t: Translator, services: Services, what: str) -> None:
    """Open what a group only hints at."""
    del what
    purse = await services.people.purse(visit.user_id)
    price = services.shop.prices.clothes
    screen = basics.credits_screen(t, available=purse.available, held=purse.held, price=price)
    await services.chat.say(place_of(visit), screen)


async def _say(services: Services, visit: Visit, screen: Screen) -> None:
    """Answer in the group, or to the person alone where nothing can be written there."""
    outcome = await services.chat.say(place_of(visit, reply=True), for_visit(visit, screen))
    if isinstance(outcome, CannotSend):
        await services.chat.say(Place(visit.user_id), screen)


async def _who_are_you(message: Message, services: Services) -> None:
    """Answer somebody who speaks as a chat; a channel's own post in its group is nobody's question."""
    if message.is_automatic_forward:
        return
    t = services.texts.speak()
    await services.chat.say(_place(message), grouped.anonymous(t, url=_url(services, "group")))


def _place(message: Message) -> Place:
    thread_id = message.message_thread_id if message.is_topic_message else None
    return Place(message.chat.id, thread_id, message.message_id)


def _url(services: Services, payload: str) -> str:
    return f"https://t.me/{services.bot_username}?start={payload}"
