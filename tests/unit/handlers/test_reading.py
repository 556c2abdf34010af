"""What is read from an update, however odd it is."""

import pytest
from telegram import Bot, Update, User

from handlers.reading import visit_of

BOT = Bot("12345678:" + "A" * 35)
BOT._bot_user = User(7, "Bot", is_bot=True)


def update(**person):
    sender = {"id": 5, "is_bot": False, "first_name": "A", **person}
    message = {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}, "from": sender, "text": "x"}
    return Update.de_json({"update_id": 1, "message": message}, BOT)


@pytest.mark.parametrize("tag", ["en", "pt-br", "zh-hans-raw", "es_MX"])
def test_language_of_the_app_is_taken(tag):
    assert visit_of(update(language_code=tag)).telegram_language == tag


@pytest.mark.parametrize("tag", ["x" * 17, "\ud800", "en\x00", ""])
def test_language_that_cannot_be_stored_is_left_out(tag):
    assert visit_of(update(language_code=tag)).telegram_language is None


def test_person_without_a_language_has_none():
    assert visit_of(update()).telegram_language is None
