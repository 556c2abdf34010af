"""The Bot API over HTTP, for mounting at /telegram: methods at /bot<token>/, files at /file/bot<token>/."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from bot.sandbox.telegram.bodies import HungUpError, read_params
from bot.sandbox.telegram.bots import BotAccount
from bot.sandbox.telegram.calls import Call
from bot.sandbox.telegram.errors import ApiError
from bot.sandbox.telegram.flood import FloodGuard, FloodLimits
from bot.sandbox.telegram.gate import CallState, Fault, FaultKind, Gate, Moment, RecordedCall
from bot.sandbox.telegram.methods import METHODS
from bot.sandbox.telegram.params import Params
from bot.sandbox.telegram.polls import Polls
from bot.sandbox.telegram.state import NotPossibleError
from bot.sandbox.telegram.webhooks import Webhooks
from bot.sandbox.telegram.world import World

TOKEN = re.compile(r"(?P<bot_id>[1-9]\d{0,15}):(?P<secret>[\w-]{30,})", re.ASCII)
DOWNLOAD = "downloadFile"
ALMOST_A_TOKEN = re.compile(r"\d+:[\w-]+", re.ASCII)

logger = logging.getLogger(__name__)


class AnswerLostError(Exception):
    """The connection is cut instead of an answer."""


class TelegramServer:
    """The world seen by bots, with the gate in front."""

    def __init__(self, world: World, *, gate: Gate | None = None, flood: FloodLimits | None = None) -> None:
        self.world = world
        self.gate = gate or Gate(world.now)
        self.flood = FloodGuard(flood, world.now, world.speed)
        self.webhooks = Webhooks(now=world.now, speed=world.speed)
        self.polls = Polls(world.speed)

    def routes(self) -> Sequence[BaseRoute]:
        """Return what is to be mounted at /telegram."""
        verbs = ["GET", "POST"]
        return [
            Route("/file/bot{token}/{path:path}", _Endpoint(self, _answer_download), methods=["GET"]),
            Route("/bot{token}/{method}", _Endpoint(self, _answer_call), methods=verbs),
            Route("/{rest:path}", _not_found, methods=verbs),
        ]

    async def close(self) -> None:
        """Stop delivering to webhooks, end polls and let all held calls go."""
        self.gate.clear()
        self.polls.close()
        await self.webhooks.close()

    async def call(self, token: str, method: str, params: Params, gone: asyncio.Event) -> Any:  # noqa: ANN401 - any JSON value
        """Carry out a call and return its result; ApiError, AnswerLostError."""
        bot = self._bot(token)
        call = Call(self.world, bot, params, self.flood, self.webhooks, self.polls, gone)
        recorded = await self.gate.record(method, bot.id, params)
        async with self._gate(recorded, gone):
            result = await self._carry_out(call, method)
            # What polls bring is other calls' business, and would fill the record with updates.
            recorded.result = None if method.lower() == "getupdates" else result
        return result

    async def download(self, token: str, path: str, gone: asyncio.Event) -> bytes:
        """Return a file's bytes; in the record it is a call of downloadFile. ApiError, AnswerLostError."""
        bot = self._bot(token)
        recorded = await self.gate.record(DOWNLOAD, bot.id, Params({"file_path": path}))
        async with self._gate(recorded, gone):
            stored = self.world.files.at_path(path)
            content = await self.world.files.content(stored.file_id) if stored else None
            if content is None:
                raise ApiError(404, "Not Found")
        return content

    def _bot(self, token: str) -> BotAccount:
        try:
            return self.world.connect_bot(_bot_id(token))
        except NotPossibleError as full:
            raise ApiError(401, "Unauthorized") from full

    @asynccontextmanager
    async def _gate(self, recorded: RecordedCall, gone: asyncio.Event) -> AsyncIterator[None]:
        """Let a call through the gate: faults strike before and after what the block does."""
        try:
            await self._suffer(recorded, Moment.BEFORE, gone)
            yield
            recorded.state = CallState.ACCEPTED
            await self.gate.tell()
            await self._suffer(recorded, Moment.AFTER, gone)
            recorded.state, recorded.status = CallState.ANSWERED, 200
        except ApiError as refusal:
            recorded.state, recorded.status = CallState.REFUSED, refusal.status
            recorded.description = refusal.description
            raise
        except AnswerLostError:
            recorded.state = CallState.LOST
            raise
        finally:
            await self.gate.tell()

    async def _carry_out(self, call: Call, method: str) -> Any:  # noqa: ANN401 - any JSON value
        known = METHODS.get(method.lower())
        if known is None:
            logger.error("THE SANDBOX DOES NOT KNOW THE METHOD %s: answered 404", method)
            raise ApiError(404, "Not Found: method not found")
        try:
            return await known(call)
        except ApiError:
            raise
        except Exception:
            logger.exception("the sandbox failed in %s", method)
            raise ApiError(500, "Internal Server Error") from None

    async def _suffer(self, recorded: RecordedCall, moment: Moment, gone: asyncio.Event) -> None:
        """Let the faults ordered for this moment strike, one after another."""
        while (fault := self.gate.strike(recorded, moment)) is not None:
            await self._apply(fault, recorded, gone)

    async def _apply(self, fault: Fault, recorded: RecordedCall, gone: asyncio.Event) -> None:
        if fault.kind is FaultKind.FAIL:
            raise ApiError(fault.status, fault.description, retry_after=fault.retry_after, page=fault.page)
        if fault.kind is FaultKind.CLOSE:
            raise AnswerLostError(recorded.method)
        if fault.kind is FaultKind.DELAY:
            await asyncio.sleep(fault.seconds)
            return
        released = asyncio.ensure_future(fault.hold(recorded, gone))
        await asyncio.sleep(0)
        await self.gate.tell()
        if not await released:
            raise AnswerLostError(recorded.method)


class _Endpoint:
    """The ASGI side of one call or download; it can cut the connection."""

    def __init__(self, server: TelegramServer, answer: "_Answer") -> None:
        self._server = server
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        try:
            params = await read_params(request)
        except HungUpError:
            return
        except ApiError as refusal:
            await JSONResponse(refusal.as_json(), refusal.status)(scope, receive, send)
            return
        async with _watching(receive) as gone:
            try:
                response = await self._answer(self._server, request, params, gone)
            except ApiError as refusal:
                response = _refusal(refusal)
            except AnswerLostError:
                await _cut(receive, send, gone)
                return
        await response(scope, receive, send)


_Answer = Callable[[TelegramServer, Request, Params, asyncio.Event], Awaitable[Response]]


async def _answer_call(
    server: TelegramServer, request: Request, params: Params, gone: asyncio.Event
) -> Response:
    token, method = request.path_params["token"], request.path_params["method"]
    return JSONResponse({"ok": True, "result": await server.call(token, method, params, gone)})


async def _answer_download(
    server: TelegramServer, request: Request, _: Params, gone: asyncio.Event
) -> Response:
    token, path = request.path_params["token"], request.path_params["path"]
    content = await server.download(token, path, gone)
    return Response(content, media_type="application/octet-stream")


def _refusal(refusal: ApiError) -> Response:
    if refusal.page is not None:
        return HTMLResponse(refusal.page, refusal.status)
    return JSONResponse(refusal.as_json(), refusal.status)


@asynccontextmanager
async def _watching(receive: Receive) -> AsyncIterator[asyncio.Event]:
    """Give an event that is set when the caller hangs up."""
    gone = asyncio.Event()

    async def watch() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        gone.set()

    task = asyncio.create_task(watch())
    try:
        yield gone
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _cut(receive: Receive, send: Send, gone: asyncio.Event) -> None:
    """Close the connection without an answer."""
    cycle = getattr(receive, "__self__", None)
    transport = getattr(cycle, "transport", None)
    if isinstance(transport, asyncio.Transport):
        transport.abort()
        await gone.wait()
        return
    # Behind a middleware the connection is out of reach: an answer that breaks off is as bad for the caller.
    headers = [(b"content-type", b"application/json"), (b"content-length", b"1000")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})


async def _not_found(_: Request) -> Response:
    return JSONResponse(ApiError(404, "Not Found").as_json(), 404)


def _bot_id(token: str) -> int:
    match = TOKEN.fullmatch(token)
    if match is not None:
        return int(match["bot_id"])
    if ALMOST_A_TOKEN.fullmatch(token):
        raise ApiError(401, "Unauthorized")
    raise ApiError(404, "Not Found")
