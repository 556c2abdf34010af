"""The sandbox's own Telegram: people and bots in chats, all in memory, one event loop.

`World` gathers what people can do (`person_...`), what groups know (`add_group` ...) and what can be read
(`messages`, `chats_of`, `files`). The Bot API side and the chat page both stand on it. Everything happens in
one event loop; a call changes the world at once, so there is nothing to lock.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from time import time

from bot.sandbox.telegram.changes import Subscription
from bot.sandbox.telegram.groups import GroupActions
from bot.sandbox.telegram.payments import PaymentActions

STARS_TO_BEGIN_WITH = 1_000


class World(PaymentActions, GroupActions):
    """People, bots, chats and messages, and everything people do with them."""

    def subscribe(self) -> AbstractContextManager[Subscription]:
        """Watch changes: `with world.subscribe() as changes: async for change in changes: ...`."""
        return self.changes.subscribe()


def sandbox_world(
    *, state_dir: Path | None = None, now: Callable[[], float] = time, speed: float = 1.0
) -> World:
    """Return the world `make sandbox` begins with: three people, and a group with them and the bot."""
    world = World(state_dir=state_dir, now=now, speed=speed)
    alice = world.add_person(
        "Alice", last_name="Young", username="alice_sandbox", language_code="en", stars=STARS_TO_BEGIN_WITH
    )
    bruno = world.add_person(
        "Bruno", last_name="Vega", username="bruno_sandbox", language_code="es", stars=STARS_TO_BEGIN_WITH
    )
    chiara = world.add_person("Chiara", language_code="it", stars=STARS_TO_BEGIN_WITH)
    world.add_group("Shopping friends", [alice.id, bruno.id, chiara.id], is_forum=True)
    for person in (alice, bruno, chiara):
        world.private_chat(person.id)
    return world
