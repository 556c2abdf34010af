"""One request and its answer, with everything that can go wrong in between as a value.

    Answer   the whole answer, within the size cap
    Lost     no usable answer: not sent (nothing left this machine), broken (cut off, too slow) or odd

Nothing here raises for what the network does. No reason holds an exception's own text: the libraries quote
headers and addresses in it.
"""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from enum import StrEnum

import httpx

from bot.clock import Clock

ANSWER_CAP = 1_000_000
LONGEST_RETRY_AFTER = 600.0

_SECONDS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class Fate(StrEnum):
    """How far a request without a usable answer came."""

    NOT_SENT = "not_sent"
    BROKEN = "broken"
    ODD = "odd"


@dataclass(frozen=True, slots=True)
class Lost:
    """A request without a usable answer; the reason names no address and no header."""

    fate: Fate
    reason: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete HTTP answer; ``retry_after`` in seconds, at most LONGEST_RETRY_AFTER."""

    status: int
    body: bytes
    retry_after: float | None = None

    def document(self) -> Mapping[str, object] | None:
        """Return the body as a JSON object, or None when it is anything else."""
        try:
            value = json.loads(self.body, parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            return None
        return value if isinstance(value, dict) else None


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


async def exchange(
    client: httpx.AsyncClient, request: httpx.Request, *, auth: httpx.Auth, deadline: float, clock: Clock
) -> Answer | Lost:
    """Send a request exactly once and read its answer within ``deadline`` seconds in total.

    The client's own time-outs guard each step; the deadline guards against answers that come drop by drop.
    """
    try:
        async with asyncio.timeout(deadline):
            return await _send(client, request, auth=auth, clock=clock)
    except _NOT_SENT as error:
        return Lost(Fate.NOT_SENT, type(error).__name__)
    except TimeoutError:
        return Lost(Fate.BROKEN, f"no complete answer within {deadline:g} s")
    except Exception as error:  # noqa: BLE001  # nothing of the wire leaves this module
        return Lost(Fate.BROKEN, type(error).__name__)
    except BaseException as stop:  # noqa: BLE001  # always raised again
        # A cancellation goes on, but without the libraries' frames: their locals hold the key's header.
        raise stop.with_traceback(None) from None


async def _send(
    client: httpx.AsyncClient, request: httpx.Request, *, auth: httpx.Auth, clock: Clock
) -> Answer | Lost:
    response = await client.send(request, stream=True, auth=auth, follow_redirects=False)
    try:
        if is_encoded(response):
            return Lost(Fate.ODD, f"HTTP {response.status_code} with an encoded body")
        body = bytearray()
        async for piece in response.aiter_bytes():
            body += piece
            if len(body) > ANSWER_CAP:
                return Lost(Fate.ODD, f"HTTP {response.status_code} with more than {ANSWER_CAP} bytes")
        wait = retry_after(response.headers.get("Retry-After"), now=clock.now())
        return Answer(response.status_code, bytes(body), wait)
    finally:
        await response.aclose()


def is_encoded(response: httpx.Response) -> bool:
    """Return whether a body is compressed: none was asked for, and a small one could unpack to gigabytes."""
    encoding: str = response.headers.get("Content-Encoding", "identity")
    return encoding.strip().lower() != "identity"


def retry_after(value: str | None, *, now: float) -> float | None:
    """Return a Retry-After header as seconds from ``now`` (Unix seconds), bounded; None if it says none."""
    if value is None:
        return None
    value = value.strip()
    if _SECONDS.fullmatch(value):
        return min(float(value), LONGEST_RETRY_AFTER)
    try:
        date = parsedate_to_datetime(value)
        # An HTTP date is always GMT; a date without a zone would be read in the machine's own.
        moment = (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
    return min(max(moment - now, 0.0), LONGEST_RETRY_AFTER)


def plain(value: object, limit: int = 300) -> str:
    """Return a provider's text as one printable line of at most ``limit`` characters; "" for anything else.

    Control characters and lone surrogates, both legal in JSON, can be stored in no database.
    """
    if not isinstance(value, str):
        return ""
    line = "".join(char if char.isprintable() else " " for char in value[: 2 * limit])
    return " ".join(line.split())[:limit]
