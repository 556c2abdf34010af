"""A look at a photo is taken once for each role; what could not be looked at is looked at next time."""

import io

import pytest
from PIL import Image

from bot.chat.outcomes import Fetched, TryLater
from bot.conversation import Advice
from bot.images import Images
from bot.providers.base import GarmentCheck, GarmentKind, PersonCheck, PhotoProblem
from bot.tryon.checking import Checking, Checks
from bot.wish import PhotoRef

PHOTO = PhotoRef("file", "unique")
SMALL = PersonCheck(True, (PhotoProblem.SLIGHTLY_SMALL,), frozenset({GarmentKind.TOP}), ("410001",))
DRESS = GarmentCheck(GarmentKind.ONE_PIECE, True)


class Album:
    """Telegram, as far as it hands photos over."""

    def __init__(self):
        out = io.BytesIO()
        Image.linear_gradient("L").convert("RGB").save(out, "JPEG")
        self.answer = Fetched(out.getvalue())

    async def fetch_photo(self, file_id):
        return self.answer


class Looks:
    """A provider's two looks: what they find, and how often they were asked for."""

    def __init__(self):
        self.asked = []
        self.person, self.garment = SMALL, DRESS

    async def at_person(self, picture):
        self.asked.append("person")
        return self.person

    async def at_garment(self, picture):
        self.asked.append("garment")
        return self.garment


@pytest.fixture
def album():
    return Album()


@pytest.fixture
def looks():
    return Looks()


@pytest.fixture
async def checking(album, looks):
    async with Images() as images:
        yield Checking(album, images, Checks(looks.at_person, looks.at_garment))


async def test_the_same_photo_in_the_same_role_is_looked_at_once(checking, looks):
    first = await checking.check("person", PHOTO)
    again = await checking.check("person", PhotoRef("another-file", "unique"))
    assert first == again
    assert first.advice == Advice((PhotoProblem.SLIGHTLY_SMALL,), (GarmentKind.TOP,))
    assert looks.asked == ["person"]


async def test_another_role_is_another_look(checking, looks):
    await checking.check("person", PHOTO)
    garment = await checking.check("garment", PHOTO)
    assert (garment.advice, garment.kind) == (Advice(), GarmentKind.ONE_PIECE)
    assert looks.asked == ["person", "garment"]


async def test_a_look_that_was_not_taken_is_taken_next_time(checking, looks):
    looks.garment = None
    assert (await checking.check("garment", PHOTO)).kind is GarmentKind.AUTO
    looks.garment = DRESS
    assert (await checking.check("garment", PHOTO)).kind is GarmentKind.ONE_PIECE


async def test_what_is_no_garment_has_no_kind(checking, looks):
    looks.garment = GarmentCheck(GarmentKind.TOP, False)
    checked = await checking.check("garment", PHOTO)
    assert (checked.advice, checked.kind) == (Advice(is_clothes=False), GarmentKind.AUTO)


@pytest.mark.parametrize("answer", [TryLater(1.0), Fetched(b"no picture")])
async def test_nobody_is_asked_about_a_photo_that_cannot_be_shown(checking, album, looks, answer):
    album.answer = answer
    assert (await checking.check("person", PHOTO)).advice == Advice()
    assert looks.asked == []
