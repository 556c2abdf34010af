"""Opening a stage: for a test, or to measure on."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from bot.sandbox.app import assemble
from bot.sandbox.bot_process import bot_settings
from bot.sandbox.telegram.serving import serving
from bot.sandbox.telegram.world import World
from tests.e2e.stage import Stage

PROVIDERS = frozenset({"TRYITON", "FITROOM"})


@asynccontextmanager
async def open_stage(
    folder: Path, address: str, *, speed: float, keys: Collection[str] = ("TRYITON",)
) -> AsyncIterator[Stage]:
    """Start the servers for bots on the database at an address; at the end kill what still runs.

    People and Telegram live at their own pace; only the providers are hurried.
    """
    app = _Later()
    async with serving(app) as url:
        settings = {**bot_settings(url, speed), "DATABASE_URL": address}
        # No other is let in: a bot that outlived its tests may go on asking at what is now our port.
        world = World(state_dir=None, max_bots=1)
        world.connect_bot(int(settings["TELEGRAM_BOT_TOKEN"].partition(":")[0]))
        sandbox = assemble(public_url=url, state_dir=None, speed=speed, world=world)
        app.app = sandbox.app
        for provider in PROVIDERS.difference(keys):
            del settings[f"{provider}_API_KEY"]
        stage = Stage(sandbox, url, folder, settings)
        try:
            yield stage
        finally:
            for run in stage.runs:
                await run.kill()
            await sandbox.close()


class _Later:
    """An application that is known only after its address is."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)
