"""A command of private chats, as a module in ``handlers/commands/`` brings it along."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from telegram import Update

from bot.texts import Translator
from handlers.context import Context


@dataclass(frozen=True, slots=True)
class Command:
    """What somebody writes after the slash, and what answers it.

    ``describe`` says in Telegram's menu what it does; None where ``bot.chat.screens.menu`` does.
    """

    name: str
    handle: Callable[[Update, Context], Coroutine[Any, Any, None]]
    describe: Callable[[Translator], str] | None = None
