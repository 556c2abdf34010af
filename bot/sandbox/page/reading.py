"""What the page reads: the state, messages, files, samples and the live changes."""

from collections.abc import AsyncIterator
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from bot.sandbox.page.live import event_stream
from bot.sandbox.page.requests import BadRequestError
from bot.sandbox.page.shelf import Shelf
from bot.sandbox.page.views import (
    LANGUAGES,
    bot_view,
    chat_of,
    chats_view,
    messages_view,
    people_view,
)
from bot.sandbox.telegram.world import World

FOREVER = "private, max-age=31536000, immutable"
NEVER = "no-store"


class PageReading:
    """Endpoints that change nothing."""

    def __init__(self, world: World, shelf: Shelf) -> None:
        self._world = world
        self._shelf = shelf

    async def state(self, request: Request) -> Response:
        """Answer everything around the messages, for the person asked for or the first."""
        world = self._world
        people = people_view(world)
        me = _person_of(request, world)
        if me is None:
            me = people[0]["id"] if people else None
        language = (world.people[me].language_code or "en") if me is not None else "en"
        body = {
            "bots": [bot_view(one, language) for one in world.bots.values()],
            "people": people,
            "me": me,
            "chats": chats_view(world, me) if me is not None else [],
            "stars": world.stars.get(me) if me is not None else None,
            "samples": self._shelf.as_json(),
            "languages": [{"code": code, "name": name} for code, name in LANGUAGES.items()],
        }
        return JSONResponse(body, headers={"Cache-Control": NEVER})

    async def messages(self, request: Request) -> Response:
        """Answer all messages of a chat."""
        person = _person_of(request, self._world)
        if person is None:
            raise BadRequestError("That person is not here.", 404)
        try:
            peer = int(request.path_params["peer"])
        except ValueError:
            raise BadRequestError("There is no such chat.", 404) from None
        chat = chat_of(self._world, person, peer)
        body = {"messages": messages_view(self._world, chat)}
        return JSONResponse(body, headers={"Cache-Control": NEVER})

    async def file(self, request: Request) -> Response:
        """Answer a photo to show, or any file to keep; only our own JPEGs are ever shown inline."""
        file_id = request.path_params["file_id"]
        content = await self._world.files.content(file_id)
        if content is None:
            raise BadRequestError("This file is not kept any more.", 404)
        document = self._world.files.document(file_id)
        headers = {"Cache-Control": FOREVER}
        if document is not None or "download" in request.query_params:
            name = (document.file_name or "file") if document else "photo.jpg"
            headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
        kind = "application/octet-stream" if document is not None else "image/jpeg"
        return Response(content, media_type=kind, headers=headers)

    async def sample(self, request: Request) -> Response:
        """Answer a sample photo."""
        content = await self._shelf.picture(request.path_params["name"])
        return Response(content, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=3600"})

    async def events(self, request: Request) -> Response:
        """Answer with changes for as long as the page listens."""
        person = _person_of(request, self._world)
        stream: AsyncIterator[str] = event_stream(self._world, person)
        headers = {"Cache-Control": NEVER, "X-Accel-Buffering": "no"}
        return StreamingResponse(stream, media_type="text/event-stream", headers=headers)


def _person_of(request: Request, world: World) -> int | None:
    """Return the person of the query, None when nobody is named or the person is not here (any more)."""
    text = request.query_params.get("person", "")
    return int(text) if text.isdecimal() and int(text) in world.people else None
