"""What is read from an update, however odd it is."""

import pytest
from telegram import Bot, Update, User

from handlers.reading import command_of, visit_of

BOT = Bot("12345678:" + "A" * 35)
BOT._bot_user = User(7, "Bot", is_bot=True, username="TryOnBot")


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


def in_group(**message):
    chat = {"id": -9, "type": "supergroup", "title": "Friends"}
    sender = {"id": 5, "is_bot": False, "first_name": "Ann", "last_name": "Lee"}
    fields = {"message_id": 1, "date": 1, "chat": chat, "from": sender, **message}
    return Update.de_json({"update_id": 1, "message": fields}, BOT)


def command(text, *, at=0, kind="bot_command", field="text"):
    length = len(text.split()[0]) if at == 0 else 1
    entities = "entities" if field == "text" else "caption_entities"
    return in_group(**{field: text, entities: [{"type": kind, "offset": at, "length": length}]}).message


@pytest.mark.parametrize("field", ["text", "caption"])
@pytest.mark.parametrize("text", ["/tryon", "/TryOn", "/tryon@TryOnBot", "/tryon@tryonbot please"])
def test_command_for_us_or_for_nobody_by_name_is_ours(text, field):
    assert command_of(command(text, field=field)) == "tryon"


@pytest.mark.parametrize(
    "message",
    [
        command("/tryon@other_bot"),
        command("/tryon", kind="bold"),
        command("so /tryon", at=3),
        in_group(text="/tryon").message,
        in_group(photo=[]).message,
    ],
)
def test_everything_else_is_no_command_of_ours(message):
    assert command_of(message) is None


def test_name_is_taken_where_others_read_along_only():
    assert visit_of(in_group(text="x")).name == "Ann Lee"
    assert visit_of(update()).name is None


def test_nobody_wrote_what_a_channel_posts_into_its_group():
    telegram = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
    posted = in_group(text="/tryon", is_automatic_forward=True, **{"from": telegram})
    assert visit_of(posted) is None
