"""``check`` says in plain words whether the bot could run, harms nobody and shows no secret."""

import asyncio
import shutil
import socket
import sqlite3
from collections import namedtuple
from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route
from telegram import Bot
from telegram.error import Conflict, TelegramError

from bot.check import database as looking
from bot.check import providers, run_check
from bot.check import run as checking
from bot.check import telegram as asking
from bot.sandbox.telegram.bots import Webhook
from bot.sandbox.telegram.gate import CallState
from bot.sandbox.telegram.serving import serving
from storage import engines
from storage.database import Database
from storage.lease import BrainLease

pytestmark = pytest.mark.network

WEBHOOK = {"WEBHOOK_URL": "https://new.example/bot", "WEBHOOK_SECRET": "s3cret_-"}


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch):
    monkeypatch.setattr(asking, "POLLER_SECONDS", 1)
    monkeypatch.setattr(asking, "POLLER_PAUSE", 0.3)


@pytest.fixture
def said(capsys, token, key):
    """Run the check; return its exit code and its output, which never holds a secret."""

    async def run(env_file: Path) -> tuple[int, str]:
        code = await run_check(env_file)
        out, err = capsys.readouterr()
        for secret in (token, token.split(":")[1], key, quote(key, safe="")):
            assert secret not in out + err
        assert "Traceback" not in out + err
        return code, out

    return run


@pytest.fixture
async def other_bot(outside, token):
    """Another program with the same token."""
    async with Bot(token, base_url=f"{outside.address}/telegram/bot") as bot:
        yield bot


def fetches_for_ever(bot: Bot) -> "asyncio.Task[list[type[TelegramError]]]":
    ended_by: list[type[TelegramError]] = []

    async def fetch():
        offset = None
        while True:
            try:
                for update in await bot.get_updates(offset=offset, timeout=5):
                    offset = update.update_id + 1
            except TelegramError as error:
                ended_by.append(type(error))
                await asyncio.sleep(0.1)

    task = asyncio.create_task(fetch())
    task.ended_by = ended_by
    return task


async def until(condition):
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.01)


async def test_everything_good_is_ok_and_exits_zero(said, env_file, outside):
    code, out = await said(env_file(outside.address))
    assert code == 0
    assert {line.split()[0] for line in out.splitlines()[:-1]} == {"ok"}
    assert f"@{outside.world.bot.username}" in out
    assert "1000 credits left" in out
    assert "MB free" in out
    assert "The bot can run" in out


async def test_every_unusable_setting_is_named_at_once(said, env_file):
    code, out = await said(
        env_file(TELEGRAM_BOT_TOKEN="nonsense", TRYITON_API_KEY="", PORT="0", RESULT_HOSTS="a..b")
    )
    assert code == 2
    for name in ("TELEGRAM_BOT_TOKEN", "TRYITON_API_KEY", "PORT", "RESULT_HOSTS"):
        assert f"problem  settings: {name}" in out.replace("settings: Set ", "settings: ")
    assert "nonsense" not in out


async def test_a_missing_env_file_is_no_crash(said, clean_environment, tmp_path):
    code, out = await said(tmp_path / "none.env")
    assert code == 2
    assert "TELEGRAM_BOT_TOKEN is not set." in out


# --- the database


async def test_a_database_that_is_not_there_yet_is_fine_and_is_not_made(said, env_file, outside, tmp_path):
    code, out = await said(env_file(outside.address, DATABASE_URL=f"sqlite:///{tmp_path}/new/folder/bot.db"))
    assert code == 0
    assert "SQLite, new; its tables are made at the first start" in out
    assert not (tmp_path / "new").exists()


async def test_a_database_of_an_older_version_names_migrate(said, env_file, outside, monkeypatch):
    status = looking.migrate.SchemaStatus("0000", "0001")
    monkeypatch.setattr(looking.migrate, "status", lambda _url: status)
    code, out = await said(env_file(outside.address))
    assert code == 0
    assert "warning  database: made by an older version" in out
    assert "python -m bot migrate" in out


async def test_a_database_of_a_newer_version_is_a_problem(said, env_file, outside, tmp_path):
    connection = sqlite3.connect(tmp_path / "data" / "tryon.db")
    with connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    code, out = await said(env_file(outside.address))
    assert code == 1
    assert "problem  database: a newer version" in out


async def test_a_file_that_is_no_database_is_a_problem(said, env_file, outside, tmp_path):
    (tmp_path / "letter.txt").write_text("Dear reader, " * 100)
    code, out = await said(env_file(outside.address, DATABASE_URL=f"sqlite:///{tmp_path}/letter.txt"))
    assert code == 1
    assert "problem  database: " in out


async def test_a_folder_that_is_a_file_is_a_problem(said, env_file, outside, tmp_path):
    (tmp_path / "folder").write_text("no folder")
    code, out = await said(env_file(outside.address, DATABASE_URL=f"sqlite:///{tmp_path}/folder/bot.db"))
    assert code == 1
    assert "problem  disk: " in out


async def test_a_database_that_somebody_keeps_locked_is_a_problem(
    said, env_file, outside, tmp_path, monkeypatch
):
    monkeypatch.setattr(engines, "BUSY_SECONDS", 0.3)
    connection = sqlite3.connect(tmp_path / "data" / "tryon.db", isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    code, out = await said(env_file(outside.address))
    connection.close()
    assert code == 1
    assert "problem  database: " in out


async def test_a_password_in_the_database_address_is_not_shown(said, env_file, outside):
    code, out = await said(
        env_file(outside.address, DATABASE_URL="postgresql://bot:hunter2@127.0.0.1:1/tryon")
    )
    assert code == 1
    assert "problem  database" in out
    assert "hunter2" not in out


@pytest.mark.parametrize(
    ("free", "code", "said_so"),
    [(499_999_999, 0, "warning  disk: 499 MB"), (49_999_999, 1, "problem  disk: 49 MB")],
)
async def test_little_disk_space_warns_and_too_little_is_a_problem(
    said, env_file, outside, monkeypatch, free, code, said_so
):
    usage = namedtuple("usage", "total used free")  # noqa: PYI024 - as shutil's own
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage(10**9, 0, free))
    found, out = await said(env_file(outside.address))
    assert (found, said_so in out) == (code, True)


# --- PostgreSQL


async def test_a_postgresql_is_looked_at_and_written_to(said, env_file, outside, postgresql_address):
    code, out = await said(env_file(outside.address, DATABASE_URL=postgresql_address))
    assert code == 0
    assert "ok       database: PostgreSQL, its tables fit this version" in out
    assert "ok       database: can be written" in out
    assert "disk:" not in out


async def test_an_empty_postgresql_gets_its_tables_later(said, env_file, outside, postgresql):
    address = postgresql.address(postgresql.make_database())
    code, out = await said(env_file(outside.address, DATABASE_URL=address))
    assert code == 0
    assert "PostgreSQL, new; its tables are made at the first start" in out


async def test_a_bot_on_postgresql_is_seen_and_keeps_its_lease(said, env_file, outside, postgresql_address):
    async with Database(postgresql_address) as opened:
        lease = BrainLease(opened)
        epoch = await lease.acquire()
        code, out = await said(env_file(outside.address, DATABASE_URL=postgresql_address))
        assert await lease.verify()
        assert lease.epoch == epoch
        await lease.release()
    assert code == 0
    assert "the bot is running already" in out


async def test_a_postgresql_that_can_only_be_read_is_a_problem(
    said, env_file, outside, postgresql, postgresql_address
):
    name = postgresql_address.partition("?")[0].rpartition("/")[2]
    postgresql.run(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    code, out = await said(env_file(outside.address, DATABASE_URL=postgresql_address))
    assert code == 1
    assert "problem  database: " in out


async def test_a_wrong_database_password_is_a_problem_and_is_not_shown(
    said, env_file, outside, postgresql, postgresql_address
):
    wrong = postgresql_address.replace(postgresql.password, "hunter2")
    code, out = await said(env_file(outside.address, DATABASE_URL=wrong))
    assert code == 1
    assert "it refuses this user, password or way of connecting" in out
    assert "hunter2" not in out


# --- Telegram


async def test_a_wrong_token_is_a_problem(said, env_file, outside):
    outside.telegram.gate.fail("getMe", status=401, description="Unauthorized")
    code, out = await said(env_file(outside.address))
    assert code == 1
    assert "problem  Telegram: TELEGRAM_BOT_TOKEN is not accepted" in out


async def test_a_set_webhook_keeps_a_polling_bot_from_running(said, env_file, outside):
    await said(env_file(outside.address))
    outside.world.bot.webhook = Webhook(url="https://shop.example/hook/hidden-path")
    code, out = await said(env_file(outside.address))
    assert code == 1
    assert "problem  updates: Telegram posts them to shop.example, so they can't be fetched" in out
    assert "hidden-path" not in out


async def test_a_webhook_elsewhere_is_only_told_when_ours_will_replace_it(said, env_file, outside):
    await said(env_file(outside.address))
    outside.world.bot.webhook = Webhook(url="https://old.example/hook")
    code, out = await said(env_file(outside.address, **WEBHOOK))
    assert code == 0
    assert "warning  updates: Telegram posts them to old.example until the bot starts" in out
    assert "then to new.example" in out


async def test_with_a_webhook_nothing_is_fetched(said, env_file, outside):
    code, out = await said(env_file(outside.address, **WEBHOOK))
    assert code == 0
    assert "ok       updates: posted by Telegram to new.example as soon as the bot runs" in out
    assert outside.telegram.gate.calls("getUpdates") == []
    assert WEBHOOK["WEBHOOK_SECRET"] not in out


async def test_a_webhook_that_works_is_told_by_its_host_alone(said, env_file, outside):
    outside.world.bot.webhook = Webhook(url="https://new.example/bot/telegram/0123456789abcdef")
    code, out = await said(env_file(outside.address, **WEBHOOK))
    assert code == 0
    assert "ok       updates: Telegram posts them to new.example" in out
    assert "0123456789abcdef" not in out


async def test_what_telegram_could_not_post_is_a_warning_with_its_reason(said, env_file, outside):
    ann = outside.world.add_person("Ann")
    await outside.world.person_starts(ann.id)
    outside.world.bot.webhook = Webhook(url="https://new.example/bot/telegram/0123456789abcdef")
    outside.world.bot.webhook_error = (1_700_000_000, "Connection refused")
    code, out = await said(env_file(outside.address, **WEBHOOK))
    assert code == 0
    assert "warning  updates: 1 wait" in out
    assert "Connection refused" in out


async def test_a_running_bot_without_its_webhook_is_a_warning(said, env_file, outside, database):
    async with Database(database) as opened:
        lease = BrainLease(opened)
        await lease.acquire()
        code, out = await said(env_file(outside.address, **WEBHOOK))
        await lease.release()
    assert code == 0
    assert "warning  updates: the webhook is not at new.example yet, although a bot is running" in out


async def test_another_program_that_fetches_is_a_problem_and_goes_on(
    said, env_file, outside, other_bot, monkeypatch
):
    # It ends as soon as the other program asks again.
    monkeypatch.setattr(asking, "POLLER_SECONDS", 60)
    monkeypatch.setattr(asking, "ANSWER_SECONDS", 90.0)
    monkeypatch.setattr(asking, "TELEGRAM_SECONDS", 90.0)
    monkeypatch.setattr(checking, "LONGEST", 120.0)
    ann = outside.world.add_person("Ann")
    task = fetches_for_ever(other_bot)
    await until(lambda: outside.telegram.polls.is_polled(outside.world.connect_bot(other_bot.id)))
    code, out = await said(env_file(outside.address))
    assert code == 1
    assert "problem  updates: another program is fetching" in out
    assert len(task.ended_by) <= 2
    assert set(task.ended_by) == {Conflict}
    await outside.world.person_starts(ann.id)
    await until(lambda: len(outside.world.bot.queue) == 0)
    task.cancel()


async def test_an_update_that_vanishes_meanwhile_shows_the_other_program(
    said, env_file, outside, other_bot, monkeypatch
):
    monkeypatch.setattr(asking, "POLLER_PAUSE", 3.0)
    ann = outside.world.add_person("Ann")
    await outside.world.person_starts(ann.id)
    waiting = asyncio.create_task(said(env_file(outside.address)))
    await outside.telegram.gate.wait_for_calls("getUpdates", state=CallState.ANSWERED)
    outside.world.bot.queue.confirm(outside.world.bot.queue.peek()[-1].id + 1)
    code, out = await waiting
    assert code == 1
    assert "another program is fetching" in out


async def test_waiting_updates_stay_for_the_bot(said, env_file, outside):
    ann = outside.world.add_person("Ann")
    for _ in range(3):
        await outside.world.person_starts(ann.id)
    before = outside.world.bot.queue.peek(10)
    assert len(before) == 3
    code, out = await said(env_file(outside.address))
    assert code == 0
    assert "no other program fetches them; some are waiting" in out
    assert outside.world.bot.queue.peek(10) == before


async def test_a_running_bot_is_seen_and_left_in_peace(said, env_file, outside, database, other_bot):
    async with Database(database) as opened:
        lease = BrainLease(opened)
        epoch = await lease.acquire()
        task = fetches_for_ever(other_bot)
        await until(lambda: outside.telegram.polls.is_polled(outside.world.connect_bot(other_bot.id)))
        code, out = await said(env_file(outside.address))
        task.cancel()
        assert await lease.verify()
        assert lease.epoch == epoch
        await lease.release()
    assert code == 0
    assert "the bot is running already" in out
    assert task.ended_by == []


# --- the provider


async def test_each_key_is_told_by_its_balance_and_one_good_key_is_enough(said, env_file, outside):
    outside.tryiton.set_credits("sandbox-poor", 0)
    keys = "sandbox-rich,sandbox-poor,wrong-and-hidden"
    code, out = await said(env_file(outside.address, TRYITON_API_KEY=keys))
    assert code == 0
    assert "ok       TryItOn key 1" in out
    assert "1000 credits left" in out
    assert "warning  TryItOn key 2" in out
    assert "warning  TryItOn key 3" in out
    assert out.count("Until then the other keys are used.") == 2
    assert not any(secret in out for secret in keys.split(","))


async def test_no_key_that_works_is_a_problem_for_each(said, env_file, outside):
    outside.tryiton.set_credits("sandbox-poor", 0)
    keys = {"TRYITON_API_KEY": "sandbox-poor,wrong-and-hidden", "FITROOM_API_KEY": "wrong-and-hidden-too"}
    code, out = await said(env_file(outside.address, **keys))
    assert code == 1
    assert out.count("problem  TryItOn key") == 2
    assert "problem  FitRoom key: refused. Correct it in FITROOM_API_KEY, or remove it." in out
    assert "3 problems" in out
    assert "wrong-and-hidden" not in out


async def test_no_credits_on_any_key_is_a_problem(said, env_file, outside, key):
    outside.tryiton.set_credits(key, 0)
    code, out = await said(env_file(outside.address))
    assert code == 1
    assert "problem  TryItOn key: no credits left" in out


async def test_fitroom_alone_is_enough_and_its_key_is_asked_about(said, env_file, outside):
    code, out = await said(env_file(outside.address, TRYITON_API_KEY="", FITROOM_API_KEY="sandbox-room"))
    assert code == 0
    assert "ok       FitRoom key: accepted" in out
    assert "TryItOn" not in out
    assert "sandbox-room" not in out
    assert outside.fitroom.account("sandbox-room").credits == 1000


async def test_one_provider_works_while_the_other_refuses_or_rests(said, env_file, outside, key):
    code, out = await said(env_file(outside.address, FITROOM_API_KEY="wrong-and-hidden"))
    assert (code, "warning  FitRoom key: refused." in out) == (0, True)
    outside.fitroom.in_maintenance = True
    code, out = await said(env_file(outside.address, FITROOM_API_KEY="sandbox-room"))
    assert (code, "warning  FitRoom key: FitRoom has trouble on its side." in out) == (0, True)
    outside.fitroom.in_maintenance = False
    outside.tryiton.set_credits(key, 0)
    code, out = await said(env_file(outside.address, FITROOM_API_KEY="sandbox-room"))
    assert (code, "warning  TryItOn key: no credits left." in out) == (0, True)


@pytest.mark.parametrize(
    ("keys", "missed"),
    [
        ({}, ["cdn.tryiton.now"]),
        ({"FITROOM_API_KEY": "room"}, ["cdn.tryiton.now", "storage.googleapis.com"]),
        ({"TRYITON_API_KEY": "", "FITROOM_API_KEY": "room"}, ["storage.googleapis.com"]),
    ],
    ids=["tryiton", "both", "fitroom"],
)
async def test_the_hosts_of_pictures_are_missed_of_the_providers_in_use(env_file, keys, missed):
    usual = {"TRYITON_API_URL": "https://tryiton.now/api/v1", "FITROOM_API_URL": ""}
    lacking = env_file(RESULT_HOSTS="pictures.example", **{**usual, **keys})
    lines = checking._settings_lines(checking.load_settings(lacking), None)
    told = [line.text for line in lines if "RESULT_HOSTS lacks" in line.text]
    assert [text.split()[2].rstrip(",") for text in told] == missed


async def test_a_server_of_ones_own_needs_no_usual_hosts(said, env_file, outside):
    _, out = await said(env_file(outside.address, RESULT_HOSTS="pictures.example"))
    assert "lacks" not in out


async def test_a_misspelt_name_is_told_and_names_of_other_programs_are_not(said, env_file, outside):
    names = {"FREE_CREDIT": "9", "TRYITON_APIKEY": "hidden-value", "COMPOSE_PROJECT_NAME": "shop"}
    code, out = await said(env_file(outside.address, **names))
    assert code == 0
    assert "Did you mean FREE_CREDITS?" in out
    assert "Did you mean TRYITON_API_KEY?" in out
    assert "COMPOSE" not in out
    assert "hidden-value" not in out


async def test_no_administrator_is_a_warning(said, env_file, outside):
    code, out = await said(env_file(outside.address, ADMIN_IDS=""))
    assert code == 0
    assert "warning  ADMIN_IDS is empty" in out


# --- nothing answers


async def test_refused_connections_are_problems_without_secrets(said, env_file, closed_port):
    code, out = await said(env_file(f"http://127.0.0.1:{closed_port}"))
    assert code == 1
    assert "problem  Telegram: " in out
    assert "problem  TryItOn key: " in out


async def test_failing_name_look_ups_are_problems_without_secrets(said, env_file, monkeypatch):
    def fails(*_given, **_more):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fails)
    code, out = await said(env_file("http://nowhere.invalid"))
    assert code == 1
    assert "problem  Telegram: http://nowhere.invalid" in out
    assert "problem  TryItOn key: http://nowhere.invalid" in out


@pytest.mark.parametrize(
    "page",
    [HTMLResponse("<h1>Welcome</h1>"), PlainTextResponse("gone", 404), PlainTextResponse("x", 502)],
    ids=["page", "not-found", "bad-gateway"],
)
async def test_servers_of_another_kind_are_problems(said, env_file, page):
    async def answer(_request):
        return page

    async with serving(Starlette(routes=[Route("/{rest:path}", answer, methods=["GET", "POST"])])) as address:
        code, out = await said(env_file(address))
    assert code == 1
    assert "problem  Telegram: " in out
    assert "problem  TryItOn key: " in out


async def test_servers_that_never_answer_end_in_time(said, env_file, monkeypatch):
    monkeypatch.setattr(asking, "ANSWER_SECONDS", 0.5)
    monkeypatch.setattr(providers, "PROVIDERS_SECONDS", 0.5)

    async def never(_request):
        await asyncio.sleep(3600)

    async with serving(Starlette(routes=[Route("/{rest:path}", never, methods=["GET", "POST"])])) as address:
        code, out = await asyncio.wait_for(said(env_file(address)), 20)
    assert code == 1
    assert "problem  Telegram: no answer in time" in out
    assert "problem  TryItOn key: " in out


def test_the_time_limits_add_up_to_less_than_thirty_seconds(monkeypatch):
    monkeypatch.undo()
    later = max(looking.WRITING_SECONDS, asking.TELEGRAM_SECONDS, providers.PROVIDERS_SECONDS)
    assert looking.LOOKING_SECONDS + later < checking.LONGEST < 30
