"""Pictures made of a picture: before and after, and a card to show to others.

Photos are fetched for the moment and composed in the threads of ``Images``; nothing of them is kept.
"""

from collections.abc import Awaitable, Callable
from enum import StrEnum

from bot.chat.outcomes import CannotSend, Fetched, Place, Sent, TryLater
from bot.chat.screen import Screen
from bot.chat.screens.results import SHEET
from bot.chat.telegram import Chat
from bot.images import Images, PictureError
from bot.visit import Visit
from bot.wish import wish_from_json
from storage.database import Database
from storage.jobs import Job
from storage.results import Result


class Keepsake(StrEnum):
    """What came of asking for a picture made of a picture."""

    SENT = "sent"
    GONE = "gone"
    BEFORE_GONE = "before_gone"
    CLOSED = "closed"
    LATER = "later"


class _MissingError(Exception):
    """A photo that is needed can't be had; carries the answer."""

    def __init__(self, answer: Keepsake) -> None:
        super().__init__(answer.value)
        self.answer = answer


class Keepsakes:
    """Makes and sends them; ``footer`` is what the card says below, such as @botname."""

    def __init__(self, database: Database, chat: Chat, images: Images, *, footer: str) -> None:
        self._database = database
        self._chat = chat
        self._images = images
        self._footer = footer

    async def before_after(self, visit: Visit, job_id: int, n: int, caption: str) -> Keepsake:
        """Send the person's photo and the picture side by side; of a sheet there is none."""

        async def make(job: Job, picture: Result) -> bytes:
            wish = wish_from_json(job.request)
            after = await self._fetch(picture.file_id, Keepsake.GONE)
            before = await self._fetch(wish.person.file_id or None, Keepsake.BEFORE_GONE)
            return await self._images.before_after(before, after)

        return Keepsake.GONE if n == SHEET else await self._send(visit, job_id, n, caption, make)

    async def share_card(self, visit: Visit, job_id: int, n: int, caption: str) -> Keepsake:
        """Send a card with the picture alone and without buttons, to be forwarded."""

        async def make(_job: Job, picture: Result) -> bytes:
            after = await self._fetch(picture.file_id, Keepsake.GONE)
            return await self._images.share_card(after, self._footer)

        return await self._send(visit, job_id, n, caption, make)

    async def _send(
        self,
        visit: Visit,
        job_id: int,
        n: int,
        caption: str,
        make: Callable[[Job, Result], Awaitable[bytes]],
    ) -> Keepsake:
        async with self._database.reading() as tx:
            job = await tx.jobs.get(job_id)
            if job is None or job.user_id != visit.user_id or not job.request:
                return Keepsake.GONE
            picture = await tx.results.find(job_id, job.outputs + 1 if n == SHEET else n)
        if picture is None or picture.file_id is None:
            return Keepsake.GONE
        place = Place(visit.chat_id, visit.thread_id, visit.message_id)
        await self._chat.acting(place, "upload_photo")
        try:
            made = await make(job, picture)
        except _MissingError as missing:
            return missing.answer
        except PictureError as error:
            return Keepsake.LATER if error.reason.is_temporary else Keepsake.GONE
        outcome = await self._chat.show_photo(place, made, Screen(caption))
        if isinstance(outcome, CannotSend):
            return Keepsake.CLOSED
        return Keepsake.SENT if isinstance(outcome, Sent) else Keepsake.LATER

    async def _fetch(self, file_id: str | None, if_gone: Keepsake) -> bytes:
        if file_id is None:
            raise _MissingError(if_gone)
        fetched = await self._chat.fetch_photo(file_id)
        if isinstance(fetched, Fetched):
            return fetched.data
        raise _MissingError(Keepsake.LATER if isinstance(fetched, TryLater) else if_gone)
