"""A model of FitRoom's API as its public page describes it: pure, on an injected clock, counting calls.

The HTTP side (``routes``) and tests on a virtual clock use the same object. A call with a form has three
steps, so that something can happen between them: ``arrive`` (key, window, maintenance), reading the form's
pictures (slow, may run in a thread), and the answer. ``submit`` and ``check`` do all three in one go.
"""

import hashlib
import hmac
import math
import random
from collections import deque

from bot.sandbox.providers.clock import Clock
from bot.sandbox.providers.faults import FateKind, FaultPlan, Place
from bot.sandbox.providers.fitroom.accounts import QUEUED, Account, Limits, Task
from bot.sandbox.providers.fitroom.checks import check_clothes, check_model, model_answer
from bot.sandbox.providers.fitroom.faults import Fate, Fault
from bot.sandbox.providers.fitroom.forms import Form
from bot.sandbox.providers.fitroom.orders import Check, Order, checked_picture, fingerprint, parse_order
from bot.sandbox.providers.fitroom.replies import ApiError, ErrorName, error_reply
from bot.sandbox.providers.limits import SlidingWindow
from bot.sandbox.providers.records import Call, Happening, Journal, Submission, Violation
from bot.sandbox.providers.replies import Reply, json_reply

KEY_PREFIX = "sandbox"
DEFAULT_CREDITS = 1000
SIGNED_SECONDS = 3600.0

# Seconds a task takes: "normal: ~9s -> HD: ~30s".
NORMAL_DURATION = (8.4, 10.0)
HD_DURATION = (28.0, 32.0)

_HAPPENINGS = {
    Place.SUBMIT: Happening.SUBMIT,
    Place.STATUS: Happening.STATUS,
    Place.CHECK: Happening.CHECK,
}


class FitRoomServer:
    """The whole provider: accounts, a window per key, tasks, checks, signed addresses, faults, a journal.

    ``speed`` divides every duration and window alike. ``public_url`` is where the pictures are served. While
    ``in_maintenance`` is set, every call with a valid key gets the documented 503.
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
        self._pictures_url = public_url.rstrip("/") + "/fitroom/storage/tryon"
        self._speed = speed
        self._random = random.Random(seed)  # noqa: S311 - made-up durations and names, no secrets
        self._secret = self._random.randbytes(16)
        self._next_id = self._random.randrange(100_000, 900_000)
        self._starting_credits = starting_credits
        self._limits = limits or Limits()
        self._accounts: dict[str, Account] = {}
        self._tasks: dict[str, Task] = {}
        self._revoked: set[str] = set()
        self._planned_codes: deque[str] = deque()
        self.in_maintenance = False
        self.faults: FaultPlan[Fault, Fate] = FaultPlan(Fate)
        self.journal = Journal()

    @property
    def tasks(self) -> tuple[Task, ...]:
        """Return every accepted task, oldest first."""
        return tuple(self._tasks.values())

    def account(self, key: str) -> Account:
        """Return a key's account, opened at its first use."""
        if key not in self._accounts:
            window = SlidingWindow(limit=self._limits.requests, seconds=self._limits.window / self._speed)
            self._accounts[key] = Account(key, self._starting_credits, window)
        return self._accounts[key]

    def set_credits(self, key: str, credits_left: int) -> None:
        """Give a key a new balance."""
        self.account(key).credits = credits_left

    def set_revoked(self, key: str, *, revoked: bool) -> None:
        """Refuse a key from now on, as if its owner had deleted it, or take it again."""
        (self._revoked.add if revoked else self._revoked.discard)(key)

    def plan_code(self, code: str, times: int = 1) -> None:
        """Let the next checks of people's photos answer with a code (410... or 400...)."""
        self._planned_codes.extend([code] * times)

    # What callers may ask, in one go.

    def submit(self, key: str | None, form: Form) -> Reply:
        """Answer ``POST /api/tryon/v2/tasks``; raise ``ConnectionLostError`` where that is planned."""
        fault = self.faults.take(Place.SUBMIT, key)
        try:
            submission = self.arrive_to_submit(key, form)
            if fault is not None and not fault.accepted:
                planned = fault.reply_without_network()
                if planned is not None:
                    submission.error = fault.outcome
                    return planned
            reply = self.accept(submission, self.read_order(submission, form))
        except ApiError as exc:
            return exc.reply()
        if fault is not None and fault.accepted:
            return fault.reply_without_network() or reply
        return reply

    def check(self, key: str | None, check: Check, form: Form) -> Reply:
        """Answer ``POST /api/tryon/input_check/v1/...``."""
        fault = self.faults.take(Place.CHECK, key)
        usual = self.check_answer(key, check, form)
        return usual if fault is None else fault.reply_without_network() or usual

    def status(self, key: str | None, task_id: str) -> Reply:
        """Answer ``GET /api/tryon/v2/tasks/{id}``."""
        fault = self.faults.take(Place.STATUS, key)
        usual = self.status_answer(key, task_id)
        return usual if fault is None else fault.reply_without_network() or usual

    # The steps.

    def arrive(self, key: str | None, place: Place) -> Account:
        """Let a call in at the door; raise ``ApiError`` for its key, its pace, or maintenance."""
        self.journal.count(_HAPPENINGS[place])
        if key is None or not key.startswith(KEY_PREFIX) or key in self._revoked:
            raise ApiError(ErrorName.UNAUTHORIZED)
        account = self.account(key)
        self._count_call(account, place)
        if self.in_maintenance:
            raise ApiError(ErrorName.SERVICE_UNAVAILABLE)
        return account

    def arrive_to_submit(self, key: str | None, form: Form) -> Submission:
        """Let a submission in at the door and write it down; raise ``ApiError``."""
        submission = Submission(self._clock.now(), key or "", "tasks", fingerprint(form))
        try:
            self.arrive(key, Place.SUBMIT)
        except ApiError as exc:
            submission.error = exc.name.value
            if exc.name is not ErrorName.UNAUTHORIZED:
                self.journal.submissions.append(submission)
            raise
        self.journal.submissions.append(submission)
        return submission

    def read_order(self, submission: Submission, form: Form) -> Order:
        """Return the checked order of a submission (slow); raise ``ApiError``."""
        try:
            return parse_order(form)
        except ApiError as exc:
            submission.error = exc.name.value
            raise

    def accept(self, submission: Submission, order: Order) -> Reply:
        """Take a task on and answer with its id; raise ``ApiError`` where credits are short."""
        account = self.account(submission.key)
        now = self._clock.now()
        account.settle(now)
        if account.credits < 1:
            submission.error = ErrorName.PAYMENT_REQUIRED.value
            raise ApiError(ErrorName.PAYMENT_REQUIRED)
        account.credits -= 1
        task = self._new_task(account, order, now)
        submission.job_id = task.task_id
        self.journal.count(Happening.ACCEPTED)
        return json_reply({"task_id": task.task_id, "status": "CREATED"})

    def check_answer(self, key: str | None, check: Check, form: Form) -> Reply:
        """Answer a check without looking at planned faults (slow)."""
        try:
            self.arrive(key, Place.CHECK)
            return self.look(check, form)
        except ApiError as exc:
            return exc.reply()

    def look(self, check: Check, form: Form) -> Reply:
        """Answer a check that was let in (slow); raise ``ApiError``."""
        picture = checked_picture(form)
        if check is Check.CLOTHES:
            return json_reply(check_clothes(picture))
        if self._planned_codes:
            return json_reply(model_answer(self._planned_codes.popleft()))
        return json_reply(check_model(picture))

    def status_answer(self, key: str | None, task_id: str) -> Reply:
        """Answer a question about a task without looking at planned faults."""
        try:
            account = self.arrive(key, Place.STATUS)
        except ApiError as exc:
            return exc.reply()
        task = self._tasks.get(task_id)
        if task is None or task.key != account.key:
            return error_reply(ErrorName.NOT_FOUND, "There is no such task.")
        account.settle(self._clock.now())
        return json_reply(self._state(task))

    def find_picture(self, name: str, expires: str, signature: str) -> Task | None:
        """Return the task behind a signed address; None where the signature is wrong or too old."""
        task = self._tasks.get(name.removesuffix(".jpg"))
        if task is None or not hmac.compare_digest(signature.encode(), self._sign(task, expires).encode()):
            return None
        return task if self._clock.now() < float(expires) else None

    # Inside.

    def _count_call(self, account: Account, place: Place) -> None:
        now = self._clock.now()
        within = account.window.add(now)
        error = None if within else ErrorName.TOO_MANY_REQUESTS.value
        self.journal.calls.append(Call(now, account.key, place, error))
        if not within:
            window = account.window
            self.journal.violations.append(
                Violation(now, account.key, "requests", window.limit, window.count(now))
            )
            raise ApiError(ErrorName.TOO_MANY_REQUESTS)

    def _new_task(self, account: Account, order: Order, now: float) -> Task:
        fate = self.faults.take_fate()
        seconds = self._random.uniform(*(HD_DURATION if order.hd else NORMAL_DURATION))
        if fate.seconds is not None:
            seconds = fate.seconds
        self._next_id += self._random.randrange(1, 50)
        started_at = now + min(QUEUED, seconds / 2) / self._speed
        ends_at = now + seconds / self._speed
        task = Task(str(self._next_id), account.key, order, fate, now, started_at, ends_at)
        self._tasks[task.task_id] = task
        account.open_tasks.append(task)
        return task

    def _state(self, task: Task) -> dict[str, object]:
        now = self._clock.now()
        state: dict[str, object] = {"task_id": task.task_id, "status": "CREATED"}
        times: dict[str, object] = {"created_at": int(task.created_at)}
        if now < task.started_at:
            return state | {"progress": 0} | times
        times["started_at"] = int(task.started_at)
        if now < task.ends_at:
            is_odd = task.fate.kind is FateKind.UNKNOWN_STATE
            status = task.fate.state if is_odd else "PROCESSING"
            return state | {"status": status, "progress": task.progress(now)} | times
        times["completed_at"] = int(task.ends_at)
        if task.fate.kind is FateKind.FAIL:
            return state | {"status": "FAILED", "error": task.fate.message} | times
        return (
            state | {"status": "COMPLETED", "download_signed_url": self._url(task), "progress": 100} | times
        )

    def _url(self, task: Task) -> str | None:
        """Return an address that is good for a while, signed anew at every question."""
        if task.fate.kind is FateKind.EMPTY_OUTPUT:
            return None
        if task.fate.output_url is not None:
            return task.fate.output_url
        expires = str(math.ceil(self._clock.now() + SIGNED_SECONDS / self._speed))
        query = f"Expires={expires}&Signature={self._sign(task, expires)}"
        return f"{self._pictures_url}/{task.task_id}.jpg?{query}"

    def _sign(self, task: Task, expires: str) -> str:
        return hmac.new(self._secret, f"{task.task_id}:{expires}".encode(), hashlib.sha256).hexdigest()
