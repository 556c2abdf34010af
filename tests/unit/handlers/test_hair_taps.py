"""A tap on the way to other hair is about what is asked for, twice does no harm, and old ones say so."""

from types import SimpleNamespace

import pytest

from bot.chat.codes import Verb, code, parse
from bot.chat.outcomes import MessageRef
from bot.conversation import (
    ColorPicked,
    Draft,
    HairAsked,
    HairChoice,
    HaircutPicked,
    HairPart,
    Slot,
    is_beyond_limits,
    turn,
)
from bot.hairstyles import ALL_HAIRCUTS
from bot.providers.base import Ability
from bot.texts import Texts
from bot.tryon.drafting import Change
from bot.visit import UpdateRef, Visit
from bot.wish import MOST_COMPARED, HairStyle, PhotoRef
from handlers.taps.hair import TAPS
from handlers.taps.tap import Tap

ME = Slot(PhotoRef("file", "me"), 1)
BOB = HairChoice((HairStyle("BobCut"),))
SIX = HairChoice(tuple(map(HairStyle, ALL_HAIRCUTS[:MOST_COMPARED])), wanted=HairPart.HAIRCUT, adding=True)


class Services:
    """Has one draft, and notes what taps are answered with."""

    def __init__(self, hair):
        self.draft = Draft("c", ME, ability=Ability.HAIRSTYLE, hair=hair)
        self.drafting = self.hair = self.chat = self.asking = self
        self.answers = []

    async def apply(self, visit, event, is_about):
        if not is_about(self.draft):
            return Change.NO_DRAFT
        before, self.draft = self.draft, turn(self.draft, event)
        return Change.NOTHING if self.draft == before else Change.TO_ASK

    async def refuses(self, visit, event):
        return is_beyond_limits(self.draft.hair, event)

    async def surprise(self, visit):
        return "Updo"

    async def answer_tap(self, query_id, text=None, *, alert=False):
        self.answers.append(text)
        return True

    async def ask(self, chat_id, user_id, *, on):
        pass

    async def tapped(self, data):
        visit = Visit(5, 5, None, 1, "en", UpdateRef(7, 1))
        read = parse(data)
        await TAPS[read.verb](
            Tap(self, visit, Texts().speak("en"), SimpleNamespace(id="q"), read, MessageRef(5, 1))
        )


def asking(part, *, adding=False, hair=BOB):
    return turn(Draft("c", ME, ability=Ability.HAIRSTYLE, hair=hair), HairAsked(part, adding)).hair


async def test_second_of_two_quick_taps_on_a_colour_is_no_mistake():
    services = Services(asking(HairPart.COLOR))
    for _ in range(2):
        await services.tapped(code(Verb.HAIR_COLOR, "copper", "i"))
    assert services.draft.hair.styles == (HairStyle("BobCut", "copper red"),)
    assert not any(services.answers)


async def test_another_colour_of_a_message_that_is_over_says_so():
    services = Services(asking(HairPart.COLOR))
    await services.tapped(code(Verb.HAIR_COLOR, "copper", "i"))
    await services.tapped(code(Verb.HAIR_COLOR, "black", "i"))
    assert services.draft.hair.styles == (HairStyle("BobCut", "copper red"),)
    assert "earlier try-on" in services.answers[-1]


@pytest.mark.parametrize("chosen", [1, 0])
async def test_second_of_two_quick_taps_while_comparing_changes_nothing(chosen):
    services = Services(asking(HairPart.HAIRCUT, adding=True))
    if not chosen:
        services.draft = turn(services.draft, HaircutPicked("Afro", "medium", chosen=True))
    for _ in range(2):
        await services.tapped(code(Verb.HAIRCUT, "Afro", "medium", "a", chosen))
    assert services.draft.hair.haircuts == (("BobCut", "Afro") if chosen else ("BobCut",))
    assert not any(services.answers)


async def test_button_of_an_earlier_version_turns_it_round():
    services = Services(asking(HairPart.COLOR, adding=True))
    await services.tapped(code(Verb.HAIR_COLOR, "copper", "a"))
    assert services.draft.hair.colors == (None, "copper red")
    await services.tapped(code(Verb.HAIR_COLOR, "copper", "a"))
    assert services.draft.hair.colors == (None,)


async def test_one_too_many_is_told_and_changes_nothing():
    services = Services(SIX)
    await services.tapped(code(Verb.HAIRCUT, "Updo", "up", "a", 1))
    await services.tapped(code(Verb.HAIR_SURPRISE, "a"))
    assert services.draft.hair.styles == SIX.styles
    told = "Choose between one and 6 of them."
    assert [answer for answer in services.answers if answer] == [told, told]


@pytest.mark.parametrize(("mode", "page"), [("i", "up"), ("a", "short")])
async def test_a_surprise_is_shown_on_its_page_later_unless_one_is_comparing(mode, page):
    hair = asking(HairPart.HAIRCUT, adding=mode == "a", hair=HairChoice((HairStyle("BobCut"),), page="short"))
    services = Services(hair)
    await services.tapped(code(Verb.HAIR_SURPRISE, mode))
    assert "Updo" in services.draft.hair.haircuts
    assert services.draft.hair.page == page


@pytest.mark.parametrize(
    "data",
    [
        code(Verb.HAIRCUT, "NoSuchCut", "short", "i"),
        code(Verb.HAIRCUT, "Afro", "medium", "a", 1),
        code(Verb.HAIR_COLOR, "mauve", "i"),
        code(Verb.HAIR_COLOR, "black", "a", 1),
        code(Verb.HAIR_ASK, "beard", "i"),
    ],
)
async def test_button_of_another_question_or_of_nothing_changes_nothing_and_says_so(data):
    services = Services(BOB)
    before = services.draft
    await services.tapped(data)
    assert services.draft == before
    assert "earlier try-on" in services.answers[-1]


@pytest.mark.parametrize("number", [0, 5, 2**31, "9" * 25, "x", ""])
async def test_made_up_numbers_change_nothing(number):
    services = Services(BOB)
    await services.tapped(code(Verb.HAIR_VARIANTS, number))
    await services.tapped(code(Verb.HAIR_DROP, number, number))
    assert services.draft.hair == BOB


def test_typed_colour_beyond_the_limits_is_known():
    full = HairChoice(
        tuple(HairStyle("BobCut", str(n)) for n in range(MOST_COMPARED)), wanted=HairPart.COLOR, adding=True
    )
    assert is_beyond_limits(full, ColorPicked("teal", chosen=True))
    assert not is_beyond_limits(full, ColorPicked("0", chosen=True))
