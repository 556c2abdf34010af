"""A server on 127.0.0.1 that does to a connection exactly what a test says."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest


class Connection:
    """One accepted connection; a script reads and writes on it as it likes."""

    def __init__(
        self, server: "RawServer", reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._server = server
        self._reader = reader
        self._writer = writer

    async def read_head(self) -> bytes:
        """Read the request's head; raises IncompleteReadError when the client is gone."""
        head = await self._reader.readuntil(b"\r\n\r\n")
        self._server.heads.append(head)
        self._server.asked.set()
        return head

    async def read_request(self) -> bytes:
        """Read a whole request and return its body."""
        head = await self.read_head()
        length = 0
        for line in head.split(b"\r\n"):
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        body = await self._reader.readexactly(length)
        self._server.bodies.append(body)
        return body

    async def write(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def answer(self, status: str, body: bytes = b"", *headers: bytes) -> None:
        lines = [f"HTTP/1.1 {status}".encode(), b"Content-Length: %d" % len(body), *headers, b"", body]
        await self.write(b"\r\n".join(lines))

    async def until_client_is_gone(self) -> None:
        await self._reader.read()
        self._server.client_left.set()


class RawServer:
    """Counts what arrives; ``url`` is its base address."""

    def __init__(self, script: Callable[[Connection], Awaitable[None]]) -> None:
        self.url = ""
        self.connections = 0
        self.heads: list[bytes] = []
        self.bodies: list[bytes] = []
        self.asked = asyncio.Event()
        self.client_left = asyncio.Event()
        self._script = script
        self._tasks: set[asyncio.Task[None]] = set()
        self._listener: asyncio.Server | None = None

    @property
    def methods(self) -> list[bytes]:
        return [head.split(b" ")[0] for head in self.heads]

    @property
    def paths(self) -> list[str]:
        return [head.split(b" ")[1].decode() for head in self.heads]

    async def start(self) -> None:
        self._listener = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._listener.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        if self._listener is not None:
            self._listener.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._tasks.add(task)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._script(Connection(self, reader, writer))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client left first, which some tests want
        finally:
            writer.close()
            await asyncio.gather(writer.wait_closed(), return_exceptions=True)


@pytest.fixture
async def serve() -> AsyncIterator[Callable[[Callable[[Connection], Awaitable[None]]], Awaitable[RawServer]]]:
    """Start servers that are stopped at the end."""
    servers: list[RawServer] = []

    async def start(script: Callable[[Connection], Awaitable[None]]) -> RawServer:
        server = RawServer(script)
        await server.start()
        servers.append(server)
        return server

    yield start
    for server in servers:
        await server.stop()
