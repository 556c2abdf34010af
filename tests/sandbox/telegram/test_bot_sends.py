"""A real python-telegram-bot client sends to people and groups."""

import io

import httpx
import pytest
from PIL import Image
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    LinkPreviewOptions,
    MessageEntity,
    ReactionTypeEmoji,
    ReplyKeyboardMarkup,
    ReplyParameters,
)
from telegram.error import BadRequest, ChatMigrated, EndPointNotFound, Forbidden, NetworkError

from bot.sandbox.telegram.changes import ChatActionShown, MessageAdded
from bot.sandbox.telegram.methods import METHODS
from bot.sandbox.telegram.model import ChatKind, ReplyKeyboard, Status

pytestmark = [pytest.mark.network, pytest.mark.plays_the_bot]


async def test_get_me_names_the_bot_of_the_token(bot, world):
    me = await bot.get_me()
    assert (me.id, me.is_bot, me.username) == (123456789, True, world.bot.username)
    assert me.can_read_all_group_messages is False


async def test_text_arrives_with_its_entities_and_keyboard(bot, world, ann):
    await world.person_starts(ann.id)
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="y")]])
    sent = await bot.send_message(ann.id, "<b>Hé😀</b> see https://a.com", "HTML", reply_markup=keyboard)
    shown = world.messages(ann.id)[-1]
    assert (shown.text, shown.keyboard.rows[0][0].callback_data) == ("Hé😀 see https://a.com", "y")
    assert [(e.type, e.offset, e.length) for e in sent.entities] == [("bold", 0, 4), ("url", 9, 13)]
    assert sent.reply_markup == keyboard
    assert sent.from_user.id == bot.id
    assert sent.chat.id == ann.id


async def test_entities_may_be_listed_instead_of_parsed(bot, world, ann):
    await world.person_starts(ann.id)
    listed = [MessageEntity("italic", 3, 2)]
    sent = await bot.send_message(ann.id, "😀 hi <b>", entities=listed)
    assert sent.text == "😀 hi <b>"
    assert sent.parse_entities() == {sent.entities[0]: "hi"}


@pytest.mark.parametrize(
    ("text", "mode", "reason"),
    [
        ("", None, "text is empty"),
        ("x" * 4097, None, "Message is too long"),
        ("<b>x", "HTML", 'find end tag corresponding to start tag "b"'),
        ("a <x>b</x>", "HTML", 'Unsupported start tag "x" at byte offset 2'),
        ("half.", "MarkdownV2", "Character '.' is reserved"),
        ("*half", "MarkdownV2", "find end of Bold entity at byte offset 0"),
        ("x", "Wiki", "Unsupported parse_mode"),
    ],
)
async def test_texts_telegram_refuses(bot, world, ann, text, mode, reason):
    await world.person_starts(ann.id)
    with pytest.raises(BadRequest) as refusal:
        await bot.send_message(ann.id, text, mode)
    assert reason.lower() in refusal.value.message.lower()


async def test_longest_text_passes(bot, world, ann):
    await world.person_starts(ann.id)
    sent = await bot.send_message(ann.id, "😀" * 2048)
    assert len(sent.text) == 2048


async def test_nobody_is_written_to_who_never_started(bot, ann):
    with pytest.raises(BadRequest, match=r"(?i)Chat not found"):
        await bot.send_message(ann.id, "hello")


async def test_somebody_met_in_a_group_must_begin_the_conversation(bot, ann, group):
    with pytest.raises(Forbidden, match=r"(?i)bot can't initiate conversation with a user"):
        await bot.send_message(ann.id, "hello")


async def test_who_blocked_the_bot_is_out_of_reach(bot, world, ann):
    await world.person_starts(ann.id)
    await world.person_blocks(ann.id)
    with pytest.raises(Forbidden, match=r"(?i)bot was blocked by the user"):
        await bot.send_message(ann.id, "hello")
    await world.person_starts(ann.id)
    assert await bot.send_message(ann.id, "hello")


async def test_photo_is_made_into_sizes_from_the_real_bytes(bot, world, ann, picture):
    await world.person_starts(ann.id)
    sent = await bot.send_photo(ann.id, picture(3000, 1500, "navy"), caption="x", has_spoiler=True)
    assert [(p.width, p.height) for p in sent.photo] == [
        (90, 45),
        (320, 160),
        (800, 400),
        (1280, 640),
        (2560, 1280),
    ]
    assert sent.has_media_spoiler is True
    file = await bot.get_file(sent.photo[1].file_id)
    loaded = Image.open(io.BytesIO(bytes(await file.download_as_bytearray())))
    assert (loaded.format, loaded.size) == ("JPEG", (320, 160))
    assert loaded.getpixel((5, 5))[2] > 100


async def test_photo_by_file_id_is_the_same_photo(bot, world, ann, ben, picture):
    await world.person_starts(ann.id)
    await world.person_starts(ben.id)
    first = await bot.send_photo(ann.id, picture())
    again = await bot.send_photo(ben.id, first.photo[0].file_id)
    assert again.photo == first.photo


async def test_rotated_png_with_alpha_and_big_pictures(bot, world, ann, picture):
    await world.person_starts(ann.id)
    exif = Image.Exif()
    exif[0x0112] = 6
    sent = await bot.send_photo(ann.id, picture(400, 200, "red", exif=exif))
    assert (sent.photo[-1].width, sent.photo[-1].height) == (200, 400)
    for wide, high in ((9000, 1001), (2100, 100)):
        with pytest.raises(BadRequest, match=r"(?i)Photo_invalid_dimensions"):
            await bot.send_photo(ann.id, picture(wide, high))
    with pytest.raises(BadRequest, match=r"(?i)Image_process_failed"):
        await bot.send_photo(ann.id, b"not a picture")
    with pytest.raises(BadRequest, match=r"(?i)too big for a photo"):
        await bot.send_photo(ann.id, picture() + b"\0" * 10 * 1024 * 1024)


async def test_unknown_file_ids_and_addresses(bot, world, ann):
    await world.person_starts(ann.id)
    with pytest.raises(BadRequest, match=r"(?i)Wrong file identifier"):
        await bot.send_photo(ann.id, "AgACAgQAAxnothing")
    with pytest.raises(BadRequest, match=r"(?i)Failed to get http url content"):
        await bot.send_photo(ann.id, "https://a.com/x.jpg")
    with pytest.raises(BadRequest, match=r"(?i)Wrong file_id"):
        await bot.get_file("AgACAgQAAxnothing")


async def test_document_keeps_bytes_name_and_type_and_has_a_thumbnail(bot, world, ann, picture):
    await world.person_starts(ann.id)
    data = picture(kind="PNG")
    sent = await bot.send_document(
        ann.id, data, filename="look.png", caption="*full*", parse_mode="MarkdownV2"
    )
    assert (sent.document.file_name, sent.document.mime_type) == ("look.png", "image/png")
    assert (sent.document.thumbnail.width, sent.document.thumbnail.height) == (213, 320)
    file = await bot.get_file(sent.document.file_id)
    assert bytes(await file.download_as_bytearray()) == data
    assert file.file_unique_id == sent.document.file_unique_id


async def test_files_over_20_mb_cannot_be_fetched(bot, world, ann):
    await world.person_starts(ann.id)
    sent = await world.person_sends_document(ann.id, ann.id, b"\0" * (20 * 1024 * 1024 + 1), name="big.bin")
    with pytest.raises(BadRequest, match=r"(?i)File is too big"):
        await bot.get_file(sent.document.file_id)


async def test_album_shares_one_group_id(bot, world, ann, picture):
    await world.person_starts(ann.id)
    known = (await bot.send_photo(ann.id, picture(color="red"))).photo[-1].file_id
    album = [InputMediaPhoto(picture(), caption="a <i>b</i>", parse_mode="HTML"), InputMediaPhoto(known)]
    sent = await bot.send_media_group(ann.id, album)
    assert len({one.media_group_id for one in sent}) == 1
    assert sent[0].media_group_id
    assert [one.caption for one in sent] == ["a b", None]
    files = await bot.send_media_group(ann.id, [InputMediaDocument(b"1"), InputMediaDocument(b"2")])
    assert all(one.document for one in files)
    with pytest.raises(BadRequest, match=r"(?i)failed to send message #2"):
        await bot.send_media_group(ann.id, [InputMediaPhoto(picture()), InputMediaPhoto(b"no")])


async def test_reply_quote_and_missing_reply(bot, world, ann):
    await world.person_starts(ann.id)
    asked = await world.person_sends_text(ann.id, ann.id, "is it red or blue?")
    to = ReplyParameters(asked.id, quote="red")
    sent = await bot.send_message(ann.id, "red", reply_parameters=to)
    assert (sent.reply_to_message.message_id, sent.quote.text, sent.quote.position) == (asked.id, "red", 6)
    await world.person_deletes(ann.id, ann.id, [asked.id])
    with pytest.raises(BadRequest, match=r"(?i)Message to be replied not found"):
        await bot.send_message(ann.id, "x", reply_to_message_id=asked.id)
    lax = await bot.send_message(ann.id, "x", reply_to_message_id=asked.id, allow_sending_without_reply=True)
    assert lax.reply_to_message is None


async def test_reply_keyboard_is_shown_and_not_part_of_the_message(bot, world, ann):
    await world.person_starts(ann.id)
    sent = await bot.send_message(ann.id, "x", reply_markup=ReplyKeyboardMarkup([["One", "Two"]]))
    assert sent.reply_markup is None
    assert world.private_chat(ann.id).reply_keyboard == ReplyKeyboard(rows=(("One", "Two"),))


@pytest.mark.parametrize(
    ("button", "reason"),
    [
        ({"callback_data": "x" * 65}, "Button_data_invalid"),
        ({"callback_data": "é" * 33}, "Button_data_invalid"),
        ({"callback_data": ""}, "Button_data_invalid"),
        ({}, "Text buttons are unallowed"),
        ({"url": "no link"}, "Wrong HTTP URL"),
    ],
)
async def test_buttons_telegram_refuses(bot, world, ann, button, reason):
    await world.person_starts(ann.id)
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("B", **button)]])
    with pytest.raises(BadRequest) as refusal:
        await bot.send_message(ann.id, "x", reply_markup=markup)
    assert reason.lower() in refusal.value.message.lower()


async def test_callback_data_of_64_bytes_passes(bot, world, ann):
    await world.person_starts(ann.id)
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("B", callback_data="é" * 32)]])
    assert await bot.send_message(ann.id, "x", reply_markup=markup)


async def test_button_styles(bot, world, ann):
    await world.person_starts(ann.id)
    button = InlineKeyboardButton("Pay", callback_data="p", style="success")
    sent = await bot.send_message(ann.id, "x", reply_markup=InlineKeyboardMarkup([[button]]))
    assert sent.reply_markup.inline_keyboard[0][0].style == "success"
    assert world.messages(ann.id)[-1].keyboard.rows[0][0].style == "success"


async def test_mention_of_nobody_stays_plain_text(bot, world, ann):
    await world.person_starts(ann.id)
    text = f'<a href="tg://user?id={ann.id}">you</a> and <a href="tg://user?id=9">nobody</a>'
    sent = await bot.send_message(ann.id, text, "HTML")
    assert [(one.type, one.user.id) for one in sent.entities] == [("text_mention", ann.id)]


async def test_nonsense_is_refused_and_never_breaks_the_server(address, token, world, ann):
    await world.person_starts(ann.id)
    cases = [
        ("deleteMessages", {"chat_id": ann.id, "message_ids": ["x"]}, 400),
        ("sendMediaGroup", {"chat_id": ann.id, "media": [1]}, 400),
        ("sendMessage", {"chat_id": ann.id, "text": "x", "reply_markup": "{"}, 400),
        ("sendMessage", {"chat_id": ann.id, "text": "x", "entities": [{"type": "bold"}]}, 400),
        ("sendMessage", {"chat_id": ann.id, "text": "x", "reply_markup": {"inline_keyboard": [[1]]}}, 400),
        ("sendMessage", {"chat_id": "@nobody", "text": "x"}, 400),
        ("sendMessage", {"text": "x"}, 400),
        ("setChatMenuButton", {"menu_button": {"type": "web_app", "web_app": 5}}, 400),
    ]
    async with httpx.AsyncClient() as client:
        for method, body, status in cases:
            answer = await client.post(f"{address}/telegram/bot{token}/{method}", json=body)
            assert (method, answer.status_code, answer.json()["ok"]) == (method, status, False)


async def test_error_in_the_sandbox_itself_is_a_500_and_logged(bot, monkeypatch, caplog, token):
    async def broken(call):
        raise ZeroDivisionError

    monkeypatch.setitem(METHODS, "getchat", broken)
    with pytest.raises(NetworkError, match="Internal Server Error"):
        await bot.get_chat(1)
    assert "the sandbox failed in getChat" in caplog.text
    assert token not in caplog.text


async def test_forward_and_copy(bot, world, ann, ben, picture):
    await world.person_starts(ann.id)
    await world.person_starts(ben.id)
    [photo] = await world.person_sends_photos(ann.id, ann.id, [picture()], caption="mine")
    forwarded = await bot.forward_message(ben.id, ann.id, photo.id)
    assert forwarded.forward_origin.sender_user.id == ann.id
    assert forwarded.caption == "mine"
    copied = await bot.copy_message(ben.id, ann.id, photo.id, caption="yours")
    shown = world.message(ben.id, copied.message_id)
    assert (shown.text, shown.photo, shown.forward_origin) == ("yours", photo.photo, None)
    both = await bot.copy_messages(ben.id, ann.id, [photo.id, 99999])
    assert len(both) == 1
    assert len(await bot.forward_messages(ben.id, ann.id, [photo.id])) == 1
    with pytest.raises(BadRequest, match=r"(?i)Message to copy not found"):
        await bot.copy_message(ben.id, ann.id, 99999)


async def test_chat_action_is_shown(bot, world, ann):
    await world.person_starts(ann.id)
    with world.subscribe() as changes:
        await bot.send_chat_action(ann.id, "upload_photo")
        change = await changes.next()
    assert isinstance(change, ChatActionShown)
    assert (change.action, change.chat.id) == ("upload_photo", ann.id)
    with pytest.raises(BadRequest, match=r"(?i)Wrong parameter action"):
        await bot.send_chat_action(ann.id, "dance")


async def test_topics_keep_messages_apart(bot, world, ann, ben):
    forum = world.add_group("Forum", [ann.id, ben.id], is_forum=True)
    topic = await world.person_opens_topic(ann.id, forum, "Coats")
    sent = await bot.send_message(forum.id, "in here", message_thread_id=topic.id)
    assert (sent.message_thread_id, sent.is_topic_message) == (topic.id, True)
    assert sent.reply_to_message.forum_topic_created.name == "Coats"
    with pytest.raises(BadRequest, match=r"(?i)Message thread not found"):
        await bot.send_message(forum.id, "nowhere", message_thread_id=4711)


async def test_rights_of_groups(bot, world, ann, group, picture):
    world.set_group_rights(group, photos=False)
    with pytest.raises(BadRequest, match=r"(?i)Not enough rights to send photos to the chat"):
        await bot.send_photo(group.id, picture())
    await world.person_promotes(ann.id, group, bot.id, Status.ADMINISTRATOR)
    assert await bot.send_photo(group.id, picture())
    await world.person_removes_from_group(ann.id, group, bot.id)
    with pytest.raises(Forbidden, match=r"(?i)bot was kicked from the supergroup chat"):
        await bot.send_message(group.id, "x")


async def test_group_that_became_a_supergroup_names_its_new_id(bot, world, ann, ben):
    small = world.add_group("Small", [ann.id, ben.id], kind=ChatKind.GROUP)
    assert await bot.send_message(small.id, "x")
    big = await world.person_migrates_group(ann.id, small)
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(small.id, "x")
    assert moved.value.new_chat_id == big.id
    assert await bot.send_message(big.id, "x")


async def test_link_preview_silent_and_protected(bot, world, ann):
    await world.person_starts(ann.id)
    off = LinkPreviewOptions(is_disabled=True)
    sent = await bot.send_message(
        ann.id, "a.com", link_preview_options=off, disable_notification=True, protect_content=True
    )
    assert sent.link_preview_options.is_disabled
    assert sent.has_protected_content
    assert world.messages(ann.id)[-1].silent


async def test_reaction_is_put_and_taken_away(bot, world, ann):
    await world.person_starts(ann.id)
    asked = await world.person_sends_text(ann.id, ann.id, "thanks")
    await bot.set_message_reaction(ann.id, asked.id, ReactionTypeEmoji("👍"))
    assert world.message(ann.id, asked.id).reactions == ((bot.id, "👍"),)
    await bot.set_message_reaction(ann.id, asked.id)
    assert world.message(ann.id, asked.id).reactions == ()


async def test_watchers_see_what_a_bot_sends(bot, world, ann):
    await world.person_starts(ann.id)
    with world.subscribe() as changes:
        await bot.send_message(ann.id, "hello")
        change = await changes.next()
    assert isinstance(change, MessageAdded)
    assert change.message.text == "hello"


async def test_unknown_method_is_404_and_logged_loudly(bot, caplog):
    with pytest.raises(EndPointNotFound):
        await bot.do_api_request("sendHologram")
    assert "DOES NOT KNOW THE METHOD sendHologram" in caplog.text


async def test_upload_over_50_mb_is_413(bot, world, ann):
    await world.person_starts(ann.id)
    with pytest.raises(NetworkError, match=r"(?i)Request Entity Too Large"):
        await bot.send_document(ann.id, b"\0" * (50 * 1024 * 1024 + 1))
