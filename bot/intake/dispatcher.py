"""Hand stored updates to the handlers: in order per person, again after a failure, none twice."""

import asyncio
import json
import sys
from collections import deque
from collections.abc import Coroutine, Sequence
from typing import Any, Protocol

import structlog

from bot.clock import Clock, wait_for_event
from bot.errors import AlreadyHandledError
from bot.intake.inbox import Inbox, Key, Payload, Taken, is_fast, queue_key
from bot.log import is_news
from storage.database import Database, Tx
from storage.errors import StorageError, StorageUnavailable
from storage.updates import StoredUpdate

log = structlog.get_logger(__name__)

WORKERS = 16
FAST_WORKERS = 32
MAX_WAITING = 2000
# Of one person; what comes beyond it waits in the database, so that nobody can use up the room of all.
MAX_OF_ONE = 100
RETRY_AFTER = (1.0, 5.0, 20.0)
# Two minutes and a half: a database that is restarted or moved costs nobody an answer.
OUTAGE_PAUSES = (1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 30.0, 60.0)
MAX_STARTS = 5
TAP_PATIENCE = 0.7
LOOK_SECONDS = 0.3
LOOK_ROWS = 500
# Each look reads again what waits, so the more waits, the longer the pause between looks.
PAUSE_PER_ROW = 0.0002
FULL_PAUSE = 2.0


class Reception(Protocol):
    """What the dispatcher needs of the handlers."""

    async def handle(self, update: Payload) -> None:
        """Handle one update completely; raise when it could not be."""
        ...

    async def apologise(self, update: Payload) -> None:
        """Tell the person that their update could not be handled."""
        ...

    async def quiet_tap(self, query_id: str) -> None:
        """Answer a tap with nothing, unless it was answered."""
        ...


class Dispatcher:
    """Hands stored updates to the handlers, in order per person."""

    def __init__(self, database: Database, clock: Clock, reception: Reception, *, bot_id: int) -> None:
        self._database = database
        self._clock = clock
        self._reception = reception
        self._bot_id = bot_id
        self._inbox = Inbox(database, clock, bot_id=bot_id)
        self._taken = Taken()
        self._queues: dict[Key, deque[StoredUpdate]] = {}
        self._left_out: dict[Key, int] = {}
        # Up to here the rows are of an earlier run.
        self._earlier = 0
        self._fetching: set[Key] = set()
        self._ready: asyncio.Queue[Key | None] = asyncio.Queue()
        self._waiting = 0
        self._room = asyncio.Event()
        self._room.set()
        self._fast_slots = asyncio.Semaphore(FAST_WORKERS)
        self._asides: set[asyncio.Task[None]] = set()
        self._workers: list[asyncio.Task[None]] = []
        self._stopping = False

    async def start(self) -> None:
        """Start the workers and take up what an earlier run left undone."""
        self._workers = [asyncio.create_task(self._work(), name=f"dispatcher-{n}") for n in range(WORKERS)]
        # What the first look shows is of an earlier run; what is newer, another process stored meanwhile.
        self._earlier = sys.maxsize
        self._earlier, is_all = await self._look()
        while not is_all:
            await self._room.wait()
            _, is_all = await self._look()

    async def stop(self, grace: float) -> None:
        """Let handlers that are at work finish within the grace; leave the rest in the database."""
        self._stopping = True
        for _ in self._workers:
            self._ready.put_nowait(None)
        tasks = {*self._workers, *self._asides}
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def store(self, updates: Sequence[tuple[int, str]]) -> None:
        """Store a batch and queue what was new; return when it is committed and there is room for more."""
        if updates:
            new = await self._inbox.store(updates)
            self._taken.begin_look()
            for stored in new:
                self._take(stored, json.loads(stored.payload))
        await self._room.wait()

    async def follow(self, arrived: asyncio.Event) -> None:
        """Take up what any process stores, at once when ``arrived`` is set, until cancelled."""
        in_trouble = False
        while True:
            arrived.clear()
            try:
                await self._look()
            except Exception as error:  # noqa: BLE001 - whatever it is, updates must go on being taken up
                if not in_trouble and is_news(error):
                    log.warning("stored updates can't be read for the moment", error=str(error))
                    in_trouble = True
            else:
                if in_trouble:
                    log.info("stored updates can be read again")
                in_trouble = False
            await self._clock.sleep(len(self._taken) * PAUSE_PER_ROW)
            await wait_for_event(self._clock, arrived, LOOK_SECONDS)
            if not self._room.is_set():
                # There is enough to do; reading the same long rest again and again would only slow it down.
                await self._clock.sleep(FULL_PAUSE)

    def has_more(self, chat_id: int, user_id: int) -> bool:
        """Return whether updates of this person in this chat wait or are being handled."""
        return (chat_id, user_id) in self._queues

    async def _look(self) -> tuple[int, bool]:
        """Take up everything undone while there is room; return the last row, and whether there was room.

        What Telegram wants answered within seconds is taken up even without.
        """
        self._taken.begin_look()
        last, full = 0, False
        # From the first row and in one snapshot: with several processes a row may become visible later than
        # one with a higher number, and must not be passed over by the next update of the same person.
        async with self._database.reading() as tx:
            while left := await self._undone(tx, last):
                last = left[-1].seq
                for stored in left:
                    # Once full, until the end: room that is found meanwhile would let a later one overtake.
                    full = full or self._waiting >= MAX_WAITING
                    self._see(stored, full=full)
        return last, not full

    def _see(self, stored: StoredUpdate, *, full: bool) -> None:
        if stored.seq in self._taken:
            return
        update: Payload = json.loads(stored.payload)
        if not full or is_fast(update):
            self._take(stored, update)

    async def _undone(self, tx: Tx, after: int) -> list[StoredUpdate]:
        return await tx.updates.undone(self._bot_id, limit=LOOK_ROWS, after_seq=after)

    def _take(self, stored: StoredUpdate, update: Payload) -> None:
        key = queue_key(update)
        if stored.seq in self._taken:
            return
        if not is_fast(update) and self._is_too_much(key):
            # Later ones as well, or they would overtake it.
            self._left_out[key] = self._left_out.get(key, 0) + 1
            return
        self._take_up(stored, update, key)

    def _is_too_much(self, key: Key) -> bool:
        return key in self._left_out or len(self._queues.get(key, ())) >= MAX_OF_ONE

    def _take_up(self, stored: StoredUpdate, update: Payload, key: Key) -> None:
        if not self._taken.take(stored.seq):
            return
        if is_fast(update):
            self._aside(self._fast(stored, update))
            return
        if "callback_query" in update:
            self._aside(self._quiet_tap_soon(str(update["callback_query"]["id"])))
        queue = self._queues.get(key)
        if queue is None:
            self._queues[key] = deque((stored,))
            self._ready.put_nowait(key)
        else:
            queue.append(stored)
        self._waiting += 1
        if self._waiting >= MAX_WAITING:
            self._room.clear()

    async def _work(self) -> None:
        while True:
            key = await self._ready.get()
            if key is None or self._stopping:
                return
            queue = self._queues[key]
            stored = queue[0]
            try:
                await self._conclude(stored, json.loads(stored.payload))
            finally:
                queue.popleft()
                self._waiting -= 1
                if self._waiting < MAX_WAITING:
                    self._room.set()
                if queue:
                    self._ready.put_nowait(key)
                else:
                    del self._queues[key]
                    if key in self._left_out and key not in self._fetching:
                        self._aside(self._fetch_left_out(key))

    async def _fetch_left_out(self, key: Key) -> None:
        """Take up, in order, what was left in the database of a person whose queue is empty now."""
        self._fetching.add(key)
        while key in self._left_out and key not in self._queues and not self._stopping:
            so_far = self._left_out[key]
            try:
                is_all = await self._fetch_from_start(key)
            except StorageError as error:
                if is_news(error):
                    log.warning("updates left for later can't be read", error=str(error))
                await self._clock.sleep(FULL_PAUSE)
                continue
            if is_all and self._left_out[key] == so_far:
                del self._left_out[key]
        self._fetching.discard(key)

    async def _fetch_from_start(self, key: Key) -> bool:
        """Fill one person's queue from the database; return whether nothing of theirs is left there."""
        after = 0
        async with self._database.reading() as tx:
            while left := await self._undone(tx, after):
                after = left[-1].seq
                for stored in left:
                    update: Payload = json.loads(stored.payload)
                    if queue_key(update) == key and not is_fast(update):
                        if len(self._queues.get(key, ())) >= MAX_OF_ONE:
                            return False
                        self._take_up(stored, update, key)
        return True

    async def _fast(self, stored: StoredUpdate, update: Payload) -> None:
        async with self._fast_slots:
            await self._conclude(stored, update)

    async def _quiet_tap_soon(self, query_id: str) -> None:
        await self._clock.sleep(TAP_PATIENCE)
        await self._reception.quiet_tap(query_id)

    async def _conclude(self, stored: StoredUpdate, update: Payload) -> None:
        # Where the end could not be noted, the number is kept: a look would show the update as undone.
        if not await self._may_start(stored) or await self._handle(stored, update):
            self._taken.end(stored.seq)

    async def _handle(self, stored: StoredUpdate, update: Payload) -> bool:
        """Try until it works or the tries are used up; return whether the end is in the database."""
        faults, outages = iter(RETRY_AFTER), iter(OUTAGE_PAUSES)
        wait: float | None = 0.0
        while wait is not None:
            await self._clock.sleep(wait)
            try:
                await self._reception.handle(update)
            except AlreadyHandledError:
                return True
            except StorageUnavailable as error:
                # No fault of the update, and nothing was changed: it waits until the database is back.
                if is_news(error):
                    log.warning(
                        "an update waits for the database", update_id=stored.update_id, problem=str(error)
                    )
                wait = next(outages, None)
            except Exception:
                log.exception("handling an update failed", update_id=stored.update_id)
                wait = next(faults, None)
            else:
                return await self._finish(stored, done=True)
        noted = await self._finish(stored, done=False)
        try:
            await self._reception.apologise(update)
        except Exception:
            # Whatever is odd about this update, it must not end the worker that serves everybody.
            log.exception("apologising failed", update_id=stored.update_id)
        return noted

    async def _finish(self, stored: StoredUpdate, *, done: bool) -> bool:
        """Note the end, however long the database is away; return whether it is noted.

        An update that can't be handled keeps its payload for the operator.
        """
        for wait in (0.0, *OUTAGE_PAUSES):
            await self._clock.sleep(wait)
            try:
                await self._note_end(stored.update_id, done=done)
            except StorageUnavailable as error:
                if is_news(error):
                    log.warning("an end can't be noted yet", update_id=stored.update_id, problem=str(error))
            except Exception:
                log.exception("noting the end of an update failed", update_id=stored.update_id)
                return False
            else:
                return True
        return False

    async def _note_end(self, update_id: int, *, done: bool) -> None:
        async with self._database.transaction() as tx:
            if done:
                await tx.updates.mark_done(self._bot_id, update_id, self._clock.now())
            else:
                await tx.updates.set_aside(self._bot_id, update_id, self._clock.now())

    async def _may_start(self, stored: StoredUpdate) -> bool:
        """Count the start of what an earlier run left; set aside what brought the program down several times.

        What only waited behind such an update is not blamed for it.
        """
        if stored.seq > self._earlier:
            return True
        try:
            async with self._database.transaction() as tx:
                starts = await tx.updates.count_attempt(self._bot_id, stored.update_id)
                if starts <= MAX_STARTS:
                    return True
                await tx.updates.set_aside(self._bot_id, stored.update_id, self._clock.now())
        except StorageError as error:
            if is_news(error):
                log.warning("the start of an update can't be counted", error=str(error))
            return True
        log.error("set an update aside", update_id=stored.update_id, starts=starts)
        return False

    def _aside(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(coroutine)
        self._asides.add(task)
        task.add_done_callback(self._asides.discard)
