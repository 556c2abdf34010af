"""The photos that people keep of themselves: looked through, named, deleted, added to, and used."""

from dataclasses import dataclass

from bot.clock import Clock
from bot.conversation import Slot
from bot.tryon.entrance import Entrance
from bot.tryon.looking import Looking, PhotoRefused, PhotoUnreachable
from bot.tryon.shop import Shop
from bot.tryon.showing import Leaf, leaf
from bot.visit import Visit
from bot.wish import PhotoRef
from storage.database import Database, Tx
from storage.looks import Look

# For so long after the photos were opened, what comes is one more of them.
EXPECTED_SECONDS = 600.0
LONGEST_NAME = 40
PHOTO = "look"
NAME = "name"

LookLeaf = Leaf[Look]


@dataclass(frozen=True, slots=True)
class LookSaved:
    """The photo is kept."""

    look: Look


class Looks:
    """Everything about the saved photos of a person.

    What the next photo or words in the private chat are for is stored, so that a restart changes nothing;
    whatever changes the draft ends it.
    """

    def __init__(
        self, database: Database, clock: Clock, entrance: Entrance, looking: Looking, shop: Shop
    ) -> None:
        self._database = database
        self._clock = clock
        self._entrance = entrance
        self._looking = looking
        self._shop = shop

    async def open(self, visit: Visit, look_id: int = 0) -> LookLeaf | None:
        """Return a page of the photos, the one used last where none is asked for; None when there are none.

        From now on a photo is one more of them, once the person has agreed to what happens with photos.
        """
        async with self._database.transaction() as tx:
            await self._entrance.mark(tx, visit)
            if self._shop.has_consent(await tx.users.get(visit.user_id)):
                await self._expect(tx, visit, PHOTO)
            looks = await tx.looks.all(visit.user_id)
        return _page(looks, look_id)

    async def take(self, visit: Visit, slot: Slot) -> LookSaved | PhotoRefused | PhotoUnreachable | None:
        """Keep a photo; None when the person is not looking through theirs, and it is for a try-on."""
        if not visit.is_private or await self._expected(visit.user_id) != PHOTO:
            return None
        seen = await self._looking.at(slot)
        if not isinstance(seen, Slot):
            return seen
        photo = seen.photo
        async with self._database.transaction() as tx:
            await self._entrance.mark(tx, visit)
            now = self._clock.now()
            look = await tx.looks.keep(visit.user_id, photo.to_json(), photo.unique_id, now, is_added=True)
            # The parts of an album come one by one.
            await self._expect(tx, visit, PHOTO)
        return LookSaved(look)

    async def find(self, user_id: int, look_id: int) -> Look | None:
        """Return one of a person's photos."""
        async with self._database.reading() as tx:
            looks = await tx.looks.all(user_id)
        return next((look for look in looks if look.id == look_id), None)

    async def has_consent(self, user_id: int) -> bool:
        """Return whether a person agreed to what happens with photos."""
        async with self._database.reading() as tx:
            return self._shop.has_consent(await tx.users.get(user_id))

    async def ask_name(self, visit: Visit, look_id: int) -> Look | None:
        """Take the next words for the name of a photo; None when there is no such photo."""
        look = await self.find(visit.user_id, look_id)
        if look is not None:
            async with self._database.transaction() as tx:
                await self._entrance.mark(tx, visit)
                await self._expect(tx, visit, f"{NAME}:{look_id}")
        return look

    async def named(self, visit: Visit, words: str) -> LookLeaf | None:
        """Name the photo that is to be named; None when none is, and the words mean something else."""
        kind, _, look_id = (await self._expected(visit.user_id) or "").partition(":")
        if kind != NAME or not visit.is_private:
            return None
        name = " ".join(words.split())
        if len(name) > LONGEST_NAME:
            name = f"{name[: LONGEST_NAME - 1].rstrip()}…"
        async with self._database.transaction() as tx:
            await self._entrance.mark(tx, visit)
            await tx.looks.rename(visit.user_id, int(look_id), name or None)
            await self._expect(tx, visit, PHOTO)
            looks = await tx.looks.all(visit.user_id)
        return _page(looks, int(look_id))

    async def delete(self, visit: Visit, look_id: int) -> LookLeaf | None:
        """Delete a photo and return the page that is shown instead; None when none is left."""
        async with self._database.transaction() as tx:
            await self._entrance.mark(tx, visit)
            looks = await tx.looks.all(visit.user_id)
            at = next((place for place, look in enumerate(looks) if look.id == look_id), 0)
            await tx.looks.delete(visit.user_id, look_id)
            left = await tx.looks.all(visit.user_id)
        return leaf(left, min(at, len(left) - 1))

    async def _expected(self, user_id: int) -> str | None:
        async with self._database.reading() as tx:
            return await tx.users.expected(user_id, self._clock.now())

    async def _expect(self, tx: Tx, visit: Visit, what: str) -> None:
        await tx.users.expect(visit.user_id, what, self._clock.now() + EXPECTED_SECONDS)


def photo_of(look: Look) -> PhotoRef:
    """Return a saved photo as Telegram knows it."""
    return PhotoRef.from_json(look.photo)


def _page(looks: list[Look], look_id: int) -> LookLeaf | None:
    return leaf(looks, next((place for place, look in enumerate(looks) if look.id == look_id), 0))
