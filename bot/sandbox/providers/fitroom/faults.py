"""Faults and fates in FitRoom's words."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.sandbox.providers.faults import FateKind, Manner, Place, PlannedFate, PlannedFault
from bot.sandbox.providers.fitroom.replies import ErrorName, error_reply
from bot.sandbox.providers.replies import Reply

# What a test that plans faults needs, in one place.
__all__ = ["Fate", "FateKind", "Fault", "Manner", "Place"]


@dataclass(frozen=True, slots=True)
class Fault(PlannedFault):
    """One call that goes wrong; NO_JOB_ID is an answer without ``task_id``."""

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
        return {Manner.MALFORMED: b'{"task_id": "1234', Manner.NO_JOB_ID: b'{"status": "CREATED"}'}


@dataclass(frozen=True, slots=True)
class Fate(PlannedFate):
    """What becomes of one task."""

    message: str = "Failed to process try-on task"
    state: str = "QUEUED"
