"""FitRoom's API and its picture store over HTTP: a thin layer over ``FitRoomServer``."""

import asyncio
from functools import partial

from starlette.requests import Request
from starlette.routing import BaseRoute, Mount, Route

from bot.sandbox.providers.faults import Manner, Place
from bot.sandbox.providers.fitroom import outputs
from bot.sandbox.providers.fitroom.faults import Fate, Fault
from bot.sandbox.providers.fitroom.forms import Form, parse_form
from bot.sandbox.providers.fitroom.orders import Check
from bot.sandbox.providers.fitroom.replies import ApiError, ErrorName, error_reply
from bot.sandbox.providers.fitroom.server import FitRoomServer
from bot.sandbox.providers.gallery import Gallery
from bot.sandbox.providers.replies import Reply
from bot.sandbox.providers.serving import Endpoint, ProviderHttp

# What the storage says of an address that is too old, forged, or of nothing.
_EXPIRED = b"<?xml version='1.0' encoding='UTF-8'?><Error><Code>ExpiredToken</Code></Error>"


class FitRoomHttp(ProviderHttp[Fault, Fate]):
    """Speaks HTTP for one server."""

    def __init__(self, server: FitRoomServer) -> None:
        super().__init__(server.faults, server.journal)
        self.server = server
        self._gallery = Gallery()

    def routes(self) -> list[BaseRoute]:
        """Return routes for the root: everything below ``/fitroom``."""
        tasks = "/api/tryon/v2/tasks"
        routes = [
            Route(tasks, Endpoint(self.submit), methods=["POST"]),
            Route(tasks + "/{task_id}", Endpoint(self.status), methods=["GET"]),
            Route("/storage/tryon/{name}", Endpoint(self.download), methods=["GET"]),
        ]
        for check in Check:
            address = f"/api/tryon/input_check/v1/{check}"
            routes.append(Route(address, Endpoint(partial(self.check, check)), methods=["POST"]))
        return [Mount("/fitroom", routes=[*routes, Route("/{anything:path}", Endpoint(_not_found))])]

    async def submit(self, request: Request) -> Reply:
        """Answer ``POST /api/tryon/v2/tasks``; raise ``GoneError`` when the connection is."""
        form, problem = await _read_form(request)
        key = _key_of(request)
        fault = self.server.faults.take(Place.SUBMIT, key)
        try:
            submission = self.server.arrive_to_submit(key, form)
            if fault is not None and not fault.accepted:
                planned = await self.act(fault, request)
                if planned is not None:
                    submission.error = fault.outcome
                    return planned
            if problem is not None:
                submission.error = problem.name.value
                raise problem
            order = await asyncio.to_thread(self.server.read_order, submission, form)
            reply = self.server.accept(submission, order)
        except ApiError as exc:
            return exc.reply()
        if fault is not None and fault.accepted:
            return await self.act(fault, request) or reply
        return reply

    async def check(self, check: Check, request: Request) -> Reply:
        """Answer ``POST /api/tryon/input_check/v1/...``."""
        form, problem = await _read_form(request)
        key = _key_of(request)
        fault = self.server.faults.take(Place.CHECK, key)
        if fault is not None and fault.manner in {Manner.DELAY, Manner.HOLD}:
            await self.act(fault, request)
        try:
            self.server.arrive(key, Place.CHECK)
            if problem is not None:
                raise problem
            usual = await asyncio.to_thread(self.server.look, check, form)
        except ApiError as exc:
            usual = exc.reply()
        if fault is None or fault.manner in {Manner.DELAY, Manner.HOLD}:
            return usual
        return await self.act(fault, request) or usual

    async def status(self, request: Request) -> Reply:
        """Answer ``GET /api/tryon/v2/tasks/{id}``."""
        key = _key_of(request)
        answer = partial(self.server.status_answer, key, request.path_params["task_id"])
        return await self.read(request, Place.STATUS, key, answer)

    async def download(self, request: Request) -> Reply:
        """Answer with a finished picture, if the address was signed here and not too long ago."""
        return await self.give_picture(request, partial(self._find, request))

    async def _find(self, request: Request) -> Reply:
        query = request.query_params
        task = self.server.find_picture(
            request.path_params["name"], query.get("Expires", ""), query.get("Signature", "")
        )
        if task is None:
            return Reply(400, _EXPIRED, "application/xml")
        body = await self._gallery.picture(task.task_id, partial(outputs.paint, task.order))
        return Reply(200, body, "image/jpeg")


def _key_of(request: Request) -> str | None:
    return request.headers.get("x-api-key")


async def _read_form(request: Request) -> tuple[Form, ApiError | None]:
    """Return the form, or an empty one and what is wrong with it: the key and the window come before that."""
    raw = await request.body()
    try:
        return await asyncio.to_thread(parse_form, request.headers.get("content-type"), raw), None
    except ApiError as problem:
        return {}, problem


async def _not_found(request: Request) -> Reply:  # noqa: ARG001 - called like its siblings
    """Answer an unknown address; a known one with another method is as unknown."""
    return error_reply(ErrorName.NOT_FOUND)
