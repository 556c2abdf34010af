"""The handlers as the dispatcher sees them: one update in, an exception out when it could not be handled."""

from typing import Any

from telegram import Update
from telegram.ext import Application

from handlers import faults
from handlers.context import FAILURES, Context


class Reception:
    """Hands raw updates to python-telegram-bot's handlers."""

    def __init__(self, application: Application[Any, Context, Any, Any, Any, Any]) -> None:
        self._application = application

    async def handle(self, update: dict[str, Any]) -> None:
        """Handle one update; raise what a handler raised, so that it is tried again."""
        failures: list[BaseException] = []
        token = FAILURES.set(failures)
        try:
            await self._application.process_update(self._read(update))
        finally:
            FAILURES.reset(token)
        if failures:
            raise failures[0]

    async def apologise(self, update: dict[str, Any]) -> None:
        """Tell the person that their update could not be handled."""
        read = self._read(update)
        await faults.apologise(read, Context.from_update(read, self._application))

    async def quiet_tap(self, query_id: str) -> None:
        """Answer a tap with nothing, unless it was answered."""
        await self._application.bot_data["services"].chat.answer_tap(query_id)

    def _read(self, update: dict[str, Any]) -> Update:
        return Update.de_json(update, self._application.bot)
