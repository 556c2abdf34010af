"""Who is speaking, where, and through which update: the first argument of every use case."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UpdateRef:
    """The identity of one incoming update."""

    bot_id: int
    update_id: int


@dataclass(frozen=True, slots=True)
class Visit:
    """One person's one action; ``telegram_language`` is the client's IETF tag, if Telegram sent one.

    ``name`` is what a group calls the person; None in their private chat.
    """

    user_id: int
    chat_id: int
    thread_id: int | None
    message_id: int | None
    telegram_language: str | None
    update: UpdateRef
    name: str | None = None

    @property
    def is_private(self) -> bool:
        """Return whether this happens in the person's private chat with the bot."""
        return self.chat_id == self.user_id
