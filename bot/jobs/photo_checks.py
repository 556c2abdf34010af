"""Looking at photos before anything is paid: worth a call only where nobody's picture has to wait for it.

Where a provider counts all calls in one window, a check takes a place there for a minute. So it is made only
while nobody waits for that key, and while the window has room for all the polls that are promised and for the
next few jobs as well. Otherwise, and when no answer comes soon, there is no advice; nothing depends on it.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from bot.clock import wait_for_event
from bot.jobs.backoff import backoff
from bot.jobs.crew import Crew, Kind
from bot.jobs.floor import Floor
from bot.jobs.keys import KeyState
from bot.jobs.tenure import Tenure
from bot.providers.base import GarmentCheck, NoAnswer, PersonCheck, PhotoChecks, Picture, Trouble

FoundT = TypeVar("FoundT", PersonCheck, GarmentCheck)

# Somebody looks at the screen; later than this the advice would come in the middle of the next question.
ANSWER_SECONDS = 4.0
# A check that was given up may be counted by the server until its deadline at the latest.
_COUNTED_LATE = 20.0
_FIRST_PAUSE = 5.0
_LONGEST_PAUSE = 120.0


class CheckCalls:
    """Makes checks with any key whose provider offers them, below everything else in priority."""

    def __init__(self, floor: Floor, tenure: Tenure, crew: Crew) -> None:
        self._floor = floor
        self._tenure = tenure
        self._crew = crew
        self._not_before: dict[tuple[str, str], float] = {}
        self._failures: dict[tuple[str, str], int] = {}

    async def check_person(self, picture: Picture) -> PersonCheck | None:
        """Return what a provider thinks of a person's photo, or None if it can't be asked or is slow."""
        return await self._check(lambda checks: checks.check_person(picture))

    async def check_garment(self, picture: Picture) -> GarmentCheck | None:
        """Return what a provider sees on a garment's photo, or None if it can't be asked or is slow."""
        return await self._check(lambda checks: checks.check_garment(picture))

    async def _check(
        self, ask: Callable[[PhotoChecks], Coroutine[Any, Any, FoundT | NoAnswer]]
    ) -> FoundT | None:
        key = self._free_key()
        if key is None or key.checks is None:
            return None
        is_over = asyncio.Event()
        outcome: FoundT | NoAnswer = NoAnswer(Trouble.CONNECTION, "no answer in time")
        key.reads.start()
        call = self._crew.start(Kind.FREE, ask(key.checks))
        call.add_done_callback(lambda _: is_over.set())
        try:
            await wait_for_event(self._tenure.clock, is_over, ANSWER_SECONDS)
            if call.done() and not call.cancelled() and call.exception() is None:
                outcome = call.result()
        finally:
            call.cancel()
            is_lost = isinstance(outcome, NoAnswer) and outcome.trouble is Trouble.CONNECTION
            key.reads.finish(self._tenure.clock.now(), late=_COUNTED_LATE if is_lost else 0.0)
        self._learn(key, outcome)
        return None if isinstance(outcome, NoAnswer) else outcome

    def _free_key(self) -> KeyState | None:
        now = self._tenure.clock.now()
        return next((key for key in self._floor.keys if self._may_check(key, now)), None)

    def _may_check(self, key: KeyState, now: float) -> bool:
        if key.checks is None or now < self._not_before.get(key.name, now):
            return False
        is_awaited = any(key.can(waiting.need) for waiting in self._floor.waiting.values())
        return not is_awaited and key.may_check(now)

    def _learn(self, key: KeyState, outcome: PersonCheck | GarmentCheck | NoAnswer) -> None:
        """Leave a provider alone for a while whose checks don't answer: nobody should wait for nothing."""
        if not isinstance(outcome, NoAnswer):
            self._failures.pop(key.name, None)
            return
        now = self._tenure.clock.now()
        failures = self._failures[key.name] = self._failures.get(key.name, 0) + 1
        pause = backoff(failures, first=_FIRST_PAUSE, longest=_LONGEST_PAUSE, chance=self._tenure.chance)
        self._not_before[key.name] = now + max(pause, outcome.retry_after or 0.0)
        if outcome.trouble is Trouble.RATE:
            key.told_to_slow_down(now, key.reads, outcome.retry_after)
