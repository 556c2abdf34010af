"""``python -m bot copy-database``, run as operators run it: exit codes, words, and where the rows are."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from storage.database import Database
from storage.lease import BrainLease

pytestmark = pytest.mark.network


@pytest.fixture
def run(clean_environment, tmp_path):
    """Run the command without any settings: it needs none."""

    def start(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "PYTHONPATH": str(Path(__file__).parents[3]),
            "TRYON_ENV_FILE": "",
            "HOME": str(tmp_path),
        }
        return subprocess.run(
            [sys.executable, "-m", "bot", "copy-database", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )

    return start


@pytest.fixture
async def filled(database):
    async with Database(database) as db, db.transaction() as tx:
        await tx.users.seen(5, "es", 1.0)
        await tx.ledger.grant(5, 20, key="g", reason=None, at=1.0)
    return database


@pytest.fixture
def empty(postgresql):
    """The address of a database without tables, over the network as operators have it."""
    name = postgresql.make_database()
    yield postgresql.address(name, tcp=True)
    postgresql.drop_database(name)


async def balance(url):
    async with Database(url) as db, db.reading() as tx:
        return (await tx.ledger.balance(5)).available


async def test_an_installation_moves_to_postgresql_and_back(run, filled, empty, tmp_path, postgresql):
    there = run(filled, empty)
    assert (there.returncode, there.stderr) == (0, "")
    assert [line.split() for line in there.stdout.splitlines()[:3]] == [
        ["1", "accounts"],
        ["1", "users"],
        ["1", "ledger"],
    ]
    assert "3 rows were copied and counted on both sides." in there.stdout
    assert "The books of the copy are right" in there.stdout
    assert postgresql.password not in there.stdout
    assert await balance(empty) == 20
    back = run(empty, f"sqlite:///{tmp_path}/home.db")
    assert back.returncode == 0
    assert await balance(f"sqlite:///{tmp_path}/home.db") == 20


async def test_a_running_bot_is_left_alone(run, filled, empty):
    async with Database(filled) as db:
        lease = BrainLease(db)
        await lease.acquire()
        ended = await asyncio.to_thread(run, filled, empty)
        await lease.release()
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "Nothing was copied.\nA bot is at work on the source: stop it first.\n"


async def test_a_target_with_rows_is_left_alone(run, filled, empty):
    assert run(filled, empty).returncode == 0
    ended = run(filled, empty)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "The target is not empty" in ended.stderr


def test_a_server_that_is_not_there_is_told_without_the_password(run, database, closed_port):
    ended = run(database, f"postgresql://u:topsecret@127.0.0.1:{closed_port}/db")
    assert ended.returncode == 1
    assert "ConnectionRefusedError" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "topsecret" not in ended.stderr


@pytest.mark.parametrize("wrong", [("a",), ("a", "b"), ("mysql://u:topsecret@h/x", "sqlite:///x.db")])
def test_wrong_use_is_refused(run, wrong):
    ended = run(*wrong)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "topsecret" not in ended.stderr
    assert "Traceback" not in ended.stderr
