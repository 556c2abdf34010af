"""One API key and everything that decides whether it may be used now."""

import math
import random
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.jobs.backoff import backoff
from bot.jobs.circuit import Circuit
from bot.jobs.fairness import Pacer
from bot.jobs.sharing import CALLS_PER_JOB, Sharing
from bot.jobs.windows import WINDOW_SECONDS, SlidingWindow
from bot.providers.base import Need, PhotoChecks, Provider, Timing

# A burst may use this share of a window (6 of 20), the rest is paced a little faster than the window refills:
# a pace of exactly window / limit would never make up for a moment in which there was nothing to send.
_BURST_SHARE = 0.3
_PACE_SHARE = 0.96

# After a 429 without a retry_after.
_RATE_PAUSE = 5.0
_CONCURRENCY_PAUSE = 5.0

_FIRST_PROBE = 60.0
_LONGEST_PROBE = 600.0


@dataclass(frozen=True, slots=True)
class KeyLimits:
    """A provider's limits for one key, per 60 seconds; without ``reads`` one window counts all calls.

    ``concurrency`` None means that the provider names no limit on jobs running at once.
    """

    submits: int
    reads: int | None = None
    concurrency: int | None = None

    @property
    def jobs(self) -> float:
        """Return how many jobs fit into 60 s; in a shared window each needs its polls as well."""
        return self.submits if self.reads is not None else max(1.0, self.submits / CALLS_PER_JOB)


@dataclass(frozen=True, slots=True)
class KeyedProvider:
    """A provider reached with one key, and the limits of that key; ``checks`` where it looks at photos."""

    provider: Provider
    limits: KeyLimits
    checks: PhotoChecks | None = None


class Halt(StrEnum):
    """Why a key takes no jobs until its owner does something."""

    OUT_OF_CREDITS = "out_of_credits"
    REFUSED = "refused"


class KeyState:
    """What is known in memory about one key; all of it can be rebuilt from the database and the provider.

    A job occupies a slot from the decision to submit it until a poll finds it ended. A submission with an
    unknown outcome goes on occupying one until it must have ended, because at the provider it may be running.
    """

    def __init__(self, keyed: KeyedProvider, chance: random.Random) -> None:
        limits = keyed.limits
        self.provider = keyed.provider
        self.checks = keyed.checks
        self.limits = limits
        self.submits = SlidingWindow(limits.submits)
        self.reads = self.submits
        self.sharing: Sharing | None = None
        if limits.reads is None:
            self.sharing = Sharing(self.submits, _soonest(keyed.provider))
        else:
            self.reads = SlidingWindow(limits.reads)
        burst = max(1, round(limits.jobs * _BURST_SHARE))
        if limits.concurrency is not None:
            burst = min(burst, limits.concurrency)
        self.pacer = Pacer(interval=WINDOW_SECONDS / limits.jobs * _PACE_SHARE, burst=burst)
        self.circuit = Circuit(chance)
        self.halt: Halt | None = None
        self.episode = 0
        self._chance = chance
        self._occupied: set[int] = set()
        self._lingering: list[float] = []
        self._submitting = 0
        self._crowded_until = -math.inf
        self._probe_at = math.inf
        self._probes = 0
        self._may_be_empty = False

    @property
    def name(self) -> tuple[str, str]:
        """Return the provider's name and the key's fingerprint, as stored with submissions."""
        return self.provider.name, self.provider.key_fingerprint

    @property
    def is_usable(self) -> bool:
        """Return whether the key takes jobs at all at present."""
        return self.halt is None and not self.circuit.is_open

    def can(self, need: Need) -> bool:
        """Return whether this key's provider can do what a job needs."""
        return self.provider.can_serve(need)

    def timing(self, need: Need) -> Timing:
        """Return how long a job takes at this key's provider."""
        return self.provider.timing(need.ability, hd=need.hd)

    def running(self) -> int:
        """Return how many jobs of ours are with the provider."""
        return len(self._occupied)

    @property
    def _is_on_trial(self) -> bool:
        return self.circuit.on_trial or self._may_be_empty

    # When may a job be submitted?

    def free_at(self, now: float) -> float:
        """Return when the next job may be submitted; infinity while that depends on something happening."""
        if not self.is_usable or (self._is_on_trial and self._submitting):
            return math.inf
        at = max(
            self.submits.free_at(now),
            self.pacer.free_at(now),
            self._crowded_until,
            self._slot_at(now),
            now,
        )
        return self.sharing.job_at(now) if self.sharing is not None and at <= now else at

    # What is to come, for estimates.

    def opens_at(self, now: float) -> float:
        """Return until when the provider asked for a pause."""
        return max(self.submits.opens_at(now), self._crowded_until)

    def places(self, now: float) -> list[float]:
        """Return when each place in the window becomes free, those of promised polls included."""
        polls = self.sharing.promised() if self.sharing is not None else []
        return [*self.submits.releases(now), *(at + WINDOW_SECONDS for at in polls)]

    def calls(self, need: Need | None = None) -> int:
        """Return how many places in the window for submissions a job takes, by default the quickest."""
        if self.sharing is None:
            return 1
        return self.sharing.calls(self.timing(need) if need is not None else None)

    def lingering(self, now: float) -> list[float]:
        """Return until when slots are kept for submissions that may be running unseen."""
        return [end for end in self._lingering if end > now]

    def has_room(self, need: Need, now: float) -> bool:
        """Return whether a window that is free has room for all that this job will ask for."""
        return self.sharing is None or self.sharing.has_room_for_job(now, self.timing(need))

    def may_check(self, now: float) -> bool:
        """Return whether a photo may be looked at now, which takes nothing from polls and submissions."""
        if not self.is_usable or self.reads.free_at(now) > now:
            return False
        return self.sharing is None or self.sharing.has_room_for_check(now)

    def _slot_at(self, now: float) -> float:
        if self.limits.concurrency is None:
            return now
        self._lingering = sorted(end for end in self._lingering if end > now)
        surplus = len(self._occupied) + len(self._lingering) - self.limits.concurrency
        if surplus < 0:
            return now
        return self._lingering[surplus] if surplus < len(self._lingering) else math.inf

    # A submission's way.

    def begin(self, job_id: int, need: Need, now: float) -> None:
        """Take a slot, a place in the window and a turn for a job that is about to be submitted."""
        self._submitting += 1
        if self.sharing is not None:
            self.sharing.begin(job_id, now, self.timing(need))
        self._occupied.add(job_id)
        self.submits.start()
        self.pacer.start()

    def sent(self, now: float, *, late: float = 0.0) -> None:
        """Note the end of a submission's call."""
        self._submitting -= 1
        self.submits.finish(now, late=late)

    def not_called(self, job_id: int) -> None:
        """Give back what ``begin`` took: no call was made."""
        self._submitting -= 1
        self.submits.give_up()
        self.leave(job_id)

    def occupy(self, job_id: int) -> None:
        """Take a slot for a job that was submitted by an earlier process."""
        self._occupied.add(job_id)

    def leave(self, job_id: int) -> None:
        """Free a job's slot; where the provider said it was full, there is room now."""
        self._occupied.discard(job_id)
        if self.sharing is not None:
            self.sharing.forget(job_id)
        self._crowded_until = -math.inf

    def linger(self, ends: Iterable[float]) -> None:
        """Keep slots for submissions that may be running unseen, until the given times."""
        self._lingering.extend(ends)

    # Its polls.

    def plan(self, job_id: int, polls: Iterable[float]) -> None:
        """Keep room for a job's next polls."""
        if self.sharing is not None:
            self.sharing.plan(job_id, polls)

    def polled(self, job_id: int) -> None:
        """Take a place in the window for a poll that is about to be made."""
        self.reads.start()
        if self.sharing is not None:
            self.sharing.polled(job_id)

    # What providers say.

    def told_to_slow_down(self, now: float, window: SlidingWindow, retry_after: float | None) -> None:
        """React to RateLimitExceeded: a pause, then a smaller window for a while."""
        window.complained(now, retry_after or _RATE_PAUSE)

    def told_crowded(self, now: float, retry_after: float | None) -> None:
        """React to ConcurrencyLimitExceeded: wait until a job of ours ends, or a little."""
        self._crowded_until = now + (retry_after or _CONCURRENCY_PAUSE)

    def stop(self, now: float, reason: Halt) -> None:
        """Take no more jobs until a probe finds that the owner has done something."""
        self.halt = reason
        self._probes += 1
        self._probe_at = now + backoff(
            self._probes, first=_FIRST_PROBE, longest=_LONGEST_PROBE, chance=self._chance
        )

    def still_stopped(self, now: float) -> None:
        """Note that a probe found nothing changed."""
        if self.halt is not None:
            self.stop(now, self.halt)

    def resume(self, *, for_sure: bool = True) -> None:
        """Take jobs again; the waits between probes start over with the next accepted job.

        Where nobody knows whether the reason is gone, one job at a time finds out.
        """
        self._may_be_empty = self.halt is not None and not for_sure
        self.halt = None
        self._probe_at = math.inf

    def accepted(self, submission_id: int) -> bool:
        """Note an accepted job: episodes of trouble before it are over; return whether it ends an outage."""
        self.episode = submission_id
        self._probes = 0
        self._may_be_empty = False
        return self.circuit.answered()

    @property
    def probe_at(self) -> float:
        """Return when to ask whether the key works again; infinity while it does."""
        return min(self._probe_at, self.circuit.probe_at if self.circuit.is_open else math.inf)

    def probing(self) -> None:
        """Note that a probe is under way, so that no second one starts."""
        self._probe_at = math.inf
        self.circuit.probe_at = math.inf


def _soonest(provider: Provider) -> Timing:
    timings = (provider.timing(ability) for ability in provider.abilities)
    return min(timings, key=lambda timing: timing.shortest)
