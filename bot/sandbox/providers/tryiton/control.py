"""The control interface of the sandbox's TryItOn (see ``bot.sandbox.providers.control``)."""

from starlette.routing import BaseRoute, Mount

from bot.sandbox.providers.control import Controls, FateBody, FaultBody
from bot.sandbox.providers.tryiton.faults import Fate, Fault
from bot.sandbox.providers.tryiton.replies import ErrorName
from bot.sandbox.providers.tryiton.routes import TryItOnHttp


class _FaultBody(FaultBody):
    error: ErrorName = ErrorName.INTERNAL_SERVER_ERROR


class _FateBody(FateBody):
    error_name: str = "ProcessingError"


class _Controls(Controls[Fault, Fate]):
    fault_body = _FaultBody
    fate_body = _FateBody


def control_routes(http: TryItOnHttp) -> list[BaseRoute]:
    """Return what is to be mounted at ``/control``."""
    controls = _Controls(
        http,
        http.server,
        make_fault=lambda fields: Fault(**fields),
        make_fate=lambda fields: Fate(**fields),
    )
    return [Mount("/tryiton", routes=controls.routes())]
