"""What hair is called."""

import pytest

from bot.chat.screens import hair
from bot.hairstyles import ALL_HAIRCUTS, COLORS, GROUPS
from bot.images.haircuts import HAIRCUTS
from bot.texts import LANGUAGES, Texts, Translator
from bot.wish import HairStyle


@pytest.fixture
def t() -> Translator:
    """English."""
    return Texts().speak("en")


def test_every_haircut_is_in_exactly_one_group() -> None:
    """Nobody misses one of the 34, and none is shown twice."""
    assert sorted(ALL_HAIRCUTS) == sorted(HAIRCUTS)
    assert len(ALL_HAIRCUTS) == 34


def test_every_group_fits_on_one_sheet() -> None:
    """A page is one sheet of at most nine icons."""
    assert all(1 <= len(group) <= 9 for group in GROUPS.values())


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
    assert len(set(COLORS.values())) == len(COLORS) == 18
    assert hair.color_name(t, "copper red") == "copper"
    assert hair.color_label(t, "copper").endswith(" Copper")


def test_a_color_in_own_words_stays_as_it_was_typed(t: Translator) -> None:
    """A style reads as the person wrote it."""
    assert hair.style_name(t, HairStyle("BobCut", "mermaid teal")) == "Bob cut, mermaid teal"
    assert hair.style_name(t, HairStyle("BobCut")) == "Bob cut"


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("bob", "BobCut"),
        ("Bob cut", "BobCut"),
        ("curly bob", "CurlyBob"),
        ("PIXIE", "PixieCut"),
        ("curtain", "LongWavyCurtainBangs"),
        ("pompadur", "Pompadour"),
        ("braids", "BoxBraids"),
        ("dread", "Dreadlocks"),
    ],
)
def test_words_find_haircuts(t: Translator, query: str, first: str) -> None:
    """Parts of words, any case, and a slip of the finger are enough."""
    assert first in hair.find_haircuts(t, query)[:3]


def test_one_of_several_words_is_enough(t: Translator) -> None:
    """The best are first, and of what has nothing of it there is none."""
    long = hair.find_haircuts(t, "long hair")
    assert long[0] == "LongHairTiedUp"
    assert set(GROUPS["long"]) <= set(long[:9])
    assert hair.find_haircuts(t, "a nice short bob please")[:2] == ("BobCut", "CurlyBob")
    assert "Afro" not in long


@pytest.mark.parametrize("query", ["", "   ", "?!", "xyz", "trousers", "a to be"])
def test_words_that_mean_no_haircut_find_none(t: Translator, query: str) -> None:
    """Nothing is shown as found that was not looked for."""
    assert hair.find_haircuts(t, query) == ()


@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_colour_written_as_its_button_calls_it_is_told_in_the_providers_words(tag: str) -> None:
    """In the person's language and in English, in any case."""
    own, english = Texts().speak(tag), Texts().speak("en")
    for told in COLORS.values():
        for speaker in (own, english):
            assert hair.meant_color(own, f" {hair.color_name(speaker, told).upper()}") == told
    assert hair.meant_color(own, "mermaid teal") is None
    assert hair.meant_color(own, "?!") is None


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_haircut_is_found_first_by_its_name_in_the_own_language_and_in_english(tag: str) -> None:
    """The name on the button can be typed."""
    own, english = Texts().speak(tag), Texts().speak("en")
    for haircut in HAIRCUTS:
        for speaker in (own, english):
            name = hair.haircut_name(speaker, haircut)
            assert hair.find_haircuts(own, name)[0] == haircut, name
