"""Photos that people keep of themselves, as references to Telegram's files."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select, update

from storage.link import Link, columns
from storage.schema import looks


@dataclass(frozen=True, slots=True)
class Look:
    """A saved photo; ``photo`` is the caller's own JSON, ``added_at`` None when it was kept with a try-on."""

    id: int
    user_id: int
    photo: dict[str, Any]
    file_unique_id: str
    name: str | None
    created_at: float
    used_at: float
    added_at: float | None = None

    @property
    def is_own_choice(self) -> bool:
        """Return whether the person saved or named it, and did not only use it."""
        return self.added_at is not None or self.name is not None


_COLUMNS = columns(looks, Look)


class Looks:
    """The table ``looks``."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def keep(
        self, user_id: int, photo: dict[str, Any], file_unique_id: str, at: float, *, is_added: bool = False
    ) -> Look:
        """Save a photo, or note that it was used again; ``is_added``: the person asked for it."""
        newest = {"photo": photo, "used_at": at, **({"added_at": at} if is_added else {})}
        statement = (
            self._link.insert(looks)
            .values(user_id=user_id, file_unique_id=file_unique_id, created_at=at, **newest)
            .on_conflict_do_update(index_elements=["user_id", "file_unique_id"], set_=newest)
            .returning(*_COLUMNS)
        )
        (row,) = await self._link.rows(statement)
        return Look(*row)

    async def newest(self, user_id: int) -> Look | None:
        """Return the photo used last, or None."""
        row = await self._link.first(_of(user_id).limit(1))
        return None if row is None else Look(*row)

    async def count(self, user_id: int) -> int:
        """Return how many photos a person has."""
        return int(await self._link.value(select(func.count()).where(looks.c.user_id == user_id)))

    async def all(self, user_id: int) -> list[Look]:
        """Return a person's photos, the one used last first."""
        return [Look(*row) for row in await self._link.rows(_of(user_id))]

    async def rename(self, user_id: int, look_id: int, name: str | None) -> bool:
        """Name a photo; return False when the person has no such photo."""
        statement = (
            update(looks)
            .where(looks.c.id == look_id, looks.c.user_id == user_id)
            .values(name=name)
            .returning(looks.c.id)
        )
        return await self._link.first(statement) is not None

    async def delete(self, user_id: int, look_id: int) -> bool:
        """Delete a photo; return False when the person has no such photo."""
        statement = delete(looks).where(looks.c.id == look_id, looks.c.user_id == user_id)
        return await self._link.first(statement.returning(looks.c.id)) is not None

    async def forget(self, before: float) -> int:
        """Delete photos not used since a time and return how many."""
        statement = delete(looks).where(looks.c.used_at < before).returning(looks.c.id)
        return len(await self._link.rows(statement))


def _of(user_id: int) -> Any:  # noqa: ANN401 - a Select of a look's columns
    return (
        select(*_COLUMNS)
        .where(looks.c.user_id == user_id)
        .order_by(looks.c.used_at.desc(), looks.c.id.desc())
    )
