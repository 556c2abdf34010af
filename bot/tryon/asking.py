"""Ask for the next thing a draft needs: the draft is the truth, the question follows from it.

A draft row carries the version it has and the version that was asked about. When a question could not be
sent, or the program died before it was, the two differ, and the sweep asks again.
"""

import asyncio
from collections.abc import Callable
from weakref import WeakValueDictionary

import structlog

from bot.chat.outcomes import CannotSend, MaybeSent, MessageRef, Place, Sent, TryLater
from bot.chat.screen import Screen
from bot.chat.telegram import Chat
from bot.clock import Clock
from bot.conversation import CHECKED, Draft, turn
from bot.log import is_news
from bot.providers.base import Ability
from bot.tryon.checking import Checking
from bot.tryon.questions import Questions
from bot.tryon.returning import Returning
from bot.tryon.shop import Shop
from storage.database import Database
from storage.drafts import DraftRow

log = structlog.get_logger(__name__)

ALBUM_PAUSE = 1.0
MOST_PAUSES = 60
SWEEP_EVERY = 10.0
SWEEP_AGE = 8.0


class Asking:
    """Turns drafts into questions on the screen, one at a time per draft.

    ``more_to_come`` says whether updates of a person in a chat wait to be handled.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        chat: Chat,
        questions: Questions,
        checking: Checking,
        returning: Returning,
        shop: Shop,
        more_to_come: Callable[[int, int], bool],
    ) -> None:
        self._database = database
        self._clock = clock
        self._chat = chat
        self._questions = questions
        self._checking = checking
        self._returning = returning
        self._shop = shop
        self._more_to_come = more_to_come
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

    @property
    def offers(self) -> tuple[Ability, ...]:
        """Return what people can try on."""
        return tuple(one for one in self._shop.abilities if self._questions.can_ask_for(one))

    def ask_soon(self, chat_id: int, user_id: int) -> None:
        """Ask after a short pause, counted anew with each call: the parts of an album come one by one."""
        key = (chat_id, user_id)
        waiting = self._later.pop(key, None)
        if waiting:
            waiting.cancel()
        task = asyncio.create_task(self._ask_after_pause(chat_id, user_id), name="asking-album")
        self._later[key] = task

    async def _ask_after_pause(self, chat_id: int, user_id: int) -> None:
        for _ in range(MOST_PAUSES):
            await self._clock.sleep(ALBUM_PAUSE)
            # In a crowd the next part waits its turn for longer than a pause.
            if not self._more_to_come(chat_id, user_id):
                break
        if self._later.get((chat_id, user_id)) is asyncio.current_task():
            del self._later[chat_id, user_id]
        try:
            await self.ask(chat_id, user_id)
        except Exception as error:
            # Nobody waits for this task; the sweep asks again.
            if is_news(error):
                log.exception("asking failed", chat_id=chat_id)

    async def ask_if_owed(self, chat_id: int, user_id: int) -> None:
        """Ask about a draft that goes on after another was done, if there is one."""
        async with self._database.reading() as tx:
            row = await tx.drafts.get(chat_id, user_id)
        if row is not None and row.asked_version < row.version:
            await self.ask(chat_id, user_id)

    async def ask(self, chat_id: int, user_id: int, *, on: MessageRef | None = None) -> None:
        """Ask for what the draft needs now: by editing the message ``on``, else with a new message."""
        lock = self._locks.setdefault((chat_id, user_id), asyncio.Lock())
        async with lock:
            row = await self._checked_row(chat_id, user_id)
            if row is None:
                return
            back = await self._returning.settle(row)
            if back is None:
                screen = await self._questions.about(row)
                is_asked = (on is not None and await self._edit(row, on, screen)) or await self._send(
                    row, screen
                )
        if back is not None:
            await self.ask(back.chat_id, user_id, on=back.card)
            if back.resumes:
                await self.ask(chat_id, user_id)
        elif not is_asked and await self._returning.take_home(row):
            await self.ask(user_id, user_id)

    async def _checked_row(self, chat_id: int, user_id: int) -> DraftRow | None:
        """Return the draft after every photo in it was looked at, as far as somebody can."""
        async with self._database.reading() as tx:
            row = await tx.drafts.get(chat_id, user_id)
            user = await tx.users.get(user_id)
        if row is None or not self._checking.is_possible or not self._shop.has_consent(user):
            return row
        draft = Draft.from_json(row.state)
        if draft.ability not in CHECKED:
            return row
        unseen = [
            (role, slot.photo) for role in draft.roles if (slot := draft.slot(role)) and slot.advice is None
        ]
        if not unseen:
            return row
        await self._chat.acting(Place(chat_id, row.thread_id), "typing")
        said = await asyncio.gather(*(self._checking.check(role, photo) for role, photo in unseen))
        async with self._database.transaction() as tx:
            row = await tx.drafts.get(chat_id, user_id)
            if row is None:
                return None
            before = draft = Draft.from_json(row.state)
            for checked in said:
                draft = turn(draft, checked)
            if draft == before:
                return row
            return await tx.drafts.save(
                chat_id,
                user_id,
                row.thread_id,
                draft.to_json(),
                self._clock.now(),
                expected_version=row.version,
            )

    async def _edit(self, row: DraftRow, on: MessageRef, screen: Screen) -> bool:
        if screen.picture is None and self._chat.has_picture(on):
            # A message can't lose its picture: a new one takes its place.
            return False
        outcome = await self._chat.edit(on, screen)
        if isinstance(outcome, Sent | MaybeSent):
            await self._asked(row, on.message_id)
            return True
        return isinstance(outcome, TryLater)

    async def _send(self, row: DraftRow, screen: Screen) -> bool:
        """Send a question; return False when it has to be asked in the private chat instead of a group."""
        reply_to = Draft.from_json(row.state).command
        outcome = await self._chat.say(Place(row.chat_id, row.thread_id, reply_to), screen)
        if isinstance(outcome, TryLater):
            return True
        if isinstance(outcome, CannotSend) and row.chat_id != row.user_id:
            return False
        is_current = await self._asked(row, outcome.message_id if isinstance(outcome, Sent) else None)
        if not isinstance(outcome, Sent):
            return True
        # While it was being sent the draft may have moved on: then the question is about the past.
        obsolete = row.message_id if is_current else outcome.message_id
        if obsolete:
            await self._chat.remove(MessageRef(row.chat_id, obsolete))
        return True

    async def _asked(self, row: DraftRow, message_id: int | None) -> bool:
        async with self._database.transaction() as tx:
            return await tx.drafts.asked(row.chat_id, row.user_id, row.version, message_id, self._clock.now())

    async def _sweep_for_ever(self) -> None:
        # At the start nobody is about to ask: what an earlier run left unasked is asked at once.
        age = 0.0
        while True:
            try:
                await self.sweep(age)
            except Exception as error:
                if is_news(error):
                    log.exception("sweeping up questions failed")
            age = SWEEP_AGE
            await self._clock.sleep(SWEEP_EVERY)

    async def sweep(self, age: float = SWEEP_AGE) -> None:
        """Ask about every draft whose last change, so many seconds ago, was never asked about."""
        async with self._database.reading() as tx:
            rows = await tx.drafts.unasked(self._clock.now() - age, 50)
        for row in rows:
            if (row.chat_id, row.user_id) in self._later:
                continue
            try:
                await self.ask(row.chat_id, row.user_id)
            except Exception as error:
                # It must not hold up the others; being the oldest, it would every time.
                if is_news(error):
                    log.exception("asking again failed", chat_id=row.chat_id)
