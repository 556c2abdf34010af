"""The HTTP side of faults on request, below ``/control/<provider>``: for tests that drive real processes.

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
from typing import Any, Generic, Protocol

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.sandbox.providers.faults import FateKind, FateT, FaultPlan, FaultT, Manner, Place
from bot.sandbox.providers.records import Happening, Journal
from bot.sandbox.providers.serving import ProviderHttp

LONGEST_WAIT = 120.0


class Body(BaseModel):
    """What a caller sends; unknown fields are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FaultBody(Body):
    """The fields of a fault; each provider adds its documented errors."""

    place: Place
    manner: Manner
    times: int = Field(default=1, ge=1, le=1000)
    accepted: bool = False
    message: str = ""
    http_status: int = Field(default=200, ge=200, le=599)
    location: str = "https://login.example/"
    seconds: float = Field(default=1.0, ge=0)
    key: str | None = None


class FateBody(Body):
    """The fields of a fate; each provider adds its words."""

    kind: FateKind
    times: int = Field(default=1, ge=1, le=1000)
    seconds: float | None = Field(default=None, ge=0)
    message: str | None = None
    state: str = "queued"
    output_url: str | None = None


class _AccountBody(Body):
    key: str
    credits: int | None = Field(default=None, ge=0)
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class _Wait:
    happening: Happening
    count: int = 1
    timeout: float = 30.0


_WAIT = TypeAdapter(_Wait)


class ControlledServer(Protocol[FaultT, FateT]):
    """What a provider's server offers to those who control it."""

    @property
    def faults(self) -> FaultPlan[FaultT, FateT]:
        """Return the faults and fates still to come."""
        ...

    @property
    def journal(self) -> Journal:
        """Return what the server remembers."""
        ...

    def set_credits(self, key: str, credits_left: int) -> None:
        """Give a key a new balance."""
        ...

    def set_revoked(self, key: str, *, revoked: bool) -> None:
        """Refuse a key from now on, or take it again."""
        ...


class Controls(Generic[FaultT, FateT]):
    """The control interface of one provider; ``make_fault`` and ``make_fate`` take a body's fields."""

    fault_body: type[FaultBody] = FaultBody
    fate_body: type[FateBody] = FateBody

    def __init__(
        self,
        http: ProviderHttp[FaultT, FateT],
        server: ControlledServer[FaultT, FateT],
        *,
        make_fault: Callable[[dict[str, Any]], FaultT],
        make_fate: Callable[[dict[str, Any]], FateT],
    ) -> None:
        self._http = http
        self._server = server
        self.make_fault = make_fault
        self.make_fate = make_fate

    def routes(self) -> list[Route]:
        """Return what is to be mounted below the provider's name."""
        return [
            Route("/faults", told(self.add_fault), methods=["POST"]),
            Route("/faults", told(self.clear), methods=["DELETE"]),
            Route("/fates", told(self.add_fate), methods=["POST"]),
            Route("/release", told(self.release), methods=["POST"]),
            Route("/accounts", told(self.change_account), methods=["POST"]),
            Route("/wait", told(self.wait), methods=["GET"]),
            Route("/journal", told(self.show_journal), methods=["GET"]),
        ]

    async def add_fault(self, request: Request) -> JSONResponse:
        """Plan faults."""
        body = self.fault_body.model_validate_json(await request.body())
        fault = self.make_fault(body.model_dump(exclude={"place", "times"}))
        self._server.faults.add(body.place, fault, body.times)
        return done()

    async def add_fate(self, request: Request) -> JSONResponse:
        """Plan fates."""
        body = self.fate_body.model_validate_json(await request.body())
        # What was left out keeps the provider's own words.
        fate = self.make_fate(body.model_dump(exclude={"times"}, exclude_unset=True, exclude_none=True))
        self._server.faults.add_fate(fate, body.times)
        return done()

    async def clear(self, request: Request) -> JSONResponse:  # noqa: ARG002 - called like its siblings
        """Forget what was planned."""
        self._server.faults.clear()
        return done()

    async def release(self, request: Request) -> JSONResponse:  # noqa: ARG002 - called like its siblings
        """Let go of what is held."""
        self._http.door.release()
        return done()

    async def change_account(self, request: Request) -> JSONResponse:
        """Change a key's account."""
        body = _AccountBody.model_validate_json(await request.body())
        if body.credits is not None:
            self._server.set_credits(body.key, body.credits)
        self._server.set_revoked(body.key, revoked=body.revoked)
        return done()

    async def wait(self, request: Request) -> JSONResponse:
        """Answer when something has happened often enough."""
        wanted = _WAIT.validate_python(dict(request.query_params))
        timeout = min(wanted.timeout, LONGEST_WAIT)
        happened = await wait_for(self._server.journal, wanted.happening, wanted.count, timeout)
        return JSONResponse({"ok": happened}, 200 if happened else 408)

    async def show_journal(self, request: Request) -> JSONResponse:  # noqa: ARG002 - called like its siblings
        """Show what the server remembers."""
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


def told(act: Callable[[Request], Awaitable[JSONResponse]]) -> Callable[[Request], Awaitable[JSONResponse]]:
    """Answer 400 with the reasons where the caller's request is not understood."""

    async def answer(request: Request) -> JSONResponse:
        try:
            return await act(request)
        except ValidationError as exc:
            reasons = exc.errors(include_url=False, include_context=False, include_input=False)
            return JSONResponse({"ok": False, "reasons": reasons}, 400)

    return answer


def done() -> JSONResponse:
    """Answer that it is done."""
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
