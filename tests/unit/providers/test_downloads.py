"""Fetching result pictures: from allowed hosts, within bounds, and only pictures."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.providers.base import Downloaded, DownloadFailed, DownloadOutcome, HostRefused, ResultDownloads
from bot.providers.clients import open_clients
from bot.providers.downloads import DEFAULT_HOSTS, ResultDownloader, ResultHost, picture_type

JPEG = b"\xff\xd8\xff\xe0" + bytes(60)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(60)
WEBP = b"RIFF\x00\x01\x00\x00WEBPVP8 " + bytes(60)
PICTURE = Downloaded(JPEG, "image/jpeg")
RESULT = "https://cdn.tryiton.now/USER_ID/tryons/RESULT.webp"

Answer = Callable[[httpx.Request], httpx.Response]


class Hosts:
    """Answers like the whole internet, and writes down who was asked."""

    def __init__(self, answer: Answer = lambda _: httpx.Response(200, content=JPEG)) -> None:
        self.asked: list[httpx.Request] = []
        self._answer = answer

    async def fetch(self, url: str, *allowed: str, **options: float) -> DownloadOutcome:
        async with httpx.AsyncClient(
            transport=httpx.MockTransport(self._handle), auth=("user", "x")
        ) as client:
            return await ResultDownloader(client, allowed or DEFAULT_HOSTS, **options).fetch(url)

    @property
    def urls(self) -> list[str]:
        return [str(request.url) for request in self.asked]

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return self._answer(request)


async def test_a_picture_of_a_default_host_is_fetched_without_credentials() -> None:
    hosts = Hosts()

    assert await hosts.fetch(RESULT) == PICTURE
    assert hosts.urls == [RESULT]
    assert not {"authorization", "x-api-key", "cookie"} & set(hosts.asked[0].headers)


async def test_a_signed_address_is_asked_for_byte_by_byte() -> None:
    hosts = Hosts()
    signed = "https://storage.googleapis.com/b/a%2Fb.png?X-Goog-Signature=ab%2Bcd%3D&Expires=1&e=a+b/c=="

    assert await hosts.fetch(signed) == PICTURE
    assert hosts.asked[0].url.raw_path == b"/b/a%2Fb.png?X-Goog-Signature=ab%2Bcd%3D&Expires=1&e=a+b/c=="


@pytest.mark.parametrize(
    "url",
    [
        "https://cdn.tryiton.now:443/a.png",
        "https://CDN.TryItOn.Now/a.png",
        "HTTPS://cdn.tryiton.now./a.png",
        "https://cdn。tryiton。now/a.png",
    ],
)
async def test_spellings_of_an_allowed_host_are_the_same_host(url: str) -> None:
    hosts = Hosts()

    assert await hosts.fetch(url) == PICTURE
    assert hosts.urls == ["https://cdn.tryiton.now/a.png"]


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://evil.example/a.png", "evil.example"),
        ("https://cdn.tryiton.now.evil.example/a.png", "cdn.tryiton.now.evil.example"),
        ("https://xcdn.tryiton.now/a.png", "xcdn.tryiton.now"),
        ("https://tryiton.now/a.png", "tryiton.now"),
        ("https://cdn.tryiton.now:8443/a.png", "cdn.tryiton.now:8443"),
        ("http://cdn.tryiton.now/a.png", "cdn.tryiton.now:80"),
        ("http://cdn.tryiton.now:443/a.png", "cdn.tryiton.now:443"),
        ("https://evil.example#@cdn.tryiton.now/a.png", "evil.example"),
        ("https://evil.example?@cdn.tryiton.now/a.png", "evil.example"),
        ("https://127.0.0.1/a.png", "127.0.0.1"),
        ("https://169.254.169.254/latest", "169.254.169.254"),
        ("https://2130706433/a.png", "2130706433"),
        ("https://[::1]/a.png", "[::1]"),
        ("http://[::ffff:127.0.0.1]:8000/a.png", "[::ffff:127.0.0.1]:8000"),
        ("https://cdn.tryitоn.now/a.png", "cdn.xn--tryitn-0qf.now"),
    ],
)
async def test_any_other_host_is_refused_by_name_and_never_asked(url: str, host: str) -> None:
    hosts = Hosts()

    assert await hosts.fetch(url) == HostRefused(host)
    assert hosts.asked == []


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "not a web address"),
        ("/a.png", "not a web address"),
        ("//cdn.tryiton.now/a.png", "not a web address"),
        ("https:///a.png", "not a web address"),
        ("file:///etc/passwd", "not a web address"),
        ("ftp://cdn.tryiton.now/a.png", "not a web address"),
        ("data:image/png;base64,iVBORw0KGgo=", "not a web address"),
        ("javascript:alert(1)", "not a web address"),
        ("https://cdn.tryiton.now%2eevil.example/a.png", "the address cannot be read"),
        ("https://cdn..tryiton.now/a.png", "the address cannot be read"),
        ("https://cdn.tryiton.now:0/a.png", "the address cannot be read"),
        ("https://cdn.tryiton.now:70000/a.png", "the address cannot be read"),
        ("https://cdn.tryiton.now:x/a.png", "the address cannot be read"),
        ("https://[::1/a.png", "the address cannot be read"),
        ("https://[::1::2]/a.png", "the address cannot be read"),
        ("https://[v1.a:b]/a.png", "the address cannot be read"),
        ("https://cdn.tryiton.now/a\r\nX: y", "the address cannot be read"),
        ("https://cdn.tryiton.now/" + "a" * 70_000, "the address cannot be read"),
        ("https://cdn.tryiton.now/\ud800", "the address cannot be read"),
        ("https://user:pw@cdn.tryiton.now/a.png", "the address holds a user name or password"),
        ("https://cdn.tryiton.now@evil.example/a.png", "the address holds a user name or password"),
        ("https://cdn.tryiton.now\\@evil.example/a.png", "the address holds a user name or password"),
    ],
)
async def test_what_is_no_plain_address_fails_for_good(url: str, reason: str) -> None:
    hosts = Hosts()

    assert await hosts.fetch(url) == DownloadFailed(reason, final=True)
    assert hosts.asked == []


@pytest.mark.parametrize(
    ("entry", "url"),
    [
        ("127.0.0.1:9000", "http://127.0.0.1:9000/a.png"),
        ("127.0.0.1:9000", "https://127.0.0.1:9000/a.png"),
        ("[::1]:9000", "http://[::1]:9000/a.png"),
        ("Pictures.Local", "http://pictures.local/a.png"),
        ("pictures.local", "https://pictures.local/a.png"),
        ("pictures.local.:8080", "http://pictures.local:8080/a.png"),
        ("bücher.example", "https://xn--bcher-kva.example/a.png"),
        ("cdn.tryiton.now:80", "http://cdn.tryiton.now/a.png"),
    ],
)
async def test_hosts_beyond_the_defaults_may_be_plain_and_private(entry: str, url: str) -> None:
    assert await Hosts().fetch(url, *DEFAULT_HOSTS, entry) == PICTURE


@pytest.mark.parametrize(
    ("entry", "url", "host"),
    [
        ("127.0.0.1:9000", "http://127.0.0.1:9001/a.png", "127.0.0.1:9001"),
        ("127.0.0.1:9000", "http://127.0.0.1/a.png", "127.0.0.1:80"),
        ("127.0.0.1:9000", "http://127.1:9000/a.png", "127.1:9000"),
        ("pictures.local", "http://pictures.local:8080/a.png", "pictures.local:8080"),
        ("pictures.local", "http://cdn.tryiton.now/a.png", "cdn.tryiton.now:80"),
    ],
)
async def test_an_added_host_allows_nothing_else(entry: str, url: str, host: str) -> None:
    assert await Hosts().fetch(url, *DEFAULT_HOSTS, entry) == HostRefused(host)


async def test_a_default_left_out_of_the_setting_is_refused() -> None:
    assert await Hosts().fetch(RESULT, "pictures.local") == HostRefused("cdn.tryiton.now")


@pytest.mark.parametrize(
    "entry",
    ["", " ", "https://cdn.tryiton.now", "cdn.tryiton.now/a", "a@b", "*.tryiton.now", "host:", "host:0",
     "host:70000", "host:x", "::1", "[::1", "a b", "a..b",
     "host:-1", "[1.2.3.4]", "[::1]x"],
)  # fmt: skip
def test_an_entry_that_is_no_host_is_named(entry: str) -> None:
    with pytest.raises(ValueError, match=r"is not host or host:port"):
        ResultHost.parse(entry)


def redirect(location: str, status: int = 302) -> httpx.Response:
    return httpx.Response(status, headers={"Location": location})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "location", ["/b.png", "https://storage.googleapis.com/b.png", "//cdn.tryiton.now/b.png"]
)
async def test_redirect_to_an_allowed_host_is_followed(location: str, status: int) -> None:
    hosts = Hosts(
        lambda r: redirect(location, status) if r.url.path != "/b.png" else httpx.Response(200, content=PNG)
    )

    assert await hosts.fetch(RESULT) == Downloaded(PNG, "image/png")
    assert len(hosts.asked) == 2
    assert "authorization" not in hosts.asked[1].headers


@pytest.mark.parametrize(
    ("location", "outcome"),
    [
        ("https://evil.example/b.png", HostRefused("evil.example")),
        ("http://cdn.tryiton.now/b.png", HostRefused("cdn.tryiton.now:80")),
        ("http://169.254.169.254/", HostRefused("169.254.169.254:80")),
        ("file:///etc/passwd", DownloadFailed("not a web address", final=True)),
        (
            "https://a:b@cdn.tryiton.now/",
            DownloadFailed("the address holds a user name or password", final=True),
        ),
        ("https://[", DownloadFailed("the address cannot be read", final=True)),
    ],
)
async def test_redirect_elsewhere_is_not_followed(location: str, outcome: DownloadOutcome) -> None:
    hosts = Hosts(lambda _: redirect(location))

    assert await hosts.fetch(RESULT) == outcome
    assert len(hosts.asked) == 1


async def test_redirects_end_after_three() -> None:
    hosts = Hosts(lambda r: redirect(f"{r.url.path}x"))

    assert await hosts.fetch("https://cdn.tryiton.now/x") == DownloadFailed(
        "more than 3 redirects", final=False
    )
    assert [request.url.path for request in hosts.asked] == ["/x", "/xx", "/xxx", "/xxxx"]


async def test_three_redirects_are_followed() -> None:
    hosts = Hosts(
        lambda r: httpx.Response(200, content=JPEG) if r.url.path == "/xxxx" else redirect(f"{r.url.path}x")
    )

    assert await hosts.fetch("https://cdn.tryiton.now/x") == PICTURE


async def test_redirect_without_a_location_is_an_error_that_may_pass() -> None:
    assert await Hosts(lambda _: httpx.Response(302)).fetch(RESULT) == DownloadFailed("HTTP 302", final=False)


@pytest.mark.parametrize(
    ("status", "final"),
    [
        (404, True),
        (410, True),
        (403, False),
        (429, False),
        (500, False),
        (503, False),
        (204, False),
        (206, False),
    ],
)
async def test_only_a_missing_picture_is_given_up(status: int, final: bool) -> None:
    hosts = Hosts(lambda _: httpx.Response(status, content=JPEG))

    assert await hosts.fetch(RESULT) == DownloadFailed(f"HTTP {status}", final=final)


@pytest.mark.parametrize(
    ("data", "media_type"), [(JPEG, "image/jpeg"), (PNG, "image/png"), (WEBP, "image/webp")]
)
@pytest.mark.parametrize("claimed", ["text/html", "image/gif", "application/octet-stream"])
async def test_type_is_told_by_the_bytes(data: bytes, media_type: str, claimed: str) -> None:
    hosts = Hosts(lambda _: httpx.Response(200, content=data, headers={"Content-Type": claimed}))

    assert await hosts.fetch(RESULT) == Downloaded(data, media_type)


@pytest.mark.parametrize(
    "data",
    [
        b"<html>" + bytes(50),
        b"GIF89a" + bytes(50),
        b"RIFF\x00\x00\x00\x00WAVE" + bytes(50),
        b"\xff\xd8",
        b"{}",
        WEBP[:11],
    ],
)
async def test_what_is_no_picture_fails_for_good_whatever_its_header(data: bytes) -> None:
    hosts = Hosts(lambda _: httpx.Response(200, content=data, headers={"Content-Type": "image/png"}))

    assert await hosts.fetch(RESULT) == DownloadFailed("not a JPEG, PNG or WebP picture", final=True)


async def test_an_empty_answer_may_be_tried_again() -> None:
    hosts = Hosts(lambda _: httpx.Response(200))

    assert await hosts.fetch(RESULT) == DownloadFailed("an empty answer", final=False)


async def test_an_encoded_answer_is_not_unpacked() -> None:
    hosts = Hosts(
        lambda _: httpx.Response(200, stream=httpx.ByteStream(JPEG), headers={"Content-Encoding": "gzip"})
    )

    assert await hosts.fetch(RESULT) == DownloadFailed("an encoded body", final=False)


@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError, OSError])
async def test_trouble_on_the_way_may_pass(error: type[Exception]) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise error("to https://cdn.tryiton.now/?signature=1")

    assert await Hosts(fail).fetch(RESULT) == DownloadFailed(error.__name__, final=False)


@pytest.mark.parametrize(("size", "fits"), [(99, True), (100, True), (101, False)])
async def test_size_cap_is_exact(size: int, fits: bool) -> None:
    data = JPEG.ljust(size, b"\0")
    hosts = Hosts(lambda _: httpx.Response(200, content=data))

    outcome = await hosts.fetch(RESULT, size_cap=100)

    too_large = DownloadFailed("larger than 100 bytes", final=True)
    assert outcome == (Downloaded(data, "image/jpeg") if fits else too_large)


@given(
    st.text() | st.text().map("https://cdn.tryiton.now{}".format) | st.from_regex(r"https?://[^/]{0,20}/.*")
)
async def test_no_address_raises(url: str) -> None:
    hosts = Hosts()

    outcome = await hosts.fetch(url)

    assert isinstance(outcome, Downloaded | HostRefused | DownloadFailed)
    assert {request.url.host for request in hosts.asked} <= set(DEFAULT_HOSTS)


@given(st.binary())
def test_no_bytes_raise(data: bytes) -> None:
    assert picture_type(data) in {None, "image/jpeg", "image/png", "image/webp"}


def test_downloader_is_what_the_bot_asks_for() -> None:
    downloads: ResultDownloads = ResultDownloader(httpx.AsyncClient())

    assert downloads.fetch is not None


@pytest.fixture
async def reads() -> AsyncIterator[httpx.AsyncClient]:
    async with open_clients() as clients:
        yield clients.reads


def address(server) -> str:
    return server.url.removeprefix("http://")


@pytest.mark.network
async def test_picture_comes_over_a_real_connection(serve, reads: httpx.AsyncClient) -> None:
    async def script(connection) -> None:
        await connection.read_request()
        await connection.answer("200 OK", WEBP * 5000)

    server = await serve(script)

    outcome = await ResultDownloader(reads, [address(server)]).fetch(f"{server.url}/r/a.webp")

    assert outcome == Downloaded(WEBP * 5000, "image/webp")
    assert b"authorization" not in server.heads[0].lower()


@pytest.mark.network
async def test_cap_is_enforced_while_streaming(serve, reads: httpx.AsyncClient) -> None:
    async def script(connection) -> None:
        await connection.read_request()
        await connection.write(b"HTTP/1.1 200 OK\r\n\r\n" + JPEG)
        for _ in itertools.count():
            await connection.write(bytes(65536))

    server = await serve(script)

    outcome = await ResultDownloader(reads, [address(server)], size_cap=1_000_000).fetch(server.url)

    assert outcome == DownloadFailed("larger than 1000000 bytes", final=True)


@pytest.mark.network
async def test_announced_size_is_enough_to_refuse(serve, reads: httpx.AsyncClient) -> None:
    async def script(connection) -> None:
        await connection.read_request()
        await connection.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n")
        await connection.until_client_is_gone()

    server = await serve(script)

    outcome = await asyncio.wait_for(ResultDownloader(reads, [address(server)]).fetch(server.url), 5)

    assert outcome == DownloadFailed("larger than 30000000 bytes", final=True)


@pytest.mark.network
async def test_endless_page_is_left_after_its_first_bytes(serve, reads: httpx.AsyncClient) -> None:
    async def script(connection) -> None:
        await connection.read_request()
        await connection.write(b"HTTP/1.1 200 OK\r\n\r\n<!DOCTYPE html>")
        await connection.until_client_is_gone()

    server = await serve(script)

    outcome = await asyncio.wait_for(ResultDownloader(reads, [address(server)]).fetch(server.url), 5)

    assert outcome == DownloadFailed("not a JPEG, PNG or WebP picture", final=True)


@pytest.mark.network
async def test_cut_off_picture_may_be_tried_again(serve, reads: httpx.AsyncClient) -> None:
    async def script(connection) -> None:
        await connection.read_request()
        await connection.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + JPEG)

    server = await serve(script)

    outcome = await ResultDownloader(reads, [address(server)]).fetch(server.url)

    assert outcome == DownloadFailed("RemoteProtocolError", final=False)


@pytest.mark.network
async def test_picture_in_drops_ends_at_the_deadline(serve, reads: httpx.AsyncClient) -> None:
    async def script(connection) -> None:
        await connection.read_request()
        await connection.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + JPEG)
        for _ in itertools.count():
            await connection.write(b"\0")
            await asyncio.sleep(0.02)

    server = await serve(script)

    outcome = await ResultDownloader(reads, [address(server)], deadline=0.3).fetch(server.url)

    assert outcome == DownloadFailed("not complete within 0.3 s", final=False)


@pytest.mark.network
async def test_cancelling_a_download_goes_through(serve, reads: httpx.AsyncClient) -> None:
    async def script(connection) -> None:
        await connection.read_request()
        await connection.until_client_is_gone()

    server = await serve(script)
    task = asyncio.ensure_future(ResultDownloader(reads, [address(server)]).fetch(server.url))
    await asyncio.wait_for(server.asked.wait(), 5)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.wait_for(server.client_left.wait(), 5)
