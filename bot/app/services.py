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
from bot.jobs.progress import ProgressBoard
from bot.providers.downloads import ResultDownloader
from bot.tryon.asking import Asking
from bot.tryon.body_photos import BodyPhotos
from bot.tryon.chaining import Chaining
from bot.tryon.checking import Checking, Checks
from bot.tryon.confirming import Confirming
from bot.tryon.doubles import Doubles
from bot.tryon.drafting import Drafting
from bot.tryon.entrance import Entrance
from bot.tryon.following import Following
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
    """The parts at work that use cases lean on; whether any provider at hand looks at photos."""

    board: ProgressBoard
    brain: Brain
    deliveries: Deliveries
    downloads: ResultDownloader
    notices: NoticePump
    looks_at_photos: bool


@dataclass(frozen=True, slots=True)
class _Common:
    """What most use cases are built of."""

    process: Process
    shop: Shop
    chat: Chat
    parts: Parts
    credits: Credits
    entrance: Entrance
    looking: Looking
    checking: Checking
    mint: Callable[[], str]


@dataclass(frozen=True, slots=True)
class _Questions:
    """What asks, and what it asks of hair and tattoos."""

    asking: Asking
    hair: HairQuestions
    tattoos: TattooQuestions
    photos: BodyPhotos


def build_services(
    process: Process, shop: Shop, chat: Chat, parts: Parts, more_to_come: Callable[[int, int], bool]
) -> Services:
    """Build the use cases."""
    settings, clock, database, images = process.settings, process.clock, process.database, process.images
    common = _common(process, shop, chat, parts)
    questions = _questions(common, more_to_come)
    asking, entrance, looking, mint = questions.asking, common.entrance, common.looking, common.mint
    drafting = Drafting(database, clock, chat, images, entrance, asking, shop, mint=mint)
    return Services(
        chat=chat,
        texts=process.texts,
        entrance=entrance,
        people=People(database, clock, entrance, common.credits),
        asking=asking,
        drafting=drafting,
        confirming=Confirming(database, clock, entrance, shop, wake=parts.brain.wake),
        pictures=Pictures(database, chat, parts.downloads),
        forgetting=Forgetting(database, clock, chat, entrance, asking),
        looks=Looks(database, clock, entrance, looking, shop),
        wardrobe=Wardrobe(database),
        chaining=Chaining(database, looking, drafting),
        repeating=Repeating(database, clock, chat, entrance, shop),
        showing=Showing(chat, images),
        keepsakes=Keepsakes(database, chat, images, footer=f"@{process.bot.username}"),
        opinions=Opinions(database, clock, entrance, admin_ids=settings.admin_ids, wake=parts.notices.wake),
        hair=Hair(database, clock, entrance, questions.hair, random.SystemRandom()),
        sample=Sample(chat),
        gallery=Gallery(database),
        doubles=Doubles(clock),
        inline=Inline(process.bot),
        groups=Groups(database, clock, entrance, asking, looking, shop, mint=mint),
        following=Following(database, clock, chat, entrance, asking, show_on=parts.board.show_on),
        voting=Voting(database, clock, chat, images, entrance),
        links=_links(common),
        tattoos=Tattoos(database, entrance, questions.tattoos, questions.photos),
        shop=shop,
        bot_username=process.bot.username,
    )


def _common(process: Process, shop: Shop, chat: Chat, parts: Parts) -> _Common:
    settings, clock, database = process.settings, process.clock, process.database
    credits_ = Credits(database, clock, free_credits=settings.free_credits)
    return _Common(
        process,
        shop,
        chat,
        parts,
        credits_,
        Entrance(database, clock, credits_, process.texts, on_contact=parts.deliveries.contact),
        Looking(chat, process.images),
        Checking(chat, process.images, _checks(parts)),
        partial(secrets.token_urlsafe, 12),
    )


def _questions(common: _Common, more_to_come: Callable[[int, int], bool]) -> _Questions:
    process, shop, chat, entrance = common.process, common.shop, common.chat, common.entrance
    clock, database = process.clock, process.database
    photos = BodyPhotos(chat, clock, process.images)
    tattoos = TattooQuestions(process.images, photos, shop)
    hair = HairQuestions(database, process.images, shop)
    in_groups = GroupQuestions(process.bot.username)
    questions = Questions(database, entrance, shop, in_groups, {**tattoos.table, **hair.table})
    returning = Returning(database, clock, common.looking, shop, wake=common.parts.notices.wake)
    asking = Asking(database, clock, chat, questions, common.checking, returning, shop, more_to_come)
    return _Questions(asking, hair, tattoos, photos)


def _links(common: _Common) -> Links:
    process = common.process
    return Links(
        process.database,
        process.clock,
        common.entrance,
        common.looking,
        common.checking,
        common.shop,
        admin_ids=process.settings.admin_ids,
        mint=common.mint,
    )


def _checks(parts: Parts) -> Checks | None:
    if not parts.looks_at_photos:
        return None
    return Checks(person=parts.brain.check_person, garment=parts.brain.check_garment)
