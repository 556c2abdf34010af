"""An answer that a tap can't carry is said in the chat."""

from types import SimpleNamespace

import pytest

from bot.chat.codes import Code, Verb
from bot.chat.outcomes import MessageRef
from bot.visit import UpdateRef, Visit
from handlers.taps import Tap


class Chat:
    def __init__(self, *, seen):
        self.seen = seen
        self.said = []

    async def answer_tap(self, query_id, text=None, *, alert=False):
        return self.seen

    async def say(self, place, screen):
        self.said.append((place.chat_id, screen.text))


def tap(chat):
    return Tap(
        SimpleNamespace(chat=chat),
        Visit(5, 5, None, 1, "en", UpdateRef(7, 1)),
        None,
        SimpleNamespace(id="q"),
        Code(Verb.GO),
        MessageRef(5, 1),
    )


async def test_alert_that_came_too_late_is_said():
    chat = Chat(seen=False)
    await tap(chat).answer("2 < 3 credits", alert=True)
    assert chat.said == [(5, "2 &lt; 3 credits")]


@pytest.mark.parametrize(
    ("seen", "text", "alert"), [(True, "read me", True), (False, "by the way", False), (False, None, False)]
)
async def test_nothing_is_said_twice_or_in_passing(seen, text, alert):
    chat = Chat(seen=seen)
    await tap(chat).answer(text, alert=alert)
    assert chat.said == []
