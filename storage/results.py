"""Results: the pictures of a job; their bytes are kept only until they are delivered."""

from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, Update, and_, or_, select, text, update

from storage.link import Link, columns
from storage.schema import SOMETHING_KEPT, jobs, results
from storage.states import OPEN_STATES, ResultState

__all__ = ["Result", "ResultState", "Results"]

_OVER = (ResultState.DELIVERED, ResultState.DROPPED)
_UNDELIVERED = (ResultState.RENDERED, ResultState.DELIVERING)


@dataclass(frozen=True, slots=True)
class Result:
    """One picture, without its bytes; ``file_id`` is Telegram's once it was delivered."""

    job_id: int
    n: int
    media_type: str
    width: int
    height: int
    state: ResultState
    file_id: str | None
    file_unique_id: str | None
    source_url: str | None
    document_file_id: str | None
    chat_id: int | None
    message_id: int | None
    created_at: float
    delivered_at: float | None


_COLUMNS = columns(results, Result)
_NOTHING_KEPT = {
    "body": None,
    "file_id": None,
    "file_unique_id": None,
    "source_url": None,
    "document_file_id": None,
    "chat_id": None,
    "message_id": None,
}


class Results:
    """The table ``results``."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def add(
        self,
        job_id: int,
        n: int,
        body: bytes,
        media_type: str,
        width: int,
        height: int,
        at: float,
        source_url: str | None = None,
    ) -> bool:
        """Store a picture; return False when this number was stored before."""
        values = {
            "job_id": job_id,
            "n": n,
            "body": body,
            "media_type": media_type,
            "width": width,
            "height": height,
            "state": ResultState.RENDERED,
            "source_url": source_url,
            "created_at": at,
        }
        statement = self._link.insert(results).values(values)
        statement = statement.on_conflict_do_nothing(index_elements=["job_id", "n"])
        return await self._link.first(statement.returning(results.c.n)) is not None

    async def body(self, job_id: int, n: int) -> bytes | None:
        """Return a picture's bytes, or None once they are gone."""
        found = await self._link.value(select(results.c.body).where(_one(job_id, n)))
        return None if found is None else bytes(found)

    async def of_job(self, job_id: int) -> list[Result]:
        """Return a job's pictures by number."""
        query = select(*_COLUMNS).where(results.c.job_id == job_id).order_by(results.c.n)
        return [Result(*row) for row in await self._link.rows(query)]

    async def find(self, job_id: int, n: int) -> Result | None:
        """Return a picture, or None."""
        row = await self._link.first(select(*_COLUMNS).where(_one(job_id, n)))
        return None if row is None else Result(*row)

    async def recent_of(
        self, user_id: int, limit: int, before: tuple[int, int] | None = None
    ) -> list[tuple[Result, str]]:
        """Return a person's pictures that can be sent again as photos, each with its ability, newest first.

        ``before`` is the job and the number of the last one of the page before.
        """
        query = (
            select(*_COLUMNS, jobs.c.ability)
            .join(jobs, jobs.c.id == results.c.job_id)
            .where(
                jobs.c.user_id == user_id,
                results.c.file_id.is_not(None),
                # One that went out as a file is none that can be shown as a photo.
                results.c.document_file_id.is_distinct_from(results.c.file_id),
            )
            .order_by(jobs.c.id.desc(), results.c.n.desc())
            .limit(limit)
        )
        if before is not None:
            job_id, n = before
            later = and_(jobs.c.id == job_id, results.c.n < n)
            query = query.where(jobs.c.id <= job_id, or_(jobs.c.id < job_id, later))
        return [(Result(*row[:-1]), row[-1]) for row in await self._link.rows(query)]

    async def shown_in(self, user_id: int, chat_id: int, up_to: tuple[int, int], limit: int) -> list[Result]:
        """Return the pictures that a person got in a group and that are remembered, the newest first.

        Those after the job and the number ``up_to`` are left out, sheets too, and what came in private since
        it could not be sent in the group.
        """
        job_id, n = up_to
        query = (
            select(*_COLUMNS)
            .join(jobs, jobs.c.id == results.c.job_id)
            .where(
                jobs.c.user_id == user_id,
                jobs.c.id <= job_id,
                or_(jobs.c.id < job_id, results.c.n <= n),
                jobs.c.chat_id == chat_id,
                results.c.n <= jobs.c.outputs,
                # The group may have got another id since.
                results.c.chat_id != user_id,
                results.c.state == ResultState.DELIVERED,
                results.c.file_id.is_not(None),
            )
            .order_by(jobs.c.id.desc(), results.c.n.desc())
            .limit(limit)
        )
        return [Result(*row) for row in await self._link.rows(query)]

    async def delivering(self, job_id: int, n: int) -> bool:
        """Write that a picture is being sent; return False unless it was waiting."""
        statement = update(results).where(_one(job_id, n), results.c.state == ResultState.RENDERED)
        return await self._changed(statement.values(state=ResultState.DELIVERING))

    async def delivered(
        self,
        job_id: int,
        n: int,
        *,
        file_id: str | None,
        file_unique_id: str | None,
        chat_id: int,
        message_id: int | None,
        at: float,
    ) -> bool:
        """Write where a picture is now and drop its bytes; return False when it was over before."""
        statement = update(results).where(_one(job_id, n), results.c.state.in_(_UNDELIVERED))
        values = {
            "state": ResultState.DELIVERED,
            "body": None,
            "file_id": file_id,
            "file_unique_id": file_unique_id,
            "chat_id": chat_id,
            "message_id": message_id,
            "delivered_at": at,
        }
        return await self._changed(statement.values(values))

    async def add_sheet(self, sheet: Result) -> bool:
        """Store the sheet on which a comparison was delivered; return False when it was stored before.

        Its number is beyond the job's outputs: it is none of the pictures that are counted and paid for.
        """
        statement = self._link.insert(results).values(asdict(sheet))
        statement = statement.on_conflict_do_nothing(index_elements=["job_id", "n"])
        return await self._link.first(statement.returning(results.c.n)) is not None

    async def keep_document(self, job_id: int, n: int, file_id: str) -> None:
        """Store under which id the full-size file can be sent again."""
        statement = update(results).where(_one(job_id, n)).values(document_file_id=file_id)
        await self._link.rows(statement)

    async def drop(self, job_id: int, n: int, at: float) -> bool:  # noqa: ARG002 - as for its siblings
        """Give a picture up and drop its bytes; return False when it was over before."""
        statement = update(results).where(_one(job_id, n), results.c.state.in_(_UNDELIVERED))
        return await self._changed(statement.values(state=ResultState.DROPPED, body=None))

    async def forget(self, before: float) -> int:
        """Forget where pictures made before a time are, and return how many; the rows stay for the audit."""
        statement = update(results).where(
            text(f"({SOMETHING_KEPT})"), results.c.state.in_(_OVER), results.c.created_at < before
        )
        return len(await self._link.rows(statement.values(_NOTHING_KEPT).returning(results.c.n)))

    async def delete_of_job(self, job_id: int, user_id: int) -> bool:
        """Forget all pictures of a person's finished job; return False when there is no such job."""
        query = select(jobs.c.id).where(
            jobs.c.id == job_id, jobs.c.user_id == user_id, jobs.c.state.not_in(OPEN_STATES)
        )
        if await self._link.first(query) is None:
            return False
        await self._link.rows(update(results).where(results.c.job_id == job_id).values(_NOTHING_KEPT))
        return True

    async def _changed(self, statement: Update) -> bool:
        return await self._link.first(statement.returning(results.c.n)) is not None


def _one(job_id: int, n: int) -> ColumnElement[bool]:
    return and_(results.c.job_id == job_id, results.c.n == n)
