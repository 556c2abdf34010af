"""Telegram's POST: taken only from Telegram, answered 200 only when it is committed."""

import asyncio
import json

import httpx
import pytest

from bot.web import webhook as module
from bot.web.webhook import MAX_BODY_BYTES, SECRET_HEADER
from storage.database import Database
from storage.errors import StorageUnavailable
from tests.integration.web.door import BOT, PATH, SECRET, TOKEN, update

pytestmark = pytest.mark.network


@pytest.fixture
def untouched(monkeypatch):
    """The database may not be asked for anything."""

    def touched(self):
        raise AssertionError("the database was touched")

    monkeypatch.setattr(Database, "transaction", touched)
    monkeypatch.setattr(Database, "reading", touched)


async def test_update_is_in_the_database_when_200_is_said(door):
    answer = await door.post(update(41, text="café \ud83d"))
    assert (answer.status_code, answer.content) == (200, b"")
    assert await door.payloads() == [update(41, text="café \ud83d")]


async def test_dispatcher_of_the_same_process_is_woken(door):
    assert not door.inbox.arrived.is_set()
    await door.post(update(1))
    assert door.inbox.arrived.is_set()
    door.inbox.arrived.clear()
    await door.post(update(1))
    assert not door.inbox.arrived.is_set()


async def test_the_same_update_many_times_at_once_is_stored_once(door):
    answers = await asyncio.gather(*(door.post(update(7)) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert await door.stored() == [7]


async def test_many_at_once_are_all_stored(door):
    answers = await asyncio.gather(*(door.post(update(n, user=n)) for n in range(1, 121)))
    assert {answer.status_code for answer in answers} == {200}
    assert sorted(await door.stored()) == list(range(1, 121))


# --- who may come in


async def test_without_the_secret_nothing_is_touched(door, untouched):
    del door.client.headers[SECRET_HEADER]
    answer = await door.post(update(1))
    assert answer.status_code == 401
    assert TOKEN not in answer.text


@pytest.mark.parametrize("secret", ["", "wrong", SECRET[:-1], SECRET + "x", SECRET.upper(), "sécret"])
async def test_with_a_wrong_secret_nothing_is_touched(door, untouched, secret):
    answer = await door.client.post(
        PATH, content=b"{}", headers={SECRET_HEADER.encode(): secret.encode("latin-1")}
    )
    assert answer.status_code == 403
    assert SECRET not in answer.text


async def test_body_of_a_stranger_is_not_even_read(door, untouched):
    """The answer comes while the stranger still holds back what was promised."""
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    head = (
        f"POST {PATH} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 900000\r\n\r\n"
    )
    writer.write(head.encode())
    async with asyncio.timeout(60):
        assert b" 401 " in await reader.readline()
    writer.close()


@pytest.mark.parametrize(
    "path", ["/", "/telegram", "/telegram/", PATH + "/", PATH[:-1], "/hooks", f"/bot{TOKEN}"]
)
async def test_no_other_path_takes_updates(door, untouched, path):
    assert (await door.post(update(1), path)).status_code in {404, 307}


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
async def test_only_post_is_taken(door, untouched, method):
    answer = await door.client.request(method, PATH)
    assert answer.status_code == 405


async def test_proxy_may_leave_the_path_of_webhook_url_in_place(door):
    assert (await door.post(update(1), "/hooks" + PATH)).status_code == 200
    assert await door.stored() == [1]


# --- what may come in


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonp"])
async def test_only_json_is_taken(door, untouched, kind):
    assert (await door.post(update(1), **{"content-type": kind})).status_code == 415


async def test_charset_beside_the_kind_is_fine(door):
    answer = await door.post(update(1), **{"content-type": "Application/JSON; charset=utf-8"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"1",
        b'"update_id"',
        b"{}",
        b'{"update_id": "5"}',
        b'{"update_id": true}',
        b'{"update_id": 1.0}',
        b'{"update_id": -1}',
        b'{"update_id": 9223372036854775808}',
        b'{"update_id": 1, "x": NaN}',
        b'{"update_id": 1, "message": {"chat": 5}}',
        b'{"update_id": 1, "message": {"chat": {"id": "x"}}}',
        b'{"update_id": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
        b'{"update_id": 1, "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b"\xff\xfe\x00",
        b'{"update_id": 1, "text": "\xe9"}',
    ],
    ids=lambda body: repr(body[:40]),
)
async def test_what_is_no_update_is_refused(door, untouched, body):
    answer = await door.post(body)
    assert (answer.status_code, answer.text) == (400, "not an update")


async def test_update_of_a_kind_that_nobody_knows_yet_is_stored(door):
    assert (await door.post({"update_id": 5, "hologram": {"id": 3}})).status_code == 200
    assert await door.stored() == [5]


async def test_largest_update_is_taken(door):
    filled = update(1, text="")
    filled["message"]["text"] = "x" * (MAX_BODY_BYTES - len(json.dumps(filled)))
    assert (await door.post(filled)).status_code == 200


async def test_too_large_by_its_own_account_is_refused_before_it_is_read(door, untouched):
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    head = (
        f"POST {PATH} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
        f"{SECRET_HEADER}: {SECRET}\r\ncontent-length: {MAX_BODY_BYTES + 1}\r\n\r\n"
    )
    writer.write(head.encode())
    async with asyncio.timeout(60):
        assert b" 413 " in await reader.readline()
    writer.close()


async def test_too_large_without_saying_so_is_refused_while_it_is_read(door, untouched):
    sent = 0

    async def endless():
        nonlocal sent
        while sent < 200 * MAX_BODY_BYTES:
            sent += 50_000
            yield b" " * 50_000

    try:
        answer = await door.client.post(PATH, content=endless())
    except httpx.TransportError:
        # The connection was closed on us before we had read the answer: refused as well.
        pass
    else:
        assert answer.status_code == 413
    assert sent < 20 * MAX_BODY_BYTES


async def test_stranger_may_not_go_on_sending(door, untouched):
    """Nothing is read for ever, not even to be thrown away."""
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    head = f"POST {PATH} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
    writer.write(f"{head}transfer-encoding: chunked\r\n\r\n".encode())
    async with asyncio.timeout(60):
        answer = await reader.read()
    assert answer.startswith(b"HTTP/1.1 401 ")
    writer.close()


async def test_connection_lives_on_after_a_refusal(door):
    for _ in range(3):
        answer = await door.post(b"{}")
        assert answer.status_code == 400
        assert "connection" not in answer.headers


async def test_body_that_never_ends_is_given_up(door, untouched, monkeypatch):
    monkeypatch.setattr(module, "READ_SECONDS", 0.2)
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    head = (
        f"POST {PATH} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
        f"{SECRET_HEADER}: {SECRET}\r\ncontent-length: 100\r\n\r\n{{"
    )
    writer.write(head.encode())
    async with asyncio.timeout(60):
        assert b" 408 " in await reader.readline()
    writer.close()


async def test_sender_that_hangs_up_in_the_middle_stores_nothing(door):
    for _ in range(5):
        _, writer = await asyncio.open_connection("127.0.0.1", door.port)
        head = (
            f"POST {PATH} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
            f"{SECRET_HEADER}: {SECRET}\r\ncontent-length: 100\r\n\r\n"
        )
        writer.write(head.encode() + b'{"update_id": 1}')
        await writer.drain()
        writer.close()
    assert (await door.post(update(2))).status_code == 200
    assert await door.stored() == [2]


# --- when the database does not take it


async def test_what_is_not_committed_is_not_confirmed(door, monkeypatch):
    """The fault strikes at the very commit; Telegram repeats, and then it is stored once."""
    honest = door.inbox.store
    failures = 2

    async def store(updates):
        nonlocal failures
        if failures:
            failures -= 1
            async with door.database.transaction() as tx:
                await tx.updates.add(BOT, updates, 1.0)
                raise StorageUnavailable("the disk is full")
        return await honest(updates)

    monkeypatch.setattr(door.webhook, "_inbox", type("Faulty", (), {"store": staticmethod(store)})())
    assert [(await door.post(update(1))).status_code for _ in range(3)] == [503, 503, 200]
    assert await door.stored() == [1]


async def test_database_that_hangs_is_not_waited_for_for_ever(door, monkeypatch):
    monkeypatch.setattr(module, "STORE_SECONDS", 0.2)
    async with door.database.transaction():
        assert (await door.post(update(1))).status_code == 503
    monkeypatch.undo()
    assert (await door.post(update(1))).status_code == 200
    assert await door.stored() == [1]


async def test_fault_of_our_own_is_no_confirmation_either(door, monkeypatch, caplog):
    async def broken(updates):
        raise RuntimeError("a fault of the program")

    monkeypatch.setattr(door.webhook, "_inbox", type("Broken", (), {"store": staticmethod(broken)})())
    assert (await door.post(update(1))).status_code == 500


async def test_trouble_is_logged_once_and_its_end_too(door, capsys, monkeypatch):
    from structlog.testing import capture_logs  # noqa: PLC0415 - only here

    monkeypatch.setattr(module, "STORE_SECONDS", 0.1)
    with capture_logs() as lines:
        async with door.database.transaction():
            await asyncio.gather(door.post(update(1)), door.post(update(2)))
        monkeypatch.undo()
        await door.post(update(3))
        await door.post(update(4))
    assert [line["log_level"] for line in lines] == ["warning", "info"]


async def test_no_more_are_worked_on_at_once_than_allowed(door, monkeypatch):
    """Bodies are read only when it is their turn, so that memory stays bounded."""
    at_work, most = 0, 0
    gate = asyncio.Event()

    async def store(updates):
        nonlocal at_work, most
        at_work += 1
        most = max(most, at_work)
        await gate.wait()
        at_work -= 1

    monkeypatch.setattr(door.webhook, "_inbox", type("Slow", (), {"store": staticmethod(store)})())
    posts = [asyncio.create_task(door.post(update(n))) for n in range(60)]
    async with asyncio.timeout(60):
        while at_work < module.MAX_STORING:
            await asyncio.sleep(0.01)
    # Time for one too many to come in.
    await asyncio.sleep(0.3)
    gate.set()
    answers = await asyncio.gather(*posts)
    assert {answer.status_code for answer in answers} == {200}
    assert most == module.MAX_STORING
