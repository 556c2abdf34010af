"""Faults and fates in TryItOn's words."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.sandbox.providers.faults import FateKind, Manner, Place, PlannedFate, PlannedFault
from bot.sandbox.providers.replies import Reply
from bot.sandbox.providers.tryiton.replies import ErrorName, error_reply

# What a test that plans faults needs, in one place.
__all__ = ["Fate", "FateKind", "Fault", "Manner", "Place"]


@dataclass(frozen=True, slots=True)
class Fault(PlannedFault):
    """One call that goes wrong."""

    error: ErrorName = ErrorName.INTERNAL_SERVER_ERROR

    @property
    def error_name(self) -> str:
        """Return the documented name."""
        return self.error.value

    def error_reply(self) -> Reply:
        """Return the answer with the documented error."""
        return error_reply(self.error, self.message)

    def odd_bodies(self) -> Mapping[Manner, bytes]:
        """Return half an answer, and one without the id."""
        return {Manner.MALFORMED: b'{"ok": true, "jobId": "64b7f1', Manner.NO_JOB_ID: b'{"ok": true}'}


@dataclass(frozen=True, slots=True)
class Fate(PlannedFate):
    """What becomes of one job; ``left_out`` is how many of its pictures are not made."""

    message: str = "Try-on failed. Please try again."
    error_name: str = "ProcessingError"
    left_out: int = 0
