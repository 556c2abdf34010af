"""How long things take: measured where possible, documented before that; and what a person is told of it."""

import math
import statistics
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.jobs.keys import KeyState
from bot.jobs.windows import WINDOW_SECONDS
from bot.providers.base import Ability, Need, Provider

_REMEMBERED = 30
_ENOUGH = 3
# Up to here a bar moves evenly; then slower and slower, so that it never stands still and never reaches the
# end.
_EVEN_UNTIL = 0.9
# From the last poll to the picture in the chat: download, check, upload.
DELIVERY_SECONDS = 2.0
# From the last poll of one step to the call of the next: download, check, preparing.
FETCH_SECONDS = 1.0


class Durations:
    """Measured seconds from submission to detected completion, by provider, ability and size."""

    def __init__(self) -> None:
        self._measured: dict[tuple[str, Ability, bool], deque[float]] = {}

    def measured(self, provider: Provider, need: Need, seconds: float) -> None:
        """Remember how long a job took."""
        kept = self._measured.setdefault((provider.name, need.ability, need.hd), deque(maxlen=_REMEMBERED))
        kept.append(seconds)

    def expected(self, provider: Provider, need: Need) -> float:
        """Return the median of what was measured lately, or what is documented."""
        kept = self._measured.get((provider.name, need.ability, need.hd), ())
        if len(kept) >= _ENOUGH:
            return statistics.median(kept)
        return provider.timing(need.ability, hd=need.hd).typical


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a waiting person is told: a place from 1, and seconds until the picture, None if unknown."""

    place: int
    seconds_left: float | None


def outlooks(
    keys: Iterable[KeyState], durations: Durations, needs: Iterable[Sequence[Need]], now: float
) -> Iterator[Outlook]:
    """Yield the outlook for each waiting job, given the needs of its steps left in the order of service."""
    usable = [key for key in keys if key.is_usable]
    waits = {key.name: max(0.0, key.free_at(now) - now) for key in usable}
    for place, (need, *later) in enumerate(needs, start=1):
        able = [key for key in usable if key.can(need)]
        rate = sum(_per_second(key, durations, need) for key in able)
        rest = seconds_for(usable, durations, later, is_busy=place > 1)
        if not able or rate <= 0 or rest is None:
            yield Outlook(place, None)
            continue
        rendering = min(durations.expected(key.provider, need) for key in able)
        # All slots taken: on average one of them is half done.
        known = [wait for key in able if math.isfinite(wait := waits[key.name])]
        first = min(known) if known else rendering / 2
        yield Outlook(place, first + (place - 1) / rate + rendering + DELIVERY_SECONDS + rest)


def seconds_for(
    keys: Iterable[KeyState], durations: Durations, needs: Iterable[Need], *, is_busy: bool
) -> float | None:
    """Return how long the steps after the present one take; None where one can't be done at present.

    ``is_busy``: others wait as well. Then every second turn is for jobs that have begun.
    """
    usable = [key for key in keys if key.is_usable]
    seconds = 0.0
    for need in needs:
        able = [key for key in usable if key.can(need)]
        rate = sum(_per_second(key, durations, need) for key in able)
        if not able or rate <= 0:
            return None
        rendering = min(durations.expected(key.provider, need) for key in able)
        seconds += rendering + FETCH_SECONDS + (2 / rate if is_busy else 0.0)
    return seconds


def _per_second(key: KeyState, durations: Durations, need: Need) -> float:
    by_window = key.limits.jobs / WINDOW_SECONDS
    if key.limits.concurrency is None:
        return by_window
    return min(by_window, key.limits.concurrency / durations.expected(key.provider, need))


@dataclass(frozen=True, slots=True)
class Rendering:
    """How far a picture is, 0..1, and about how many seconds are left."""

    fraction: float
    seconds_left: float


def corrected(expected: float, elapsed: float, progress: int) -> float:
    """Return how long a job will take, given the provider's own percentage after so many seconds.

    Nobody promises that percentages run evenly, so they count for half; 0 says nothing.
    """
    if progress <= 0:
        return max(expected, elapsed)
    return (expected + elapsed * 100 / min(progress, 100)) / 2


def rendering(elapsed: float, expected: float) -> Rendering:
    """Return how far a job is by time."""
    fraction = elapsed / (expected + DELIVERY_SECONDS)
    left = max(1.0, expected + DELIVERY_SECONDS - elapsed)
    if fraction > _EVEN_UNTIL:
        fraction = 1 - (1 - _EVEN_UNTIL) * math.exp((_EVEN_UNTIL - fraction) / (1 - _EVEN_UNTIL) / 4)
    return Rendering(max(0.0, fraction), left)
