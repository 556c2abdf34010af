"""The outgoing gate: every call to Telegram passes here, since the bot object itself asks it.

Telegram's own limits: one message a second in a chat with short bursts, 20 a minute in a group, 30 a second
in all. Answers to taps and queries, ``getFile`` and the like never wait. Within a chat answers go before
pictures before notices before progress; between chats who waits longest goes first, with a head start by
priority, so that nothing starves. A 429 closes the chat that it came from and no other.
"""

import asyncio
import contextlib
import math
import os
from collections import deque
from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from telegram.error import RetryAfter, TelegramError
from telegram.ext import BaseRateLimiter

from bot.chat.pace import Pace
from bot.clock import Clock, wait_for_event

# The library warns at every RetryAfter unless its seconds are asked for as a timedelta.
os.environ.setdefault("PTB_TIMEDELTA", "1")

OVERALL = (30, 1.0)
PRIVATE = (5, 5.0)
GROUP = (20, 60.0)
# Progress leaves room for what matters more: a group with this many messages in a minute gets none.
PROGRESS_PLACES = {True: 6, False: 2}

_FLOOD_MARGIN = 0.1
_LONGEST_SLEEP = 60.0
_MANY_LANES = 256


class Priority(IntEnum):
    """What a message is; the smaller, the sooner it goes."""

    ANSWER = 0
    PICTURE = 1
    NOTICE = 2
    PROGRESS = 3


# Seconds: how long something waits here before its caller hears that it was not sent, and the head start that
# more important things have when all of Telegram's 30 a second are in use.
PATIENCE = {Priority.ANSWER: 15.0, Priority.PICTURE: 15.0, Priority.NOTICE: 15.0, Priority.PROGRESS: 5.0}
SLACK = {Priority.ANSWER: 0.0, Priority.PICTURE: 10.0, Priority.NOTICE: 20.0, Priority.PROGRESS: 60.0}


@dataclass(frozen=True, slots=True)
class Turn:
    """What a call tells the gate; by its ``key`` it can be withdrawn while it waits."""

    priority: Priority = Priority.ANSWER
    key: Hashable | None = None


class HeldBackError(TelegramError):
    """The call was certainly not sent; it may be tried again after ``seconds``."""

    def __init__(self, seconds: float) -> None:
        super().__init__("held back by the outgoing gate")
        self.seconds = seconds


class _Weight(IntEnum):
    FREE = 0
    LIGHT = 1
    MESSAGE = 2


_Chat = int | str | None
_Callback = Callable[..., Coroutine[Any, Any, "bool | dict[str, Any] | list[dict[str, Any]]"]]


@dataclass(slots=True, eq=False)
class _Waiter:
    """A call that waits for its turn."""

    lane: "_Lane"
    turn: Turn
    weight: _Weight
    since: float
    deadline: float
    granted: asyncio.Future[None]

    @property
    def due(self) -> float:
        return self.since + SLACK[self.turn.priority]

    def step_aside(self) -> None:
        """Leave the queue, if it still stands there."""
        with contextlib.suppress(ValueError):
            self.lane.queues[self.turn.priority].remove(self)

    def refuse(self, seconds: float) -> None:
        """Tell the caller that the call was not made."""
        self.step_aside()
        if not self.granted.done():
            self.granted.set_exception(HeldBackError(seconds))


@dataclass(slots=True, eq=False)
class _Lane:
    """One chat."""

    is_group: bool
    pace: Pace
    closed_until: float = -math.inf
    queues: tuple[deque[_Waiter], ...] = field(default_factory=lambda: tuple(deque() for _ in Priority))

    def head(self) -> _Waiter | None:
        return next((queue[0] for queue in self.queues if queue), None)

    def waiting(self) -> list[_Waiter]:
        return [waiter for queue in self.queues for waiter in queue]

    def free_at(self, waiter: _Waiter, now: float) -> float:
        """Return when this chat would let a call pass."""
        if waiter.weight is _Weight.LIGHT:
            return max(now, self.closed_until)
        progress = waiter.turn.priority is Priority.PROGRESS
        places = PROGRESS_PLACES[self.is_group] if progress else None
        return max(self.closed_until, self.pace.free_at(now, places))

    def is_idle(self, now: float) -> bool:
        return not any(self.queues) and not self.pace.used(now) and self.closed_until <= now


class Gate(BaseRateLimiter[Turn]):
    """Lets calls to Telegram pass at Telegram's pace."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._overall = Pace(*OVERALL)
        self._lanes: dict[_Chat, _Lane] = {}
        self._keyed: dict[Hashable, _Waiter] = {}
        self._changed = asyncio.Event()
        self._pump: asyncio.Task[None] | None = None
        self._many = _MANY_LANES

    async def initialize(self) -> None:
        """Do nothing: the gate works whenever something waits."""

    async def shutdown(self) -> None:
        """Tell everybody who waits that their call was not sent."""
        for lane in self._lanes.values():
            for waiter in lane.waiting():
                waiter.refuse(0.0)
        if self._pump is not None:
            self._pump.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._pump

    def withdraw(self, key: Hashable) -> None:
        """Take back a call that still waits; its caller gets ``HeldBackError``."""
        waiter = self._keyed.get(key)
        if waiter is not None:
            waiter.refuse(0.0)

    async def process_request(
        self,
        callback: _Callback,
        args: Any,  # noqa: ANN401 - the library's own signature
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Turn | None,
    ) -> bool | dict[str, Any] | list[dict[str, Any]]:
        """Make one call at its turn; after a 429 an answer to a person is tried again here, nothing else is.

        Raises:
            HeldBackError: no turn came in time.
        """
        weight = _weigh(endpoint, data)
        if weight is _Weight.FREE:
            return await callback(*args, **kwargs)
        turn = rate_limit_args or Turn()
        until = self._clock.now() + PATIENCE[turn.priority]
        while True:
            lane = self._lane(data.get("chat_id"))
            await self._admit(lane, turn, weight, until)
            try:
                return await callback(*args, **kwargs)
            except RetryAfter as flood:
                reopens = self._close(data.get("chat_id"), seconds_of(flood))
                if turn.priority is not Priority.ANSWER or reopens > until:
                    raise
            finally:
                self._leave(lane, weight)

    def _lane(self, chat: _Chat) -> _Lane:
        lane = self._lanes.get(chat)
        if lane is None:
            if len(self._lanes) >= self._many:
                self._forget_idle()
            # Groups and channels have negative ids or @names; a call without a chat edits an inline message.
            is_group = isinstance(chat, str) or (chat is not None and chat < 0)
            lane = self._lanes[chat] = _Lane(is_group, Pace(*(GROUP if is_group else PRIVATE)))
        return lane

    def _forget_idle(self) -> None:
        now = self._clock.now()
        self._lanes = {chat: lane for chat, lane in self._lanes.items() if not lane.is_idle(now)}
        self._many = max(_MANY_LANES, 2 * len(self._lanes))

    async def _admit(self, lane: _Lane, turn: Turn, weight: _Weight, until: float) -> None:
        """Return when the call may be made; every return is followed by one ``_leave``."""
        now = self._clock.now()
        waiter = _Waiter(lane, turn, weight, now, until, asyncio.get_running_loop().create_future())
        # Only answers wait in a closed chat; the rest comes back, and other chats get its room meanwhile.
        limit = until if turn.priority is Priority.ANSWER else now
        if lane.closed_until > limit or self._is_too_busy(lane, waiter, now):
            raise HeldBackError(max(0.0, lane.closed_until - now))
        lane.queues[turn.priority].append(waiter)
        if turn.key is not None:
            self._keyed[turn.key] = waiter
        self._grant()
        if not waiter.granted.done():
            self._changed.set()
            if self._pump is None or self._pump.done():
                self._pump = asyncio.create_task(self._run(), name="outgoing-gate")
        try:
            await waiter.granted
        except asyncio.CancelledError:
            waiter.step_aside()
            if not waiter.granted.cancelled() and waiter.granted.exception() is None:
                self._leave(lane, weight)
            raise
        finally:
            if turn.key is not None and self._keyed.get(turn.key) is waiter:
                del self._keyed[turn.key]

    @staticmethod
    def _is_too_busy(lane: _Lane, waiter: _Waiter, now: float) -> bool:
        """Return whether progress is not worth waiting: nobody misses it in a busy group."""
        is_progress = waiter.turn.priority is Priority.PROGRESS
        return is_progress and lane.is_group and lane.free_at(waiter, now) > now

    def _close(self, chat: _Chat, seconds: float) -> float:
        """Close a chat after a 429 and return when it opens; all but answers are told to come back then."""
        lane = self._lane(chat)
        lane.closed_until = self._clock.now() + seconds + _FLOOD_MARGIN
        for waiter in lane.waiting():
            if waiter.turn.priority is not Priority.ANSWER:
                waiter.refuse(seconds + _FLOOD_MARGIN)
        return lane.closed_until

    def _leave(self, lane: _Lane, weight: _Weight) -> None:
        now = self._clock.now()
        self._overall.finish(now)
        if weight is _Weight.MESSAGE:
            lane.pace.finish(now)
        self._changed.set()

    def _grant(self) -> None:
        """Let everybody pass whose turn it is."""
        now = self._clock.now()
        while self._overall.free_at(now) <= now:
            ready = [
                waiter
                for lane in self._lanes.values()
                if (waiter := lane.head()) is not None and lane.free_at(waiter, now) <= now
            ]
            if not ready:
                return
            self._let_pass(min(ready, key=lambda one: (one.due, one.since)))

    def _let_pass(self, waiter: _Waiter) -> None:
        waiter.step_aside()
        if waiter.granted.done():
            return
        self._overall.start()
        if waiter.weight is _Weight.MESSAGE:
            waiter.lane.pace.start()
        waiter.granted.set_result(None)

    async def _run(self) -> None:
        """Work as long as somebody waits."""
        while True:
            self._changed.clear()
            now = self._clock.now()
            self._refuse_late(now)
            self._grant()
            wake_at = self._wake_at(now)
            if wake_at is None:
                return
            await wait_for_event(self._clock, self._changed, min(_LONGEST_SLEEP, wake_at - now))

    def _refuse_late(self, now: float) -> None:
        for lane in self._lanes.values():
            for waiter in lane.waiting():
                if waiter.deadline <= now:
                    free_at = lane.free_at(waiter, now)
                    waiter.refuse(free_at - now if math.isfinite(free_at) else 1.0)

    def _wake_at(self, now: float) -> float | None:
        """Return when something can happen next; None when nobody waits."""
        times: list[float] = []
        for lane in self._lanes.values():
            head = lane.head()
            if head is not None:
                times.append(max(lane.free_at(head, now), self._overall.free_at(now)))
                times += [waiter.deadline for waiter in lane.waiting()]
        return min(times, default=None)


def seconds_of(flood: RetryAfter) -> float:
    """Return a 429's wait in seconds, whichever way the library tells it."""
    wait = flood.retry_after
    return float(wait) if isinstance(wait, int | float) else wait.total_seconds()


def _weigh(endpoint: str, data: dict[str, Any]) -> _Weight:
    """Return what a call weighs: only what puts something into a chat has to wait."""
    into_chat = "chat_id" in data or "inline_message_id" in data
    if not into_chat or endpoint.startswith(("get", "answer")):
        return _Weight.FREE
    message = endpoint.startswith(("send", "edit", "copy", "forward")) and endpoint != "sendChatAction"
    return _Weight.MESSAGE if message else _Weight.LIGHT
