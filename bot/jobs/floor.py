"""What the scheduler has in mind: a mirror of the open jobs, which the database can rebuild at any time."""

import math
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from bot.jobs.estimates import Durations
from bot.jobs.fairness import FairQueue
from bot.jobs.keys import KeyState
from bot.jobs.needs import needs_left
from bot.jobs.sharing import poll_times, step
from bot.jobs.timetable import Timetable
from bot.providers.base import Need, Picture
from bot.wish import PERSON, Wish, wish_from_json
from storage.jobs import Job
from storage.submissions import Submission

_NOTHING: Mapping[str, Picture] = MappingProxyType({})
_CAME_REMEMBERED = 120


@dataclass(slots=True)
class Waiting:
    """A queued job.

    ``since`` is when its wait began: the tap, or the end of the step before. ``kept`` are pictures prepared
    for an earlier step that serve for this one. ``tried`` are the keys that could not serve it since its last
    pause, ``setbacks`` its pauses so far. ``needs`` are those of the steps left, the next one's first.
    """

    job: Job
    wish: Wish
    since: float
    kept: Mapping[str, Picture] = field(default_factory=dict)
    pictures: Mapping[str, Picture] | None = None
    is_preparing: bool = False
    prepare_at: float = -math.inf
    prepare_tries: int = 0
    not_before: float = -math.inf
    tried: set[tuple[str, str]] = field(default_factory=set)
    setbacks: int = 0
    needs: tuple[Need, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.needs = needs_left(self.wish, self.job.step)

    @property
    def need(self) -> Need:
        """Return what a provider must be able to do for the next step."""
        return self.needs[0]

    @property
    def for_later_steps(self) -> Mapping[str, Picture]:
        """Return what need not be prepared again for the steps after this one."""
        if self.job.step == self.job.steps:
            return _NOTHING
        pictures = self.pictures or self.kept
        return {role: one for role, one in pictures.items() if not (self.job.is_chain and role == PERSON)}


@dataclass(slots=True)
class Running:
    """A job that is with a provider, or whose pictures are being fetched.

    ``asked_at`` is when the last poll was sent, ``processing_at`` the last one that found it unfinished.
    ``kept`` are pictures prepared for the steps to come as well. ``needs`` are those of the steps left.
    """

    job: Job
    submission: Submission
    key: KeyState
    needs: tuple[Need, ...]
    kept: Mapping[str, Picture] = field(default_factory=dict)
    next_poll_at: float = -math.inf
    is_polling: bool = False
    asked_at: float = -math.inf
    processing_at: float = -math.inf
    fetching_since: float | None = None
    definite_polls: int = 0
    troubles: int = 0
    not_found: int = 0
    progress: int | None = None

    @property
    def need(self) -> Need:
        """Return what the step under way asks of its provider."""
        return self.needs[0]

    @property
    def is_fetching(self) -> bool:
        """Return whether the provider is done and the pictures are on their way here."""
        return self.fetching_since is not None

    @property
    def accepted_at(self) -> float:
        """Return when the provider took it."""
        return self.submission.accepted_at or self.submission.created_at

    @property
    def sent_at(self) -> float:
        """Return when it was submitted."""
        return self.submission.sent_at or self.submission.created_at


class Floor:
    """The keys, the jobs that wait, the jobs under way, how long things take, and what ``came`` lately."""

    def __init__(self, keys: Sequence[KeyState]) -> None:
        self.keys = tuple(keys)
        self.queue = FairQueue()
        self.waiting: dict[int, Waiting] = {}
        self.submitting: dict[int, tuple[Waiting, KeyState]] = {}
        self.running: dict[int, Running] = {}
        self.durations = Durations()
        self.timetable = Timetable()
        self.came: deque[tuple[float, tuple[Need, ...]]] = deque(maxlen=_CAME_REMEMBERED)

    def knows(self, job_id: int) -> bool:
        """Return whether a job is in mind."""
        return job_id in self.waiting or job_id in self.submitting or job_id in self.running

    @property
    def is_empty(self) -> bool:
        """Return whether no job is in mind."""
        return not (self.waiting or self.submitting or self.running)

    def find_key(self, name: tuple[str, str]) -> KeyState | None:
        """Return the key with which something was submitted, if it is still in the settings."""
        return next((key for key in self.keys if key.name == name), None)

    def serves(self, need: Need) -> bool:
        """Return whether any key, usable or not at present, can do this."""
        return any(key.can(need) for key in self.keys)

    def serves_all(self, needs: Iterable[Need]) -> bool:
        """Return whether all steps can be done: the first is not paid for where the last is out of reach."""
        return all(self.serves(need) for need in needs)

    def add(self, job: Job, *, since: float | None = None, kept: Mapping[str, Picture] = _NOTHING) -> None:
        """Let a queued job wait its turn, in front of those that have not begun if a step of it is over."""
        if not self.knows(job.id):
            began_at = job.created_at if since is None else since
            waiting = self.waiting[job.id] = Waiting(job, wish_from_json(job.request), began_at, kept)
            self.queue.add(job.id, job.user_id, waiting.need.samples, has_begun=job.step > 1)
            if job.step == 1:
                self.came.append((job.created_at, waiting.needs))

    def drop(self, job_id: int) -> None:
        """Forget a job that waits no more."""
        self.waiting.pop(job_id, None)
        self.queue.remove(job_id)

    def take(self, job_id: int, key: KeyState) -> Waiting:
        """Take a waiting job's turn, to submit it now with this key."""
        waiting = self.waiting.pop(job_id)
        self.submitting[job_id] = waiting, key
        self.queue.take(job_id)
        return waiting

    def give_back(self, waiting: Waiting) -> None:
        """Put a job back in front that could not be submitted after all."""
        job = waiting.job
        self.submitting.pop(job.id, None)
        self.waiting[job.id] = waiting
        self.queue.give_back(job.id, job.user_id, waiting.need.samples, has_begun=job.step > 1)

    def started(self, running: Running) -> None:
        """Follow a job that a provider accepted, and plan its first poll."""
        key, job_id = running.key, running.job.id
        running.next_poll_at = running.accepted_at + self.timetable.first(key, running.need)
        timing = key.timing(running.need)
        running.processing_at = running.next_poll_at - step(timing)
        key.plan(job_id, poll_times(running.next_poll_at, timing))
        self.submitting.pop(job_id, None)
        self.running[job_id] = running

    def ended(self, job_id: int) -> None:
        """Forget a job that ended or left for delivery, and free its slot."""
        self.submitting.pop(job_id, None)
        running = self.running.pop(job_id, None)
        if running is not None:
            running.key.leave(job_id)
