"""What follows a tattoo speaks of designs and places, never of garments."""

import pytest

from bot.chat.codes import Verb
from bot.chat.screens import tattoo_names, waiting
from bot.jobs.failures import Failure
from bot.texts import LANGUAGES, Texts

T = Texts().speak("en")


def verbs(rows) -> list[str]:
    return [button.code.split(":")[0] for row in rows for button in row]


def failed(failure, role=None):
    return waiting.failed(T, job_id=1, failure=failure, role=role, price=1, ability="tattoo")


@pytest.mark.parametrize(
    "failure", [failure for failure in Failure if not failure.value.startswith("photo_")]
)
def test_failure_offers_to_try_again_or_with_something_else(failure):
    screen = failed(failure.value)
    assert verbs(screen.rows) == [Verb.RETRY, Verb.OTHER_PLACE, Verb.OTHER_DESIGN, Verb.OTHER_PERSON]
    assert "garment" not in screen.text
    assert "1 credit is back" in screen.text


@pytest.mark.parametrize(
    ("role", "verb", "word"),
    [("design", Verb.OTHER_DESIGN, "design"), ("person", Verb.OTHER_PERSON, "your photo")],
)
@pytest.mark.parametrize("failure", ["photo_gone", "photo_unreadable"])
def test_photo_that_is_gone_is_asked_for_by_what_it_shows(failure, role, verb, word):
    screen = failed(failure, role)
    assert verbs(screen.rows) == [verb, Verb.HELP]
    assert word in screen.text.lower()


@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_place_or_style_written_as_its_button_calls_it_is_told_in_the_providers_words(tag):
    own, english = Texts().speak(tag), Texts().speak("en")
    for speaker in (own, english):
        for place, label in tattoo_names.places(speaker).items():
            assert tattoo_names.meant(own, label.lower()) == place.phrase
        for style, label in tattoo_names.styles(speaker):
            assert tattoo_names.meant(own, label.upper()) == style.phrase
    assert tattoo_names.meant(own, "behind the left ear") is None


def test_picture_offers_another_place_design_and_photo():
    rows = waiting.picture_buttons(T, job_id=1, n=1, ability="tattoo")
    assert verbs(rows)[:3] == [Verb.OTHER_PLACE, Verb.OTHER_DESIGN, Verb.OTHER_PERSON]
    assert Verb.OTHER_GARMENT not in verbs(rows)
