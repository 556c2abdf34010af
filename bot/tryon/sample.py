"""The sample picture of the welcome: drawn by the project, sent once as bytes and then by its file id."""

import asyncio
from pathlib import Path

from bot.chat.outcomes import Place, SendOutcome, Sent
from bot.chat.screen import Screen
from bot.chat.telegram import Chat

FILE = Path(__file__).parent / "sample.jpg"


class Sample:
    """Shows the sample picture with a text under it."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._file_id: str | None = None

    async def show(self, place: Place, screen: Screen) -> SendOutcome:
        """Send the sample picture with the screen as its caption."""
        outcome = await self._chat.show_photo(place, await self._content(), screen)
        if isinstance(outcome, Sent):
            self._file_id = outcome.file_id or self._file_id
        return outcome

    async def _content(self) -> bytes | str:
        if self._file_id is not None:
            return self._file_id
        return await asyncio.to_thread(FILE.read_bytes)
