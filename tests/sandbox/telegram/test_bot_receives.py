"""A real python-telegram-bot client gets updates: polled and by webhook."""

import asyncio
import time
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Bot
from telegram.error import BadRequest, Conflict, InvalidToken
from telegram.request import HTTPXRequest

from bot.sandbox.telegram.serving import serving

pytestmark = [pytest.mark.network, pytest.mark.plays_the_bot]


async def test_ids_start_high_and_an_offset_confirms(bot, world, ann):
    await world.person_starts(ann.id)
    await world.person_sends_text(ann.id, ann.id, "two")
    first, second = await bot.get_updates()
    assert first.update_id >= 100_000_000
    assert second.update_id == first.update_id + 1
    assert (first.message.text, first.message.from_user.language_code) == ("/start", "en")
    assert [one.update_id for one in await bot.get_updates()] == [first.update_id, second.update_id]
    assert [one.update_id for one in await bot.get_updates(offset=second.update_id)] == [second.update_id]
    assert await bot.get_updates(offset=second.update_id + 1) == ()
    assert await bot.get_updates() == ()


async def test_limit_and_negative_offset(bot, world, ann):
    for number in range(5):
        await world.person_sends_text(ann.id, ann.id, f"{number}")
    assert [one.message.text for one in await bot.get_updates(limit=2)] == ["0", "1"]
    assert [one.message.text for one in await bot.get_updates(offset=-2)] == ["3", "4"]
    assert len(await bot.get_updates()) == 2


async def test_long_poll_ends_with_the_first_update(bot, world, ann):
    waiting = asyncio.create_task(bot.get_updates(timeout=50))
    await asyncio.sleep(0.2)
    assert not waiting.done()
    await world.person_starts(ann.id)
    [update] = await asyncio.wait_for(waiting, 60)
    assert update.message.text == "/start"


async def test_long_poll_ends_empty_after_its_timeout(bot):
    began = time.monotonic()
    assert await bot.get_updates(timeout=1) == ()
    assert time.monotonic() - began > 0.9


async def test_older_poller_is_told_of_the_newer(bot, address, token, server, world):
    older = asyncio.create_task(bot.get_updates(timeout=50))
    while not server.polls.is_polled(world.connect_bot(bot.id)):
        await asyncio.sleep(0.01)
    async with Bot(token, base_url=f"{address}/telegram/bot", get_updates_request=HTTPXRequest()) as other:
        newer = asyncio.create_task(other.get_updates(timeout=1))
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await older
        assert await newer == ()


async def test_only_allowed_kinds_arrive(bot, world, ann):
    await world.person_starts(ann.id)
    [start] = await bot.get_updates(allowed_updates=["edited_message"])
    await world.person_sends_text(ann.id, ann.id, "not wanted")
    said = await world.person_sends_text(ann.id, ann.id, "nor this")
    await world.person_edits(ann.id, ann.id, said.id, "but this")
    [update] = await bot.get_updates(offset=start.update_id + 1)
    assert update.edited_message.text == "but this"


async def test_ids_jump_after_a_quiet_week_and_nothing_is_lost(bot, world, ann):
    await world.person_starts(ann.id)
    [start] = await bot.get_updates()
    await bot.get_updates(offset=start.update_id + 1)
    bot_account = world.connect_bot(bot.id)
    for _ in range(20):
        bot_account.queue.jump()
        await world.person_sends_text(ann.id, ann.id, "back")
        [update] = await bot.get_updates(offset=start.update_id + 1) or await bot.get_updates()
        assert update.message.text == "back"
        bot_account.queue.clear()


@pytest.mark.parametrize(
    ("token_text", "status", "description"),
    [
        ("123456789:" + "A" * 35, 200, None),
        ("123456789:short", 401, "Unauthorized"),
        ("nonsense", 404, "Not Found"),
    ],
)
async def test_tokens_by_their_shape(address, token_text, status, description):
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{address}/telegram/bot{token_text}/getMe")
    assert answer.status_code == status
    assert answer.json().get("description") == description


async def test_wrong_token_is_invalid_for_the_client(address):
    with pytest.raises(InvalidToken):
        async with Bot("123456789:short", base_url=f"{address}/telegram/bot"):
            pass


async def test_every_encoding_and_case_is_understood(address, token, world, ann):
    await world.person_starts(ann.id)
    url, values = f"{address}/telegram/bot{token}/SENDmessage", {"chat_id": ann.id, "text": "hi"}
    async with httpx.AsyncClient() as client:
        for sent in (
            client.get(url, params=values),
            client.post(url, data=values),
            client.post(url, json=values),
            client.post(url, files={name: (None, str(value)) for name, value in values.items()}),
        ):
            assert (await sent).json()["result"]["text"] == "hi"
        broken = await client.post(url, content=b"{", headers={"content-type": "application/json"})
    assert broken.json()["error_code"] == 400


async def test_files_are_served_only_where_they_are(address, token, bot, world, ann, picture):
    [photo] = await world.person_sends_photos(ann.id, ann.id, [picture(2000, 1000)])
    assert photo.photo.largest.width == 1280
    file = await bot.get_file(photo.photo.largest.file_id)
    async with httpx.AsyncClient() as client:
        found = await client.get(f"{address}/telegram/file/bot{token}/photos/file_4.jpg")
        lost = await client.get(f"{address}/telegram/file/bot{token}/photos/file_99.jpg")
    assert (file.file_path.endswith("/photos/file_4.jpg"), len(found.content)) == (True, file.file_size)
    assert (lost.status_code, lost.json()["description"]) == (404, "Not Found")


class Receiver:
    """A webhook's other side."""

    def __init__(self) -> None:
        self.seen: list[tuple[str | None, Any]] = []
        self.refuse = 0

    async def take(self, request: Request) -> Response:
        if self.refuse:
            self.refuse -= 1
            return Response(status_code=503)
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
        self.seen.append((secret, await request.json()))
        return Response()


@pytest.fixture
async def receiver():
    return Receiver()


@pytest.fixture
async def hook(receiver):
    app = Starlette(routes=[Route("/hook", receiver.take, methods=["POST"])])
    async with serving(app) as base:
        yield f"{base}/hook"


async def test_webhook_gets_updates_in_order_with_its_secret_until_accepted(bot, world, ann, receiver, hook):
    receiver.refuse = 1
    await world.person_starts(ann.id)
    assert await bot.set_webhook(hook, secret_token="s3cret_-")
    await world.person_sends_text(ann.id, ann.id, "second")
    async with asyncio.timeout(60):
        while len(receiver.seen) < 2:
            await asyncio.sleep(0.02)
    assert {secret for secret, _ in receiver.seen} == {"s3cret_-"}
    assert [body["message"]["text"] for _, body in receiver.seen] == ["/start", "second"]
    info = await bot.get_webhook_info()
    assert (info.url, info.pending_update_count) == (hook, 0)
    assert info.last_error_message == "Wrong response from the webhook: 503 Service Unavailable"


async def test_polling_and_webhook_exclude_each_other(bot, world, server, hook):
    poll = asyncio.create_task(bot.get_updates(timeout=50))
    while not server.polls.is_polled(world.connect_bot(bot.id)):
        await asyncio.sleep(0.01)
    await bot.set_webhook(hook)
    with pytest.raises(Conflict, match="terminated by setWebhook request"):
        await poll
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == ()
    assert (await bot.get_webhook_info()).url == ""


async def test_dropping_pending_updates(bot, world, ann):
    await world.person_starts(ann.id)
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == ()


@pytest.mark.parametrize(
    ("url", "secret", "reason"),
    [
        ("http://example.com/x", None, "An HTTPS URL must be provided"),
        ("https://example.com:8080/x", None, "only on ports 80, 88, 443 or 8443"),
        ("https://example.com/x", "no spaces", "unallowed characters"),
    ],
)
async def test_webhooks_telegram_refuses(bot, url, secret, reason):
    with pytest.raises(BadRequest) as refusal:
        await bot.set_webhook(url, secret_token=secret)
    assert reason.lower() in refusal.value.message.lower()


async def test_log_out_and_close(bot):
    assert await bot.log_out()
    assert await bot.close()
