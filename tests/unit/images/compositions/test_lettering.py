"""Names on pictures: every language's letters, Arabic joined and in its order, nothing written wrongly."""

import pytest

from bot.chat.screens import hair
from bot.hairstyles import ALL_HAIRCUTS, COLORS
from bot.images.compositions.lettering import (
    direction_of,
    fitting_lines,
    shortened,
    text_mask,
    text_width,
    writable,
)
from bot.texts import LANGUAGES, Texts
from bot.wish import HairStyle
from tests.unit.images.compositions.marks import needs_fribidi


def sides(text, direction=None):
    """Return how much ink the left and the right half of a text have."""
    mask, _ = text_mask(text, 40, 0, direction)
    mask = mask.crop(mask.getbbox())
    middle = mask.width // 2
    halves = mask.crop((0, 0, middle, mask.height)), mask.crop((middle, 0, mask.width, mask.height))
    return tuple(sum(half.get_flattened_data()) for half in halves)


@needs_fribidi
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_can_be_written(language):
    t = Texts().speak(language)
    names = [
        hair.style_name(t, HairStyle(cut, color))
        for cut in ALL_HAIRCUTS
        for color in (None, *COLORS.values())
    ]

    assert [name for name in names if writable(name) != name] == []


@pytest.mark.parametrize(
    "text",
    [
        "Bob cut",
        "@my_bot",
        "Wait…",
        "Moño, arcoíris",
        "Coupe carrée",
        "Чёлка «рыбий хвост» №1",
        "Ґудзик",
        "Đỏ",
        "Ώχρα",
    ],
)
def test_what_the_font_has_is_written_as_it_is(text):
    assert writable(text) == text


@needs_fribidi
@pytest.mark.parametrize("text", ["قصة بوب", "بني، ٣", "گیسو", "مُحَمَّر", "\u2068Bob\u2069 قصة", "می\u200cشود"])
def test_arabic_is_written_with_its_marks(text):
    assert writable(text) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("pink 💕 pastel", "pink pastel"),
        ("🦄 rosa", "rosa"),
        ("red 👩🏽‍🦰❤️", "red"),
        ("two\nlines\tand  more", "two lines and more"),
        ("1️⃣ blond", "1 blond"),
        ("\u202edlob", "dlob"),
        ("и\u0306", "й"),
    ],
)
def test_pictographs_and_control_characters_are_left_out(text, written):
    assert writable(text) == written


@pytest.mark.parametrize("text", ["粉色", "rose 粉", "שיער", "💕🦄", "", " ", "!!", "गुलाबी", "x\x00"])
def test_a_text_with_a_letter_the_font_lacks_is_not_written_at_all(text):
    assert writable(text) == ""


@needs_fribidi
def test_arabic_letters_are_joined():
    alone = sum(text_width(letter, 40) for letter in "قصة")

    assert text_width("قصة", 40) < 0.85 * alone
    assert text_width("لا", 40) < 0.8 * (text_width("ل", 40) + text_width("ا", 40))


@needs_fribidi
def test_arabic_begins_at_the_right():
    left, right = sides("سسس       ا")

    assert right > 2 * left


@needs_fribidi
def test_a_latin_word_keeps_its_place_in_an_arabic_name():
    left, right = sides("\u2068MMM\u2069 ا ا ا")

    assert right > 1.5 * left
    assert sides("MMM ا ا ا")[0] > 1.5 * sides("MMM ا ا ا")[1]


@needs_fribidi
def test_a_second_line_and_a_name_of_isolated_parts_run_as_the_whole():
    left, right = sides("MMM ا ا ا", "rtl")
    first, last = sides("\u2068سسس\u2069,      \u2068ا\u2069")

    assert right > 1.5 * left
    assert last > 1.5 * first


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("Bob قصة", "ltr"),
        ("\u2068Bob\u2069 قصة", "rtl"),
        ("قصة Bob", "rtl"),
        ("\u2068قصة\u2069, \u2068Bob\u2069", "rtl"),
        ("12", "ltr"),
        ("Чёлка", "ltr"),
    ],
)
def test_a_text_runs_as_its_first_word_that_is_not_isolated(text, direction):
    assert direction_of(text) == direction


def test_a_long_name_takes_two_lines_of_about_equal_length():
    assert fitting_lines("Волны и чёлка-шторка", 40, 330) == ["Волны и", "чёлка-шторка"]
    assert fitting_lines("Bob", 40, 300) == ["Bob"]
    assert fitting_lines("Bob cut", 40, 300, most=1) == ["Bob cut"]


def test_a_name_is_parted_after_its_comma_where_both_parts_fit():
    assert fitting_lines("Long wavy bangs, tan", 40, 340) == ["Long wavy bangs,", "tan"]


def test_what_is_too_long_for_two_lines_is_cut():
    first, second = fitting_lines("Long wavy with curtain bangs and dark chocolate highlights", 40, 300)

    assert max(text_width(first, 40), text_width(second, 40)) <= 300
    assert first == "Long wavy with"
    assert second.startswith("curtain")
    assert second.endswith("…")


def test_a_long_label_is_cut_to_its_room():
    cut = shortened("Long wavy with curtain bangs", 40, 300)

    assert cut.endswith("…")
    assert cut.startswith("Long")
    assert text_width(cut, 40) <= 300
    assert shortened("Bob", 40, 300) == "Bob"
    assert shortened("Long", 40, 10) == ""


def test_a_letter_is_not_cut_from_its_mark():
    marked = "x\u0323" * 30

    assert all(shortened(marked, 40, width)[-2] == "\u0323" for width in range(100, 200, 7))
