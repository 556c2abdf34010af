"""Commands, languages, and whatever people write that is no photo."""

import pytest

from bot.sandbox.telegram.gate import CallState
from bot.texts import LANGUAGES
from tests.e2e.person import ASKS_PERSON

pytestmark = pytest.mark.network


async def test_help_credits_and_cancel(stage, alice):
    await stage.start_bot()
    await alice.has_been_here()

    await alice.says("/help")
    await alice.taps("👕 Try on clothes", await alice.sees("How it works"))
    await alice.sees(ASKS_PERSON)
    await alice.says("/credits")
    await alice.sees("You have 3 credits.")
    await alice.says("/cancel")
    await alice.sees("Stopped. Nothing was charged.")
    await alice.says("/cancel")
    await alice.sees("There is nothing to cancel.", button="👕 Try on clothes")
    assert alice.finds(ASKS_PERSON) == []


async def test_text_instead_of_a_photo_gets_a_way_on(stage, alice):
    await stage.start_bot()

    await alice.says("hello, does this work with shoes?")
    answer = await alice.sees("I work with photos.", button="👕 Try on clothes")
    await alice.taps("👕 Try on clothes", answer)

    await alice.sees("Before the first photo")


async def test_somebody_who_says_no_is_let_go_in_peace(stage, alice):
    await stage.start_bot()
    await alice.sends_photo()

    await alice.taps("No, thanks")

    await alice.sees("I have not looked at any photo", button="👕 Try on clothes")
    assert stage.gate.calls("getFile") == []
    await stage.quiet()
    assert stage.books.rows("SELECT * FROM drafts") == []


async def test_spanish_when_chosen(stage, alice):
    await stage.start_bot()
    await alice.says("/language")
    await alice.taps("Español")
    spanish = await alice.sees(button="👕")
    before = spanish.id

    await alice.says("/credits")
    await alice.sees("créditos", after=before)
    await alice.taps("👕", spanish)
    await alice.taps("✅")
    await alice.sends_album()
    card = await alice.sees(button="✨", after=before)
    await alice.taps("✨", card)
    picture = await alice.sees(photo=True, after=before)

    texts = [message.text for message in alice.from_bot if message.id > before]
    shown = [message.keyboard for message in alice.from_bot if message.keyboard]
    labels = [button.text for keyboard in shown for button in keyboard.buttons()]
    assert "crédito" in picture.text
    assert not [text for text in texts if "credit" in text or " you " in text]
    assert not [label for label in labels if "garment" in label or "Delete" in label]


@pytest.mark.parametrize(
    ("telegram_language", "word"), [("es", "créditos"), ("ru", "кредит"), ("ar", "نقاط"), ("fr", "credits")]
)
async def test_the_language_of_telegram_is_spoken_from_the_first_word(stage, person, telegram_language, word):
    await stage.start_bot()
    somebody = person("Lucía", language_code=telegram_language)

    await somebody.starts()

    await somebody.sees(word, photo=True)


@pytest.mark.parametrize("scope", ["all_private_chats", "all_group_chats"])
async def test_menu_of_commands_is_set_in_every_language_for_each_kind_of_chat(stage, alice, scope):
    await stage.start_bot()

    calls = await stage.gate.wait_for_calls("setMyCommands", count=2 * len(LANGUAGES))

    told = [call.params for call in calls if scope in call.params["scope"]]
    # English is for everybody whose language has no menu of its own.
    assert {one.get("language_code") for one in told} == {None, *LANGUAGES} - {"en"}
    assert len({one["commands"] for one in told}) == len(LANGUAGES)


async def test_an_operator_who_has_written_finds_the_commands_for_links_in_the_menu(stage, alice):
    await stage.start_bot(ADMIN_IDS=f"{alice.id},{2**40}")

    calls = await stage.gate.wait_for_calls("setMyCommands", count=3 * len(LANGUAGES))

    told = [call.params for call in calls if f'"chat_id": {alice.id}' in call.params["scope"]]
    assert {one.get("language_code") for one in told} == {None, *LANGUAGES} - {"en"}
    assert all('"command": "links"' in one["commands"] for one in told)
    assert not [call for call in calls if "all_" in call.params["scope"] and '"links"' in str(call.params)]


async def test_the_bot_describes_itself_in_every_language_once(stage):
    bot = await stage.start_bot()
    for what in ("setMyDescription", "setMyShortDescription"):
        calls = await stage.gate.wait_for_calls(what, count=len(LANGUAGES), state=CallState.ANSWERED)
        assert {call.params.get("language_code") for call in calls} == {None, *LANGUAGES} - {"en"}
    since = stage.last_call()
    await stage.restart(bot)
    await stage.until(
        lambda: len(stage.gate.calls("getMyShortDescription", since=since)) == 1 + len(LANGUAGES),
        what="every description to be looked at",
    )
    assert stage.gate.calls("setMyDescription", since=since) == []
    assert stage.gate.calls("setMyShortDescription", since=since) == []


async def test_what_the_operator_wrote_about_the_bot_is_left_alone(stage):
    stage.world.bot.descriptions[""] = "The shop at the corner"
    await stage.start_bot()
    # These come last.
    await stage.gate.wait_for_calls("setMyShortDescription", count=len(LANGUAGES))
    assert stage.gate.calls("setMyDescription") == []
