"""What the scheduler asks of the chat: a Protocol, so that jobs know nothing of Telegram."""

from typing import Protocol

from bot.chat.messages import Addressee, Delivery, NoticeText, Progress, Stage
from bot.chat.outcomes import EditOutcome, FetchOutcome, MessageRef, Place, SendOutcome
from storage.jobs import Job

__all__ = ["Delivery", "NoticeText", "Progress", "Sending", "Stage", "addressee_of"]


def addressee_of(job: Job) -> Addressee | None:
    """Return whom a job's messages are for, where others read them too."""
    return None if job.chat_id == job.user_id else Addressee(job.user_id, job.addressee or "")


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
