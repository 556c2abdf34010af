"""The caption of a sheet: numbers as they stand on it, names in words, a button for each."""

import pytest

from bot.chat.messages import Delivery, SheetPart
from bot.chat.screen import Screen
from bot.chat.screens.comparing import style_name, with_names
from bot.chat.screens.words import Words
from bot.texts import Texts

T = Texts().speak("en")


@pytest.mark.parametrize(
    ("haircut", "color", "name"),
    [
        ("BobCut", None, "Bob cut"),
        ("LongWavyCurtainBangs", "red", "Wavy curtain bangs, red"),
        ("Afro", "  pink ", "Afro, pink"),
        ("Afro", "", "Afro"),
    ],
)
def test_a_haircut_is_named_in_words(haircut, color, name):
    assert style_name(T, SheetPart(1, haircut, color)) == name


@pytest.mark.parametrize(
    ("styles", "labels"),
    [
        ([("Afro", None), ("Afro", "copper red"), ("Afro", "teal")], ["Your own colour", "Copper", "Teal"]),
        ([("Afro", "red"), ("BobCut", "red")], ["Afro", "Bob cut"]),
        ([("Afro", "red"), ("BobCut", None)], ["Afro, red", "Bob cut"]),
    ],
    ids=["colours", "haircuts", "both"],
)
def test_labels_on_a_sheet_say_only_what_is_different(styles, labels):
    parts = [SheetPart(n, *style) for n, style in enumerate(styles, start=1)]
    assert Words(Texts(), "shop_bot").part_labels(parts, "en") == labels


def test_numbers_on_the_sheet_lead_to_the_pictures_of_the_job():
    parts = (SheetPart(1, "BobCut", "red"), SheetPart(3, "Afro", "<b>"))
    delivery = Delivery(7, 1, "hairstyle", 1, 3, 2, 5, "en", b"", "image/jpeg", parts, 1, 1)
    screen = Words(Texts(), "shop_bot").picture_caption(delivery)
    lines = screen.text.splitlines()
    assert lines[:2] == ["1. Bob cut, red", "2. Afro, &lt;b&gt;"]
    assert "1 more did not work out. It cost nothing: 1 credit is back in your account." in lines
    assert [(one.label, one.code) for one in screen.rows[0]] == [("⬇️ 1", "full:7:1"), ("⬇️ 2", "full:7:3")]


def test_a_picture_says_which_haircut_it_shows():
    shows = SheetPart(1, "Afro", "<teal>")
    delivery = Delivery(7, 1, "hairstyle", 1, 1, 1, 5, "en", b"", "image/jpeg", shows=shows)
    told = Words(Texts(), "shop_bot").picture_caption(delivery).text
    assert told == "<b>Afro, &lt;teal&gt;</b>\nHere you are! It cost 1 credit; you have 5 credits left."


def test_a_sheet_that_is_shown_again_tells_the_numbers_on_it():
    parts = (SheetPart(1, "BobCut", "red"), SheetPart(2, "Afro", "<b>"))
    told = with_names(T, parts, Screen("You had this already.")).text
    assert told == "1. Bob cut, red\n2. Afro, &lt;b&gt;\n\nYou had this already."


def test_one_picture_of_a_comparison_has_its_name_and_no_number():
    delivery = Delivery(7, 1, "hairstyle", 2, 2, 1, 5, "en", b"", "image/jpeg", (SheetPart(2, "Updo"),), 1, 1)
    screen = Words(Texts(), "shop_bot").picture_caption(delivery)
    assert screen.text.splitlines()[0] == "Updo"
    assert [one.code for one in screen.rows[0]] == ["full:7:2"]
