"""The haircuts that people marked, to find them again."""

from sqlalchemy import delete, select

from storage.link import Link
from storage.schema import favourites


class Favourites:
    """The table ``favourites``."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def add(self, user_id: int, haircut: str, at: float) -> None:
        """Mark a haircut; one that is marked keeps its place."""
        statement = self._link.insert(favourites).values(user_id=user_id, haircut=haircut, at=at)
        await self._link.rows(statement.on_conflict_do_nothing().returning(favourites.c.haircut))

    async def remove(self, user_id: int, haircut: str) -> None:
        """Take the mark away; that there is none is fine."""
        statement = delete(favourites).where(favourites.c.user_id == user_id, favourites.c.haircut == haircut)
        await self._link.rows(statement.returning(favourites.c.haircut))

    async def of(self, user_id: int) -> list[str]:
        """Return a person's haircuts, in the order in which they were marked."""
        query = (
            select(favourites.c.haircut)
            .where(favourites.c.user_id == user_id)
            .order_by(favourites.c.at, favourites.c.haircut)
        )
        return [haircut for (haircut,) in await self._link.rows(query)]
