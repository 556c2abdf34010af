"""Whose picture is next, and how fast one key is used while people wait.

The queue keeps virtual time: every person has a clock that moves on by what was submitted for them, and the
next is whoever's clock is furthest behind. Somebody who comes back after a pause starts at the present, so
that a pause earns nothing; somebody with fifty pictures gets every second turn as soon as one other person
waits.

Jobs of several steps come back after each. While others wait that have not begun, every second turn is for
jobs that have, so that a comparison of nine pictures neither stands behind the whole queue nine times nor
keeps everybody else away until it is over.
"""

import heapq
import itertools
from bisect import insort
from collections import Counter
from collections.abc import Iterable, Iterator


class FairQueue:
    """Jobs waiting for a provider, in the order of the least recent service."""

    def __init__(self) -> None:
        self._jobs: dict[int, list[int]] = {}
        self._begun: set[int] = set()
        self._last_had_begun = False
        self._waiting: Counter[int] = Counter()
        self._owner: dict[int, int] = {}
        self._cost: dict[int, int] = {}
        self._clock: dict[int, float] = {}
        self._present = 0.0

    def __len__(self) -> int:
        return len(self._owner)

    def __contains__(self, job_id: object) -> bool:
        return job_id in self._owner

    def add(self, job_id: int, user_id: int, cost: int = 1, *, has_begun: bool = False) -> None:
        """Let a job wait; ``cost`` is how many pictures it asks for now.

        ``has_begun``: an earlier step of it was served.
        """
        if job_id in self._owner:
            return
        if not self._waiting[user_id]:
            self._clock[user_id] = max(self._clock.get(user_id, 0.0), self._present)
        if has_begun:
            self._begun.add(job_id)
        else:
            insort(self._jobs.setdefault(user_id, []), job_id)
        self._waiting[user_id] += 1
        self._owner[job_id] = user_id
        self._cost[job_id] = cost

    def remove(self, job_id: int) -> None:
        """Forget a job that waits no more."""
        user_id = self._owner.pop(job_id, None)
        if user_id is None:
            return
        del self._cost[job_id]
        self._waiting[user_id] -= 1
        if not self._waiting[user_id]:
            del self._waiting[user_id]
        if job_id in self._begun:
            self._begun.remove(job_id)
        else:
            self._jobs[user_id].remove(job_id)
            if not self._jobs[user_id]:
                del self._jobs[user_id]
        self._forget_settled()

    def take(self, job_id: int) -> None:
        """Serve a job: its owner's clock moves on by the job's cost."""
        user_id = self._owner[job_id]
        self._last_had_begun = job_id in self._begun
        now_at = self._clock[user_id]
        if self._last_had_begun:
            # It may be served before its time: the present does not jump ahead of those who wait.
            now_at = min([now_at, *(self._clock[user] for user in self._jobs)])
        self._present = max(self._present, now_at)
        self._clock[user_id] += self._cost[job_id]
        self.remove(job_id)

    def give_back(self, job_id: int, user_id: int, cost: int = 1, *, has_begun: bool = False) -> None:
        """Let a job wait again that was taken but not served after all."""
        self.add(job_id, user_id, cost, has_begun=has_begun)
        self._clock[user_id] -= cost

    def order(self) -> Iterator[int]:
        """Yield the waiting jobs in the order in which they would be served if nobody came or left."""
        if self._last_had_begun:
            return _in_turns(self.not_begun(), self.begun())
        return _in_turns(self.begun(), self.not_begun())

    @property
    def last_had_begun(self) -> bool:
        """Return whether the last turn was one for jobs that have begun."""
        return self._last_had_begun

    def clock(self, user_id: int) -> float:
        """Return how far somebody's clock has moved on."""
        return self._clock.get(user_id, self._present)

    def begun(self) -> list[int]:
        """Return the jobs of which an earlier step was served, in their order."""
        return sorted(self._begun, key=lambda job_id: (self._clock[self._owner[job_id]], job_id))

    def not_begun(self) -> Iterator[int]:
        """Yield the others in theirs."""
        heads = [(self._clock[user], jobs[0], user, 0) for user, jobs in self._jobs.items()]
        heapq.heapify(heads)
        while heads:
            clock, job_id, user, index = heads[0]
            yield job_id
            jobs = self._jobs[user]
            if index + 1 < len(jobs):
                following = (clock + self._cost[job_id], jobs[index + 1], user, index + 1)
                heapq.heapreplace(heads, following)
            else:
                heapq.heappop(heads)

    def _forget_settled(self) -> None:
        """Drop the clocks that say nothing: of people who don't wait and are not ahead of the present."""
        if len(self._clock) > 2 * len(self._waiting) + 1000:
            self._clock = {
                user: clock
                for user, clock in self._clock.items()
                if user in self._waiting or clock > self._present
            }


def _in_turns(first: Iterable[int], second: Iterable[int]) -> Iterator[int]:
    """Yield one of the first, one of the second and so on; what is left of the longer follows."""
    pairs = itertools.zip_longest(first, second)
    return (job_id for pair in pairs for job_id in pair if job_id is not None)


class Pacer:
    """Lets a burst through and then one call per interval while anything waits.

    Without it the first twenty jobs would burn a whole window at once, and whoever came next would wait a
    minute. With it at most ``burst + t / interval`` calls start in ``t`` seconds: with a burst of 6 and 2.9 s
    a window of 20 is full after 40 s at the earliest, and the longest wait for a place in it is 20 s. The
    burst grows back only while nothing waits.
    """

    def __init__(self, *, interval: float, burst: int) -> None:
        self._interval = interval
        self._burst = float(burst)
        self._tokens = float(burst)
        self._counted_at: float | None = None

    def tick(self, now: float, *, anyone_waits: bool) -> None:
        """Let the time since the last tick pass, in which somebody waited or nobody did."""
        if self._counted_at is not None:
            most = max(1.0, self._tokens) if anyone_waits else self._burst
            earned = (now - self._counted_at) / self._interval
            self._tokens = min(most, self._tokens + max(0.0, earned))
        self._counted_at = now

    def free_at(self, now: float) -> float:
        """Return when the next call may start, as of the last tick."""
        # The tolerance keeps a rounding error from waking us a nanosecond early, for ever.
        missing = 1.0 - self._tokens
        return now if missing <= 1e-9 else now + missing * self._interval  # noqa: PLR2004 - explained above

    def start(self) -> None:
        """Spend one call."""
        self._tokens -= 1.0

    def spend(self, calls: int) -> None:
        """Count calls made just before a restart; one place is always left."""
        self._tokens = max(1.0, self._tokens - calls)
