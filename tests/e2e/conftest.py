"""Real processes against the sandbox's servers; what must hold after every story is checked at its end."""

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from storage.migrate import upgrade
from tests.e2e.members import Member
from tests.e2e.opening import open_stage
from tests.e2e.person import Person
from tests.e2e.stage import Stage
from tests.postgresql import Server

SPEED = 20.0


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the newest schema and nothing in it."""
    path = tmp_path_factory.mktemp("migrated") / "tryon.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A running PostgreSQL, one for each process of the tests."""
    server = Server()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql: Server) -> str:
    """The name of a database with the newest schema and nothing in it."""
    name = postgresql.make_database()
    upgrade(postgresql.address(name))
    return name


@pytest.fixture
def sqlite_address(tmp_path: Path, migrated: Path) -> str:
    return f"sqlite:///{shutil.copy(migrated, tmp_path / 'tryon.db')}"


@pytest.fixture
def postgresql_address(postgresql: Server, migrated_postgresql: str) -> Iterator[str]:
    name = postgresql.make_database(migrated_postgresql)
    yield postgresql.address(name)
    postgresql.drop_database(name)


@pytest.fixture(scope="session")
def stoppable() -> Iterator[Server]:
    """A PostgreSQL that a test may stop: the others use another."""
    server = Server()
    yield server
    server.remove()


@pytest.fixture
def stoppable_address(stoppable: Server) -> Iterator[str]:
    name = stoppable.make_database()
    upgrade(stoppable.address(name))
    yield stoppable.address(name)
    stoppable.drop_database(name)


@pytest.fixture
def address(request: pytest.FixtureRequest) -> str:
    """The address of the bot's database: SQLite, or what a test is marked with."""
    kind = getattr(request, "param", "sqlite")
    return str(request.getfixturevalue(f"{kind}_address"))


@pytest.fixture
def speed() -> float:
    """How many times faster than in life the servers work; a module may say otherwise."""
    return SPEED


@pytest.fixture
def keys() -> tuple[str, ...]:
    """Whose API keys the operator has; a module or a test may say otherwise."""
    return ("TRYITON",)


@pytest.fixture
async def stage(tmp_path: Path, address: str, speed: float, keys: tuple[str, ...]) -> AsyncIterator[Stage]:
    """Servers and an empty database; at the end the bot stops well, the books are right, no secret is out."""
    async with open_stage(tmp_path, address, speed=speed, keys=keys) as stage:
        yield stage
        await _stop_well(stage)
    _check_logs(stage)
    try:
        assert await stage.books.findings() == []
        assert stage.paid_calls() <= stage.books.paid_calls()
    finally:
        stage.books.close()


async def _stop_well(stage: Stage) -> None:
    for run in stage.runs:
        if run.is_running:
            code = await run.terminate()
            assert code == 0, run.output()[-3000:]


def _check_logs(stage: Stage) -> None:
    for run in stage.runs:
        output = run.output()
        leaks = [secret for secret in stage.secrets if secret in output]
        assert not leaks, f"{run.log.name} holds a secret"
        assert stage.expects_errors or "Traceback" not in output, output[-5000:]


@pytest.fixture
def person(stage: Stage) -> Callable[..., Person]:
    """Let somebody join Telegram."""

    def join(first_name: str = "Alice", *, language_code: str = "en", person_id: int | None = None) -> Person:
        account = stage.world.add_person(first_name, language_code=language_code, person_id=person_id)
        return Person(stage, account)

    return join


@pytest.fixture
def alice(person: Callable[..., Person]) -> Person:
    return person("Alice")


@pytest.fixture
async def friends(stage, person):
    """A group with a topic, and two people in it."""
    alice, bruno = person("Alice"), person("Bruno <3")
    group = stage.world.add_group("Friends", [alice.id, bruno.id], is_forum=True)
    topic = await stage.world.person_opens_topic(alice.id, group.id, "Outfits")
    return [Member(stage, one.account, group, topic.id) for one in (alice, bruno)]
