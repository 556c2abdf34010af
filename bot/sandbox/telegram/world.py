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
from bot.sandbox.telegram.model import ChatKind, Person, Status
from bot.sandbox.telegram.payments import PaymentActions
from bot.sandbox.telegram.topics import TopicActions

STARS_TO_BEGIN_WITH = 1_000
# Who runs the bot, the shop and its channel.
OPERATOR = "Chiara"


class World(PaymentActions, TopicActions):
    """People, bots, chats and messages, and everything people do with them."""

    def subscribe(self) -> AbstractContextManager[Subscription]:
        """Watch changes: `with world.subscribe() as changes: async for change in changes: ...`."""
        return self.changes.subscribe()


def operator_of(world: World) -> Person:
    """Return who runs the bot in the world `make sandbox` begins with."""
    return next(person for person in world.people.values() if person.first_name == OPERATOR)


def sandbox_world(
    *, state_dir: Path | None = None, now: Callable[[], float] = time, speed: float = 1.0
) -> World:
    """Return the world `make sandbox` begins with: people of several languages, and every kind of chat."""
    world = World(state_dir=state_dir, now=now, speed=speed)
    alice = world.add_person(
        "Alice", last_name="Young", username="alice_sandbox", language_code="en", stars=STARS_TO_BEGIN_WITH
    )
    bruno = world.add_person(
        "Bruno", last_name="Vega", username="bruno_sandbox", language_code="es", stars=STARS_TO_BEGIN_WITH
    )
    chiara = world.add_person(OPERATOR, language_code="it", stars=STARS_TO_BEGIN_WITH)
    darya = world.add_person("Дарья", username="darya_sandbox", language_code="ru", stars=STARS_TO_BEGIN_WITH)
    noor = world.add_person("نور", username="noor_sandbox", language_code="ar", stars=STARS_TO_BEGIN_WITH)
    people = (alice, bruno, chiara, darya, noor)
    everybody = [person.id for person in people]
    friends = world.add_group("Shopping friends", everybody, is_forum=True, with_bot=False)
    for name in ("Outfits", "Hair"):
        world.open_topic(alice.id, friends, name)
    # The bot came later, so it never hears of how the topics were opened.
    friends.members[world.bot.id] = Status.MEMBER
    world.add_group("Weekend plans", [bruno.id, alice.id, noor.id], kind=ChatKind.GROUP)
    talk = world.add_group("Spring looks: the talk", [chiara.id, alice.id, darya.id], username="spring_talk")
    world.add_channel(
        "Spring looks", chiara.id, readers=[alice.id, noor.id], username="spring_looks", group=talk
    )
    for person in people:
        world.private_chat(person.id)
    return world
