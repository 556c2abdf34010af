"""Where a page of somebody's pictures begins is told by others, and so is read with care."""

import pytest

from bot.tryon.gallery import _place


def test_an_offset_of_ours_is_a_job_and_a_number():
    assert _place("12.3") == (12, 3)


@pytest.mark.parametrize("offset", ["", "12", "12.", ".3", "-1.2", "a.b", "1.2.3", "٣.1", "9" * 40 + ".1"])
def test_any_other_begins_at_the_newest(offset):
    assert _place(offset) is None
