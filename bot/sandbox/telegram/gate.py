"""Every call passes here: it is written down, and on request it fails, waits or gets lost.

A call has two moments: `before` Telegram accepts it, and `after` it changed the chat while nobody has an
answer yet.
"""

import asyncio
import hashlib
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.sandbox.telegram.params import Params

MAX_RECORDED_CALLS = 5_000
LONGEST_RECORDED_TEXT = 5_000
ANY_METHOD = "*"
ALWAYS = 1_000_000_000


class CallState(StrEnum):
    """How far a call came."""

    ARRIVED = "arrived"
    HELD = "held"
    ACCEPTED = "accepted"
    ANSWERED = "answered"
    REFUSED = "refused"
    LOST = "lost"


class Moment(StrEnum):
    """When a fault strikes."""

    BEFORE = "before"
    AFTER = "after"


class FaultKind(StrEnum):
    """What a fault does."""

    FAIL = "fail"
    DELAY = "delay"
    CLOSE = "close"
    HOLD = "hold"


@dataclass(slots=True, kw_only=True)
class RecordedCall:
    """One call as it came and what became of it; uploads are kept as name, size and SHA-256."""

    number: int
    method: str
    bot_id: int
    params: Mapping[str, Any]
    uploads: Mapping[str, Mapping[str, Any]]
    arrived_at: float
    state: CallState = CallState.ARRIVED
    status: int | None = None
    description: str | None = None
    result: Any = None

    def as_json(self) -> dict[str, Any]:
        """Return the call for the control API."""
        return {
            "number": self.number,
            "method": self.method,
            "bot_id": self.bot_id,
            "params": dict(self.params),
            "uploads": {name: dict(one) for name, one in self.uploads.items()},
            "arrived_at": self.arrived_at,
            "state": self.state.value,
            "status": self.status,
            "description": self.description,
            "result": self.result,
        }


@dataclass(slots=True, kw_only=True, eq=False)
class Fault:
    """Something that will go wrong with the next `times` calls of a method."""

    id: int
    kind: FaultKind
    method: str
    moment: Moment = Moment.BEFORE
    times: int = 1
    chat_id: int | None = None
    seconds: float = 0.0
    status: int = 500
    description: str = "Internal Server Error"
    retry_after: int | None = None
    page: str | None = None
    held: list[RecordedCall] = field(default_factory=list)
    _released: asyncio.Event = field(default_factory=asyncio.Event)
    _struck: asyncio.Event = field(default_factory=asyncio.Event)

    async def arrived(self, seconds: float = 30.0) -> RecordedCall:
        """Wait until this fault holds a call and return it; TimeoutError."""
        async with asyncio.timeout(seconds):
            await self._struck.wait()
        return self.held[0]

    def release(self) -> None:
        """Let the held calls go on, and later ones pass."""
        self.times = 0
        self._released.set()

    async def hold(self, call: RecordedCall, gone: asyncio.Event) -> bool:
        """Keep a call until it is released (True) or its caller hangs up (False)."""
        before, call.state = call.state, CallState.HELD
        self.held.append(call)
        self._struck.set()
        await _first_of(self._released.wait(), gone.wait())
        if gone.is_set() and not self._released.is_set():
            return False
        call.state = before
        return True

    def as_json(self) -> dict[str, Any]:
        """Return the fault for the control API."""
        return {
            "id": self.id,
            "kind": self.kind.value,
            "method": self.method,
            "when": self.moment.value,
            "times": self.times,
            "chat_id": self.chat_id,
            "seconds": self.seconds,
            "status": self.status,
            "description": self.description,
            "retry_after": self.retry_after,
            "page": self.page,
            "held": [call.number for call in self.held],
        }


class Gate:
    """The faults waiting to strike and the calls seen so far."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._faults: dict[int, Fault] = {}
        self._next_fault = 1
        self._next_call = 1
        self._calls: deque[RecordedCall] = deque(maxlen=MAX_RECORDED_CALLS)
        self._arrival = asyncio.Condition()

    def fail(
        self,
        method: str,
        *,
        status: int = 500,
        description: str = "Internal Server Error",
        retry_after: int | None = None,
        page: str | None = None,
        times: int = 1,
        chat_id: int | None = None,
        moment: Moment = Moment.BEFORE,
    ) -> Fault:
        """Refuse the next calls with this answer; with Moment.AFTER they are carried out all the same.

        A `page` is sent as HTML instead of Telegram's JSON.
        """
        return self.order(
            kind=FaultKind.FAIL,
            method=method,
            moment=moment,
            times=times,
            chat_id=chat_id,
            status=status,
            description=description,
            retry_after=retry_after,
            page=page,
        )

    def delay(self, method: str, seconds: float, *, times: int = 1, moment: Moment = Moment.BEFORE) -> Fault:
        """Let the next calls take longer, in real seconds."""
        return self.order(kind=FaultKind.DELAY, method=method, moment=moment, times=times, seconds=seconds)

    def close(self, method: str, moment: Moment, *, times: int = 1, chat_id: int | None = None) -> Fault:
        """Cut the connection of the next calls; with Moment.AFTER they were carried out all the same."""
        return self.order(kind=FaultKind.CLOSE, method=method, moment=moment, times=times, chat_id=chat_id)

    def hold(self, method: str, moment: Moment, *, times: int = 1, chat_id: int | None = None) -> Fault:
        """Keep the next calls waiting until `release()`; who hangs up before acceptance never called."""
        return self.order(kind=FaultKind.HOLD, method=method, moment=moment, times=times, chat_id=chat_id)

    def faults(self) -> list[Fault]:
        """Return all faults that were ordered and not removed."""
        return list(self._faults.values())

    def fault(self, fault_id: int) -> Fault | None:
        """Return one fault."""
        return self._faults.get(fault_id)

    def remove(self, fault: Fault) -> None:
        """Forget a fault and release what it holds."""
        fault.release()
        self._faults.pop(fault.id, None)

    def clear(self) -> None:
        """Forget all faults."""
        for fault in self.faults():
            self.remove(fault)

    def strike(self, call: RecordedCall, moment: Moment) -> Fault | None:
        """Return the fault that hits this call now, using one of its times up."""
        for fault in self._faults.values():
            if fault.times > 0 and fault.moment is moment and _concerns(fault, call):
                fault.times -= 1
                return fault
        return None

    async def record(self, method: str, bot_id: int, params: Params) -> RecordedCall:
        """Write a call down as it arrives."""
        call = RecordedCall(
            number=self._next_call,
            method=method,
            bot_id=bot_id,
            params={name: _shortened(value) for name, value in params.values.items()},
            uploads={
                name: {
                    "name": one.name,
                    "size": len(one.data),
                    "sha256": hashlib.sha256(one.data).hexdigest(),
                }
                for name, one in params.uploads.items()
            },
            arrived_at=self._now(),
        )
        self._next_call += 1
        self._calls.append(call)
        await self.tell()
        return call

    async def tell(self) -> None:
        """Wake whoever waits for a call to arrive or to get further."""
        async with self._arrival:
            self._arrival.notify_all()

    def calls(self, method: str = ANY_METHOD, *, since: int = 0) -> list[RecordedCall]:
        """Return the recorded calls of a method with a number above `since`, oldest first."""
        wanted = method.lower()
        return [
            call
            for call in self._calls
            if call.number > since and wanted in {ANY_METHOD, call.method.lower()}
        ]

    async def wait_for_calls(
        self,
        method: str,
        *,
        count: int = 1,
        since: int = 0,
        state: CallState | None = None,
        seconds: float = 30.0,
    ) -> list[RecordedCall]:
        """Wait until so many calls came (and reached a state) and return them; TimeoutError."""

        def found() -> list[RecordedCall]:
            calls = self.calls(method, since=since)
            return [call for call in calls if state is None or call.state is state]

        async with asyncio.timeout(seconds), self._arrival:
            await self._arrival.wait_for(lambda: len(found()) >= count)
            return found()

    def order(self, **fields: Any) -> Fault:  # noqa: ANN401 - the fields of Fault, checked there
        """Order a fault by its fields."""
        fault = Fault(id=self._next_fault, **fields)
        self._next_fault += 1
        self._faults[fault.id] = fault
        return fault


def _concerns(fault: Fault, call: RecordedCall) -> bool:
    if fault.method.lower() not in {ANY_METHOD, call.method.lower()}:
        return False
    return fault.chat_id is None or str(call.params.get("chat_id")) == str(fault.chat_id)


def _shortened(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, str) and len(value) > LONGEST_RECORDED_TEXT:
        return value[:LONGEST_RECORDED_TEXT] + "…"
    return value


async def _first_of(*things: Any) -> None:  # noqa: ANN401 - coroutines of any result
    tasks = [asyncio.ensure_future(one) for one in things]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
