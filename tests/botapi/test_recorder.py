"""Every call of the Bot API made in a test is seen, wherever it goes; an illegal one fails the test."""

import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from telegram import Bot

from bot.chat.screen import Button, Screen
from bot.sandbox.telegram.server import TelegramServer
from bot.sandbox.telegram.serving import serving_telegram
from bot.sandbox.telegram.world import World
from tests.botapi.record import IllegalCallError, recording
from tests.e2e.plain_servers import PlainTelegram, PlainTryOn, plain_servers
from tests.integration.delivery.wire import wire
from tests.ports import own_port

ROOT = Path(__file__).parents[2]
TOKEN = f"{123456789}:" + "A" * 35
TOO_LONG = {"inline_keyboard": [[{"text": "Go", "callback_data": "x" * 65}]]}
PLANTED = """
from tests.botapi.record import note_call

def test_planted():
    note_call("sendMessage", {"chat_id": "5", "text": "Hi", "reply_markup": {%r: []}}, {})
"""


@pytest.mark.network
async def test_calls_of_the_chat_are_seen_on_their_way_and_are_legal():
    with recording() as recorder:
        async with wire() as line:
            await line.chat.say(line.place, Screen("Hi", ((Button("Go", "go:1"),),)))
    # Once as it leaves and once as it arrives.
    assert recorder.calls["sendMessage"] == 2
    recorder.verdict()


@pytest.mark.network
async def test_illegal_button_of_the_chat_is_named():
    with recording() as recorder:
        async with wire() as line:
            await line.chat.say(line.place, Screen("Hi", ((Button("Go", "x" * 65),),)))
    with pytest.raises(IllegalCallError, match="callback_data has 65 bytes"):
        recorder.verdict()


@pytest.mark.network
async def test_call_to_a_server_that_is_no_bot_api_at_all_is_seen():
    with recording() as recorder:
        bot = Bot(TOKEN, base_url=f"http://127.0.0.1:{own_port()}/bot")
        with pytest.raises(Exception, match="ConnectError"):
            await bot.get_me()
        await bot.request.shutdown()
    assert recorder.calls["getMe"] == 1


@pytest.mark.network
@pytest.mark.parametrize("body", ["json", "data"])
async def test_illegal_call_from_another_process_is_seen_where_it_arrives(body):
    """As bots of the end to end tests call: nothing of theirs is in this process."""
    given = {"chat_id": "5", "text": "Hi", "reply_markup": json.dumps(TOO_LONG)}
    with recording() as recorder:
        async with serving_telegram(TelegramServer(World())) as address, httpx.AsyncClient() as client:
            await client.post(f"{address}/telegram/bot{TOKEN}/sendMessage", **{body: given})
    assert any("callback_data has 65 bytes" in one for one in recorder.illegal)


@pytest.mark.network
async def test_illegal_call_to_the_plain_servers_is_seen():
    with recording() as recorder, plain_servers(PlainTelegram(TOKEN, 5), PlainTryOn("key")) as address:
        async with httpx.AsyncClient() as client:
            files = {"photo": b"picture"}
            await client.post(f"{address}/tg/bot{TOKEN}/sendPhoto", data={"chat_id": "Ann"}, files=files)
    assert recorder.illegal == ["sendPhoto.chat_id is 'Ann' ('Unique identifier for the target chat')"]


@pytest.mark.parametrize(("field", "code"), [("inline_keyboard", 0), ("inline_keybord", 1)])
def test_illegal_call_fails_the_test_that_made_it(tmp_path, field, code):
    """In a run of its own, with the project's own conftest."""
    planted = tmp_path / "test_planted.py"
    planted.write_text(PLANTED % field)
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", "-q"]
    run = subprocess.run(
        [*command, f"--rootdir={ROOT}", "-c", str(ROOT / "pyproject.toml"), str(planted)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == code, run.stdout + run.stderr
    assert ("inline_keybord is unknown" in run.stdout) == (code == 1)
