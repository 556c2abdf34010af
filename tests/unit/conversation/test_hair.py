"""Choosing hair as a table: what is chosen, what comes of it, and what is asked next."""

import pytest

from bot.conversation import (
    AbilityChosen,
    Ask,
    ColorPicked,
    Draft,
    HairAsked,
    HairChoice,
    HaircutPicked,
    HairPart,
    HairSettled,
    PhotoArrived,
    Said,
    Slot,
    StyleDropped,
    VariantsChosen,
    ask,
    is_beyond_limits,
    turn,
)
from bot.wish import Ability, ComparisonWish, HairStyle, HairstyleWish, PhotoRef

ME = PhotoRef("file", "unique")
HAIRCUT, COLOR = HairPart.HAIRCUT, HairPart.COLOR
COMPARE = HairAsked(HAIRCUT, adding=True)


def after(*events) -> Draft:
    """Return a draft for hair on a photo that came, after these events."""
    draft = Draft("c")
    for event in (AbilityChosen(Ability.HAIRSTYLE), PhotoArrived(Slot(ME, 5)), *events):
        draft = turn(draft, event)
    return draft


def asked(draft: Draft) -> Ask:
    return ask(draft, consented=True)


def picked(*haircuts: str) -> tuple[HaircutPicked, ...]:
    return tuple(HaircutPicked(haircut) for haircut in haircuts)


def test_a_photo_then_a_haircut_then_the_card():
    assert asked(after()) is Ask.HAIR
    draft = after(HaircutPicked("BobCut", "medium"))
    assert asked(draft) is Ask.CARD
    assert draft.wish == HairstyleWish(ME, "BobCut")


def test_another_haircut_keeps_colour_and_variants():
    draft = after(*picked("BobCut"), ColorPicked("copper red"), VariantsChosen(3), *picked("Afro"))
    assert draft.wish == HairstyleWish(ME, "Afro", "copper red", 3)


def test_what_was_asked_for_is_asked_until_it_is_chosen():
    draft = after(*picked("BobCut"), HairAsked(COLOR))
    assert asked(draft) is Ask.COLOR
    assert asked(turn(draft, ColorPicked(None))) is Ask.CARD
    assert asked(turn(draft, HairSettled())) is Ask.CARD


def test_a_colour_needs_a_haircut_first():
    assert asked(after(HairAsked(COLOR))) is Ask.HAIR


def test_several_haircuts_make_a_comparison_in_the_order_of_the_taps():
    draft = after(COMPARE, *picked("BobCut", "Afro", "Updo"))
    assert asked(draft) is Ask.HAIR, "further ones can be tapped"
    draft = turn(draft, HairSettled())
    assert asked(draft) is Ask.CARD
    assert draft.wish == ComparisonWish(ME, tuple(map(HairStyle, ("BobCut", "Afro", "Updo"))))


def test_a_second_tap_takes_a_haircut_out_again_but_never_the_last_one():
    draft = after(COMPARE, *picked("BobCut", "Afro", "BobCut", "Afro"))
    assert draft.hair.styles == (HairStyle("Afro"),)


@pytest.mark.parametrize("part", ["haircut", "colour"])
def test_two_quick_taps_put_in_or_take_out_once(part):
    def tapped(what, chosen):
        return HaircutPicked(what, "", chosen) if part == "haircut" else ColorPicked(what, chosen)

    asked_for = HairAsked(HAIRCUT if part == "haircut" else COLOR, adding=True)
    draft = after(*picked("BobCut"), asked_for)
    once = turn(draft, tapped("Afro", True))
    assert len(once.hair.styles) == 2
    assert turn(once, tapped("Afro", True)) == once
    assert turn(once, tapped("Afro", False)) == turn(turn(once, tapped("Afro", False)), tapped("Afro", False))
    assert turn(once, tapped("Afro", False)).hair.styles == draft.hair.styles


def test_what_is_beyond_the_limits_is_known_and_changes_nothing():
    full = after(COMPARE, *picked("BobCut", "Afro", "Updo", "Spiky", "ManBun", "Chignon"))
    one = after(COMPARE, *picked("BobCut"))
    for draft, event in (
        (full, HaircutPicked("BuzzCut", "short", True)),
        (one, HaircutPicked("BobCut", "medium", False)),
    ):
        assert is_beyond_limits(draft.hair, event)
        assert turn(draft, event) == draft
    assert not is_beyond_limits(full.hair, HaircutPicked("Afro", "medium", True)), "it is there already"


def test_no_more_are_compared_than_fit_on_a_sheet():
    draft = after(COMPARE, *picked("BobCut", "Afro", "Updo", "Spiky", "ManBun", "Chignon"))
    assert draft.hair.is_full
    assert turn(draft, HaircutPicked("BuzzCut")) == draft


def test_colours_of_one_haircut_are_compared():
    draft = after(*picked("BobCut"), HairAsked(COLOR, adding=True), ColorPicked("red"), ColorPicked("blue"))
    assert asked(draft) is Ask.COLOR
    styles = (HairStyle("BobCut"), HairStyle("BobCut", "red"), HairStyle("BobCut", "blue"))
    assert draft.wish == ComparisonWish(ME, styles)


def test_one_colour_for_all_that_are_compared():
    draft = after(COMPARE, *picked("BobCut", "Afro"), HairAsked(COLOR), ColorPicked("red"))
    assert draft.wish == ComparisonWish(ME, (HairStyle("BobCut", "red"), HairStyle("Afro", "red")))


def test_one_colour_for_several_colours_of_one_haircut_leaves_one_picture():
    draft = after(*picked("BobCut"), HairAsked(COLOR, adding=True), ColorPicked("red"))
    draft = turn(turn(draft, HairAsked(COLOR)), ColorPicked("blue"))
    assert draft.wish == HairstyleWish(ME, "BobCut", "blue")


def test_variants_are_of_one_haircut_only():
    draft = after(*picked("BobCut"), VariantsChosen(4), COMPARE, *picked("Afro"))
    assert draft.hair.variants == 1
    assert turn(draft, VariantsChosen(2)) == draft


@pytest.mark.parametrize("variants", [0, 5, 10**18])
def test_variants_beyond_what_can_be_made_change_nothing(variants):
    draft = after(*picked("BobCut"))
    assert turn(draft, VariantsChosen(variants)) == draft


def test_a_second_tap_on_drop_drops_no_second_one():
    draft = after(COMPARE, *picked("BobCut", "Afro", "Updo"), HairSettled())
    once = turn(draft, StyleDropped(2, 3))
    assert [style.haircut for style in once.hair.styles] == ["BobCut", "Updo"]
    assert turn(once, StyleDropped(2, 3)) == once
    assert turn(once, StyleDropped(0, 2)) == once


def test_words_are_looked_for_while_a_haircut_is_asked_for():
    draft = after(Said("curly bob"))
    assert (draft.hair.query, draft.hair.page) == ("curly bob", "found")
    assert asked(draft) is Ask.HAIR


def test_words_are_the_colour_while_a_colour_is_asked_for():
    draft = after(*picked("BobCut"), HairAsked(COLOR), Said("mermaid teal"))
    assert draft.wish == HairstyleWish(ME, "BobCut", "mermaid teal")


def test_the_name_of_a_colour_is_told_in_the_providers_words_and_written_twice_it_stays():
    named = Said("cobre", "copper red")
    draft = after(*picked("BobCut"), HairAsked(COLOR), named)
    assert draft.wish == HairstyleWish(ME, "BobCut", "copper red")
    comparing = after(*picked("BobCut"), HairAsked(COLOR, adding=True), named, named)
    assert comparing.hair.colors == (None, "copper red")


def test_words_mean_nothing_on_the_card_or_before_the_photo():
    card = after(*picked("BobCut"))
    assert turn(card, Said("curly bob")) == card
    clothes = Draft("c")
    assert turn(clothes, Said("curly bob")) == clothes


def test_a_photo_while_hair_is_chosen_is_the_person():
    draft = after(*picked("BobCut"), PhotoArrived(Slot(PhotoRef("other", "other"), 6), look=ME))
    assert draft.person is not None
    assert draft.person.photo.unique_id == "other"
    assert draft.hair.styles == (HairStyle("BobCut"),)


def test_hair_is_stored_and_read_with_all_that_is_being_chosen():
    draft = after(Said("bob"), COMPARE, *picked("BobCut", "Afro"), ColorPicked("red"))
    assert Draft.from_json(draft.to_json()) == draft


def test_hair_stored_before_there_was_more_to_choose_is_read():
    stored = {"styles": [{"haircut": "BobCut", "color": None}], "variants": 2}
    assert HairChoice.from_json(stored) == HairChoice((HairStyle("BobCut"),), 2)
