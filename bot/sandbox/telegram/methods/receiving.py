"""Methods by which a bot gets updates and files."""

import re
from typing import Any
from urllib.parse import urlsplit

from bot.sandbox.telegram.bots import Webhook
from bot.sandbox.telegram.calls import Call, Method
from bot.sandbox.telegram.errors import bad_request, conflict
from bot.sandbox.telegram.polls import MAX_UPDATES, WEBHOOK_ACTIVE, WEBHOOK_SET
from bot.sandbox.telegram.shapes import Json, me_json, present

MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024
MAX_CONNECTIONS = 100
DEFAULT_CONNECTIONS = 40
PORTS = frozenset({80, 88, 443, 8443})


async def get_me(call: Call) -> Json:
    """Describe the bot."""
    return me_json(call.bot)


async def get_updates(call: Call) -> list[Json]:
    """Hand out waiting updates; an offset confirms all before it."""
    bot, params = call.bot, call.params
    if bot.webhook is not None:
        raise conflict(WEBHOOK_ACTIVE)
    if params.has("allowed_updates"):
        bot.queue.allow(_kinds(call))
    offset = params.integer("offset")
    if offset:
        bot.queue.confirm(offset)
    limit = params.integer("limit", MAX_UPDATES)
    limit = limit if 1 <= limit <= MAX_UPDATES else MAX_UPDATES
    seconds = max(0, params.integer("timeout"))
    return [one.as_json() for one in await call.polls.poll(bot, call.gone, seconds=seconds, limit=limit)]


async def set_webhook(call: Call) -> bool:
    """Have updates posted to an address; an empty one is deleteWebhook."""
    params, url = call.params, call.params.text("url")
    if not url:
        return await delete_webhook(call)
    _check_address(url)
    secret = params.text("secret_token")
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise bad_request("secret token contains unallowed characters")
    connections = params.integer("max_connections", DEFAULT_CONNECTIONS)
    if params.has("allowed_updates"):
        call.bot.queue.allow(_kinds(call))
    if params.flag("drop_pending_updates"):
        call.bot.queue.clear()
    call.polls.interrupt(call.bot, WEBHOOK_SET)
    webhook = Webhook(
        url=url,
        secret=secret or None,
        max_connections=min(MAX_CONNECTIONS, max(1, connections)),
        ip_address=params.text("ip_address") or None,
    )
    await call.webhooks.start(call.bot, webhook)
    return True


async def delete_webhook(call: Call) -> bool:
    """Go back to polling."""
    if call.params.flag("drop_pending_updates"):
        call.bot.queue.clear()
    await call.webhooks.stop(call.bot)
    return True


async def get_webhook_info(call: Call) -> Json:
    """Describe the webhook, with its last error."""
    bot, webhook = call.bot, call.bot.webhook
    shape: Json = {
        "url": webhook.url if webhook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(bot.queue),
    }
    if webhook is not None:
        shape["max_connections"] = webhook.max_connections
        shape |= present(ip_address=webhook.ip_address)
    if webhook is not None and bot.webhook_error is not None:
        shape["last_error_date"], shape["last_error_message"] = bot.webhook_error
    if bot.queue.allowed is not None:
        shape["allowed_updates"] = list(bot.queue.allowed)
    return shape


async def get_file(call: Call) -> Json:
    """Give out the path of a file of at most 20 MB."""
    file_id = call.params.text("file_id")
    if not file_id:
        raise bad_request("file_id is not specified")
    stored = call.world.files.find(file_id)
    if stored is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if stored.size > MAX_DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.file_unique_id,
        "file_size": stored.size,
        "file_path": stored.path,
    }


async def log_out(call: Call) -> bool:
    """Say goodbye to the cloud server; nothing changes here."""
    await call.webhooks.stop(call.bot)
    return True


def _kinds(call: Call) -> list[str]:
    listed: list[Any] = call.params.array("allowed_updates", "allowed updates") or []
    return [str(one) for one in listed]


def _check_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise bad_request("bad webhook: invalid webhook URL specified") from None
    if parts.hostname in {"127.0.0.1", "localhost"} and parts.scheme in {"http", "https"}:
        return
    if parts.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if port is not None and port not in PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


METHODS: dict[str, Method] = {
    "getme": get_me,
    "getupdates": get_updates,
    "setwebhook": set_webhook,
    "deletewebhook": delete_webhook,
    "getwebhookinfo": get_webhook_info,
    "getfile": get_file,
    "logout": log_out,
    "close": log_out,
}
