"""The HTTP server inside the bot's own loop."""

import asyncio
import errno
import logging
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route

from bot.web.health import Health
from bot.web.webhook import Webhook

log = structlog.get_logger(__name__)

# All addresses of the machine or container: a platform's router or a proxy stands in front.
HOST = "0.0.0.0"  # noqa: S104 - as said
# Connections and requests at once, several times what Telegram is told to open; beyond that 503.
MAX_CONNECTIONS = 256
# Longer than proxies keep an idle connection, so that none is closed under a request that is just being sent.
KEEP_ALIVE_SECONDS = 75
CLOSE_SECONDS = 1


class PortError(Exception):
    """The port can't be listened on; the text says why."""


def routes(health: Health, webhook: Webhook | None = None, paths: Sequence[str] = ()) -> list[BaseRoute]:
    """Return what is served: both health addresses, and the webhook at its paths."""
    found: list[BaseRoute] = [
        Route("/healthz", health.alive, methods=["GET"]),
        Route("/readyz", health.ready, methods=["GET"]),
    ]
    if webhook is not None:
        found += [Route(path, webhook.receive, methods=["POST"]) for path in paths]
    return found


@asynccontextmanager
async def serving(served: Sequence[BaseRoute], *, port: int, host: str = HOST) -> AsyncIterator[int]:
    """Serve until the block ends, and give the port; 0 takes a free one.

    There is no access log: it would be longer than everything else and say less.

    Raises:
        PortError: the port can't be listened on.
    """
    listener = _listen(host, port)
    config = uvicorn.Config(
        Starlette(routes=list(served)),
        access_log=False,
        # Logging is set up already; the library's own would bypass the redaction.
        log_config=None,
        log_level="warning",
        lifespan="off",
        server_header=False,
        limit_concurrency=MAX_CONNECTIONS,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=CLOSE_SECONDS,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]), name="web")
    try:
        while not server.started and not task.done():  # noqa: ASYNC110 - the library has a flag only
            await asyncio.sleep(0.005)
        chosen = listener.getsockname()[1]
        log.info("listening", port=chosen)
        yield chosen
    finally:
        # Who is cut off in the middle of a request has no answer, so Telegram repeats it: no error.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        server.should_exit = True
        await task
        listener.close()


def _listen(host: str, port: int) -> socket.socket:
    try:
        listener = socket.create_server((host, port), backlog=512)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortError(f"PORT {port} is in use by another program") from None
        raise PortError(f"PORT {port} can't be used: {error.strerror}") from None
    # Connections inherit it. asyncio sets it only where a socket names its protocol, and without it the end
    # of an answer waits 40 ms for the other side to acknowledge its beginning.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


class _Server(uvicorn.Server):
    """Leaves the process's signals to the bot, which has more to stop than this."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield
