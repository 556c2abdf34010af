"""TryItOn's API and its picture store over HTTP: a thin layer over ``TryItOnServer``."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from functools import partial

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import Receive, Scope, Send

from bot.sandbox.providers.connections import Doorman, break_off
from bot.sandbox.providers.tryiton.faults import Fault, Manner, Place
from bot.sandbox.providers.tryiton.outputs import OutputStore
from bot.sandbox.providers.tryiton.records import Happening
from bot.sandbox.providers.tryiton.replies import ApiError, ErrorName, Reply, error_reply
from bot.sandbox.providers.tryiton.server import TryItOnServer, key_of

TRICKLED_PIECES = 40


class TryItOnHttp:
    """Speaks HTTP for one server; ``door`` holds the calls that a HOLD fault stopped."""

    def __init__(self, server: TryItOnServer) -> None:
        self.server = server
        self.door = Doorman()
        self._outputs = OutputStore()

    def routes(self) -> list[BaseRoute]:
        """Return routes for the root: the API below ``/tryiton/api/v1``, pictures below ``/tryiton/cdn``."""
        api = [
            Route("/tryon/{endpoint}", _Endpoint(self.submit), methods=["POST"]),
            Route("/status/{job_id}", _Endpoint(self.status), methods=["GET"]),
            Route("/credits", _Endpoint(self.credits), methods=["GET"]),
            Route("/{anything:path}", _Endpoint(_not_found)),
        ]
        return [
            Mount("/tryiton/api/v1", routes=api),
            Route("/tryiton/cdn/{user_id}/tryons/{name}", _Endpoint(self.download), methods=["GET"]),
        ]

    async def submit(self, request: Request) -> Reply:
        """Answer ``POST /tryon/{endpoint}``; raise ``_GoneError`` when the connection is."""
        raw = await request.body()
        authorization = request.headers.get("authorization")
        fault = self.server.faults.take(Place.SUBMIT, key_of(authorization))
        try:
            submission = self.server.arrive(authorization, request.path_params["endpoint"], raw)
            if fault is not None and not fault.accepted:
                planned = await self._act(fault, request)
                if planned is not None:
                    submission.error = fault.outcome
                    return planned
            order = await asyncio.to_thread(self.server.read_order, submission, raw)
            reply = self.server.accept(submission, order)
        except ApiError as exc:
            return error_reply(exc.name, exc.message)
        if fault is not None and fault.accepted:
            return await self._act(fault, request) or reply
        return reply

    async def status(self, request: Request) -> Reply:
        """Answer ``GET /status/{id}``."""
        authorization = request.headers.get("authorization")
        answer = partial(self.server.status_answer, authorization, request.path_params["job_id"])
        return await self._read(request, Place.STATUS, answer)

    async def credits(self, request: Request) -> Reply:
        """Answer ``GET /credits``."""
        answer = partial(self.server.credits_answer, request.headers.get("authorization"))
        return await self._read(request, Place.CREDITS, answer)

    async def download(self, request: Request) -> Reply:
        """Answer with a finished picture."""
        self.server.journal.count(Happening.DOWNLOAD)
        fault = self.server.faults.take(Place.DOWNLOAD, None)
        if fault is not None and fault.manner is not Manner.MALFORMED:
            planned = await self._act(fault, request)
            if planned is not None:
                return planned
        found = self.server.find_output(request.path_params["user_id"], request.path_params["name"])
        if found is None:
            return error_reply(ErrorName.NOT_FOUND)
        reply = await self._outputs.reply(*found)
        if fault is not None and fault.manner is Manner.MALFORMED:
            return replace(reply, body=reply.body[: len(reply.body) // 2])
        if fault is not None and fault.manner is Manner.TRICKLE:
            return replace(reply, seconds=fault.seconds)
        return reply

    async def _read(self, request: Request, place: Place, answer: Callable[[], Reply]) -> Reply:
        fault = self.server.faults.take(place, key_of(request.headers.get("authorization")))
        if fault is None:
            return answer()
        if fault.manner in {Manner.DELAY, Manner.HOLD}:
            await self._act(fault, request)
            return answer()
        # The call counts in its window although its answer is another.
        usual = answer()
        return await self._act(fault, request) or usual

    async def _act(self, fault: Fault, request: Request) -> Reply | None:
        """Do what a fault says; return its answer, or None where the call goes on."""
        if fault.manner is Manner.CLOSE:
            await break_off(request.receive)
            raise _GoneError
        if fault.manner is Manner.HOLD:
            await self._hold(request)
        elif fault.manner is Manner.DELAY:
            await asyncio.sleep(fault.seconds)
        return fault.reply()

    async def _hold(self, request: Request) -> None:
        # A GET's empty body still waits to be read, in front of the news that the caller went away.
        await request.body()
        waiting = asyncio.ensure_future(self.door.hold(request.receive))
        await asyncio.sleep(0)
        self.server.journal.count(Happening.HELD)
        if not await waiting:
            raise _GoneError


class _GoneError(Exception):
    """Nobody is left to answer."""


async def _not_found(request: Request) -> Reply:  # noqa: ARG001 - called like its siblings
    """Answer an unknown address; a known one with another method is as unknown."""
    return error_reply(ErrorName.NOT_FOUND)


class _Endpoint:
    """An ASGI application for one route; it sends a reply, or nothing to callers who are gone."""

    def __init__(self, answer: Callable[[Request], Awaitable[Reply]]) -> None:
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            reply = await self._answer(request)
        except (_GoneError, ClientDisconnect):
            return
        await _response(reply)(scope, receive, send)


def _response(reply: Reply) -> Response:
    headers = dict(reply.headers)
    if reply.seconds <= 0:
        return Response(reply.body, reply.status, headers, media_type=reply.media_type)
    headers["Content-Length"] = str(len(reply.body))
    return StreamingResponse(_trickle(reply), reply.status, headers, media_type=reply.media_type)


async def _trickle(reply: Reply) -> AsyncIterator[bytes]:
    size = max(1, -(-len(reply.body) // TRICKLED_PIECES))
    for start in range(0, len(reply.body), size):
        await asyncio.sleep(reply.seconds / TRICKLED_PIECES)
        yield reply.body[start : start + size]
