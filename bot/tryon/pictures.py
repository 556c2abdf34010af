"""Use cases of pictures that were delivered: the full-size file, and what stands under them."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from bot.chat.messages import SheetPart, sheet_parts
from bot.chat.outcomes import CannotSend, Fetched, MessageRef, Place, Sent, TryLater
from bot.chat.screen import Screen
from bot.chat.telegram import Chat
from bot.providers.base import Downloaded, DownloadFailed, ResultDownloads
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


class FileKind(StrEnum):
    """What a file is: the provider's own picture, that of a part of a comparison, or what there is of it."""

    ORIGINAL = "original"
    PART = "part"
    COPY = "copy"
    COPY_FOR_NOW = "copy_for_now"
    SHEET = "sheet"


_OWN_PICTURE = frozenset({FileKind.ORIGINAL, FileKind.PART})


@dataclass(frozen=True, slots=True)
class _File:
    content: bytes | str
    media_type: str
    kind: FileKind


@dataclass(frozen=True, slots=True)
class Shown:
    """What is to be known of a job whose pictures are shown.

    ``parts`` are those on a sheet; ``is_again``: shown once more, beside the message that was paid for.
    """

    ability: str
    parts: tuple[SheetPart, ...]
    is_again: bool = False


class Pictures:
    """What a person can do with a picture they have."""

    def __init__(self, database: Database, chat: Chat, downloads: ResultDownloads) -> None:
        self._database = database
        self._chat = chat
        self._downloads = downloads

    async def send_file(
        self, visit: Visit, job_id: int, n: int, words: Callable[[FileKind], Screen]
    ) -> FileAnswer:
        """Send a result as a file: the original where it can still be had, else the largest copy there is.

        Args:
            visit: who asks, and where the file goes.
            job_id: the job the picture belongs to.
            n: which of the job's pictures, from 1.
            words: finds what to write under the file, and the buttons.
        """
        async with self._database.reading() as tx:
            job = await tx.jobs.get(job_id)
            if job is None or job.user_id != visit.user_id:
                return FileAnswer.GONE
            result = await tx.results.find(job_id, n)
            sheet = await tx.results.find(job_id, job.outputs + 1) if job.is_comparison else None
        file = await self._find(result, sheet) if result else FileAnswer.GONE
        if not isinstance(file, _File):
            return file
        place = Place(visit.chat_id, visit.thread_id, visit.message_id)
        name = f"try-on-{job_id}.{ENDINGS.get(file.media_type, 'jpg')}"
        outcome = await self._chat.show_document(place, file.content, name, words(file.kind))
        if not isinstance(outcome, Sent):
            return FileAnswer.CLOSED if isinstance(outcome, CannotSend) else FileAnswer.LATER
        if file.kind in _OWN_PICTURE and outcome.file_id and outcome.file_id != file.content:
            async with self._database.transaction() as tx:
                await tx.results.keep_document(job_id, n, outcome.file_id)
        return FileAnswer.SENT

    async def shown(self, visit: Visit, job_id: int, on: MessageRef) -> Shown | None:
        """Return what a person's pictures on a message show; None when they are not theirs, or forgotten."""
        async with self._database.reading() as tx:
            job = await tx.jobs.get(job_id)
            if job is None or job.user_id != visit.user_id or not job.request:
                return None
            pictures = await tx.results.of_job(job_id)
        come = {picture.n for picture in pictures if picture.state is ResultState.DELIVERED}
        delivered = {(picture.chat_id, picture.message_id) for picture in pictures}
        # Pictures are shown again in private chats alone.
        is_again = visit.is_private and (on.chat_id, on.message_id) not in delivered
        return Shown(job.ability, sheet_parts(wish_from_json(job.request), come), is_again)

    async def _find(self, result: Result, sheet: Result | None) -> _File | FileAnswer:
        """Return the best there is of a picture; of a comparison's, whose own file is gone, the sheet."""
        own = FileKind.PART if sheet else FileKind.ORIGINAL
        if result.document_file_id:
            return _File(result.document_file_id, result.media_type, own)
        is_away = False
        if result.source_url:
            outcome = await self._downloads.fetch(result.source_url)
            if isinstance(outcome, Downloaded):
                return _File(outcome.data, outcome.media_type, own)
            is_away = isinstance(outcome, DownloadFailed) and not outcome.final
        if result.file_id:
            return await self._copy(result.file_id, FileKind.COPY_FOR_NOW if is_away else FileKind.COPY)
        if is_away:
            return FileAnswer.LATER
        return await self._copy(sheet.file_id, FileKind.SHEET) if sheet and sheet.file_id else FileAnswer.GONE

    async def _copy(self, file_id: str, kind: FileKind) -> _File | FileAnswer:
        match await self._chat.fetch_photo(file_id):
            case Fetched(data):
                return _File(data, "image/jpeg", kind)
            case TryLater():
                return FileAnswer.LATER
            case _:
                return FileAnswer.GONE
