"""Use cases of choosing hair: turning pages, being surprised, keeping favourites."""

import random

from bot.chat.screen import Screen
from bot.clock import Clock
from bot.conversation import Ask, Draft, HairEvent, ask, is_beyond_limits
from bot.hairstyles import ALL_HAIRCUTS
from bot.tryon.entrance import Entrance
from bot.tryon.hair_questions import HairQuestions
from bot.visit import Visit
from bot.wish import Ability
from storage.database import Database


class Hair:
    """What can be done on the way to other hair beside changing the draft."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        entrance: Entrance,
        questions: HairQuestions,
        chance: random.Random,
    ) -> None:
        self._database = database
        self._clock = clock
        self._entrance = entrance
        self._questions = questions
        self._chance = chance

    async def page(self, visit: Visit, page: str) -> Screen | None:
        """Return a page of the browser, which changes nothing; None when no haircut is being chosen."""
        async with self._database.reading() as tx:
            row = await tx.drafts.get(visit.chat_id, visit.user_id)
            user = await tx.users.get(visit.user_id)
            kept = tuple(await tx.favourites.of(visit.user_id))
        draft = Draft.from_json(row.state) if row else None
        if draft is None or draft.ability is not Ability.HAIRSTYLE:
            return None
        if ask(draft, consented=True) is not Ask.HAIR:
            return None
        return await self._questions.page(self._entrance.translator(user), draft.hair, page, kept)

    async def surprise(self, visit: Visit) -> str:
        """Return any haircut that is not chosen yet."""
        draft = await self._draft(visit)
        chosen = draft.hair.haircuts if draft else ()
        return self._chance.choice([haircut for haircut in ALL_HAIRCUTS if haircut not in chosen])

    async def refuses(self, visit: Visit, event: HairEvent) -> bool:
        """Return whether a tap would leave too few or too many haircuts or colours to compare."""
        draft = await self._draft(visit)
        return draft is not None and is_beyond_limits(draft.hair, event)

    async def is_waiting_for_words(self, visit: Visit) -> bool:
        """Return whether a haircut or a colour is asked for, which can be told in words."""
        draft = await self._draft(visit)
        if draft is None or draft.ability is not Ability.HAIRSTYLE:
            return False
        return ask(draft, consented=True) in {Ask.HAIR, Ask.COLOR}

    async def star(self, visit: Visit, haircut: str, *, keep: bool) -> bool:
        """Make a haircut a favourite, or no favourite any more.

        False when there is no such haircut, or when no hair is being chosen.
        """
        draft = await self._draft(visit)
        if haircut not in ALL_HAIRCUTS or draft is None or draft.ability is not Ability.HAIRSTYLE:
            return False
        async with self._database.transaction() as tx:
            await self._entrance.mark(tx, visit)
            if keep:
                await tx.favourites.add(visit.user_id, haircut, self._clock.now())
            else:
                await tx.favourites.remove(visit.user_id, haircut)
        return True

    async def _draft(self, visit: Visit) -> Draft | None:
        async with self._database.reading() as tx:
            row = await tx.drafts.get(visit.chat_id, visit.user_id)
        return Draft.from_json(row.state) if row else None
