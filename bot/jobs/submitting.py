"""One paid call: written down before it is made, made once, and its answer written down whatever happens.

What follows from each answer (design section 4, "Outcome of a paid call"):

    Accepted              the id and ``processing`` in one write, which not even a shutdown interrupts
    NotSent               the job is queued again; this key is the last it tries in this round
    Rejected, operator's  the same, and the key learns from the reason
    Rejected, otherwise   this step makes no picture, nothing was charged
    Unknown               nor does it here; the submission keeps its slot until it must have ended

Without its picture a job ends, or goes on where it makes others as well (``bot.jobs.steps``).

A job that is to be tried again goes back to ``queued`` in the transaction that closes its submission: so its
age and its cancel button go on working through an outage of any length, and a restart finds nothing special.
"""

import logging
from dataclasses import dataclass

from bot.jobs import attempts
from bot.jobs.alerts import Alert
from bot.jobs.attempts import Call, Ending, Telling
from bot.jobs.choosing import Choosing
from bot.jobs.circuit import PLAIN_FAILURE, UNKNOWN_OUTCOME
from bot.jobs.failures import Failure
from bot.jobs.floor import Floor, Running, Waiting
from bot.jobs.keys import Halt, KeyState
from bot.jobs.steps import Onward
from bot.jobs.tenure import Tenure
from bot.providers.base import Accepted, NotSent, Refusal, Rejected, SubmitOutcome, TryOnRequest, Unknown
from storage.errors import ConstraintError
from storage.states import SubmissionState
from storage.submissions import Submission

_log = logging.getLogger(__name__)

# A request whose end we did not see may still lie in some buffer before the server counts it.
_COUNTED_LATE = 5.0

# Not the job's fault and not a sign of anything broken: the key waits by itself, and the job with it.
_ONLY_BUSY = frozenset({Refusal.RATE, Refusal.CONCURRENCY})
_BROKEN = frozenset({Refusal.SERVER, Refusal.MAINTENANCE})
_HALTS = {Refusal.OUT_OF_CREDITS: Halt.OUT_OF_CREDITS, Refusal.KEY: Halt.REFUSED}
_HALT_ALERTS = {Halt.OUT_OF_CREDITS: Alert.OUT_OF_CREDITS, Halt.REFUSED: Alert.KEY_REFUSED}


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One job's one submission with one key."""

    waiting: Waiting
    key: KeyState
    submission: Submission

    @property
    def job_id(self) -> int:
        return self.waiting.job.id


def halt_telling(key: KeyState, halt: Halt) -> Telling:
    """Return what the operator is told of a key that stopped, once until the key's next accepted job."""
    provider, fingerprint = key.name
    params = {"provider": provider, "key": fingerprint}
    return Telling(_HALT_ALERTS[halt], params, once=f"{fingerprint}:{key.episode}")


class Submitting:
    """Submits jobs and acts on the answers."""

    def __init__(self, floor: Floor, tenure: Tenure, choosing: Choosing, onward: Onward) -> None:
        self._floor = floor
        self._tenure = tenure
        self._choosing = choosing
        self._onward = onward

    async def submit(self, waiting: Waiting, key: KeyState) -> None:
        """Submit a step of a job taken from the queue with a key on which ``begin`` was called."""
        request = waiting.wish.request(dict(waiting.pictures or {}), waiting.job.step)
        call = Call(*key.name, longest=key.timing(waiting.need).longest)
        try:
            submission = await attempts.begin(self._tenure, waiting.job, call)
        except BaseException:
            key.not_called(waiting.job.id)
            raise
        if submission is None:
            # Cancelled meanwhile, or another process owns it.
            key.not_called(waiting.job.id)
            self._floor.ended(waiting.job.id)
            await self._tenure.check()
            return
        outcome = await self._call(key, request)
        await self._act(_Attempt(waiting, key, submission), outcome)

    async def _call(self, key: KeyState, request: TryOnRequest) -> SubmitOutcome:
        """Make the call, and count it where it ends."""
        late = _COUNTED_LATE
        try:
            outcome = await key.provider.submit(request)
            late = _COUNTED_LATE if isinstance(outcome, Unknown) else 0.0
        except Exception as error:  # noqa: BLE001 - the call may have been made, so it has to be closed
            # A provider promises not to raise; if it does, nobody can say how far it had come.
            _log.exception("a paid call raised")
            outcome = Unknown(type(error).__name__)
        finally:
            key.sent(self._tenure.clock.now(), late=late)
        return outcome

    async def _act(self, attempt: _Attempt, outcome: SubmitOutcome) -> None:
        match outcome:
            case Accepted(provider_job_id):
                await self._accepted(attempt, provider_job_id)
            case NotSent(reason):
                attempt.key.leave(attempt.job_id)
                self._note_failure(attempt.key, PLAIN_FAILURE, reason)
                await self._put_back(attempt, SubmissionState.NOT_SENT, reason, is_setback=True)
            case Rejected():
                attempt.key.leave(attempt.job_id)
                self._learn(attempt.key, outcome)
                await self._rejected(attempt, outcome)
            case Unknown(reason):
                self._note_failure(attempt.key, UNKNOWN_OUTCOME, reason)
                await self._unknown(attempt, reason)

    async def _accepted(self, attempt: _Attempt, provider_job_id: str) -> None:
        key, job = attempt.key, attempt.waiting.job
        at = self._tenure.clock.now()
        try:
            stored = await attempts.keep_id(self._tenure, attempt.submission, provider_job_id, at)
        except ConstraintError:
            await self._unknown(attempt, "the provider gave an id that another job has")
            return
        if stored is None:
            _log.error("job %s is ours no more; %s took it as %s", job.id, key.name[0], provider_job_id)
            key.leave(job.id)
            self._floor.ended(job.id)
            await self._tenure.check()
            return
        if key.accepted(stored.id):
            _log.info("%s works again with key %s", *key.name)
        waiting = attempt.waiting
        self._floor.started(Running(job, stored, key, waiting.needs, waiting.for_later_steps))

    def _note_failure(self, key: KeyState, weight: float, reason: str) -> None:
        if key.circuit.failed(self._tenure.clock.now(), weight):
            _log.warning("%s is out of order with key %s, waiting: %s", *key.name, reason)

    def _learn(self, key: KeyState, rejected: Rejected) -> None:
        """Let a key draw its conclusions from a refusal."""
        now = self._tenure.clock.now()
        if rejected.refusal in _BROKEN:
            self._note_failure(key, PLAIN_FAILURE, rejected.refusal.value)
            return
        if key.circuit.answered():
            _log.info("%s answers again with key %s", *key.name)
        if rejected.refusal is Refusal.RATE:
            _log.warning("%s told key %s to slow down", *key.name)
            key.told_to_slow_down(now, key.submits, rejected.retry_after)
        elif rejected.refusal is Refusal.CONCURRENCY:
            key.told_crowded(now, rejected.retry_after)
        elif rejected.refusal in _HALTS:
            _log.warning("%s takes no jobs with key %s: %s", *key.name, rejected.refusal.value)
            key.stop(now, _HALTS[rejected.refusal])

    async def _rejected(self, attempt: _Attempt, rejected: Rejected) -> None:
        refusal, error = rejected.refusal, f"{rejected.refusal.value}: {rejected.message}"
        if refusal.is_operators:
            halt = _HALTS.get(refusal)
            telling = halt_telling(attempt.key, halt) if halt else None
            is_setback = refusal not in _ONLY_BUSY
            await self._put_back(attempt, SubmissionState.REJECTED, error, telling, is_setback=is_setback)
            return
        telling = None
        if refusal is Refusal.NOT_FOUND:
            provider, fingerprint = attempt.key.name
            once = f"{provider}:{fingerprint}:{attempt.key.episode}"
            telling = Telling(Alert.ENDPOINT_MISSING, {"provider": provider}, once=once)
        ending = Ending(SubmissionState.REJECTED, Failure.PROVIDER_REFUSED, error, telling=telling)
        await self._end(attempt, ending)

    async def _put_back(
        self,
        attempt: _Attempt,
        target: SubmissionState,
        error: str,
        telling: Telling | None = None,
        *,
        is_setback: bool,
    ) -> None:
        job = await attempts.put_back(self._tenure, attempt.submission, target, error, telling)
        if job is None:
            self._floor.ended(attempt.job_id)
            return
        if is_setback:
            self._choosing.pause(attempt.waiting, attempt.key)
        self._floor.give_back(attempt.waiting)

    async def _unknown(self, attempt: _Attempt, reason: str) -> None:
        submission, key = attempt.submission, attempt.key
        _log.warning("job %s: nobody knows whether %s took it: %s", attempt.job_id, key.name[0], reason)
        sent_at = submission.sent_at or submission.created_at
        slot_until = sent_at + key.timing(attempt.waiting.need).longest
        key.linger([slot_until])
        await self._end(attempt, Ending(SubmissionState.UNKNOWN, Failure.OUTCOME_UNKNOWN, reason, slot_until))

    async def _end(self, attempt: _Attempt, ending: Ending) -> None:
        job = await attempts.end(self._tenure, attempt.waiting.job, attempt.submission, ending)
        attempt.key.leave(attempt.job_id)
        self._onward.go(attempt.job_id, job, attempt.waiting.for_later_steps)
