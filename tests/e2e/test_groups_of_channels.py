"""The discussion group of a channel: products are posted in the channel, and members answer in the group."""

import pytest

from tests.e2e.members import Member, has_a_look
from tests.e2e.person import AGREE, ASKS_PERSON, CARD, DONE, TRY_IT_ON, Person, picture

pytestmark = pytest.mark.network


@pytest.fixture
async def shop(stage, person):
    """A channel with a group, who owns them, and a member of the group; with what the post is there."""
    owner, bruno = person("Chiara"), person("Bruno")
    group = stage.world.add_group("Spring looks: the talk", [owner.id, bruno.id])
    channel = stage.world.add_channel("Spring looks", owner.id, readers=[bruno.id], group=group)
    stage.world.set_privacy_mode(stage.world.bot.id, on=True)

    async def posts(caption="New in"):
        await stage.world.person_sends_photos(owner.id, channel.id, [picture(1)], caption=caption)
        return stage.world.messages(group.id)[-1]

    return Member(stage, owner.account, group), Member(stage, bruno.account, group), channel, posts


async def test_a_member_answers_the_channels_post_and_gets_it_on_in_its_comments(stage, shop):
    _, bruno, channel, posts = shop
    await stage.start_bot()
    await has_a_look(stage, bruno)
    post = await posts()
    assert post.is_automatic_forward
    command = await bruno.says("/tryon", reply_to=post)

    card = await bruno.sees(CARD)

    assert (card.reply_to_id, card.thread_id, card.is_topic_message) == (command.id, post.id, False)
    await bruno.taps(TRY_IT_ON, card)
    result = await bruno.sees(DONE, photo=True)
    assert (result.reply_to_id, result.thread_id) == (post.id, post.id)
    await stage.quiet()
    assert [one for one in stage.world.messages(channel.id) if one.sender_id == stage.world.bot.id] == []
    assert stage.books.balance(bruno.id) == (1, 0)


async def test_somebody_new_shows_a_photo_privately_and_the_comments_go_on(stage, shop):
    _, bruno, _, posts = shop
    await stage.start_bot()
    post = await posts()
    await bruno.says("/tryon", reply_to=post)
    waiting = await bruno.sees("I need a photo of you first")
    [link] = [button.url for button in waiting.keyboard.buttons() if button.url]
    alone = Person(stage, bruno.account)
    await alone.starts(link.partition("?start=")[2])
    await alone.taps(AGREE, await alone.sees("Before the first photo"))
    await alone.sees(ASKS_PERSON)
    await alone.sends_photo(picture(2))
    await bruno.sees_that(lambda: CARD in bruno.now(waiting).text, "the card")
    await bruno.taps(TRY_IT_ON, waiting)
    result = await bruno.sees(DONE, photo=True)
    assert (result.reply_to_id, result.thread_id) == (post.id, post.id)


async def test_a_post_with_a_command_under_it_gets_no_answer_in_channel_or_group(stage, shop):
    owner, bruno, channel, posts = shop
    await stage.start_bot()
    await posts("New in! /tryon")
    await posts("/tryon")
    await bruno.says("/help")

    await bruno.sees("Try things on, right here")

    await stage.quiet()
    assert len(owner.from_bot) == 1
    assert [one for one in stage.world.messages(channel.id) if one.sender_id == stage.world.bot.id] == []
