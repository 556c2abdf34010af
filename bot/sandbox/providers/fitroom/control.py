"""The control interface of the sandbox's FitRoom: what ``bot.sandbox.providers.control`` offers, and more.

POST   /checks       {"code": "400002", "times": 1}: how the next checks of people's photos end
POST   /maintenance  {"on": true}: answer 503 to everything from now on
"""

from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Mount, Route

from bot.sandbox.providers.control import Body, Controls, FateBody, FaultBody, done, told
from bot.sandbox.providers.fitroom.faults import Fate, Fault
from bot.sandbox.providers.fitroom.replies import ErrorName
from bot.sandbox.providers.fitroom.routes import FitRoomHttp


class _FaultBody(FaultBody):
    error: ErrorName = ErrorName.INTERNAL_SERVER_ERROR


class _CodeBody(Body):
    code: str = Field(pattern=r"^4(00|10)[0-9]{3}$")
    times: int = Field(default=1, ge=1, le=1000)


class _MaintenanceBody(Body):
    on: bool


class _Controls(Controls[Fault, Fate]):
    fault_body = _FaultBody
    fate_body = FateBody

    def __init__(self, http: FitRoomHttp) -> None:
        super().__init__(
            http,
            http.server,
            make_fault=lambda fields: Fault(**fields),
            make_fate=lambda fields: Fate(**fields),
        )
        self._fitroom = http.server

    def routes(self) -> list[Route]:
        return [
            *super().routes(),
            Route("/checks", told(self.plan_code), methods=["POST"]),
            Route("/maintenance", told(self.set_maintenance), methods=["POST"]),
        ]

    async def plan_code(self, request: Request) -> JSONResponse:
        body = _CodeBody.model_validate_json(await request.body())
        self._fitroom.plan_code(body.code, body.times)
        return done()

    async def set_maintenance(self, request: Request) -> JSONResponse:
        body = _MaintenanceBody.model_validate_json(await request.body())
        self._fitroom.in_maintenance = body.on
        return done()


def control_routes(http: FitRoomHttp) -> list[BaseRoute]:
    """Return what is to be mounted at ``/control``."""
    return [Mount("/fitroom", routes=_Controls(http).routes())]
