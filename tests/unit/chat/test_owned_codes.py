"""In a group every button says whose it is."""

import pytest

from bot.chat.codes import MAX_BYTES, Code, Verb, code, owned, parse
from bot.chat.messages import Addressee
from bot.chat.screen import Button, Screen
from bot.chat.screens import grouped

LARGEST_ID = 2**52


def test_owner_comes_back_and_the_arguments_stay():
    signed = owned(code(Verb.GO, "x" * 16, 999), LARGEST_ID)
    assert parse(signed) == Code(Verb.GO, ("x" * 16, "999"), LARGEST_ID)
    assert parse(owned(code(Verb.HELP), 5)) == Code(Verb.HELP, (), 5)


@pytest.mark.parametrize(
    "data", ["go:c:@", "go:c:@x", "go:c:@-5", "go:c:@5:1", "go:c:5", f"go:c:@{10**18}", "go:c:@\u0665"]
)
def test_what_is_no_owner_is_none(data):
    assert parse(data).owner is None


@pytest.mark.parametrize(
    ("text", "number"),
    [("7", 7), (str(2**31 - 1), 2**31 - 1), (str(2**31), 0), ("9" * 55, 0), ("-7", 0), ("\u0667", 0)],
)
def test_a_number_that_fits_into_no_column_is_none(text, number):
    assert parse(f"full:1:{text}").number(1) == number


def test_a_code_without_room_for_its_owner_is_a_mistake_of_ours():
    with pytest.raises(ValueError, match="no room"):
        owned("x" * (MAX_BYTES - 2), 5)


def test_votes_are_for_all_and_private_things_are_left_out():
    rows = (
        (Button("1", "vote:3:1"),),
        (Button("-", "credits"), Button("stop", "discard")),
        (Button("a", url="u"),),
    )
    assert grouped.own_rows(rows, 5) == (
        (Button("1", "vote:3:1"),),
        (Button("stop", "discard:@5"),),
        (Button("a", url="u"),),
    )


def test_a_name_is_no_markup_and_turns_nothing_around():
    shown = grouped.to_one(Screen("Hi"), Addressee(5, "<b>\u05d0 & co" + "x" * 99))
    assert shown.text.startswith("<b>\u2068&lt;b&gt;\u05d0 &amp; co")
    assert shown.text.endswith("x\u2069</b>\nHi")
    assert len(shown.text) < 80


def test_somebody_without_a_name_is_addressed_without_one():
    assert grouped.to_one(Screen("Hi"), Addressee(5, "")).text == "Hi"
