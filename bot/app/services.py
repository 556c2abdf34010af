"""What handlers are given: every use case, built out of the parts that are at work."""

import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from bot.app.process import Process
from bot.chat.inline import Inline
from bot.chat.telegram import Chat
from bot.credits import Credits
from bot.jobs.brain import Brain
from bot.jobs.delivery import Deliveries
from bot.jobs.notices import NoticePump
from bot.providers.downloads import ResultDownloader
from bot.settings import Settings
from bot.tryon.asking import Asking
from bot.tryon.body_photos import BodyPhotos
from bot.tryon.chaining import Chaining
from bot.tryon.checking import Checking, Checks
from bot.tryon.confirming import Confirming
from bot.tryon.drafting import Drafting
from bot.tryon.entrance import Entrance
from bot.tryon.forgetting import Forgetting
from bot.tryon.gallery import Gallery
from bot.tryon.group_questions import GroupQuestions
from bot.tryon.groups import Groups
from bot.tryon.hair import Hair
from bot.tryon.hair_questions import HairQuestions
from bot.tryon.keepsakes import Keepsakes
from bot.tryon.links import Links
from bot.tryon.looking import Looking
from bot.tryon.looks import Looks
from bot.tryon.opinions import Opinions
from bot.tryon.people import People
from bot.tryon.pictures import Pictures
from bot.tryon.questions import Questions
from bot.tryon.repeating import Repeating
from bot.tryon.returning import Returning
from bot.tryon.sample import Sample
from bot.tryon.shop import Shop
from bot.tryon.showing import Showing
from bot.tryon.tattoo_questions import TattooQuestions
from bot.tryon.tattoos import Tattoos
from bot.tryon.voting import Voting
from bot.tryon.wardrobe import Wardrobe
from handlers.context import Services


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts at work that use cases lean on."""

    brain: Brain
    deliveries: Deliveries
    downloads: ResultDownloader
    notices: NoticePump


def build_services(
    process: Process, shop: Shop, chat: Chat, parts: Parts, more_to_come: Callable[[int, int], bool]
) -> Services:
    """Build the use cases."""
    settings, clock, database = process.settings, process.clock, process.database
    credits_ = Credits(database, clock, free_credits=settings.free_credits)
    entrance = Entrance(database, clock, credits_, process.texts, on_contact=parts.deliveries.contact)
    photos = BodyPhotos(chat, clock, process.images)
    tattoo_questions = TattooQuestions(process.images, photos, shop)
    hair_questions = HairQuestions(database, process.images, shop)
    questions = Questions(
        database,
        entrance,
        shop,
        GroupQuestions(process.bot.username),
        {**tattoo_questions.table, **hair_questions.table},
    )
    looking = Looking(chat, process.images)
    mint = partial(secrets.token_urlsafe, 12)
    asking = Asking(
        database,
        clock,
        chat,
        questions,
        Checking(chat, process.images, _checks(settings, parts.brain)),
        Returning(database, clock, chat, entrance, looking, shop),
        shop,
        more_to_come,
    )
    drafting = Drafting(
        database,
        clock,
        chat,
        process.images,
        entrance,
        asking,
        shop,
        mint=mint,
    )
    return Services(
        chat=chat,
        texts=process.texts,
        entrance=entrance,
        people=People(database, clock, entrance, credits_),
        asking=asking,
        drafting=drafting,
        confirming=Confirming(database, clock, entrance, shop, wake=parts.brain.wake),
        pictures=Pictures(database, chat, parts.downloads),
        forgetting=Forgetting(database, clock, chat, entrance, asking),
        looks=Looks(database, clock, entrance, looking, shop),
        wardrobe=Wardrobe(database),
        chaining=Chaining(database, looking, drafting),
        repeating=Repeating(database, chat, entrance, shop),
        showing=Showing(chat, process.images),
        keepsakes=Keepsakes(database, chat, process.images, footer=f"@{process.bot.username}"),
        opinions=Opinions(database, clock, entrance, admin_ids=settings.admin_ids, wake=parts.notices.wake),
        hair=Hair(database, clock, entrance, hair_questions, random.SystemRandom()),
        sample=Sample(chat),
        gallery=Gallery(database),
        inline=Inline(process.bot),
        groups=Groups(database, clock, chat, entrance, asking, looking, shop, mint=mint),
        voting=Voting(database, clock, chat, process.images, entrance),
        links=Links(
            database,
            clock,
            entrance,
            asking,
            shop,
            admin_ids=settings.admin_ids,
            mint=mint,
        ),
        tattoos=Tattoos(database, entrance, tattoo_questions, photos),
        shop=shop,
        bot_username=process.bot.username,
    )


def _checks(settings: Settings, brain: Brain) -> Checks | None:
    if not settings.fitroom_api_key:
        return None
    return Checks(person=brain.check_person, garment=brain.check_garment)
