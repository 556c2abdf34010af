"""A FitRoom on the held clock, a real one on a free port, and forms that it takes."""

import io
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import uvicorn
from PIL import Image
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.sandbox.providers.clock import SystemClock
from bot.sandbox.providers.fitroom.control import control_routes
from bot.sandbox.providers.fitroom.routes import FitRoomHttp
from bot.sandbox.providers.fitroom.server import FitRoomServer


@pytest.fixture
def picture() -> bytes:
    """Return a small picture."""
    out = io.BytesIO()
    Image.new("RGB", (8, 12), (200, 120, 90)).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def form(picture: bytes) -> Callable[..., dict[str, str | bytes]]:
    """Return a maker of task forms; what it is given replaces fields, None leaves one out."""

    def make(**changes: object) -> dict[str, str | bytes]:
        fields = {"cloth_type": "upper", "model_image": picture, "cloth_image": picture} | changes
        return {name: value for name, value in fields.items() if value is not None}

    return make


@pytest.fixture
def server(clock) -> FitRoomServer:
    return FitRoomServer(clock=clock, public_url="http://127.0.0.1:8000")


@dataclass(frozen=True)
class LiveFitRoom:
    url: str
    http: FitRoomHttp

    @property
    def model(self) -> FitRoomServer:
        return self.http.server

    @property
    def api(self) -> str:
        return f"{self.url}/fitroom"


@pytest.fixture
def live() -> Iterator[LiveFitRoom]:
    """Serve a FitRoom whose tasks take about 0.2 s, in HD about 0.6 s."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        http = FitRoomHttp(FitRoomServer(clock=SystemClock(), public_url=url, speed=50))
        app = Starlette(routes=[*http.routes(), Mount("/control", routes=control_routes(http))])
        runner = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="warning"))
        thread = threading.Thread(name="event-loop", target=runner.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield LiveFitRoom(url, http)
        finally:
            runner.should_exit = True
            http.door.release()
            thread.join(timeout=60)
