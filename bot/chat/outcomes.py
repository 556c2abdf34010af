"""What can come of asking Telegram for something, as values instead of exceptions."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message goes: a chat, perhaps a topic, perhaps as a reply."""

    chat_id: int
    thread_id: int | None = None
    reply_to: int | None = None


@dataclass(frozen=True, slots=True)
class MessageRef:
    """A message that was sent earlier and may be edited or removed."""

    chat_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class Sent:
    """Telegram has the message; for pictures the ids under which it can be sent again.

    ``is_file``: it went out as a file, so that its id is good for a file only.
    """

    message_id: int
    file_id: str | None = None
    file_unique_id: str | None = None
    is_file: bool = False


class Obstacle(StrEnum):
    """Why Telegram will not let us write somewhere."""

    BLOCKED = "blocked"
    KICKED = "kicked"
    NO_RIGHT = "no_right"
    CHAT_GONE = "chat_gone"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class CannotSend:
    """Telegram refused for good: this message can't be written there."""

    obstacle: Obstacle
    detail: str = ""


@dataclass(frozen=True, slots=True)
class MessageGone:
    """The message to edit is no longer there."""


@dataclass(frozen=True, slots=True)
class TryLater:
    """Telegram certainly did not take it (no connection, 429); safe to repeat after a wait."""

    seconds: float


@dataclass(frozen=True, slots=True)
class MaybeSent:
    """Nobody can say whether Telegram took it (time-out, broken connection)."""


SendOutcome = Sent | CannotSend | TryLater | MaybeSent
EditOutcome = Sent | CannotSend | MessageGone | TryLater | MaybeSent


@dataclass(frozen=True, slots=True)
class Fetched:
    """A photo's bytes as Telegram gave them."""

    data: bytes

    def __repr__(self) -> str:
        return f"Fetched({len(self.data)} bytes)"


@dataclass(frozen=True, slots=True)
class PhotoGone:
    """Telegram no longer has the file, or will not give it to a bot (over 20 MB)."""

    too_big: bool = False


FetchOutcome = Fetched | PhotoGone | TryLater
