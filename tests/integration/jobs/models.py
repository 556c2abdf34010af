"""Both providers' models behind one httpx transport: real clients, no sockets, time as a network takes."""

import io
import random
from collections import Counter
from collections.abc import Callable

import httpx
from PIL import Image

from bot.sandbox.providers.faults import ConnectionLostError
from bot.sandbox.providers.fitroom.forms import parse_form
from bot.sandbox.providers.fitroom.orders import Check
from bot.sandbox.providers.fitroom.server import FitRoomServer
from bot.sandbox.providers.replies import Reply
from bot.sandbox.providers.tryiton.server import TryItOnServer
from tests.integration.jobs.virtual_time import VirtualClock

TRYITON, FITROOM = "tryiton", "fitroom"


def _jpeg() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (16, 24), "white").save(target, "JPEG")
    return target.getvalue()


JPEG = _jpeg()


class ModelTransport(httpx.AsyncBaseTransport):
    """Carries requests to the models; ``refused_connections`` are the next calls that reach nobody.

    ``posts`` counts the paid calls that reached a provider, whatever came of them; ``completed_seen`` is when
    the answer that told of a picture arrived, by the provider's id.
    """

    def __init__(self, tryiton: TryItOnServer, fitroom: FitRoomServer, chance: random.Random) -> None:
        self._tryiton = tryiton
        self._fitroom = fitroom
        self._chance = chance
        self.down = False
        self.refused_connections = 0
        self.pictures_down = False
        self.check_seconds = 0.0
        self.on_submit: Callable[[], None] | None = None
        self.posts: Counter[str] = Counter()
        self.completed_seen: dict[str, float] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        provider = request.url.path.split("/")[1]
        if self.down:
            raise httpx.ConnectError("refused")
        if self.refused_connections:
            self.refused_connections -= 1
            raise httpx.ConnectError("refused")
        raw = await request.aread()
        await _pass(self._chance)
        if "/input_check/" in request.url.path:
            await VirtualClock().sleep(self.check_seconds)
        try:
            reply = self._at_tryiton(request, raw) if provider == TRYITON else self._at_fitroom(request, raw)
        except ConnectionLostError:
            raise httpx.ReadError("lost") from None
        finally:
            await _pass(self._chance)
        if reply.status == 200 and (b'"completed"' in reply.body or b'"COMPLETED"' in reply.body):
            self.completed_seen.setdefault(request.url.path.rsplit("/", 1)[1], VirtualClock().now())
        headers = {"Content-Type": reply.media_type, **reply.headers}
        return httpx.Response(reply.status, headers=headers, content=reply.body)

    def _posted(self, provider: str) -> None:
        self.posts[provider] += 1
        if self.on_submit is not None:
            self.on_submit()

    def _at_tryiton(self, request: httpx.Request, raw: bytes) -> Reply:
        path = request.url.path.removeprefix("/tryiton")
        authorization = request.headers.get("authorization")
        if path.startswith("/api/v1/tryon/"):
            self._posted(TRYITON)
            return self._tryiton.submit(authorization, path.rsplit("/", 1)[1], raw)
        if path.startswith("/api/v1/status/"):
            return self._tryiton.status(authorization, path.rsplit("/", 1)[1])
        if path == "/api/v1/credits":
            return self._tryiton.credits(authorization)
        if self.pictures_down:
            return Reply(503, b"", "text/plain")
        _, _, user_id, _, name = path.split("/")
        return _picture(is_there=self._tryiton.find_output(user_id, name) is not None)

    def _at_fitroom(self, request: httpx.Request, raw: bytes) -> Reply:
        path = request.url.path.removeprefix("/fitroom")
        key = request.headers.get("x-api-key")
        if request.method == "POST":
            form = parse_form(request.headers.get("content-type"), raw)
            if path.startswith("/api/tryon/input_check/"):
                return self._fitroom.check(key, Check(path.rsplit("/", 1)[1]), form)
            self._posted(FITROOM)
            return self._fitroom.submit(key, form)
        if path.startswith("/api/"):
            return self._fitroom.status(key, path.rsplit("/", 1)[1])
        if self.pictures_down:
            return Reply(503, b"", "text/plain")
        query = request.url.params
        found = self._fitroom.find_picture(path.rsplit("/", 1)[1], query["Expires"], query["Signature"])
        return _picture(is_there=found is not None)


def _picture(*, is_there: bool) -> Reply:
    return Reply(200, JPEG, "image/jpeg") if is_there else Reply(404, b"", "text/plain")


async def _pass(chance: random.Random) -> None:
    await VirtualClock().sleep(chance.uniform(0.03, 0.09))
