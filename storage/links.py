"""Deep links that an operator made: a garment's photo or a haircut that one tap opens."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from storage.link import Link, columns
from storage.schema import links


@dataclass(frozen=True, slots=True)
class DeepLink:
    """A link by its token; ``target`` is the caller's own JSON, ``opened`` how often it was followed."""

    token: str
    kind: str
    target: dict[str, Any]
    title: str | None
    created_by: int
    created_at: float
    opened: int
    disabled_at: float | None


_COLUMNS = columns(links, DeepLink)


class DeepLinks:
    """The table ``links``."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def add(
        self, token: str, kind: str, target: dict[str, Any], title: str | None, created_by: int, at: float
    ) -> DeepLink | None:
        """Store a link; return None when the token was used before."""
        statement = (
            self._link.insert(links)
            .values(token=token, kind=kind, target=target, title=title, created_by=created_by, created_at=at)
            .on_conflict_do_nothing(index_elements=["token"])
            .returning(*_COLUMNS)
        )
        row = await self._link.first(statement)
        return None if row is None else DeepLink(*row)

    async def find(self, token: str) -> DeepLink | None:
        """Return a link that is on."""
        row = await self._link.first(
            select(*_COLUMNS).where(links.c.token == token, links.c.disabled_at.is_(None))
        )
        return None if row is None else DeepLink(*row)

    async def open(self, token: str) -> DeepLink | None:
        """Count that a link was followed and return it; None when there is none, or it is off."""
        statement = (
            update(links)
            .where(links.c.token == token, links.c.disabled_at.is_(None))
            .values(opened=links.c.opened + 1)
            .returning(*_COLUMNS)
        )
        row = await self._link.first(statement)
        return None if row is None else DeepLink(*row)

    async def of_creator(self, user_id: int, limit: int, offset: int = 0) -> list[DeepLink]:
        """Return an operator's links that are on, the newest first, after so many."""
        query = (
            select(*_COLUMNS)
            .where(links.c.created_by == user_id, links.c.disabled_at.is_(None))
            .order_by(links.c.created_at.desc())
            .limit(limit)
            .offset(offset)
        )
        return [DeepLink(*row) for row in await self._link.rows(query)]

    async def disable(self, token: str, user_id: int, at: float) -> bool:
        """Turn an operator's link off; return False unless it was theirs and on."""
        statement = (
            update(links)
            .where(links.c.token == token, links.c.created_by == user_id, links.c.disabled_at.is_(None))
            .values(disabled_at=at, target={})
            .returning(links.c.token)
        )
        return await self._link.first(statement) is not None
