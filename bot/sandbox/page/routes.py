"""The page's addresses: the page itself, its JSON API, its files and its live changes."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.sandbox.page.actions import PageActions
from bot.sandbox.page.guard import LocalOnly
from bot.sandbox.page.reading import PageReading
from bot.sandbox.page.requests import BadRequestError
from bot.sandbox.page.shelf import Shelf
from bot.sandbox.telegram.pictures import PictureRefusedError
from bot.sandbox.telegram.state import NotPossibleError
from bot.sandbox.telegram.world import World

STATIC = Path(__file__).parent / "static"
Endpoint = Callable[[Request], Awaitable[Response]]


class _FreshFiles(StaticFiles):
    """Static files that a browser asks for again, so that an update shows at once."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type] # passed on unseen
        response.headers["Cache-Control"] = "no-cache"
        return response


def page_routes(world: World, shelf: Shelf | None = None) -> list[BaseRoute]:
    """Return the routes of the chat page: `/` and everything under `/page`."""
    guard = [Middleware(LocalOnly)]
    samples = shelf or Shelf()
    reading = PageReading(world, samples)
    actions = PageActions(world, samples)
    reads: dict[str, Endpoint] = {
        "/state": reading.state,
        "/chats/{peer}/messages": reading.messages,
        "/files/{file_id}": reading.file,
        "/samples/{name}": reading.sample,
        "/events": reading.events,
    }
    writes: dict[str, Endpoint] = {
        "/people": actions.add_person,
        "/messages": actions.send,
        "/forward": actions.forward,
        "/edit": actions.edit,
        "/delete": actions.delete,
        "/press": actions.press,
        "/pay": actions.pay,
        "/topics": actions.open_topic,
        "/topics/change": actions.change_topic,
        "/block": actions.block,
        "/group": actions.change_group,
        "/inline": actions.inline,
        "/inline/choose": actions.choose_inline,
    }
    api = [Route(path, _answering(endpoint), methods=["GET"]) for path, endpoint in reads.items()]
    api += [Route(path, _answering(endpoint), methods=["POST"]) for path, endpoint in writes.items()]
    return [
        Route("/", _index, methods=["GET"], middleware=guard),
        Mount("/page/api", routes=api, middleware=guard),
        Mount("/page/static", _FreshFiles(directory=STATIC), middleware=guard),
    ]


async def _index(_request: Request) -> Response:
    return FileResponse(STATIC / "index.html", headers={"Cache-Control": "no-cache"})


def _answering(endpoint: Endpoint) -> Endpoint:
    """Turn what cannot be done into an answer the page can show."""

    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except BadRequestError as problem:
            return _problem(str(problem), problem.status)
        except NotPossibleError as problem:
            return _problem(f"Telegram would not allow this: {problem}.", 409)
        except PictureRefusedError:
            return _problem(
                "That is not a picture Telegram takes as a photo. Send it as a file instead.", 422
            )

    return answer


def _problem(text: str, status: int) -> JSONResponse:
    return JSONResponse({"error": text}, status_code=status)
