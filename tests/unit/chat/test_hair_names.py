"""What hair is called."""

import pytest

from bot.chat.screens import hair
from bot.images.haircuts import HAIRCUTS
from bot.texts import Texts, Translator
from bot.wish import HairStyle


@pytest.fixture
def t() -> Translator:
    """English."""
    return Texts().speak("en")


def test_every_haircut_is_in_exactly_one_group() -> None:
    """Nobody misses one of the 34, and none is shown twice."""
    assert sorted(hair.ALL_HAIRCUTS) == sorted(HAIRCUTS)
    assert len(hair.ALL_HAIRCUTS) == 34


def test_every_group_fits_on_one_sheet() -> None:
    """A page is one sheet of at most nine icons."""
    assert all(1 <= len(group) <= 9 for group in hair.GROUPS.values())


def test_every_haircut_has_a_name_of_its_own(t: Translator) -> None:
    """No provider's name shows through, and no two haircuts are called the same."""
    names = [hair.haircut_name(t, haircut) for haircut in HAIRCUTS]
    assert len(set(names)) == len(HAIRCUTS)
    assert not {"BobCut", "LongHimeCut", "LongHairTiedUp"} & set(names)


def test_an_unknown_haircut_keeps_its_name(t: Translator) -> None:
    """A provider may learn a haircut before we do."""
    assert hair.haircut_name(t, "NewCut") == "NewCut"


def test_colors_on_buttons_are_told_to_the_provider_in_its_words(t: Translator) -> None:
    """What is stored is what the provider is told; people read it in their words."""
    assert len(set(hair.COLORS.values())) == len(hair.COLORS) == 18
    assert hair.color_name(t, "copper red") == "copper"
    assert hair.color_label(t, "copper").endswith(" Copper")


def test_a_color_in_own_words_stays_as_it_was_typed(t: Translator) -> None:
    """A style reads as the person wrote it."""
    assert hair.style_name(t, HairStyle("BobCut", "mermaid teal")) == "Bob cut, mermaid teal"
    assert hair.style_name(t, HairStyle("BobCut")) == "Bob cut"
