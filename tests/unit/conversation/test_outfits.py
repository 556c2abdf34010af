"""Two garments at once: which goes where, and how one garment becomes half of an outfit."""

import pytest

from bot.conversation import (
    AbilityChosen,
    Advice,
    Ask,
    Checked,
    Draft,
    Extended,
    GarmentChosen,
    GarmentsSwapped,
    KindChosen,
    PhotoArrived,
    Slot,
    ask,
    turn,
)
from bot.providers.base import Ability, GarmentKind
from bot.wish import OutfitWish, PhotoRef

OUTFIT = Draft("c1", ability=Ability.OUTFIT)
CLOTHES = Draft("c1")


def photo(name, message_id, album=None):
    return Slot(PhotoRef(f"{name}-file", name), message_id, album)


ME, SHIRT, TROUSERS = photo("me", 1), photo("shirt", 2), photo("trousers", 3)


def after(draft, *events):
    for event in events:
        draft = turn(draft, event)
    return draft


def roles(draft):
    return tuple(
        slot.photo.unique_id if slot else None for slot in (draft.person, draft.garment, draft.lower)
    )


def arrived(*slots):
    return [PhotoArrived(slot) for slot in slots]


def test_three_photos_are_the_person_the_upper_and_the_lower_part():
    draft = after(OUTFIT, *arrived(ME, SHIRT, TROUSERS))
    assert draft.wish == OutfitWish(ME.photo, SHIRT.photo, TROUSERS.photo)
    assert ask(draft, consented=True) is Ask.CARD


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_parts_of_an_album_have_their_roles_by_its_order_whenever_each_arrives(order):
    parts = [photo("me", 1, "a"), photo("shirt", 2, "a"), photo("trousers", 3, "a")]
    assert roles(after(OUTFIT, *arrived(*(parts[place] for place in order)))) == ("me", "shirt", "trousers")


def test_the_lower_part_is_asked_for_last():
    draft = after(OUTFIT, *arrived(ME, SHIRT))
    assert (ask(draft, consented=True), draft.wish) == (Ask.LOWER, None)


def test_two_garments_change_places_and_are_looked_at_anew():
    seen = Checked("garment", "shirt", Advice(), GarmentKind.BOTTOM)
    draft = after(OUTFIT, *arrived(ME, SHIRT, TROUSERS), seen, GarmentsSwapped())
    assert roles(draft) == ("me", "trousers", "shirt")
    assert (draft.lower.advice, draft.kind) == (None, GarmentKind.AUTO)


def test_the_only_garment_changes_its_place_and_the_other_is_asked_for():
    draft = after(OUTFIT, *arrived(ME, TROUSERS), GarmentsSwapped())
    assert (roles(draft), ask(draft, consented=True)) == (("me", None, "trousers"), Ask.GARMENT)
    assert roles(after(draft, *arrived(SHIRT))) == ("me", "shirt", "trousers")


@pytest.mark.parametrize(
    ("missing", "held", "asked"),
    [("lower", ("me", "shirt", None), Ask.LOWER), ("garment", ("me", None, "shirt"), Ask.GARMENT)],
)
def test_a_garment_becomes_the_half_that_is_not_missing(missing, held, asked):
    draft = after(CLOTHES, *arrived(ME, SHIRT), Extended(missing))
    assert (draft.ability, roles(draft), ask(draft, consented=True)) == (Ability.OUTFIT, held, asked)
    assert None not in roles(after(draft, *arrived(TROUSERS)))


@pytest.mark.parametrize("event", [GarmentsSwapped(), Extended("person")])
def test_what_is_not_about_one_garment_leaves_it(event):
    draft = after(CLOTHES, *arrived(ME, SHIRT))
    assert turn(draft, event) == draft


def test_trousers_stay_trousers_on_the_way_to_an_outfit_and_back():
    clothes = after(CLOTHES, *arrived(ME, TROUSERS), KindChosen(GarmentKind.BOTTOM))
    outfit = turn(clothes, AbilityChosen(Ability.OUTFIT))
    assert roles(outfit) == ("me", None, "trousers")
    back = turn(outfit, AbilityChosen(Ability.CLOTHES))
    assert (roles(back), back.kind) == (("me", "trousers", None), GarmentKind.BOTTOM)


def test_a_garment_from_the_wardrobe_waits_for_its_person_and_keeps_its_kind():
    draft = turn(CLOTHES, GarmentChosen(SHIRT.photo, GarmentKind.TOP))
    assert ask(draft, consented=True) is Ask.PERSON
    draft = turn(draft, PhotoArrived(ME, look=PhotoRef("look-file", "look")))
    assert (roles(draft), draft.kind) == (("me", "shirt", None), GarmentKind.TOP)


def test_a_garment_from_the_wardrobe_takes_the_place_of_another():
    draft = after(CLOTHES, *arrived(ME, TROUSERS), KindChosen(GarmentKind.BOTTOM))
    draft = turn(draft, GarmentChosen(SHIRT.photo, GarmentKind.TOP))
    assert (roles(draft), draft.kind) == (("me", "shirt", None), GarmentKind.TOP)


@pytest.mark.parametrize(
    ("kind", "held"),
    [(GarmentKind.TOP, ("me", "new", "trousers")), (GarmentKind.BOTTOM, ("me", "shirt", "new"))],
)
def test_a_garment_from_the_wardrobe_goes_where_it_belongs_in_an_outfit(kind, held):
    draft = after(OUTFIT, *arrived(ME, SHIRT, TROUSERS), GarmentChosen(PhotoRef("new-file", "new"), kind))
    assert (draft.ability, roles(draft)) == (Ability.OUTFIT, held)


def test_a_draft_that_wants_a_new_picture_says_so_after_a_restart():
    draft = Draft("c1", anew=True)
    assert Draft.from_json(draft.to_json()) == draft
