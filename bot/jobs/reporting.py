"""What waiting people are shown: their place, an estimate, a bar that moves."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from bot.jobs.estimates import done
from bot.jobs.floor import Floor, Running, Waiting
from bot.jobs.foresight import expected, foresee
from bot.jobs.sending import Stage
from storage.jobs import Job

EVERY = 1.5
# A time that moves by less than this, or by this share of what is left, is the one that was told.
_SAME_SECONDS = 1.0
_SAME_SHARE = 0.05
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
        is_late: bool = False,
    ) -> None:
        """Show the latest progress of a job."""
        ...


@dataclass(frozen=True, slots=True)
class _Shown:
    stage: Stage
    place: int | None = None
    arrives_at: float | None = None
    fraction: float | None = None
    can_cancel: bool = False
    is_late: bool = False

    def no_less_done_than(self, before: "_Shown") -> "_Shown":
        """Return it as it is to be shown: what was done stays done, though it turns out to take longer."""
        if self.fraction is None or before.fraction is None:
            return self
        return replace(self, fraction=max(self.fraction, before.fraction))

    def tells_more_than(self, before: "_Shown", now: float) -> bool:
        """Return whether it is worth an edit; a card counts the seconds down by itself."""
        if replace(self, arrives_at=None) != replace(before, arrives_at=None):
            return True
        if self.arrives_at is None or before.arrives_at is None:
            return self.arrives_at is not before.arrives_at
        same = max(_SAME_SECONDS, (self.arrives_at - now) * _SAME_SHARE)
        return abs(self.arrives_at - before.arrives_at) > same


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
        arrivals = foresee(self._floor, now)
        for waiting, place in self._places():
            self._show(shown, now, waiting.job, _of_waiting(waiting, place, arrivals))
        for waiting, _ in self._floor.submitting.values():
            job = waiting.job
            begins = _Shown(Stage.RENDERING, arrives_at=arrivals.get(job.id), fraction=_done_before(job))
            self._show(shown, now, job, begins)
        for running in self._floor.running.values():
            self._show(shown, now, running.job, self._running(running, arrivals, now))
        self._shown = shown
        return now + EVERY

    def _show(self, shown: dict[int, _Shown], now: float, job: Job, what: _Shown) -> None:
        before = self._shown.get(job.id)
        if before is not None:
            what = what.no_less_done_than(before)
            if not what.tells_more_than(before, now):
                shown[job.id] = before
                return
        shown[job.id] = what
        left = None if what.arrives_at is None else max(1.0, what.arrives_at - now)
        self._board.report(
            job,
            what.stage,
            place=what.place,
            seconds_left=left,
            fraction=what.fraction,
            can_cancel=what.can_cancel,
            is_late=what.is_late,
        )

    def _places(self) -> list[tuple[Waiting, int]]:
        """Return all who wait, each with its place among those who have not begun.

        Who is being submitted may come back to its place, so those behind have not moved up yet.
        """
        waiting, queue = self._floor.waiting, self._floor.queue
        going = [job_id for job_id, (one, _) in self._floor.submitting.items() if one.job.step == 1]
        fresh = [
            (waiting[job_id], place + sum(other < job_id for other in going))
            for place, job_id in enumerate(queue.not_begun(), start=1)
        ]
        return [*fresh, *((waiting[job_id], 0) for job_id in queue.begun())]

    def _running(self, running: Running, arrivals: Mapping[int, float], now: float) -> _Shown:
        job, arrives_at = running.job, arrivals.get(running.job.id)
        if running.fetching_since is not None:
            if now - running.fetching_since > _STUCK_AFTER:
                return _Shown(Stage.PAUSED)
            if len(running.needs) == 1:
                return _Shown(Stage.DELIVERING)
            after = round(job.step / job.steps, 2)
            return _Shown(Stage.RENDERING, arrives_at=arrives_at, fraction=after)
        if running.troubles and not running.key.is_usable:
            return _Shown(Stage.PAUSED)
        elapsed, durations = now - running.sent_at, self._floor.durations
        takes = expected(running, durations, now) + durations.fetching() + durations.handing_over()
        fraction = round(_done_before(job) + done(elapsed, takes) / job.steps, 2)
        if durations.is_too_long(running.key.provider, running.need, elapsed):
            return _Shown(Stage.RENDERING, fraction=fraction, is_late=True)
        return _Shown(Stage.RENDERING, arrives_at=arrives_at, fraction=fraction)


def _of_waiting(waiting: Waiting, place: int, arrivals: Mapping[int, float]) -> _Shown:
    job, arrives_at = waiting.job, arrivals.get(waiting.job.id)
    has_begun = job.step > 1
    if arrives_at is None:
        return _Shown(Stage.PAUSED, can_cancel=not has_begun)
    if has_begun:
        # It is on its way; that it waits between two steps is nobody's concern.
        return _Shown(Stage.RENDERING, arrives_at=arrives_at, fraction=_done_before(job))
    stage = Stage.PREPARING if place == 1 and waiting.is_preparing else Stage.WAITING
    return _Shown(stage, place=place, arrives_at=arrives_at, can_cancel=True)


def _done_before(job: Job) -> float:
    """Return which part of a job is done when its present step begins."""
    return round((job.step - 1) / job.steps, 2)
