"""Pages with a photo on them, of those that Telegram has; buttons under it lead from one to the next."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from bot.chat.outcomes import CannotSend, EditOutcome, Fetched, MessageGone, MessageRef, Obstacle, Place
from bot.chat.screen import Illustration, Screen
from bot.chat.telegram import Chat
from bot.images import Images, PictureError
from bot.wish import PhotoRef

SHOWN_LONG_SIDE = 1280

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Leaf(Generic[T]):
    """One of several things, and its neighbours; ``n`` counts from 1."""

    item: T
    n: int
    of: int
    before: T | None
    after: T | None


def leaf(items: Sequence[T], at: int) -> Leaf[T] | None:
    """Return the thing at an index with its neighbours, the first where there is no such index."""
    if not items:
        return None
    at = at if 0 <= at < len(items) else 0
    before = items[at - 1] if at else None
    after = items[at + 1] if at + 1 < len(items) else None
    return Leaf(items[at], at + 1, len(items), before, after)


class Showing:
    """Shows photos, by the file id where that can be done."""

    def __init__(self, chat: Chat, images: Images) -> None:
        self._chat = chat
        self._images = images

    async def show(self, place: Place, photo: PhotoRef, screen: Screen, on: MessageRef | None = None) -> None:
        """Show a photo with a text under it, on the message ``on`` where it is still there, else anew."""
        outcome = await self._put(place, replace(screen, picture=Illustration(photo.file_id)), on)
        if isinstance(outcome, CannotSend) and outcome.obstacle is Obstacle.REFUSED:
            # What was sent as a file can't be shown as a photo by its id, and what is gone not at all.
            await self._put(place, replace(screen, picture=await self._copy(photo)), on)

    async def _put(self, place: Place, screen: Screen, on: MessageRef | None) -> EditOutcome:
        if on is not None:
            outcome = await self._chat.edit(on, screen)
            if not isinstance(outcome, MessageGone):
                return outcome
        return await self._chat.say(place, screen)

    async def _copy(self, photo: PhotoRef) -> Illustration | None:
        fetched = await self._chat.fetch_photo(photo.file_id)
        if not isinstance(fetched, Fetched):
            return None
        try:
            data = (await self._images.prepare(fetched.data, long_side=SHOWN_LONG_SIDE)).data
        except PictureError:
            return None
        return Illustration(data, key=f"shown:{photo.unique_id}")
