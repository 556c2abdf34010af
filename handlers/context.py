"""What a handler is given: the services, typed, through python-telegram-bot's context."""

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from telegram.ext import CallbackContext, ExtBot

from bot.chat.inline import Inline
from bot.chat.telegram import Chat
from bot.texts import Texts
from bot.tryon.asking import Asking
from bot.tryon.chaining import Chaining
from bot.tryon.confirming import Confirming
from bot.tryon.doubles import Doubles
from bot.tryon.drafting import Drafting
from bot.tryon.entrance import Entrance
from bot.tryon.following import Following
from bot.tryon.forgetting import Forgetting
from bot.tryon.gallery import Gallery
from bot.tryon.groups import Groups
from bot.tryon.hair import Hair
from bot.tryon.keepsakes import Keepsakes
from bot.tryon.links import Links
from bot.tryon.looks import Looks
from bot.tryon.opinions import Opinions
from bot.tryon.people import People
from bot.tryon.pictures import Pictures
from bot.tryon.repeating import Repeating
from bot.tryon.sample import Sample
from bot.tryon.shop import Shop
from bot.tryon.showing import Showing
from bot.tryon.tattoos import Tattoos
from bot.tryon.voting import Voting
from bot.tryon.wardrobe import Wardrobe

FAILURES: ContextVar[list[BaseException]] = ContextVar("failures")


@dataclass(frozen=True, slots=True)
class Services:
    """The use cases and the chat, built once by ``bot.app``."""

    chat: Chat
    texts: Texts
    entrance: Entrance
    people: People
    asking: Asking
    drafting: Drafting
    confirming: Confirming
    pictures: Pictures
    forgetting: Forgetting
    looks: Looks
    wardrobe: Wardrobe
    chaining: Chaining
    repeating: Repeating
    showing: Showing
    keepsakes: Keepsakes
    opinions: Opinions
    hair: Hair
    sample: Sample
    gallery: Gallery
    doubles: Doubles
    inline: Inline
    links: Links
    tattoos: Tattoos
    groups: Groups
    following: Following
    voting: Voting
    shop: Shop
    bot_username: str


class Context(CallbackContext[ExtBot[Any], dict[Any, Any], dict[Any, Any], dict[Any, Any]]):
    """The context of one update."""

    @property
    def services(self) -> Services:
        """Return the services that ``bot.app`` put in."""
        services: Services = self.bot_data["services"]
        return services
