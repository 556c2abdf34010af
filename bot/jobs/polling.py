"""Asking how far a submitted job is: often while it helps, never beyond what the key allows.

The first poll comes when the quickest job on record would be done; then every 0.6 s, or every 0.3 s while
this is the only job being asked about. The provider's own advice (every 1-2 s, backing off) finds a picture a
second later; its window of 300 status calls a minute has room for fifteen polls a job at twenty jobs a
minute. Where that room runs short the polls of all jobs are spread evenly over it. After an error they do
back off, doubling, by chance.
"""

import logging
import math
from collections.abc import Callable

from bot.jobs import attempts
from bot.jobs.alerts import Alert
from bot.jobs.attempts import Ending, Telling
from bot.jobs.backoff import backoff
from bot.jobs.failures import Failure
from bot.jobs.floor import Floor, Running
from bot.jobs.keys import Halt, KeyState
from bot.jobs.sharing import step, usual_polls
from bot.jobs.steps import Onward
from bot.jobs.submitting import halt_telling
from bot.jobs.tenure import Tenure
from bot.jobs.windows import WINDOW_SECONDS
from bot.providers.base import Completed, Failed, NoAnswer, Processing, StatusOutcome, Trouble
from storage.database import Tx
from storage.states import SubmissionState

_log = logging.getLogger(__name__)

INTERVAL = 0.6
INTERVAL_ALONE = 0.3
# After so many polls beyond the usual ones a job in a shared window asks with what the others leave.
_SOME_MORE = 2
# From this share of the window on, polls are spread evenly over what it allows.
_TIGHT = 0.7

_FIRST_RETRY = 1.0
_LONGEST_RETRY = 30.0
_COUNTED_LATE = 5.0

# A job just accepted may not be known to every server of the provider yet; after half a minute it is lost.
_NOT_FOUND_TRIES = 6
# Nothing longer is on record than ``longest``; twice that is patience enough with a provider that still
# answers.
_PATIENCE = 2.0
# Pictures are kept for 72 hours: after that there is nothing left to ask for.
KEPT_SECONDS = 72 * 3600.0


class Polling:
    """Polls the running jobs and acts on what it hears; ``completed`` gets the pictures' addresses."""

    def __init__(
        self,
        floor: Floor,
        tenure: Tenure,
        onward: Onward,
        completed: Callable[[Running, tuple[str, ...]], None],
    ) -> None:
        self._floor = floor
        self._tenure = tenure
        self._onward = onward
        self._completed = completed

    def due(self, now: float) -> tuple[list[Running], float]:
        """Return the jobs to poll now, longest overdue first, and when to look again."""
        chosen: list[Running] = []
        look_again = math.inf
        taken: dict[int, int] = {}
        idle = [job for job in self._floor.running.values() if not job.is_polling and not job.is_fetching]
        for running in sorted(idle, key=lambda job: job.next_poll_at):
            window = running.key.reads
            room = window.allowed(now) - window.used(now) - taken.get(id(window), 0)
            free_at = window.free_at(now)
            if running.next_poll_at > now or free_at > now:
                look_again = min(look_again, max(running.next_poll_at, free_at))
            elif room > 0:
                taken[id(window)] = taken.get(id(window), 0) + 1
                chosen.append(running)
        return chosen, look_again

    async def poll(self, running: Running) -> None:
        """Poll a job once, marked as being polled and its call as started, and act on the answer."""
        running.asked_at = self._tenure.clock.now()
        # The answer decides on the next poll; this one is for an error before it comes to that.
        running.next_poll_at = running.asked_at + _FIRST_RETRY
        try:
            outcome = await self._ask(running)
            await self._act(running, outcome)
        finally:
            running.is_polling = False

    async def addresses(self, running: Running) -> tuple[str, ...]:
        """Return where a finished job's pictures are by now; nothing where that can't be told at present."""
        if running.key.reads.free_at(now := self._tenure.clock.now()) > now:
            return ()
        running.key.reads.start()
        outcome = await self._ask(running)
        return outcome.urls if isinstance(outcome, Completed) else ()

    async def _ask(self, running: Running) -> StatusOutcome:
        key = running.key
        late = _COUNTED_LATE
        try:
            outcome = await key.provider.status(running.submission.provider_job_id or "")
            is_lost = isinstance(outcome, NoAnswer) and outcome.trouble is Trouble.CONNECTION
            late = _COUNTED_LATE if is_lost else 0.0
        except Exception:  # noqa: BLE001 - a job that is paid for outlives our own mistakes
            _log.exception("a status call raised")
            outcome = NoAnswer(Trouble.ODD_ANSWER, "the call raised")
        finally:
            key.reads.finish(self._tenure.clock.now(), late=late)
        return outcome

    async def _act(self, running: Running, outcome: StatusOutcome) -> None:
        if not isinstance(outcome, NoAnswer):
            running.definite_polls += 1
            running.troubles = running.not_found = 0
            running.key.circuit.read_well()
        match outcome:
            case Processing(progress):
                await self._still_processing(running, progress)
            case Completed(urls):
                self._measure(running)
                running.key.leave(running.job.id)
                running.fetching_since = self._tenure.clock.now()
                self._completed(running, urls)
            case Failed(name, message):
                _log.info("job %s failed at %s: %s %s", running.job.id, running.key.name[0], name, message)
                error = f"{name}: {message}"
                await self._end(running, Ending(SubmissionState.FAILED, Failure.PROVIDER_FAILED, error))
            case NoAnswer():
                await self._no_answer(running, outcome)

    def _measure(self, running: Running) -> None:
        # The first poll may come long after the end: after a restart, or when the provider was out of reach.
        now = self._tenure.clock.now()
        key, need = running.key, running.need
        if running.definite_polls > 1:
            self._floor.durations.measured(key.provider, need, now - running.sent_at)
        gap = running.asked_at - running.processing_at
        self._floor.timetable.ended(key, need, after=running.asked_at - running.accepted_at, gap=gap)

    async def _still_processing(self, running: Running, progress: int | None) -> None:
        now = self._tenure.clock.now()
        running.progress = progress
        running.processing_at = running.asked_at
        longest = running.key.timing(running.need).longest
        if now - running.sent_at > longest * _PATIENCE:
            ending = Ending(
                SubmissionState.UNKNOWN, Failure.TOOK_TOO_LONG, "still processing", slot_until=now + longest
            )
            running.key.linger([now + longest])
            await self._end(running, ending)
            return
        running.next_poll_at = self._next_poll_at(running, now)
        running.key.plan(running.job.id, [running.next_poll_at])

    def _next_poll_at(self, running: Running, now: float) -> float:
        """Return when to ask again about a job that is still being made."""
        key = running.key
        if key.sharing is None:
            return now + self._interval(key, now, INTERVAL)
        timing = key.timing(running.need)
        usual = step(timing)
        if running.definite_polls >= usual_polls(timing) + _SOME_MORE:
            usual = self._interval(key, now, usual)
        return max(now, running.asked_at + usual)

    def _interval(self, key: KeyState, now: float, usual: float) -> float:
        asked = sum(
            1
            for other in self._floor.running.values()
            if other.key is key and not other.is_fetching and (other.is_polling or other.definite_polls)
        )
        window = key.reads
        if window.used(now) > window.allowed(now) * _TIGHT:
            return max(usual, asked * WINDOW_SECONDS / window.allowed(now))
        return min(usual, INTERVAL_ALONE) if asked <= 1 and key.sharing is None else usual

    async def _no_answer(self, running: Running, outcome: NoAnswer) -> None:
        now = self._tenure.clock.now()
        key = running.key
        running.troubles += 1
        pause = backoff(
            running.troubles, first=_FIRST_RETRY, longest=_LONGEST_RETRY, chance=self._tenure.chance
        )
        running.next_poll_at = now + max(pause, outcome.retry_after or 0.0)
        key.plan(running.job.id, [running.next_poll_at])
        if outcome.trouble is Trouble.NOT_FOUND:
            running.not_found += 1
            if running.not_found >= _NOT_FOUND_TRIES:
                await self._lose(running, "the provider no longer knows it")
            return
        if outcome.trouble is Trouble.RATE:
            _log.warning("%s told key %s to ask less often", *key.name)
            key.told_to_slow_down(now, key.reads, outcome.retry_after)
        elif outcome.trouble is Trouble.KEY:
            await self._key_refused(key, now)
        elif key.circuit.read_failed(now):
            _log.warning("%s is out of order with key %s, waiting: %s", *key.name, outcome.message)
        if now - running.sent_at > KEPT_SECONDS:
            await self._lose(running, "no answer for as long as pictures are kept")

    async def _key_refused(self, key: KeyState, now: float) -> None:
        """Stop a key that is no longer taken; its jobs are asked about on, should it be taken again."""
        if key.halt is Halt.REFUSED:
            return
        key.stop(now, Halt.REFUSED)
        telling = halt_telling(key, Halt.REFUSED)

        async def change(tx: Tx) -> None:
            await telling.write(tx, self._tenure)

        await self._tenure.write(change)
        self._tenure.wake_notices()

    async def _lose(self, running: Running, why: str) -> None:
        _log.warning("job %s at %s: %s", running.job.id, running.key.name[0], why)
        await self._end(running, Ending(SubmissionState.UNKNOWN, Failure.OUTCOME_UNKNOWN, why))

    async def _end(self, running: Running, ending: Ending) -> None:
        job = await attempts.end(self._tenure, running.job, running.submission, ending)
        self._onward.go(running.job.id, job, running.kept)


def key_gone_telling(provider: str, fingerprint: str, job_id: int) -> Telling:
    """Return what the operator is told when a job was paid with a key that is no longer in the settings."""
    params = {"provider": provider, "key": fingerprint, "job_id": job_id}
    return Telling(Alert.KEY_GONE, params, once=str(job_id))
