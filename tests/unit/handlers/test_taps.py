"""An answer that a tap can't carry is said in the chat."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from telegram import Chat as TelegramChat
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message

from bot.chat.codes import Code, Verb, parse
from bot.chat.outcomes import MessageRef
from bot.texts import Texts
from bot.visit import UpdateRef, Visit
from handlers.taps import Tap
from handlers.taps.groups import is_for_somebody_else


class Chat:
    def __init__(self, *, seen):
        self.seen = seen
        self.said = []

    async def answer_tap(self, query_id, text=None, *, alert=False):
        return self.seen

    async def say(self, place, screen):
        self.said.append((place.chat_id, screen.text))


def tap(chat, chat_id=5):
    return Tap(
        SimpleNamespace(chat=chat),
        Visit(5, chat_id, None, 1, "en", UpdateRef(7, 1), "Ann"),
        None,
        SimpleNamespace(id="q"),
        Code(Verb.GO),
        MessageRef(5, 1),
    )


async def test_alert_that_came_too_late_is_said():
    chat = Chat(seen=False)
    await tap(chat).answer("2 < 3 credits", alert=True)
    assert chat.said == [(5, "2 &lt; 3 credits")]


@pytest.mark.parametrize(("is_secret", "told"), [(False, -40), (True, 5)])
async def test_what_somebody_has_left_is_said_to_no_group_when_the_alert_came_too_late(is_secret, told):
    chat = Chat(seen=False)
    await tap(chat, chat_id=-40).answer("You have 2 credits.", alert=True, is_secret=is_secret)
    [(chat_id, text)] = chat.said
    assert chat_id == told
    assert ("Ann" in text) is not is_secret


class Named:
    def __init__(self):
        self.alerts = []

    async def answer_tap(self, query_id, text=None, *, alert=False):
        self.alerts.append(text)

    async def name_of(self, user_id):
        return f"N{user_id}"


@pytest.mark.parametrize(
    ("code", "shown", "alert"),
    [
        ("discard:@5", "discard:@5", None),
        ("discard:@5", None, None),
        ("vote:1:2", "endvote:1:@6", None),
        ("discard:@6", "discard:@6", "N6"),
        # Made up: no button of that message says so.
        ("discard:@5", "discard:@6", "N6"),
        ("discard", "discard:@5", "earlier try-on"),
        ("endvote:1:@6", "endvote:1:@6", "Only N6 can end this vote"),
    ],
)
async def test_a_tap_counts_only_on_ones_own_message(code, shown, alert):
    named = Named()
    services = SimpleNamespace(chat=named, groups=named, texts=Texts())
    rows = [[InlineKeyboardButton("x", callback_data=shown)]] if shown else []
    when, where = datetime.now(UTC), TelegramChat(-40, "supergroup")
    message = Message(1, when, where, reply_markup=InlineKeyboardMarkup(rows))
    query = SimpleNamespace(id="q", message=message)
    visit = Visit(5, -40, None, 1, "en", UpdateRef(7, 1), "Ann")
    assert await is_for_somebody_else(services, visit, query, parse(code)) is (alert is not None)
    assert all(alert in text for text in named.alerts)
    assert len(named.alerts) == (alert is not None)


@pytest.mark.parametrize(
    ("seen", "text", "alert"), [(True, "read me", True), (False, "by the way", False), (False, None, False)]
)
async def test_nothing_is_said_twice_or_in_passing(seen, text, alert):
    chat = Chat(seen=seen)
    await tap(chat).answer(text, alert=alert)
    assert chat.said == []
