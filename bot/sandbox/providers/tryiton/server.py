"""A model of TryItOn's API as its public pages describe it: pure, on an injected clock, counting calls.

The HTTP side (``routes``) and tests on a virtual clock use the same object. A submission has three steps, so
that something can happen between them: ``arrive`` (key, window), ``read_order`` (slow, may run in a thread),
``accept`` (slots, credits, the job). ``submit`` does all three in one go.
"""

import hashlib
import random
from collections.abc import Iterator
from contextlib import contextmanager

from bot.sandbox.providers.clock import Clock
from bot.sandbox.providers.faults import FateKind, FaultPlan, Place
from bot.sandbox.providers.records import Call, Happening, Journal, Submission, Violation
from bot.sandbox.providers.replies import Reply, json_reply
from bot.sandbox.providers.tryiton.accounts import Account, Job, Limits
from bot.sandbox.providers.tryiton.faults import Fate, Fault
from bot.sandbox.providers.tryiton.orders import Endpoint, Order, parse_order
from bot.sandbox.providers.tryiton.replies import ApiError, ErrorName, error_reply

KEY_PREFIX = "sandbox"
KEPT_SECONDS = 72 * 3600.0
DEFAULT_CREDITS = 1000

# Seconds a job takes, from the shortest to the longest (providers.md; hair and tattoo "about 9 s").
DURATIONS = {"performance": (5.5, 6.8), "balanced": (8.2, 10.2), "quality": (12.0, 18.0)}
OTHER_DURATION = (8.2, 10.2)


class TryItOnServer:
    """The whole provider: accounts, limits, jobs, pictures' addresses, faults on request, and a journal.

    ``speed`` divides every duration, window and time of keeping alike. ``public_url`` is where the pictures
    are served.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        public_url: str,
        speed: float = 1.0,
        seed: int = 0,
        starting_credits: int = DEFAULT_CREDITS,
        limits: Limits | None = None,
    ) -> None:
        self._clock = clock
        self._pictures_url = public_url.rstrip("/") + "/tryiton/cdn"
        self._speed = speed
        self._random = random.Random(seed)  # noqa: S311 - made-up durations and names, no secrets
        self._starting_credits = starting_credits
        self._limits = limits or Limits()
        self._accounts: dict[str, Account] = {}
        self._jobs: dict[str, Job] = {}
        self._outputs: dict[str, tuple[str, int]] = {}
        self._revoked: set[str] = set()
        self.faults: FaultPlan[Fault, Fate] = FaultPlan(Fate)
        self.journal = Journal()

    @property
    def jobs(self) -> tuple[Job, ...]:
        """Return every accepted job, oldest first."""
        return tuple(self._jobs.values())

    def account(self, key: str) -> Account:
        """Return a key's account, opened at its first use."""
        if key not in self._accounts:
            windows = self._limits.windows(self._speed)
            self._accounts[key] = Account(key, self._starting_credits, 0, windows)
        return self._accounts[key]

    def set_credits(self, key: str, credits_left: int) -> None:
        """Give a key a new balance."""
        account = self.account(key)
        account.subscription, account.purchased = credits_left, 0

    def set_revoked(self, key: str, *, revoked: bool) -> None:
        """Refuse a key from now on, as if its owner had deleted it, or take it again."""
        (self._revoked.add if revoked else self._revoked.discard)(key)

    def finish(self) -> None:
        """Let every running job be done now, however long it was to take."""
        now = self._clock.now()
        for job in self._jobs.values():
            job.ends_at = min(job.ends_at, now)

    # What callers may ask, in one go.

    def submit(self, authorization: str | None, endpoint: str, raw: bytes) -> Reply:
        """Answer ``POST /tryon/{endpoint}``; raise ``ConnectionLostError`` for a planned lost connection."""
        fault = self.faults.take(Place.SUBMIT, key_of(authorization))
        try:
            submission = self.arrive(authorization, endpoint, raw)
            if fault is not None and not fault.accepted:
                planned = fault.reply_without_network()
                if planned is not None:
                    submission.error = fault.outcome
                    return planned
            reply = self.accept(submission, self.read_order(submission, raw))
        except ApiError as exc:
            return error_reply(exc.name, exc.message)
        if fault is not None and fault.accepted:
            return fault.reply_without_network() or reply
        return reply

    def status(self, authorization: str | None, job_id: str) -> Reply:
        """Answer ``GET /status/{id}``."""
        fault = self.faults.take(Place.STATUS, key_of(authorization))
        usual = self.status_answer(authorization, job_id)
        return usual if fault is None else fault.reply_without_network() or usual

    def credits(self, authorization: str | None) -> Reply:
        """Answer ``GET /credits``."""
        fault = self.faults.take(Place.CREDITS, key_of(authorization))
        usual = self.credits_answer(authorization)
        return usual if fault is None else fault.reply_without_network() or usual

    # The steps.

    def arrive(self, authorization: str | None, endpoint: str, raw: bytes) -> Submission:
        """Let a submission in at the door; raise ``ApiError`` for its key, its address or its pace."""
        self.journal.count(Happening.SUBMIT)
        account = self._authenticate(authorization)
        inputs = hashlib.sha256(endpoint.encode() + b"\0" + raw).hexdigest()
        submission = Submission(self._clock.now(), account.key, endpoint, inputs)
        self.journal.submissions.append(submission)
        with _noted(submission):
            self._count_call(account, Place.SUBMIT)
            if endpoint not in set(Endpoint):
                raise ApiError(ErrorName.NOT_FOUND)
        return submission

    def read_order(self, submission: Submission, raw: bytes) -> Order:
        """Return the checked order of a submission (slow); raise ``ApiError``."""
        with _noted(submission):
            return parse_order(Endpoint(submission.endpoint), raw)

    def accept(self, submission: Submission, order: Order) -> Reply:
        """Take a job on and answer with its id; raise ``ApiError`` where slots or credits are short."""
        account = self.account(submission.key)
        now = self._clock.now()
        account.settle(now)
        with _noted(submission):
            self._check_room(account, order, now)
        job = self._new_job(account, order, now)
        submission.job_id = job.job_id
        self.journal.count(Happening.ACCEPTED)
        return json_reply({"ok": True, "jobId": job.job_id})

    def status_answer(self, authorization: str | None, job_id: str) -> Reply:
        """Answer ``GET /status/{id}`` without looking at planned faults."""
        self.journal.count(Happening.STATUS)
        try:
            account = self._authenticate(authorization)
            self._count_call(account, Place.STATUS)
        except ApiError as exc:
            return error_reply(exc.name, exc.message)
        job = self._jobs.get(job_id)
        if job is None or job.key != account.key:
            return error_reply(ErrorName.NOT_FOUND, "Job not found.")
        account.settle(self._clock.now())
        return json_reply(self._state(account, job))

    def credits_answer(self, authorization: str | None) -> Reply:
        """Answer ``GET /credits`` without looking at planned faults."""
        self.journal.count(Happening.CREDITS)
        try:
            account = self._authenticate(authorization)
            self._count_call(account, Place.CREDITS)
        except ApiError as exc:
            return error_reply(exc.name, exc.message)
        account.settle(self._clock.now())
        amounts = {
            "on_demand": account.on_demand,
            "subscription": account.subscription,
            "purchased": account.purchased,
            "reserved": account.reserved,
        }
        return json_reply({"ok": True, "credits": amounts})

    def find_output(self, user_id: str, name: str) -> tuple[Job, int] | None:
        """Return a finished picture's job and number; None where it is unknown, unfinished or too old."""
        job_id, number = self._outputs.get(name, ("", 0))
        job = self._jobs.get(job_id)
        if job is None or self.account(job.key).user_id != user_id:
            return None
        kept_until = job.ends_at + KEPT_SECONDS / self._speed
        return (job, number) if job.ends_at <= self._clock.now() < kept_until else None

    # Inside.

    def _authenticate(self, authorization: str | None) -> Account:
        key = key_of(authorization)
        if key is None or not key.startswith(KEY_PREFIX) or key in self._revoked:
            raise ApiError(ErrorName.UNAUTHORIZED_ACCESS)
        return self.account(key)

    def _count_call(self, account: Account, place: Place) -> None:
        now = self._clock.now()
        window = account.windows[place]
        within = window.add(now)
        error = None if within else ErrorName.RATE_LIMIT_EXCEEDED.value
        self.journal.calls.append(Call(now, account.key, place, error))
        if not within:
            self.journal.violations.append(
                Violation(now, account.key, place.value, window.limit, window.count(now))
            )
            raise ApiError(ErrorName.RATE_LIMIT_EXCEEDED)

    def _check_room(self, account: Account, order: Order, now: float) -> None:
        running = len(account.open_jobs)
        if running >= self._limits.processing:
            self.journal.violations.append(
                Violation(now, account.key, "processing", self._limits.processing, running + 1)
            )
            raise ApiError(ErrorName.CONCURRENCY_LIMIT_EXCEEDED)
        if account.on_demand < order.samples:
            raise ApiError(ErrorName.OUT_OF_CREDITS)

    def _new_job(self, account: Account, order: Order, now: float) -> Job:
        fate = self.faults.take_fate()
        seconds = self._random.uniform(*_duration_range(order))
        if fate.seconds is not None:
            seconds = fate.seconds
        # The provider's ids look like MongoDB's: four bytes of time, eight that are made up.
        job_id = f"{int(now):08x}{self._random.getrandbits(64):016x}"
        names = tuple(
            f"{self._random.getrandbits(96):024x}.{order.output_format}" for _ in range(order.samples)
        )
        job = Job(job_id, account.key, order, fate, now, now + seconds / self._speed, names)
        self._jobs[job_id] = job
        self._outputs.update({name: (job_id, number) for number, name in enumerate(names)})
        account.open_jobs.append(job)
        return job

    def _state(self, account: Account, job: Job) -> dict[str, object]:
        if job.is_processing(self._clock.now()):
            word = job.fate.state if job.fate.kind is FateKind.UNKNOWN_STATE else "processing"
            return {"ok": True, "status": word, "error": None}
        if job.fate.kind is FateKind.FAIL:
            error = {"name": job.fate.error_name, "message": job.fate.message}
            return {"ok": True, "status": "failed", "output": [], "error": error}
        outputs = job.outputs[: len(job.outputs) - job.fate.left_out]
        urls = [f"{self._pictures_url}/{account.user_id}/tryons/{name}" for name in outputs]
        if job.fate.output_url is not None:
            urls = [job.fate.output_url for _ in job.outputs]
        if job.fate.kind is FateKind.EMPTY_OUTPUT:
            urls = []
        return {"ok": True, "status": "completed", "output": urls, "error": None}


def key_of(authorization: str | None) -> str | None:
    """Return the key in an Authorization header; None where there is none."""
    scheme, _, key = (authorization or "").partition(" ")
    return key.strip() or None if scheme.lower() == "bearer" else None


@contextmanager
def _noted(submission: Submission) -> Iterator[None]:
    try:
        yield
    except ApiError as exc:
        submission.error = exc.name.value
        raise


def _duration_range(order: Order) -> tuple[float, float]:
    return DURATIONS[order.mode] if order.endpoint.is_clothing else OTHER_DURATION
