"""What every provider's HTTP side does alike: faults on connections, and answers for those still there."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Generic

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from bot.sandbox.providers.connections import Doorman, break_off
from bot.sandbox.providers.faults import FateT, FaultPlan, FaultT, Manner, Place, PlannedFault
from bot.sandbox.providers.records import Happening, Journal
from bot.sandbox.providers.replies import Reply

TRICKLED_PIECES = 40


class GoneError(Exception):
    """Nobody is left to answer."""


class ProviderHttp(Generic[FaultT, FateT]):
    """The part of an HTTP side that is nobody's own; ``door`` holds the calls that a HOLD fault stopped."""

    def __init__(self, faults: FaultPlan[FaultT, FateT], journal: Journal) -> None:
        self.door = Doorman()
        self._faults = faults
        self._journal = journal

    async def read(
        self, request: Request, place: Place, key: str | None, answer: Callable[[], Reply]
    ) -> Reply:
        """Answer a call that costs nothing, with the next fault planned for it."""
        fault = self._faults.take(place, key)
        if fault is None:
            return answer()
        if fault.manner in {Manner.DELAY, Manner.HOLD}:
            await self.act(fault, request)
            return answer()
        # The call counts in its window although its answer is another.
        usual = answer()
        return await self.act(fault, request) or usual

    async def give_picture(self, request: Request, find: Callable[[], Awaitable[Reply]]) -> Reply:
        """Answer with a finished picture, with the next fault planned for downloads."""
        self._journal.count(Happening.DOWNLOAD)
        fault = self._faults.take(Place.DOWNLOAD, None)
        if fault is not None and fault.manner is not Manner.MALFORMED:
            planned = await self.act(fault, request)
            if planned is not None:
                return planned
        reply = await find()
        if reply.status == 200 and fault is not None:  # noqa: PLR2004 - a picture, not an error
            if fault.manner is Manner.MALFORMED:
                return replace(reply, body=reply.body[: len(reply.body) // 2])
            if fault.manner is Manner.TRICKLE:
                return replace(reply, seconds=fault.seconds)
        return reply

    async def act(self, fault: PlannedFault, request: Request) -> Reply | None:
        """Do what a fault says; return its answer, or None where the call goes on; raise ``GoneError``."""
        if fault.manner is Manner.CLOSE:
            await break_off(request.receive)
            raise GoneError
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
        self._journal.count(Happening.HELD)
        if not await waiting:
            raise GoneError


class Endpoint:
    """An ASGI application for one route; it sends a reply, or nothing to callers who are gone."""

    def __init__(self, answer: Callable[[Request], Awaitable[Reply]]) -> None:
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        request = Request(scope, receive)
        try:
            reply = await self._answer(request)
        except (GoneError, ClientDisconnect):
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
