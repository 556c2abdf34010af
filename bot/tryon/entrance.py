"""What every use case does first: know the person, and mark the update in the transaction of its change."""

from collections.abc import Awaitable, Callable

from bot.clock import Clock
from bot.credits import Credits
from bot.errors import AlreadyHandledError
from bot.texts import Texts, Translator
from bot.visit import Visit
from storage.database import Database, Tx
from storage.users import User


class Entrance:
    """Lets people in: the first time with their free credits."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        credits_: Credits,
        texts: Texts,
        *,
        on_contact: Callable[[int], Awaitable[None]],
    ) -> None:
        self._database = database
        self._on_contact = on_contact
        self._clock = clock
        self._credits = credits_
        self._texts = texts

    async def greet(self, visit: Visit) -> Translator:
        """Note the person's visit and return a translator for their language.

        Pictures that could not be sent earlier follow, since now the person can be reached.
        """
        async with self._database.transaction() as tx:
            user, is_new = await tx.users.seen(visit.user_id, visit.telegram_language, self._clock.now())
            if is_new:
                await self._credits.welcome(tx, visit.user_id)
            if visit.name is not None and visit.name != user.name:
                await tx.users.set_name(visit.user_id, visit.name)
        if not is_new:
            await self._on_contact(visit.user_id)
        return self.translator(user)

    def translator(self, user: User | None, telegram_language: str | None = None) -> Translator:
        """Return the translator for a person: chosen language first, then Telegram's."""
        if user is None:
            return self._texts.speak(telegram_language)
        return self._texts.speak(user.language, user.telegram_language)

    def speak(self, language: str | None) -> Translator:
        """Return the translator for a language."""
        return self._texts.speak(language)

    async def mark(self, tx: Tx, visit: Visit) -> None:
        """Mark the visit's update as done inside the transaction that makes its change.

        Raises:
            AlreadyHandledError: when an earlier run already made the change; the transaction rolls back.
        """
        update = visit.update
        if not await tx.updates.mark_done(update.bot_id, update.update_id, self._clock.now()):
            raise AlreadyHandledError(f"update {update.update_id} was handled before")
