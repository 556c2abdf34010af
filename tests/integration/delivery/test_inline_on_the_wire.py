"""What an inline query is answered with when Telegram does not know a picture any more."""

import asyncio

import pytest

from bot.chat.inline import Doorway, Inline, Offered
from bot.chat.outcomes import Sent
from bot.chat.screen import Screen
from tests.integration.delivery.wire import picture, wire

pytestmark = pytest.mark.network

DOORWAY = Doorway("Make a new picture", "inline")


async def answered(here, pictures):
    """Ask as a person does, and answer with these pictures, each a name and a file id."""
    queue = asyncio.create_task(updates(here))
    ask = await here.world.person_inline_query(here.person.id, "")
    query = await queue
    offered = [Offered(name, file_id, name, "caption") for name, file_id in pictures]
    await Inline(here.chat._bot).answer(query, offered, next_offset="7.1", doorway=DOORWAY)
    return await ask.answer(60)


async def updates(here):
    while True:
        for update in await here.chat._bot.get_updates(timeout=1):
            if update.inline_query:
                return update.inline_query.id


async def file_id(here):
    sent = await here.chat.show_photo(here.place, picture(), Screen("mine"))
    assert isinstance(sent, Sent)
    return sent.file_id


async def test_pictures_of_another_bot_make_way_for_the_newer_ones():
    async with wire() as here:
        mine = await file_id(here)
        answer = await answered(here, [("a", mine), ("b", mine), ("c", "theirs"), ("d", mine)])
        assert [one.id for one in answer.results] == ["a", "b"]
        assert answer.next_offset == "", "what follows is no better"


async def test_person_with_pictures_of_another_bot_alone_gets_the_way_to_new_ones():
    async with wire() as here:
        answer = await answered(here, [("a", "theirs"), ("b", "theirs")])
        assert list(answer.results) == []
        assert (answer.button_text, answer.start_parameter) == ("Make a new picture", "inline")


async def test_good_pictures_are_offered_in_one_call_with_the_next_page():
    async with wire() as here:
        mine = await file_id(here)
        answer = await answered(here, [("a", mine), ("b", mine)])
        assert ([one.id for one in answer.results], answer.next_offset) == (["a", "b"], "7.1")
        assert here.calls("answerInlineQuery") == 1
