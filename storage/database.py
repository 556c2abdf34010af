"""The database and its units of work."""

import asyncio
from types import TracebackType
from typing import Self

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage import engines
from storage.counts import Counts
from storage.drafts import Drafts
from storage.errors import DatabaseAway, StorageError, StorageUnavailable
from storage.favourites import Favourites
from storage.feedback import Feedback
from storage.jobs import Jobs
from storage.lease import Lease
from storage.ledger import Ledger
from storage.link import Link, translated
from storage.links import DeepLinks
from storage.looks import Looks
from storage.notices import Notices
from storage.polls import Polls
from storage.reach import Reach
from storage.results import Results
from storage.revision import check_revision
from storage.settling import settle
from storage.submissions import Submissions
from storage.updates import Updates
from storage.urls import normalise
from storage.users import Users

CLOSE_SECONDS = 5.0


class Tx:
    """The repositories, all bound to one transaction."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.lease = Lease(link)
        self.updates = Updates(link)
        self.users = Users(link)
        self.looks = Looks(link)
        self.drafts = Drafts(link)
        self.favourites = Favourites(link)
        self.jobs = Jobs(link, self.lease)
        self.submissions = Submissions(link)
        self.results = Results(link)
        self.ledger = Ledger(link)
        self.notices = Notices(link, self.lease)
        self.feedback = Feedback(link)
        self.links = DeepLinks(link)
        self.counts = Counts(link)
        self.polls = Polls(link)


class Database:
    """One database; making the object opens nothing.

    Raises:
        storage.urls.InvalidUrl: the address names no database that is supported.
    """

    def __init__(self, url: str) -> None:
        self.url = normalise(url)
        self.dialect = self.url.get_backend_name()
        self.reach = Reach()
        self._writing: AsyncEngine | None = None
        self._reading: AsyncEngine | None = None
        is_file = self.dialect == "sqlite"
        self._writers = asyncio.Semaphore(1 if is_file else engines.POSTGRESQL_WRITERS)
        self._readers = asyncio.Semaphore(engines.READERS if is_file else engines.POSTGRESQL_READERS)
        self._units: set[Unit] = set()
        self._idle = asyncio.Event()
        self._idle.set()

    async def open(self) -> None:
        """Open the database and check that its schema is the one this code works with.

        Raises:
            SchemaOutOfDate, SchemaTooNew: migrate the database or the program first.
            StorageUnavailable: it cannot be reached or written.
        """
        if self._writing is not None:
            raise StorageError("the database is open already")
        if self.dialect == "sqlite":
            await asyncio.to_thread(engines.prepare_sqlite, self.url)
        self._writing = engines.writing_engine(self.url)
        self._reading = engines.reading_engine(self.url)
        try:
            async with self.reading() as tx:
                await check_revision(tx.link)
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Refuse new transactions, give open ones a few seconds, roll back the rest and disconnect."""
        writing, reading = self._writing, self._reading
        self._writing = self._reading = None
        if self._units:
            try:
                await asyncio.wait_for(self._idle.wait(), CLOSE_SECONDS)
            except TimeoutError:
                for unit in tuple(self._units):
                    await unit.abort()
        for engine in (writing, reading):
            if engine is not None:
                await settle(engine.dispose())

    def transaction(self) -> "Unit":
        """Return a unit of work that may write.

        It commits when its block ends and rolls back on any exception. A cancellation during the
        commit lets it finish and is raised then: what was written stays written.
        """
        return Unit(self, writable=True)

    def reading(self) -> "Unit":
        """Return a unit of work that sees one snapshot, takes no write lock and cannot write."""
        return Unit(self, writable=False)

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self.close()

    def _engine(self, *, writable: bool) -> AsyncEngine:
        engine = self._writing if writable else self._reading
        if engine is None:
            raise StorageUnavailable("the database is closed")
        return engine

    def _turns(self, *, writable: bool) -> asyncio.Semaphore:
        return self._writers if writable else self._readers

    def _entered(self, unit: "Unit") -> None:
        self._units.add(unit)
        self._idle.clear()

    def _left(self, unit: "Unit") -> None:
        self._units.discard(unit)
        if not self._units:
            self._idle.set()


class Unit:
    """One transaction as an async context manager; made by ``Database``, used once."""

    def __init__(self, database: Database, *, writable: bool) -> None:
        self._database = database
        self._writable = writable
        self._turns = database._turns(writable=writable)  # noqa: SLF001 - two halves of one thing
        self._link: Link | None = None
        self._era = 0

    async def __aenter__(self) -> Tx:
        await self._turns.acquire()
        self._era = self._database.reach.era
        try:
            # Asked for only now: the database may have been closed while we waited.
            engine = self._database._engine(writable=self._writable)  # noqa: SLF001 - as above
            self._database._entered(self)  # noqa: SLF001 - as above
            connection = engine.connect()
            try:
                await settle(_begin(connection))
            except BaseException:
                await settle(_leave(connection))
                raise
        except BaseException as error:
            self._note(error)
            self._leave_turn()
            raise
        self._link = Link(connection, writable=self._writable)
        return Tx(self._link)

    async def __aexit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        link, self._link = self._link, None
        if link is None:
            # close() has rolled it back; a block that ended well must not believe that it was stored.
            if kind is None and self._writable:
                raise StorageUnavailable("the database was closed before the commit")
            return
        try:
            await settle(self._end(link, commit=kind is None and self._writable))
        except DatabaseAway as error:
            self._note(error)
            raise
        self._note(exc)

    async def abort(self) -> None:
        """Roll back from outside; the block's next statement is refused."""
        link, self._link = self._link, None
        if link is not None:
            await settle(self._end(link, commit=False))

    async def _end(self, link: Link, *, commit: bool) -> None:
        try:
            await link.end("the transaction is over")
            if commit:
                await translated(link.connection.commit())
        finally:
            try:
                await _leave(link.connection)
            finally:
                self._leave_turn()

    def _note(self, error: BaseException | None) -> None:
        """Let it be known whether the server was reached; other errors say nothing about that."""
        if error is None:
            self._database.reach.found(self._era)
        elif isinstance(error, DatabaseAway):
            self._database.reach.lost(self._era, error)

    def _leave_turn(self) -> None:
        self._turns.release()
        self._database._left(self)  # noqa: SLF001 - as above


async def _begin(connection: AsyncConnection) -> None:
    await translated(connection.start())
    await translated(connection.begin())


async def _leave(connection: AsyncConnection) -> None:
    """Roll back what is not committed and give the connection back, or throw it away if that fails."""
    if connection.sync_connection is None:
        return
    try:
        await connection.rollback()
    except (SQLAlchemyError, OSError):
        await connection.invalidate()
    finally:
        await connection.close()
