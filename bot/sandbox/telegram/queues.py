"""A bot's waiting updates, with Telegram's rules for ids and confirmation."""

import asyncio
import random
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

MAX_WAITING_UPDATES = 100_000
FIRST_ID_FROM, FIRST_ID_TO = 100_000_000, 900_000_000
UPDATE_KINDS = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "inline_query",
    "chosen_inline_result",
    "callback_query",
    "shipping_query",
    "pre_checkout_query",
    "purchased_paid_media",
    "poll",
    "poll_answer",
    "my_chat_member",
    "chat_member",
    "chat_join_request",
    "message_reaction",
    "message_reaction_count",
    "chat_boost",
    "removed_chat_boost",
)
# By the page of getUpdates an empty list means all kinds but these.
NOT_SENT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(frozen=True, slots=True)
class QueuedUpdate:
    """One update as the bot will read it."""

    id: int
    kind: str
    payload: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """Return the Bot API's Update object."""
        return {"update_id": self.id, self.kind: self.payload}


class UpdateQueue:
    """Updates that wait for one bot; ids begin at a random high number and count up."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._next_id = self._random_id()
        self._waiting: deque[QueuedUpdate] = deque(maxlen=MAX_WAITING_UPDATES)
        self._allowed: frozenset[str] | None = None
        self._arrived = asyncio.Event()

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def allowed(self) -> tuple[str, ...] | None:
        """Return the kinds asked for explicitly, None when the default holds."""
        return None if self._allowed is None else tuple(k for k in UPDATE_KINDS if k in self._allowed)

    def allow(self, kinds: Iterable[str]) -> None:
        """Choose the kinds of later updates; none brings the default back, unknown ones are ignored."""
        known = frozenset(kinds) & frozenset(UPDATE_KINDS)
        self._allowed = known or None

    def push(self, kind: str, payload: dict[str, Any]) -> QueuedUpdate | None:
        """Queue an update unless its kind is not wanted."""
        wanted = kind in self._allowed if self._allowed is not None else kind not in NOT_SENT_BY_DEFAULT
        if not wanted:
            return None
        update = QueuedUpdate(self._next_id, kind, payload)
        self._next_id += 1
        self._waiting.append(update)
        self._arrived.set()
        return update

    def confirm(self, offset: int) -> None:
        """Forget updates before an offset; a negative one keeps only the last few.

        An offset beyond the next id is left over from before the ids jumped and confirms nothing.
        """
        if offset < 0:
            while len(self._waiting) > -offset:
                self._waiting.popleft()
        elif offset <= self._next_id:
            while self._waiting and self._waiting[0].id < offset:
                self._waiting.popleft()

    def peek(self, limit: int = 100) -> list[QueuedUpdate]:
        """Return the oldest updates without forgetting them."""
        return [update for update, _ in zip(self._waiting, range(limit), strict=False)]

    def drop(self, update: QueuedUpdate) -> None:
        """Forget one update that a webhook accepted."""
        if update in self._waiting:
            self._waiting.remove(update)

    def clear(self) -> None:
        """Forget all that waits."""
        self._waiting.clear()

    def jump(self) -> None:
        """Go on at a random id, as after a week without updates."""
        self._next_id = self._random_id()

    async def wait(self) -> None:
        """Wait until something is in the queue."""
        while not self._waiting:
            self._arrived.clear()
            await self._arrived.wait()

    def _random_id(self) -> int:
        return self._rng.randrange(FIRST_ID_FROM, FIRST_ID_TO)
