"""What the check says: one line for each thing it looked at."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How one item looks; a warning does not keep the bot from running."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Line:
    """One item and what was found, in one line of plain words."""

    verdict: Verdict
    text: str


def ok(text: str) -> Line:
    """Return a line for what is as it should be."""
    return Line(Verdict.OK, text)


def warning(text: str) -> Line:
    """Return a line for what the operator should know."""
    return Line(Verdict.WARNING, text)


def problem(text: str) -> Line:
    """Return a line for what keeps the bot from running, with what to do."""
    return Line(Verdict.PROBLEM, text)
