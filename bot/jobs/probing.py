"""Finding out, without risking money, whether a key that was stopped works again."""

import logging
import math

from bot.jobs.attempts import Telling
from bot.jobs.floor import Floor
from bot.jobs.keys import Halt, KeyState
from bot.jobs.submitting import halt_telling
from bot.jobs.tenure import Tenure
from bot.providers.base import Balance, NoAnswer, Trouble
from storage.database import Tx

_log = logging.getLogger(__name__)

_COUNTED_LATE = 5.0


class Probing:
    """Asks for the balance of stopped keys now and then.

    ``NoAnswer(NOT_FOUND)`` means that the provider can't tell a balance: then a single paid call finds out,
    which costs nothing while it is refused.
    """

    def __init__(self, floor: Floor, tenure: Tenure) -> None:
        self._floor = floor
        self._tenure = tenure

    def due(self, now: float) -> tuple[list[KeyState], float]:
        """Return the keys to probe now, and when to look again."""
        chosen: list[KeyState] = []
        look_again = math.inf
        for key in self._floor.keys:
            at = max(key.probe_at, key.reads.free_at(now)) if math.isfinite(key.probe_at) else math.inf
            if at <= now:
                chosen.append(key)
            else:
                look_again = min(look_again, at)
        return chosen, look_again

    async def probe(self, key: KeyState) -> None:
        """Ask once, with the key marked as being probed and the call as started."""
        late = _COUNTED_LATE
        try:
            outcome = await key.provider.balance()
            late = 0.0
        except Exception:  # noqa: BLE001 - the next probe has to come whatever happens
            _log.exception("a balance call raised")
            outcome = NoAnswer(Trouble.ODD_ANSWER, "the call raised")
        finally:
            key.reads.finish(self._tenure.clock.now(), late=late)
        await self._act(key, outcome)

    async def _act(self, key: KeyState, outcome: Balance | NoAnswer) -> None:
        now = self._tenure.clock.now()
        can_tell = not (isinstance(outcome, NoAnswer) and outcome.trouble is Trouble.NOT_FOUND)
        if not can_tell or (isinstance(outcome, Balance) and outcome.available > 0):
            self._resume(key, for_sure=can_tell)
            return
        if isinstance(outcome, Balance):
            # The provider answers, so it is not out of order; there is just nothing to spend.
            key.circuit.read_well()
            if key.halt is not None:
                key.stop(now, Halt.OUT_OF_CREDITS)
        elif outcome.trouble is Trouble.KEY:
            is_news = key.halt is not Halt.REFUSED
            key.stop(now, Halt.REFUSED)
            if is_news:
                await self._tell(halt_telling(key, Halt.REFUSED))
        else:
            key.still_stopped(now)
            if key.circuit.is_open:
                key.circuit.probe_failed(now)

    async def _tell(self, telling: Telling) -> None:
        async def change(tx: Tx) -> None:
            await telling.write(tx, self._tenure)

        await self._tenure.write(change)
        self._tenure.wake_notices()

    def _resume(self, key: KeyState, *, for_sure: bool) -> None:
        if key.halt is not None:
            _log.info("%s takes jobs again with key %s", *key.name)
        key.resume(for_sure=for_sure)
        key.circuit.read_well()
