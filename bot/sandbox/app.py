"""Puts the sandbox together: the page, the Bot API, the providers and the control interface on one port."""

from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount

from bot.sandbox.page.guard import LocalOnly
from bot.sandbox.page.routes import page_routes
from bot.sandbox.providers.clock import SystemClock
from bot.sandbox.providers.fitroom.control import control_routes as fitroom_control_routes
from bot.sandbox.providers.fitroom.routes import FitRoomHttp
from bot.sandbox.providers.fitroom.server import FitRoomServer
from bot.sandbox.providers.tryiton.control import control_routes as tryiton_control_routes
from bot.sandbox.providers.tryiton.routes import TryItOnHttp
from bot.sandbox.providers.tryiton.server import TryItOnServer
from bot.sandbox.telegram.control import control_routes as telegram_control_routes
from bot.sandbox.telegram.server import TelegramServer
from bot.sandbox.telegram.world import World, sandbox_world


@dataclass(frozen=True, slots=True)
class Sandbox:
    """The servers and the one application that speaks for all of them."""

    app: Starlette
    telegram: TelegramServer
    tryiton: TryItOnHttp
    fitroom: FitRoomHttp

    async def close(self) -> None:
        """Let everything go that is held, so that no call outlives the servers."""
        for provider in (self.tryiton, self.fitroom):
            provider.server.faults.clear()
            provider.door.release()
        await self.telegram.close()


def assemble(
    *, public_url: str, state_dir: Path | None, speed: float = 1.0, world: World | None = None
) -> Sandbox:
    """Build a sandbox that is reached at ``public_url``; ``state_dir`` None keeps files in memory.

    There must be no middleware around the whole application: faults that cut connections reach below it.
    """
    telegram = TelegramServer(world or sandbox_world(state_dir=state_dir, speed=speed))
    tryiton = TryItOnHttp(TryItOnServer(clock=SystemClock(), public_url=public_url, speed=speed))
    fitroom = FitRoomHttp(FitRoomServer(clock=SystemClock(), public_url=public_url, speed=speed))
    local = [Middleware(LocalOnly)]
    control = [
        *tryiton_control_routes(tryiton),
        *fitroom_control_routes(fitroom),
        *telegram_control_routes(telegram),
    ]
    app = Starlette(
        routes=[
            *page_routes(telegram.world),
            *tryiton.routes(),
            *fitroom.routes(),
            Mount("/telegram", routes=telegram.routes()),
            Mount("/control", routes=control, middleware=local),
        ]
    )
    return Sandbox(app, telegram, tryiton, fitroom)
