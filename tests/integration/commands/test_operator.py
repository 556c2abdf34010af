"""The operator's commands, each run as people run it: exit codes, words, and what is in the database."""

import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from storage.database import Database

pytestmark = pytest.mark.network


@pytest.fixture
def run(command, env_file, token, key):
    """Run a command to its end; its output never holds a secret or a traceback."""

    def start(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        words, environment = command(env_file(**settings), *arguments)
        ended = subprocess.run(
            words, env=environment, capture_output=True, text=True, timeout=200, check=False
        )
        for output in (ended.stdout, ended.stderr):
            assert token not in output
            assert key not in output
            assert "Traceback" not in output
        return ended

    return start


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "tryon.db"


def execute(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


# --- migrate


def test_migrate_makes_a_new_database_and_then_has_nothing_to_do(run, tmp_path):
    url = f"sqlite:///{tmp_path}/fresh/tryon.db"
    first = run("migrate", DATABASE_URL=url)
    assert (first.returncode, first.stdout) == (0, "The database is ready: its tables were made.\n")
    second = run("migrate", DATABASE_URL=url)
    assert (second.returncode, second.stdout) == (0, "Nothing to do: the database is up to date.\n")


def test_migrate_names_the_copy_it_made(run, tmp_path):
    other = tmp_path / "other.db"
    execute(other, "CREATE TABLE of_another_program (id INTEGER)")
    ended = run("migrate", DATABASE_URL=f"sqlite:///{other}")
    assert ended.returncode == 0
    (copy,) = tmp_path.glob("other.before-*.db")
    assert f"it is kept in {copy}" in ended.stdout


def test_migrate_leaves_a_newer_database_alone(run, file):
    run("migrate")
    execute(file, "UPDATE alembic_version SET version_num = '9999'")
    ended = run("migrate")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "A newer version of the bot has changed this database. Use that version.\n"


# --- grant


async def test_grant_gives_credits_once_and_tells_a_known_person(run, database):
    async with Database(database) as opened, opened.transaction() as tx:
        await tx.users.seen(5, "es", 1.0)
    ended = run("grant", "5", "20", "--reason", "a present")
    assert (ended.returncode, ended.stdout) == (0, "5 was given 20 credits and now has 20.\n")
    async with Database(database) as opened, opened.reading() as tx:
        assert (await tx.ledger.balance(5)).available == 20
        (entry,) = await tx.ledger.entries(5, 10)
        (notice,) = await tx.notices.due(2**40)
    assert (entry.kind, entry.reason) == ("grant", "a present")
    assert (notice.kind, notice.chat_id, notice.params) == ("granted", 5, {"credits": 20, "balance": 20})
    assert run("audit").returncode == 0


async def test_grant_to_somebody_unknown_waits_for_them(run, database):
    ended = run("grant", "77", "3", "--reason", "invited")
    assert ended.returncode == 0
    assert "This person has not written to the bot yet; the credits wait for them." in ended.stdout
    async with Database(database) as opened, opened.reading() as tx:
        assert (await tx.ledger.balance(77)).available == 3
        assert await tx.notices.due(2**40) == []


@pytest.mark.parametrize(
    "wrong",
    [
        ("grant",),
        ("grant", "5", "10"),
        ("grant", "0", "10", "--reason", "x"),
        ("grant", "-5", "10", "--reason", "x"),
        ("grant", "99999999999999999999", "10", "--reason", "x"),
        ("grant", "anna", "10", "--reason", "x"),
        ("grant", "5", "0", "--reason", "x"),
        ("grant", "5", "1.5", "--reason", "x"),
        ("grant", "5", "1000001", "--reason", "x"),
        ("grant", "5", "10", "--reason", "  "),
        ("grant", "5", "10", "--reason", "two\nlines"),
        ("audit", "more"),
        ("fly",),
    ],
    ids=" ".join,
)
def test_wrong_use_is_refused_before_anything_happens(run, wrong, file):
    before = file.read_bytes()
    ended = run(*wrong)
    assert ended.returncode == 2
    assert "usage: python -m bot" in ended.stderr
    assert file.read_bytes() == before


# --- audit


def test_audit_of_right_books_says_what_was_looked_at(run):
    ended = run("audit")
    assert ended.returncode == 0
    assert ended.stdout.startswith("The books are right: ")
    assert "0 accounts" in ended.stdout


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE accounts SET available = available + 1",
        "DELETE FROM ledger",
        "UPDATE accounts SET available = available - 2, held = held + 2",
    ],
)
def test_audit_finds_planted_damage(run, file, damage):
    run("grant", "5", "20", "--reason", "a present")
    execute(file, damage)
    ended = run("audit")
    assert ended.returncode == 1
    assert "Wrong in " in ended.stdout
    assert len(ended.stdout.splitlines()) > 1


@pytest.mark.parametrize(
    "arguments", [("audit",), ("grant", "5", "1", "--reason", "x")], ids=["audit", "grant"]
)
def test_without_a_database_nothing_is_made(run, tmp_path, arguments):
    ended = run(*arguments, DATABASE_URL=f"sqlite:///{tmp_path}/none/tryon.db")
    assert ended.returncode == 1
    assert ended.stderr == "There is no database yet. Start the bot, or run python -m bot migrate.\n"
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    "arguments", [("audit",), ("grant", "5", "1", "--reason", "x")], ids=["audit", "grant"]
)
def test_a_newer_database_is_left_alone(run, file, arguments):
    execute(file, "UPDATE alembic_version SET version_num = '9999'")
    ended = run(*arguments)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "A newer version of the bot has changed this database. Use that version.\n"


# --- every command


@pytest.mark.parametrize(
    "arguments", [(), ("audit",), ("migrate",), ("check",)], ids=["run", "audit", "migrate", "check"]
)
def test_unusable_settings_are_all_told_at_once(run, arguments):
    wrong = {"TELEGRAM_BOT_TOKEN": "nonsense-and-secret", "TRYITON_API_KEY": "two words", "PORT": "0"}
    ended = run(*arguments, **wrong)
    assert ended.returncode == 2
    output = ended.stdout + ended.stderr
    for name in wrong:
        assert name in output
    assert "nonsense-and-secret" not in output
    assert "two words" not in output


CRASH = """
import sys
import bot.operator
from bot.__main__ import main

def crash(settings):
    try:
        raise OSError("GET https://api.telegram.org/bot" + settings.secrets[0] + "/getMe")
    except OSError as error:
        raise RuntimeError("key " + settings.secrets[1]) from error

bot.operator.migrate = crash
sys.exit(main(["migrate"]))
"""


def test_a_crash_is_logged_without_secrets_and_ends_with_one_plain_line(command, env_file, token, key):
    words, environment = command(env_file(), "migrate")
    started = [words[0], "-c", CRASH]
    ended = subprocess.run(started, env=environment, capture_output=True, text=True, timeout=200, check=False)
    assert ended.returncode == 1
    assert "RuntimeError: key [secret]" in ended.stderr
    assert "OSError: GET https://api.telegram.org/bot[token]/getMe" in ended.stderr
    assert ended.stderr.splitlines()[-1] == (
        "The program stopped because of a fault of its own; the lines above say where."
    )
    assert token.split(":")[1] not in ended.stderr
    assert key not in ended.stderr


def test_the_check_as_a_process_ends_with_its_code(run, closed_port):
    ended = run("check", TELEGRAM_API_URL=f"http://127.0.0.1:{closed_port}/telegram")
    assert ended.returncode == 1
    assert "problem  Telegram: " in ended.stdout
    assert ended.stderr == ""


HANGING_LOOK_UP = """
import socket, sys, time
import bot.check
from bot.check import providers, telegram
from bot.__main__ import main

socket.getaddrinfo = lambda *given, **more: time.sleep(60)
telegram.TELEGRAM_SECONDS = providers.PROVIDERS_SECONDS = 0.5
bot.check.LONGEST = 5.0
sys.exit(main(["check"]))
"""


def test_the_check_ends_even_when_a_name_look_up_hangs(command, env_file):
    words, environment = command(env_file("http://slow.example"), "check")
    started = [words[0], "-c", HANGING_LOOK_UP]
    ended = subprocess.run(started, env=environment, capture_output=True, text=True, timeout=200, check=False)
    assert ended.returncode == 1
    assert "problem  Telegram: " in ended.stdout
    assert "Not ready yet" in ended.stdout
