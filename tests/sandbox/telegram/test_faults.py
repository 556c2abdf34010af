"""Faults on request, the recorder and the control interface, seen by a real client."""

import asyncio
import base64
import hashlib
import sys

import httpx
import pytest
from telegram import Bot
from telegram.error import NetworkError, RetryAfter, TelegramError, TimedOut

from bot.sandbox.telegram.control import chat_snapshot
from bot.sandbox.telegram.flood import FloodLimits, Window
from bot.sandbox.telegram.gate import CallState, Moment
from bot.sandbox.telegram.server import TelegramServer
from bot.sandbox.telegram.serving import serving_telegram

pytestmark = pytest.mark.network


@pytest.fixture
async def started(world, ann):
    await world.person_starts(ann.id)
    return ann


def texts(world, chat):
    return [message.text for message in world.messages(chat)]


async def test_next_calls_fail_as_ordered(bot, world, server, started, monkeypatch):
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    server.gate.fail("sendMessage", status=502, description="Bad Gateway", times=2)
    server.gate.fail("sendMessage", status=429, description="Too Many Requests: retry after 7", retry_after=7)
    for _ in range(2):
        with pytest.raises(NetworkError, match="Bad Gateway"):
            await bot.send_message(started.id, "lost")
    with pytest.raises(RetryAfter) as wait:
        await bot.send_message(started.id, "lost")
    assert wait.value.retry_after.total_seconds() == 7
    await bot.send_message(started.id, "through")
    assert texts(world, started.id) == ["/start", "through"]


async def test_proxy_in_front_of_telegram_answers_with_a_page(bot, world, server, started):
    server.gate.fail("sendMessage", status=502, page="<html><h1>502 Bad Gateway</h1></html>")
    with pytest.raises(NetworkError):
        await bot.send_message(started.id, "lost")
    assert texts(world, started.id) == ["/start"]


async def test_downloads_pass_the_gate_too(bot, world, server, started, picture):
    [sent] = await world.person_sends_photos(started.id, started.id, [picture()])
    file = await bot.get_file(sent.photo.largest.file_id)
    server.gate.fail("downloadFile", status=404, description="Not Found")
    server.gate.close("downloadFile", Moment.AFTER)
    for _ in range(2):
        with pytest.raises(TelegramError):
            await file.download_as_bytearray()
    data = await file.download_as_bytearray()
    assert bytes(data) == await world.files.content(sent.photo.largest.file_id)
    states = [call.state for call in server.gate.calls("downloadFile")]
    assert states == [CallState.REFUSED, CallState.LOST, CallState.ANSWERED]


async def test_faults_may_concern_one_chat_only(bot, server, started, group):
    server.gate.fail("*", chat_id=group.id)
    assert await bot.send_message(started.id, "fine")
    with pytest.raises(NetworkError):
        await bot.send_message(group.id, "not fine")


async def test_connection_cut_before_acceptance_leaves_nothing(bot, world, server, started):
    server.gate.close("sendMessage", Moment.BEFORE)
    with pytest.raises(NetworkError):
        await bot.send_message(started.id, "lost")
    assert texts(world, started.id) == ["/start"]
    [call] = server.gate.calls("sendMessage")
    assert call.state is CallState.LOST


async def test_answer_lost_after_acceptance_leaves_the_message(bot, world, server, started):
    server.gate.close("sendMessage", Moment.AFTER)
    with pytest.raises(NetworkError):
        await bot.send_message(started.id, "sent")
    assert texts(world, started.id) == ["/start", "sent"]
    [call] = server.gate.calls("sendMessage")
    assert (call.state, call.result["text"]) == (CallState.LOST, "sent")


async def test_cut_connection_is_cut_without_any_answer(address, token, server, started):
    server.gate.close("getMe", Moment.AFTER)
    async with httpx.AsyncClient() as client:
        with pytest.raises(httpx.TransportError):
            await client.get(f"{address}/telegram/bot{token}/getMe")


async def test_failure_after_acceptance_hides_what_happened(bot, world, server, started):
    server.gate.fail("sendMessage", status=500, moment=Moment.AFTER)
    with pytest.raises(NetworkError):
        await bot.send_message(started.id, "sent")
    assert texts(world, started.id) == ["/start", "sent"]


async def test_held_call_goes_on_when_released(bot, world, server, started):
    hold = server.gate.hold("sendMessage", Moment.BEFORE)
    sending = asyncio.create_task(bot.send_message(started.id, "patience"))
    call = await hold.arrived(5)
    assert (call.state, call.params["text"]) == (CallState.HELD, "patience")
    assert texts(world, started.id) == ["/start"]
    hold.release()
    assert (await sending).text == "patience"
    assert call.state is CallState.ANSWERED


@pytest.mark.parametrize(
    ("moment", "shown"), [(Moment.BEFORE, ["/start"]), (Moment.AFTER, ["/start", "now or never"])]
)
async def test_caller_that_dies_at_the_gate(address, token, world, server, started, moment, shown):
    hold = server.gate.hold("sendMessage", moment)
    url = f"{address}/telegram/bot{token}/sendMessage"
    async with httpx.AsyncClient() as client:
        body = {"chat_id": started.id, "text": "now or never"}
        sending = asyncio.create_task(client.post(url, json=body))
        call = await hold.arrived(5)
        sending.cancel()
        await server.gate.wait_for_calls("sendMessage", state=CallState.LOST, seconds=60)
    assert call.state is CallState.LOST
    assert texts(world, started.id) == shown


async def test_process_killed_at_the_gate_after_acceptance(address, token, world, server, started, tmp_path):
    hold = server.gate.hold("sendMessage", Moment.AFTER)
    url = f"{address}/telegram/bot{token}/sendMessage?chat_id={started.id}&text=last+words"
    code = "import sys, urllib.request; urllib.request.urlopen(sys.argv[1])"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, url)
    call = await hold.arrived(60)
    process.kill()
    await process.wait()
    await server.gate.wait_for_calls("sendMessage", state=CallState.LOST, seconds=60)
    assert call.state is CallState.LOST
    assert texts(world, started.id) == ["/start", "last words"]


async def test_killed_poller_confirms_nothing(address, token, bot, world, server, ann):
    code = "import sys, urllib.request; urllib.request.urlopen(sys.argv[1])"
    url = f"{address}/telegram/bot{token}/getUpdates?timeout=30"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, url)
    async with asyncio.timeout(60):
        while not server.polls.is_polled(world.connect_bot(bot.id)):
            await asyncio.sleep(0.01)
        process.kill()
        await process.wait()
        while server.polls.is_polled(world.connect_bot(bot.id)):
            await asyncio.sleep(0.01)
    await world.person_starts(ann.id)
    [update] = await bot.get_updates()
    assert update.message.text == "/start"


async def test_flood_limit_reaches_the_client(address, token, world, ann, monkeypatch):
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    await world.person_starts(ann.id)
    strict = TelegramServer(world, flood=FloodLimits(per_chat=Window(2, 3000)))
    async with serving_telegram(strict) as base, Bot(token, base_url=f"{base}/telegram/bot") as client:
        await client.send_message(ann.id, "one")
        await client.send_message(ann.id, "two")
        with pytest.raises(RetryAfter) as wait:
            await client.send_message(ann.id, "three")
    assert 2000 <= wait.value.retry_after.total_seconds() <= 3000


async def test_delay_outlasts_the_clients_patience(bot, server, started):
    server.gate.delay("sendMessage", 1.0)
    with pytest.raises(TimedOut):
        await bot.send_message(started.id, "slow", read_timeout=0.2)


async def test_calls_are_recorded_with_hashes_and_without_the_token(bot, server, started, picture, token):
    data = picture()
    waiting = asyncio.create_task(server.gate.wait_for_calls("sendphoto", state=CallState.ANSWERED))
    await bot.send_photo(started.id, data, caption="c")
    [call] = await waiting
    assert (call.method, call.params["caption"], call.status) == ("sendPhoto", "c", 200)
    [upload] = call.uploads.values()
    assert (upload["size"], upload["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    assert token not in str([one.as_json() for one in server.gate.calls()])
    assert server.gate.calls("sendPhoto", since=call.number) == []


async def test_waiting_in_vain_for_a_call_times_out(server):
    with pytest.raises(TimeoutError):
        await server.gate.wait_for_calls("sendMessage", seconds=0.05)


async def test_snapshot_shows_the_chat_as_it_stands(bot, world, started):
    sent = await bot.send_message(started.id, "one")
    await bot.send_message(started.id, "two")
    await sent.edit_text("uno")
    shown = chat_snapshot(world, world.private_chat(started.id))
    assert [one["text"] for one in shown] == ["/start", "uno", "two"]


async def test_flood_limits_on_request(world, ann, group, address, token):
    clock = [1000.0]
    world.now = lambda: clock[0]
    limits = FloodLimits(per_group=Window(2, 60), overall=Window(100, 1))
    guarded = TelegramServer(world, flood=limits)
    chat = world.chat(group)
    for _ in range(2):
        guarded.flood.count(world.bot.id, chat)
    clock[0] += 10
    with pytest.raises(Exception, match="Too Many Requests: retry after 50") as refusal:
        guarded.flood.count(world.bot.id, chat)
    assert refusal.value.as_json()["parameters"] == {"retry_after": 50}
    clock[0] += 50.1
    guarded.flood.count(world.bot.id, chat)
    assert guarded.flood.refusals == 1


@pytest.fixture
async def control(address):
    async with httpx.AsyncClient(base_url=f"{address}/control", timeout=90) as client:
        yield client


async def test_control_orders_lists_and_removes_faults(control, bot, started):
    order = {
        "kind": "fail",
        "method": "sendMessage",
        "status": 403,
        "description": "Forbidden: no",
        "times": 5,
    }
    fault = (await control.post("/faults", json=order)).json()
    with pytest.raises(Exception, match="no"):
        await bot.send_message(started.id, "x")
    [left] = (await control.get("/faults")).json()
    assert (left["id"], left["times"], left["status"]) == (fault["id"], 4, 403)
    await control.delete(f"/faults/{fault['id']}")
    assert (await control.get("/faults")).json() == []
    assert await bot.send_message(started.id, "x")
    assert (await control.delete(f"/faults/{fault['id']}")).status_code == 400
    assert (await control.post("/faults", json={"kind": "melt"})).status_code == 400


async def test_control_holds_and_releases(control, bot, world, started):
    order = {"kind": "hold", "method": "sendMessage", "when": "after"}
    fault = (await control.post("/faults", json=order)).json()
    sending = asyncio.create_task(bot.send_message(started.id, "held"))
    query = {"method": "sendMessage", "state": "held", "seconds": "60"}
    [call] = (await control.get("/calls/wait", params=query)).json()
    assert call["params"]["text"] == "held"
    assert texts(world, started.id)[-1] == "held"
    released = await control.post(f"/faults/{fault['id']}/release")
    assert released.json()["held"] == [call["number"]]
    assert (await sending).text == "held"
    await control.delete("/faults")


async def test_control_waits_in_vain_with_408(control):
    answer = await control.get("/calls/wait", params={"method": "sendPhoto", "seconds": "0.1"})
    assert answer.status_code == 408


async def test_control_lets_people_act_and_shows_chats(control, bot, world, ann, picture):
    person = f"/people/{ann.id}"
    await control.post(f"{person}/start", json={"payload": "ref"})
    said = (await control.post(f"{person}/text", json={"text": "hello"})).json()
    photos = [base64.b64encode(picture(color=color)).decode() for color in ("red", "blue")]
    album = (await control.post(f"{person}/photos", json={"photos": photos, "caption": "two"})).json()
    late = await control.post(
        f"{person}/photos", json={"photos": photos[:1], "album_id": album[0]["media_group_id"]}
    )
    file = {"data": photos[0], "name": "a.jpg", "reply_to": said["message_id"]}
    document = (await control.post(f"{person}/document", json=file)).json()
    await control.post(f"{person}/edit", json={"message_id": said["message_id"], "text": "hi"})
    shown = (await control.get(f"/chats/{ann.id}/messages")).json()
    assert [one.get("text") or one.get("caption") for one in shown] == [
        "/start ref",
        "hi",
        "two",
        None,
        None,
        None,
    ]
    assert late.json()[0]["media_group_id"] == album[1]["media_group_id"]
    assert document["reply_to_message"]["message_id"] == said["message_id"]
    await control.post(f"{person}/delete", json={"message_id": said["message_id"]})
    assert len((await control.get(f"/chats/{ann.id}/messages")).json()) == 5
    await control.post(f"{person}/block")
    assert world.private_chat(ann.id).blocked
    await control.post(f"{person}/unblock")
    assert (await control.get("/people")).json()[0]["stars"] == 500
    assert (await control.get("/chats")).json()[0]["id"] == ann.id
    assert (await control.post(f"{person}/dance")).status_code == 404
    assert (await control.post(f"{person}/text", json={"text": ""})).status_code == 400


async def test_control_taps_and_waits_for_the_answer(control, bot, world, started):
    keyboard = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}
    sent = await bot.send_message(started.id, "?", reply_markup=keyboard)
    body = {"message_id": sent.message_id, "data": "go", "seconds": 60}
    tapping = asyncio.create_task(control.post(f"/people/{started.id}/tap", json=body))
    [*_, update] = await bot.get_updates(offset=-1, timeout=50)
    while update.callback_query is None:
        [*_, update] = await bot.get_updates(offset=update.update_id + 1, timeout=50)
    await update.callback_query.answer("Gone")
    assert (await tapping).json()["answer"]["text"] == "Gone"
