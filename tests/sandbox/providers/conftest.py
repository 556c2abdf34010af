"""A provider on a held clock, a real one on a free port, and bodies that it takes."""

import base64
import io
import json
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
from bot.sandbox.providers.tryiton.control import control_routes
from bot.sandbox.providers.tryiton.routes import TryItOnHttp
from bot.sandbox.providers.tryiton.server import TryItOnServer


class HeldClock:
    def __init__(self) -> None:
        self.seconds = 1_800_000_000.0

    def now(self) -> float:
        return self.seconds

    def pass_seconds(self, seconds: float) -> None:
        self.seconds += seconds


def _picture(picture_format: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 12), (200, 120, 90)).save(out, picture_format)
    return out.getvalue()


def _data_url(picture: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(picture).decode()}"


@pytest.fixture
def picture_url() -> str:
    """Return a small picture as a data URL."""
    return _data_url(_picture("PNG"))


@pytest.fixture
def cut_off_picture_url() -> str:
    """Return a JPEG of which half is missing as a data URL."""
    whole = _picture("JPEG")
    return _data_url(whole[: len(whole) // 2])


@pytest.fixture
def clothes_body(picture_url: str) -> Callable[..., bytes]:
    """Return a maker of clothes bodies; what it is given replaces fields, None leaves one out."""

    def make(**changes: object) -> bytes:
        fields = {"model_image": picture_url, "garment_image": picture_url} | changes
        return json.dumps({name: value for name, value in fields.items() if value is not None}).encode()

    return make


@dataclass(frozen=True)
class LiveServer:
    url: str
    http: TryItOnHttp

    @property
    def model(self) -> TryItOnServer:
        return self.http.server

    @property
    def api(self) -> str:
        return f"{self.url}/tryiton/api/v1"


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def server(clock: HeldClock) -> TryItOnServer:
    return TryItOnServer(clock=clock, public_url="http://127.0.0.1:8000")


@pytest.fixture
def live() -> Iterator[LiveServer]:
    """Serve a provider whose jobs take about 0.2 s."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        http = TryItOnHttp(TryItOnServer(clock=SystemClock(), public_url=url, speed=50))
        app = Starlette(routes=[*http.routes(), Mount("/control", routes=control_routes(http))])
        runner = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="warning"))
        thread = threading.Thread(name="event-loop", target=runner.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield LiveServer(url, http)
        finally:
            runner.should_exit = True
            http.door.release()
            thread.join(timeout=60)
