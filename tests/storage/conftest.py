"""A migrated database for each test, on SQLite and on PostgreSQL."""

import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from storage.audit import audit
from storage.database import Database
from storage.jobs import Job, JobState, NewJob
from storage.migrate import upgrade
from tests.postgresql import Server

OTHER_PROCESS = Path(__file__).with_name("other_process.py")

MakeJob = Callable[..., Awaitable[Job]]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "template.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A running PostgreSQL, one for each process of the tests; it starts in half a second."""
    server = Server()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def postgresql_template(postgresql: Server) -> str:
    name = postgresql.make_database()
    upgrade(postgresql.address(name))
    return name


@pytest.fixture
def sqlite_address(tmp_path: Path, sqlite_template: Path) -> str:
    path = tmp_path / "data" / "tryon.db"
    path.parent.mkdir()
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_address(postgresql: Server, postgresql_template: str) -> Iterator[str]:
    name = postgresql.make_database(postgresql_template)
    yield postgresql.address(name)
    postgresql.drop_database(name)


@pytest.fixture
def empty_sqlite_address(tmp_path: Path) -> str:
    """The address of a file that is not there yet."""
    return f"sqlite:///{tmp_path / 'other' / 'tryon.db'}"


@pytest.fixture
def empty_postgresql_address(postgresql: Server) -> Iterator[str]:
    """The address of a database without tables."""
    name = postgresql.make_database()
    yield postgresql.address(name)
    postgresql.drop_database(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest) -> str:
    """The address of a fresh database with the newest schema."""
    other = {"sqlite": "postgresql_only", "postgresql": "sqlite_only"}[request.param]
    if other in request.fixturenames:
        pytest.skip(f"this is about {'SQLite' if other == 'sqlite_only' else 'PostgreSQL'}")
    return str(request.getfixturevalue(f"{request.param}_address"))


@pytest.fixture
def sqlite_only() -> None:
    """For tests that look into the file, or at what only SQLite does."""


@pytest.fixture
def postgresql_only() -> None:
    """For tests of what only PostgreSQL does: several writers, sessions, lost connections."""


@pytest.fixture
async def db(address: str) -> AsyncIterator[Database]:
    async with Database(address) as database:
        yield database


@pytest.fixture
async def audited_db(db: Database) -> AsyncIterator[Database]:
    """A database whose books must be right when the test is over."""
    yield db
    assert await audit(db) == []


@pytest.fixture
def new_job() -> Callable[..., NewJob]:
    def build(confirmation: str = "c1", *, user: int = 1, price: int = 1, **more: Any) -> NewJob:
        fields: dict[str, Any] = {
            "chat_id": user,
            "thread_id": None,
            "reply_to": 10,
            "card_message_id": 11,
            "ability": "clothes",
            "request": {"photos": {"person": "p"}},
            "language": "en",
        }
        fields.update(more)
        return NewJob(user_id=user, confirmation_id=confirmation, price=price, **fields)

    return build


@pytest.fixture
def confirm(db: Database, new_job: Callable[..., NewJob]) -> MakeJob:
    """Make a job with its hold, as a confirmation does; the person gets the credits first."""

    async def run(confirmation: str = "c1", *, user: int = 1, price: int = 1, **more: Any) -> Job:
        async with db.transaction() as tx:
            await tx.ledger.grant(user, price, key=f"grant:{confirmation}", reason=None, at=1.0)
            job = await tx.jobs.add(new_job(confirmation, user=user, price=price, **more), 1.0)
            assert job is not None
            assert await tx.ledger.hold(user, job.id, price, at=1.0)
        return job

    return run


@pytest.fixture
def working(db: Database, confirm: MakeJob) -> MakeJob:
    """Make a job that is being worked on."""

    async def run(confirmation: str = "c1", **more: Any) -> Job:
        job = await confirm(confirmation, **more)
        async with db.transaction() as tx:
            moved = await tx.jobs.move(
                job.id, epoch=job.epoch, source=JobState.QUEUED, target=JobState.WORKING, at=2.0
            )
        assert moved is not None
        return moved

    return run


@pytest.fixture
def rendered(db: Database, working: MakeJob) -> MakeJob:
    """Make a job whose picture is there."""

    async def run(confirmation: str = "c1", **more: Any) -> Job:
        job = await working(confirmation, **more)
        async with db.transaction() as tx:
            await tx.results.add(job.id, 1, b"picture", "image/jpeg", 30, 40, 3.0)
            moved = await tx.jobs.move(
                job.id, epoch=job.epoch, source=JobState.WORKING, target=JobState.RENDERED, at=3.0
            )
        assert moved is not None
        return moved

    return run


@pytest.fixture
def start() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start another process that uses the database; whatever runs at the end is killed."""
    running = []

    def run(*arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-W", "error", str(OTHER_PROCESS), *arguments]
        environment = {**os.environ, "PYTHONPATH": str(OTHER_PROCESS.parents[2])}
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
        )
        running.append(process)
        return process

    yield run
    for process in running:
        process.kill()
        process.communicate()
