"""Garments: what they are called, and what can be done about photos in the wrong places."""

import pytest

from bot.chat.codes import Verb, parse
from bot.chat.screens import drafting, looks
from bot.providers.base import GarmentKind, PhotoProblem
from bot.texts import Texts

T = Texts().speak("en")
SWAPPING = {Verb.SWAP, Verb.PHOTO_IS_ME}
NOBODY = (PhotoProblem.NOBODY,)


def verbs(screen):
    return {parse(button.code).verb for row in screen.rows for button in row}


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (GarmentKind.TOP, "Top"),
        (GarmentKind.EYEWEAR, "Glasses"),
        (GarmentKind.FOOTWEAR, "Shoes"),
        (GarmentKind.HEADWEAR, "Hat"),
    ],
)
def test_the_wardrobe_calls_a_garment_what_the_card_called_it(kind, name):
    page = looks.garment_page(T, this=(7, "garment"), kind=kind, n=1, of=1, newer=None, older=None)
    assert page.text.splitlines()[-1] == name
    unknown = looks.garment_page(
        T, this=(7, "garment"), kind=GarmentKind.AUTO, n=1, of=1, newer=None, older=None
    )
    assert unknown.text.splitlines()[-1].startswith("Garment 1 of 1")


@pytest.mark.parametrize("on_saved_photo", [True, False])
def test_a_garment_that_was_not_sent_is_never_taken_for_the_person(on_saved_photo):
    def shown(can_swap):
        facts = drafting.CardFacts(
            "c", GarmentKind.TOP, tuple(GarmentKind), 1, 3, on_saved_photo, False, can_swap=can_swap
        )
        ways = {"on_saved_photo": on_saved_photo, "can_swap": can_swap}
        return (
            drafting.card(T, facts),
            drafting.garment_advice(T, **ways),
            drafting.person_advice(T, NOBODY, can_be_used=False, has_garment=True, **ways),
        )

    assert all(verbs(screen) & SWAPPING for screen in shown(can_swap=True))
    for screen in shown(can_swap=False):
        assert not verbs(screen) & SWAPPING
        assert Verb.DISCARD in verbs(screen)
