"""Use cases about the person alone: language and balance."""

from dataclasses import dataclass

from bot.clock import Clock
from bot.credits import Credits
from bot.texts import LANGUAGES, Translator
from bot.tryon.entrance import Entrance
from bot.visit import Visit
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Purse:
    """What a person can spend, and what is set aside."""

    available: int
    held: int


class People:
    """Reads and changes what is known of a person."""

    def __init__(self, database: Database, clock: Clock, entrance: Entrance, credits_: Credits) -> None:
        self._database = database
        self._clock = clock
        self._entrance = entrance
        self._credits = credits_

    async def purse(self, user_id: int) -> Purse:
        """Return a person's credits."""
        balance = await self._credits.balance(user_id)
        return Purse(balance.available, balance.held)

    async def translator(self, user_id: int, telegram_language: str | None) -> Translator:
        """Return the translator for somebody who may never have written to the bot."""
        async with self._database.reading() as tx:
            user = await tx.users.get(user_id)
        return self._entrance.translator(user, telegram_language)

    async def choose_language(self, visit: Visit, tag: str) -> Translator | None:
        """Set a person's language; None when there is no such language."""
        if tag not in LANGUAGES:
            return None
        async with self._database.transaction() as tx:
            await self._entrance.mark(tx, visit)
            await tx.users.set_language(visit.user_id, tag)
            user = await tx.users.get(visit.user_id)
        return self._entrance.translator(user)

    async def back(self, user_id: int) -> None:
        """Note that a person who had blocked the bot can be written to again."""
        async with self._database.transaction() as tx:
            await tx.users.set_blocked(user_id, None)

    async def blocked(self, user_id: int) -> None:
        """Note that a person blocked the bot."""
        async with self._database.transaction() as tx:
            await tx.users.set_blocked(user_id, self._clock.now())
