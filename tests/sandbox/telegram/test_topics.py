"""Topics that are closed and deleted, as people and bots meet them."""

import pytest
from telegram import Update
from telegram.error import BadRequest

from bot.sandbox.telegram.model import Status
from bot.sandbox.telegram.state import NotPossibleError

pytestmark = pytest.mark.network


@pytest.fixture
def forum(world, ann, ben):
    return world.add_group("Forum", [ann.id, ben.id], is_forum=True)


@pytest.fixture
async def topic(world, ann, forum):
    return await world.person_opens_topic(ann.id, forum, "Coats")


async def test_in_a_closed_topic_only_administrators_write(bot, world, ann, ben, forum, topic):
    card = await bot.send_message(forum.id, "Ready?", message_thread_id=topic.id)
    await world.person_closes_topic(ann.id, forum, topic.id)
    with pytest.raises(BadRequest, match=r"(?i)TOPIC_CLOSED"):
        await bot.send_message(forum.id, "x", message_thread_id=topic.id)
    with pytest.raises(NotPossibleError, match="closed"):
        await world.person_sends_text(ben.id, forum, "x", thread_id=topic.id)
    assert await world.person_sends_text(ann.id, forum, "x", thread_id=topic.id)
    assert await bot.edit_message_text("Done", forum.id, card.message_id)
    assert await bot.send_message(forum.id, "elsewhere")
    await world.person_promotes(ann.id, forum, bot.id, Status.ADMINISTRATOR)
    assert await bot.send_message(forum.id, "x", message_thread_id=topic.id)


async def test_a_topic_that_is_open_again_takes_messages(bot, world, ann, ben, forum, topic):
    await world.person_closes_topic(ann.id, forum, topic.id)
    await world.person_reopens_topic(ann.id, forum, topic.id)
    assert await bot.send_message(forum.id, "x", message_thread_id=topic.id)
    assert await world.person_sends_text(ben.id, forum, "x", thread_id=topic.id)
    told = [Update.de_json(one.as_json()).message for one in world.bot.queue.peek()]
    assert [one.message_thread_id for one in told if one.forum_topic_closed is not None] == [topic.id]
    assert [one.message_thread_id for one in told if one.forum_topic_reopened is not None] == [topic.id]


async def test_a_deleted_topic_is_gone_with_its_messages_and_bots_hear_nothing(bot, world, ann, forum, topic):
    card = await bot.send_message(forum.id, "Ready?", message_thread_id=topic.id)
    kept = await bot.send_message(forum.id, "in General")
    world.bot.queue.clear()
    await world.person_deletes_topic(ann.id, forum, topic.id)
    assert list(world.bot.queue.peek()) == []
    assert [one.id for one in world.messages(forum)] == [kept.message_id]
    with pytest.raises(BadRequest, match=r"(?i)message thread not found"):
        await bot.send_message(forum.id, "x", message_thread_id=topic.id)
    with pytest.raises(BadRequest, match=r"(?i)message to edit not found"):
        await bot.edit_message_text("Done", forum.id, card.message_id)


@pytest.mark.parametrize("what", ["closes", "reopens", "deletes"])
async def test_only_administrators_run_topics(world, ben, forum, topic, what):
    with pytest.raises(NotPossibleError, match="administrators"):
        await getattr(world, f"person_{what}_topic")(ben.id, forum, topic.id)


async def test_what_is_no_topic_is_not_closed(world, ann, forum):
    with pytest.raises(NotPossibleError, match="no topic"):
        await world.person_closes_topic(ann.id, forum, 4711)
