"""Breaking off, holding and slowing down answers, below what a web framework offers."""

import asyncio

from starlette.types import Receive


async def break_off(receive: Receive) -> None:
    """Close the connection without an answer; raise ``TypeError`` under a server other than uvicorn."""
    # ASGI knows no way to hang up. Uvicorn's ``receive`` is a method of the object that holds the transport.
    transport = getattr(getattr(receive, "__self__", None), "transport", None)
    if not isinstance(transport, asyncio.Transport):
        raise TypeError("only uvicorn's connections can be broken off")
    transport.abort()
    # Uvicorn answers 500 for an application that returns while the connection still looks open.
    await until_gone(receive)


async def until_gone(receive: Receive) -> None:
    """Wait until the caller has gone away; its body must have been read before."""
    message = await receive()
    while message["type"] != "http.disconnect":
        message = await receive()


class Doorman:
    """Holds calls until they are let go or their callers go away."""

    def __init__(self) -> None:
        self._open = asyncio.Event()
        self.holding = 0

    async def hold(self, receive: Receive) -> bool:
        """Wait for the release; return False when the caller went away first."""
        released = asyncio.ensure_future(self._open.wait())
        gone = asyncio.ensure_future(until_gone(receive))
        self.holding += 1
        try:
            await asyncio.wait({released, gone}, return_when=asyncio.FIRST_COMPLETED)
            return released.done()
        finally:
            self.holding -= 1
            for task in (released, gone):
                task.cancel()
            await asyncio.gather(released, gone, return_exceptions=True)

    def release(self) -> None:
        """Let go of every call held now; later ones are held again."""
        self._open.set()
        self._open = asyncio.Event()
