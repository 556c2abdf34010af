"""A bot as Telegram's servers know it: name, commands, privacy, waiting updates, webhook, Stars."""

import random
from dataclasses import dataclass, field

from bot.sandbox.telegram.queues import UpdateQueue


@dataclass(frozen=True, slots=True)
class Command:
    """An entry of a bot's command menu."""

    command: str
    description: str


@dataclass(frozen=True, slots=True)
class MenuButton:
    """The button beside the text field: default, commands or web_app."""

    type: str = "default"
    text: str | None = None
    web_app_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Where updates are posted to."""

    url: str
    secret: str | None = None
    max_connections: int = 40
    ip_address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StarTransaction:
    """Stars that came to a bot or left it."""

    id: str
    date: int
    person_id: int
    amount: int
    payload: str
    incoming: bool


@dataclass(slots=True, kw_only=True)
class BotAccount:
    """One bot; texts and commands are kept per language code, "" being the default."""

    id: int
    first_name: str
    username: str
    queue: UpdateQueue
    privacy_mode: bool = True
    can_join_groups: bool = True
    inline_enabled: bool = True
    inline_feedback: bool = False
    connected: bool = False
    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    commands: dict[tuple[str, str], tuple[Command, ...]] = field(default_factory=dict)
    menu_buttons: dict[int, MenuButton] = field(default_factory=dict)
    webhook: Webhook | None = None
    webhook_error: tuple[int, str] | None = None
    stars: int = 0
    transactions: list[StarTransaction] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Return the name people see by default."""
        return self.names.get("", self.first_name)


def new_bot(bot_id: int, rng: random.Random) -> BotAccount:
    """Return a bot as BotFather would leave it."""
    return BotAccount(
        id=bot_id, first_name="Try-On (sandbox)", username="tryon_sandbox_bot", queue=UpdateQueue(rng)
    )
