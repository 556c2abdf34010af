"""One try-on upon another: a picture becomes the photo of the next, and back."""

from enum import StrEnum

from bot.chat.outcomes import MessageRef
from bot.conversation import Draft, LookChosen, Slot
from bot.providers.base import Ability
from bot.tryon.drafting import Drafting
from bot.tryon.looking import Looking, PhotoUnreachable
from bot.visit import Visit
from bot.wish import PhotoRef, wish_from_json
from storage.database import Database


class GoingOn(StrEnum):
    """What came of going on with a picture."""

    ASKED = "asked"
    GONE = "gone"
    LATER = "later"


class Chaining:
    """Takes pictures for photos of the person."""

    def __init__(self, database: Database, looking: Looking, drafting: Drafting) -> None:
        self._database = database
        self._looking = looking
        self._drafting = drafting

    async def is_there(self, visit: Visit, job_id: int, n: int) -> bool:
        """Return whether a picture of the person's is still known."""
        return await self._picture(visit.user_id, job_id, n) is not None

    async def go_on(
        self, visit: Visit, job_id: int, n: int, ability: Ability, on: MessageRef | None = None
    ) -> GoingOn:
        """Begin a try-on with a picture as the photo of the person."""
        photo = await self._picture(visit.user_id, job_id, n)
        if photo is None:
            return GoingOn.GONE
        seen = await self._looking.at(Slot(photo))
        if isinstance(seen, PhotoUnreachable):
            return GoingOn.LATER
        if not isinstance(seen, Slot):
            return GoingOn.GONE
        await self._drafting.begin(visit, seen.photo, ability, on=on)
        return GoingOn.ASKED

    async def step_back(self, visit: Visit, on: MessageRef) -> bool:
        """Put the photo in the draft that its picture was made of; False when it is forgotten."""
        async with self._database.reading() as tx:
            row = await tx.drafts.get(visit.chat_id, visit.user_id)
            person = Draft.from_json(row.state).person if row else None
            made_by = person.photo.of_job if person else None
            job = await tx.jobs.get(made_by) if made_by else None
        if job is None or job.user_id != visit.user_id or not job.request:
            return False
        before = wish_from_json(job.request).person
        return not before.is_forgotten and await self._drafting.choose(visit, LookChosen(before), on)

    async def _picture(self, user_id: int, job_id: int, n: int) -> PhotoRef | None:
        async with self._database.reading() as tx:
            job = await tx.jobs.get(job_id)
            result = await tx.results.find(job_id, n) if job and job.user_id == user_id else None
        # A picture of a comparison was never sent alone, unless somebody asked for its file.
        file_id = (result.file_id or result.document_file_id) if result else None
        if result is None or file_id is None:
            return None
        unique_id = result.file_unique_id or f"result-{job_id}-{n}"
        return PhotoRef(file_id, unique_id, result.width, result.height, of_job=job_id)
