"""Which job goes to a provider next, and with which key."""

import math

from bot.jobs.backoff import backoff
from bot.jobs.floor import Floor, Waiting
from bot.jobs.keys import KeyState
from bot.jobs.tenure import Tenure

_FIRST_PAUSE = 2.0
_LONGEST_PAUSE = 20.0


class Choosing:
    """Joins the fair queue with the keys that are free."""

    def __init__(self, floor: Floor, tenure: Tenure) -> None:
        self._floor = floor
        self._tenure = tenure

    def next(self, now: float) -> tuple[Waiting, KeyState] | None:
        """Return who is next among those who are ready, and the key to use; None if that is nobody now.

        Somebody whose photos are still being fetched loses no turn: the next who is ready goes first.
        """
        free = [key for key in self._floor.keys if key.free_at(now) <= now]
        if not free:
            return None
        for job_id in self._floor.queue.order():
            waiting = self._floor.waiting[job_id]
            if waiting.pictures is None or waiting.not_before > now:
                continue
            if not self._may_try_another(waiting):
                # Those that were left to try have stopped meanwhile.
                waiting.tried.clear()
            able = [key for key in free if key.can(waiting.need) and key.name not in waiting.tried]
            for key in sorted(able, key=lambda key: (key.running(), key.submits.used(now))):
                if key.has_room(waiting.need, now):
                    return waiting, key
                # Kept for this one: a job that asks for less would take its room again and again.
                free.remove(key)
        return None

    def next_at(self, now: float) -> float:
        """Return when a key becomes free or a pause ends, as far as that is only a matter of time."""
        ready = [waiting for waiting in self._floor.waiting.values() if waiting.pictures is not None]
        if not ready:
            return math.inf
        pauses = [waiting.not_before for waiting in ready if waiting.not_before > now]
        frees = [at for key in self._floor.keys if (at := self._free_at(key, now)) > now]
        return min([*pauses, *frees], default=math.inf)

    def _free_at(self, key: KeyState, now: float) -> float:
        at = key.free_at(now)
        # Free, but with too little room for whoever is next.
        return key.submits.next_release(now) if at <= now and key.sharing is not None else at

    def pause(self, waiting: Waiting, key: KeyState) -> None:
        """Let another key try at once; when all were tried, wait and begin again with any of them."""
        waiting.tried.add(key.name)
        if self._may_try_another(waiting):
            return
        waiting.tried.clear()
        waiting.setbacks += 1
        waiting.not_before = self._tenure.clock.now() + backoff(
            waiting.setbacks, first=_FIRST_PAUSE, longest=_LONGEST_PAUSE, chance=self._tenure.chance
        )

    def _may_try_another(self, waiting: Waiting) -> bool:
        return any(
            key.is_usable and key.can(waiting.need) and key.name not in waiting.tried
            for key in self._floor.keys
        )
