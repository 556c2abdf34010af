"""The bot as the sandbox starts it: its own process, with ordinary settings and none of the operator's."""

import asyncio
import re
import secrets
import signal
import string
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

SECONDS_TO_STOP = 7.0
_LEASHED = Path(__file__).with_name("leashed.py")

# What a process needs to start at all. No setting is among them, so that a real token or key never gets here.
_KEPT = re.compile(
    r"PATH|HOME|USER|LANG|LANGUAGE|LC_\w+|TZ|TERM|COLORTERM|NO_COLOR|TMPDIR|TEMP|TMP|SYSTEMROOT"
    r"|VIRTUAL_ENV|PYTHON\w*|COVERAGE_\w+|COV_CORE_\w+"
)


def bot_settings(url: str, speed: float) -> dict[str, str]:
    """Return the settings that point a bot at a sandbox, its limits at the sandbox's speed."""
    letters = string.ascii_letters + string.digits
    token = f"{secrets.randbelow(8_000_000_000) + 1_000_000_000}:AA"
    return {
        "TELEGRAM_BOT_TOKEN": token + "".join(secrets.choice(letters) for _ in range(33)),
        "TELEGRAM_API_URL": f"{url}/telegram",
        "TRYITON_API_KEY": f"sandbox-{secrets.token_hex(8)}",
        "TRYITON_API_URL": f"{url}/tryiton/api/v1",
        "FITROOM_API_KEY": f"sandbox-{secrets.token_hex(8)}",
        "FITROOM_API_URL": f"{url}/fitroom",
        "RESULT_HOSTS": url.removeprefix("http://"),
        "DATABASE_URL": "sqlite:///data/sandbox/tryon.db",
        "TRYITON_SUBMITS_PER_MINUTE": str(max(1, round(20 * speed))),
        "TRYITON_STATUS_PER_MINUTE": str(max(1, round(300 * speed))),
        "TRYITON_SECONDS": _seconds((6, 9, 120), speed),
        "FITROOM_REQUESTS_PER_MINUTE": str(max(1, round(60 * speed))),
        "FITROOM_SECONDS": _seconds((8.8, 9, 120), speed),
        "FITROOM_HD_SECONDS": _seconds((28, 30, 240), speed),
        # An empty name: read no file, the operator's .env least of all.
        "TRYON_ENV_FILE": "",
    }


def _seconds(durations: Sequence[float], speed: float) -> str:
    """Return durations as the settings want them, with three decimals at most: "2.933:3:40"."""
    return ":".join(f"{max(0.001, round(seconds / speed, 3)):g}" for seconds in durations)


def bot_environment(settings: Mapping[str, str], environment: Mapping[str, str]) -> dict[str, str]:
    """Return the whole environment of the bot's process: the settings, and what every process needs."""
    kept = {name: value for name, value in environment.items() if _KEPT.fullmatch(name)}
    return {**kept, "PYTHONUNBUFFERED": "1", **settings}


class BotProcess:
    """A running bot; leaving the block stops it, gently first. Its output goes where the sandbox's goes.

    It never outlives the sandbox: when that is killed, the bot ends by itself.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._hurry = asyncio.Event()
        self._process: asyncio.subprocess.Process

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            str(_LEASHED),
            env=self._environment,
            # Never written to: it closes when this process ends, and the bot ends with it.
            stdin=asyncio.subprocess.PIPE,
            # Ctrl-C in a terminal reaches every process of its group: the bot is to hear it once, from us.
            start_new_session=True,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.returncode is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        ended = asyncio.ensure_future(self._process.wait())
        hurry = asyncio.ensure_future(self._hurry.wait())
        await asyncio.wait({ended, hurry}, timeout=SECONDS_TO_STOP, return_when=asyncio.FIRST_COMPLETED)
        hurry.cancel()
        if self._process.returncode is None and not ended.done():
            self._process.kill()
        await ended

    def hurry(self) -> None:
        """Stop waiting for a gentle end."""
        self._hurry.set()

    async def wait(self) -> int:
        """Wait for its end; return the exit code as a shell tells it (128 + n for signal n)."""
        code = await self._process.wait()
        return code if code >= 0 else 128 - code
