"""The picture that one has is shown for nothing: to its own person, from its own card, unbooked."""

import pytest

from bot.chat.outcomes import CannotSend, MessageRef, Obstacle, Place, Sent, TryLater
from bot.chat.screen import Screen
from bot.clock import SystemClock
from bot.conversation import Draft, Slot
from bot.credits import Credits, Prices
from bot.errors import AlreadyHandledError
from bot.providers.capabilities import Capabilities
from bot.texts import Texts
from bot.tryon.entrance import Entrance
from bot.tryon.repeating import Repeat, Repeating
from bot.tryon.shop import Shop
from bot.visit import UpdateRef, Visit
from bot.wish import PhotoRef, wish_key, wish_to_json
from storage.database import Database
from storage.jobs import JobState, NewJob
from storage.migrate import upgrade

PERSON = 500
CARD = MessageRef(PERSON, 11)
# The same bytes under other ids: the photos were sent once more.
FIRST = Draft("c0", Slot(PhotoRef("a", "a", digest="me")), Slot(PhotoRef("b", "b", digest="shirt")))
AGAIN = Draft("c1", Slot(PhotoRef("c", "c", digest="me")), Slot(PhotoRef("d", "d", digest="shirt")))


class Able:
    """A provider that can do everything."""

    name = "tryiton"

    def can_serve(self, need):
        return True


class Chat:
    """Shows pictures, and notes which; ``outcome`` is what comes of an edit."""

    def __init__(self):
        self.outcome = Sent(11)
        self.edited, self.photos, self.files, self.removed = [], [], [], []
        self.places, self.spoilers = [], []
        self.photo_outcome = Sent(12)

    async def edit(self, ref, screen, *, spoiler):
        self.edited.append((ref.message_id, screen.picture.content))
        self.spoilers.append(spoiler)
        return self.outcome

    async def show_photo(self, place, photo, screen, *, spoiler):
        self.photos.append(photo)
        self.places.append(place)
        self.spoilers.append(spoiler)
        return self.photo_outcome

    async def show_document(self, place, content, filename, screen):
        self.files.append(content)
        return Sent(13)

    async def remove(self, ref):
        self.removed.append(ref)


def visit(update_id=1, chat_id=PERSON):
    return Visit(PERSON, chat_id, None, 1, "en", UpdateRef(7, update_id))


@pytest.fixture
def chat():
    return Chat()


@pytest.fixture
def address(tmp_path):
    upgrade(f"sqlite:///{tmp_path}/tryon.db")
    return f"sqlite:///{tmp_path}/tryon.db"


@pytest.fixture
async def database(address):
    async with Database(address) as opened:
        async with opened.transaction() as tx:
            await tx.updates.add(7, [(number, "{}") for number in range(1, 9)], 1.0)
        yield opened


@pytest.fixture
def repeating(database, chat):
    async def no_contact(user_id):
        raise AssertionError("nobody is greeted here")

    clock = SystemClock()
    credits_ = Credits(database, clock, free_credits=0)
    entrance = Entrance(database, clock, credits_, Texts(), on_contact=no_contact)
    shop = Shop(
        Prices(1, 2, 1, 1, 1), Capabilities([Able()]), max_open_jobs=5, consent_version=1, retention_days=30
    )
    return Repeating(database, clock, chat, entrance, shop)


async def drafted(database, draft=AGAIN, chat_id=PERSON):
    async with database.transaction() as tx:
        await tx.drafts.save(chat_id, PERSON, None, draft.to_json(), 1.0, expected_version=None)


async def delivered(database, *, user=PERSON, outputs=1, pictures=1):
    """A delivered job of the first draft's wish, with some of its pictures still known."""
    async with database.transaction() as tx:
        new = NewJob(
            *(user, user, None, None, 10, f"c-{user}", "clothes", wish_to_json(FIRST.wish), 0, outputs),
            wish_key=wish_key(FIRST.wish),
        )
        job = await tx.jobs.add(new, 1.0)
        for n in range(1, pictures + 1):
            await tx.results.add(job.id, n, b"x", "image/jpeg", 1, 1, 2.0)
            placed = {"file_unique_id": "u", "chat_id": user, "message_id": n}
            await tx.results.delivered(job.id, n, file_id=f"picture-{n}", **placed, at=3.0)
        await tx.jobs.move(job.id, epoch=job.epoch, source=JobState.QUEUED, target=JobState.DELIVERED, at=3.0)


def show(repeating, update_id=1, confirmation="c1", chat_id=PERSON, way=None):
    at = visit(update_id, chat_id)
    return repeating.show(at, confirmation, CARD, lambda made, n: Screen(f"picture {n}"), way=way)


async def has_draft(database):
    async with database.reading() as tx:
        return await tx.drafts.get(PERSON, PERSON) is not None


async def test_the_card_becomes_the_picture_and_nothing_is_booked(database, repeating, chat):
    await delivered(database)
    await drafted(database)
    assert await show(repeating) is Repeat.SHOWN
    assert chat.edited == [(11, "picture-1")]
    assert not await has_draft(database)
    async with database.reading() as tx:
        assert await tx.ledger.entries(PERSON) == []


async def test_second_tap_and_old_card_show_nothing(database, repeating, chat):
    await delivered(database)
    await drafted(database)
    assert await show(repeating, confirmation="another") is Repeat.OUT_OF_DATE
    await show(repeating)
    assert await show(repeating, update_id=2) is Repeat.OUT_OF_DATE
    assert len(chat.edited) == 1


async def test_a_tap_that_was_handled_before_takes_no_later_draft(database, repeating):
    await delivered(database)
    await drafted(database)
    await show(repeating)
    await drafted(database)
    with pytest.raises(AlreadyHandledError):
        await show(repeating)
    assert await has_draft(database)


async def test_somebody_elses_picture_is_never_shown(database, repeating, chat):
    await delivered(database, user=501)
    await drafted(database)
    assert await show(repeating) is Repeat.GONE
    assert chat.edited == []


@pytest.mark.parametrize("way", ["here", "spoiler"])
async def test_in_a_group_it_is_shown_as_its_card_says(database, repeating, chat, way):
    await delivered(database, outputs=2, pictures=2)
    await drafted(database, chat_id=-5)
    assert await show(repeating, chat_id=-5, way=way) is Repeat.SHOWN
    assert (chat.edited, chat.places) == ([(11, "picture-1")], [Place(-5)])
    assert chat.spoilers == [way == "spoiler"] * 2
    async with database.reading() as tx:
        assert await tx.drafts.get(-5, PERSON) is None
        assert await tx.ledger.entries(PERSON) == []


async def test_for_the_person_alone_the_group_is_shown_nothing(database, repeating, chat):
    await delivered(database, outputs=2, pictures=2)
    await drafted(database, chat_id=-5)
    assert await show(repeating, chat_id=-5, way="private") is Repeat.SHOWN
    assert (chat.edited, chat.places) == ([], [Place(PERSON)] * 2)


async def test_for_the_person_alone_nothing_is_lost_where_the_bot_is_blocked(database, repeating, chat):
    chat.photo_outcome = CannotSend(Obstacle.BLOCKED)
    await delivered(database)
    await drafted(database, chat_id=-5)
    assert await show(repeating, chat_id=-5, way="private") is Repeat.CLOSED
    async with database.reading() as tx:
        assert await tx.drafts.get(-5, PERSON) is not None


async def test_several_pictures_are_shown_all_or_none(database, repeating, chat):
    await delivered(database, outputs=2, pictures=2)
    await drafted(database)
    assert await show(repeating) is Repeat.SHOWN
    assert (chat.edited, chat.photos) == ([(11, "picture-1")], ["picture-2"])


async def test_of_several_pictures_one_that_is_gone_makes_it_no_repeat(database, repeating):
    await delivered(database, outputs=2, pictures=1)
    await drafted(database)
    assert await show(repeating) is Repeat.GONE


async def test_a_picture_that_was_delivered_as_a_file_is_shown_as_one(database, repeating, chat):
    chat.outcome = chat.photo_outcome = CannotSend(Obstacle.REFUSED)
    await delivered(database)
    await drafted(database)
    assert await show(repeating) is Repeat.SHOWN
    assert chat.files == ["picture-1"]
    # Its buttons would lead nowhere.
    assert chat.removed == [CARD]
    assert not await has_draft(database)


async def test_a_card_that_can_become_the_picture_is_not_removed(database, repeating, chat):
    await delivered(database)
    await drafted(database)
    await show(repeating)
    assert chat.removed == []


async def test_a_card_stays_when_the_picture_can_be_sent_nowhere(database, repeating, chat):
    chat.outcome = CannotSend(Obstacle.REFUSED)
    chat.photo_outcome = TryLater(1.0)
    await delivered(database)
    await drafted(database)
    assert await show(repeating) is Repeat.LATER
    assert chat.removed == []
    assert await has_draft(database)


async def test_the_card_stays_while_telegram_takes_nothing(database, repeating, chat):
    chat.outcome = TryLater(1.0)
    await delivered(database)
    await drafted(database)
    assert await show(repeating) is Repeat.LATER
    assert await has_draft(database)
