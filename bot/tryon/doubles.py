"""Quick second taps on buttons that send something, and parts of an album that are all refused for one thing.

What came a moment ago is not sent once more.
"""

from collections import OrderedDict

from bot.clock import Clock

# Taps of one person in one chat are handled one after the other, so this counts from the end of the first.
SECONDS = 3.0
REMEMBERED = 1000
# Parts of an album may arrive so far apart; another album is never taken for it.
ALBUM_SECONDS = 60.0


class Doubles:
    """Remembers, in memory alone, what was sent in the last seconds."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sent: OrderedDict[tuple[int, str], float] = OrderedDict()

    def is_one(self, user_id: int, code: str, *, within: float = SECONDS) -> bool:
        """Return whether somebody got what this button sends, or what this code is about, a moment ago."""
        return self._clock.now() < self._sent.get((user_id, code), 0.0) + within

    def sent(self, user_id: int, code: str) -> None:
        """Note that somebody has just got what this button sends."""
        self._sent.pop((user_id, code), None)
        self._sent[user_id, code] = self._clock.now()
        if len(self._sent) > REMEMBERED:
            self._sent.popitem(last=False)
