"""What the scheduler asks of the chat: a Protocol, so that jobs know nothing of Telegram."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from bot.chat.outcomes import EditOutcome, FetchOutcome, MessageRef, Place, SendOutcome


class Stage(StrEnum):
    """What a waiting person is told about their picture."""

    WAITING = "waiting"
    PREPARING = "preparing"
    RENDERING = "rendering"
    DELIVERING = "delivering"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Progress:
    """A snapshot of one job for its card: place counts from 1, seconds are estimated, fraction is 0..1."""

    job_id: int
    ability: str
    stage: Stage
    place: int | None = None
    seconds_left: float | None = None
    fraction: float | None = None
    can_cancel: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """A finished picture on its way to a person; ``data`` are the provider's own bytes."""

    job_id: int
    user_id: int
    ability: str
    n: int
    of: int
    price: int
    balance: int
    language: str | None
    data: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class NoticeText:
    """A notice as a cause and its parameters; the chat finds the words and the buttons for it."""

    kind: str
    params: dict[str, Any]
    language: str | None


class Sending(Protocol):
    """The chat as the scheduler sees it; no method raises for anything Telegram does."""

    def show_progress(self, card: MessageRef, progress: Progress, language: str | None) -> None:
        """Show the latest progress on a card soon, dropping earlier ones not yet shown; return at once."""
        ...

    async def forget_progress(self, card: MessageRef) -> None:
        """Drop progress still waiting for this card and wait for an edit that is on its way."""
        ...

    async def send_picture(self, place: Place, delivery: Delivery) -> SendOutcome:
        """Send the picture once as a new message."""
        ...

    async def turn_into_picture(self, card: MessageRef, delivery: Delivery) -> EditOutcome:
        """Edit a card into the picture; "not modified" is success."""
        ...

    async def remove(self, card: MessageRef) -> None:
        """Remove a card; that it is gone or too old is fine."""
        ...

    async def send_notice(self, place: Place, notice: NoticeText) -> SendOutcome:
        """Send a notice as a new message."""
        ...

    async def turn_into_notice(self, card: MessageRef, notice: NoticeText) -> EditOutcome:
        """Edit a card into a notice; "not modified" is success."""
        ...

    async def fetch_photo(self, file_id: str) -> FetchOutcome:
        """Fetch a photo's bytes from Telegram."""
        ...
