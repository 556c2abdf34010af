"""Groups: commands there, answers to the bot's questions, and groups that become supergroups.

Everything else that is said in a group is left alone: it is not read, not fetched and not noted.
"""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import wraps
from typing import Any

from telegram import Message, Update
from telegram.ext import filters

from bot.chat.outcomes import CannotSend, Place
from bot.chat.screen import Screen
from bot.chat.screens import basics, grouped
from bot.conversation import Slot
from bot.texts import Translator
from bot.tryon.looking import NotTaken
from bot.visit import Visit
from bot.wish import Ability
from handlers import cancelling, hair, looks, tattoos
from handlers.context import Context, Services
from handlers.dressing import for_visit
from handlers.reading import command_of, place_of, shown_slot, slot_of, visit_of
from handlers.refusals import refusal

PREFIX = "show"
ABILITIES = {
    "tryon": Ability.CLOTHES,
    "outfit": Ability.OUTFIT,
    "hair": Ability.HAIRSTYLE,
    "tattoo": Ability.TATTOO,
}
# What belongs between the two: opened in the private chat.
PRIVATE_MATTERS = frozenset({"credits", "language", "looks", "wardrobe"})


class Called(filters.MessageFilter):
    """Messages and captions that begin with one of these commands, meant for us."""

    def __init__(self, *names: str) -> None:
        super().__init__(name=f"Called{names}")
        self._names = frozenset(names)

    def filter(self, message: Message) -> bool:
        """Return whether a message is one of them."""
        return command_of(message) in self._names


@dataclass(frozen=True, slots=True)
class Call:
    """A command that somebody gave in a group."""

    services: Services
    visit: Visit
    t: Translator
    message: Message

    @property
    def name(self) -> str:
        """Return the command."""
        return command_of(self.message) or ""

    async def say(self, screen: Screen) -> None:
        """Answer in the group, or to the person alone where nothing can be written there."""
        visit, chat = self.visit, self.services.chat
        outcome = await chat.say(place_of(visit, reply=True), for_visit(visit, screen))
        if isinstance(outcome, CannotSend):
            await chat.say(Place(visit.user_id), screen)

    async def say_if_refused(self, answer: object) -> None:
        """Say what is wrong with a photo that was not taken."""
        if isinstance(answer, NotTaken):
            await self.say(refusal(self.t, answer))


Handler = Callable[[Update, Context], Coroutine[Any, Any, None]]


def _from_somebody(answer: Callable[[Call], Coroutine[Any, Any, None]]) -> Handler:
    """Let a command in only from a person; whoever speaks as a chat hears why nothing comes of it."""

    @wraps(answer)
    async def handle(update: Update, context: Context) -> None:
        message, services = update.effective_message, context.services
        if message is None:
            return
        if (visit := visit_of(update)) is None:
            t = services.texts.speak()
            await _say_to_nobody(services, message, grouped.anonymous(t, url=_url(services, "group")))
            return
        await answer(Call(services, visit, await services.entrance.greet(visit), message))

    return handle


@_from_somebody
async def try_on(call: Call) -> None:
    """Begin a try-on with the photo that the command answers, or under which it stands."""
    ability = ABILITIES.get(call.name, Ability.CLOTHES)
    if ability not in call.services.groups.abilities:
        await call.say(grouped.not_offered(call.t, url=_url(call.services, "group")))
        return
    thing, person = _roles(call.message, ability, call.visit)
    await call.say_if_refused(
        await call.services.groups.begin(call.visit, ability, thing=thing, person=person)
    )


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
    call = Call(services, visit, await services.entrance.greet(visit), message)
    slot = slot_of(message)
    if slot is not None:
        await call.say_if_refused(await services.drafting.photo(visit, slot))
    elif message.text and not await hair.said(services, visit, call.t, message.text):
        await tattoos.words(services, visit, call.t, message.text)


async def help_(update: Update, context: Context) -> None:
    """Explain what can be done in a group."""
    message, services, visit = update.effective_message, context.services, visit_of(update)
    if message is None:
        return
    t = await services.entrance.greet(visit) if visit else services.texts.speak()
    screen = grouped.how_to(t, services.groups.abilities, url=_url(services, "group"))
    if visit:
        await Call(services, visit, t, message).say(screen)
    else:
        await _say_to_nobody(services, message, screen)


async def hello(update: Update, context: Context) -> None:
    """Say what can be done where the bot was just added.

    By the group's own message, since a group that becomes a supergroup tells of the bot as a new member, too.
    """
    message, services, visit = update.effective_message, context.services, visit_of(update)
    if message is None or visit is None:
        return
    if not message.group_chat_created and context.bot.id not in {one.id for one in message.new_chat_members}:
        return
    # Once at most: nobody misses it, but twice is a nuisance.
    await services.groups.come(visit)
    t = services.texts.speak(visit.telegram_language)
    screen = grouped.how_to(t, services.groups.abilities, url=_url(services, "group"))
    await services.chat.say(place_of(visit), screen)


@_from_somebody
async def private_matter(call: Call) -> None:
    """Open in the private chat what is nobody else's business."""
    url = _url(call.services, f"{PREFIX}_{call.name}")
    is_balance = call.name == "credits"
    words = grouped.balance_is_private if is_balance else grouped.only_privately
    await call.say(words(call.t, url=url))


@_from_somebody
async def cancel(call: Call) -> None:
    """Stop what the person began in this group."""
    await call.say(await cancelling.cancel_all(call.services, call.visit, call.t))


async def moved(update: Update, context: Context) -> None:
    """Follow a group that became a supergroup; both the old and the new one say so, in any order."""
    message = update.effective_message
    if message is None:
        return
    if message.migrate_to_chat_id:
        await context.services.following.moved(message.chat.id, message.migrate_to_chat_id)
    elif message.migrate_from_chat_id:
        await context.services.following.moved(message.migrate_from_chat_id, message.chat.id)


async def go_on(visit: Visit, t: Translator, services: Services, name: str) -> None:
    """Open the link of a card in a group that waits for the person's photo."""
    if not await services.groups.open(visit, name):
        await services.chat.say(place_of(visit), grouped.group_is_over(t))


async def show(visit: Visit, t: Translator, services: Services, what: str) -> None:
    """Open what a group only hints at."""
    match what:
        case "language":
            await services.chat.say(place_of(visit), basics.language_screen(t))
        case "looks":
            await looks.show_look(services, visit, t, await services.looks.open(visit))
        case "wardrobe":
            await looks.show_garment(services, visit, t, await services.wardrobe.page(visit.user_id))
        case _:
            purse = await services.people.purse(visit.user_id)
            price = services.shop.prices.clothes
            screen = basics.credits_screen(t, available=purse.available, held=purse.held, price=price)
            await services.chat.say(place_of(visit), screen)


async def _say_to_nobody(services: Services, message: Message, screen: Screen) -> None:
    """Answer somebody who speaks as a chat; a channel's own post in its group is nobody's question."""
    if not message.is_automatic_forward:
        thread_id = message.message_thread_id if message.is_topic_message else None
        await services.chat.say(Place(message.chat.id, thread_id, message.message_id), screen)


def _url(services: Services, payload: str) -> str:
    return f"https://t.me/{services.bot_username}?start={payload}"
