"""API keys' accounts: credits, windows, and the jobs they pay for."""

import hashlib
from dataclasses import dataclass, field

from bot.sandbox.providers.faults import FateKind, Place
from bot.sandbox.providers.limits import SlidingWindow
from bot.sandbox.providers.tryiton.faults import Fate
from bot.sandbox.providers.tryiton.orders import Order


@dataclass(frozen=True, slots=True)
class Limits:
    """The provider's default limits per key (seed: "Rate Limits"); the window in seconds."""

    submits: int = 20
    status: int = 300
    credits: int = 300
    window: float = 60.0
    processing: int = 6

    def windows(self, speed: float) -> dict[Place, SlidingWindow]:
        """Return fresh windows for one key."""
        counts = {Place.SUBMIT: self.submits, Place.STATUS: self.status, Place.CREDITS: self.credits}
        return {place: SlidingWindow(limit=n, seconds=self.window / speed) for place, n in counts.items()}


@dataclass(slots=True)
class Job:
    """An accepted submission; times in Unix seconds."""

    job_id: str
    key: str
    order: Order
    fate: Fate
    started_at: float
    ends_at: float
    outputs: tuple[str, ...]

    def is_processing(self, now: float) -> bool:
        """Return whether it is still being worked on."""
        return now < self.ends_at


@dataclass(slots=True)
class Account:
    """One API key: what it may spend and what it has running."""

    key: str
    subscription: int
    purchased: int
    windows: dict[Place, SlidingWindow]
    open_jobs: list[Job] = field(default_factory=list)

    @property
    def user_id(self) -> str:
        """Return the name that stands in the addresses of its pictures."""
        return hashlib.sha256(self.key.encode()).hexdigest()[:24]

    @property
    def reserved(self) -> int:
        """Return the credits set aside for running jobs."""
        return sum(job.order.samples for job in self.open_jobs)

    @property
    def on_demand(self) -> int:
        """Return the credits that can still be spent."""
        return self.subscription + self.purchased - self.reserved

    def settle(self, now: float) -> None:
        """Charge the jobs that ended with pictures and give the others' credits back."""
        for job in self.open_jobs:
            if not job.is_processing(now) and job.fate.kind is not FateKind.FAIL:
                from_subscription = min(self.subscription, job.order.samples)
                self.subscription -= from_subscription
                self.purchased = max(0, self.purchased - (job.order.samples - from_subscription))
        self.open_jobs = [job for job in self.open_jobs if job.is_processing(now)]
