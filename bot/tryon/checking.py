"""Let a provider look at a photo before anything is paid, and remember what it said.

A check costs a call in the provider's window, so it is made once for each photo and role, and skipped when
the window is tight: no advice is better than a picture that has to wait.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.chat.outcomes import Fetched
from bot.chat.telegram import Chat
from bot.conversation import Advice, Checked, Role
from bot.images import Images, PictureError
from bot.providers.base import GarmentCheck, GarmentKind, PersonCheck, Picture
from bot.wish import PhotoRef

REMEMBERED = 2000
PERSON_LONG_SIDE = 2048
GARMENT_LONG_SIDE = 1024


@dataclass(frozen=True, slots=True)
class Checks:
    """The two looks a provider can take; None comes back when it did not take one."""

    person: Callable[[Picture], Awaitable[PersonCheck | None]]
    garment: Callable[[Picture], Awaitable[GarmentCheck | None]]


class Checking:
    """Finds the advice for a photo in its role; without ``checks`` there is never any."""

    def __init__(self, chat: Chat, images: Images, checks: Checks | None) -> None:
        self._chat = chat
        self._images = images
        self._checks = checks
        self._known: OrderedDict[tuple[Role, str], Checked] = OrderedDict()

    @property
    def is_possible(self) -> bool:
        """Return whether there is a provider that checks photos."""
        return self._checks is not None

    async def check(self, role: Role, photo: PhotoRef) -> Checked:
        """Return what a provider says of a photo; an empty advice when it says nothing."""
        known = self._known.get((role, photo.unique_id))
        if known is not None:
            self._known.move_to_end((role, photo.unique_id))
            return known
        checked = await self._look(role, photo)
        if checked is None:
            return Checked(role, photo.unique_id, Advice())
        self._known[role, photo.unique_id] = checked
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return checked

    async def _look(self, role: Role, photo: PhotoRef) -> Checked | None:
        fetched = await self._chat.fetch_photo(photo.file_id)
        if self._checks is None or not isinstance(fetched, Fetched):
            return None
        try:
            long_side = PERSON_LONG_SIDE if role == "person" else GARMENT_LONG_SIDE
            prepared = await self._images.prepare(fetched.data, long_side=long_side)
        except PictureError:
            return None
        picture = Picture(prepared.data)
        if role == "person":
            person = await self._checks.person(picture)
            return Checked(role, photo.unique_id, _advice(person)) if person else None
        garment = await self._checks.garment(picture)
        if garment is None:
            return None
        return Checked(role, photo.unique_id, Advice(is_clothes=garment.is_clothes), _kind(garment))


def _advice(check: PersonCheck) -> Advice:
    kinds = tuple(sorted(check.kinds)) if check.is_good else ()
    return Advice(problems=check.problems, kinds=kinds)


def _kind(check: GarmentCheck) -> GarmentKind:
    return check.kind if check.is_clothes else GarmentKind.AUTO
