"""What stands in front of the web processes in tests: a round-robin balancer, and Telegram's own way."""

import asyncio
import itertools
from collections.abc import Iterable, Sequence
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bot.web.webhook import SECRET_HEADER

HOP_BY_HOP = {"connection", "host", "transfer-encoding", "keep-alive", "content-length"}


class Balancer:
    """Gives each request to the next process; one that refuses connections is passed over.

    When an answer is lost on the way nobody knows what became of the request: that is a 502, as anywhere.
    """

    def __init__(self, ports: Iterable[int]) -> None:
        self.served = dict.fromkeys(ports, 0)
        self._turns = itertools.cycle(self.served)
        self._client = httpx.AsyncClient(trust_env=False, timeout=30)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        answer = await self._forward(request, await request.body())
        await answer(scope, receive, send)

    async def _forward(self, request: Request, body: bytes) -> Response:
        headers = {name: value for name, value in request.headers.items() if name not in HOP_BY_HOP}
        for port in itertools.islice(self._turns, len(self.served)):
            url = f"http://127.0.0.1:{port}{request.url.path}"
            try:
                answer = await self._client.request(request.method, url, content=body, headers=headers)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
            except httpx.TransportError:
                return Response(status_code=502)
            self.served[port] += answer.is_success
            return Response(answer.content, answer.status_code)
        return Response(status_code=502)

    async def close(self) -> None:
        await self._client.aclose()


class Telegram:
    """Posts as Telegram does: chats beside each other, within a chat one update after the other."""

    def __init__(self, url: str, secret: str) -> None:
        self._url = url
        self._headers = {SECRET_HEADER: secret}
        self.repeated = 0

    async def post(self, chats: Sequence[Sequence[dict[str, Any]]]) -> None:
        """Post each chat's updates in order, each until it is taken."""
        async with httpx.AsyncClient(headers=self._headers, trust_env=False, timeout=30) as client:
            await asyncio.gather(*(self._post_chat(client, updates) for updates in chats))

    async def _post_chat(self, client: httpx.AsyncClient, updates: Sequence[dict[str, Any]]) -> None:
        for update in updates:
            while not await self._post(client, update):
                self.repeated += 1
                await asyncio.sleep(0.1)

    async def _post(self, client: httpx.AsyncClient, update: dict[str, Any]) -> bool:
        try:
            return (await client.post(self._url, json=update)).is_success
        except httpx.TransportError:
            return False


def reaction(update_id: int, chat_id: int) -> dict[str, Any]:
    """Return an update that every bot takes and no handler answers."""
    return {
        "update_id": update_id,
        "message_reaction": {
            "chat": {"id": chat_id, "type": "private", "first_name": "Somebody"},
            "user": {"id": chat_id, "is_bot": False, "first_name": "Somebody"},
            "message_id": 1,
            "date": 1,
            "old_reaction": [],
            "new_reaction": [],
        },
    }
