"""Waits in words that claim no more than is known, and that are not shorter than the wait is likely to be."""

import math

from bot.texts import Translator

# A wait may be longer than the words by this share before the next longer words are due.
_ROUNDED_DOWN = 1.1
# And shorter than whole minutes by this share.
_ROUNDED_UP = 0.95
_STEP = 5
_MINUTE = 60


def duration_text(t: Translator, seconds: float) -> str:
    """Return a wait in words: in steps of five seconds, then in minutes, between two where it is between."""
    least, most = _meant(seconds)
    if most < _MINUTE:
        return t("about {seconds} s", seconds=most)
    n = most // _MINUTE
    if least == most:
        return t.plural("about {n} minute", "about {n} minutes", n)
    return t.plural("{first} to {n} minute", "{first} to {n} minutes", n, first=least // _MINUTE)


def longest_meant(seconds: float) -> int:
    """Return the longest time, in seconds, that the words for a wait speak of."""
    return _meant(seconds)[1]


def _meant(seconds: float) -> tuple[int, int]:
    step = max(1, math.ceil(seconds / _ROUNDED_DOWN / _STEP)) * _STEP
    if step < _MINUTE:
        return step, step
    minutes = max(1, int(seconds // _MINUTE))
    if seconds <= minutes * _MINUTE * _ROUNDED_DOWN:
        return minutes * _MINUTE, minutes * _MINUTE
    more = (minutes + 1) * _MINUTE
    return (more if seconds >= more * _ROUNDED_UP else minutes * _MINUTE), more
