"""A draft made of an earlier picture remembers what the person decided then."""

import pytest

from bot.clock import SystemClock
from bot.conversation import Draft, LookChosen, Slot
from bot.credits import Credits, Prices
from bot.providers.capabilities import Capabilities
from bot.texts import Texts
from bot.tryon.drafting import Drafting
from bot.tryon.entrance import Entrance
from bot.tryon.shop import Shop
from bot.visit import UpdateRef, Visit
from bot.wish import ClothesWish, GarmentKind, PhotoRef, wish_to_json
from storage.database import Database
from storage.jobs import NewJob
from storage.migrate import upgrade

PERSON = 500
ME, DRESS = PhotoRef("me-file", "me"), PhotoRef("dress-file", "dress")


class NobodyAsks:
    async def ask(self, chat_id, user_id, *, on=None):
        """Let the draft be the answer."""


class Able:
    """A provider that can do everything."""

    name = "tryiton"

    def can_serve(self, need):
        return True


@pytest.fixture
def address(tmp_path):
    upgrade(f"sqlite:///{tmp_path}/tryon.db")
    return f"sqlite:///{tmp_path}/tryon.db"


@pytest.fixture
async def database(address):
    async with Database(address) as opened:
        async with opened.transaction() as tx:
            await tx.updates.add(7, [(1, "{}")], 1.0)
        yield opened


@pytest.fixture
def drafting(database):
    async def no_contact(user_id):
        raise AssertionError("nobody is greeted here")

    clock = SystemClock()
    entrance = Entrance(
        database, clock, Credits(database, clock, free_credits=0), Texts(), on_contact=no_contact
    )
    shop = Shop(
        Prices(1, 2, 1, 1, 1), Capabilities([Able()]), max_open_jobs=5, consent_version=1, retention_days=30
    )
    return Drafting(database, clock, None, None, entrance, NobodyAsks(), shop, mint=lambda: "c2")


async def again(database, drafting, kind, role):
    wish = wish_to_json(ClothesWish(ME, DRESS, kind))
    async with database.transaction() as tx:
        new = NewJob(PERSON, PERSON, None, None, 11, "c1", "clothes", wish, 0, 1, "en")
        job = await tx.jobs.add(new, 1.0)
    assert await drafting.again(Visit(PERSON, PERSON, None, 1, "en", UpdateRef(7, 1)), job.id, role)
    async with database.reading() as tx:
        return Draft.from_json((await tx.drafts.get(PERSON, PERSON)).state)


async def test_another_photo_keeps_the_kind_that_the_person_saw_on_the_card(database, drafting):
    draft = await again(database, drafting, GarmentKind.ONE_PIECE, "person")
    assert (draft.garment.photo, draft.kind, draft.kind_chosen) == (DRESS, GarmentKind.ONE_PIECE, True)


async def test_a_kind_that_was_left_open_may_still_be_found_by_a_check(database, drafting):
    draft = await again(database, drafting, GarmentKind.AUTO, "person")
    assert (draft.kind, draft.kind_chosen) == (GarmentKind.AUTO, False)


async def test_another_garment_may_be_of_another_kind(database, drafting):
    draft = await again(database, drafting, GarmentKind.ONE_PIECE, "garment")
    assert (draft.person.photo, draft.kind, draft.kind_chosen) == (ME, GarmentKind.AUTO, False)


async def test_choice_that_changes_nothing_still_ends_the_wait_for_a_saved_photo(database, drafting):
    async with database.transaction() as tx:
        await tx.users.seen(PERSON, "en", 1.0)
        draft = Draft("c1", person=Slot(ME)).to_json()
        await tx.drafts.save(PERSON, PERSON, None, draft, 1.0, expected_version=None)
        await tx.users.expect(PERSON, "look", 1e12)
    visit = Visit(PERSON, PERSON, None, 1, "en", UpdateRef(7, 1))
    assert await drafting.choose(visit, LookChosen(ME), None)
    async with database.reading() as tx:
        assert await tx.users.expected(PERSON, 2.0) is None
