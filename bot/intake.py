"""Updates on their way in: stored first, then handled in order per person, never lost.

An update is confirmed to Telegram only after it is in the ``updates`` table. A handler marks it done in the
transaction of its change; what is undone after a crash is handled again at the next start. Each person in
each chat has a queue of their own in front of a fixed number of workers, so that one flooded chat delays no
other. Answers that Telegram wants within seconds (payments, inline queries) do not queue at all.
"""

import asyncio
import json
from collections import deque
from collections.abc import Coroutine, Sequence
from typing import Any, Protocol

import structlog

from bot.clock import Clock
from bot.errors import AlreadyHandledError
from storage.database import Database
from storage.updates import StoredUpdate

log = structlog.get_logger(__name__)

Payload = dict[str, Any]
Key = tuple[int, int]

WORKERS = 16
FAST_WORKERS = 32
MAX_WAITING = 2000
RETRY_AFTER = (1.0, 5.0, 20.0)
MAX_STARTS = 5
TAP_PATIENCE = 0.7
POLL_SECONDS = 25
POLL_PAUSE = 2.0
FAST_KINDS = ("pre_checkout_query", "inline_query", "chosen_inline_result", "shipping_query")


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


def queue_key(update: Payload) -> Key:
    """Return the chat and the person an update belongs to; zeros where it has none."""
    for name, value in update.items():
        if not isinstance(value, dict):
            continue
        message = value.get("message") if name == "callback_query" else value
        chat = (message or {}).get("chat") or {}
        sender = value.get("from") or value.get("sender_chat") or {}
        return int(chat.get("id", 0)), int(sender.get("id", 0))
    return 0, 0


class Dispatcher:
    """Hands stored updates to the handlers, in order per person."""

    def __init__(self, database: Database, clock: Clock, reception: Reception, *, bot_id: int) -> None:
        self._database = database
        self._clock = clock
        self._reception = reception
        self._bot_id = bot_id
        self._queues: dict[Key, deque[StoredUpdate]] = {}
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
        after = 0
        while True:
            async with self._database.reading() as tx:
                left = await tx.updates.undone(self._bot_id, limit=500, after_seq=after)
            if not left:
                return
            after = left[-1].seq
            for stored in left:
                if await self._may_start_again(stored):
                    self._enqueue(stored)
            await self._room.wait()

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
            async with self._database.transaction() as tx:
                new = await tx.updates.add(self._bot_id, updates, self._clock.now())
            for stored in new:
                self._enqueue(stored)
        await self._room.wait()

    def _enqueue(self, stored: StoredUpdate) -> None:
        update: Payload = json.loads(stored.payload)
        if any(kind in update for kind in FAST_KINDS):
            self._aside(self._fast(stored, update))
            return
        if "callback_query" in update:
            self._aside(self._quiet_tap_soon(str(update["callback_query"]["id"])))
        key = queue_key(update)
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
                await self._handle(stored, json.loads(stored.payload))
            finally:
                queue.popleft()
                self._waiting -= 1
                if self._waiting < MAX_WAITING:
                    self._room.set()
                if queue:
                    self._ready.put_nowait(key)
                else:
                    del self._queues[key]

    async def _fast(self, stored: StoredUpdate, update: Payload) -> None:
        async with self._fast_slots:
            await self._handle(stored, update)

    async def _quiet_tap_soon(self, query_id: str) -> None:
        await self._clock.sleep(TAP_PATIENCE)
        await self._reception.quiet_tap(query_id)

    async def _handle(self, stored: StoredUpdate, update: Payload) -> None:
        for wait in (0.0, *RETRY_AFTER):
            if wait:
                await self._clock.sleep(wait)
            try:
                await self._reception.handle(update)
            except AlreadyHandledError:
                return
            except Exception:
                log.exception("handling an update failed", update_id=stored.update_id)
                continue
            await self._finish(stored, done=True)
            return
        await self._finish(stored, done=False)
        await self._reception.apologise(update)

    async def _finish(self, stored: StoredUpdate, *, done: bool) -> None:
        """Note the end; an update that can't be handled keeps its payload for the operator."""
        try:
            async with self._database.transaction() as tx:
                if done:
                    await tx.updates.mark_done(self._bot_id, stored.update_id, self._clock.now())
                else:
                    await tx.updates.set_aside(self._bot_id, stored.update_id, self._clock.now())
        except Exception:
            log.exception("noting the end of an update failed", update_id=stored.update_id)

    async def _may_start_again(self, stored: StoredUpdate) -> bool:
        """Count the start; an update that brought the program down several times is set aside."""
        async with self._database.transaction() as tx:
            starts = await tx.updates.count_attempt(self._bot_id, stored.update_id)
            if starts <= MAX_STARTS:
                return True
            await tx.updates.set_aside(self._bot_id, stored.update_id, self._clock.now())
        log.error("set an update aside", update_id=stored.update_id, starts=starts)
        return False

    def _aside(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(coroutine)
        self._asides.add(task)
        task.add_done_callback(self._asides.discard)


class Source(Protocol):
    """Where updates come from."""

    async def fetch(self, offset: int | None, timeout: int) -> list[tuple[int, str]]:  # noqa: ASYNC109 - the Bot API's own parameter
        """Wait for updates from ``offset`` on, which confirms every earlier one."""
        ...


class Poller:
    """Fetches updates by long polling; an offset is confirmed only after its batch was committed.

    ``fatal`` are the exceptions after which going on makes no sense; they are raised from ``run``.
    """

    def __init__(
        self,
        source: Source,
        dispatcher: Dispatcher,
        clock: Clock,
        *,
        fatal: tuple[type[Exception], ...] = (),
    ) -> None:
        self._source = source
        self._dispatcher = dispatcher
        self._clock = clock
        self._fatal = fatal
        self._in_trouble = False

    async def run(self) -> None:
        """Fetch and store until cancelled."""
        offset: int | None = None
        while True:
            try:
                batch = await self._source.fetch(offset, POLL_SECONDS)
                await self._dispatcher.store(batch)
            except self._fatal:
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, updates must go on coming in
                await self._pause(error)
                continue
            if self._in_trouble:
                self._in_trouble = False
                log.info("updates are coming in again")
            if batch:
                offset = batch[-1][0] + 1

    async def _pause(self, error: Exception) -> None:
        if not self._in_trouble:
            self._in_trouble = True
            log.warning("no updates for the moment", error=str(error) or type(error).__name__)
        await self._clock.sleep(max(POLL_PAUSE, getattr(error, "seconds", 0.0)))
