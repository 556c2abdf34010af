"""When to ask about a job first, where every question costs a place that a submission could have had.

FitRoom counts 60 calls of every kind in 60 s, so each question is one submission less. The first comes when
about a quarter of the jobs are done: at 8.8 s where "about 9 s" is documented, and then as was seen lately.
On a day when pictures take 19 s, questions from 8.8 s on would leave room for three jobs a minute; so nothing
is asked for nothing, and on a quick day nobody waits for the documentation.
"""

import statistics
from collections import deque

from bot.jobs.keys import KeyState
from bot.providers.base import Need

_REMEMBERED = 20
_ENOUGH = 5
# Seldom is a job so much quicker than documented; a row of odd answers should not make us ask at once.
_LEAST_SHARE = 0.5
# Where the question before lay further back than this share of the whole time, as after a restart, the answer
# says little about when the job ended.
_MOST_UNCERTAIN = 0.3


class Timetable:
    """Remembers when jobs ended lately, in seconds after they were accepted."""

    def __init__(self) -> None:
        self._ends: dict[tuple[str, str, bool], deque[float]] = {}

    def first(self, key: KeyState, need: Need) -> float:
        """Return how many seconds after its acceptance a job should be asked about first."""
        shortest = key.timing(need).shortest
        ends = self._ends.get(_subject(key, need), ())
        if key.sharing is None or len(ends) < _ENOUGH:
            return shortest
        return max(shortest * _LEAST_SHARE, statistics.quantiles(ends, n=4)[0])

    def ended(self, key: KeyState, need: Need, *, after: float, gap: float) -> None:
        """Note a job that was found ended ``after`` so many seconds, within ``gap`` seconds of its end."""
        if gap <= _MOST_UNCERTAIN * after:
            kept = self._ends.setdefault(_subject(key, need), deque(maxlen=_REMEMBERED))
            kept.append(after - gap / 2)


def _subject(key: KeyState, need: Need) -> tuple[str, str, bool]:
    return key.name[0], need.ability.value, need.hd
