"""What waiting people are shown: their place, an estimate, a bar that moves."""

import math
from dataclasses import dataclass
from typing import Protocol

from bot.jobs.estimates import corrected, outlooks, rendering
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
            self._show(shown, waiting.job, _Shown(Stage.RENDERING, fraction=0.0))
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
        needs = (waiting.need for waiting in line)
        reports = []
        for waiting, outlook in zip(
            line, outlooks(self._floor.keys, self._floor.durations, needs, now), strict=True
        ):
            left = outlook.seconds_left
            if left is None:
                what = _Shown(Stage.PAUSED, place=outlook.place, can_cancel=True)
            else:
                stage = Stage.PREPARING if outlook.place == 1 and waiting.is_preparing else Stage.WAITING
                rounded = math.ceil(left / _ROUNDED_TO) * _ROUNDED_TO
                what = _Shown(stage, place=outlook.place, seconds_left=rounded, can_cancel=True)
            reports.append((waiting, what))
        return reports

    def _running(self, running: Running, now: float) -> _Shown:
        if running.fetching_since is not None:
            is_stuck = now - running.fetching_since > _STUCK_AFTER
            return _Shown(Stage.PAUSED if is_stuck else Stage.DELIVERING)
        expected = self._floor.durations.expected(running.key.provider, running.need)
        if running.progress is not None:
            expected = corrected(expected, running.asked_at - running.sent_at, running.progress)
        far = rendering(now - running.sent_at, expected)
        return _Shown(
            Stage.RENDERING, seconds_left=math.ceil(far.seconds_left), fraction=round(far.fraction, 2)
        )
