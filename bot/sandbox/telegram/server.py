"""The Bot API over HTTP, for mounting at /telegram: methods at /bot<token>/, files at /file/bot<token>/."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from bot.sandbox.telegram.bodies import HungUpError, read_params
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
            Route("/file/bot{token}/{path:path}", self._download, methods=["GET"]),
            Route("/bot{token}/{method}", _MethodEndpoint(self), methods=verbs),
            Route("/{rest:path}", _not_found, methods=verbs),
        ]

    async def close(self) -> None:
        """Stop delivering to webhooks, end polls and let all held calls go."""
        self.gate.clear()
        self.polls.close()
        await self.webhooks.close()

    async def call(self, token: str, method: str, params: Params, gone: asyncio.Event) -> Any:  # noqa: ANN401 - any JSON value
        """Carry out a call and return its result; ApiError, AnswerLostError."""
        try:
            bot = self.world.connect_bot(_bot_id(token))
        except NotPossibleError as full:
            raise ApiError(401, "Unauthorized") from full
        recorded = await self.gate.record(method, bot.id, params)
        try:
            await self._suffer(recorded, Moment.BEFORE, gone)
            result = await self._carry_out(
                Call(self.world, bot, params, self.flood, self.webhooks, self.polls, gone), method
            )
            recorded.state, recorded.result = CallState.ACCEPTED, None if _is_poll(method) else result
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
        return result

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
            raise ApiError(fault.status, fault.description, retry_after=fault.retry_after)
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

    async def _download(self, request: Request) -> Response:
        try:
            _bot_id(request.path_params["token"])
        except ApiError as refusal:
            return JSONResponse(refusal.as_json(), refusal.status)
        stored = self.world.files.at_path(request.path_params["path"])
        content = await self.world.files.content(stored.file_id) if stored else None
        if content is None:
            return JSONResponse(ApiError(404, "Not Found").as_json(), 404)
        return Response(content, media_type="application/octet-stream")


class _MethodEndpoint:
    """The ASGI side of one call; it can cut the connection."""

    def __init__(self, server: TelegramServer) -> None:
        self._server = server

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
            token, method = request.path_params["token"], request.path_params["method"]
            try:
                result = await self._server.call(token, method, params, gone)
                response = JSONResponse({"ok": True, "result": result})
            except ApiError as refusal:
                response = JSONResponse(refusal.as_json(), refusal.status)
            except AnswerLostError:
                await _cut(receive, send, gone)
                return
        await response(scope, receive, send)


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


def _is_poll(method: str) -> bool:
    # What polls bring is other calls' business, and would fill the record with updates.
    return method.lower() == "getupdates"


def _bot_id(token: str) -> int:
    match = TOKEN.fullmatch(token)
    if match is not None:
        return int(match["bot_id"])
    if ALMOST_A_TOKEN.fullmatch(token):
        raise ApiError(401, "Unauthorized")
    raise ApiError(404, "Not Found")
