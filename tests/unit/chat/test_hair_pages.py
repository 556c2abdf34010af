"""The screens on the way to a haircut: what they show, and where their buttons lead."""

from dataclasses import replace

import pytest

from bot.chat.codes import Verb
from bot.chat.screens import hair_pages, waiting
from bot.hairstyles import ALL_HAIRCUTS, GROUPS
from bot.texts import Texts
from bot.wish import HairStyle

T = Texts().speak("en")
PAGE = hair_pages.PageFacts("medium", GROUPS["medium"])
CARD = hair_pages.HairCard("c", (HairStyle("BobCut"),), 1, 1, 1, 3, on_saved_photo=False, is_favourite=False)


def codes(screen, verb):
    every = [one.code for row in screen.rows for one in row]
    return [one for one in every if one.partition(":")[0] == verb.value]


def labels(screen):
    return [one.label for row in screen.rows for one in row]


def test_pages_lead_to_the_ones_beside_them_and_round_again():
    groups = tuple(GROUPS)
    for here, group in enumerate(groups):
        screen = hair_pages.browser(T, hair_pages.PageFacts(group, GROUPS[group]), None)
        beside = [f"hp:{groups[here - 1]}", f"hp:{groups[(here + 1) % len(groups)]}"]
        assert codes(screen, Verb.HAIR_PAGE) == beside


def test_every_haircut_of_a_page_has_its_number_and_its_button():
    screen = hair_pages.browser(T, PAGE, None)
    assert codes(screen, Verb.HAIRCUT) == [f"hc:{haircut}:medium:i" for haircut in GROUPS["medium"]]
    assert labels(screen)[:2] == ["1. Bob cut", "2. Curly bob"]


def test_while_comparing_a_tap_adds_and_the_sum_is_shown():
    styles = (HairStyle("BobCut"), HairStyle("Updo", "copper red"))
    screen = hair_pages.browser(T, replace(PAGE, adding=True, styles=styles, price=4), None)
    assert "Chosen, 2 of 6: Bob cut; Updo, copper." in screen.text
    assert "Together: 4 credits." in screen.text
    assert labels(screen)[0] == "✅ 1. Bob cut"
    assert codes(screen, Verb.HAIRCUT)[:2] == ["hc:BobCut:medium:a:0", "hc:CurlyBob:medium:a:1"]


@pytest.mark.parametrize(
    ("page", "count", "following"),
    [("short", 1, "fav"), ("fav", 10, "fav2"), ("fav2", 20, "fav3"), ("fav3", 20, "fav")],
)
def test_favourites_lead_from_sheet_to_sheet(page, count, following):
    facts = hair_pages.PageFacts(page, GROUPS["short"], favourites=ALL_HAIRCUTS[:count])
    assert f"hp:{following}" in codes(hair_pages.browser(T, facts, None), Verb.HAIR_PAGE)


@pytest.mark.parametrize("count", [1, 9])
def test_a_button_to_favourites_that_are_all_shown_would_do_nothing(count):
    facts = hair_pages.PageFacts("fav", ALL_HAIRCUTS[:count], favourites=ALL_HAIRCUTS[:count])
    assert not [one for one in codes(hair_pages.browser(T, facts, None), Verb.HAIR_PAGE) if "fav" in one]


def test_what_was_looked_for_is_shown_as_it_was_written():
    nothing = hair_pages.browser(T, hair_pages.PageFacts("found", (), query="<i>x"), None)
    assert "“&lt;i&gt;x”" in nothing.text
    assert codes(nothing, Verb.HAIRCUT) == []
    assert codes(nothing, Verb.HAIR_PAGE) == [f"hp:{group}" for group in GROUPS]


def test_the_card_tells_what_how_many_and_the_price_of_all():
    screen = hair_pages.card(T, replace(CARD, variants=3, price=6, price_of_one=2), None)
    assert "Price: 6 credits. You have 3 credits." in screen.text
    assert "That is 2 credits a picture, and you pay only for the ones that come." in screen.text
    assert codes(screen, Verb.GO) == ["go:c:6"]
    assert "● 3 ×" in labels(screen)


def test_only_haircuts_of_different_kinds_get_one_colour_for_all():
    colours = replace(CARD, styles=(HairStyle("Afro", "red"), HairStyle("Afro", "blue")))
    haircuts = replace(CARD, styles=(HairStyle("Afro"), HairStyle("Updo")))
    assert codes(hair_pages.card(T, colours, None), Verb.HAIR_ASK) == ["ha:color:a"]
    assert codes(hair_pages.card(T, haircuts, None), Verb.HAIR_ASK) == ["ha:haircut:a", "ha:color:i"]
    assert codes(hair_pages.card(T, haircuts, None), Verb.HAIR_DROP) == ["hx:1:2", "hx:2:2"]


def test_after_a_failure_nobody_is_offered_another_garment():
    screen = waiting.failed(T, job_id=7, failure="provider_failed", role=None, price=1, ability="hairstyle")
    assert "garment" not in screen.text
    assert codes(screen, Verb.OTHER_GARMENT) == []
    assert codes(screen, Verb.RETRY) == ["retry:7"]
    assert codes(screen, Verb.OTHER_HAIRCUT) == ["ohair:7"]
