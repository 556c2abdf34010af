"""The conversation as a table of turns."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import (
    AbilityChosen,
    Advice,
    Ask,
    Checked,
    Draft,
    KindChosen,
    LookChosen,
    PhotoArrived,
    PhotoIsMe,
    Replaced,
    Slot,
    Swapped,
    UsedAnyway,
    ask,
    turn,
)
from bot.providers.base import Ability, GarmentKind, PhotoProblem
from bot.wish import ClothesWish, PhotoRef

EMPTY = Draft("c1")
LOOK = PhotoRef("look-file", "look")


def photo(name: str, message_id: int, album: str | None = None) -> Slot:
    return Slot(PhotoRef(f"{name}-file", name), message_id, album)


ME = photo("me", 1)
SHIRT = photo("shirt", 2)


def after(*events, draft=EMPTY):
    for event in events:
        draft = turn(draft, event)
    return draft


def roles(draft):
    return tuple(slot.photo.unique_id if slot else None for slot in (draft.person, draft.garment))


def test_first_photo_is_the_person_and_second_the_garment():
    draft = after(PhotoArrived(ME), PhotoArrived(SHIRT))
    assert roles(draft) == ("me", "shirt")
    assert draft.wish == ClothesWish(ME.photo, SHIRT.photo, GarmentKind.AUTO)
    assert draft.reply_to == 2


def test_single_photo_of_somebody_with_a_saved_photo_is_a_garment():
    draft = after(PhotoArrived(SHIRT, look=LOOK))
    assert roles(draft) == ("look", "shirt")
    assert ask(draft, consented=True) is Ask.CARD


def test_photo_taken_for_a_garment_can_be_the_person():
    draft = after(PhotoArrived(ME, look=LOOK), PhotoIsMe())
    assert roles(draft) == ("me", None)
    assert roles(after(PhotoArrived(SHIRT, look=LOOK), draft=draft)) == ("me", "shirt")


def test_photo_is_me_changes_nothing_when_both_photos_were_sent():
    draft = after(PhotoArrived(ME), PhotoArrived(SHIRT))
    assert turn(draft, PhotoIsMe()) == draft


def test_third_photo_replaces_the_garment():
    draft = after(PhotoArrived(ME), PhotoArrived(SHIRT), PhotoArrived(photo("dress", 3)))
    assert roles(draft) == ("me", "dress")


def test_reply_takes_the_answered_photo_for_the_person():
    assert roles(after(PhotoArrived(SHIRT, replied=ME))) == ("me", "shirt")


def test_reply_to_the_photo_already_in_the_draft_fills_the_garment():
    draft = after(PhotoArrived(ME), PhotoArrived(SHIRT, replied=ME))
    assert roles(draft) == ("me", "shirt")


def test_reply_to_the_garment_gives_the_person():
    draft = after(PhotoArrived(ME), PhotoArrived(SHIRT), Replaced("person"))
    draft = turn(draft, PhotoArrived(photo("me2", 9), replied=SHIRT))
    assert roles(draft) == ("me2", "shirt")


@pytest.mark.parametrize("order", list(itertools.permutations([10, 11])))
def test_album_of_two_goes_by_message_order_however_it_arrives(order):
    draft = after(*(PhotoArrived(photo(f"p{n}", n, "album")) for n in order))
    assert roles(draft) == ("p10", "p11")


@pytest.mark.parametrize("order", list(itertools.permutations([10, 11])))
def test_album_of_somebody_with_a_saved_photo_gives_both_roles(order):
    draft = after(*(PhotoArrived(photo(f"p{n}", n, "album"), look=LOOK) for n in order))
    assert roles(draft) == ("p10", "p11")


@pytest.mark.parametrize("order", list(itertools.permutations([10, 11, 12])))
def test_album_of_three_takes_the_first_two_and_says_so(order):
    draft = after(*(PhotoArrived(photo(f"p{n}", n, "album")) for n in order))
    assert roles(draft) == ("p10", "p11")
    assert draft.photos_left_out


def test_late_album_part_fills_the_slot_that_a_swap_left_empty():
    draft = after(PhotoArrived(photo("p10", 10, "album")), Swapped())
    assert roles(draft) == (None, "p10")
    draft = turn(draft, PhotoArrived(photo("p11", 11, "album")))
    assert roles(draft) == ("p11", "p10")


def test_late_album_part_fills_the_empty_slot_after_another_choice():
    draft = after(PhotoArrived(photo("p10", 10, "album")), KindChosen(GarmentKind.TOP))
    assert roles(turn(draft, PhotoArrived(photo("p11", 11, "album")))) == ("p10", "p11")


def all_roles(draft):
    return tuple(slot.photo.unique_id if (slot := draft.slot(role)) else None for role in draft.roles)


OUTFIT = turn(EMPTY, AbilityChosen(Ability.OUTFIT))


@pytest.mark.parametrize("order", [(10, 11), (11, 10)])
@pytest.mark.parametrize("me", [PhotoArrived(ME), LookChosen(LOOK)])
def test_album_of_two_after_the_person_is_the_two_garments_of_an_outfit(me, order):
    draft = after(me, *(PhotoArrived(photo(f"p{n}", n, "album")) for n in order), draft=OUTFIT)
    assert all_roles(draft)[1:] == ("p10", "p11")
    assert all_roles(draft)[0] in {"me", "look"}


@pytest.mark.parametrize("order", list(itertools.permutations((10, 11, 12))))
def test_album_of_three_is_a_whole_outfit_whoever_was_there_before(order):
    draft = after(PhotoArrived(ME), *(PhotoArrived(photo(f"p{n}", n, "album")) for n in order), draft=OUTFIT)
    assert all_roles(draft) == ("p10", "p11", "p12")


def test_garment_that_answers_the_other_half_is_no_person():
    draft = after(PhotoArrived(ME), PhotoArrived(SHIRT), draft=OUTFIT)
    draft = turn(draft, PhotoArrived(photo("skirt", 3), replied=SHIRT))
    assert all_roles(draft) == ("me", "shirt", "skirt")


@pytest.mark.parametrize(("ability", "asked"), [(Ability.HAIRSTYLE, Ask.HAIR), (Ability.TATTOO, Ask.DESIGN)])
def test_what_was_found_for_clothes_stops_nothing_else(ability, asked):
    found = Checked("person", "me", Advice(problems=(PhotoProblem.NOBODY,)))
    draft = after(PhotoArrived(ME), found)
    assert ask(draft, consented=True) is Ask.PERSON_ADVICE
    draft = turn(draft, AbilityChosen(ability))
    assert ask(draft, consented=True) is asked
    assert ask(turn(draft, AbilityChosen(Ability.CLOTHES)), consented=True) is Ask.PERSON_ADVICE


def test_design_is_no_other_photo_of_a_person_in_whom_no_clothes_fit():
    found = Checked("person", "me", Advice(problems=(PhotoProblem.NOBODY,)))
    draft = after(PhotoArrived(ME), found, AbilityChosen(Ability.TATTOO), PhotoArrived(photo("rose", 2)))
    assert all_roles(draft) == ("me", "rose")


def test_album_after_two_single_photos_replaces_both():
    parts = (PhotoArrived(photo("p10", 10, "a")), PhotoArrived(photo("p11", 11, "a")))
    assert roles(after(PhotoArrived(ME), PhotoArrived(SHIRT), *parts)) == ("p10", "p11")


def test_the_same_message_again_changes_nothing():
    draft = after(PhotoArrived(ME))
    assert turn(draft, PhotoArrived(ME)) == draft


def test_swap_exchanges_the_photos_twice_and_back():
    draft = after(PhotoArrived(ME), PhotoArrived(SHIRT))
    assert roles(turn(draft, Swapped())) == ("shirt", "me")
    assert turn(turn(draft, Swapped()), Swapped()) == draft


def test_replaced_role_is_filled_by_the_next_photo():
    draft = after(PhotoArrived(ME), PhotoArrived(SHIRT), Replaced("person"))
    assert ask(draft, consented=True) is Ask.PERSON
    assert roles(turn(draft, PhotoArrived(photo("me2", 3)))) == ("me2", "shirt")


@pytest.mark.parametrize("order", [(8, 9, 10), (10, 9, 8), (9, 10, 8)])
@pytest.mark.parametrize(("wanted", "had"), [("garment", ("me", "p8")), ("person", ("p8", "shirt"))])
def test_album_that_answers_a_question_for_one_photo_changes_that_one_only(order, wanted, had):
    parts = [PhotoArrived(photo(f"p{n}", n, "album"), look=LOOK) for n in order]
    draft = after(PhotoArrived(ME), PhotoArrived(SHIRT), Replaced(wanted), *parts)
    assert roles(draft) == had
    assert draft.took_only_one
    assert roles(turn(draft, PhotoArrived(photo("p11", 11)))) == (had[0], "p11")
    assert not turn(draft, PhotoArrived(photo("p11", 11))).took_only_one


def test_album_part_after_a_swap_takes_only_the_empty_place():
    parts = (PhotoArrived(photo("p11", 11, "album")), PhotoArrived(photo("p12", 12, "album")))
    draft = after(PhotoArrived(photo("p10", 10, "album")), Swapped(), *parts)
    assert roles(draft) == ("p11", "p10")
    assert draft.took_only_one


def test_of_two_photos_that_are_gone_the_one_asked_for_first_comes_first():
    draft = after(PhotoArrived(ME), PhotoArrived(SHIRT), Replaced("person"), Replaced("garment"))
    assert ask(draft, consented=True) is Ask.PERSON
    assert roles(turn(draft, PhotoArrived(photo("p8", 8), look=LOOK))) == ("p8", None)


def test_chosen_look_is_the_person():
    draft = after(LookChosen(LOOK))
    assert roles(draft) == ("look", None)
    assert ask(draft, consented=True) is Ask.GARMENT


def test_without_consent_nothing_else_is_asked():
    assert ask(after(PhotoArrived(ME), PhotoArrived(SHIRT)), consented=False) is Ask.CONSENT


slots = st.builds(photo, st.sampled_from("abcd"), st.integers(1, 9), st.sampled_from([None, None, "x", "y"]))
events = st.one_of(
    st.builds(PhotoArrived, slots, st.none() | slots, st.none() | st.just(LOOK)),
    st.builds(KindChosen, st.sampled_from(GarmentKind)),
    st.just(Swapped()),
    st.just(PhotoIsMe()),
    st.just(LookChosen(LOOK)),
    st.builds(Replaced, st.sampled_from(["person", "garment"])),
    st.builds(
        Checked,
        st.sampled_from(["person", "garment"]),
        st.sampled_from("abcd"),
        st.builds(
            Advice,
            st.lists(st.sampled_from(PhotoProblem), max_size=2).map(tuple),
            st.just((GarmentKind.TOP,)),
            st.booleans(),
        ),
        st.sampled_from(GarmentKind),
    ),
    st.just(UsedAnyway()),
)


@given(st.lists(events, max_size=12))
def test_any_conversation_survives_storage_and_keeps_its_confirmation(turns):
    draft = after(*turns)
    assert Draft.from_json(draft.to_json()) == draft
    assert draft.confirmation_id == "c1"
    assert (draft.wish is not None) == (ask(draft, consented=True) is Ask.CARD)


@given(st.lists(events, max_size=8), slots)
def test_a_photo_sent_is_never_simply_dropped(turns, slot):
    draft = turn(after(*turns), PhotoArrived(slot))
    held = {one.message_id for one in (draft.person, draft.garment) if one}
    assert slot.message_id in held or draft.photos_left_out


WARNED = Advice((PhotoProblem.SLIGHTLY_SMALL,))
REFUSED = Advice((PhotoProblem.SEVERAL_PEOPLE,))


def test_a_warning_is_asked_about_once_and_can_be_accepted():
    draft = after(PhotoArrived(ME), Checked("person", "me", WARNED))
    assert ask(draft, consented=True) is Ask.PERSON_ADVICE
    assert ask(turn(draft, UsedAnyway()), consented=True) is Ask.GARMENT


def test_a_photo_that_is_ruled_out_cannot_be_accepted():
    draft = after(PhotoArrived(ME), Checked("person", "me", REFUSED), UsedAnyway())
    assert ask(draft, consented=True) is Ask.PERSON_ADVICE


def test_the_next_photo_replaces_one_that_is_ruled_out():
    draft = after(PhotoArrived(ME), Checked("person", "me", REFUSED), PhotoArrived(photo("me2", 7)))
    assert roles(draft) == ("me2", None)
    assert ask(draft, consented=True) is Ask.GARMENT


def test_a_photo_checked_as_the_person_is_new_as_the_garment():
    draft = after(PhotoArrived(SHIRT), Checked("person", "shirt", REFUSED), Swapped())
    assert roles(draft) == (None, "shirt")
    assert draft.garment.advice is None


def test_the_check_preselects_the_kind_unless_the_person_chose():
    top, bottom = GarmentKind.TOP, GarmentKind.BOTTOM
    both = after(PhotoArrived(ME), PhotoArrived(SHIRT))
    assert turn(both, Checked("garment", "shirt", Advice(), top)).kind is top
    chosen = turn(both, KindChosen(bottom))
    assert turn(chosen, Checked("garment", "shirt", Advice(), top)).kind is bottom


def test_another_garment_begins_without_a_kind():
    draft = after(PhotoArrived(ME), PhotoArrived(SHIRT), KindChosen(GarmentKind.TOP))
    assert turn(draft, PhotoArrived(photo("dress", 9))).kind is GarmentKind.AUTO


def test_something_that_is_no_garment_is_asked_about():
    draft = after(PhotoArrived(ME), PhotoArrived(SHIRT))
    draft = turn(draft, Checked("garment", "shirt", Advice(is_clothes=False)))
    assert ask(draft, consented=True) is Ask.GARMENT_ADVICE
    assert ask(turn(draft, UsedAnyway()), consented=True) is Ask.CARD


@pytest.mark.parametrize("kind", [GarmentKind.EYEWEAR, GarmentKind.FOOTWEAR, GarmentKind.HEADWEAR])
def test_whoever_says_that_it_is_an_accessory_hears_no_word_about_a_garment(kind):
    draft = after(PhotoArrived(ME), PhotoArrived(SHIRT))
    draft = turn(draft, Checked("garment", "shirt", Advice(is_clothes=False)))
    accessory = turn(draft, KindChosen(kind))
    assert ask(accessory, consented=True) is Ask.CARD
    assert accessory.wish is not None
    assert ask(turn(draft, KindChosen(GarmentKind.TOP)), consented=True) is Ask.GARMENT_ADVICE


def test_a_late_check_of_a_photo_that_was_replaced_changes_nothing():
    draft = after(PhotoArrived(ME), PhotoArrived(SHIRT))
    assert turn(draft, Checked("garment", "coat", Advice(is_clothes=False))) == draft


@pytest.mark.parametrize("event", [Replaced("garment"), PhotoIsMe()])
def test_a_garment_that_is_put_away_takes_its_kind_along(event):
    draft = after(PhotoArrived(SHIRT, look=LOOK), KindChosen(GarmentKind.TOP), event)
    assert (draft.garment, draft.kind, draft.kind_chosen) == (None, GarmentKind.AUTO, False)


def test_the_warnings_about_a_saved_photo_are_not_told_again():
    draft = after(PhotoArrived(SHIRT, look=LOOK), Checked("person", "look", WARNED))
    assert ask(draft, consented=True) is Ask.CARD


def test_a_saved_photo_that_is_ruled_out_is_told_of():
    draft = after(PhotoArrived(SHIRT, look=LOOK), Checked("person", "look", REFUSED))
    assert ask(draft, consented=True) is Ask.PERSON_ADVICE
