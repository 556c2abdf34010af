"""Quick second taps on buttons that send something: what came a moment ago is not sent once more."""

from collections import OrderedDict

from bot.clock import Clock

# Taps of one person in one chat are handled one after the other, so this counts from the end of the first.
SECONDS = 3.0
REMEMBERED = 1000


class Doubles:
    """Remembers, in memory alone, what was sent in the last seconds."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sent: OrderedDict[tuple[int, str], float] = OrderedDict()

    def is_one(self, user_id: int, code: str) -> bool:
        """Return whether somebody got what this button sends a moment ago."""
        return self._clock.now() < self._sent.get((user_id, code), 0.0) + SECONDS

    def sent(self, user_id: int, code: str) -> None:
        """Note that somebody has just got what this button sends."""
        self._sent.pop((user_id, code), None)
        self._sent[user_id, code] = self._clock.now()
        if len(self._sent) > REMEMBERED:
            self._sent.popitem(last=False)
