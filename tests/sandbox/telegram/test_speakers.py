"""Chats that speak: channels, their groups, and administrators who stay anonymous; as bots see them."""

import pytest
from telegram import Update
from telegram.error import BadRequest

from bot.sandbox.telegram.model import ChatKind, Status
from bot.sandbox.telegram.state import NotPossibleError

pytestmark = pytest.mark.network

ANONYMOUS = 1087968824
CHANNEL_BOT = 136817688
TELEGRAM = 777000


@pytest.fixture
def channel(world, ann, ben, group):
    return world.add_channel("Spring looks", ann.id, readers=[ben.id], group=group)


def heard(world):
    updates = [Update.de_json(one.as_json()) for one in world.bot.queue.peek()]
    world.bot.queue.clear()
    return updates


async def test_channel_post_has_a_chat_for_a_sender_and_nobody_else(world, ann, channel, picture):
    await world.person_sends_photos(ann.id, channel, [picture()], caption="New: /tryon")
    post = heard(world)[0].channel_post
    assert (post.from_user, post.sender_chat.id, post.chat.type) == (None, channel.id, "channel")
    assert post.caption == "New: /tryon"


async def test_edited_channel_post_is_told_as_such(world, ann, channel):
    said = await world.person_sends_text(ann.id, channel, "one")
    await world.person_edits(ann.id, channel, said.id, "two")
    assert [one.edited_channel_post.text for one in heard(world) if one.edited_channel_post] == ["two"]


async def test_only_administrators_write_in_a_channel(world, ben, channel):
    with pytest.raises(NotPossibleError, match="only administrators"):
        await world.person_sends_text(ben.id, channel, "Hi")


async def test_channel_post_appears_in_its_group_as_telegrams_forward(world, ann, channel, group, picture):
    world.set_privacy_mode(world.bot.id, on=False)
    [post] = await world.person_sends_photos(ann.id, channel, [picture()])
    shown = heard(world)[1].message
    assert (shown.chat.id, shown.from_user.id, shown.sender_chat.id) == (group.id, TELEGRAM, channel.id)
    assert shown.is_automatic_forward
    assert (shown.forward_origin.chat.id, shown.forward_origin.message_id) == (channel.id, post.id)
    assert shown.photo


async def test_reply_to_a_channels_photo_carries_the_photo_through_privacy_mode(
    world, ann, ben, channel, group, picture
):
    await world.person_sends_photos(ann.id, channel, [picture()])
    shown = world.messages(group)[-1]
    heard(world)
    await world.person_sends_text(ben.id, group, "/tryon", reply_to=shown.id)
    [update] = heard(world)
    answered = update.message.reply_to_message
    assert (update.message.from_user.id, answered.sender_chat.id) == (ben.id, channel.id)
    assert answered.photo[-1].file_id == shown.photo.largest.file_id


async def test_forwarded_channel_post_names_channel_and_post(world, ann, ben, channel):
    post = await world.person_sends_text(ann.id, channel, "Look")
    await world.person_starts(ben.id)
    heard(world)
    await world.person_forwards(ben.id, channel, [post.id], ben.id)
    origin = heard(world)[0].message.forward_origin
    assert (origin.type, origin.chat.id, origin.message_id) == ("channel", channel.id, post.id)


async def test_anonymous_administrator_speaks_as_the_group(world, ann, group, picture):
    world.set_anonymous(group, ann.id, on=True)
    [photo] = await world.person_sends_photos(ann.id, group, [picture()], caption="/tryon")
    said = heard(world)[0].message
    assert (said.from_user.id, said.from_user.username) == (ANONYMOUS, "GroupAnonymousBot")
    assert (said.sender_chat.id, said.caption) == (group.id, "/tryon")
    await world.person_forwards(ann.id, group, [photo.id], ann.id)
    origin = heard(world)[0].message.forward_origin
    assert (origin.type, origin.sender_chat.id) == ("chat", group.id)


async def test_nobody_is_anonymous_in_a_basic_group(world, ann):
    small = world.add_group("Small", [ann.id], kind=ChatKind.GROUP)
    with pytest.raises(NotPossibleError, match="supergroups"):
        world.set_anonymous(small, ann.id, on=True)


async def test_channel_speaks_in_a_group_through_the_channel_bot(world, ann, ben, channel, group):
    with pytest.raises(NotPossibleError, match="of their own"):
        world.set_speaking_channel(group, ben.id, channel)
    world.set_speaking_channel(group, ann.id, channel)
    await world.person_sends_text(ann.id, group, "/tryon")
    said = heard(world)[0].message
    assert (said.from_user.id, said.sender_chat.id) == (CHANNEL_BOT, channel.id)
    assert not said.is_automatic_forward
    world.set_speaking_channel(group, ann.id, None)
    await world.person_sends_text(ann.id, group, "/tryon")
    assert heard(world)[0].message.from_user.id == ann.id


async def test_anonymous_administrator_taps_under_the_own_name(bot, world, ann, group, server):
    world.set_anonymous(group, ann.id, on=True)
    markup = {"inline_keyboard": [[{"text": "a", "callback_data": "a"}]]}
    sent = await bot.send_message(group.id, "Tap", reply_markup=markup)
    await world.person_taps_button(ann.id, group, sent.message_id)
    assert heard(world)[0].callback_query.from_user.id == ann.id


async def test_only_administrators_stay_anonymous_and_only_while_they_are(bot, world, ann, ben, group):
    with pytest.raises(NotPossibleError, match="only administrators"):
        world.set_anonymous(group, ben.id, on=True)
    await world.person_promotes(ann.id, group, ben.id, Status.ADMINISTRATOR)
    world.set_anonymous(group, ben.id, on=True)
    assert (await bot.get_chat_member(group.id, ben.id)).is_anonymous
    await world.person_promotes(ann.id, group, ben.id, Status.MEMBER)
    heard(world)
    await world.person_sends_text(ben.id, group, "/tryon")
    assert heard(world)[0].message.from_user.id == ben.id


async def test_bot_posts_in_a_channel_only_as_administrator(bot, world, ann, channel):
    sent = await bot.send_message(channel.id, "Hello")
    assert (sent.from_user, sent.sender_chat.id) == (None, channel.id)
    await world.person_promotes(ann.id, channel, world.bot.id, Status.MEMBER)
    with pytest.raises(BadRequest, match="administrator rights in the channel"):
        await bot.send_message(channel.id, "Hello")


async def test_command_for_another_bot_under_a_photo_stays_out_in_privacy_mode(world, ann, group, picture):
    name = world.bot.username
    await world.person_sends_photos(ann.id, group, [picture()], caption="/tryon@other_bot")
    await world.person_sends_photos(ann.id, group, [picture()], caption="Nice")
    await world.person_sends_photos(ann.id, group, [picture()], caption=f"/tryon@{name}")
    assert [one.message.caption for one in heard(world)] == [f"/tryon@{name}"]


async def test_lost_rights_are_named(bot, world, ann, group):
    world.set_group_rights(group, photos=False)
    with pytest.raises(BadRequest, match="rights to send photos to the chat"):
        await bot.send_photo(group.id, b"\x89PNG")
    await world.person_promotes(ann.id, group, world.bot.id, Status.ADMINISTRATOR)
    with pytest.raises(BadRequest, match=r"(?i)image_process_failed"):
        await bot.send_photo(group.id, b"\x89PNG")
