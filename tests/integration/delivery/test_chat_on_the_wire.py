"""What the chat puts on the wire, and what it makes of every answer; over real HTTP."""

import asyncio

import pytest

from bot.chat import connection
from bot.chat.connection import build_bot
from bot.chat.gate import Gate
from bot.chat.messages import NoticeText, Progress, Stage
from bot.chat.outcomes import (
    CannotSend,
    Fetched,
    MaybeSent,
    MessageGone,
    MessageRef,
    Obstacle,
    PhotoGone,
    Place,
    Sent,
    TryLater,
)
from bot.chat.screen import Button, Screen
from bot.chat.telegram import Chat
from bot.clock import SystemClock
from bot.sandbox.telegram.gate import Moment
from bot.sandbox.telegram.model import ChatKind
from tests.integration.delivery.wire import TOKEN, PlainScreens, delivery, draw, picture, wire

pytestmark = pytest.mark.network

HELLO = Screen(
    "Hello <b>you</b> &amp; <i>me</i>", ((Button("Go", "go:1"), Button("Site", url="https://a.example/")),)
)


async def test_text_arrives_with_marks_buttons_and_as_a_reply() -> None:
    async with wire() as here:
        sent = await here.chat.say(here.place, HELLO)
        (message,) = here.shown()
        assert sent == Sent(message.id)
        assert message.text == "Hello you & me"
        assert [entity.type for entity in message.entities] == ["bold", "italic"]
        assert message.reply_to_id == here.start.id
        assert message.keyboard is not None
        assert [(one.text, one.callback_data, one.url) for one in message.keyboard.rows[0]] == [
            ("Go", "go:1", None),
            ("Site", None, "https://a.example/"),
        ]


async def test_reply_to_a_deleted_message_arrives_all_the_same() -> None:
    async with wire() as here:
        assert isinstance(await here.chat.say(Place(here.person.id, None, 99999), HELLO), Sent)


async def test_photo_and_file_arrive_and_give_ids_that_can_be_sent_again() -> None:
    async with wire() as here:
        photo = await here.chat.show_photo(here.place, picture(), HELLO, spoiler=True)
        assert isinstance(photo, Sent)
        assert photo.file_id
        again = await here.chat.show_photo(here.place, photo.file_id, Screen("again"))
        assert isinstance(again, Sent)
        file = await here.chat.show_document(here.place, picture(), "try-on.jpg", "a <b>file</b>")
        assert isinstance(file, Sent)
        first, second, third = here.shown()
        assert (first.has_spoiler, first.text) == (True, "Hello you & me")
        assert second.text == "again"
        assert third.document is not None
        assert (third.document.file_name, third.text) == ("try-on.jpg", "a file")


async def test_edit_changes_a_text_or_a_caption_and_an_equal_edit_is_a_success() -> None:
    async with wire() as here:
        text = await here.card()
        sent = await here.chat.show_photo(here.place, picture(), HELLO)
        assert isinstance(sent, Sent)
        photo = MessageRef(here.person.id, sent.message_id)
        for ref in (text, text, photo, photo):
            outcome = await here.chat.edit(ref, Screen("new"))
            assert isinstance(outcome, Sent)
            assert outcome.message_id == ref.message_id
        assert [message.text for message in here.shown()] == ["new", "new"]


async def test_caption_of_a_message_from_an_earlier_run_is_found_out() -> None:
    async with wire() as here:
        sent = await here.chat.show_photo(here.place, picture(), HELLO)
        assert isinstance(sent, Sent)
        here.chat._sending._captioned.clear()
        assert isinstance(
            await here.chat.edit(MessageRef(here.person.id, sent.message_id), Screen("new")), Sent
        )
        assert [message.text for message in here.shown()] == ["new"]


async def test_only_the_buttons_change() -> None:
    async with wire() as here:
        ref = await here.card()
        await here.chat.edit_buttons(ref, ((Button("Sure", "delyes:1"),),))
        (message,) = here.shown()
        assert message.text == "card"
        assert message.keyboard is not None
        assert message.keyboard.rows[0][0].callback_data == "delyes:1"


async def test_message_that_is_gone() -> None:
    async with wire() as here:
        ref = await here.card()
        await here.chat.remove(ref)
        await here.chat.remove(ref)
        assert here.shown() == []
        assert await here.chat.edit(ref, HELLO) == MessageGone()
        assert await here.chat.turn_into_picture(ref, delivery()) == MessageGone()
        assert await here.chat.turn_into_notice(ref, NoticeText("told", {}, None)) == MessageGone()


async def test_finished_picture_and_card_that_becomes_it() -> None:
    async with wire() as here:
        sent = await here.chat.send_picture(here.place, delivery())
        card = await here.card()
        turned = await here.chat.turn_into_picture(card, delivery())
        assert isinstance(sent, Sent)
        assert isinstance(turned, Sent)
        assert (bool(sent.file_id), bool(turned.file_id)) == (True, True)
        assert [(bool(one.photo), one.text, bool(one.keyboard)) for one in here.shown()] == [
            (True, "2 credits", True),
            (True, "2 credits", True),
        ]


@pytest.mark.parametrize("data", [b"odd", b"no picture"])
async def test_picture_that_can_be_no_photo_arrives_as_a_file(data: bytes) -> None:
    async with wire() as here:
        assert isinstance(await here.chat.send_picture(here.place, delivery(data)), Sent)
        card = await here.card()
        assert isinstance(await here.chat.turn_into_picture(card, delivery(data)), Sent)
        assert [bool(one.document) for one in here.shown()] == [True, True]


async def test_tap_is_answered_once() -> None:
    async with wire() as here:
        await here.chat.say(here.place, HELLO)
        tap = await here.world.person_taps_button(here.person.id, here.person.id, here.shown()[0].id)
        query_id = tap.id
        await asyncio.gather(*(here.chat.answer_tap(query_id, "Sure", alert=True) for _ in range(3)))
        answer = await tap.answer(60)
        assert answer is not None
        assert (answer.text, answer.show_alert) == ("Sure", True)
        assert here.calls("answerCallbackQuery") == 1


async def test_tap_too_old_or_unknown_raises_nothing() -> None:
    async with wire() as here:
        await here.chat.answer_tap("12345")


async def test_typing_is_shown() -> None:
    async with wire() as here:
        with here.world.subscribe() as changes:
            await here.chat.acting(here.place, "upload_photo")
            change = await asyncio.wait_for(changes.next(), 60)
        assert getattr(change, "action", None) == "upload_photo"


async def test_latest_progress_is_shown_and_none_after_the_end() -> None:
    async with wire() as here:
        card = await here.card()
        for n in range(5):
            here.chat.show_progress(card, Progress(1, "clothes", Stage.RENDERING, fraction=n / 10), None)
        async with asyncio.timeout(60):
            while here.shown()[0].text != "rendering 0.4":
                await asyncio.sleep(0.01)
        await here.chat.turn_into_notice(card, NoticeText("told", {}, None))
        here.chat.show_progress(card, Progress(1, "clothes", Stage.RENDERING, fraction=0.9), None)
        await asyncio.sleep(0.2)
        assert here.shown()[0].text == "told"


async def test_photo_is_fetched_as_it_was_sent() -> None:
    async with wire() as here:
        data = picture()
        sent = await here.chat.show_document(here.place, data, "a.jpg", HELLO)
        assert isinstance(sent, Sent)
        assert sent.file_id
        fetched = await here.chat.fetch_photo(sent.file_id)
        assert isinstance(fetched, Fetched)
        assert fetched.data == data
        assert await here.chat.fetch_photo(sent.file_id, max_bytes=100) == PhotoGone(too_big=True)


async def test_photo_that_is_gone_and_telegram_that_is_away_are_told_apart() -> None:
    async with wire() as here:
        assert await here.chat.fetch_photo("no-such-file") == PhotoGone()
        here.server.gate.fail("getFile", status=500, times=1)
        assert isinstance(await here.chat.fetch_photo("no-such-file"), TryLater)
        here.server.gate.fail("getFile", status=400, description="Bad Request: file is too big")
        assert await here.chat.fetch_photo("no-such-file") == PhotoGone(too_big=True)


@pytest.mark.parametrize("moment", [Moment.BEFORE, Moment.AFTER])
async def test_cut_connection_is_unknown(moment: Moment) -> None:
    async with wire() as here:
        here.server.gate.close("sendPhoto", moment)
        assert await here.chat.send_picture(here.place, delivery()) == MaybeSent()
        assert len(here.shown()) == (1 if moment is Moment.AFTER else 0)


async def test_time_out_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "READ_SECONDS", 3.0)
    async with wire() as here:
        fault = here.server.gate.hold("sendMessage", Moment.AFTER)
        assert await here.chat.say(here.place, HELLO) == MaybeSent()
        fault.release()


@pytest.mark.parametrize("status", [500, 502, 504])
async def test_server_error_is_unknown(status: int) -> None:
    async with wire() as here:
        here.server.gate.fail("sendMessage", status=status, page="<html>oops</html>")
        assert await here.chat.say(here.place, HELLO) == MaybeSent()


async def test_page_instead_of_an_answer_is_unknown() -> None:
    async with wire() as here:
        here.server.gate.fail("sendMessage", status=200, page="<html>welcome to the hotel</html>")
        assert await here.chat.say(here.place, HELLO) == MaybeSent()


async def test_flood_wait_of_a_picture_is_handed_back() -> None:
    async with wire() as here:
        here.server.gate.fail("sendPhoto", status=429, description="Too Many Requests", retry_after=33)
        assert await here.chat.send_picture(here.place, delivery()) == TryLater(33.0)


async def test_flood_wait_of_an_answer_is_waited_out() -> None:
    async with wire() as here:
        here.server.gate.fail("sendMessage", status=429, description="Too Many Requests", retry_after=1)
        assert isinstance(await here.chat.say(here.place, HELLO), Sent)
        assert here.calls("sendMessage") == 2


async def test_server_that_is_not_there_has_certainly_seen_nothing() -> None:
    async with wire() as here:
        gate = Gate(SystemClock())
        bot = build_bot(token=TOKEN, api_url="http://127.0.0.1:9/telegram", rate_limiter=gate)

        async def fit(data: bytes) -> bytes:
            return data

        chat = Chat(
            bot, gate, clock=SystemClock(), screens=PlainScreens(), fit_for_telegram=fit, draw_design=draw
        )
        assert isinstance(await chat.send_picture(here.place, delivery()), TryLater)


async def test_token_that_was_revoked_is_waited_out() -> None:
    async with wire() as here:
        here.server.gate.fail("sendMessage", status=401, description="Unauthorized")
        assert await here.chat.say(here.place, HELLO) == TryLater(60.0)


async def test_person_who_blocked_the_bot_and_group_without_photos() -> None:
    async with wire() as here:
        group = here.world.add_group("Friends", [here.person.id])
        here.world.set_group_rights(group, messages=True, photos=False, documents=False)
        refused = await here.chat.send_picture(Place(group.id), delivery())
        assert isinstance(refused, CannotSend)
        assert refused.obstacle is Obstacle.NO_RIGHT
        await here.world.person_blocks(here.person.id)
        blocked = await here.chat.say(here.place, HELLO)
        assert isinstance(blocked, CannotSend)
        assert blocked.obstacle is Obstacle.BLOCKED


async def test_group_that_moved_is_followed_and_reported_once() -> None:
    async with wire() as here:
        group = here.world.add_group("Friends", [here.person.id], kind=ChatKind.GROUP)
        old = group.id
        new = await here.world.person_migrates_group(here.person.id, group)
        assert isinstance(await here.chat.say(Place(old), Screen("one")), Sent)
        assert isinstance(await here.chat.say(Place(old), Screen("two")), Sent)
        assert here.moves == [(old, new.id)]
        texts = [message.text for message in here.world.messages(new.id)]
        assert texts[-2:] == ["one", "two"]


async def test_what_stands_in_a_group_that_moved_is_gone_and_no_other_message_is_hit() -> None:
    async with wire() as here:
        group = here.world.add_group("Friends", [here.person.id], kind=ChatKind.GROUP)
        old = group.id
        card = await here.chat.say(Place(old), Screen("card"))
        assert isinstance(card, Sent)
        new = await here.world.person_migrates_group(here.person.id, group)
        ref = MessageRef(old, card.message_id)
        for _ in range(3):
            await here.chat.say(Place(new.id), Screen("another"))
        before = here.world.messages(new.id)
        assert card.message_id in {message.id for message in before}
        # The first of them learns of the move, the others know.
        assert await here.chat.edit(ref, Screen("changed")) == MessageGone()
        assert await here.chat.edit_buttons(ref, ()) == MessageGone()
        await here.chat.remove(ref)
        assert here.world.messages(new.id) == before
        assert here.moves == [(old, new.id)]
        await here.chat.say(Place(old, None, card.message_id), Screen("no answer"))
        assert here.world.messages(new.id)[-1].reply_to_id is None


async def test_message_goes_into_its_topic() -> None:
    async with wire() as here:
        group = here.world.add_group("Friends", [here.person.id], is_forum=True)
        topic = await here.world.person_opens_topic(here.person.id, group, "Clothes")
        assert isinstance(await here.chat.say(Place(group.id, topic.id), HELLO), Sent)
        assert here.world.messages(group.id)[-1].thread_id == topic.id


async def test_a_starter_design_is_drawn_and_telegram_never_hears_of_it():
    async with wire() as here:
        assert await here.chat.fetch_photo("design:rose") == Fetched(b"a rose")
        assert await here.chat.fetch_photo("design:of an earlier release") == PhotoGone()
        assert here.server.gate.calls("getFile") == []
