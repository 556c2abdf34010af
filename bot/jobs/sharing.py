"""One window for calls of every kind: polls before submissions before checks.

A submission that spends the last place leaves nobody to notice that its picture is ready. So a job is begun
only where the window will have room for its usual polls as well (two, or four in HD), at the time when they
come, beside all that is promised to the jobs under way. Places that become free until then count: else a
window of 60 would carry no more than sixteen jobs a minute instead of twenty.
"""

from collections.abc import Iterable

from bot.jobs.windows import SlidingWindow
from bot.providers.base import Timing

# Of jobs with a sharp duration most are found ended by the second poll.
_LEAST_POLLS = 2
CALLS_PER_JOB = 1 + _LEAST_POLLS

# A poll comes this share of the usual duration after the one before: 0.7 s of 9 s. HD differs by more
# seconds than that, but whoever waits for it should not wait much longer for its discovery.
_STEP_SHARE = 0.08
_LONGEST_STEP = 1.0

# A check takes its place only where this many jobs could begin right after it.
_KEPT_FOR_JOBS = 4


def step(timing: Timing) -> float:
    """Return the seconds from one poll of a job to the next."""
    return min(_LONGEST_STEP, timing.typical * _STEP_SHARE)


def usual_polls(timing: Timing) -> int:
    """Return how many polls a job is promised: more where its duration is less sharp."""
    return _LEAST_POLLS + int((timing.typical - timing.shortest) / step(timing))


def poll_times(first: float, timing: Timing) -> list[float]:
    """Return when a job's usual polls come, given the first."""
    return [first + number * step(timing) for number in range(usual_polls(timing))]


class Sharing:
    """Knows which polls are promised; ``soonest`` is the timing of the quickest jobs."""

    def __init__(self, window: SlidingWindow, soonest: Timing) -> None:
        self._window = window
        self._soonest = soonest
        self._promised: dict[int, list[float]] = {}

    def begin(self, job_id: int, now: float, timing: Timing) -> None:
        """Promise a job that is begun now its polls."""
        self._promised[job_id] = _polls(now, timing)

    def plan(self, job_id: int, polls: Iterable[float]) -> None:
        """Promise a job that is under way these polls and no others."""
        self._promised[job_id] = list(polls)

    def polled(self, job_id: int) -> None:
        """Note that the first of a job's polls is made now."""
        self._promised[job_id] = self._promised.get(job_id, [])[1:]

    def forget(self, job_id: int) -> None:
        """Drop what was promised to a job that ended."""
        self._promised.pop(job_id, None)

    def promised(self) -> list[float]:
        """Return the times of all polls that are promised."""
        return [at for polls in self._promised.values() for at in polls]

    def calls(self, timing: Timing | None) -> int:
        """Return how many calls a job takes, by default the quickest."""
        return 1 + usual_polls(timing or self._soonest)

    def job_at(self, now: float) -> float:
        """Return when the quickest job may begin, or when to look again; infinity: after a call in flight."""
        return now if self.has_room_for_job(now, self._soonest) else self._window.next_release(now)

    def has_room_for_job(self, now: float, timing: Timing) -> bool:
        """Return whether a job of this duration takes nothing from the polls promised."""
        return self._fits(now, [now, *_polls(now, timing)])

    def has_room_for_check(self, now: float) -> bool:
        """Return whether a check takes nothing from the polls promised and from the next jobs."""
        return self._fits(now, [now, *[now, *_polls(now, self._soonest)] * _KEPT_FOR_JOBS])

    def _fits(self, now: float, calls: list[float]) -> bool:
        return self._window.fits(now, [*calls, *self.promised()])


def _polls(now: float, timing: Timing) -> list[float]:
    return poll_times(now + timing.shortest, timing)
