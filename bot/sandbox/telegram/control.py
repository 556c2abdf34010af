"""JSON for tests in other processes: faults, recorded calls, what chats show, what people do.

To be mounted at /control. Errors are `{"error": text}` with 400, 404 or, for waits in vain, 408.
"""

import base64
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, TypedDict

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.sandbox.telegram.gate import ANY_METHOD, CallState, Fault, FaultKind, Moment
from bot.sandbox.telegram.model import Chat, Message
from bot.sandbox.telegram.params import Params
from bot.sandbox.telegram.pictures import PictureRefusedError
from bot.sandbox.telegram.server import TelegramServer
from bot.sandbox.telegram.shapes import Json, chat_json, message_json, user_json
from bot.sandbox.telegram.state import NotPossibleError
from bot.sandbox.telegram.world import World

DEFAULT_WAIT = 30.0
Handler = Callable[[Request], Awaitable[Response]]
Action = Callable[[World, int, Params], Awaitable[Any]]


def control_routes(server: TelegramServer) -> Sequence[BaseRoute]:
    """Return what is to be mounted at /control."""
    control = _Control(server)
    table: list[tuple[str, str, Handler]] = [
        ("POST", "/faults", control.add_fault),
        ("GET", "/faults", control.list_faults),
        ("DELETE", "/faults", control.clear_faults),
        ("DELETE", "/faults/{id:int}", control.remove_fault),
        ("POST", "/faults/{id:int}/release", control.release_fault),
        ("GET", "/calls", control.list_calls),
        ("GET", "/calls/wait", control.wait_for_calls),
        ("GET", "/people", control.list_people),
        ("GET", "/chats", control.list_chats),
        ("GET", "/chats/{id}/messages", control.list_messages),
        ("POST", "/people/{id:int}/{action}", control.act),
    ]
    return [Route(path, _plainly(handler), methods=[verb]) for verb, path, handler in table]


def chat_snapshot(world: World, chat: Chat) -> list[Json]:
    """Return what a chat shows, oldest first, as the Bot API's messages."""
    return [_shown(world, chat, message) for message in world.messages(chat)]


class _Control:
    """The handlers over one server."""

    def __init__(self, server: TelegramServer) -> None:
        self._server = server
        self._world = server.world
        self._gate = server.gate

    async def add_fault(self, request: Request) -> Response:
        body = await _body(request)
        order = {
            "kind": FaultKind(body.text("kind", "fail")),
            "method": body.text("method", ANY_METHOD),
            "moment": Moment(body.text("when", "before")),
            "times": body.integer("times", 1),
            "chat_id": body.optional_integer("chat_id"),
            "seconds": float(body.text("seconds", "0")),
            "status": body.integer("status", 500),
            "description": body.text("description", "Internal Server Error"),
            "retry_after": body.optional_integer("retry_after"),
            "page": body.text("page") or None,
        }
        return JSONResponse(self._gate.order(**order).as_json())

    async def list_faults(self, _: Request) -> Response:
        return JSONResponse([fault.as_json() for fault in self._gate.faults()])

    async def clear_faults(self, _: Request) -> Response:
        self._gate.clear()
        return JSONResponse({})

    async def remove_fault(self, request: Request) -> Response:
        self._gate.remove(self._fault(request))
        return JSONResponse({})

    async def release_fault(self, request: Request) -> Response:
        fault = self._fault(request)
        fault.release()
        return JSONResponse(fault.as_json())

    async def list_calls(self, request: Request) -> Response:
        query = Params(request.query_params)
        calls = self._gate.calls(query.text("method", ANY_METHOD), since=query.integer("since"))
        return JSONResponse([call.as_json() for call in calls])

    async def wait_for_calls(self, request: Request) -> Response:
        query = Params(request.query_params)
        state = query.text("state")
        calls = await self._gate.wait_for_calls(
            query.text("method", ANY_METHOD),
            count=query.integer("count", 1),
            since=query.integer("since"),
            state=CallState(state) if state else None,
            seconds=float(query.text("seconds", str(DEFAULT_WAIT))),
        )
        return JSONResponse([call.as_json() for call in calls])

    async def list_people(self, _: Request) -> Response:
        world = self._world
        return JSONResponse([{**user_json(world, one), "stars": world.stars[one]} for one in world.people])

    async def list_chats(self, _: Request) -> Response:
        world = self._world
        private = [world.private_chat(one) for one in world.people]
        return JSONResponse([chat_json(world, chat) for chat in (*private, *world.groups.values())])

    async def list_messages(self, request: Request) -> Response:
        bot_id = Params(request.query_params).optional_integer("bot_id")
        chat = self._world.chat(int(request.path_params["id"]), bot_id)
        return JSONResponse(chat_snapshot(self._world, chat))

    async def act(self, request: Request) -> Response:
        action = ACTIONS.get(request.path_params["action"])
        if action is None:
            return JSONResponse({"error": f"one of {', '.join(ACTIONS)} is wanted"}, 404)
        done = await action(self._world, request.path_params["id"], await _body(request))
        return JSONResponse(_outcome(self._world, done))

    def _fault(self, request: Request) -> Fault:
        fault = self._gate.fault(request.path_params["id"])
        if fault is None:
            raise NotPossibleError("there is no such fault")
        return fault


class _Context(TypedDict):
    reply_to: int | None
    thread_id: int | None


async def _start(world: World, person_id: int, body: Params) -> object:
    return await world.person_starts(person_id, body.text("payload"))


async def _text(world: World, person_id: int, body: Params) -> object:
    return await world.person_sends_text(
        person_id,
        _where(person_id, body),
        body.text("text"),
        **_context(body),
        quote=body.text("quote") or None,
    )


async def _photos(world: World, person_id: int, body: Params) -> object:
    return await world.person_sends_photos(
        person_id,
        _where(person_id, body),
        [_decoded(one) for one in body.array("photos", "photos") or []],
        caption=body.text("caption"),
        hd=body.flag("hd"),
        album_id=body.text("album_id") or None,
        **_context(body),
    )


async def _document(world: World, person_id: int, body: Params) -> object:
    return await world.person_sends_document(
        person_id,
        _where(person_id, body),
        _decoded(body.text("data")),
        name=body.text("name", "file"),
        mime_type=body.text("mime_type") or None,
        caption=body.text("caption"),
        **_context(body),
    )


async def _other(world: World, person_id: int, body: Params) -> object:
    return await world.person_sends_other(person_id, _where(person_id, body), body.text("kind"))


async def _tap(world: World, person_id: int, body: Params) -> object:
    tap = await world.person_taps_button(
        person_id,
        _where(person_id, body),
        body.integer("message_id"),
        data=body.text("data") or None,
        text=body.text("text") or None,
    )
    answer = await tap.answer(float(body.text("seconds", "0")))
    return {"query_id": tap.id, "answer": asdict(answer) if answer else None}


async def _pay(world: World, person_id: int, body: Params) -> object:
    return asdict(await world.person_pays(person_id, _where(person_id, body), body.integer("message_id")))


async def _edit(world: World, person_id: int, body: Params) -> object:
    where, message_id = _where(person_id, body), body.integer("message_id")
    return await world.person_edits(person_id, where, message_id, body.text("text"))


async def _delete(world: World, person_id: int, body: Params) -> object:
    await world.person_deletes(person_id, _where(person_id, body), [body.integer("message_id")])
    return {}


async def _block(world: World, person_id: int, _: Params) -> object:
    await world.person_blocks(person_id)
    return {}


async def _unblock(world: World, person_id: int, _: Params) -> object:
    await world.person_unblocks(person_id)
    return {}


ACTIONS: dict[str, Action] = {
    "start": _start,
    "text": _text,
    "photos": _photos,
    "document": _document,
    "other": _other,
    "tap": _tap,
    "pay": _pay,
    "edit": _edit,
    "delete": _delete,
    "block": _block,
    "unblock": _unblock,
}


def _where(person_id: int, body: Params) -> int:
    return body.integer("chat_id", person_id)


def _context(body: Params) -> _Context:
    return {
        "reply_to": body.optional_integer("reply_to"),
        "thread_id": body.optional_integer("thread_id"),
    }


def _decoded(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _outcome(world: World, done: object) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(done, Message):
        return _shown(world, world.chat(done.chat_id), done)
    if isinstance(done, list):
        return [_outcome(world, one) for one in done]
    return done


def _shown(world: World, chat: Chat, message: Message) -> Json:
    reactions = [{"user_id": user_id, "emoji": emoji} for user_id, emoji in message.reactions]
    return message_json(world, chat, message) | ({"reactions": reactions} if reactions else {})


async def _body(request: Request) -> Params:
    body: Mapping[str, Any] = await request.json() if await request.body() else {}
    return Params(body)


def _plainly(handler: Handler) -> Handler:
    """Say what was wrong instead of failing."""

    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except TimeoutError:
            return JSONResponse({"error": "nothing of the kind happened in time"}, 408)
        except (NotPossibleError, PictureRefusedError, ValueError) as problem:
            return JSONResponse({"error": str(problem)}, 400)

    return answer
