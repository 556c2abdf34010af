"""Photos from Telegram: getFile, then the download; and the designs that are drawn instead of fetched."""

import asyncio
from collections.abc import Awaitable, Callable

from telegram import File
from telegram.error import InvalidToken, TelegramError

from bot.chat.connection import MEDIA_SECONDS, Bot
from bot.chat.line import Line
from bot.chat.outcomes import CannotSend, Fetched, FetchOutcome, PhotoGone, TryLater
from bot.chat.verdicts import NO_CONNECTION_SECONDS, Unusable
from bot.clock import Clock
from bot.images import PictureError
from bot.tattoos import starter_name

# A bot can't fetch more from Telegram's own servers; a server of one's own could give gigabytes.
MAX_BYTES = 20 * 1024 * 1024
AT_ONCE = 8
# Telegram says "wrong file_id or the file is temporarily unavailable" for both.
SECOND_LOOK_SECONDS = 1.5
DRAW_AGAIN_SECONDS = 2.0

DrawDesign = Callable[[str], Awaitable[bytes]]


class Photos:
    """Fetches photos, a few at a time; what names a starter design is drawn, and Telegram never sees it."""

    def __init__(self, bot: Bot, line: Line, clock: Clock, draw_design: DrawDesign) -> None:
        self._bot = bot
        self._line = line
        self._clock = clock
        self._draw_design = draw_design
        self._places = asyncio.Semaphore(AT_ONCE)

    async def fetch(self, file_id: str, max_bytes: int = MAX_BYTES) -> FetchOutcome:
        """Return a photo's bytes, or why there are none."""
        design = starter_name(file_id)
        if design is not None:
            return await self._drawn(design)
        async with self._places:
            outcome = await self._fetch(file_id, max_bytes)
            if outcome == PhotoGone():
                await self._clock.sleep(SECOND_LOOK_SECONDS)
                outcome = await self._fetch(file_id, max_bytes)
            return outcome

    async def _drawn(self, name: str) -> FetchOutcome:
        try:
            return Fetched(await self._draw_design(name))
        except PictureError:
            return TryLater(DRAW_AGAIN_SECONDS)
        except ValueError:
            # An earlier release had it.
            return PhotoGone()

    async def _fetch(self, file_id: str, max_bytes: int) -> FetchOutcome:
        answer = await self._line.attempt("getFile", lambda: self._bot.get_file(file_id))
        match answer:
            case File():
                return await self._download(answer, max_bytes)
            case TryLater():
                return answer
            case Unusable(detail) | CannotSend(_, detail):
                return PhotoGone(too_big="too big" in detail.lower())
            case _:
                return TryLater(NO_CONNECTION_SECONDS)

    async def _download(self, file: File, max_bytes: int) -> FetchOutcome:
        if (file.file_size or 0) > max_bytes:
            return PhotoGone(too_big=True)
        if not file.file_path:
            return PhotoGone()
        data = await self._line.attempt("download", lambda: _read(file))
        match data:
            case bytes():
                return Fetched(data) if len(data) <= max_bytes else PhotoGone(too_big=True)
            case CannotSend() | None:
                return PhotoGone()
            case TryLater():
                return data
            case _:
                # Reading is free of consequences: whatever broke, it can be read again.
                return TryLater(NO_CONNECTION_SECONDS)


async def _read(file: File) -> bytes | None:
    """Return a file's bytes, or None when it isn't there, which the library takes for a wrong token."""
    try:
        return bytes(await file.download_as_bytearray(read_timeout=MEDIA_SECONDS))
    except InvalidToken:
        return None
    except TelegramError as error:
        if "not found" in str(error).lower():
            return None
        raise
