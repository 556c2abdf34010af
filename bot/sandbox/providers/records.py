"""What the server remembers of its callers, so that a test can say what they did."""

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from bot.sandbox.providers.faults import Place

REMEMBERED_CALLS = 100_000


class Happening(StrEnum):
    """What somebody may wait for."""

    SUBMIT = "submit"
    STATUS = "status"
    CREDITS = "credits"
    CHECK = "check"
    DOWNLOAD = "download"
    ACCEPTED = "accepted"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Call:
    """One call with a valid key: when, where, and the error it got, if any."""

    at: float
    key: str
    place: Place
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Violation:
    """A call beyond a limit; ``count`` is how many there were, this one included."""

    at: float
    key: str
    limit: str
    allowed: int
    count: int


@dataclass(slots=True)
class Submission:
    """One POST with a valid key.

    ``inputs`` is the SHA-256 of its endpoint and body. At the end either ``job_id`` or ``error`` is set;
    neither means that it is being held, or that the connection ended before it was accepted.
    """

    at: float
    key: str
    endpoint: str
    inputs: str
    job_id: str | None = None
    error: str | None = None


class Journal:
    """Every call, every violation and every submission, oldest first."""

    def __init__(self) -> None:
        self.calls: deque[Call] = deque(maxlen=REMEMBERED_CALLS)
        self.violations: list[Violation] = []
        self.submissions: list[Submission] = []
        self.counts: Counter[Happening] = Counter()
        self.listeners: list[Callable[[], None]] = []

    def count(self, happening: Happening) -> None:
        """Count a happening and tell those who listen."""
        self.counts[happening] += 1
        for listener in tuple(self.listeners):
            listener()

    def accepted_twice(self) -> list[str]:
        """Return the input hashes that one key had accepted more than once."""
        seen = Counter((each.key, each.inputs) for each in self.submissions if each.job_id is not None)
        return [inputs for (_, inputs), times in seen.items() if times > 1]
