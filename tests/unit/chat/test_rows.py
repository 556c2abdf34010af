"""Buttons share a row only where all of their labels can be read."""

import pytest

from bot.chat.screen import Button
from bot.chat.screens.parts import in_rows


def rows_of(*labels, width):
    return [[one.label for one in row] for row in in_rows([Button(label) for label in labels], width)]


def test_short_labels_fill_their_rows():
    assert rows_of("1", "2", "3", "4", "5", width=3) == [["1", "2", "3"], ["4", "5"]]
    assert rows_of(width=3) == []


@pytest.mark.parametrize("long", ["🌕 Platinum blonde", "Бесконечность"])
def test_a_label_too_long_for_three_is_beside_one_other(long):
    assert rows_of("a", long, "b", "c", width=3) == [["a", long], ["b", "c"]]


def test_a_label_too_long_to_share_is_alone_and_the_order_stays():
    long = "3. Wavy curtain bangs"

    assert rows_of("a", long, "b", "c", width=2) == [["a"], [long], ["b", "c"]]


def test_marks_that_nobody_sees_take_no_room():
    marked = "\u2068" + "a" * 19 + "\u2069"

    assert rows_of(marked, "b", width=2) == [[marked, "b"]]
