"""How long things take: measured where possible, documented before that; and how far a picture is."""

import math
import statistics
from collections import deque

from bot.providers.base import Ability, Need, Provider

_REMEMBERED = 30
_ENOUGH = 3
# Up to here a bar moves evenly; then slower and slower, so that it never stands still and never reaches the
# end.
_EVEN_UNTIL = 0.9
# Until some were measured: for each photo until it has the provider's size, from the last poll to pictures
# that are here and checked, and from there to the chat.
_PREPARING = 0.4
_FETCHING = 0.5
_HANDING_OVER = 1.0
# A call that takes longer than all before it will take a little more; how much, nobody knows.
_BEYOND = 1.15
# Beyond this many times the usual duration a person is told that it takes longer, instead of a time.
_TOO_LONG = 1.6


class _Lately:
    """The median of what was measured lately."""

    def __init__(self) -> None:
        self._kept: deque[float] = deque(maxlen=_REMEMBERED)

    def add(self, seconds: float) -> None:
        self._kept.append(seconds)

    def median(self, usual: float, *, longer_than: float = 0.0) -> float:
        """Return it, or what is usual before there is enough; of those alone that took longer than this."""
        kept = self._kept if len(self._kept) >= _ENOUGH else (usual,)
        longer = [each for each in kept if each > longer_than]
        return statistics.median(longer) if longer else longer_than * _BEYOND


class Durations:
    """Measured seconds: of calls, by provider, ability and size, and of what is done before and after them.

    A call lasts from its submission to its detected completion.
    """

    def __init__(self) -> None:
        self._calls: dict[tuple[str, Ability, bool], _Lately] = {}
        self._preparing, self._fetching, self._handing_over = _Lately(), _Lately(), _Lately()

    def measured(self, provider: Provider, need: Need, seconds: float) -> None:
        """Remember how long a call took."""
        self._calls.setdefault((provider.name, need.ability, need.hd), _Lately()).add(seconds)

    def expected(self, provider: Provider, need: Need, *, longer_than: float = 0.0) -> float:
        """Return how long a call takes, given that it has taken so long already."""
        documented = provider.timing(need.ability, hd=need.hd).typical
        known = self._calls.get((provider.name, need.ability, need.hd), _Lately())
        return known.median(documented, longer_than=longer_than)

    def is_too_long(self, provider: Provider, need: Need, seconds: float) -> bool:
        """Return whether a call has taken far longer than they do."""
        return seconds > self.expected(provider, need) * _TOO_LONG

    def prepared(self, photos: int, seconds: float) -> None:
        """Remember how long so many photos took to be made ready."""
        self._preparing.add(seconds / photos)

    def preparing(self, photos: int) -> float:
        """Return how long that takes."""
        return self._preparing.median(_PREPARING) * photos

    def fetched(self, seconds: float) -> None:
        """Remember how long pictures took from the provider to here."""
        self._fetching.add(seconds)

    def fetching(self) -> float:
        """Return how long that takes."""
        return self._fetching.median(_FETCHING)

    def handed_over(self, seconds: float) -> None:
        """Remember how long a picture took from here to the chat."""
        self._handing_over.add(seconds)

    def handing_over(self) -> float:
        """Return how long that takes."""
        return self._handing_over.median(_HANDING_OVER)


def corrected(expected: float, elapsed: float, progress: int) -> float:
    """Return how long a job will take, given the provider's own percentage after so many seconds.

    Nobody promises that percentages run evenly, so they count for half; 0 says nothing.
    """
    if progress <= 0:
        return max(expected, elapsed)
    return (expected + elapsed * 100 / min(progress, 100)) / 2


def done(elapsed: float, expected: float) -> float:
    """Return how far a picture is, 0..1, given how long it takes altogether."""
    fraction = elapsed / expected
    if fraction > _EVEN_UNTIL:
        fraction = 1 - (1 - _EVEN_UNTIL) * math.exp((_EVEN_UNTIL - fraction) / (1 - _EVEN_UNTIL) / 4)
    return max(0.0, fraction)
