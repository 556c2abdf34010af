"""What the tests of the webhook hold in their hands."""

import json
from dataclasses import dataclass
from typing import Any

import httpx

from bot.intake.inbox import Inbox
from bot.web.health import Status
from bot.web.webhook import Webhook, webhook_path
from storage.database import Database

BOT = 123456789
TOKEN = f"{BOT}:" + "A" * 35
SECRET = "hook-secret_1"
PATH = webhook_path(TOKEN)


def update(update_id: int, user: int = 1, **fields: Any) -> dict[str, Any]:
    """Return a message as Telegram posts it."""
    body = {"message_id": update_id, "from": {"id": user}, "chat": {"id": user}, **fields}
    return {"update_id": update_id, "message": body}


@dataclass(frozen=True, slots=True)
class Door:
    """A served webhook and a client that knows its secret."""

    client: httpx.AsyncClient
    port: int
    inbox: Inbox
    webhook: Webhook
    status: Status
    database: Database

    async def post(self, content: bytes | dict[str, Any], path: str = PATH, **headers: str) -> httpx.Response:
        """Post an update, or anything else."""
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        return await self.client.post(path, content=body, headers=headers)

    async def stored(self) -> list[int]:
        """Return the ids of the stored updates in their order."""
        async with self.database.reading() as tx:
            return [one.update_id for one in await tx.updates.undone(BOT)]

    async def payloads(self) -> list[dict[str, Any]]:
        """Return what was stored."""
        async with self.database.reading() as tx:
            return [json.loads(one.payload) for one in await tx.updates.undone(BOT)]
