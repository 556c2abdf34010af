"""Photos on which people point at a place: fetched when shown, kept in memory for a few minutes at most."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field, replace

from bot.chat.outcomes import Fetched
from bot.chat.telegram import Chat
from bot.clock import Clock
from bot.images import Images, PictureError
from bot.regions import Grid, Region
from bot.wish import PhotoRef

# Each nudge shows the same photo again; one that nobody looks at any more is let go.
KEPT_SECONDS = 180.0
KEPT_PHOTOS = 24
LONG_SIDE = 1280
MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class _Kept:
    data: bytes = field(repr=False)
    until: float


class BodyPhotos:
    """Shows a person's own photo with a grid or a rectangle on it.

    A photo is made smaller once and kept as that: some hundred kilobytes, at most ``MOST_BYTES``, for
    ``KEPT_SECONDS`` after it was last shown. Nothing is written anywhere.
    """

    def __init__(self, chat: Chat, clock: Clock, images: Images) -> None:
        self._chat = chat
        self._clock = clock
        self._images = images
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._forgetting: asyncio.Task[None] | None = None

    async def with_grid(self, photo: PhotoRef, grid: Grid) -> bytes | None:
        """Return the photo under a numbered grid; None when it can't be had now."""
        data = await self._fetch(photo)
        try:
            return await self._images.numbered_grid(data, grid) if data else None
        except PictureError:
            return None

    async def with_region(self, photo: PhotoRef, region: Region) -> bytes | None:
        """Return the photo with a rectangle on it; None when it can't be had now."""
        data = await self._fetch(photo)
        try:
            return await self._images.marked_region(data, region) if data else None
        except PictureError:
            return None

    async def measured(self, photo: PhotoRef) -> PhotoRef | None:
        """Return the photo with its upright size; None when it can't be had now.

        Telegram tells no size of photos that were sent as files, and not every photo was looked at by us.
        """
        if photo.width and photo.height:
            return photo
        fetched = await self._chat.fetch_photo(photo.file_id)
        if not isinstance(fetched, Fetched):
            return None
        try:
            seen = await self._images.inspect(fetched.data)
        except PictureError:
            return None
        return replace(photo, width=seen.width, height=seen.height)

    async def _fetch(self, photo: PhotoRef) -> bytes | None:
        self._let_go()
        kept = self._kept.get(photo.unique_id)
        data = kept.data if kept else await self._smaller(photo)
        if data is None:
            return None
        self._kept[photo.unique_id] = _Kept(data, self._clock.now() + KEPT_SECONDS)
        self._kept.move_to_end(photo.unique_id)
        while len(self._kept) > KEPT_PHOTOS:
            self._kept.popitem(last=False)
        if self._forgetting is None or self._forgetting.done():
            self._forgetting = asyncio.create_task(self._forget(), name="body-photos")
        return data

    async def _smaller(self, photo: PhotoRef) -> bytes | None:
        fetched = await self._chat.fetch_photo(photo.file_id)
        if not isinstance(fetched, Fetched):
            return None
        try:
            return (await self._images.prepare(fetched.data, long_side=LONG_SIDE, max_bytes=MOST_BYTES)).data
        except PictureError:
            return None

    def _let_go(self) -> None:
        now = self._clock.now()
        for unique_id, kept in tuple(self._kept.items()):
            if kept.until <= now:
                del self._kept[unique_id]

    async def _forget(self) -> None:
        """Let each photo go when its time is over, also when nobody asks for anything any more."""
        while self._kept:
            soonest = min(kept.until for kept in self._kept.values())
            await self._clock.sleep(max(0.0, soonest - self._clock.now()))
            self._let_go()
