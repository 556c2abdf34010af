"""A person's own pictures, a page at a time: what they can show in any chat."""

import re
from dataclasses import dataclass

from bot.providers.base import Ability
from storage.database import Database
from storage.results import Result

PAGE = 20


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture that Telegram has."""

    job_id: int
    n: int
    file_id: str
    ability: Ability


@dataclass(frozen=True, slots=True)
class Page:
    """Pictures, the newest first, and where the next page begins (empty when there is none)."""

    pictures: tuple[Shown, ...]
    next_offset: str


class Gallery:
    """Finds pictures by their person; nobody sees anybody else's."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, user_id: int, offset: str = "") -> Page:
        """Return a page of a person's pictures; an offset that is none of ours begins at the newest."""
        async with self._database.reading() as tx:
            found = await tx.results.recent_of(user_id, PAGE + 1, _place(offset))
        here = found[:PAGE]
        # The pictures of a sheet share its one file.
        by_file: dict[str, Shown] = {}
        for result, ability in here:
            if result.file_id is not None:
                by_file.setdefault(
                    result.file_unique_id or result.file_id,
                    Shown(result.job_id, result.n, result.file_id, Ability(ability)),
                )
        return Page(tuple(by_file.values()), _offset(here[-1][0]) if len(found) > PAGE else "")


def _offset(last: Result) -> str:
    return f"{last.job_id}.{last.n}"


def _place(offset: str) -> tuple[int, int] | None:
    # So many digits fit into what the database keeps ids and counts in.
    found = re.fullmatch(r"([0-9]{1,18})\.([0-9]{1,9})", offset)
    return (int(found[1]), int(found[2])) if found else None
