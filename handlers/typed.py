"""What people write that is no command: the first listener that waits for words takes them.

What is waited for is stored, in the draft or beside it, so words mean the same after a restart.
"""

from collections.abc import Awaitable, Callable

from bot.texts import Translator
from bot.visit import Visit
from handlers import hair, looks, tattoos
from handlers.context import Services

# Returns whether the words were for it.
Listener = Callable[[Services, Visit, Translator, str], Awaitable[bool]]

# The first that takes the words has them.
LISTENERS: tuple[Listener, ...] = (looks.name, hair.said, tattoos.words)


async def heard(services: Services, visit: Visit, t: Translator, words: str) -> bool:
    """Hand words to whoever waits for them; False when nobody does."""
    for listener in LISTENERS:
        if await listener(services, visit, t, words):
            return True
    return False
