"""A tap on the way to a tattoo is about a tattoo, and on its own photo; else it says that it is old."""

from types import SimpleNamespace

import pytest

from bot.chat.codes import MAX_BYTES, Verb, code, parse
from bot.chat.outcomes import MessageRef
from bot.conversation import Draft, RegionMoved, Slot
from bot.providers.base import Ability
from bot.regions import Region, read_region, region_text
from bot.tattoos import photo_mark
from bot.texts import Texts
from bot.tryon.drafting import Change
from bot.visit import UpdateRef, Visit
from bot.wish import PhotoRef
from handlers.taps.tap import Tap
from handlers.taps.tattoos import TAPS

ARM, LEG = PhotoRef("arm-file", "arm", 400, 600), PhotoRef("leg-file", "leg", 400, 600)
SPOT = Region(0.125, 0.25, 0.0667, 0.06)
TATTOO = Draft("c1", Slot(ARM, 1), ability=Ability.TATTOO)


class Drafting:
    """Has one draft, and notes what happens to it."""

    def __init__(self, draft):
        self.draft = draft
        self.events = []

    async def apply(self, visit, event, is_about):
        if not is_about(self.draft):
            return Change.NO_DRAFT
        self.events.append(event)
        return Change.TO_ASK


class Chat:
    """Notes what taps are answered with."""

    def __init__(self):
        self.answers = []

    async def answer_tap(self, query_id, text=None, *, alert=False):
        self.answers.append(text)
        return True


class Asking:
    def __init__(self):
        self.asked = 0

    async def ask(self, chat_id, user_id, *, on):
        self.asked += 1


async def tapped(data, draft=TATTOO):
    services = SimpleNamespace(drafting=Drafting(draft), chat=Chat(), asking=Asking())
    visit = Visit(5, 5, None, 1, "en", UpdateRef(7, 1))
    read = parse(data)
    tap = Tap(services, visit, Texts().speak("en"), SimpleNamespace(id="q"), read, MessageRef(5, 1))
    await TAPS[read.verb](tap)
    return services


async def test_nudge_says_where_the_rectangle_is_to_be():
    services = await tapped(code(Verb.REGION, photo_mark(ARM), region_text(SPOT)))
    assert services.drafting.events == [RegionMoved(SPOT)]
    assert services.chat.answers == [None], "answered before the picture is made"
    assert services.asking.asked == 1


@pytest.mark.parametrize(
    "data",
    [
        code(Verb.REGION, photo_mark(LEG), region_text(SPOT)),
        code(Verb.CELL, photo_mark(LEG), 3),
        code(Verb.REGION_KEPT, photo_mark(LEG)),
        code(Verb.REGION_SIZE, photo_mark(LEG), "large"),
        code(Verb.REGION, photo_mark(ARM), "1.2.3"),
        code(Verb.REGION, photo_mark(ARM), "9000.9000.2000.2000"),
        code(Verb.REGION, photo_mark(ARM), "0.0.599.2000"),
        code(Verb.REGION, photo_mark(ARM), "0.0.2000.1"),
        code(Verb.REGION, photo_mark(ARM), "9" * 40 + ".1.1.1"),
        code(Verb.PLACE, "moon"),
        code(Verb.STYLE, "nice"),
        code(Verb.REGION_SIZE, photo_mark(ARM), "huge"),
        code(Verb.REPLACE, "garment"),
        code(Verb.REPLACE, "nobody"),
    ],
)
async def test_button_of_another_photo_or_of_nothing_changes_nothing_and_says_so(data):
    services = await tapped(data)
    assert services.drafting.events == []
    assert services.asking.asked == 0
    [answer] = services.chat.answers
    assert "earlier try-on" in answer


@pytest.mark.parametrize("verb", [Verb.PLACES, Verb.ARTIST, Verb.STYLES])
async def test_button_of_a_tattoo_changes_no_clothes(verb):
    services = await tapped(code(verb), Draft("c1", Slot(ARM, 1)))
    assert services.drafting.events == []
    assert "earlier try-on" in services.chat.answers[0]


async def test_edge_is_told():
    services = await tapped(code(Verb.REGION, photo_mark(ARM), "edge"))
    assert services.drafting.events == []
    assert services.chat.answers == ["It can't go any further that way."]


def test_longest_code_of_a_rectangle_fits():
    whole = code(Verb.REGION, photo_mark(ARM), region_text(Region(0.9999, 0.9999, 0.9999, 0.9999)))
    assert len(whole.encode()) <= MAX_BYTES


def test_rectangle_comes_back_from_its_code():
    assert read_region(region_text(SPOT)) == SPOT
