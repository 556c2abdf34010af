"""People in the sandbox's world, and what bots hear of them."""

import asyncio
import random

import pytest
from telegram import Update

from bot.sandbox.telegram.attachments import KINDS
from bot.sandbox.telegram.changes import MAX_WAITING_CHANGES, ChatChanged, FellBehindError, MessageAdded
from bot.sandbox.telegram.files import FileStore
from bot.sandbox.telegram.model import ChatKind, Message, Status, Upload
from bot.sandbox.telegram.pictures import PictureRefusedError, render_photo
from bot.sandbox.telegram.queues import UpdateQueue
from bot.sandbox.telegram.state import NotPossibleError
from bot.sandbox.telegram.world import World, sandbox_world


def heard(world):
    updates = [one.as_json() for one in world.bot.queue.peek()]
    world.bot.queue.clear()
    return updates


def heard_texts(world):
    return [one["message"].get("text") for one in heard(world) if "message" in one]


async def test_sandbox_begins_with_five_languages_and_every_kind_of_chat():
    world = sandbox_world()
    assert [one.language_code for one in world.people.values()] == ["en", "es", "it", "ru", "ar"]
    kinds = [(chat.kind.value, chat.is_forum, len(chat.topics)) for chat in world.groups.values()]
    assert kinds == [
        ("supergroup", True, 2),
        ("group", False, 0),
        ("supergroup", False, 0),
        ("channel", False, 0),
    ]
    assert all(chat.has_member(world.bot.id) for chat in world.groups.values())
    assert {*world.people, world.bot.id} == set(next(iter(world.groups.values())).members)
    assert heard(world) == []


async def test_album_shares_its_group_and_the_caption_is_on_the_first(world, ann, picture):
    sent = await world.person_sends_photos(
        ann.id, ann.id, [picture(), picture(color="red")], caption="me + coat"
    )
    first, second = [one["message"] for one in heard(world)]
    assert first["media_group_id"] == second["media_group_id"]
    assert (first["caption"], "caption" in second) == ("me + coat", False)
    assert first["photo"][0]["file_unique_id"] != second["photo"][0]["file_unique_id"]
    [late] = await world.person_sends_photos(ann.id, ann.id, [picture()], album_id=sent[0].media_group_id)
    assert heard(world)[0]["message"]["media_group_id"] == late.media_group_id == sent[0].media_group_id


async def test_single_photo_is_no_album_and_two_albums_differ(world, ann, picture):
    [alone] = await world.person_sends_photos(ann.id, ann.id, [picture()])
    one = await world.person_sends_photos(ann.id, ann.id, [picture(), picture()])
    two = await world.person_sends_documents(
        ann.id, ann.id, [Upload("a", b"1"), Upload("b", b"2")], caption="c"
    )
    assert alone.media_group_id is None
    assert one[0].media_group_id != two[0].media_group_id
    assert [message.text for message in two] == [None, "c"]


async def test_phones_shrink_photos_and_hd_keeps_more(world, ann, picture):
    big = picture(4000, 3000)
    [normal] = await world.person_sends_photos(ann.id, ann.id, [big])
    [hd] = await world.person_sends_photos(ann.id, ann.id, [big], hd=True)
    assert (normal.photo.largest.width, normal.photo.largest.height) == (1280, 960)
    assert (hd.photo.largest.width, hd.photo.largest.height) == (2560, 1920)
    with pytest.raises(PictureRefusedError):
        await world.person_sends_photos(ann.id, ann.id, [b"no picture"])


async def test_same_bytes_have_the_same_ids(world, ann, ben, picture):
    [mine] = await world.person_sends_photos(ann.id, ann.id, [picture()])
    [yours] = await world.person_sends_photos(ben.id, ben.id, [picture()])
    assert mine.photo == yours.photo


async def test_forwards_name_their_origin(world, ann, ben, picture):
    album = await world.person_sends_photos(ann.id, ann.id, [picture(), picture(color="red")])
    heard(world)
    ids = [one.id for one in album]
    await world.person_forwards(ann.id, ann.id, ids, ann.id)
    await world.person_forwards(ann.id, ann.id, ids[:1], ann.id, hide_sender=True)
    one, two, hidden = [update["message"] for update in heard(world)]
    assert one["forward_origin"]["sender_user"]["id"] == ann.id
    assert one["media_group_id"] == two["media_group_id"] != album[0].media_group_id
    assert hidden["forward_origin"] == {
        "type": "hidden_user",
        "sender_user_name": "Ann",
        "date": album[0].date,
    }
    assert "media_group_id" not in hidden


async def test_edits_are_told_and_deletions_are_not(world, ann):
    said = await world.person_sends_text(ann.id, ann.id, "one")
    await world.person_edits(ann.id, ann.id, said.id, "two")
    await world.person_deletes(ann.id, ann.id, [said.id])
    assert [list(update)[1] for update in heard(world)] == ["message", "edited_message"]
    assert world.messages(ann.id) == []


@pytest.mark.parametrize(
    ("text", "reaches"),
    [
        ("just talking", False),
        ("hello @{name}", False),
        ("/try", True),
        ("/try@{name} now", True),
        ("/try@other_bot", False),
        ("first words /try", False),
    ],
)
async def test_privacy_mode_in_groups(world, ann, group, text, reaches):
    await world.person_sends_text(ann.id, group, text.format(name=world.bot.username))
    assert (len(heard(world)) == 1) is reaches


async def test_replies_to_the_bot_pass_privacy_mode(world, ann, ben, group):
    command = await world.person_sends_text(ann.id, group, "/try")
    chat = await world.person_sends_text(ann.id, group, "by the way")
    by_bot = world.add_message(group, _as_bot(world, group))
    heard(world)
    await world.person_sends_text(ben.id, group, "to the bot", reply_to=by_bot.id)
    await world.person_sends_text(ben.id, group, "to the command", reply_to=command.id)
    await world.person_sends_text(ben.id, group, "to Ann", reply_to=chat.id)
    assert heard_texts(world) == ["to the bot", "to the command"]


async def test_without_privacy_or_as_administrator_the_bot_reads_all(world, ann, group):
    world.set_privacy_mode(world.bot.id, on=False)
    await world.person_sends_text(ann.id, group, "a")
    assert heard_texts(world) == ["a"]
    world.set_privacy_mode(world.bot.id, on=True)
    await world.person_promotes(ann.id, group, world.bot.id, Status.ADMINISTRATOR)
    await world.person_sends_text(ann.id, group, "b")
    assert heard_texts(world) == ["b"]


def test_a_world_for_one_bot_lets_no_other_in():
    world = World(max_bots=1)
    own = world.connect_bot(999)
    with pytest.raises(NotPossibleError, match="already"):
        world.connect_bot(1000)
    assert (world.bot, world.connect_bot(999)) == (own, own)


async def test_command_without_a_name_is_for_the_bot_that_spoke_last(world, ann, group):
    world.connect_bot(999)
    other = world.connect_bot(1000)
    await world.person_adds_to_group(ann.id, group, other.id)
    group.last_speaking_bot_id = other.id
    heard(world)
    await world.person_sends_text(ann.id, group, "/go")
    assert heard(world) == []
    assert other.queue.peek()[-1].payload["text"] == "/go"


async def test_blocking_adding_and_removing_are_told(world, ann, group):
    await world.person_starts(ann.id)
    await world.person_blocks(ann.id)
    await world.person_unblocks(ann.id)
    await world.person_removes_from_group(ann.id, group, world.bot.id)
    await world.person_adds_to_group(ann.id, group, world.bot.id)
    told = [one["my_chat_member"] for one in heard(world) if "my_chat_member" in one]
    steps = [(one["old_chat_member"]["status"], one["new_chat_member"]["status"]) for one in told]
    assert steps == [("member", "kicked"), ("kicked", "member"), ("member", "kicked"), ("kicked", "member")]


async def test_bot_hears_nothing_from_groups_it_left(world, ann, group):
    await world.person_removes_from_group(ann.id, group, world.bot.id)
    heard(world)
    await world.person_sends_text(ann.id, group, "/try")
    assert heard(world) == []


async def test_migration_tells_both_ids(world, ann):
    small = world.add_group("Small", [ann.id], kind=ChatKind.GROUP)
    big = await world.person_migrates_group(ann.id, small)
    told = heard(world)
    old, new = [one["message"] for one in told if "message" in one]
    [member] = [one["my_chat_member"] for one in told if "my_chat_member" in one]
    assert (member["chat"]["id"], member["old_chat_member"]["status"]) == (big.id, "left")
    assert (old["chat"]["id"], old["migrate_to_chat_id"]) == (small.id, big.id)
    assert (new["chat"]["id"], new["migrate_from_chat_id"], new["message_id"]) == (big.id, small.id, 1)
    with pytest.raises(NotPossibleError):
        await world.person_sends_text(ann.id, small, "x")


async def test_topic_messages_point_at_the_topic(world, ann):
    forum = world.add_group("Forum", [ann.id], is_forum=True)
    topic = await world.person_opens_topic(ann.id, forum, "Hats")
    await world.person_sends_text(ann.id, forum, "/try", thread_id=topic.id)
    message = heard(world)[-1]["message"]
    assert (message["message_thread_id"], message["is_topic_message"]) == (topic.id, True)
    assert message["reply_to_message"]["forum_topic_created"]["name"] == "Hats"


async def test_reply_in_a_plain_supergroup_has_a_thread_that_is_no_topic(world, ann, group):
    world.set_privacy_mode(world.bot.id, on=False)
    first = await world.person_sends_text(ann.id, group, "one")
    second = await world.person_sends_text(ann.id, group, "two", reply_to=first.id)
    await world.person_sends_text(ann.id, group, "three", reply_to=second.id)
    message = heard(world)[-1]["message"]
    assert (message["message_thread_id"], "is_topic_message" in message) == (first.id, False)
    assert "reply_to_message" not in message["reply_to_message"]


async def test_message_ids_count_per_supergroup_and_over_private_chats(world, ann, ben, group):
    ids = [
        (await world.person_sends_text(who, where, "x")).id
        for who, where in ((ann.id, ann.id), (ben.id, ben.id), (ann.id, group), (ann.id, ann.id))
    ]
    assert ids == [1, 2, 1, 3]


async def test_reactions_are_told_when_asked_for(world, ann, group):
    said = await world.person_sends_text(ann.id, ann.id, "nice")
    await world.person_reacts(ann.id, ann.id, said.id, "👍")
    world.bot.queue.allow(["message_reaction"])
    await world.person_reacts(ann.id, ann.id, said.id, "🔥")
    heard(world)
    await world.person_reacts(ann.id, ann.id, said.id, None)
    [taken] = heard(world)
    assert taken["message_reaction"]["old_reaction"] == [{"type": "emoji", "emoji": "🔥"}]
    assert taken["message_reaction"]["new_reaction"] == []


async def test_reply_in_the_general_topic_has_a_thread_that_is_no_topic(world, ann):
    forum = world.add_group("Forum", [ann.id], is_forum=True)
    first = await world.person_sends_text(ann.id, forum, "/one")
    second = await world.person_sends_text(ann.id, forum, "/two", reply_to=first.id)
    assert (first.thread_id, second.thread_id, second.is_topic_message) == (None, first.id, False)


@pytest.mark.parametrize("kind", KINDS)
async def test_other_things_people_send_are_read_by_the_client(world, ann, kind):
    await world.person_sends_other(ann.id, ann.id, kind)
    [update] = heard(world)
    message = Update.de_json(update, None).message
    assert getattr(message, kind)
    assert message.effective_attachment


async def test_same_picture_sent_many_times_at_once_is_drawn_once(world, picture, monkeypatch):
    drawn = []

    def counted(data, **how):
        drawn.append(data)
        return render_photo(data, **how)

    monkeypatch.setattr("bot.sandbox.telegram.files.render_photo", counted)
    data = picture()
    photos = await asyncio.gather(*(world.files.add_photo(data) for _ in range(50)))
    assert (len(drawn), len(set(photos))) == (1, 1)
    refused = await asyncio.gather(*(world.files.add_photo(b"no") for _ in range(3)), return_exceptions=True)
    assert {type(one) for one in refused} == {PictureRefusedError}


async def test_same_file_sent_twice_at_once_is_there_for_both(tmp_path):
    store = FileStore(tmp_path)
    sent = await asyncio.gather(*(store.add_document(b"x" * 1000, name="x.bin") for _ in range(5)))
    assert len({one.file_id for one in sent}) == 1
    assert await store.content(sent[0].file_id) == b"x" * 1000


async def test_what_apps_do_not_offer(world, ann, ben, group):
    said = await world.person_sends_text(ann.id, group, "/x")
    for attempt in (
        world.person_sends_text(ann.id, ann.id, "   "),
        world.person_sends_text(ann.id, ann.id, "x" * 4097),
        world.person_sends_text(ann.id, ann.id, "x", reply_to=777),
        world.person_sends_text(ann.id, group, "x", reply_to=said.id, quote="not there"),
        world.person_sends_text(ann.id, -5, "x"),
        world.person_edits(ben.id, group, said.id, "mine now"),
        world.person_deletes(ben.id, group, [said.id]),
        world.person_sends_photos(ann.id, ann.id, []),
        world.person_pays(ann.id, group, said.id),
        world.person_opens_topic(ann.id, group, "no forum"),
        world.person_sends_other(ann.id, ann.id, "smell"),
    ):
        with pytest.raises(NotPossibleError):
            await attempt


async def test_first_token_names_the_bot_that_people_wrote_to_before(world, ann, group):
    await world.person_starts(ann.id)
    bot = world.connect_bot(42)
    assert (bot is world.bot, bot.id, len(bot.queue)) == (True, 42, 1)
    assert group.has_member(42)
    assert [one.text for one in world.messages(ann.id)] == ["/start"]
    second = world.connect_bot(43)
    assert (len(second.queue), world.private_chat(ann.id, 43).started) == (0, False)


async def test_watchers_get_changes_in_order_and_slow_ones_are_told(world, ann):
    with world.subscribe() as changes, world.subscribe() as slow:
        await world.person_sends_text(ann.id, ann.id, "one")
        await world.person_sends_text(ann.id, ann.id, "two")
        seen = [await changes.next(), await changes.next()]
        for _ in range(MAX_WAITING_CHANGES):
            world.publish(seen[0])
        with pytest.raises(FellBehindError):
            await slow.next()
    assert [one.message.text for one in seen if isinstance(one, MessageAdded)] == ["one", "two"]


async def test_files_live_on_disk_and_the_oldest_go_first(tmp_path):
    store = FileStore(tmp_path, max_bytes=250)
    documents = [await store.add_document(bytes([number]) * 100, name=f"{number}.bin") for number in range(4)]
    assert len(list(tmp_path.rglob("*.bin"))) == 2
    assert await store.content(documents[0].file_id) is None
    assert store.document(documents[0].file_id) is None
    assert await store.content(documents[3].file_id) == b"\3" * 100


async def test_files_without_a_directory_stay_in_memory():
    store = FileStore()
    kept = await store.add_document(b"abc", name="a.txt")
    assert (await store.content(kept.file_id), kept.mime_type, kept.thumbnail) == (b"abc", "text/plain", None)
    assert store.ids() == (kept.file_id,)


async def test_queue_waits_confirms_and_filters():
    queue = UpdateQueue(random.Random(3))
    waiting = asyncio.create_task(queue.wait())
    await asyncio.sleep(0)
    assert not waiting.done()
    first = queue.push("message", {})
    await waiting
    assert queue.push("chat_member", {}) is None
    queue.allow(["chat_member", "nonsense"])
    second = queue.push("chat_member", {})
    assert queue.push("message", {}) is None
    assert second.id == first.id + 1
    queue.confirm(second.id + 50)
    assert queue.peek() == [first, second]
    queue.confirm(second.id)
    assert queue.peek() == [second]
    queue.drop(second)
    assert len(queue) == 0


def _as_bot(world, chat):
    return Message(chat_id=chat.id, id=world.next_message_id(chat), date=0, sender_id=world.bot.id, text="hi")


async def test_whoever_writes_to_a_blocked_bot_is_shown_as_having_unblocked_it(world, ann):
    await world.person_starts(ann.id)
    await world.person_blocks(ann.id)
    with world.subscribe() as changes:
        await world.person_starts(ann.id)
        change = await changes.next()
    assert isinstance(change, ChatChanged)
    assert not change.chat.blocked
