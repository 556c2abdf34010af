"""Progress on cards: one bar each, moved by time between the scheduler's reports."""

import asyncio
import contextlib
from collections import OrderedDict
from dataclasses import dataclass, replace

from bot.chat.outcomes import MessageRef
from bot.clock import Clock, wait_for_event
from bot.jobs.sending import Progress, Sending, Stage, addressee_of
from storage.jobs import Job

EDIT_EVERY = 3.0
GROUP_EVERY = 12.0
# A long wait is not shortened by watching it: (seconds left, seconds between edits).
RARER = ((300.0, 30.0), (60.0, 10.0))
# An even bar would stand at its end when an estimate was too short; the rest is left for the picture itself.
FULLEST = 0.97
REMEMBERED_ENDS = 5000
# A job of which nothing was reported for so long has ended unheard or stands still: nothing has to move.
SILENT_SECONDS = 600.0


@dataclass(slots=True)
class _Bar:
    card: MessageRef
    language: str | None
    is_group: bool
    reported: Progress
    reported_at: float
    next_edit_at: float
    shown: float = 0.0
    best_place: int | None = None

    def at(self, now: float) -> Progress:
        """Return the progress as it should be now, never behind what was shown before."""
        passed = max(0.0, now - self.reported_at)
        left = self.reported.seconds_left
        fraction = self.reported.fraction
        if fraction is not None:
            ahead = (1.0 - fraction) * passed / left if left else 0.0
            fraction = min(max(self.shown, fraction + ahead), max(FULLEST, self.shown))
        place, best = self.reported.place, self.best_place
        return replace(
            self.reported,
            was_passed=place is not None and best is not None and place > best,
            fraction=fraction,
            seconds_left=None if left is None else max(0.0, left - passed),
        )

    def pause(self, progress: Progress) -> float:
        """Return the seconds until the next edit."""
        if self.is_group:
            return GROUP_EVERY
        left = progress.seconds_left or 0.0
        return next((pause for longer_than, pause in RARER if left > longer_than), EDIT_EVERY)


class ProgressBoard:
    """Keeps the cards of all jobs on their way up to date."""

    def __init__(self, sending: Sending, clock: Clock) -> None:
        self._sending = sending
        self._clock = clock
        self._bars: dict[int, _Bar] = {}
        self._moved: dict[int, MessageRef] = {}
        self._ended: OrderedDict[int, None] = OrderedDict()
        self._changed = asyncio.Event()
        self._mover: asyncio.Task[None] | None = None

    def show_on(self, job_id: int, card: MessageRef) -> None:
        """Show a job's progress on this message from now on, whatever those who report it know of it."""
        if job_id not in self._ended:
            self._moved[job_id] = card

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
        """Take the latest about a job; a new stage is shown at once, the rest at the bar's own pace."""
        card = self._card(job)
        if card is None or job.id in self._ended:
            return
        now = self._clock.now()
        progress = Progress(
            job.id,
            job.ability,
            stage,
            place,
            seconds_left,
            fraction,
            can_cancel,
            job.step,
            job.steps,
            addressee_of(job),
            is_late=is_late,
        )
        bar = self._bars.get(job.id)
        if bar is None:
            is_group = job.chat_id != job.user_id
            bar = self._bars[job.id] = _Bar(card, job.language, is_group, progress, now, now)
        elif bar.card != card or _kind(bar.reported) != _kind(progress):
            bar.next_edit_at = now
        bar.card, bar.reported, bar.reported_at = card, progress, now
        self._changed.set()
        if self._mover is None or self._mover.done():
            self._mover = asyncio.create_task(self._move(), name="progress-board")

    async def forget(self, job: Job) -> None:
        """Show no more progress of a job; when this returns, no edit of its card is on its way."""
        card = self._card(job)
        self._bars.pop(job.id, None)
        self._moved.pop(job.id, None)
        self._ended[job.id] = None
        while len(self._ended) > REMEMBERED_ENDS:
            self._ended.popitem(last=False)
        if card is not None:
            await self._sending.forget_progress(card)

    def _card(self, job: Job) -> MessageRef | None:
        if job.id in self._moved:
            return self._moved[job.id]
        return None if job.card_message_id is None else MessageRef(job.chat_id, job.card_message_id)

    async def stop(self) -> None:
        """Stop moving bars."""
        self._bars.clear()
        if self._mover is not None:
            self._mover.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._mover

    async def _move(self) -> None:
        """Edit what is due, as long as there are bars."""
        while self._bars:
            self._changed.clear()
            now = self._clock.now()
            for job_id, bar in tuple(self._bars.items()):
                if now - bar.reported_at > SILENT_SECONDS:
                    del self._bars[job_id]
                elif bar.next_edit_at <= now:
                    self._show(bar, now)
            next_at = min((bar.next_edit_at for bar in self._bars.values()), default=now)
            await wait_for_event(self._clock, self._changed, next_at - now)

    def _show(self, bar: _Bar, now: float) -> None:
        progress = bar.at(now)
        bar.shown = max(bar.shown, progress.fraction or 0.0)
        if progress.place is not None:
            bar.best_place = min(progress.place, bar.best_place or progress.place)
        bar.next_edit_at = now + bar.pause(progress)
        self._sending.show_progress(bar.card, progress, bar.language)


def _kind(progress: Progress) -> tuple[Stage, bool, int, bool]:
    """Return what a person must not wait to see when it changes."""
    return progress.stage, progress.can_cancel, progress.step, progress.is_late
