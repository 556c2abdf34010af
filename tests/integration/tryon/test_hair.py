"""What can be done on the way to other hair, on a real database."""

import random

import pytest

from bot.chat.codes import Verb
from bot.clock import SystemClock
from bot.conversation import Draft, HairChoice, Slot
from bot.credits import Credits, Prices
from bot.errors import AlreadyHandledError
from bot.hairstyles import ALL_HAIRCUTS
from bot.images import Images
from bot.providers.capabilities import Capabilities
from bot.texts import Texts
from bot.tryon.entrance import Entrance
from bot.tryon.hair import Hair
from bot.tryon.hair_questions import HairQuestions
from bot.tryon.shop import Shop
from bot.visit import UpdateRef, Visit
from bot.wish import Ability, HairStyle, PhotoRef
from storage.database import Database
from storage.migrate import upgrade

PERSON = 500
STYLES = tuple(map(HairStyle, ALL_HAIRCUTS[1:]))


@pytest.fixture
def address(tmp_path):
    upgrade(f"sqlite:///{tmp_path}/tryon.db")
    return f"sqlite:///{tmp_path}/tryon.db"


@pytest.fixture
async def database(address):
    async with Database(address) as opened:
        async with opened.transaction() as tx:
            await tx.updates.add(7, [(number, "{}") for number in range(1, 20)], 1.0)
        yield opened


@pytest.fixture
async def hair(database):
    async def no_contact(user_id):
        raise AssertionError("nobody is greeted here")

    clock = SystemClock()
    credits_ = Credits(database, clock, free_credits=0)
    entrance = Entrance(database, clock, credits_, Texts(), on_contact=no_contact)
    shop = Shop(
        Prices(1, 2, 2, 1, 1), Capabilities([]), max_open_jobs=5, consent_version=1, retention_days=30
    )
    async with Images() as images:
        questions = HairQuestions(database, images, shop)
        yield Hair(database, clock, entrance, questions, random.Random(1))


async def drafted(database, ability=Ability.HAIRSTYLE, hair=None):
    draft = Draft("c", Slot(PhotoRef("a", "a")), ability=ability, hair=hair or HairChoice())
    async with database.transaction() as tx:
        await tx.drafts.save(PERSON, PERSON, None, draft.to_json(), 1.0, expected_version=None)


def visit(update_id=1):
    return Visit(PERSON, PERSON, None, 1, "en", UpdateRef(7, update_id))


def haircuts_of(screen):
    codes = [one.code.split(":") for row in screen.rows for one in row]
    return [code[1] for code in codes if code[0] == Verb.HAIRCUT.value]


async def test_turning_pages_stores_nothing_and_marks_nothing(database, hair):
    await drafted(database)
    first, again = await hair.page(visit(), "long"), await hair.page(visit(), "long")
    assert first is not None
    assert again == first
    assert first.picture is not None
    assert first.picture.key.startswith("haircuts:LongStraight,")
    async with database.reading() as tx:
        assert (await tx.drafts.get(PERSON, PERSON)).version == 1
        assert len(await tx.updates.undone(7)) == 19


@pytest.mark.parametrize("page", ["", "nonsense", "fav", "fav9", "found", "favx", "fav0"])
async def test_a_page_that_is_not_there_is_the_first(database, hair, page):
    await drafted(database)
    if page != "fav":
        await hair.star(visit(), ALL_HAIRCUTS[-1], keep=True)
    assert haircuts_of(await hair.page(visit(), page))[0] == ALL_HAIRCUTS[0]


async def test_there_are_no_pages_without_a_draft_for_hair(database, hair):
    assert await hair.page(visit(), "short") is None
    await drafted(database, Ability.CLOTHES)
    assert await hair.page(visit(), "short") is None
    assert not await hair.is_waiting_for_words(visit())


async def test_there_are_no_pages_when_no_haircut_is_asked_for_and_no_star_without_hair(database, hair):
    await drafted(database, hair=HairChoice(STYLES[:1]))
    assert await hair.page(visit(), "short") is None
    assert await hair.star(visit(1), ALL_HAIRCUTS[0], keep=True)
    await drafted(database, Ability.CLOTHES)
    assert not await hair.star(visit(2), ALL_HAIRCUTS[1], keep=True)
    async with database.reading() as tx:
        assert list(await tx.favourites.of(PERSON)) == [ALL_HAIRCUTS[0]]


async def test_favourites_are_kept_once_for_each_update_and_fill_pages_of_nine(database, hair):
    await drafted(database)
    for number, haircut in enumerate(ALL_HAIRCUTS[:11], start=1):
        assert await hair.star(visit(number), haircut, keep=True)
    with pytest.raises(AlreadyHandledError):
        await hair.star(visit(1), ALL_HAIRCUTS[0], keep=False)
    assert not await hair.star(visit(15), "NoSuchCut", keep=True)
    assert haircuts_of(await hair.page(visit(), "fav")) == list(ALL_HAIRCUTS[:9])
    assert haircuts_of(await hair.page(visit(), "fav2")) == list(ALL_HAIRCUTS[9:11])
    assert await hair.star(visit(16), ALL_HAIRCUTS[0], keep=False)
    assert ALL_HAIRCUTS[0] not in haircuts_of(await hair.page(visit(), "fav"))


async def test_a_surprise_is_none_of_those_that_are_chosen(database, hair):
    await drafted(database, hair=HairChoice(STYLES))
    assert {await hair.surprise(visit()) for _ in range(5)} == {ALL_HAIRCUTS[0]}


async def test_words_are_waited_for_while_a_haircut_is_asked_for(database, hair):
    await drafted(database)
    assert await hair.is_waiting_for_words(visit())
    await drafted(database, hair=HairChoice(STYLES[:1]))
    assert not await hair.is_waiting_for_words(visit())
