"""A real python-telegram-bot client edits, deletes and answers."""

import asyncio

import pytest
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultCachedPhoto,
    InputMediaDocument,
    InputMediaPhoto,
    InputTextMessageContent,
)
from telegram.error import BadRequest

from bot.sandbox.telegram.changes import CallbackAnswered, MessagesDeleted
from bot.sandbox.telegram.model import Status
from bot.sandbox.telegram.state import NotPossibleError

pytestmark = [pytest.mark.network, pytest.mark.plays_the_bot]
BUTTON = InlineKeyboardMarkup([[InlineKeyboardButton("Go", callback_data="go")]])


@pytest.fixture
async def started(world, ann):
    await world.person_starts(ann.id)
    return ann


async def test_edit_returns_the_message_and_keeps_its_id(bot, world, started):
    sent = await bot.send_message(started.id, "one", reply_markup=BUTTON)
    edited = await sent.edit_text("<i>two</i>", "HTML", reply_markup=BUTTON)
    assert (edited.message_id, edited.text, edited.entities[0].type) == (sent.message_id, "two", "italic")
    assert edited.edit_date is not None
    without = await sent.edit_text("three")
    assert without.reply_markup is None
    assert world.messages(started.id)[-1].text == "three"


async def test_edit_without_change_is_refused(bot, started):
    sent = await bot.send_message(started.id, "<b>one</b>", "HTML", reply_markup=BUTTON)
    with pytest.raises(BadRequest, match=r"(?i)^message is not modified: specified new message content"):
        await sent.edit_text("*one*", "MarkdownV2", reply_markup=BUTTON)
    with pytest.raises(BadRequest, match=r"(?i)message is not modified"):
        await sent.edit_reply_markup(BUTTON)
    changed = await sent.edit_reply_markup(None)
    assert (changed.text, changed.edit_date) == ("one", None)


async def test_what_cannot_be_edited(bot, world, started, picture):
    mine = await world.person_sends_text(started.id, started.id, "mine")
    photo = await bot.send_photo(started.id, picture(), caption="c")
    text = await bot.send_message(started.id, "t")
    for reason, edit in (
        ("message to edit not found", bot.edit_message_text("x", started.id, 9999)),
        ("message can't be edited", bot.edit_message_text("x", started.id, mine.id)),
        ("there is no text in the message to edit", photo.edit_text("x")),
        ("there is no caption in the message to edit", text.edit_caption("x")),
    ):
        with pytest.raises(BadRequest, match=f"(?i){reason}"):
            await edit


async def test_text_becomes_the_picture_and_a_second_try_is_not_modified(bot, world, started, picture):
    progress = await bot.send_message(started.id, "working", reply_markup=BUTTON)
    done = await progress.edit_media(InputMediaPhoto(picture(color="pink"), caption="done"))
    assert (done.caption, done.text, len(done.photo)) == ("done", None, 4)
    again = InputMediaPhoto(done.photo[-1].file_id, caption="done")
    with pytest.raises(BadRequest, match=r"(?i)message is not modified"):
        await progress.edit_media(again)
    uploaded_anew = await progress.edit_media(InputMediaPhoto(picture(color="pink"), caption="done"))
    assert uploaded_anew.photo == done.photo
    captioned = await progress.edit_caption("<u>new</u>", parse_mode="HTML")
    assert captioned.caption == "new"
    as_file = await progress.edit_media(InputMediaDocument(picture(), filename="full.jpg"))
    assert as_file.document.file_name == "full.jpg"
    assert world.messages(started.id)[-1].photo is None


async def test_deleting(bot, world, started, group):
    asked = await world.person_sends_text(started.id, started.id, "please go")
    sent = await bot.send_message(started.id, "and me")
    with world.subscribe() as changes:
        assert await bot.delete_messages(started.id, [asked.id, sent.message_id, 777])
        change = await changes.next()
    assert isinstance(change, MessagesDeleted)
    assert change.message_ids == (asked.id, sent.message_id)
    with pytest.raises(BadRequest, match=r"(?i)message to delete not found"):
        await sent.delete()
    others = await world.person_sends_text(started.id, group, "mine")
    with pytest.raises(BadRequest, match=r"(?i)message can't be deleted"):
        await bot.delete_message(group.id, others.id)
    await world.person_promotes(started.id, group, bot.id, Status.ADMINISTRATOR)
    assert await bot.delete_message(group.id, others.id)


async def test_tap_is_answered_once(bot, world, started):
    sent = await bot.send_message(started.id, "?", reply_markup=BUTTON)
    await bot.get_updates(offset=-1)
    tap = await world.person_taps_button(started.id, started.id, sent.message_id, data="go")
    query = (await bot.get_updates())[-1].callback_query
    assert (query.data, query.from_user.id, query.message.message_id) == ("go", started.id, sent.message_id)
    with world.subscribe() as changes:
        assert await query.answer("Fine", show_alert=True)
        assert isinstance(await changes.next(), CallbackAnswered)
    answer = await tap.answer(1)
    assert (answer.text, answer.show_alert) == ("Fine", True)
    with pytest.raises(BadRequest, match=r"(?i)query is too old and response timeout expired"):
        await query.answer()


async def test_late_answer_to_a_tap_is_refused(bot, world, started, monkeypatch):
    sent = await bot.send_message(started.id, "?", reply_markup=BUTTON)
    tap = await world.person_taps_button(started.id, started.id, sent.message_id)
    later = world.now() + world.callbacks.lifetime + 1
    monkeypatch.setattr(world.callbacks, "_now", lambda: later)
    with pytest.raises(BadRequest, match=r"(?i)query is too old"):
        await bot.answer_callback_query(tap.id)
    assert await tap.answer(0) is None


async def test_buttons_that_are_gone_cannot_be_tapped(bot, world, started):
    sent = await bot.send_message(started.id, "?", reply_markup=BUTTON)
    await sent.edit_reply_markup(None)
    with pytest.raises(NotPossibleError, match="no such button"):
        await world.person_taps_button(started.id, started.id, sent.message_id, data="go")


async def test_inline_query_is_answered_and_a_result_sent(bot, world, started, group, picture):
    photo = (await bot.send_photo(started.id, picture())).photo[-1].file_id
    world.set_inline_feedback(bot.id, on=True)
    ask = await world.person_inline_query(started.id, "coat", chat=group)
    query = (await bot.get_updates())[-1].inline_query
    assert (query.query, query.chat_type) == ("coat", "supergroup")
    results = [
        InlineQueryResultArticle(
            "1", "A coat", InputTextMessageContent("<b>Coat</b>", "HTML"), reply_markup=BUTTON
        ),
        InlineQueryResultCachedPhoto("2", photo, caption="look"),
    ]
    assert await query.answer(results, cache_time=0)
    offered = await ask.answer(1)
    assert [(one.id, one.title) for one in offered.results] == [("1", "A coat"), ("2", None)]
    text = await world.person_chooses_inline(started.id, group, ask, "1")
    assert (text.text, text.via_bot_id, text.sender_id) == ("Coat", bot.id, started.id)
    chosen = (await bot.get_updates())[-1].chosen_inline_result
    assert await bot.edit_message_text("Hat", inline_message_id=chosen.inline_message_id) is True
    assert world.message(group, text.id).text == "Hat"
    picked = await world.person_chooses_inline(started.id, group, ask, "2")
    assert picked.photo.largest.file_id == photo
    with pytest.raises(BadRequest, match=r"(?i)query is too old"):
        await query.answer(results)


async def test_tap_waits_for_its_answer(bot, world, started):
    sent = await bot.send_message(started.id, "?", reply_markup=BUTTON)
    tap = await world.person_taps_button(started.id, started.id, sent.message_id)
    waiting = asyncio.create_task(tap.answer(60))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    await bot.answer_callback_query(tap.id)
    assert (await waiting).text is None


async def test_tap_opens_nothing_but_the_bot_itself(bot, world, started):
    sent = await bot.send_message(started.id, "?", reply_markup=BUTTON)
    tap = await world.person_taps_button(started.id, started.id, sent.message_id)
    with pytest.raises(BadRequest, match=r"(?i)url_invalid"):
        await bot.answer_callback_query(tap.id, url="https://example.org")
    link = f"https://t.me/{world.bot.username}?start=look"
    await bot.answer_callback_query(tap.id, url=link)
    assert (await tap.answer(0)).url == link


async def test_inline_message_takes_a_known_photo_and_no_new_one(bot, world, started, picture):
    known = (await bot.send_photo(started.id, picture())).photo[-1].file_id
    world.set_inline_feedback(bot.id, on=True)
    ask = await world.person_inline_query(started.id, "")
    offer = InlineQueryResultCachedPhoto("1", known, reply_markup=BUTTON)
    await bot.answer_inline_query(ask.id, [offer])
    said = await world.person_chooses_inline(started.id, started.id, ask, "1")
    chosen = (await bot.get_updates())[-1].chosen_inline_result
    with pytest.raises(BadRequest, match="file identifier"):
        await bot.edit_message_media(
            InputMediaPhoto(picture(color="red")), inline_message_id=chosen.inline_message_id
        )
    other = (await bot.send_photo(started.id, picture(color="navy"))).photo[-1].file_id
    await bot.edit_message_media(InputMediaPhoto(other), inline_message_id=chosen.inline_message_id)
    assert world.message(started.id, said.id).photo.largest.file_id == other
