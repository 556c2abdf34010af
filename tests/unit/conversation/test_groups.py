"""Drafts of groups: what is asked in the private chat for them, and what another chat knows of them."""

import pytest

from bot.conversation import AbilityChosen, Ask, Draft, HairChoice, PhotoArrived, Slot, ask, turn
from bot.wish import Ability, HairStyle, PhotoRef

ME, DRESS = Slot(PhotoRef("m", "m"), 7, "album"), Slot(PhotoRef("d", "d"), 8)


@pytest.mark.parametrize("ability", list(Ability))
def test_only_the_photo_of_the_person_is_asked_for_and_then_it_goes_back(ability):
    draft = Draft("c", ability=ability, for_group=-5)
    assert ask(draft, consented=False) is Ask.CONSENT
    assert ask(draft, consented=True) is Ask.PERSON
    after = turn(draft, PhotoArrived(ME))
    assert (after.person, ask(after, consented=True)) == (ME, Ask.BACK)


def test_nothing_is_made_of_a_draft_that_only_asks_for_a_photo():
    style = HairChoice((HairStyle("BobCut"),))
    draft = Draft("c", ME, ability=Ability.HAIRSTYLE, hair=style, for_group=-5)
    assert draft.wish is None


def test_somebody_who_begins_something_else_does_not_go_back():
    before = Draft("b").to_json()
    draft = turn(Draft("c", ME, for_group=-5, before=before), AbilityChosen(Ability.CLOTHES))
    assert (draft.for_group, draft.before) == (None, None)
    assert ask(draft, consented=True) is Ask.GARMENT


def test_another_chat_has_none_of_the_messages():
    draft = Draft("c", ME, DRESS, command=9).elsewhere("group")
    assert (draft.command, draft.reply_to) == (None, None)
    assert [(slot.photo, slot.message_id, slot.album_id) for slot in draft.slots] == [
        (ME.photo, None, None),
        (DRESS.photo, None, None),
    ]


def test_a_draft_comes_back_from_storage_as_it_was():
    draft = Draft("c", ME, DRESS, command=9, for_group=-5, came_from="group", before={"a": 1})
    assert Draft.from_json(draft.to_json()) == draft
