"""Errors that the program raises itself.

BotError
    SettingsError       the environment is not usable; one line per problem
    AlreadyHandledError an update came again that was handled before
"""


class BotError(Exception):
    """The root of our own errors."""


class SettingsError(BotError):
    """The settings cannot be used; ``problems`` holds one plain sentence each, without secret values."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class AlreadyHandledError(BotError):
    """The update was handled before; nothing may be done for it again."""
