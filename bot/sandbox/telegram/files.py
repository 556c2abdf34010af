"""The files people and bots sent: kept once per content, found by file id, forgotten oldest first."""

import asyncio
import base64
import hashlib
import mimetypes
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path, PurePath

from bot.sandbox.telegram.model import Document, Photo, PhotoSize
from bot.sandbox.telegram.pictures import HD_SIDE, Rendition, render_photo, render_thumbnail

MAX_KEPT_BYTES = 1024 * 1024 * 1024
MAX_REMEMBERED_SOURCES = 10_000
PHOTO_PREFIX = "AgACAgQAAx"
DOCUMENT_PREFIX = "BQACAgQAAx"
THUMBNAIL_PREFIX = "AAMCBAADGQ"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What is known of one file; path is what getFile answers."""

    file_id: str
    file_unique_id: str
    size: int
    path: str


class FileStore:
    """Keeps contents in memory, or under a directory when one is given."""

    def __init__(self, directory: Path | None = None, max_bytes: int = MAX_KEPT_BYTES) -> None:
        self._directory = directory
        self._max_bytes = max_bytes
        self._kept_bytes = 0
        self._files: OrderedDict[str, StoredFile] = OrderedDict()
        self._memory: dict[str, bytes] = {}
        self._by_path: dict[str, str] = {}
        self._photos: dict[str, Photo] = {}
        self._by_source: OrderedDict[bytes, Photo] = OrderedDict()
        self._drawing: dict[bytes, asyncio.Task[Photo]] = {}
        self._documents: dict[str, Document] = {}
        self._counter = 0

    async def add_photo(self, data: bytes, *, longest_side: int = HD_SIDE, any_size: bool = False) -> Photo:
        """Keep a picture as Telegram would; PictureRefusedError for what it would refuse."""
        source = hashlib.sha256(f"{longest_side}:{any_size}:".encode() + data).digest()
        known = self._by_source.get(source)
        if known is not None and all(size.file_id in self._files for size in known.sizes):
            return known
        # The same picture sent many times at once is drawn once: the others wait for the first.
        if source not in self._drawing:
            drawing = self._draw(source, data, longest_side=longest_side, any_size=any_size)
            self._drawing[source] = asyncio.create_task(drawing)
            self._drawing[source].add_done_callback(lambda _: self._drawing.pop(source, None))
        return await asyncio.shield(self._drawing[source])

    async def _draw(self, source: bytes, data: bytes, *, longest_side: int, any_size: bool) -> Photo:
        renditions = await asyncio.to_thread(render_photo, data, longest_side=longest_side, any_size=any_size)
        kept = [await self._add_rendition(one, source, PHOTO_PREFIX, "photos") for one in renditions]
        photo = Photo(tuple(kept))
        for size in photo.sizes:
            self._photos[size.file_id] = photo
        self._by_source[source] = photo
        while len(self._by_source) > MAX_REMEMBERED_SOURCES:
            self._by_source.popitem(last=False)
        return photo

    async def add_document(
        self, data: bytes, *, name: str | None, mime_type: str | None = None, thumbnail: bytes | None = None
    ) -> Document:
        """Keep a file as it is, with a thumbnail where it is a picture."""
        suffix = PurePath(name or "file").suffix
        guessed = mime_type or mimetypes.guess_type(name or "")[0] or "application/octet-stream"
        digest = hashlib.sha256(f"{name}:{guessed}:".encode() + data).digest()
        file_id, unique_id = _id(DOCUMENT_PREFIX, digest), "AgAD" + _text(digest[:8])
        stored = await self._keep(file_id, unique_id, data, f"documents/file_{{}}{suffix}")
        drawn = await asyncio.to_thread(render_thumbnail, thumbnail or data)
        document = Document(
            file_id=stored.file_id,
            file_unique_id=stored.file_unique_id,
            file_name=name,
            mime_type=guessed,
            file_size=len(data),
            thumbnail=await self._add_rendition(drawn, digest, THUMBNAIL_PREFIX, "thumbnails")
            if drawn
            else None,
        )
        self._documents[file_id] = document
        return document

    def photo(self, file_id: str) -> Photo | None:
        """Return the photo that one of its sizes' ids stands for."""
        return self._photos.get(file_id)

    def document(self, file_id: str) -> Document | None:
        """Return the document with this id."""
        return self._documents.get(file_id)

    def find(self, file_id: str) -> StoredFile | None:
        """Return a file that is still kept."""
        return self._files.get(file_id)

    def at_path(self, path: str) -> StoredFile | None:
        """Return the file behind a path that getFile gave out."""
        return self._files.get(self._by_path.get(path, ""))

    async def content(self, file_id: str) -> bytes | None:
        """Return a kept file's bytes."""
        stored = self._files.get(file_id)
        if stored is None:
            return None
        if self._directory is None:
            return self._memory.get(file_id)
        try:
            return await asyncio.to_thread(self._place(stored).read_bytes)
        except FileNotFoundError:
            return None

    def ids(self) -> tuple[str, ...]:
        """Return the ids of all kept files, oldest first."""
        return tuple(self._files)

    async def _add_rendition(
        self, rendition: Rendition, source: bytes, prefix: str, folder: str
    ) -> PhotoSize:
        # Ids come from the source: two pictures whose smallest renditions look the same are still two.
        digest = hashlib.sha256(f"{prefix}{rendition.type}:".encode() + source).digest()
        stored = await self._keep(
            _id(prefix, digest), "AQAD" + _text(digest[:8]), rendition.jpeg, f"{folder}/file_{{}}.jpg"
        )
        return PhotoSize(
            type=rendition.type,
            file_id=stored.file_id,
            file_unique_id=stored.file_unique_id,
            width=rendition.width,
            height=rendition.height,
            file_size=stored.size,
        )

    async def _keep(self, file_id: str, unique_id: str, data: bytes, path_form: str) -> StoredFile:
        known = self._files.get(file_id)
        if known is not None:
            self._files.move_to_end(file_id)
            return known
        self._counter += 1
        stored = StoredFile(file_id, unique_id, len(data), path_form.format(self._counter))
        if self._directory is not None:
            await asyncio.to_thread(_write, self._place(stored), data)
        # Only what is written is known to others; the same file may have come twice meanwhile.
        stored = self._files.setdefault(file_id, stored)
        if stored.path in self._by_path:
            return stored
        self._by_path[stored.path] = file_id
        self._kept_bytes += stored.size
        if self._directory is None:
            self._memory[file_id] = data
        await self._forget_oldest()
        return stored

    async def _forget_oldest(self) -> None:
        while self._kept_bytes > self._max_bytes and len(self._files) > 1:
            file_id, stored = self._files.popitem(last=False)
            self._kept_bytes -= stored.size
            self._by_path.pop(stored.path, None)
            self._memory.pop(file_id, None)
            self._photos.pop(file_id, None)
            self._documents.pop(file_id, None)
            if self._directory is not None:
                await asyncio.to_thread(self._place(stored).unlink, missing_ok=True)

    def _place(self, stored: StoredFile) -> Path:
        if self._directory is None:
            raise ValueError("this store keeps its files in memory")
        return self._directory / stored.path


def _write(place: Path, data: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _id(prefix: str, digest: bytes) -> str:
    return prefix + _text(digest + hashlib.sha256(digest).digest()[:19])
