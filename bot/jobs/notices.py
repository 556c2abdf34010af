"""The pump: sends notices as they become due, in order within each chat and side by side between chats."""

import asyncio
import random

import structlog

from bot.clock import Clock, wait_for_event
from bot.jobs.backoff import backoff
from bot.jobs.ending import REMOVE_CARD
from bot.jobs.errands import Arrived, Errand, Later, Pointless
from bot.jobs.sending import Sending
from bot.jobs.tenure import Tenure
from bot.log import is_news
from storage.database import Database, Tx
from storage.errors import StorageError, StorageUnavailable
from storage.notices import NewNotice
from storage.states import NoticeState

log = structlog.get_logger(__name__)

# Notices of other processes, such as ``python -m bot grant``, wake nobody here.
LOOK_EVERY = 2.0
AT_ONCE = 8
PAGE = 500
FIRST_WAIT = 1.0
LONGEST_WAIT = 600.0
# Longer than any outage of Telegram's; what was news three days ago is none any more.
MOST_SECONDS = 3 * 24 * 3600.0
MOST_MISTAKES = 4
LAST_WRITES = 2.0
IDLE_LOOK_EVERY = 0.1


class NoticePump:
    """Sends notices, in order within each chat and side by side between chats."""

    def __init__(self, db: Database, sending: Sending, clock: Clock, chance: random.Random) -> None:
        self._db = db
        self._sending = sending
        self._clock = clock
        self._chance = chance
        self._changed = asyncio.Event()
        self._uncertain: dict[int, Errand] = {}
        self._paused: dict[int, float] = {}
        self._chats: dict[int, asyncio.Task[None]] = {}
        self._loop: asyncio.Task[None] | None = None
        self._is_stopping = False

    def wake(self) -> None:
        """Look for notices now."""
        self._changed.set()

    async def start(self, epoch: int) -> None:
        """Begin to send, first what an earlier process was sending when it ended."""
        tenure = Tenure(
            epoch=epoch,
            db=self._db,
            clock=self._clock,
            chance=self._chance,
            admin_ids=(),
            wake_notices=self.wake,
        )
        self._tenure = tenure
        self._is_stopping = False
        async with self._db.reading() as tx:
            interrupted = await tx.notices.interrupted()
        self._uncertain = {
            notice.id: Errand(notice, unknown_sends=1) for notice in interrupted if notice.epoch == epoch
        }
        self._paused.clear()
        self._loop = asyncio.create_task(self._run(), name="notice-pump")

    async def stop(self, grace: float) -> None:
        """Begin nothing new and let what is being sent end, at most so many seconds."""
        self._is_stopping = True
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
            self._loop = None
            tasks = tuple(self._chats.values())
            if tasks and grace > 0:
                await asyncio.wait(tasks, timeout=grace)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._tenure.finish_writes(LAST_WRITES)

    async def wait_idle(self) -> None:
        """Wait until nothing is due or being sent; for tests."""
        self.wake()
        while True:
            async with self._db.reading() as tx:
                due = await tx.notices.due(self._clock.now(), 1)
            if not due and not self._chats and not self._uncertain:
                return
            await self._clock.sleep(IDLE_LOOK_EVERY)

    async def _run(self) -> None:
        while True:
            self._changed.clear()
            try:
                next_at = await self._round()
            except StorageError as error:
                if is_news(error):
                    log.warning("notices can't be read", error=str(error))
                next_at = self._clock.now() + LOOK_EVERY
            await wait_for_event(self._clock, self._changed, next_at - self._clock.now())

    async def _round(self) -> float:
        """Start on everything that is due; return when to look again."""
        now = self._clock.now()
        self._paused = {chat_id: until for chat_id, until in self._paused.items() if until > now}
        async with self._db.reading() as tx:
            waiting = await tx.notices.due(now, PAGE)
        due = [Errand(notice) for notice in waiting if notice.id not in self._uncertain]
        due += [errand for errand in self._uncertain.values() if errand.not_before <= now]
        by_chat: dict[int, list[Errand]] = {}
        for errand in sorted(due, key=lambda one: one.notice.id):
            by_chat.setdefault(errand.notice.chat_id, []).append(errand)
        for chat_id, errands in by_chat.items():
            if len(self._chats) >= AT_ONCE:
                break
            if chat_id not in self._paused and chat_id not in self._chats:
                task = asyncio.create_task(self._serve(chat_id, errands), name="notices-of-a-chat")
                self._chats[chat_id] = task
        waits = [errand.not_before for errand in self._uncertain.values() if errand.not_before > now]
        return min([now + LOOK_EVERY, *self._paused.values(), *waits])

    async def _serve(self, chat_id: int, errands: list[Errand]) -> None:
        """Send a chat's notices one after another; the first that has to wait holds up the others."""
        try:
            for errand in errands:
                if self._is_stopping:
                    return
                until = await self._serve_one(errand)
                if until is not None:
                    self._paused[chat_id] = until
                    return
        finally:
            del self._chats[chat_id]
            self._changed.set()

    async def _serve_one(self, errand: Errand) -> float | None:
        """Send one notice; return until when its chat has to wait, if it has to."""
        try:
            language = await self._language(errand.notice.user_id)
        except StorageUnavailable:
            # Nothing was begun; ``_run`` says what is wrong, if that is not known yet.
            return self._clock.now() + LOOK_EVERY
        try:
            if await self._is_ours(errand):
                return await self._send(errand, language)
        except Exception:
            # The database failed in a way that trying at once does not heal; it may have been sent.
            log.exception("a notice was interrupted", cause=errand.notice.cause)
            errand.unknown_sends += 1
            errand.not_before = self._clock.now() + LONGEST_WAIT
            self._uncertain[errand.notice.id] = errand
            return errand.not_before
        # Another process owns the work by now; the end of this one is on its way.
        return self._clock.now() + LOOK_EVERY

    async def _is_ours(self, errand: Errand) -> bool:
        """Commit that the notice is being sent, unless it says so already."""
        notice, epoch = errand.notice, self._tenure.epoch
        if notice.id in self._uncertain:
            return True
        was_written = False

        async def change(tx: Tx) -> bool:
            nonlocal was_written
            if await tx.notices.sending(notice.id, epoch):
                was_written = True
                return True
            # An earlier try may have been committed although the answer to its commit was lost.
            found = await tx.notices.get(notice.id) if was_written else None
            return found is not None and (found.state, found.epoch) == (NoticeState.SENDING, epoch)

        return await self._tenure.write(change)

    async def _send(self, errand: Errand, language: str | None) -> float | None:
        notice = errand.notice
        try:
            attempt = await errand.run(self._sending, language)
        except Exception:
            # No words for it, or another mistake of ours; others in this chat must not wait for long.
            log.exception("a notice can't be sent", notice=notice.kind, cause=notice.cause)
            attempt = Later() if notice.attempts < MOST_MISTAKES else Pointless()
        if errand.is_uncertain:
            self._uncertain[notice.id] = errand
        match attempt:
            case Arrived(on_card):
                await self._tenure.must_write(lambda tx: self._arrived(tx, errand, on_card=on_card))
            case Later(seconds):
                return await self._later(errand, seconds)
            case Pointless():
                await self._drop(errand)
        self._uncertain.pop(notice.id, None)
        return None

    async def _language(self, user_id: int) -> str | None:
        async with self._db.reading() as tx:
            user = await tx.users.get(user_id)
        return (user.language or user.telegram_language) if user else None

    async def _arrived(self, tx: Tx, errand: Errand, *, on_card: bool) -> None:
        notice, now = errand.notice, self._clock.now()
        await tx.notices.sent(notice.id, now)
        if errand.card is not None and not on_card:
            removal = NewNotice(
                cause=f"{notice.cause}:card",
                user_id=notice.user_id,
                chat_id=notice.chat_id,
                thread_id=notice.thread_id,
                edit_message_id=notice.edit_message_id,
                kind=REMOVE_CARD,
                params={},
            )
            await tx.notices.add(removal, now)

    async def _later(self, errand: Errand, seconds: float) -> float | None:
        """Note when to try again; what may have arrived stays ``sending``, also for the next process."""
        now, notice = self._clock.now(), errand.notice
        if now > notice.created_at + MOST_SECONDS:
            log.error("a notice is given up", notice=notice.kind, cause=notice.cause)
            await self._drop(errand)
            return None
        errand.tries += 1
        tries = max(errand.tries, notice.attempts + 1)
        until = now + max(
            seconds, backoff(tries, first=FIRST_WAIT, longest=LONGEST_WAIT, chance=self._chance)
        )
        errand.not_before = until
        if notice.id not in self._uncertain:
            await self._tenure.write(lambda tx: tx.notices.again(notice.id, until))
        return until

    async def _drop(self, errand: Errand) -> None:
        self._uncertain.pop(errand.notice.id, None)
        await self._tenure.write(lambda tx: tx.notices.drop(errand.notice.id))
