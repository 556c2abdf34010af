"""What changes in the world, told to whoever watches: the chat page and tests."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.sandbox.telegram.model import CallbackAnswer, Chat, InlineAnswer, Message

MAX_WAITING_CHANGES = 5000


@dataclass(frozen=True, slots=True)
class MessageAdded:
    """A message appeared."""

    chat: Chat
    message: Message


@dataclass(frozen=True, slots=True)
class MessageEdited:
    """A message's text, picture, buttons or reactions changed."""

    chat: Chat
    message: Message


@dataclass(frozen=True, slots=True)
class MessagesDeleted:
    """Messages are gone."""

    chat: Chat
    message_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ChatActionShown:
    """A bot is "typing" or "upload_photo"; the line lives 5 seconds or until its next message."""

    chat: Chat
    bot_id: int
    action: str
    thread_id: int | None


@dataclass(frozen=True, slots=True)
class CallbackAnswered:
    """A bot answered a tap; only this person sees it."""

    person_id: int
    query_id: str
    answer: CallbackAnswer


@dataclass(frozen=True, slots=True)
class InlineAnswered:
    """A bot offered results for what a person typed behind its name."""

    person_id: int
    query_id: str
    answer: InlineAnswer


@dataclass(frozen=True, slots=True)
class ChatChanged:
    """A chat appeared or its members, rights, topics, title or reply keyboard changed."""

    chat: Chat


@dataclass(frozen=True, slots=True)
class BotChanged:
    """A bot's name, descriptions, commands or menu button changed."""

    bot_id: int


@dataclass(frozen=True, slots=True)
class StarsChanged:
    """A person's balance of Stars is another."""

    person_id: int
    balance: int


Change = (
    MessageAdded
    | MessageEdited
    | MessagesDeleted
    | ChatActionShown
    | CallbackAnswered
    | InlineAnswered
    | ChatChanged
    | BotChanged
    | StarsChanged
)


class FellBehindError(Exception):
    """A watcher did not read its changes in time and must look at everything anew."""


class Subscription:
    """The changes since the subscription began, in order; iterate it with `async for`."""

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[Change] = asyncio.Queue(MAX_WAITING_CHANGES)
        self._lost = False

    def offer(self, change: Change) -> None:
        """Put a change in line without waiting."""
        try:
            self._waiting.put_nowait(change)
        except asyncio.QueueFull:
            self._lost = True

    async def next(self) -> Change:
        """Wait for the next change; FellBehindError when some were lost."""
        if self._lost:
            raise FellBehindError(f"more than {MAX_WAITING_CHANGES} changes were waiting")
        return await self._waiting.get()

    async def __aiter__(self) -> AsyncIterator[Change]:
        while True:
            yield await self.next()


class ChangeFeed:
    """Hands every change to every watcher."""

    def __init__(self) -> None:
        self._watchers: set[Subscription] = set()

    @contextmanager
    def subscribe(self) -> Iterator[Subscription]:
        """Watch for as long as the `with` block lasts."""
        watcher = Subscription()
        self._watchers.add(watcher)
        try:
            yield watcher
        finally:
            self._watchers.discard(watcher)

    def publish(self, change: Change) -> None:
        """Tell all watchers."""
        for watcher in self._watchers:
            watcher.offer(change)
