"""A look at a photo that somebody sent: whether it can be used, and what tells it from others."""

import hashlib
from dataclasses import dataclass, replace

from bot.chat.outcomes import Fetched, PhotoGone, TryLater
from bot.chat.telegram import Chat
from bot.conversation import Slot
from bot.images import Images, PictureError
from bot.images.errors import Reason


@dataclass(frozen=True, slots=True)
class PhotoRefused:
    """The photo can't be used; ``reason`` None when Telegram no longer has it."""

    reason: Reason | None


@dataclass(frozen=True, slots=True)
class PhotoUnreachable:
    """Telegram did not hand the photo over just now."""


NotTaken = PhotoRefused | PhotoUnreachable


class Looking:
    """Looks at photos before anything is made of them."""

    def __init__(self, chat: Chat, images: Images) -> None:
        self._chat = chat
        self._images = images

    async def at(self, slot: Slot) -> Slot | PhotoRefused | PhotoUnreachable:
        """Return a photo with its size and the digest of its bytes, or what is wrong with it."""
        match await self._chat.fetch_photo(slot.photo.file_id):
            case Fetched(data):
                try:
                    inspected = await self._images.inspect(data)
                except PictureError as error:
                    if error.reason is Reason.BUSY:
                        return PhotoUnreachable()
                    return PhotoRefused(error.reason)
                digest = hashlib.sha256(data).hexdigest()
                # Telegram tells no size of photos that were sent as files.
                width, height = inspected.width, inspected.height
                return replace(slot, photo=replace(slot.photo, digest=digest, width=width, height=height))
            case PhotoGone(too_big):
                return PhotoRefused(Reason.TOO_LARGE_FILE if too_big else None)
            case TryLater():
                return PhotoUnreachable()
