"""Ask for the next thing a draft needs: the draft is the truth, the question follows from it.

A draft row carries the version it has and the version that was asked about. When a question could not be
sent, or the program died before it was, the two differ, and the sweep asks again.
"""

import asyncio
from weakref import WeakValueDictionary

import structlog

from bot.chat.outcomes import MaybeSent, MessageGone, MessageRef, Place, Sent, TryLater
from bot.chat.screen import Screen
from bot.chat.screens import basics, drafting
from bot.chat.telegram import Chat
from bot.clock import Clock
from bot.conversation import Ask, Draft, ask
from bot.credits import Prices
from bot.tryon.entrance import Entrance
from storage.database import Database
from storage.drafts import DraftRow

log = structlog.get_logger(__name__)

ALBUM_PAUSE = 1.0
SWEEP_EVERY = 10.0
SWEEP_AGE = 8.0


class Asking:
    """Turns drafts into questions on the screen, one at a time per draft."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        chat: Chat,
        entrance: Entrance,
        *,
        prices: Prices,
        consent_version: int,
        retention_days: int,
    ) -> None:
        self._database = database
        self._clock = clock
        self._chat = chat
        self._entrance = entrance
        self._prices = prices
        self._consent_version = consent_version
        self._retention_days = retention_days
        self._locks: WeakValueDictionary[tuple[int, int], asyncio.Lock] = WeakValueDictionary()
        self._later: dict[tuple[int, int], asyncio.Task[None]] = {}
        self._sweeper: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to sweep up questions that were never asked."""
        self._sweeper = asyncio.create_task(self._sweep_for_ever(), name="asking-sweep")

    async def stop(self) -> None:
        """Stop; what was not asked is asked after the next start."""
        tasks = [task for task in (self._sweeper, *self._later.values()) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._later.clear()

    def ask_soon(self, chat_id: int, user_id: int) -> None:
        """Ask after a short pause, counted anew with each call: the parts of an album come one by one."""
        key = (chat_id, user_id)
        waiting = self._later.pop(key, None)
        if waiting:
            waiting.cancel()
        task = asyncio.create_task(self._ask_after_pause(chat_id, user_id), name="asking-album")
        self._later[key] = task

    async def _ask_after_pause(self, chat_id: int, user_id: int) -> None:
        await self._clock.sleep(ALBUM_PAUSE)
        if self._later.get((chat_id, user_id)) is asyncio.current_task():
            del self._later[chat_id, user_id]
        await self.ask(chat_id, user_id)

    async def ask(self, chat_id: int, user_id: int, *, on: MessageRef | None = None) -> None:
        """Ask for what the draft needs now: by editing the message ``on``, else with a new message."""
        lock = self._locks.setdefault((chat_id, user_id), asyncio.Lock())
        async with lock:
            async with self._database.reading() as tx:
                row = await tx.drafts.get(chat_id, user_id)
            if row is None:
                return
            screen = await self._screen(row)
            if on is not None and await self._edit(row, on, screen):
                return
            await self._send(row, screen)

    async def _edit(self, row: DraftRow, on: MessageRef, screen: Screen) -> bool:
        outcome = await self._chat.edit(on, screen)
        if isinstance(outcome, Sent | MaybeSent):
            await self._asked(row, on.message_id)
            return True
        return isinstance(outcome, TryLater) and not isinstance(outcome, MessageGone)

    async def _send(self, row: DraftRow, screen: Screen) -> None:
        outcome = await self._chat.say(Place(row.chat_id, row.thread_id), screen)
        if isinstance(outcome, TryLater):
            return
        await self._asked(row, outcome.message_id if isinstance(outcome, Sent) else None)
        if row.message_id and isinstance(outcome, Sent):
            await self._chat.remove(MessageRef(row.chat_id, row.message_id))

    async def _asked(self, row: DraftRow, message_id: int | None) -> None:
        async with self._database.transaction() as tx:
            await tx.drafts.asked(row.chat_id, row.user_id, row.version, message_id, self._clock.now())

    async def _screen(self, row: DraftRow) -> Screen:
        async with self._database.reading() as tx:
            user = await tx.users.get(row.user_id)
            balance = await tx.ledger.balance(row.user_id)
            look = await tx.looks.newest(row.user_id)
        t = self._entrance.translator(user)
        draft = Draft.from_json(row.state)
        consented = user is not None and user.consent_version == self._consent_version
        match ask(draft, consented=consented):
            case Ask.CONSENT:
                return basics.consent(t, retention_days=self._retention_days)
            case Ask.PERSON:
                again = draft.wanted == "person" and draft.garment is not None
                return drafting.ask_person(t, has_look=look is not None, again=again)
            case Ask.GARMENT:
                shown = draft.person is not None and draft.person.message_id is not None
                return drafting.ask_garment(t, has_person_photo=shown)
            case Ask.CARD:
                facts = drafting.CardFacts(
                    confirmation_id=draft.confirmation_id,
                    kind=draft.kind,
                    price=self._prices.of("clothes"),
                    available=balance.available,
                    on_saved_photo=draft.person is not None and draft.person.message_id is None,
                    photos_left_out=draft.photos_left_out,
                )
                return drafting.card(t, facts)

    async def _sweep_for_ever(self) -> None:
        # At the start nobody is about to ask: what an earlier run left unasked is asked at once.
        age = 0.0
        while True:
            try:
                await self.sweep(age)
            except Exception:
                log.exception("sweeping up questions failed")
            age = SWEEP_AGE
            await self._clock.sleep(SWEEP_EVERY)

    async def sweep(self, age: float = SWEEP_AGE) -> None:
        """Ask about every draft whose last change, so many seconds ago, was never asked about."""
        async with self._database.reading() as tx:
            rows = await tx.drafts.unasked(self._clock.now() - age, 50)
        for row in rows:
            await self.ask(row.chat_id, row.user_id)
