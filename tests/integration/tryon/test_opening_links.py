"""A link that is followed puts its garment into the draft, and what was asked for beside it is over."""

import pytest

from bot.clock import SystemClock
from bot.conversation import Draft
from bot.credits import Credits, Prices
from bot.providers.capabilities import Capabilities
from bot.texts import Texts
from bot.tryon.entrance import Entrance
from bot.tryon.links import Links, Opened
from bot.tryon.shop import Shop
from bot.visit import UpdateRef, Visit
from bot.wish import PhotoRef
from storage.database import Database
from storage.migrate import upgrade

PERSON, OPERATOR = 500, 501


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
            await tx.updates.add(7, [(1, "{}"), (2, "{}")], 1.0)
            await tx.users.seen(PERSON, "en", 1.0)
        yield opened


@pytest.fixture
def links(database):
    async def no_contact(user_id):
        raise AssertionError("nobody is greeted here")

    clock = SystemClock()
    credits_ = Credits(database, clock, free_credits=0)
    entrance = Entrance(database, clock, credits_, Texts(), on_contact=no_contact)
    prices, able = Prices(1, 2, 1, 1, 1), Capabilities([Able()])
    shop = Shop(prices, able, max_open_jobs=5, consent_version=1, retention_days=30)
    return Links(database, clock, entrance, NobodyAsks(), shop, admin_ids=[OPERATOR], mint=lambda: "token")


async def test_photo_after_a_link_is_for_the_try_on_and_not_one_more_to_keep(database, links):
    operator = Visit(OPERATOR, OPERATOR, None, 1, "en", UpdateRef(7, 1))
    made = await links.make_garment(operator, PhotoRef("dress-file", "dress"), "Red dress")
    async with database.transaction() as tx:
        await tx.users.expect(PERSON, "look", 1e12)
    visit = Visit(PERSON, PERSON, None, 1, "en", UpdateRef(7, 2))
    assert await links.open(visit, made.token) == Opened("Red dress")
    async with database.reading() as tx:
        assert await tx.users.expected(PERSON, 2.0) is None
        row = await tx.drafts.get(PERSON, PERSON)
    assert Draft.from_json(row.state).garment.photo.unique_id == "dress"
