"""Everything that is so right now: people, bots, chats, their messages and the open questions."""

import random
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from bot.sandbox.telegram.bots import BotAccount, new_bot
from bot.sandbox.telegram.changes import Change, ChangeFeed, MessageAdded, MessageEdited, MessagesDeleted
from bot.sandbox.telegram.files import FileStore
from bot.sandbox.telegram.inline_cache import InlineCache
from bot.sandbox.telegram.model import (
    CallbackAnswer,
    Chat,
    ChatKind,
    InlineAnswer,
    Invoice,
    Message,
    Payment,
    Person,
    Status,
)
from bot.sandbox.telegram.queries import CheckoutAnswer, QueryBook

FIRST_BOT_ID = 7_000_000_001
MAX_MESSAGES_PER_CHAT = 5_000
MAX_BOTS = 1_000
# Telegram says 10 seconds for checkouts; for taps and inline queries it only refuses late answers.
CALLBACK_SECONDS = 15.0
INLINE_SECONDS = 10.0
CHECKOUT_SECONDS = 10.0
SHORTEST_SECONDS = 2.0

ChatRef = Chat | int


class NotPossibleError(Exception):
    """Somebody tried what Telegram's apps do not offer; the text says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidCharge:
    """A payment that went through, for refunds."""

    bot_id: int
    person_id: int
    chat: Chat
    payment: Payment


class WorldState:
    """The tables behind the world; actions of people and bots are built on them."""

    def __init__(
        self,
        *,
        state_dir: Path | None = None,
        now: Callable[[], float] = time.time,
        speed: float = 1.0,
        rng: random.Random | None = None,
        bot_id: int = FIRST_BOT_ID,
        max_bots: int = MAX_BOTS,
    ) -> None:
        self.now = now
        self.max_bots = max_bots
        self.speed = speed
        self.rng = rng or random.Random()  # noqa: S311 - ids of a toy world, not secrets
        self.files = FileStore(state_dir / "files" if state_dir else None)
        self.changes = ChangeFeed()
        self.people: dict[int, Person] = {}
        self.stars: dict[int, int] = {}
        self.groups: dict[int, Chat] = {}
        self.bots: dict[int, BotAccount] = {}
        self.callbacks = QueryBook[CallbackAnswer](self._scaled(CALLBACK_SECONDS), now, self.rng)
        self.inline_queries = QueryBook[InlineAnswer](self._scaled(INLINE_SECONDS), now, self.rng)
        self.inline_cache = InlineCache(now, speed)
        self.checkouts = QueryBook[CheckoutAnswer](self._scaled(CHECKOUT_SECONDS), now, self.rng)
        self.invoice_links: dict[str, tuple[int, Invoice]] = {}
        self.charges: dict[str, PaidCharge] = {}
        self.inline_messages: dict[str, tuple[Chat, int]] = {}
        self._private: dict[tuple[int, int], Chat] = {}
        self._messages: dict[tuple[int, int], OrderedDict[int, Message]] = {}
        self._last_ids: dict[int, int] = {}
        self._first = self._open_bot(bot_id)

    @property
    def bot(self) -> BotAccount:
        """Return the bot that people talk to unless another is named."""
        return self._first

    def connect_bot(self, bot_id: int) -> BotAccount:
        """Return the bot with the id of a token; the first token ever seen names the world's own bot.

        NotPossibleError when there are too many.
        """
        known = self.bots.get(bot_id)
        if known is None and not self._first.connected:
            known = self._rename_first(bot_id)
        elif known is None:
            if len(self.bots) >= self.max_bots:
                raise NotPossibleError(f"there are {self.max_bots} bots already")
            known = self._open_bot(bot_id)
            known.username = f"sandbox_{bot_id}_bot"
        known.connected = True
        return known

    def is_bot(self, user_id: int) -> bool:
        """Tell whether an id is a bot's."""
        return user_id in self.bots

    def person(self, person_id: int) -> Person:
        """Return somebody; NotPossibleError when nobody has the id."""
        try:
            return self.people[person_id]
        except KeyError:
            raise NotPossibleError(f"nobody has the id {person_id}") from None

    def private_chat(self, person_id: int, bot_id: int | None = None) -> Chat:
        """Return a person's chat with a bot, opened silently on first use."""
        key = (bot_id or self.bot.id, self.person(person_id).id)
        if key not in self._private:
            members = {person_id: Status.MEMBER, key[0]: Status.MEMBER}
            self._private[key] = Chat(
                id=person_id, kind=ChatKind.PRIVATE, bot_id=key[0], members=members, started=False
            )
        return self._private[key]

    def chat(self, ref: ChatRef, bot_id: int | None = None) -> Chat:
        """Return a chat by id; a positive id is that person's private chat with the bot."""
        if isinstance(ref, Chat):
            return ref
        if ref > 0:
            return self.private_chat(ref, bot_id)
        try:
            return self.groups[ref]
        except KeyError:
            raise NotPossibleError(f"there is no chat {ref}") from None

    def chats_of(self, person_id: int) -> list[Chat]:
        """Return what a person's list of chats shows."""
        private = [chat for (_, owner), chat in self._private.items() if owner == person_id]
        groups = [
            chat for chat in self.groups.values() if chat.has_member(person_id) and not chat.migrated_to
        ]
        return [*private, *groups]

    def bots_in(self, chat: Chat) -> list[BotAccount]:
        """Return the bots that are in a chat now."""
        return [bot for bot in self.bots.values() if chat.has_member(bot.id)]

    def messages(self, ref: ChatRef) -> list[Message]:
        """Return what a chat shows, oldest first."""
        return list(self._box(self.chat(ref)).values())

    def message(self, ref: ChatRef, message_id: int | None) -> Message | None:
        """Return one visible message."""
        return None if message_id is None else self._box(self.chat(ref)).get(message_id)

    def next_message_id(self, chat: Chat) -> int:
        """Take the next id; supergroups and channels count for themselves, all other chats together."""
        counter = chat.id if chat.kind in {ChatKind.SUPERGROUP, ChatKind.CHANNEL} else 0
        self._last_ids[counter] = self._last_ids.get(counter, 0) + 1
        return self._last_ids[counter]

    def add_message(self, chat: Chat, message: Message) -> Message:
        """Show a new message."""
        box = self._box(chat)
        box[message.id] = message
        while len(box) > MAX_MESSAGES_PER_CHAT:
            box.popitem(last=False)
        if self.is_bot(message.sender_id):
            chat.last_speaking_bot_id = message.sender_id
        self.changes.publish(MessageAdded(chat, message))
        return message

    def replace_message(self, chat: Chat, message: Message) -> Message:
        """Show a message's new state."""
        self._box(chat)[message.id] = message
        self.changes.publish(MessageEdited(chat, message))
        return message

    def remove_messages(self, chat: Chat, message_ids: Iterable[int]) -> tuple[int, ...]:
        """Take messages away and return the ids that were there."""
        box = self._box(chat)
        gone = tuple(one for one in message_ids if box.pop(one, None) is not None)
        if gone:
            self.changes.publish(MessagesDeleted(chat, gone))
        return gone

    def publish(self, change: Change) -> None:
        """Tell all watchers of a change."""
        self.changes.publish(change)

    def unix_now(self) -> int:
        """Return the time for a date field, in whole Unix seconds."""
        return int(self.now())

    def _scaled(self, seconds: float) -> float:
        return max(SHORTEST_SECONDS, seconds / self.speed)

    def _box(self, chat: Chat) -> OrderedDict[int, Message]:
        return self._messages.setdefault((chat.bot_id, chat.id), OrderedDict())

    def _open_bot(self, bot_id: int) -> BotAccount:
        self.bots[bot_id] = new_bot(bot_id, self.rng)
        return self.bots[bot_id]

    def _rename_first(self, bot_id: int) -> BotAccount:
        """Give the bot that nobody has seen yet the id of its token, wherever it stands."""
        bot, old = self._first, self._first.id
        del self.bots[old]
        bot.id = bot_id
        self.bots[bot_id] = bot
        for (owner, person_id), chat in list(self._private.items()):
            if owner == old:
                box = self._messages.pop((old, person_id), None)
                del self._private[owner, person_id]
                chat.bot_id = bot_id
                self._private[bot_id, person_id] = chat
                if box:
                    self._messages[bot_id, person_id] = box
        for chat in (*self._private.values(), *self.groups.values()):
            if old in chat.members:
                chat.members[bot_id] = chat.members.pop(old)
        return bot
