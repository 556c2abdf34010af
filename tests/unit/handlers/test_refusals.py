"""What is wrong with all parts of an album is said once, and said at all."""

from types import SimpleNamespace

import pytest

from bot.chat.outcomes import MaybeSent, Sent, TryLater
from bot.chat.screen import Screen
from bot.clock import SystemClock
from bot.tryon.doubles import Doubles
from bot.visit import UpdateRef, Visit
from handlers.refusals import refuse

ALICE = Visit(5, 5, None, 1, "en", UpdateRef(7, 1), "Ann")
SENT = Sent(2)


class Chat:
    def __init__(self, *outcomes):
        self.outcomes = list(outcomes)
        self.said = 0

    async def say(self, place, screen):
        self.said += 1
        return self.outcomes.pop(0)


async def answers_to(chat, *albums):
    services = SimpleNamespace(chat=chat, doubles=Doubles(SystemClock()))
    for album in albums:
        await refuse(services, ALICE, SimpleNamespace(media_group_id=album), Screen("No picture"))
    return chat.said


@pytest.mark.parametrize("outcome", [SENT, MaybeSent()])
async def test_the_parts_of_an_album_hear_it_once(outcome):
    assert await answers_to(Chat(outcome), "1", "1", "1") == 1


async def test_what_could_not_be_said_to_one_part_is_said_to_the_next():
    assert await answers_to(Chat(TryLater(1.0), SENT), "1", "1", "1") == 2


async def test_messages_alone_and_other_albums_hear_it_each():
    assert await answers_to(Chat(*[SENT] * 4), None, None, "1", "2") == 4
