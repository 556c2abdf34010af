"""Serves an ASGI application on 127.0.0.1 inside the running loop."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from bot.sandbox.telegram.control import control_routes
from bot.sandbox.telegram.server import TelegramServer

HOST = "127.0.0.1"
SHUTDOWN_SECONDS = 1
# Longer than clients keep idle connections, so that none is closed under a request that is just being sent.
KEEP_ALIVE_SECONDS = 75


def telegram_app(server: TelegramServer) -> Starlette:
    """Return the Bot API at /telegram and the control interface at /control, and nothing else."""
    return Starlette(
        routes=[
            Mount("/telegram", routes=server.routes()),
            Mount("/control", routes=control_routes(server)),
        ]
    )


def listen(port: int = 0) -> socket.socket:
    """Return a socket whose connections send what there is at once: else answers wait 40 ms for their end.

    asyncio sees to that only where a socket names its protocol.
    """
    listener = socket.create_server((HOST, port))
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


@asynccontextmanager
async def serving(app: ASGIApp, port: int = 0) -> AsyncIterator[str]:
    """Serve until the block ends and give the base address; port 0 takes a free one.

    There is no access log: its lines would hold bots' tokens.
    """
    listener = listen(port)
    config = uvicorn.Config(
        app,
        access_log=False,
        log_level="warning",
        lifespan="off",
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    server = _QuietServer(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        while not server.started and not task.done():  # noqa: ASYNC110 - uvicorn has a flag only
            await asyncio.sleep(0.005)
        yield f"http://{HOST}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
        listener.close()


@asynccontextmanager
async def serving_telegram(server: TelegramServer, port: int = 0) -> AsyncIterator[str]:
    """Serve the Bot API and the control interface alone; the address plus /telegram is TELEGRAM_API_URL."""
    async with serving(telegram_app(server), port) as address:
        try:
            yield address
        finally:
            await server.close()


class _QuietServer(uvicorn.Server):
    """Leaves the process's signals to whoever runs it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield
