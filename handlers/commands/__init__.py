"""The commands of private chats that need no more than one file: each module here brings its ``COMMANDS``.

A module that is added is found by itself, in the registry, in Telegram's menu and by ``make texts``. No two
commands fit the same message, so that their order means nothing.
"""

from importlib import import_module
from pkgutil import iter_modules

from bot.texts import Translator
from handlers.command import Command

__all__ = ["COMMANDS", "descriptions", "found"]


def found() -> tuple[Command, ...]:
    """Return the commands of every module here."""
    names = sorted(module.name for module in iter_modules(__path__))
    return tuple(one for name in names for one in import_module(f"{__name__}.{name}").COMMANDS)


COMMANDS: tuple[Command, ...] = found()


def descriptions(t: Translator) -> dict[str, str]:
    """Return what the menu says of those that describe themselves."""
    return {one.name: one.describe(t) for one in COMMANDS if one.describe is not None}
