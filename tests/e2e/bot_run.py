"""The bot as an operator runs it: a process of its own, told everything through its environment."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

PLAIN = ("-m", "bot")
UNHURRIED = ("-m", "tests.e2e.unhurried_bot")
# Seconds: far more than the bot allows itself, for a machine with much to do.
PATIENCE = 40.0


class BotRun:
    """One process of the bot; its output goes to a file."""

    def __init__(
        self, environment: Mapping[str, str], log: Path, arguments: Sequence[str] = PLAIN, *, cwd: Path
    ) -> None:
        self.log = log
        self._environment = environment
        self._arguments = arguments
        self._cwd = cwd
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it; that it is ready is another matter."""
        with self.log.open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *self._arguments,
                env=dict(self._environment),
                cwd=self._cwd,
                # Never written to: it closes when the tests end, and what is on a leash ends with them.
                stdin=asyncio.subprocess.PIPE,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    @property
    def process(self) -> asyncio.subprocess.Process:
        assert self._process is not None, "the bot was never started"
        return self._process

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def exit_code(self) -> int | None:
        return self.process.returncode

    async def ended(self, seconds: float = PATIENCE) -> int:
        """Wait until it has ended by itself and return its exit code (-9 after kill -9)."""
        return await asyncio.wait_for(self.process.wait(), seconds)

    async def kill(self) -> None:
        """Do what kill -9 does."""
        if self.is_running:
            self._signal(signal.SIGKILL)
            await self.process.wait()

    async def terminate(self) -> int:
        """Send SIGTERM, wait until it has ended, and return the exit code."""
        self._signal(signal.SIGTERM)
        return await self.ended(PATIENCE)

    def _signal(self, number: signal.Signals) -> None:
        # It may be gone without our having heard of it.
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process.pid, number)

    def output(self) -> str:
        """Return everything it has written."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""
