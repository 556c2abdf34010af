"""Use cases on the way to a tattoo: the starter set, and pointing at a place."""

from dataclasses import dataclass

from bot.chat.screen import Screen
from bot.conversation import Ask, Draft, PointingBegun, ask
from bot.images.designs import DESIGNS
from bot.tattoos import starter_design
from bot.tryon.body_photos import BodyPhotos
from bot.tryon.entrance import Entrance
from bot.tryon.tattoo_questions import PAGES, TattooQuestions
from bot.visit import Visit
from bot.wish import Ability, PhotoRef
from storage.database import Database


@dataclass(frozen=True, slots=True)
class NoPhoto:
    """The photo can't be had from Telegram now."""


class Tattoos:
    """What a person can look at before something is chosen; nothing here changes a draft."""

    def __init__(
        self, database: Database, entrance: Entrance, questions: TattooQuestions, photos: BodyPhotos
    ) -> None:
        self._database = database
        self._entrance = entrance
        self._questions = questions
        self._photos = photos

    def design(self, name: str) -> PhotoRef | None:
        """Return a starter design; None when there is none of that name."""
        return starter_design(name) if name in DESIGNS else None

    async def page(self, visit: Visit, page: int) -> Screen | None:
        """Return a page of the starter set, counted from 1; None when no design is asked for."""
        draft = await self._tattoo(visit)
        if draft is None or not 1 <= page <= len(PAGES) or ask(draft, consented=True) is not Ask.DESIGN:
            return None
        async with self._database.reading() as tx:
            user = await tx.users.get(visit.user_id)
        sent = draft.person is not None and draft.person.message_id is not None
        return await self._questions.designs(self._entrance.translator(user), page, can_swap=sent)

    async def pointing(self, visit: Visit) -> PointingBegun | NoPhoto | None:
        """Return what begins pointing at the photo in the draft; None when there is no such draft."""
        draft = await self._tattoo(visit)
        if draft is None or draft.person is None:
            return None
        photo = await self._photos.measured(draft.person.photo)
        return PointingBegun(photo) if photo else NoPhoto()

    async def _tattoo(self, visit: Visit) -> Draft | None:
        async with self._database.reading() as tx:
            row = await tx.drafts.get(visit.chat_id, visit.user_id)
        draft = Draft.from_json(row.state) if row else None
        return draft if draft is not None and draft.ability is Ability.TATTOO else None
