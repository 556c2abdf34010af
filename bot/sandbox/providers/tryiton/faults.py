"""Faults on request: what goes wrong with the next calls, and how the next jobs end."""

from collections import deque
from dataclasses import dataclass
from enum import StrEnum

from bot.sandbox.providers.tryiton.replies import ErrorName, Reply, error_reply

HTML_PAGE = (
    b"<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head>"
    b"<body><center><h1>502 Bad Gateway</h1></center></body></html>"
)


class Place(StrEnum):
    """Where a call arrives; each of the first three has its own window."""

    SUBMIT = "submit"
    STATUS = "status"
    CREDITS = "credits"
    DOWNLOAD = "download"


class Manner(StrEnum):
    """How a call goes wrong."""

    ERROR = "error"
    HTML = "html"
    EMPTY = "empty"
    MALFORMED = "malformed"
    NO_JOB_ID = "no_job_id"
    REDIRECT = "redirect"
    CLOSE = "close"
    HOLD = "hold"
    DELAY = "delay"
    TRICKLE = "trickle"


@dataclass(frozen=True, slots=True)
class Fault:
    """One call that goes wrong.

    ``accepted`` (submissions only) says that the job is taken on, and paid, before the fault shows. ``key``
    limits the fault to one API key. ``seconds`` are real ones: how long DELAY waits before the call goes on
    as usual, and how long TRICKLE takes to send a picture. ``http_status`` belongs to HTML, EMPTY, MALFORMED.
    """

    manner: Manner
    accepted: bool = False
    error: ErrorName = ErrorName.INTERNAL_SERVER_ERROR
    message: str = ""
    http_status: int = 200
    location: str = "https://tryiton.now/login"
    seconds: float = 1.0
    key: str | None = None

    @property
    def outcome(self) -> str:
        """Return what a journal says came of the call: the documented error, or else the manner."""
        return self.error.value if self.manner is Manner.ERROR else self.manner.value

    def reply(self) -> Reply | None:
        """Return the answer this fault gives; None where it is about the connection or the time instead."""
        if self.manner is Manner.ERROR:
            return error_reply(self.error, self.message)
        if self.manner is Manner.REDIRECT:
            return Reply(302, b"", headers={"Location": self.location})
        if self.manner in _ODD_BODIES:
            body, media_type = _ODD_BODIES[self.manner]
            return Reply(self.http_status, body, media_type)
        return None


_ODD_BODIES = {
    Manner.HTML: (HTML_PAGE, "text/html; charset=utf-8"),
    Manner.EMPTY: (b"", "application/json"),
    Manner.MALFORMED: (b'{"ok": true, "jobId": "64b7f1', "application/json"),
    Manner.NO_JOB_ID: (b'{"ok": true}', "application/json"),
}


class FateKind(StrEnum):
    """How a job ends."""

    COMPLETE = "complete"
    FAIL = "fail"
    EMPTY_OUTPUT = "empty_output"
    UNKNOWN_STATE = "unknown_state"


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one job.

    ``seconds`` replaces its duration (before ``speed``; a huge number never ends). UNKNOWN_STATE shows
    ``state`` where others show "processing", and completes. ``output_url`` replaces the pictures' addresses.
    """

    kind: FateKind = FateKind.COMPLETE
    seconds: float | None = None
    error_name: str = "ProcessingError"
    message: str = "Try-on failed. Please try again."
    state: str = "queued"
    output_url: str | None = None


class FaultPlan:
    """The faults and fates still to come, first in, first out."""

    def __init__(self) -> None:
        self._faults: dict[Place, list[Fault]] = {place: [] for place in Place}
        self._fates: deque[Fate] = deque()

    def add(self, place: Place, fault: Fault, times: int = 1) -> None:
        """Let the next ``times`` calls at a place go wrong."""
        self._faults[place].extend([fault] * times)

    def add_fate(self, fate: Fate, times: int = 1) -> None:
        """Decide how the next ``times`` accepted jobs end."""
        self._fates.extend([fate] * times)

    def take(self, place: Place, key: str | None) -> Fault | None:
        """Return and forget the next fault for a call with this key."""
        waiting = self._faults[place]
        for index, fault in enumerate(waiting):
            if fault.key is None or fault.key == key:
                return waiting.pop(index)
        return None

    def take_fate(self) -> Fate:
        """Return the next job's fate; without a plan it completes."""
        return self._fates.popleft() if self._fates else Fate()

    def clear(self) -> None:
        """Forget everything planned."""
        for waiting in self._faults.values():
            waiting.clear()
        self._fates.clear()
