"""TryItOn's API and its picture store over HTTP: a thin layer over ``TryItOnServer``."""

import asyncio
from functools import partial

from starlette.requests import Request
from starlette.routing import BaseRoute, Mount, Route

from bot.sandbox.providers.faults import Place
from bot.sandbox.providers.replies import Reply
from bot.sandbox.providers.serving import Endpoint, ProviderHttp
from bot.sandbox.providers.tryiton.faults import Fate, Fault
from bot.sandbox.providers.tryiton.outputs import OutputStore
from bot.sandbox.providers.tryiton.replies import ApiError, ErrorName, error_reply
from bot.sandbox.providers.tryiton.server import TryItOnServer, key_of


class TryItOnHttp(ProviderHttp[Fault, Fate]):
    """Speaks HTTP for one server."""

    def __init__(self, server: TryItOnServer) -> None:
        super().__init__(server.faults, server.journal)
        self.server = server
        self._outputs = OutputStore()

    def routes(self) -> list[BaseRoute]:
        """Return routes for the root: the API below ``/tryiton/api/v1``, pictures below ``/tryiton/cdn``."""
        api = [
            Route("/tryon/{endpoint}", Endpoint(self.submit), methods=["POST"]),
            Route("/status/{job_id}", Endpoint(self.status), methods=["GET"]),
            Route("/credits", Endpoint(self.credits), methods=["GET"]),
            Route("/{anything:path}", Endpoint(_not_found)),
        ]
        return [
            Mount("/tryiton/api/v1", routes=api),
            Route("/tryiton/cdn/{user_id}/tryons/{name}", Endpoint(self.download), methods=["GET"]),
        ]

    async def submit(self, request: Request) -> Reply:
        """Answer ``POST /tryon/{endpoint}``; raise ``GoneError`` when the connection is."""
        raw = await request.body()
        authorization = request.headers.get("authorization")
        fault = self.server.faults.take(Place.SUBMIT, key_of(authorization))
        try:
            submission = self.server.arrive(authorization, request.path_params["endpoint"], raw)
            if fault is not None and not fault.accepted:
                planned = await self.act(fault, request)
                if planned is not None:
                    submission.error = fault.outcome
                    return planned
            order = await asyncio.to_thread(self.server.read_order, submission, raw)
            reply = self.server.accept(submission, order)
        except ApiError as exc:
            return error_reply(exc.name, exc.message)
        if fault is not None and fault.accepted:
            return await self.act(fault, request) or reply
        return reply

    async def status(self, request: Request) -> Reply:
        """Answer ``GET /status/{id}``."""
        authorization = request.headers.get("authorization")
        answer = partial(self.server.status_answer, authorization, request.path_params["job_id"])
        return await self.read(request, Place.STATUS, key_of(authorization), answer)

    async def credits(self, request: Request) -> Reply:
        """Answer ``GET /credits``."""
        authorization = request.headers.get("authorization")
        answer = partial(self.server.credits_answer, authorization)
        return await self.read(request, Place.CREDITS, key_of(authorization), answer)

    async def download(self, request: Request) -> Reply:
        """Answer with a finished picture."""

        async def find() -> Reply:
            found = self.server.find_output(request.path_params["user_id"], request.path_params["name"])
            return error_reply(ErrorName.NOT_FOUND) if found is None else await self._outputs.reply(*found)

        return await self.give_picture(request, find)


async def _not_found(request: Request) -> Reply:  # noqa: ARG001 - called like its siblings
    """Answer an unknown address; a known one with another method is as unknown."""
    return error_reply(ErrorName.NOT_FOUND)
