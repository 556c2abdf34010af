"""Fetching result pictures, from allowed hosts only.

The address comes from a provider's answer, so it is treated as a stranger's: the list of hosts is what keeps
it from making this program ask for things inside the operator's network.
"""

import asyncio
import re
from collections.abc import Iterable
from dataclasses import dataclass

import httpx

from bot.providers.base import Downloaded, DownloadFailed, DownloadOutcome, HostRefused
from bot.providers.exchange import is_encoded

DEFAULT_HOSTS = ("cdn.tryiton.now", "storage.googleapis.com")
SIZE_CAP = 30_000_000
DEADLINE = 60.0
MOST_REDIRECTS = 3

_DEFAULT_PORTS = {"https": 443, "http": 80}
_PORTS = range(1, 65536)
_UNREADABLE = "the address cannot be read"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# Not there and not coming back; other errors of a CDN may pass.
_GONE = frozenset({404, 410})
_MAGIC_LENGTH = 12
_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")
_ENTRY = re.compile(r"(?P<host>\[[0-9a-fA-F:.]+\]|[^\[\]:/@?#\s\\]+)(:(?P<port>[0-9]{1,5}))?")


@dataclass(frozen=True, slots=True)
class ResultHost:
    """One entry of the allow list; without a port it stands for the scheme's own."""

    name: str
    port: int | None = None

    @classmethod
    def parse(cls, entry: str) -> "ResultHost":
        """Read ``host`` or ``host[:port]``, IPv6 in brackets.

        Raises:
            ValueError: The entry is something else, such as an address with a path.
        """
        found = _ENTRY.fullmatch(entry.strip())
        port = int(found["port"]) if found and found["port"] else None
        if found is None or (port is not None and port not in _PORTS):
            raise ValueError(f"{entry!r} is not host or host:port")
        try:
            name = _name_of(httpx.URL(f"https://{found['host']}"))
        except httpx.InvalidURL:
            name = ""
        if not _is_name(name):
            # Patterns such as *.example.com end here too: hosts are compared exactly.
            raise ValueError(f"{entry!r} is not host or host:port")
        return cls(name, port)

    def covers(self, scheme: str, name: str, port: int) -> bool:
        """Return whether an address with this host and port is meant by the entry."""
        return self.name == name and port == (self.port or _DEFAULT_PORTS[scheme])


@dataclass(frozen=True, slots=True)
class _Redirect:
    location: httpx.URL


class ResultDownloader:
    """Download pictures over https from the allowed hosts, and over http only from those beyond the defaults.

    ``client`` must hold no key. ``size_cap`` is in bytes, ``deadline`` in seconds for one picture with all
    its redirects.

    Raises:
        ValueError: An entry of the hosts is not ``host`` or ``host:port``.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        allowed_hosts: Iterable[str] = DEFAULT_HOSTS,
        *,
        defaults: Iterable[str] = DEFAULT_HOSTS,
        size_cap: int = SIZE_CAP,
        deadline: float = DEADLINE,
    ) -> None:
        self._client = client
        self._hosts = frozenset(map(ResultHost.parse, allowed_hosts))
        self._plain_hosts = self._hosts - frozenset(map(ResultHost.parse, defaults))
        self._size_cap = size_cap
        self._deadline = deadline

    async def fetch(self, url: str) -> DownloadOutcome:
        """Fetch one picture; never raise for anything the network or the host does."""
        try:
            async with asyncio.timeout(self._deadline):
                return await self._follow(httpx.URL(url))
        except (httpx.InvalidURL, UnicodeError):
            return DownloadFailed(_UNREADABLE, final=True)
        except TimeoutError:
            return DownloadFailed(f"not complete within {self._deadline:g} s", final=False)
        except Exception as error:  # noqa: BLE001  # nothing of the wire leaves this method
            return DownloadFailed(type(error).__name__, final=False)

    async def _follow(self, url: httpx.URL) -> DownloadOutcome:
        for _ in range(MOST_REDIRECTS + 1):
            objection = self._objection(url)
            if objection is not None:
                return objection
            outcome = await self._get(url)
            if not isinstance(outcome, _Redirect):
                return outcome
            url = outcome.location
        return DownloadFailed(f"more than {MOST_REDIRECTS} redirects", final=False)

    def _objection(self, url: httpx.URL) -> HostRefused | DownloadFailed | None:
        if url.scheme not in _DEFAULT_PORTS or not url.host:
            return DownloadFailed("not a web address", final=True)
        if url.userinfo:
            # It would be sent as an Authorization header; no provider writes such addresses.
            return DownloadFailed("the address holds a user name or password", final=True)
        name = _name_of(url)
        port = _DEFAULT_PORTS[url.scheme] if url.port is None else url.port
        if not _is_name(name) or port not in _PORTS:
            # Nothing the operator could allow.
            return DownloadFailed(_UNREADABLE, final=True)
        hosts = self._hosts if url.scheme == "https" else self._plain_hosts
        if any(host.covers(url.scheme, name, port) for host in hosts):
            return None
        # What is named is the entry that would allow it: the operator copies it into the setting.
        shown = f"[{name}]" if ":" in name else name
        return HostRefused(shown if (url.scheme, port) == ("https", 443) else f"{shown}:{port}")

    async def _get(self, url: httpx.URL) -> DownloadOutcome | _Redirect:
        request = self._client.build_request("GET", url.copy_with(host=_name_of(url)))
        # auth=None overrides whatever the client or the machine would add.
        response = await self._client.send(request, stream=True, auth=None, follow_redirects=False)
        try:
            if response.status_code in _REDIRECTS and "Location" in response.headers:
                return _Redirect(url.join(response.headers["Location"]))
            if response.status_code != httpx.codes.OK:
                return DownloadFailed(f"HTTP {response.status_code}", final=response.status_code in _GONE)
            return await self._picture(response)
        finally:
            await response.aclose()

    async def _picture(self, response: httpx.Response) -> DownloadOutcome:
        if is_encoded(response):
            return DownloadFailed("an encoded body", final=False)
        too_large = DownloadFailed(f"larger than {self._size_cap} bytes", final=True)
        length = response.headers.get("Content-Length", "")
        if length.isdecimal() and int(length) > self._size_cap:
            return too_large
        data = bytearray()
        async for piece in response.aiter_bytes():
            data += piece
            if len(data) > self._size_cap:
                return too_large
            if len(data) >= _MAGIC_LENGTH and picture_type(data) is None:
                # No need to take in megabytes of a page.
                break
        media_type = picture_type(data)
        if not data:
            return DownloadFailed("an empty answer", final=False)
        if media_type is None:
            return DownloadFailed("not a JPEG, PNG or WebP picture", final=True)
        return Downloaded(bytes(data), media_type)


def _name_of(url: httpx.URL) -> str:
    """Return the host as it is looked up: lower case, international names in ASCII form, no final dot."""
    return url.raw_host.decode("ascii").lower().removesuffix(".")


def _is_name(name: str) -> bool:
    # Only an IPv6 address holds colons, and that one was checked when the address was read.
    return ":" in name or _NAME.fullmatch(name) is not None


def picture_type(data: bytes | bytearray) -> str | None:
    """Return the media type by the first bytes; the header is only what somebody configured."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp"
    return None
