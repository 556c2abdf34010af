"""Small sums for the self-test and the operator."""

from dataclasses import dataclass

from sqlalchemy import func, select

from storage.link import Link
from storage.schema import jobs, notices, updates
from storage.states import OPEN_STATES, JobState, NoticeState


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits: ``oldest_queued_at`` is in Unix seconds, None when nothing is queued."""

    undone_updates: int
    set_aside_updates: int
    open_jobs: dict[JobState, int]
    oldest_queued_at: float | None
    pending_notices: int


class Counts:
    """Sums over several tables."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def undone_updates(self, bot_id: int) -> int:
        """Return how many updates of a bot wait."""
        waiting = (updates.c.bot_id == bot_id, updates.c.done_at.is_(None), updates.c.set_aside_at.is_(None))
        return int(await self._link.value(select(func.count()).where(*waiting)))

    async def set_aside_updates(self, bot_id: int) -> int:
        """Return how many updates of a bot were given up and wait for the operator."""
        aside = (updates.c.bot_id == bot_id, updates.c.done_at.is_(None), updates.c.set_aside_at.is_not(None))
        return int(await self._link.value(select(func.count()).where(*aside)))

    async def open_jobs(self) -> dict[JobState, int]:
        """Return how many jobs are in each open state; states without any are 0."""
        query = select(jobs.c.state, func.count()).where(jobs.c.state.in_(OPEN_STATES)).group_by(jobs.c.state)
        found = {row[0]: int(row[1]) for row in await self._link.rows(query)}
        return {state: found.get(state, 0) for state in OPEN_STATES}

    async def oldest_queued_at(self) -> float | None:
        """Return when the job that has queued longest was confirmed, or None."""
        query = select(func.min(jobs.c.created_at)).where(jobs.c.state == JobState.QUEUED)
        found = await self._link.value(query)
        return None if found is None else float(found)

    async def pending_notices(self) -> int:
        """Return how many messages wait to be sent."""
        query = select(func.count()).where(notices.c.state == NoticeState.PENDING)
        return int(await self._link.value(query))

    async def backlog(self, bot_id: int) -> Backlog:
        """Return all of it at once."""
        return Backlog(
            undone_updates=await self.undone_updates(bot_id),
            set_aside_updates=await self.set_aside_updates(bot_id),
            open_jobs=await self.open_jobs(),
            oldest_queued_at=await self.oldest_queued_at(),
            pending_notices=await self.pending_notices(),
        )
