"""How FitRoom's calls end when connections misbehave: real sockets on 127.0.0.1."""

import asyncio
import itertools
import logging
import traceback
from collections.abc import AsyncIterator

import httpx
import pytest

from bot.providers.base import (
    Accepted,
    ClothesRequest,
    GarmentKind,
    NoAnswer,
    NotSent,
    OutfitRequest,
    Picture,
    Refusal,
    Rejected,
    Trouble,
    Unknown,
)
from bot.providers.clients import HttpClients, open_clients
from bot.providers.fitroom import FitRoomClient, FitRoomOptions
from bot.providers.keys import ApiKey
from tests.ports import own_port

pytestmark = pytest.mark.network

SECRET = "fr_live_0123456789abcdef"
PERSON, GARMENT = Picture(bytes(range(256)) * 800), Picture(b"\xff\xd8\xff" * 50_000)
CLOTHES = ClothesRequest(PERSON, GARMENT, GarmentKind.TOP)
ACCEPTED = b'{"task_id": "123456", "status": "CREATED"}'


@pytest.fixture
async def clients() -> AsyncIterator[HttpClients]:
    async with open_clients() as opened:
        yield opened


def fitroom(clients: HttpClients, url: str, **options: float) -> FitRoomClient:
    return FitRoomClient(
        api_key=ApiKey(SECRET),
        paid=clients.paid,
        reads=clients.reads,
        base_url=url,
        options=FitRoomOptions(**options),
    )


async def accepts(connection) -> None:
    await connection.read_request()
    await connection.answer("200 OK", ACCEPTED)


async def test_whole_form_arrives_and_is_accepted(serve, clients: HttpClients) -> None:
    server = await serve(accepts)

    outcome = await fitroom(clients, server.url).submit(OutfitRequest(PERSON, GARMENT, GARMENT, hd=True))

    assert outcome == Accepted("123456")
    assert server.paths == ["/api/tryon/v2/tasks"]
    assert server.bodies[0].count(PERSON.data) == 1
    assert server.bodies[0].count(GARMENT.data) == 2
    head = server.heads[0].lower()
    assert b"\r\nx-api-key: " + SECRET.encode() + b"\r\n" in head
    assert b"\r\ncontent-type: multipart/form-data; boundary=" in head
    assert b"\r\nconnection: close\r\n" in head
    assert b"transfer-encoding" not in head
    assert b"cookie" not in head
    assert b"authorization" not in head


async def test_refused_connection_is_not_sent(clients: HttpClients) -> None:
    client = fitroom(clients, f"http://127.0.0.1:{own_port()}")

    assert await client.submit(CLOTHES) == NotSent("ConnectError")
    assert await client.check_person(PERSON) == NoAnswer(Trouble.CONNECTION, "ConnectError")


async def closes_at_once(connection) -> None:
    pass


async def closes_after_the_head(connection) -> None:
    await connection.read_head()


async def closes_after_the_body(connection) -> None:
    await connection.read_request()


async def answers_half_a_body(connection) -> None:
    await connection.read_request()
    await connection.write(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n" + ACCEPTED)


async def answers_something_else(connection) -> None:
    await connection.read_request()
    await connection.write(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")


async def answers_with_a_bad_gateway(connection) -> None:
    await connection.read_request()
    await connection.answer("502 Bad Gateway", b"<html>bad gateway</html>", b"Content-Type: text/html")


async def answers_as_a_balancer_that_lost_its_server(connection) -> None:
    await connection.read_request()
    await connection.answer("503 Service Unavailable", b"upstream connect error or disconnect/reset")


async def answers_nothing(connection) -> None:
    await connection.read_request()
    await connection.answer("200 OK")


async def redirects(connection) -> None:
    await connection.read_request()
    await connection.answer("307 Temporary Redirect", b"", b"Location: /api/tryon/v3/tasks")


@pytest.mark.parametrize(
    ("script", "reasons"),
    [
        (closes_at_once, {"ReadError", "WriteError", "RemoteProtocolError"}),
        (closes_after_the_head, {"ReadError", "WriteError", "RemoteProtocolError"}),
        (closes_after_the_body, {"RemoteProtocolError"}),
        (answers_half_a_body, {"RemoteProtocolError"}),
        (answers_something_else, {"RemoteProtocolError"}),
        (answers_with_a_bad_gateway, {"HTTP 502 without a JSON object"}),
        (answers_as_a_balancer_that_lost_its_server, {"HTTP 503 without a JSON object"}),
        (answers_nothing, {"HTTP 200 without a JSON object"}),
        (redirects, {"HTTP 307 without a JSON object"}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
async def test_outcome_nobody_can_tell_is_unknown_after_one_post(
    serve, clients: HttpClients, script, reasons: set[str]
) -> None:
    server = await serve(script)

    outcome = await fitroom(clients, server.url).submit(CLOTHES)

    assert isinstance(outcome, Unknown)
    assert outcome.reason in reasons
    assert server.connections == 1
    assert len(server.heads) <= 1


@pytest.mark.parametrize(
    ("status", "body", "refusal"),
    [
        ("400 Bad Request", b"", Refusal.BAD_REQUEST),
        ("401 Unauthorized", b"<html>who are you?</html>", Refusal.KEY),
        ("402 Payment Required", b'{"message": "no"}', Refusal.OUT_OF_CREDITS),
        ("429 Too Many Requests", b"slow down", Refusal.RATE),
        ("500 Internal Server Error", b'{"message": "no"}', Refusal.SERVER),
        ("503 Service Unavailable", b'{"message": "no"}', Refusal.MAINTENANCE),
    ],
)
async def test_documented_errors_are_refusals_after_one_post(
    serve, clients: HttpClients, status: str, body: bytes, refusal: Refusal
) -> None:
    async def script(connection) -> None:
        await connection.read_request()
        await connection.answer(status, body)

    server = await serve(script)

    outcome = await fitroom(clients, server.url).submit(CLOTHES)

    assert isinstance(outcome, Rejected)
    assert outcome.refusal is refusal
    assert server.methods == [b"POST"]


async def test_refusal_sent_before_the_form_was_read_is_understood(serve, clients: HttpClients) -> None:
    async def script(connection) -> None:
        await connection.read_head()
        await connection.answer("402 Payment Required", b'{"message": "no"}', b"Connection: close")
        await connection.until_client_is_gone()

    server = await serve(script)

    outcome = await fitroom(clients, server.url).submit(CLOTHES)

    assert outcome == Rejected(Refusal.OUT_OF_CREDITS, "no")


async def test_answers_in_drops_end_at_their_deadlines(serve, clients: HttpClients) -> None:
    """Every drop resets the read time-out; the deadlines are in total."""

    async def script(connection) -> None:
        await connection.read_request()
        await connection.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")
        for _ in itertools.count():
            await connection.write(b" ")
            await asyncio.sleep(0.02)

    server = await serve(script)
    client = fitroom(clients, server.url, paid_deadline=0.4, read_deadline=0.3, check_deadline=0.2)

    def late(seconds: str) -> NoAnswer:
        return NoAnswer(Trouble.CONNECTION, f"no complete answer within {seconds} s")

    assert await client.submit(CLOTHES) == Unknown("no complete answer within 0.4 s")
    assert await client.status("123456") == late("0.3")
    assert await client.balance() == late("0.3")
    assert await client.check_person(PERSON) == late("0.2")
    assert await client.check_garment(GARMENT) == late("0.2")


async def test_server_that_never_reads_ends_at_the_deadline(serve, clients: HttpClients) -> None:
    async def script(connection) -> None:
        await connection.read_head()
        await asyncio.sleep(60)

    server = await serve(script)
    large = ClothesRequest(Picture(bytes(12_000_000)), GARMENT, GarmentKind.TOP)

    outcome = await fitroom(clients, server.url, paid_deadline=0.5).submit(large)

    assert outcome == Unknown("no complete answer within 0.5 s")


async def answers_once_per_connection(connection) -> None:
    """A server whose patience with idle connections ends while the next request is on its way."""
    await connection.read_request()
    await connection.answer("200 OK", ACCEPTED)
    await connection.read_request()


async def test_every_paid_call_has_a_connection_of_its_own(serve, clients: HttpClients) -> None:
    server = await serve(answers_once_per_connection)
    client = fitroom(clients, server.url)

    assert [await client.submit(CLOTHES), await client.submit(CLOTHES)] == [Accepted("123456")] * 2
    assert server.connections == 2


async def test_a_form_in_the_making_leaves_the_loop_free(serve, clients: HttpClients) -> None:
    """Six megabytes go out while somebody else's timer keeps ticking."""
    server = await serve(accepts)
    ticks: list[float] = []

    async def tick() -> None:
        while True:
            ticks.append(asyncio.get_running_loop().time())
            await asyncio.sleep(0)

    ticking = asyncio.ensure_future(tick())
    large = Picture(bytes(3_000_000))
    outcome = await fitroom(clients, server.url).submit(ClothesRequest(large, large, GarmentKind.TOP))
    ticking.cancel()

    assert outcome == Accepted("123456")
    assert len(ticks) > 100  # one per piece of 48 KiB at the least


def rendered(error: BaseException) -> str:
    """The traceback as the most talkative logger would show it."""
    return "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())


async def test_cancelled_call_ends_without_the_key_in_its_traceback(serve, clients: HttpClients) -> None:
    async def script(connection) -> None:
        await connection.read_head()
        await connection.until_client_is_gone()

    server = await serve(script)
    task = asyncio.ensure_future(fitroom(clients, server.url).submit(CLOTHES))
    await asyncio.wait_for(server.asked.wait(), 5)
    task.cancel()

    with pytest.raises(asyncio.CancelledError) as caught:
        await task

    assert "in submit" in rendered(caught.value)
    assert SECRET not in rendered(caught.value)
    assert server.methods == [b"POST"]


async def test_nothing_logged_shows_the_key_or_an_address(
    serve, clients: HttpClients, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    good, bad = await serve(accepts), await serve(closes_after_the_body)
    for server in (good, bad):
        client = fitroom(clients, server.url)
        await client.submit(CLOTHES)
        await client.status("123456")
        await client.balance()
        await client.check_person(PERSON)
        await client.check_garment(GARMENT)

    assert len(good.heads) == 5
    assert SECRET not in caplog.text
    assert good.url not in caplog.text
    assert not [record for record in caplog.records if record.name.startswith(("httpx", "httpcore"))]


async def test_a_slow_pool_is_not_sent(serve) -> None:
    async def script(connection) -> None:
        await connection.read_request()
        await connection.until_client_is_gone()

    server = await serve(script)
    limits = httpx.Limits(max_connections=1, max_keepalive_connections=0)
    async with httpx.AsyncClient(limits=limits, timeout=httpx.Timeout(5, pool=0.1)) as narrow:
        client = fitroom(HttpClients(reads=narrow, paid=narrow), server.url, paid_deadline=1.0)
        first = asyncio.ensure_future(client.submit(CLOTHES))
        await asyncio.wait_for(server.asked.wait(), 5)

        assert await client.submit(CLOTHES) == NotSent("PoolTimeout")
        assert await first == Unknown("no complete answer within 1 s")
    assert server.connections == 1
