"""The HTTP side of faults on request, below ``/control/tryiton``: for tests that drive real processes.

POST   /faults    {"place": "submit", "manner": "hold", "times": 1, ...the fields of Fault}
POST   /fates     {"kind": "fail", "times": 1, ...the fields of Fate}
DELETE /faults    forget planned faults and fates
POST   /release   let go of everything held
GET    /wait      ?happening=held&count=1&timeout=30: answer when that many have happened since the start
POST   /accounts  {"key": "sandbox-1", "credits": 0, "revoked": false}
GET    /journal   counts, violations, submissions, jobs and calls
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Mount, Route

from bot.sandbox.providers.tryiton.faults import Fate, FateKind, Fault, Manner, Place
from bot.sandbox.providers.tryiton.records import Happening, Journal
from bot.sandbox.providers.tryiton.replies import ErrorName
from bot.sandbox.providers.tryiton.routes import TryItOnHttp

LONGEST_WAIT = 120.0


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _FaultBody(_Body):
    place: Place
    manner: Manner
    times: int = Field(default=1, ge=1, le=1000)
    accepted: bool = False
    error: ErrorName = ErrorName.INTERNAL_SERVER_ERROR
    message: str = ""
    http_status: int = Field(default=200, ge=200, le=599)
    location: str = "https://tryiton.now/login"
    seconds: float = Field(default=1.0, ge=0)
    key: str | None = None


class _FateBody(_Body):
    kind: FateKind
    times: int = Field(default=1, ge=1, le=1000)
    seconds: float | None = Field(default=None, ge=0)
    error_name: str = "ProcessingError"
    message: str = "Try-on failed. Please try again."
    state: str = "queued"
    output_url: str | None = None


class _AccountBody(_Body):
    key: str
    credits: int | None = Field(default=None, ge=0)
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class _Wait:
    happening: Happening
    count: int = 1
    timeout: float = 30.0


_WAIT = TypeAdapter(_Wait)


def control_routes(http: TryItOnHttp) -> list[BaseRoute]:
    """Return what is to be mounted at ``/control``."""
    controls = _Controls(http)
    routes = [
        Route("/faults", _told(controls.add_fault), methods=["POST"]),
        Route("/faults", _told(controls.clear), methods=["DELETE"]),
        Route("/fates", _told(controls.add_fate), methods=["POST"]),
        Route("/release", _told(controls.release), methods=["POST"]),
        Route("/accounts", _told(controls.change_account), methods=["POST"]),
        Route("/wait", _told(controls.wait), methods=["GET"]),
        Route("/journal", _told(controls.show_journal), methods=["GET"]),
    ]
    return [Mount("/tryiton", routes=routes)]


def _told(act: Callable[[Request], Awaitable[JSONResponse]]) -> Callable[[Request], Awaitable[JSONResponse]]:
    """Answer 400 with the reasons where the caller's request is not understood."""

    async def answer(request: Request) -> JSONResponse:
        try:
            return await act(request)
        except ValidationError as exc:
            reasons = exc.errors(include_url=False, include_context=False, include_input=False)
            return JSONResponse({"ok": False, "reasons": reasons}, 400)

    return answer


class _Controls:
    def __init__(self, http: TryItOnHttp) -> None:
        self._http = http
        self._server = http.server

    async def add_fault(self, request: Request) -> JSONResponse:
        body = _FaultBody.model_validate_json(await request.body())
        fault = Fault(**body.model_dump(exclude={"place", "times"}))
        self._server.faults.add(body.place, fault, body.times)
        return _done()

    async def add_fate(self, request: Request) -> JSONResponse:
        body = _FateBody.model_validate_json(await request.body())
        self._server.faults.add_fate(Fate(**body.model_dump(exclude={"times"})), body.times)
        return _done()

    async def clear(self, request: Request) -> JSONResponse:  # noqa: ARG002 - called like its siblings
        self._server.faults.clear()
        return _done()

    async def release(self, request: Request) -> JSONResponse:  # noqa: ARG002 - called like its siblings
        self._http.door.release()
        return _done()

    async def change_account(self, request: Request) -> JSONResponse:
        body = _AccountBody.model_validate_json(await request.body())
        if body.credits is not None:
            self._server.set_credits(body.key, body.credits)
        self._server.set_revoked(body.key, revoked=body.revoked)
        return _done()

    async def wait(self, request: Request) -> JSONResponse:
        wanted = _WAIT.validate_python(dict(request.query_params))
        timeout = min(wanted.timeout, LONGEST_WAIT)
        happened = await wait_for(self._server.journal, wanted.happening, wanted.count, timeout)
        return JSONResponse({"ok": happened}, 200 if happened else 408)

    async def show_journal(self, request: Request) -> JSONResponse:  # noqa: ARG002 - called like its siblings
        journal = self._server.journal
        return JSONResponse(
            {
                "counts": {each.value: journal.counts[each] for each in Happening},
                "violations": [asdict(each) for each in journal.violations],
                "accepted_twice": journal.accepted_twice(),
                "submissions": [asdict(each) for each in journal.submissions],
                "calls": [asdict(each) for each in journal.calls],
                "holding": self._http.door.holding,
            }
        )


def _done() -> JSONResponse:
    return JSONResponse({"ok": True})


async def wait_for(journal: Journal, happening: Happening, count: int, timeout: float) -> bool:  # noqa: ASYNC109 - the answer says whether it came in time
    """Wait until something has happened ``count`` times since the start; return whether it did in time."""
    changed = asyncio.Event()
    journal.listeners.append(changed.set)
    try:
        async with asyncio.timeout(timeout):
            while journal.counts[happening] < count:
                changed.clear()
                await changed.wait()
    except TimeoutError:
        return False
    finally:
        journal.listeners.remove(changed.set)
    return True
