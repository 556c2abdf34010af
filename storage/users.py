"""The people who talk to the bot, and what they agreed to."""

from dataclasses import dataclass

from sqlalchemy import func, select, text, update

from storage.link import Link
from storage.schema import consents, users


@dataclass(frozen=True, slots=True)
class User:
    """A person; ``language`` is the chosen one, ``consent_version`` the newest given.

    ``group_delivery`` is how their pictures come in groups (None openly), ``name`` what groups call them.
    """

    user_id: int
    language: str | None
    telegram_language: str | None
    created_at: float
    seen_at: float
    blocked_at: float | None
    consent_version: int | None
    group_delivery: str | None = None
    name: str | None = None


_CONSENT = (
    select(func.max(consents.c.version))
    .where(consents.c.user_id == users.c.user_id)
    .correlate(users)
    .scalar_subquery()
    .label("consent_version")
)
_SELECT = select(
    users.c.user_id,
    users.c.language,
    users.c.telegram_language,
    users.c.created_at,
    users.c.seen_at,
    users.c.blocked_at,
    _CONSENT,
    users.c.group_delivery,
    users.c.name,
)


class Users:
    """The tables ``users`` and ``consents``."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def seen(self, user_id: int, telegram_language: str | None, at: float) -> tuple[User, bool]:
        """Note that somebody is here; return them, and whether they are new."""
        insert = (
            self._link.insert(users)
            .values(user_id=user_id, telegram_language=telegram_language, created_at=at, seen_at=at)
            .on_conflict_do_nothing(index_elements=["user_id"])
            .returning(users.c.user_id)
        )
        if await self._link.first(insert) is not None:
            return User(user_id, None, telegram_language, at, at, None, None), True
        again = (
            update(users)
            .where(users.c.user_id == user_id)
            .values(telegram_language=telegram_language, seen_at=at)
        )
        await self._link.rows(again)
        user = await self.get(user_id)
        if user is None:  # pragma: no cover - users are never deleted
            raise LookupError("a user vanished inside a transaction")
        return user, False

    async def get(self, user_id: int) -> User | None:
        """Return a person, or None."""
        row = await self._link.first(_SELECT.where(users.c.user_id == user_id))
        return None if row is None else User(*row)

    async def set_language(self, user_id: int, language: str | None) -> None:
        """Store the chosen language; None follows Telegram's."""
        await self._link.rows(update(users).where(users.c.user_id == user_id).values(language=language))

    async def set_name(self, user_id: int, name: str) -> None:
        """Note what groups call a person."""
        await self._link.rows(update(users).where(users.c.user_id == user_id).values(name=name))

    async def set_group_delivery(self, user_id: int, delivery: str | None) -> None:
        """Store how a person's pictures come in groups; None openly."""
        await self._link.rows(update(users).where(users.c.user_id == user_id).values(group_delivery=delivery))

    async def forget_names(self, before: float) -> int:
        """Forget the names of people not seen since a time and return how many."""
        statement = update(users).where(text("name IS NOT NULL"), users.c.seen_at < before)
        return len(await self._link.rows(statement.values(name=None).returning(users.c.user_id)))

    async def consent(self, user_id: int, version: int, at: float) -> bool:
        """Store that a person agreed; return False when they had agreed to this version before."""
        statement = (
            self._link.insert(consents)
            .values(user_id=user_id, version=version, given_at=at)
            .on_conflict_do_nothing(index_elements=["user_id", "version"])
            .returning(consents.c.version)
        )
        return await self._link.first(statement) is not None

    async def set_blocked(self, user_id: int, at: float | None) -> None:
        """Note when a person blocked the bot; None when they are back."""
        await self._link.rows(update(users).where(users.c.user_id == user_id).values(blocked_at=at))

    async def expect(self, user_id: int, what: str | None, until: float | None = None) -> None:
        """Store what a person's next words or photo are for, and until when; None: for a try-on."""
        values = {"expects": what, "expects_until": until if what else None}
        await self._link.rows(update(users).where(users.c.user_id == user_id).values(values))

    async def expected(self, user_id: int, at: float) -> str | None:
        """Return what a person's next words or photo are for at this time, or None."""
        query = select(users.c.expects).where(users.c.user_id == user_id, users.c.expects_until > at)
        row = await self._link.first(query)
        return None if row is None else row.expects
