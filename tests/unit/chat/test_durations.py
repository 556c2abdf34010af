"""Waits in words: never much shorter than the wait, and no more exact than is known."""

import pytest

from bot.chat.screens.durations import duration_text, longest_meant
from bot.texts import Texts


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "about 5 s"),
        (5.4, "about 5 s"),
        (6, "about 10 s"),
        (11, "about 10 s"),
        (11.5, "about 15 s"),
        (60, "about 55 s"),
        (61, "about 1 minute"),
        (66, "about 1 minute"),
        (67, "1 to 2 minutes"),
        (113, "1 to 2 minutes"),
        (115, "about 2 minutes"),
        (150, "2 to 3 minutes"),
        (180, "about 3 minutes"),
        (659, "about 10 minutes"),
        (3500, "about 58 minutes"),
    ],
)
def test_a_wait_is_told_in_words_that_fit(seconds: float, words: str) -> None:
    assert duration_text(Texts().speak("en"), seconds) == words


def test_no_wait_is_much_longer_or_far_shorter_than_the_words() -> None:
    for tenths in range(50, 36_000):
        seconds = tenths / 10
        assert seconds <= longest_meant(seconds) * 1.1 + 1e-9
        assert longest_meant(seconds) <= max(seconds + 5, seconds * 1.82)
