"""Faults on request: what goes wrong with the next calls, and how the next jobs end."""

from abc import abstractmethod
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from bot.sandbox.providers.replies import Reply

HTML_PAGE = (
    b"<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head>"
    b"<body><center><h1>502 Bad Gateway</h1></center></body></html>"
)


class Place(StrEnum):
    """Where a call arrives; no provider has all of them."""

    SUBMIT = "submit"
    STATUS = "status"
    CREDITS = "credits"
    CHECK = "check"
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


class ConnectionLostError(Exception):
    """The caller never gets an answer; ``accepted`` says whether a job came of the call all the same."""

    def __init__(self, *, accepted: bool) -> None:
        super().__init__("the connection was lost")
        self.accepted = accepted


@dataclass(frozen=True, slots=True)
class PlannedFault:
    """One call that goes wrong; each provider adds its documented errors.

    ``accepted`` (submissions only) says that the job is taken on, and paid, before the fault shows. ``key``
    limits the fault to one API key. ``seconds`` are real ones: how long DELAY waits before the call goes on
    as usual, and how long TRICKLE takes to send a picture. ``http_status`` belongs to HTML, EMPTY, MALFORMED.
    """

    manner: Manner
    accepted: bool = False
    message: str = ""
    http_status: int = 200
    location: str = "https://login.example/"
    seconds: float = 1.0
    key: str | None = None

    @property
    @abstractmethod
    def error_name(self) -> str:
        """Return the documented error that ERROR stands for, as a journal names it."""

    @abstractmethod
    def error_reply(self) -> Reply:
        """Return the answer with that error."""

    @abstractmethod
    def odd_bodies(self) -> Mapping[Manner, bytes]:
        """Return the provider's own broken bodies: MALFORMED and NO_JOB_ID."""

    @property
    def outcome(self) -> str:
        """Return what a journal says came of the call: the documented error, or else the manner."""
        return self.error_name if self.manner is Manner.ERROR else self.manner.value

    def reply(self) -> Reply | None:
        """Return the answer this fault gives; None where it is about the connection or the time instead."""
        if self.manner is Manner.ERROR:
            return self.error_reply()
        if self.manner is Manner.REDIRECT:
            return Reply(302, b"", headers={"Location": self.location})
        if self.manner is Manner.HTML:
            return Reply(self.http_status, HTML_PAGE, "text/html; charset=utf-8")
        body = {Manner.EMPTY: b"", **self.odd_bodies()}.get(self.manner)
        return None if body is None else Reply(self.http_status, body)

    def reply_without_network(self) -> Reply | None:
        """Return the answer where there is no connection to act on; raise ``ConnectionLostError``."""
        if self.manner in {Manner.CLOSE, Manner.HOLD}:
            raise ConnectionLostError(accepted=self.accepted)
        return self.reply()


class FateKind(StrEnum):
    """How a job ends."""

    COMPLETE = "complete"
    FAIL = "fail"
    EMPTY_OUTPUT = "empty_output"
    UNKNOWN_STATE = "unknown_state"


@dataclass(frozen=True, slots=True)
class PlannedFate:
    """What becomes of one job; each provider adds its words.

    ``seconds`` replaces its duration (before ``speed``; a huge number never ends). UNKNOWN_STATE shows
    ``state`` where others show that they are processing, and completes. ``output_url`` replaces the pictures'
    addresses.
    """

    kind: FateKind = FateKind.COMPLETE
    seconds: float | None = None
    message: str = ""
    state: str = "queued"
    output_url: str | None = None


FaultT = TypeVar("FaultT", bound=PlannedFault)
FateT = TypeVar("FateT", bound=PlannedFate)


class FaultPlan(Generic[FaultT, FateT]):
    """The faults and fates still to come, first in, first out; ``usual`` makes the fate of all others."""

    def __init__(self, usual: Callable[[], FateT]) -> None:
        self._usual = usual
        self._faults: dict[Place, list[FaultT]] = {place: [] for place in Place}
        self._fates: deque[FateT] = deque()

    def add(self, place: Place, fault: FaultT, times: int = 1) -> None:
        """Let the next ``times`` calls at a place go wrong."""
        self._faults[place].extend([fault] * times)

    def add_fate(self, fate: FateT, times: int = 1) -> None:
        """Decide how the next ``times`` accepted jobs end."""
        self._fates.extend([fate] * times)

    def take(self, place: Place, key: str | None) -> FaultT | None:
        """Return and forget the next fault for a call with this key."""
        waiting = self._faults[place]
        for index, fault in enumerate(waiting):
            if fault.key is None or fault.key == key:
                return waiting.pop(index)
        return None

    def take_fate(self) -> FateT:
        """Return the next job's fate; without a plan it completes."""
        return self._fates.popleft() if self._fates else self._usual()

    def clear(self) -> None:
        """Forget everything planned."""
        for waiting in self._faults.values():
            waiting.clear()
        self._fates.clear()
