"""``python -m bot sandbox``: the servers on one port of 127.0.0.1, and the bot as a process beside them."""

import argparse
import asyncio
import errno
import fcntl
import logging
import math
import os
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing, contextmanager
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from bot.sandbox.app import Sandbox, assemble
from bot.sandbox.bot_process import BotProcess, bot_environment, bot_settings
from bot.sandbox.pictures.recognition import know_samples
from bot.sandbox.telegram.serving import listen
from bot.sandbox.telegram.world import operator_of

HOST = "127.0.0.1"
STATE = Path("data/sandbox")
FASTEST = 100.0
USAGE_ERROR = 2
SECONDS_TO_CLOSE = 1
FOREVER = 365 * 86_400.0


class CannotStartError(Exception):
    """The sandbox can't start here; the text says why and what to do."""


def run(arguments: Sequence[str]) -> int:
    """Run the sandbox until Ctrl-C, a signal, or the bot's end; return the exit code (2: could not start)."""
    given = _parser().parse_args(arguments)
    try:
        with _alone(), closing(_listen(given.port)) as listener:
            _wipe()
            return asyncio.run(_serve(listener, speed=given.speed, with_bot=not given.no_bot))
    except CannotStartError as problem:
        print(problem, file=sys.stderr)
        return USAGE_ERROR


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot sandbox")
    parser.add_argument("--port", type=_port, default=8000, help="0 takes a free one")
    parser.add_argument("--no-bot", action="store_true", help="start the servers only")
    parser.add_argument("--speed", type=_speed, default=1.0, help="shorten durations and windows alike")
    return parser


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:  # noqa: PLR2004 - what TCP has
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return port


def _speed(text: str) -> float:
    speed = float(text)
    if not math.isfinite(speed) or not 0 < speed <= FASTEST:
        raise argparse.ArgumentTypeError(f"the speed is a number above 0, at most {FASTEST:g}")
    return speed


@contextmanager
def _alone() -> Iterator[None]:
    """Keep a second sandbox from wiping the first one's state."""
    try:
        STATE.parent.mkdir(parents=True, exist_ok=True)
        lock = (STATE.parent / "sandbox.lock").open("w")
    except OSError as exc:
        raise CannotStartError(f"The sandbox can't write to {STATE.parent}/: {exc.strerror}.") from exc
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as exc:
            raise CannotStartError("Another sandbox is running in this folder. Stop it first.") from exc
        yield


def _wipe() -> None:
    """Begin anew: the bot's database and the sandbox's files belong together."""
    try:
        if STATE.exists():
            shutil.rmtree(STATE)
        STATE.mkdir()
    except OSError as exc:
        raise CannotStartError(f"The sandbox can't clear {STATE}/: {exc.strerror or exc}.") from exc


def _listen(port: int) -> socket.socket:
    try:
        return listen(port)
    except OSError as exc:
        if exc.errno != errno.EADDRINUSE:
            raise CannotStartError(f"The sandbox can't use port {port}: {exc.strerror}.") from exc
        raise CannotStartError(
            f"Port {port} is in use. Stop what uses it, or choose another: "
            f"python -m bot sandbox --port {port + 1 if port < 65535 else 8001}"  # noqa: PLR2004 - the last port
        ) from exc


async def _serve(listener: socket.socket, *, speed: float, with_bot: bool) -> int:
    url = f"http://{HOST}:{listener.getsockname()[1]}"
    sandbox = assemble(public_url=url, state_dir=STATE / "telegram", speed=speed)
    settings = {**bot_settings(url, speed), "ADMIN_IDS": str(operator_of(sandbox.telegram.world).id)}
    stop = asyncio.Event()
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(_hosting(sandbox.app, listener))
        stack.push_async_callback(sandbox.close)
        if not with_bot:
            stack.enter_context(_signals(stop, bot=None))
            _say_how_to_start_a_bot(url, settings)
            await stop.wait()
            return 0
        bot = BotProcess(bot_environment(settings, os.environ))
        stack.enter_context(_signals(stop, bot))
        await stack.enter_async_context(bot)
        # While the bot starts: it would not wait for a first look that takes as long as this.
        await asyncio.to_thread(know_samples)
        return await _watch(sandbox, bot, stop, url)


async def _watch(sandbox: Sandbox, bot: BotProcess, stop: asyncio.Event, url: str) -> int:
    """Announce the bot once it asks for updates; return the exit code when it or the user ends all this."""
    ended = asyncio.ensure_future(bot.wait())
    stopped = asyncio.ensure_future(stop.wait())
    ready = asyncio.ensure_future(sandbox.telegram.gate.wait_for_calls("getUpdates", seconds=FOREVER))
    tasks = {ended, stopped, ready}
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if ready.done() and not ended.done() and not stopped.done():
            _say(f"\n  The bot is ready: open {url}/ in a browser. Ctrl-C stops it.\n")
            await asyncio.wait({ended, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if not ended.done():
            return 0
        code = ended.result()
        _say(f"The bot ended by itself with exit code {code}, so the sandbox stops too.")
        return code
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def _hosting(app: ASGIApp, listener: socket.socket) -> AsyncIterator[None]:
    """Serve an application; no access log, its lines would hold the token."""
    config = uvicorn.Config(
        app,
        access_log=False,
        lifespan="off",
        log_level="warning",
        # Longer than clients keep an idle connection, so that none is closed just as a request is sent on it.
        timeout_keep_alive=75,
        timeout_graceful_shutdown=SECONDS_TO_CLOSE,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield
    finally:
        # Open pages keep a stream of changes open; that it is cut off now is no error.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        server.should_exit = True
        await task


class _Server(uvicorn.Server):
    """Leaves signals to the sandbox, which has a bot to stop first."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


@contextmanager
def _signals(stop: asyncio.Event, bot: BotProcess | None) -> Iterator[None]:
    """Let the first signal ask for an end and the next one hurry it; a closed terminal counts as a signal."""
    loop = asyncio.get_running_loop()

    def asked() -> None:
        if stop.is_set() and bot is not None:
            bot.hurry()
        stop.set()

    caught = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for number in caught:
        loop.add_signal_handler(number, asked)
    try:
        yield
    finally:
        for number in caught:
            loop.remove_signal_handler(number)


def _say_how_to_start_a_bot(url: str, settings: dict[str, str]) -> None:
    assignments = " \\\n    ".join(f"{name}={value}" for name, value in settings.items())
    _say(f"\n  The sandbox is ready at {url}/, without a bot. To start one:\n")
    _say(f"    {assignments} \\\n    python -m bot\n")


def _say(words: str) -> None:
    print(words, flush=True)
