"""Links: made only of photos that can be used, listed in pages, and opened into the draft."""

import io

import pytest
from PIL import Image

from bot.chat.outcomes import Fetched, PhotoGone, TryLater
from bot.clock import SystemClock
from bot.conversation import Draft, Slot
from bot.credits import Credits, Prices
from bot.errors import AlreadyHandledError
from bot.images import Images
from bot.images.errors import Reason
from bot.providers.base import Ability, GarmentCheck, GarmentKind
from bot.providers.capabilities import Capabilities
from bot.texts import Texts
from bot.tryon.checking import Checking, Checks
from bot.tryon.entrance import Entrance
from bot.tryon.links import PAGE, Links, NotOffered
from bot.tryon.looking import Looking, PhotoRefused, PhotoUnreachable
from bot.tryon.shop import Shop
from bot.visit import UpdateRef, Visit
from bot.wish import PhotoRef
from storage.database import Database
from storage.migrate import upgrade

PERSON, OPERATOR = 500, 501


DRESS = Slot(PhotoRef("dress-file", "dress"))


def jpeg(width=300, height=400):
    out = io.BytesIO()
    Image.new("RGB", (width, height), "crimson").save(out, "JPEG")
    return out.getvalue()


class Telegram:
    """Hands over the one photo there is."""

    def __init__(self):
        self.answer = Fetched(jpeg())

    async def fetch_photo(self, file_id):
        assert file_id == "dress-file"
        return self.answer


class Able:
    """A provider that can do everything but what it is told to leave."""

    name = "tryiton"

    def __init__(self, *, lacks=()):
        self.lacks = lacks

    def can_serve(self, need):
        return need.ability not in self.lacks


class Look:
    """A provider's look at a garment, and how often it was taken."""

    def __init__(self):
        self.finds = GarmentCheck(GarmentKind.ONE_PIECE, True)
        self.taken = 0

    async def at_garment(self, picture):
        self.taken += 1
        return self.finds

    async def at_person(self, picture):
        raise AssertionError("it is a garment's photo")


@pytest.fixture
def address(tmp_path):
    upgrade(f"sqlite:///{tmp_path}/tryon.db")
    return f"sqlite:///{tmp_path}/tryon.db"


@pytest.fixture
async def database(address):
    async with Database(address) as opened:
        async with opened.transaction() as tx:
            await tx.updates.add(7, [(number, "{}") for number in range(1, 60)], 1.0)
            await tx.users.seen(PERSON, "en", 1.0)
        yield opened


@pytest.fixture
def telegram():
    return Telegram()


@pytest.fixture
def look():
    return Look()


@pytest.fixture
async def shops(database, telegram, look):
    """Build the links of a shop with a provider."""

    async def no_contact(user_id):
        raise AssertionError("nobody is greeted here")

    clock = SystemClock()
    credits_ = Credits(database, clock, free_credits=0)
    entrance = Entrance(database, clock, credits_, Texts(), on_contact=no_contact)
    tokens = (f"token{number}" for number in range(60))
    more = {"admin_ids": [OPERATOR], "mint": lambda: next(tokens)}
    async with Images() as images:
        checking = Checking(telegram, images, Checks(person=look.at_person, garment=look.at_garment))
        looking = Looking(telegram, images)

        def build(able):
            facts = {"max_open_jobs": 5, "consent_version": 1, "retention_days": 30}
            shop = Shop(Prices(1, 2, 1, 1, 1), Capabilities([able]), **facts)
            return Links(database, clock, entrance, looking, checking, shop, **more)

        yield build


@pytest.fixture
def links(shops):
    return shops(Able())


def by_operator(update=1):
    return Visit(OPERATOR, OPERATOR, None, 1, "en", UpdateRef(7, update))


async def kept(database):
    async with database.reading() as tx:
        return await tx.links.of_creator(OPERATOR, 60)


async def test_photo_after_a_link_is_for_the_try_on_and_not_one_more_to_keep(database, links):
    made = await links.make_garment(by_operator(), DRESS, "Red dress")
    async with database.transaction() as tx:
        await tx.users.expect(PERSON, "look", 1e12)
    visit = Visit(PERSON, PERSON, None, 1, "en", UpdateRef(7, 2))
    opened = await links.open(visit, made.link.token)
    assert (opened.title, opened.photo.unique_id, opened.haircut) == ("Red dress", "dress", None)
    async with database.reading() as tx:
        assert await tx.users.expected(PERSON, 2.0) is None
        row = await tx.drafts.get(PERSON, PERSON)
    assert Draft.from_json(row.state).garment.photo.unique_id == "dress"


async def test_link_that_is_opened_twice_by_one_update_counts_once(database, links):
    made = await links.make_garment(by_operator(), DRESS, None)
    visit = Visit(PERSON, PERSON, None, 1, "en", UpdateRef(7, 2))
    await links.open(visit, made.link.token)
    with pytest.raises(AlreadyHandledError):
        await links.open(visit, made.link.token)
    assert [link.opened for link in await kept(database)] == [1]


@pytest.mark.parametrize(
    ("photo", "answer"),
    [
        (Fetched(jpeg(100, 100)), PhotoRefused(Reason.TOO_SMALL)),
        (Fetched(jpeg(300, 2500)), PhotoRefused(Reason.EXTREME_RATIO)),
        (Fetched(b"%PDF-1.7 no picture"), PhotoRefused(Reason.NOT_A_PICTURE)),
        (Fetched(jpeg()[:-300]), PhotoRefused(Reason.TRUNCATED)),
        (PhotoGone(), PhotoRefused(None)),
        (PhotoGone(too_big=True), PhotoRefused(Reason.TOO_LARGE_FILE)),
        (TryLater(1.0), PhotoUnreachable()),
    ],
)
async def test_no_link_is_made_of_a_photo_that_nobody_could_use(database, links, telegram, photo, answer):
    telegram.answer = photo
    assert await links.make_garment(by_operator(), DRESS, "Red dress") == answer
    assert await kept(database) == []


async def test_photo_of_a_link_keeps_what_was_seen_of_it(database, links):
    made = await links.make_garment(by_operator(), DRESS, "  Red \n dress ")
    assert made.link.title == "Red dress"
    photo = PhotoRef.from_json(made.link.target["photo"])
    assert (photo.width, photo.height, len(photo.digest)) == (300, 400, 64)


async def test_operator_hears_that_nobody_makes_out_a_garment_if_they_agreed_to_such_looks(
    database, links, look
):
    look.finds = GarmentCheck(GarmentKind.AUTO, False)
    made = await links.make_garment(by_operator(1), DRESS, None)
    assert (made.is_doubtful, look.taken) == (False, 0)
    async with database.transaction() as tx:
        await tx.users.seen(OPERATOR, "en", 1.0)
        await tx.users.consent(OPERATOR, 1, 1.0)
    made = await links.make_garment(by_operator(2), DRESS, None)
    assert (made.is_doubtful, look.taken) == (True, 1)


async def test_haircut_that_no_key_makes_gets_no_link_and_an_old_one_says_so_uncounted(
    database, links, shops
):
    made = await links.make_haircut(by_operator(1), "BobCut")
    without = shops(Able(lacks={Ability.HAIRSTYLE}))
    assert await without.make_haircut(by_operator(2), "Afro") == NotOffered()
    visit = Visit(PERSON, PERSON, None, 1, "en", UpdateRef(7, 3))
    assert await without.open(visit, made.link.token) == NotOffered()
    assert [(link.target["haircut"], link.opened) for link in await kept(database)] == [("BobCut", 0)]


async def test_links_come_in_pages_and_an_emptied_page_shows_the_one_before(links):
    made = [await links.make_haircut(by_operator(number), "BobCut") for number in range(1, PAGE + 2)]
    first, second = await links.page(OPERATOR), await links.page(OPERATOR, 1)
    assert (len(first.links), first.has_more, len(second.links), second.has_more) == (PAGE, True, 1, False)
    assert not {link.token for link in first.links} & {link.token for link in second.links}
    assert {link.token for page in (first, second) for link in page.links} == {m.link.token for m in made}
    assert await links.end(by_operator(40), second.links[0].token)
    assert (await links.page(OPERATOR, 1)).n == 0
    assert not await links.end(Visit(PERSON, PERSON, None, 1, "en", UpdateRef(7, 41)), first.links[0].token)
    assert (await links.page(PERSON)).links == ()
