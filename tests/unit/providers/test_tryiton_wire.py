"""How a paid call ends when connections misbehave: real sockets on 127.0.0.1."""

import asyncio
import itertools
import json
import logging
import traceback
from collections.abc import AsyncIterator

import httpx
import pytest

from bot.providers.base import (
    Accepted,
    Balance,
    ClothesRequest,
    NoAnswer,
    NotSent,
    Picture,
    Refusal,
    Rejected,
    Trouble,
    Unknown,
)
from bot.providers.clients import HttpClients, open_clients
from bot.providers.keys import ApiKey, KeyHeader
from bot.providers.tryiton import TryItOnClient, TryItOnOptions
from tests.ports import own_port

pytestmark = pytest.mark.network

SECRET = "ti_live_0123456789abcdef"
CLOTHES = ClothesRequest(Picture(bytes(range(256)) * 800), Picture(b"\xff\xd8\xff" * 50_000))
ACCEPTED = b'{"ok": true, "jobId": "64b7f1a9d9a3b8e5c7f9a123"}'


@pytest.fixture
async def clients() -> AsyncIterator[HttpClients]:
    async with open_clients() as opened:
        yield opened


def tryiton(clients: HttpClients, url: str, **options: float) -> TryItOnClient:
    return TryItOnClient(
        api_key=ApiKey(SECRET),
        paid=clients.paid,
        reads=clients.reads,
        base_url=url,
        options=TryItOnOptions(**options),
    )


async def test_whole_request_arrives_and_is_accepted(serve, clients: HttpClients) -> None:
    async def script(connection) -> None:
        await connection.read_request()
        await connection.answer("200 OK", ACCEPTED)

    server = await serve(script)

    outcome = await tryiton(clients, server.url + "/api/v1").submit(CLOTHES)

    assert outcome == Accepted("64b7f1a9d9a3b8e5c7f9a123")
    assert server.paths == ["/api/v1/tryon/clothes"]
    assert len(json.loads(server.bodies[0])["model_image"]) == len("data:image/jpeg;base64,") + 273_068
    head = server.heads[0].lower()
    assert b"\r\nauthorization: bearer " + SECRET.encode() in head
    assert b"\r\nuser-agent: try-on-bot\r\n" in head
    assert b"\r\naccept-encoding: identity\r\n" in head
    assert b"\r\nconnection: close\r\n" in head
    assert b"transfer-encoding" not in head
    assert b"cookie" not in head


async def test_refused_connection_is_not_sent(clients: HttpClients) -> None:
    client = tryiton(clients, f"http://127.0.0.1:{own_port()}")

    assert await client.submit(CLOTHES) == NotSent("ConnectError")
    assert await client.balance() == NoAnswer(Trouble.CONNECTION, "ConnectError")


async def test_failed_tls_handshake_is_not_sent(serve, clients: HttpClients) -> None:
    async def script(connection) -> None:
        await connection.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    server = await serve(script)

    outcome = await tryiton(clients, server.url.replace("http:", "https:")).submit(CLOTHES)

    assert outcome == NotSent("ConnectError")


async def test_no_free_connection_is_not_sent(serve) -> None:
    async def script(connection) -> None:
        await connection.read_request()
        await connection.until_client_is_gone()

    server = await serve(script)
    limits = httpx.Limits(max_connections=1, max_keepalive_connections=0)
    async with httpx.AsyncClient(limits=limits, timeout=httpx.Timeout(5, pool=0.1)) as narrow:
        client = tryiton(HttpClients(reads=narrow, paid=narrow), server.url, paid_deadline=1.0)
        first = asyncio.ensure_future(client.submit(CLOTHES))
        await asyncio.wait_for(server.asked.wait(), 5)

        assert await client.submit(CLOTHES) == NotSent("PoolTimeout")
        assert await first == Unknown("no complete answer within 1 s")
    assert server.connections == 1


async def closes_at_once(connection) -> None:
    pass


async def closes_after_the_head(connection) -> None:
    await connection.read_head()


async def closes_after_the_body(connection) -> None:
    await connection.read_request()


async def answers_half_a_head(connection) -> None:
    await connection.read_request()
    await connection.write(b"HTTP/1.1 200 OK\r\nContent-Le")


async def answers_half_a_body(connection) -> None:
    await connection.read_request()
    await connection.write(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n" + ACCEPTED)


async def answers_half_a_chunk(connection) -> None:
    await connection.read_request()
    await connection.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n31\r\n" + ACCEPTED)


async def answers_something_else(connection) -> None:
    await connection.read_request()
    await connection.write(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")


async def answers_with_a_page(connection) -> None:
    await connection.read_request()
    await connection.answer("502 Bad Gateway", b"<html>bad gateway</html>", b"Content-Type: text/html")


async def answers_nothing(connection) -> None:
    await connection.read_request()
    await connection.answer("200 OK")


async def redirects(connection) -> None:
    await connection.read_request()
    await connection.answer("307 Temporary Redirect", b"", b"Location: /tryon/fashion")


async def asks_for_a_password(connection) -> None:
    await connection.read_request()
    await connection.answer("401 Unauthorized", b"", b'WWW-Authenticate: Basic realm="x"')


@pytest.mark.parametrize(
    ("script", "reasons"),
    [
        (closes_at_once, {"ReadError", "WriteError", "RemoteProtocolError"}),
        (closes_after_the_head, {"ReadError", "WriteError", "RemoteProtocolError"}),
        (closes_after_the_body, {"RemoteProtocolError"}),
        (answers_half_a_head, {"RemoteProtocolError"}),
        (answers_half_a_body, {"RemoteProtocolError"}),
        (answers_half_a_chunk, {"RemoteProtocolError"}),
        (answers_something_else, {"RemoteProtocolError"}),
        (answers_with_a_page, {"HTTP 502 without a JSON object"}),
        (answers_nothing, {"HTTP 200 without a JSON object"}),
        (redirects, {"HTTP 307 without a JSON object"}),
        (asks_for_a_password, {"HTTP 401 without a JSON object"}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
async def test_outcome_nobody_can_tell_is_unknown_after_one_post(
    serve, clients: HttpClients, script, reasons: set[str]
) -> None:
    server = await serve(script)

    outcome = await tryiton(clients, server.url).submit(CLOTHES)

    assert isinstance(outcome, Unknown)
    assert outcome.reason in reasons
    assert server.connections == 1
    assert len(server.heads) <= 1


async def test_answer_after_the_deadline_is_unknown(serve, clients: HttpClients) -> None:
    async def script(connection) -> None:
        await connection.read_request()
        await connection.until_client_is_gone()
        await connection.answer("200 OK", ACCEPTED)

    server = await serve(script)

    outcome = await tryiton(clients, server.url, paid_deadline=0.3).submit(CLOTHES)

    assert outcome == Unknown("no complete answer within 0.3 s")
    await asyncio.wait_for(server.client_left.wait(), 5)
    assert server.methods == [b"POST"]


async def test_answer_in_drops_ends_at_the_deadline(serve, clients: HttpClients) -> None:
    """Every drop resets the read time-out; the deadline is in total."""

    async def script(connection) -> None:
        await connection.read_request()
        await connection.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")
        for _ in itertools.count():
            await connection.write(b" ")
            await asyncio.sleep(0.02)

    server = await serve(script)
    client = tryiton(clients, server.url, paid_deadline=0.3, read_deadline=0.2)

    assert await client.submit(CLOTHES) == Unknown("no complete answer within 0.3 s")
    assert await client.status("a1") == NoAnswer(Trouble.CONNECTION, "no complete answer within 0.2 s")


async def test_server_that_never_reads_ends_at_the_deadline(serve, clients: HttpClients) -> None:
    async def script(connection) -> None:
        await connection.read_head()
        await asyncio.sleep(60)

    server = await serve(script)
    large = ClothesRequest(Picture(bytes(12_000_000)), Picture(bytes(3)))

    outcome = await tryiton(clients, server.url, paid_deadline=0.5).submit(large)

    assert outcome == Unknown("no complete answer within 0.5 s")


async def test_silence_ends_at_the_read_timeout(serve) -> None:
    async def script(connection) -> None:
        await connection.read_request()
        await asyncio.sleep(60)

    server = await serve(script)
    async with httpx.AsyncClient(timeout=0.2) as hasty:
        outcome = await tryiton(HttpClients(reads=hasty, paid=hasty), server.url).submit(CLOTHES)

    assert outcome == Unknown("ReadTimeout")


async def test_endless_answer_is_cut_off(serve, clients: HttpClients) -> None:
    async def script(connection) -> None:
        await connection.read_request()
        await connection.write(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in itertools.count():
            await connection.write(b"x" * 65536)

    server = await serve(script)
    client = tryiton(clients, server.url)

    assert await client.submit(CLOTHES) == Unknown("HTTP 200 with more than 1000000 bytes")
    assert await client.balance() == NoAnswer(Trouble.ODD_ANSWER, "HTTP 200 with more than 1000000 bytes")


async def test_refusal_sent_before_the_body_was_read_is_understood(serve, clients: HttpClients) -> None:
    async def script(connection) -> None:
        await connection.read_head()
        await connection.answer("429 Too Many", b'{"error": "OutOfCredits"}', b"Connection: close")
        await connection.until_client_is_gone()

    server = await serve(script)

    assert await tryiton(clients, server.url).submit(CLOTHES) == Rejected(Refusal.OUT_OF_CREDITS)


async def test_fallback_is_one_more_post_and_then_remembered(serve, clients: HttpClients) -> None:
    async def script(connection) -> None:
        await connection.read_request()
        if connection._server.paths[-1] == "/tryon/clothes":
            await connection.answer(
                "404 Not Found", b'{"error": "NotFound", "message": "Resource not found"}'
            )
        else:
            await connection.answer("200 OK", ACCEPTED)

    server = await serve(script)
    client = tryiton(clients, server.url)

    outcomes = [await client.submit(CLOTHES), await client.submit(CLOTHES)]

    assert outcomes == [Accepted("64b7f1a9d9a3b8e5c7f9a123")] * 2
    assert server.paths == ["/tryon/clothes", "/tryon/fashion", "/tryon/fashion"]
    assert server.bodies[0] == server.bodies[1] == server.bodies[2]


async def answers_once_per_connection(connection) -> None:
    """A server whose patience with idle connections ends while the next request is on its way."""
    await connection.read_request()
    await connection.answer("200 OK", ACCEPTED)
    await connection.read_request()


async def test_kept_alive_connection_would_lose_the_second_paid_call(serve, clients: HttpClients) -> None:
    """This is why the client for paid calls keeps none; the next test is the same with it."""
    server = await serve(answers_once_per_connection)
    client = tryiton(HttpClients(reads=clients.reads, paid=clients.reads), server.url)

    outcomes = [await client.submit(CLOTHES), await client.submit(CLOTHES)]

    assert outcomes == [Accepted("64b7f1a9d9a3b8e5c7f9a123"), Unknown("RemoteProtocolError")]
    assert server.connections == 1


async def test_every_paid_call_has_a_connection_of_its_own(serve, clients: HttpClients) -> None:
    server = await serve(answers_once_per_connection)
    client = tryiton(clients, server.url)

    outcomes = [await client.submit(CLOTHES), await client.submit(CLOTHES)]

    assert outcomes == [Accepted("64b7f1a9d9a3b8e5c7f9a123")] * 2
    assert server.connections == 2


async def test_no_paid_connection_is_kept_even_if_the_header_asks_for_it(serve, clients: HttpClients) -> None:
    """The header says it to the server, the pool's limit holds whatever was said."""
    clients.paid.headers["Connection"] = "keep-alive"
    server = await serve(answers_once_per_connection)
    client = tryiton(clients, server.url)

    outcomes = [await client.submit(CLOTHES), await client.submit(CLOTHES)]

    assert outcomes == [Accepted("64b7f1a9d9a3b8e5c7f9a123")] * 2
    assert b"connection: keep-alive" in server.heads[1].lower()
    assert server.connections == 2


async def test_reads_share_a_connection(serve, clients: HttpClients) -> None:
    async def script(connection) -> None:
        while True:
            await connection.read_request()
            await connection.answer(
                "200 OK", b'{"ok": true, "credits": {"on_demand": 4}}', b"Set-Cookie: seen=1"
            )

    server = await serve(script)
    client = tryiton(clients, server.url)

    balances = [await client.balance() for _ in range(3)]

    assert balances == [Balance(4)] * 3
    assert server.connections == 1
    assert not any(b"cookie" in head.lower() for head in server.heads)


async def test_proxy_from_the_environment_is_not_used(
    serve, clients: HttpClients, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def script(connection) -> None:
        await connection.read_request()
        await connection.answer("200 OK", ACCEPTED)

    server, proxy = await serve(script), await serve(script)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy.url)
    async with open_clients() as fresh:
        await tryiton(fresh, server.url).submit(CLOTHES)

    assert (server.connections, proxy.connections) == (1, 0)


def rendered(error: BaseException) -> str:
    """The traceback as the most talkative logger would show it."""
    return "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())


async def test_cancelled_call_ends_without_the_key_in_its_traceback(serve, clients: HttpClients) -> None:
    async def script(connection) -> None:
        await connection.read_head()
        await connection.until_client_is_gone()

    server = await serve(script)
    client = tryiton(clients, server.url)
    task = asyncio.ensure_future(client.submit(CLOTHES))
    await asyncio.wait_for(server.asked.wait(), 5)
    task.cancel()

    with pytest.raises(asyncio.CancelledError) as caught:
        await task

    text = rendered(caught.value)
    assert "in submit" in text
    assert SECRET not in text
    assert "h11" not in text
    assert "httpcore" not in text
    assert caught.value.__cause__ is None
    await asyncio.wait_for(server.client_left.wait(), 5)
    assert server.methods == [b"POST"]


async def test_cancelling_while_the_head_is_written_would_show_the_key_without_care(
    clients: HttpClients, monkeypatch: pytest.MonkeyPatch, serve
) -> None:
    """The library's frame holds the header at that moment; ours must not let it through."""
    server = await serve(closes_at_once)

    async def stop_here(*_: object, **__: object) -> None:
        raise asyncio.CancelledError

    monkeypatch.setattr("httpcore._async.http11.AsyncHTTP11Connection._send_event", stop_here)
    client = tryiton(clients, server.url)
    with pytest.raises(asyncio.CancelledError) as bare:
        await clients.reads.get(server.url, auth=KeyHeader(ApiKey(SECRET)))
    with pytest.raises(asyncio.CancelledError) as posted:
        await client.submit(CLOTHES)
    with pytest.raises(asyncio.CancelledError) as read:
        await client.status("a1")

    assert f"Bearer {SECRET}" in rendered(bare.value)
    assert SECRET not in rendered(posted.value)
    assert SECRET not in rendered(read.value)


async def test_nothing_logged_shows_the_key_or_an_address(
    serve, clients: HttpClients, caplog: pytest.LogCaptureFixture
) -> None:
    async def script(connection) -> None:
        await connection.read_request()
        await connection.answer("200 OK", ACCEPTED)

    caplog.set_level(logging.DEBUG)
    good, bad = await serve(script), await serve(closes_after_the_body)
    for server in (good, bad):
        client = tryiton(clients, server.url)
        await client.submit(CLOTHES)
        await client.status("64b7f1a9d9a3b8e5c7f9a123")
        await client.balance()

    assert SECRET not in caplog.text
    assert good.url not in caplog.text
    assert not [record for record in caplog.records if record.name.startswith(("httpx", "httpcore"))]
