"""The bot behind a webhook: registered, fed, asked for its health, and stopped."""

import asyncio
import json
import socket
import time

import httpx
import pytest

from bot.chat.polling import ALLOWED_UPDATES
from bot.sandbox.providers.tryiton.faults import Fault, Manner, Place
from bot.sandbox.telegram.gate import Moment
from bot.web.webhook import SECRET_HEADER, webhook_path
from tests.e2e.endings import ended_well
from tests.e2e.person import AGREE, ASKS_GARMENT, CARD, TRY_IT_ON
from tests.ports import own_port

pytestmark = pytest.mark.network

SECRET = "a-secret-of-the-webhook"
WELCOME = "See clothes, hair and tattoos on yourself before you decide."


@pytest.fixture
def port():
    return own_port()


@pytest.fixture
def settings(port):
    return {"WEBHOOK_URL": f"http://127.0.0.1:{port}", "WEBHOOK_SECRET": SECRET, "PORT": str(port)}


async def started(stage, settings):
    bot = await stage.launch_bot(**settings)
    await stage.until(
        lambda: "the webhook is set" in bot.output() or not bot.is_running, what="the bot to set its webhook"
    )
    assert bot.is_running, bot.output()
    return bot


async def get(port, path):
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        answer = await client.get(f"http://127.0.0.1:{port}{path}")
        return answer.status_code, answer.json()


def address(stage, port):
    return f"http://127.0.0.1:{port}{webhook_path(stage.settings['TELEGRAM_BOT_TOKEN'])}"


async def test_from_first_contact_to_the_picture(stage, alice, settings):
    bot = await started(stage, settings)
    await alice.starts()
    await alice.sees(WELCOME)
    await alice.sends_photo()
    await alice.taps(AGREE)
    await alice.sees(ASKS_GARMENT)
    await alice.sends_photo()
    await alice.taps(TRY_IT_ON, await alice.sees(CARD))
    await alice.gets_a_picture()
    await ended_well(alice)
    assert stage.gate.calls("getUpdates") == []
    assert SECRET not in bot.output()


async def test_webhook_is_set_with_the_secret_and_nothing_is_dropped(stage, alice, settings, port):
    await alice.starts()
    await started(stage, settings)
    [call] = stage.gate.calls("setWebhook")
    assert call.params["url"] == address(stage, port)
    assert call.params["secret_token"] == SECRET
    assert json.loads(call.params["allowed_updates"]) == list(ALLOWED_UPDATES)
    assert call.params.get("drop_pending_updates") in {None, "false", False}
    await alice.sees(WELCOME)


async def test_webhook_that_can_not_be_set_is_set_later(stage, alice, settings):
    stage.gate.fail("setWebhook", status=400, description="Bad Request: bad webhook: Failed to resolve host")
    stage.gate.fail("setWebhook", status=502, description="Bad Gateway")
    bot = await started(stage, settings)
    assert "failed to resolve host" in bot.output().lower()
    await alice.starts()
    await alice.sees(WELCOME)


async def test_polling_while_a_webhook_is_set_says_what_to_do_and_goes_on_by_itself(stage, alice, settings):
    hooked = await started(stage, settings)
    await hooked.terminate()
    await alice.starts()
    polling = await stage.launch_bot()
    await stage.until(lambda: "call deleteWebhook" in polling.output(), what="plain words")
    [line] = [line for line in polling.output().splitlines() if "call deleteWebhook" in line]
    assert "webhook_at=127.0.0.1" in line
    assert webhook_path(stage.settings["TELEGRAM_BOT_TOKEN"]) not in polling.output()
    assert not stage.gate.calls("deleteWebhook")
    token = stage.settings["TELEGRAM_BOT_TOKEN"]
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        await client.get(f"{stage.url}/telegram/bot{token}/deleteWebhook")
    await alice.sees(WELCOME)


async def test_kill_9_in_the_middle_loses_nothing_that_was_confirmed(stage, alice, settings):
    bot = await started(stage, settings)
    await alice.has_been_here()
    await alice.sends_album()
    await stage.until(lambda: stage.books.rows("SELECT 1 FROM updates"), what="an update to be stored")
    await bot.kill()
    await started(stage, settings)
    await alice.taps(TRY_IT_ON, await alice.sees(CARD))
    await alice.gets_a_picture()
    await ended_well(alice)


async def test_sigterm_drains_while_updates_come_in(stage, alice, person, settings, port):
    bot = await started(stage, settings)
    await alice.has_been_here()
    stage.tryiton.faults.add(Place.SUBMIT, Fault(Manner.HOLD, accepted=True))
    await alice.orders()
    await stage.held_at_the_provider()

    stopping = asyncio.create_task(bot.terminate())
    # Still stored, since the answer to the paid call is waited for; but no balancer should send anything.
    while (state := await get(port, "/readyz"))[0] == 200:
        await asyncio.sleep(0.02)
    assert (state[0], state[1]["process"]) == (503, "stopping")
    bob = person("Bob")
    await bob.starts()
    await stage.until(
        lambda: stage.books.rows("SELECT 1 FROM updates WHERE done_at IS NULL"),
        what="Bob's update to be stored",
    )
    stage.sandbox.tryiton.door.release()
    code = await stopping
    assert code == 0, bot.output()

    await started(stage, settings)
    await bob.sees(WELCOME)
    await alice.gets_a_picture()
    await ended_well(alice)
    assert len(stage.tryiton.jobs) == 1


async def test_sigterm_with_a_request_that_never_ends(stage, settings, port):
    bot = await started(stage, settings)
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    path = webhook_path(stage.settings["TELEGRAM_BOT_TOKEN"])
    head = f"POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
    writer.write(f"{head}{SECRET_HEADER}: {SECRET}\r\ncontent-length: 99\r\n\r\n{{".encode())
    await writer.drain()
    code = await bot.terminate()
    writer.close()
    assert code == 0, bot.output()


async def test_health_of_a_process(stage, settings, port):
    await started(stage, settings)
    assert await get(port, "/healthz") == (200, {"status": "alive"})
    status, states = await get(port, "/readyz")
    assert status == 200
    assert states == {
        "status": "ready",
        "process": "running",
        "database": "ok",
        "telegram": "ok",
        "work": "here",
    }


async def test_updates_are_stored_and_health_is_told_before_telegram_can_be_reached(
    stage, alice, settings, port
):
    hold = stage.gate.hold("getMe", Moment.BEFORE)
    bot = await stage.launch_bot(**settings)
    await stage.until(lambda: "listening" in bot.output(), what="the bot to listen")
    assert (await get(port, "/healthz"))[0] == 200
    status, states = await get(port, "/readyz")
    assert (status, states["telegram"]) == (503, "not reached yet")
    update = {
        "update_id": 5,
        "message": {
            "message_id": 1,
            "date": int(time.time()),
            "text": "/start",
            "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
            "chat": {"id": alice.id, "type": "private", "first_name": "Alice"},
            "from": {"id": alice.id, "is_bot": False, "first_name": "Alice", "language_code": "en"},
        },
    }
    stage.world.private_chat(alice.id).started = True
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        answer = await client.post(address(stage, port), json=update, headers={SECRET_HEADER: SECRET})
    assert answer.status_code == 200
    hold.release()
    await alice.sees(WELCOME)


async def test_polling_serves_health_only_where_the_environment_names_a_port(stage, port):
    bot = await stage.start_bot(PORT=str(port))
    assert (await get(port, "/readyz"))[1]["status"] == "ready"
    await bot.terminate()
    bot = await stage.start_bot()
    assert "listening" not in bot.output()


async def test_port_in_use_ends_a_web_process_and_not_a_polling_one(stage, settings):
    await started(stage, settings)
    second = await stage.launch_bot(**settings)
    assert await second.ended() == 1
    assert f"PORT {settings['PORT']} is in use" in second.output()


async def test_port_in_use_does_not_matter_when_polling(stage, settings, port):
    with socket.create_server(("127.0.0.1", port)):
        bot = await stage.start_bot(PORT=str(port))
    assert "the health addresses are not served" in bot.output()
