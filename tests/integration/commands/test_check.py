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

from bot import check
from bot.check import run_check
from bot.sandbox.telegram.bots import Webhook
from bot.sandbox.telegram.serving import serving
from storage import engines
from storage.database import Database
from storage.lease import BrainLease

pytestmark = pytest.mark.network


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch):
    monkeypatch.setattr(check, "POLLER_SECONDS", 1)
    monkeypatch.setattr(check, "POLLER_PAUSE", 0.3)
    monkeypatch.setattr(check, "ANSWER_SECONDS", 0.5)


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
    assert "its tables are made at the first start" in out
    assert not (tmp_path / "new").exists()


async def test_a_database_of_an_older_version_names_migrate(said, env_file, outside, monkeypatch):
    status = check.migrate.SchemaStatus("0000", "0001")
    monkeypatch.setattr(check.migrate, "status", lambda _url: status)
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
    assert "problem  webhook: updates of this bot go to shop.example" in out
    assert "hidden-path" not in out


async def test_a_webhook_elsewhere_is_only_told_when_ours_will_replace_it(said, env_file, outside):
    await said(env_file(outside.address))
    outside.world.bot.webhook = Webhook(url="https://old.example/hook")
    ours = {"WEBHOOK_URL": "https://new.example/bot", "WEBHOOK_SECRET": "s3cret_-"}
    code, out = await said(env_file(outside.address, **ours))
    assert code == 0
    assert "warning  webhook: updates go to old.example" in out


async def test_another_program_that_fetches_is_a_problem_and_goes_on(said, env_file, outside, other_bot):
    ann = outside.world.add_person("Ann")
    task = fetches_for_ever(other_bot)
    await asyncio.sleep(0.1)
    code, out = await said(env_file(outside.address))
    assert code == 1
    assert "problem  updates: another program is fetching" in out
    assert len(task.ended_by) <= 2
    assert set(task.ended_by) == {Conflict}
    await outside.world.person_starts(ann.id)
    await asyncio.sleep(0.5)
    task.cancel()
    assert len(outside.world.bot.queue) == 0, "the other program confirmed the update"


async def test_an_update_that_vanishes_meanwhile_shows_the_other_program(said, env_file, outside, other_bot):
    ann = outside.world.add_person("Ann")
    await outside.world.person_starts(ann.id)
    waiting = asyncio.create_task(said(env_file(outside.address)))
    await outside.telegram.gate.wait_for_calls("getUpdates")
    await asyncio.sleep(0.05)
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
        await asyncio.sleep(0.1)
        code, out = await said(env_file(outside.address))
        task.cancel()
        assert await lease.verify()
        assert lease.epoch == epoch
        await lease.release()
    assert code == 0
    assert "the bot is running already" in out
    assert task.ended_by == []


# --- the provider


async def test_each_key_is_told_by_its_balance(said, env_file, outside):
    outside.tryiton.set_credits("sandbox-poor", 0)
    keys = "sandbox-rich,sandbox-poor,wrong-and-hidden"
    code, out = await said(env_file(outside.address, TRYITON_API_KEY=keys))
    assert code == 1
    assert "ok       TryItOn key 1" in out
    assert "1000 credits left" in out
    assert "warning  TryItOn key 2" in out
    assert "problem  TryItOn key 3" in out
    assert not any(secret in out for secret in keys.split(","))


async def test_no_credits_on_any_key_is_a_problem(said, env_file, outside, key):
    outside.tryiton.set_credits(key, 0)
    code, out = await said(env_file(outside.address))
    assert code == 1
    assert "problem  TryItOn key: no credits left" in out


async def test_a_provider_without_a_client_is_not_promised(said, env_file, outside):
    code, out = await said(env_file(outside.address, TRYITON_API_KEY="", FITROOM_API_KEY="room"))
    assert code == 1
    assert "problem  FITROOM_API_KEY alone is not enough" in out
    code, out = await said(env_file(outside.address, FITROOM_API_KEY="room"))
    assert code == 0
    assert "warning  FITROOM_API_KEY is not used" in out


async def test_the_default_result_host_is_missed_only_with_the_real_provider(said, env_file, outside):
    lacking = env_file(RESULT_HOSTS="pictures.example", TRYITON_API_URL="https://tryiton.now/api/v1")
    lines = check._settings_lines(check.load_settings(lacking), None)
    assert any("lacks cdn.tryiton.now" in line.text for line in lines)
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
    monkeypatch.setattr(check, "PROVIDERS_SECONDS", 0.5)

    async def never(_request):
        await asyncio.sleep(3600)

    async with serving(Starlette(routes=[Route("/{rest:path}", never, methods=["GET", "POST"])])) as address:
        code, out = await asyncio.wait_for(said(env_file(address)), 5)
    assert code == 1
    assert "problem  Telegram: no answer in time" in out
    assert "problem  TryItOn key: " in out


def test_the_time_limits_add_up_to_less_than_thirty_seconds(monkeypatch):
    monkeypatch.undo()
    later = max(check.WRITING_SECONDS, check.TELEGRAM_SECONDS, check.PROVIDERS_SECONDS)
    assert check.DATABASE_SECONDS + later < 30
