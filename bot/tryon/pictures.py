"""Use cases of pictures that were delivered: the full-size file, and forgetting."""

from dataclasses import dataclass
from enum import StrEnum

from bot.chat.messages import SheetPart, sheet_parts
from bot.chat.outcomes import CannotSend, Fetched, MessageRef, Place, Sent
from bot.chat.telegram import Chat
from bot.clock import Clock
from bot.providers.base import Downloaded, ResultDownloads
from bot.tryon.entrance import Entrance
from bot.visit import Visit
from bot.wish import wish_from_json
from storage.database import Database
from storage.results import Result, ResultState

ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}


class FileAnswer(StrEnum):
    """What came of asking for the file."""

    SENT = "sent"
    GONE = "gone"
    LATER = "later"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class _File:
    content: bytes | str
    media_type: str
    original: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """What is to be known of a job whose pictures are shown; ``parts`` are those on a sheet."""

    ability: str
    parts: tuple[SheetPart, ...]


class Pictures:
    """What a person can do with a picture they have."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        chat: Chat,
        entrance: Entrance,
        downloads: ResultDownloads,
    ) -> None:
        self._database = database
        self._clock = clock
        self._chat = chat
        self._entrance = entrance
        self._downloads = downloads

    async def send_file(self, visit: Visit, job_id: int, n: int, captions: tuple[str, str]) -> FileAnswer:
        """Send a result as a file, the original where it can still be had.

        Args:
            visit: who asks, and where the file goes.
            job_id: the job the picture belongs to.
            n: which of the job's pictures, from 1.
            captions: what to write under the original, and under the largest copy there is.
        """
        result = await self._own_result(visit, job_id, n)
        if result is None:
            return FileAnswer.GONE
        file = await self._find(result)
        if file is None:
            return FileAnswer.GONE
        place = Place(visit.chat_id, visit.thread_id, visit.message_id)
        name = f"try-on-{job_id}.{ENDINGS.get(file.media_type, 'jpg')}"
        outcome = await self._chat.show_document(
            place, file.content, name, captions[0] if file.original else captions[1]
        )
        if not isinstance(outcome, Sent):
            return FileAnswer.CLOSED if isinstance(outcome, CannotSend) else FileAnswer.LATER
        if file.original and outcome.file_id and outcome.file_id != file.content:
            async with self._database.transaction() as tx:
                await tx.results.keep_document(job_id, n, outcome.file_id)
        return FileAnswer.SENT

    async def shown(self, visit: Visit, job_id: int) -> Shown | None:
        """Return what a person's pictures show; None when they are not theirs, or forgotten."""
        async with self._database.reading() as tx:
            job = await tx.jobs.get(job_id)
            if job is None or job.user_id != visit.user_id or not job.request:
                return None
            pictures = await tx.results.of_job(job_id)
        come = {picture.n for picture in pictures if picture.state is ResultState.DELIVERED}
        return Shown(job.ability, sheet_parts(wish_from_json(job.request), come))

    async def delete(self, visit: Visit, job_id: int, message: MessageRef) -> bool:
        """Forget a job's pictures and photos and remove the message; False when it is not the person's."""
        async with self._database.transaction() as tx:
            job = await tx.jobs.get(job_id)
            # A job under way still needs its photos, and its picture is yet to be stored.
            if job is None or job.user_id != visit.user_id or job.is_open:
                return False
            await self._entrance.mark(tx, visit)
            await tx.results.delete_of_job(job_id, visit.user_id)
            await tx.jobs.forget_one(job_id, self._clock.now())
            for photo in (job.request or {}).get("photos", {}).values():
                await tx.looks.delete_by_photo(visit.user_id, photo["unique_id"])
            votes = [poll for poll in await tx.polls.of_user(visit.user_id) if job_id in poll.choices]
            for poll in votes:
                await tx.polls.delete(poll.id)
        await self._chat.remove(message)
        for poll in votes:
            # The card shows the picture, too.
            if poll.message_id:
                await self._chat.remove(MessageRef(poll.chat_id, poll.message_id))
        return True

    async def _own_result(self, visit: Visit, job_id: int, n: int) -> Result | None:
        async with self._database.reading() as tx:
            job = await tx.jobs.get(job_id)
            if job is None or job.user_id != visit.user_id:
                return None
            return await tx.results.find(job_id, n)

    async def _find(self, result: Result) -> _File | None:
        if result.document_file_id:
            return _File(result.document_file_id, result.media_type, original=True)
        if result.source_url:
            outcome = await self._downloads.fetch(result.source_url)
            if isinstance(outcome, Downloaded):
                return _File(outcome.data, outcome.media_type, original=True)
        if result.file_id:
            copy = await self._chat.fetch_photo(result.file_id)
            if isinstance(copy, Fetched):
                return _File(copy.data, "image/jpeg", original=False)
        return None
