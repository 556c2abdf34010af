"""The way to a tattoo as a table of turns."""

import pytest

from bot.conversation import (
    AbilityChosen,
    Ask,
    CellChosen,
    DesignChosen,
    Draft,
    PhotoArrived,
    PlaceKept,
    PlaceLeftOpen,
    Placement,
    PlacementStep,
    PlaceNamed,
    PlaceReopened,
    PointingBegun,
    RegionKept,
    RegionMoved,
    Replaced,
    Said,
    SizeChosen,
    Slot,
    StyleAsked,
    StyleChosen,
    Swapped,
    ask,
    draft_of_wish,
    turn,
)
from bot.providers.base import Ability, Picture
from bot.regions import Nudge, Region, RegionSize, nudged, region_at
from bot.tattoos import starter_design
from bot.wish import PhotoRef, TattooWish, wish_from_json, wish_key, wish_to_json

ARM = Slot(PhotoRef("arm-file", "arm", 800, 1200), 1)
OTHER_ARM = Slot(PhotoRef("other-file", "other", 800, 1200), 5)
DRAWING = Slot(PhotoRef("drawing-file", "drawing", 500, 500), 2)
LOOK = PhotoRef("look-file", "look", 800, 1200)
ROSE = starter_design("rose")
SPOT = region_at(10, RegionSize.MEDIUM, 800, 1200)


def after(*events, draft=None):
    draft = draft or turn(Draft("c1"), AbilityChosen(Ability.TATTOO))
    for event in events:
        draft = turn(draft, event)
    return draft


PLACING = after(PhotoArrived(ARM), DesignChosen(ROSE))
POINTING = after(PointingBegun(ARM.photo), CellChosen(10), draft=PLACING)
POINTED = after(RegionKept(), draft=POINTING)


def asked(draft):
    return ask(draft, consented=True)


def told(draft):
    """What the provider is told of the place."""
    pictures = {"person": Picture(b"p"), "design": Picture(b"d")}
    request = draft.wish.request(pictures)
    return request.placement, request.region


def test_photo_then_design_then_place_then_card():
    draft = after()
    assert asked(draft) is Ask.PERSON
    draft = turn(draft, PhotoArrived(ARM))
    assert asked(draft) is Ask.DESIGN
    draft = turn(draft, DesignChosen(ROSE))
    assert asked(draft) is Ask.PLACEMENT
    assert draft.wish is None
    draft = turn(draft, PlaceNamed("on the wrist"))
    assert asked(draft) is Ask.CARD
    assert draft.wish == TattooWish(ARM.photo, ROSE, "on the wrist")
    assert draft.reply_to == 1, "a starter design has no message to reply to"


def test_own_design_is_the_second_photo():
    draft = after(PhotoArrived(ARM), PhotoArrived(DRAWING))
    assert (draft.person, draft.design, draft.reply_to) == (ARM, DRAWING, 2)


def test_saved_photo_is_not_taken_for_the_place_unasked():
    draft = after(PhotoArrived(ARM, look=LOOK))
    assert (draft.person, draft.design) == (ARM, None)


def test_photos_in_the_wrong_order_can_change_places():
    draft = after(PhotoArrived(DRAWING), PhotoArrived(ARM), Swapped())
    assert (draft.person.photo, draft.design.photo) == (ARM.photo, DRAWING.photo)


def test_the_artist_may_decide():
    assert told(turn(PLACING, PlaceLeftOpen())) == (None, None)


def test_typed_words_are_the_place_only_while_it_is_asked_for():
    draft = turn(PLACING, Said("inside of the left wrist"))
    assert told(draft) == ("inside of the left wrist", None)
    assert turn(draft, Said("thank you")) == draft
    assert turn(after(PhotoArrived(ARM)), Said("hello")) == after(PhotoArrived(ARM))


def test_typed_words_with_clothes_change_nothing():
    clothes = turn(Draft("c1"), PhotoArrived(ARM))
    assert turn(clothes, Said("on the arm")) == clothes


def test_pointing_gives_a_region_that_has_to_be_confirmed():
    assert asked(POINTING) is Ask.PLACEMENT
    assert POINTING.wish is None
    assert asked(POINTED) is Ask.CARD
    assert told(POINTED) == (None, SPOT)


def test_size_is_that_of_the_new_rectangle():
    draft = after(PointingBegun(ARM.photo), SizeChosen(RegionSize.LARGE), CellChosen(10), draft=PLACING)
    assert draft.placement.region == region_at(10, RegionSize.LARGE, 800, 1200)


def test_typed_number_is_a_square_while_the_grid_is_shown():
    draft = after(PointingBegun(ARM.photo), Said("10"), draft=PLACING)
    assert draft.placement == POINTING.placement


@pytest.mark.parametrize("number", ["10", "١٠", "१०"], ids=["Latin", "Arabic", "Devanagari"])
def test_number_in_any_script_is_a_square_also_when_one_was_chosen(number):
    elsewhere = after(PointingBegun(ARM.photo), CellChosen(3), draft=PLACING)
    for draft in (after(PointingBegun(ARM.photo), draft=PLACING), elsewhere):
        assert turn(draft, Said(number)).placement == POINTING.placement


@pytest.mark.parametrize("number", ["0", "25", "9" * 4000])
def test_number_of_no_square_is_no_place(number):
    for draft in (after(PointingBegun(ARM.photo), draft=PLACING), POINTING):
        assert turn(draft, Said(number)) == draft


def test_the_name_of_a_place_is_told_in_the_providers_words():
    assert told(turn(PLACING, Said("muñeca", "on the wrist"))) == ("on the wrist", None)


@pytest.mark.parametrize(
    "way", [(), (PointingBegun(ARM.photo), PlaceReopened())], ids=["at once", "from the grid"]
)
def test_who_asked_for_another_place_can_come_back_to_the_one_there_was(way):
    reopened = after(PlaceReopened(), *way, draft=POINTED)
    assert reopened.placement.can_go_back
    assert turn(reopened, PlaceKept()) == POINTED
    assert turn(turn(POINTED, StyleAsked()), PlaceKept()) == POINTED


@pytest.mark.parametrize(
    "draft",
    [
        PLACING,
        POINTING,
        turn(POINTING, PlaceReopened()),
        after(PlaceReopened(), PointingBegun(ARM.photo), CellChosen(3), PlaceReopened(), draft=POINTED),
    ],
    ids=["first question", "rectangle", "words instead", "pointed anew"],
)
def test_without_a_place_to_come_back_to_nothing_is_kept(draft):
    assert not draft.placement.can_go_back
    assert turn(draft, PlaceKept()) == draft


def test_words_typed_while_pointing_win_over_pointing():
    draft = after(RegionMoved(SPOT), Said("on the hip"), draft=POINTING)
    assert told(draft) == ("on the hip", None)


@pytest.mark.parametrize("cell", [0, 25, -1, 10**9])
def test_square_that_is_not_there_changes_nothing(cell):
    grid = after(PointingBegun(ARM.photo), draft=PLACING)
    assert turn(grid, CellChosen(cell)) == grid


def test_photo_of_unknown_size_is_measured_when_pointing_begins():
    unmeasured = Slot(PhotoRef("arm-file", "arm"), 1)
    draft = after(PhotoArrived(unmeasured), DesignChosen(ROSE))
    assert after(CellChosen(10), draft=draft) == draft
    draft = after(PointingBegun(ARM.photo), CellChosen(10), draft=draft)
    assert draft.person.photo == ARM.photo
    assert draft.placement.region == SPOT


def test_second_tap_on_a_nudge_moves_nothing():
    target = nudged(SPOT, Nudge.LEFT, 800, 1200)
    once = turn(POINTING, RegionMoved(target))
    assert once.placement.region == target != SPOT
    assert turn(once, RegionMoved(target)) == once


def test_nudge_from_before_it_was_confirmed_moves_nothing():
    assert turn(POINTED, RegionMoved(Region(0.0, 0.0, 0.1, 0.1))) == POINTED


@pytest.mark.parametrize(
    "event",
    [
        PlaceNamed("on the hand"),
        PlaceLeftOpen(),
        CellChosen(1),
        SizeChosen(RegionSize.LARGE),
        StyleChosen("x"),
    ],
)
def test_old_buttons_change_nothing_on_the_card(event):
    assert turn(POINTED, event) == POINTED


def test_with_a_region_words_tell_the_style_only():
    draft = after(StyleAsked(), StyleChosen("fine line"), draft=POINTED)
    assert told(draft) == ("fine line", SPOT)


def test_without_a_region_the_style_goes_with_the_place():
    draft = after(PlaceNamed("on the wrist"), StyleAsked(), Said("very small"), draft=PLACING)
    assert told(draft) == ("on the wrist, very small", None)
    assert told(after(StyleAsked(), StyleChosen(None), draft=draft)) == ("on the wrist", None)


def test_style_alone_when_the_artist_decides_the_place():
    draft = after(PlaceLeftOpen(), StyleAsked(), StyleChosen("bold lines"), draft=PLACING)
    assert told(draft) == ("bold lines", None)


def test_another_photo_forgets_where_was_pointed_and_keeps_the_style():
    styled = after(StyleAsked(), StyleChosen("small"), draft=POINTED)
    draft = after(Replaced("person"), PhotoArrived(OTHER_ARM), draft=styled)
    assert draft.placement == Placement(style="small")
    assert asked(draft) is Ask.PLACEMENT


def test_another_photo_while_the_grid_is_shown_asks_for_the_place_anew():
    grid = after(PointingBegun(ARM.photo), draft=PLACING)
    draft = after(Replaced("person"), PhotoArrived(OTHER_ARM), draft=grid)
    assert draft.placement.step is PlacementStep.WAYS


def test_another_photo_keeps_a_place_told_in_words():
    draft = after(PlaceNamed("on the calf"), Replaced("person"), PhotoArrived(OTHER_ARM), draft=PLACING)
    assert told(draft) == ("on the calf", None)


def test_another_design_keeps_the_place():
    draft = after(Replaced("design"), DesignChosen(starter_design("wave")), draft=POINTED)
    assert told(draft) == (None, SPOT)
    assert draft.design.photo == starter_design("wave")


def test_another_place_keeps_the_rest():
    draft = after(PlaceReopened(), PlaceNamed("on the neck"), draft=POINTED)
    assert draft.wish == TattooWish(ARM.photo, ROSE, "on the neck")


@pytest.mark.parametrize(
    "draft",
    [after(), PLACING, POINTING, POINTED, turn(POINTED, StyleAsked()), turn(POINTED, PlaceReopened())],
)
def test_draft_comes_back_from_its_row(draft):
    assert Draft.from_json(draft.to_json()) == draft


def test_wish_comes_back_from_its_row_and_from_a_picture():
    wish = after(StyleAsked(), StyleChosen("small"), draft=POINTED).wish
    assert wish_from_json(wish_to_json(wish)) == wish
    assert draft_of_wish("c2", wish).wish == wish


def test_wishes_of_another_place_or_style_are_not_the_same():
    wishes = [POINTED.wish, after(StyleAsked(), StyleChosen("small"), draft=POINTED).wish]
    wishes += [turn(PLACING, PlaceLeftOpen()).wish, turn(PLACING, PlaceNamed("on the neck")).wish]
    assert len({wish_key(wish) for wish in wishes}) == len(wishes)


def test_a_place_in_words_never_goes_with_a_region():
    wish = TattooWish(ARM.photo, ROSE, "on the wrist", tuple(SPOT), "small")
    request = wish.request({"person": Picture(b"p"), "design": Picture(b"d")})
    assert (request.placement, request.region) == ("small", SPOT)
    pointed_after_words = after(
        *(
            PlaceNamed("on the wrist"),
            PlaceReopened(),
            PointingBegun(ARM.photo),
            CellChosen(10),
            RegionKept(),
        ),
        draft=PLACING,
    )
    assert pointed_after_words.wish == POINTED.wish
