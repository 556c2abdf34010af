"""What people said of their pictures, and what was given back for it; nothing of the pictures themselves."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import delete, func, or_, select

from storage.link import Link, columns
from storage.schema import feedback


class Verdict(StrEnum):
    """What a person said of a picture."""

    UP = "up"
    DOWN = "down"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a person said of one picture; ``credits`` is what they got back for it."""

    job_id: int
    n: int
    user_id: int
    verdict: Verdict
    credits: int
    at: float


_COLUMNS = columns(feedback, Opinion)


class Feedback:
    """The table ``feedback``."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def find(self, job_id: int, n: int) -> Opinion | None:
        """Return what was said of a picture, or None."""
        query = select(*_COLUMNS).where(feedback.c.job_id == job_id, feedback.c.n == n)
        row = await self._link.first(query)
        return None if row is None else _opinion(tuple(row))

    async def say(
        self,
        job_id: int,
        n: int,
        user_id: int,
        verdict: Verdict,
        at: float,
        *,
        credits: int = 0,  # noqa: A002 - the field's term; the built-in of this name is for the console
    ) -> bool:
        """Write what a person says of a picture; return False when nothing changed.

        The newest word counts, but a complaint for which credits came back stays as it is.
        """
        said = {"verdict": verdict.value, "credits": credits, "at": at}
        insert = self._link.insert(feedback).values(job_id=job_id, n=n, user_id=user_id, **said)
        statement = insert.on_conflict_do_update(
            index_elements=["job_id", "n"],
            set_=said,
            where=(feedback.c.credits == 0)
            & or_(feedback.c.verdict != insert.excluded.verdict, insert.excluded.credits > 0),
        )
        return await self._link.first(statement.returning(feedback.c.n)) is not None

    async def given_since(self, user_id: int, since: float) -> int:
        """Return for how many pictures a person got credits back since a time."""
        query = select(func.count()).where(
            feedback.c.user_id == user_id, feedback.c.at >= since, feedback.c.credits > 0
        )
        return int(await self._link.value(query))

    async def forget(self, before: float) -> int:
        """Delete what was said before a time and return how much it was."""
        statement = delete(feedback).where(feedback.c.at < before).returning(feedback.c.n)
        return len(await self._link.rows(statement))


def _opinion(row: tuple[int, int, int, str, int, float]) -> Opinion:
    job_id, n, user_id, verdict, given, at = row
    return Opinion(job_id, n, user_id, Verdict(verdict), given, at)
