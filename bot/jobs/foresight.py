"""When each picture will be there: the scheduler's own rules, played ahead.

What a window, a burst, some slots and jobs of several steps do to one another has no formula that is right
for the first in line and for the sixtieth. So the coming minutes are played through with the real queue and
pace. Every call takes as long as such calls took lately, and as many people come as came lately: where all
are to have one picture they change nothing for those before them, but the later steps of a job share every
second turn with them.
"""

import copy
import math
from bisect import bisect_right, insort
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from bot.jobs.estimates import Durations, corrected
from bot.jobs.floor import Floor, Running, Waiting
from bot.jobs.keys import KeyState
from bot.jobs.preparing import AT_ONCE, READY_PER_KEY
from bot.jobs.windows import WINDOW_SECONDS
from bot.providers.base import Need
from storage.jobs import Job

# Who stands further behind is told a time by how fast those in front will have been served.
_PLAYED_AHEAD = 240
# Whoever came in these seconds comes again in the same number of seconds from now.
_LATELY = 60.0


def foresee(floor: Floor, now: float) -> Mapping[int, float]:
    """Return when each job's picture will be in the chat; jobs that no key can go on with now are missing."""
    return _Play(floor, now).run()


@dataclass(frozen=True, slots=True)
class _Turn:
    """A job that waits, or will, for the call of a step; ``needs`` are those of the steps left.

    ``clock`` is its owner's in the fair queue.
    """

    job_id: int
    needs: tuple[Need, ...]
    clock: float
    ready_at: float
    has_begun: bool


class _Lane:
    """One key in the time to come."""

    def __init__(self, key: KeyState, now: float, ends: Iterable[float]) -> None:
        self.key = key
        self._opens_at = key.opens_at(now)
        self._allowed = key.submits.allowed(now)
        self._places = deque(sorted(key.places(now)))
        self._pacer = copy.copy(key.pacer)
        self._ends = sorted([*ends, *key.lingering(now)])
        self._can: dict[Need, bool] = {}

    @property
    def load(self) -> tuple[int, int]:
        """Return what a key is chosen by: the less, the sooner."""
        return len(self._ends), len(self._places)

    def can(self, need: Need) -> bool:
        """Return whether this key's provider makes this."""
        if need not in self._can:
            self._can[need] = self.key.can(need)
        return self._can[need]

    def free_at(self, now: float) -> float:
        """Return when the next call may start."""
        self._pacer.tick(now, anyone_waits=True)
        return max(now, self._opens_at, self._pacer.free_at(now), self._place_at(now), self._slot_at(now))

    def start(self, now: float, need: Need, ends_at: float) -> None:
        """Start a call whose picture is made at a time."""
        self._pacer.start()
        self._places.extend([now + WINDOW_SECONDS] * self.key.calls(need))
        insort(self._ends, ends_at)

    def _place_at(self, now: float) -> float:
        while self._places and self._places[0] <= now:
            self._places.popleft()
        missing = len(self._places) + self.key.calls() - self._allowed
        return self._places[min(missing, len(self._places)) - 1] if missing > 0 else now

    def _slot_at(self, now: float) -> float:
        self._ends = [end for end in self._ends if end > now]
        if self.key.limits.concurrency is None:
            return now
        missing = len(self._ends) + 1 - self.key.limits.concurrency
        return self._ends[missing - 1] if missing > 0 else now


class _Line:
    """The turns to come, in the order of the fair queue."""

    def __init__(self, fresh: Iterable[_Turn], *, last_had_begun: bool) -> None:
        self._fresh = list(fresh)
        self._readied = sorted(one.ready_at for one in self._fresh)
        self._begun: list[_Turn] = []
        self._last_had_begun = last_had_begun
        self._taken: set[int] = set()
        self._passed: dict[_Lane, int] = {}

    def add(self, turn: _Turn) -> None:
        """Let a job wait for a step that is not its first."""
        insort(self._begun, turn, key=lambda one: (one.clock, one.job_id))

    def take(self, lane: _Lane, now: float) -> _Turn | None:
        """Return whose turn it is at a key that is free."""
        begun = next((one for one in self._begun if one.ready_at <= now and lane.can(one.needs[0])), None)
        fresh = self._first_fresh(lane, now)
        turn = (fresh or begun) if self._last_had_begun else (begun or fresh)
        if turn is None:
            return None
        self._last_had_begun = turn.has_begun
        if turn.has_begun:
            self._begun.remove(turn)
        else:
            self._taken.add(turn.job_id)
        return turn

    def ready_after(self, now: float) -> float:
        """Return when the next becomes ready that is not ready now."""
        index = bisect_right(self._readied, now)
        fresh = self._readied[index] if index < len(self._readied) else math.inf
        return min([fresh, *(one.ready_at for one in self._begun if one.ready_at > now)])

    def left(self) -> list[_Turn]:
        """Return those who have not begun, in their order."""
        return [one for one in self._fresh if one.job_id not in self._taken]

    def _first_fresh(self, lane: _Lane, now: float) -> _Turn | None:
        passed = self._passed.get(lane, 0)
        while passed < len(self._fresh) and not self._may_take(lane, self._fresh[passed]):
            passed += 1
        self._passed[lane] = passed
        rest = (self._fresh[index] for index in range(passed, len(self._fresh)))
        return next((one for one in rest if one.ready_at <= now and self._may_take(lane, one)), None)

    def _may_take(self, lane: _Lane, turn: _Turn) -> bool:
        return turn.job_id not in self._taken and lane.can(turn.needs[0])


class _Play:
    """Plays the time to come."""

    def __init__(self, floor: Floor, now: float) -> None:
        self._floor = floor
        self._durations: Durations = floor.durations
        self._now = now
        self._arrivals: dict[int, float] = {}
        self._waited_for: set[int] = set()
        usable = [key for key in floor.keys if key.is_usable]
        ends = self._ends()
        self._lanes = [_Lane(key, now, ends[key]) for key in usable]
        fresh = [*filter(self._is_possible, self._fresh()), *filter(self._is_possible, self._newcomers())]
        self._line = _Line(fresh, last_had_begun=floor.queue.last_had_begun)
        for job_id in floor.queue.begun():
            waiting = floor.waiting[job_id]
            self._add(self._turn(waiting, waiting.job, ready_at=waiting.not_before))
        self._under_way()

    def run(self) -> Mapping[int, float]:
        """Play on until nobody waits, and return when everybody has their picture."""
        at, count = self._now, 0
        while count < _PLAYED_AHEAD and self._waited_for:
            if self._serve(at):
                count += 1
                continue
            later = (free for lane in self._lanes if (free := lane.free_at(at)) > at)
            at = min([*later, self._line.ready_after(at)], default=math.inf)
            if math.isinf(at):
                break
        if self._waited_for and count:
            self._extend(at, count)
        return self._arrivals

    # What is under way already.

    def _ends(self) -> Mapping[KeyState, list[float]]:
        ends: dict[KeyState, list[float]] = {key: [] for key in self._floor.keys}
        for running in self._floor.running.values():
            if not running.is_fetching:
                ends[running.key].append(self._end_of(running))
        for waiting, key in self._floor.submitting.values():
            ends[key].append(self._now + self._durations.expected(key.provider, waiting.need))
        return ends

    def _under_way(self) -> None:
        for running in self._floor.running.values():
            end = self._now if running.is_fetching else self._end_of(running)
            self._made(self._turn(running, running.job), end)
        for waiting, key in self._floor.submitting.values():
            end = self._now + self._durations.expected(key.provider, waiting.need)
            self._made(self._turn(waiting, waiting.job), end)

    def _end_of(self, running: Running) -> float:
        return running.sent_at + expected(running, self._durations, self._now)

    # What comes.

    def _fresh(self) -> Iterator[_Turn]:
        unready, soon = 0, READY_PER_KEY * len(self._lanes)
        for job_id in self._floor.queue.not_begun():
            waiting = self._floor.waiting[job_id]
            ready_at = waiting.not_before
            if waiting.pictures is None:
                rounds = 1 + min(unready, soon) // AT_ONCE
                ready_at = max(
                    ready_at, self._now + rounds * self._durations.preparing(len(waiting.wish.photos))
                )
                unready += 1
            yield replace(self._turn(waiting, waiting.job, ready_at=ready_at), has_begun=False)

    def _newcomers(self) -> Iterator[_Turn]:
        """Yield those who have not come yet, as jobs of no number that exists."""
        for number, (at, needs) in enumerate(self._floor.came, start=1):
            if at > self._now - _LATELY:
                yield _Turn(-number, needs, math.inf, at + _LATELY, has_begun=False)

    def _turn(self, one: Waiting | Running, job: Job, *, ready_at: float = -math.inf) -> _Turn:
        clock = self._floor.queue.clock(job.user_id)
        return _Turn(job.id, one.needs, clock, ready_at, has_begun=True)

    def _serve(self, now: float) -> bool:
        free = [lane for lane in self._lanes if lane.free_at(now) <= now]
        for lane in sorted(free, key=lambda lane: lane.load):
            turn = self._line.take(lane, now)
            if turn is not None:
                end = now + self._durations.expected(lane.key.provider, turn.needs[0])
                lane.start(now, turn.needs[0], end)
                self._made(replace(turn, clock=turn.clock + turn.needs[0].samples), end)
                return True
        return False

    def _made(self, turn: _Turn, at: float) -> None:
        """Let a job go on at the end of the call of this turn."""
        if len(turn.needs) == 1:
            self._waited_for.discard(turn.job_id)
            self._arrivals[turn.job_id] = at + self._durations.fetching() + self._durations.handing_over()
        else:
            ready_at = at + self._durations.fetching()
            self._add(replace(turn, needs=turn.needs[1:], ready_at=ready_at, has_begun=True))

    def _add(self, turn: _Turn) -> None:
        if self._is_possible(turn):
            self._line.add(turn)

    def _is_possible(self, turn: _Turn) -> bool:
        is_possible = all(any(lane.can(need) for lane in self._lanes) for need in turn.needs)
        if is_possible and turn.job_id > 0:
            self._waited_for.add(turn.job_id)
        return is_possible

    def _extend(self, at: float, count: int) -> None:
        pace = (at - self._now) / count
        last = max(self._arrivals.values(), default=at)
        left = (turn for turn in self._line.left() if turn.job_id in self._waited_for)
        for place, turn in enumerate(left, start=1):
            self._arrivals[turn.job_id] = last + place * pace * len(turn.needs)


def expected(running: Running, durations: Durations, now: float) -> float:
    """Return how long the call of a running job will have taken, from its sending on."""
    elapsed = now - running.sent_at
    by_time = durations.expected(running.key.provider, running.need, longer_than=elapsed)
    if running.progress:
        asked_after = running.asked_at - running.sent_at
        return max(elapsed, corrected(by_time, asked_after, running.progress))
    return by_time
