"""Telegram's webhook: 200 only after the update is committed, so that Telegram repeats what was not."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, NoReturn, Protocol
from urllib.parse import urlsplit

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from bot.intake.inbox import queue_key
from bot.log import is_news
from storage.errors import StorageError

log = structlog.get_logger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
# An update is some kilobytes; what is longer does not come from Telegram.
MAX_BODY_BYTES = 1_000_000
READ_SECONDS = 10.0
SHORT_BODY_BYTES = 65_536
# Below the minute or so that Telegram waits for an answer.
STORE_SECONDS = 20.0
# Updates held in memory at once; more wait for their turn before they are read.
MAX_STORING = 32
# Numbers of Telegram have at most 52 significant bits; the column takes 63.
LARGEST_UPDATE_ID = 2**63 - 1


class Storing(Protocol):
    """Where updates are kept."""

    async def store(self, updates: Sequence[tuple[int, str]]) -> object:
        """Return once (update id, JSON) pairs are committed; raise when they are not."""
        ...


class _RefusedError(Exception):
    """The request is not taken; ``status`` and ``text`` are the answer."""

    def __init__(self, status: HTTPStatus, text: str = "") -> None:
        super().__init__(status)
        self.status = status
        self.text = text or status.phrase


def webhook_path(token: str) -> str:
    """Return the path of a bot's webhook: the same in every process, and no way back to the token."""
    digest = hmac.new(token.encode(), b"webhook path", hashlib.sha256).hexdigest()
    return f"/telegram/{digest[:16]}"


def webhook_paths(token: str, webhook_url: str) -> tuple[str, ...]:
    """Return every path that updates may come to, whether a proxy strips the path of WEBHOOK_URL or not."""
    path = webhook_path(token)
    return tuple(dict.fromkeys((path, urlsplit(webhook_url).path.rstrip("/") + path)))


class Webhook:
    """Answers Telegram's POST."""

    def __init__(self, inbox: Storing, *, secret: str) -> None:
        self._inbox = inbox
        self._secret = secret.encode()
        self._turns = asyncio.Semaphore(MAX_STORING)
        self._in_trouble = False

    async def receive(self, request: Request) -> Response:
        """Store one update; 401, 403, 413 and 415 are said before anything is read, 503 asks to repeat."""
        try:
            self._check_secret(request)
            _check_head(request)
            async with self._turns:
                await self._store(await _read_update(request))
        except _RefusedError as refusal:
            # What may still come of a long body is not worth waiting for; a short one is let in, so that
            # the connection lives on and the answer is surely read.
            headers = {} if _is_short(request) else {"connection": "close"}
            return PlainTextResponse(refusal.text, refusal.status, headers)
        return Response(status_code=HTTPStatus.OK)

    def _check_secret(self, request: Request) -> None:
        given = request.headers.get(SECRET_HEADER)
        if given is None:
            raise _RefusedError(HTTPStatus.UNAUTHORIZED)
        # As bytes: the comparison takes no other text than ASCII.
        if not hmac.compare_digest(given.encode(), self._secret):
            raise _RefusedError(HTTPStatus.FORBIDDEN)

    async def _store(self, update: tuple[int, str]) -> None:
        try:
            async with asyncio.timeout(STORE_SECONDS):
                await self._inbox.store([update])
        except (StorageError, TimeoutError) as error:
            if not self._in_trouble and is_news(error):
                self._in_trouble = True
                log.warning(
                    "updates can't be stored; Telegram repeats them",
                    problem=str(error) or type(error).__name__,
                )
            raise _RefusedError(HTTPStatus.SERVICE_UNAVAILABLE) from None
        if self._in_trouble:
            log.info("updates are stored again")
        self._in_trouble = False


def _is_short(request: Request) -> bool:
    length = request.headers.get("content-length", "")
    return length.isascii() and length.isdigit() and int(length) <= SHORT_BODY_BYTES


def _check_head(request: Request) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise _RefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    length = request.headers.get("content-length", "0")
    if not length.isascii() or not length.isdigit():
        raise _RefusedError(HTTPStatus.BAD_REQUEST)
    if int(length) > MAX_BODY_BYTES:
        raise _RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


async def _read_update(request: Request) -> tuple[int, str]:
    body = bytearray()
    try:
        async with asyncio.timeout(READ_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_BODY_BYTES:
                    raise _RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    except TimeoutError:
        raise _RefusedError(HTTPStatus.REQUEST_TIMEOUT) from None
    except ClientDisconnect:
        # Nobody reads the answer.
        raise _RefusedError(HTTPStatus.BAD_REQUEST) from None
    return _parsed(bytes(body))


def _parsed(body: bytes) -> tuple[int, str]:
    """Return an update's id and its JSON in ASCII, which also holds half of a surrogate pair."""
    try:
        update: Any = json.loads(body, parse_constant=_no_constant)
        update_id = update["update_id"]
        if type(update_id) is not int or not 0 <= update_id <= LARGEST_UPDATE_ID:
            raise ValueError("not a number of an update")  # noqa: TRY301 - one answer to all that is malformed
        # Asked for here, so that what is stored can also be taken up.
        queue_key(update)
        return update_id, json.dumps(update, separators=(",", ":"))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise _RefusedError(HTTPStatus.BAD_REQUEST, "not an update") from None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
