"""What the chat asks of the texts: a Protocol, so that sending knows no words."""

from typing import Protocol

from bot.chat.messages import Delivery, NoticeText, Progress
from bot.chat.screen import Screen


class Screens(Protocol):
    """Finds words and buttons for what is told about a job."""

    def progress(self, progress: Progress, language: str | None) -> Screen:
        """Return the card of a job on its way."""
        ...

    def picture_caption(self, delivery: Delivery) -> Screen:
        """Return the caption and the buttons of a finished picture; at most 1024 visible characters."""
        ...

    def notice(self, notice: NoticeText) -> Screen:
        """Return the message of a notice."""
        ...
