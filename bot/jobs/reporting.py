"""What waiting people are shown: their place, an estimate, a bar that moves."""

import math
from dataclasses import dataclass
from typing import Protocol

from bot.jobs.estimates import Outlook, corrected, outlooks, rendering, seconds_for
from bot.jobs.floor import Floor, Running, Waiting
from bot.jobs.sending import Stage
from storage.jobs import Job

EVERY = 1.5
# An estimate that jumps by a second or two is noise; a new one is worth an edit.
_ROUNDED_TO = 5.0
# A picture that is still not here after so long waits for the operator or for a host in trouble.
_STUCK_AFTER = 60.0


class Board(Protocol):
    """Where progress is shown; returns at once."""

    def report(
        self,
        job: Job,
        stage: Stage,
        *,
        place: int | None = None,
        seconds_left: float | None = None,
        fraction: float | None = None,
        can_cancel: bool = False,
    ) -> None:
        """Show the latest progress of a job."""
        ...


@dataclass(frozen=True, slots=True)
class _Shown:
    stage: Stage
    place: int | None = None
    seconds_left: float | None = None
    fraction: float | None = None
    can_cancel: bool = False


class Reporting:
    """Reports what changed since the last time."""

    def __init__(self, floor: Floor, board: Board) -> None:
        self._floor = floor
        self._board = board
        self._shown: dict[int, _Shown] = {}
        self._at = -math.inf

    def soon(self) -> None:
        """Report in the next round: somebody new waits."""
        self._at = -math.inf

    def report(self, now: float) -> float:
        """Report if it is time; return when it will be time again."""
        if self._floor.is_empty:
            self._shown.clear()
            return math.inf
        if now < self._at + EVERY:
            return self._at + EVERY
        self._at = now
        shown: dict[int, _Shown] = {}
        for waiting, what in self._waiting(now):
            self._show(shown, waiting.job, what)
        for waiting in self._floor.submitting.values():
            self._show(shown, waiting.job, _Shown(Stage.RENDERING, fraction=_done_before(waiting.job)))
        for running in self._floor.running.values():
            self._show(shown, running.job, self._running(running, now))
        self._shown = shown
        return now + EVERY

    def _show(self, shown: dict[int, _Shown], job: Job, what: _Shown) -> None:
        shown[job.id] = what
        if self._shown.get(job.id) != what:
            self._board.report(
                job,
                what.stage,
                place=what.place,
                seconds_left=what.seconds_left,
                fraction=what.fraction,
                can_cancel=what.can_cancel,
            )

    def _waiting(self, now: float) -> list[tuple[Waiting, _Shown]]:
        line = [self._floor.waiting[job_id] for job_id in self._floor.queue.order()]
        needs = (waiting.needs for waiting in line)
        found = outlooks(self._floor.keys, self._floor.durations, needs, now)
        return [
            (waiting, _of_waiting(waiting, outlook)) for waiting, outlook in zip(line, found, strict=True)
        ]

    def _running(self, running: Running, now: float) -> _Shown:
        job, is_last = running.job, len(running.needs) == 1
        if running.fetching_since is not None and now - running.fetching_since > _STUCK_AFTER:
            return _Shown(Stage.PAUSED)
        if running.is_fetching:
            after = job.step / job.steps
            return _Shown(Stage.DELIVERING) if is_last else _Shown(Stage.RENDERING, fraction=round(after, 2))
        expected = self._floor.durations.expected(running.key.provider, running.need)
        if running.progress is not None:
            expected = corrected(expected, running.asked_at - running.sent_at, running.progress)
        far = rendering(now - running.sent_at, expected)
        fraction = round(_done_before(job) + far.fraction / job.steps, 2)
        rest = self._rest(running)
        left = None if rest is None else math.ceil(far.seconds_left + rest)
        return _Shown(Stage.RENDERING, seconds_left=left, fraction=fraction)

    def _rest(self, running: Running) -> float | None:
        """Return how long the steps after this one take."""
        is_busy = bool(self._floor.waiting)
        return seconds_for(self._floor.keys, self._floor.durations, running.needs[1:], is_busy=is_busy)


def _of_waiting(waiting: Waiting, outlook: Outlook) -> _Shown:
    job, left = waiting.job, outlook.seconds_left
    has_begun = job.step > 1
    if left is None:
        return _Shown(Stage.PAUSED, place=outlook.place, can_cancel=not has_begun)
    rounded = math.ceil(left / _ROUNDED_TO) * _ROUNDED_TO
    if has_begun:
        # It is on its way; that it waits between two steps is nobody's concern.
        return _Shown(Stage.RENDERING, seconds_left=rounded, fraction=_done_before(job))
    stage = Stage.PREPARING if outlook.place == 1 and waiting.is_preparing else Stage.WAITING
    return _Shown(stage, place=outlook.place, seconds_left=rounded, can_cancel=True)


def _done_before(job: Job) -> float:
    """Return which part of a job is done when its present step begins."""
    return round((job.step - 1) / job.steps, 2)
