"""Groups: commands under product photos, one's own photo from the private chat, results in the same topic."""

import pytest

from tests.e2e.members import FIRST, SECOND, has_a_look, two_pictures
from tests.e2e.person import AGREE, ASKS_PERSON, CARD, DONE, TRY_IT_ON, Person, picture

pytestmark = pytest.mark.network


async def test_somebody_new_shows_a_photo_privately_and_the_group_goes_on_by_itself(stage, friends):
    alice, bruno = friends
    stage.world.set_privacy_mode(stage.world.bot.id, on=True)
    await stage.start_bot()
    dress = await alice.sends_photo(picture(1))
    command = await bruno.says("/tryon", reply_to=dress)

    card = await bruno.sees("I need a photo of you first")
    assert (card.thread_id, card.reply_to_id) == (bruno.thread_id, command.id)
    assert "\u2068Bruno <3\u2069" in card.text
    assert stage.gate.calls("getFile") == []
    [link] = [button.url for button in card.keyboard.buttons() if button.url]
    payload = link.partition("?start=")[2]
    stranger = Person(stage, alice.account)
    await stranger.starts(payload)
    await stranger.sees("What you began in the group is over")

    alone = Person(stage, bruno.account)
    await alone.starts(payload)
    await alone.taps(AGREE, await alone.sees("Before the first photo"))
    await alone.sees(ASKS_PERSON)
    await alone.sends_photo(picture(2))
    back = await alone.sees("I have gone on in the group")
    await bruno.sees_that(lambda: CARD in bruno.now(card).text, "the card")

    number = -bruno.chat.id - 10**12
    assert [one.url for one in back.keyboard.buttons()] == [
        f"https://t.me/c/{number}/{bruno.thread_id}/{card.id}"
    ]
    assert "You have" not in bruno.now(card).text
    await bruno.taps(TRY_IT_ON, card)
    result = await bruno.sees(DONE, photo=True)
    assert (result.reply_to_id, result.thread_id, result.has_spoiler) == (dress.id, bruno.thread_id, False)
    assert "left" not in result.text
    await stage.quiet()
    assert stage.books.balance(bruno.id) == (2, 0)
    assert stage.books.jobs(alice.id) == []


async def test_only_ones_own_taps_count_and_others_hear_whose_button_it_is(stage, friends):
    alice, bruno = friends
    await stage.start_bot()
    await has_a_look(stage, bruno)
    dress = await alice.sends_photo(picture(1), caption="look at this")
    await bruno.says("/tryon@tryon_sandbox_bot", reply_to=dress)
    card = await bruno.sees(CARD)
    before = bruno.now(card)

    for label in ("Only to me", "Top", "Stop", TRY_IT_ON):
        answer = await alice.taps(label, card)
        assert "for Bruno <3" in answer.text
        assert answer.show_alert

    assert bruno.now(card) == before
    assert len(stage.books.jobs()) == 1
    assert stage.books.rows("SELECT * FROM users WHERE user_id = ?", alice.id) == []
    await bruno.taps(TRY_IT_ON, card)
    result = await bruno.sees(DONE, photo=True)
    for label in ("More", "Another garment", "Full-size"):
        assert "for Bruno <3" in (await alice.taps(label, result)).text
    assert await bruno.taps("Full-size", result) is not None
    await Person(stage, bruno.account).sees("The picture in full size", document=True)
    await stage.quiet()
    assert stage.books.balance(bruno.id) == (1, 0)


async def test_what_does_not_concern_the_bot_gets_no_reaction_and_is_not_fetched(stage, friends):
    alice, bruno = friends
    stage.world.set_privacy_mode(stage.world.bot.id, on=False)
    await stage.start_bot()
    photo = await alice.sends_photo(picture(1))
    await bruno.says("nice! @tryon_sandbox_bot", reply_to=photo)
    await bruno.says("/tryon@another_bot", reply_to=photo)
    await bruno.says("/weather")
    await bruno.sends_photo(picture(2), caption="this /tryon is not a command")
    await stage.world.person_sends_photos(
        alice.id, alice.chat.id, [picture(3), picture(4)], thread_id=alice.thread_id
    )
    edited = await bruno.says("hello")
    await stage.world.person_edits(bruno.id, bruno.chat.id, edited.id, "/tryon")
    asked = await bruno.says("/help")

    answer = await bruno.sees("Try things on, right here")

    await stage.quiet()
    assert answer.reply_to_id == asked.id
    assert bruno.from_bot == [answer]
    assert stage.gate.calls("getFile") == []
    assert [row["user_id"] for row in stage.books.rows("SELECT * FROM users")] == [bruno.id]
    await alice.says("wow", reply_to=answer)
    await alice.sends_photo(picture(5), reply_to=answer)
    # Everything of Alice's comes before the answer to what she says last.
    asked = await alice.says("/help")
    last = await alice.sees("Try things on, right here", after=asked.id)
    assert bruno.from_bot == [answer, last]
    assert stage.gate.calls("getFile") == []


async def test_choice_of_covered_and_private_is_remembered(stage, friends):
    alice, bruno = friends
    await stage.start_bot()
    alone = await has_a_look(stage, bruno)
    before = alone.last_id
    await bruno.sends_photo(picture(1), caption="/tryon please")
    card = await bruno.sees(CARD)
    await bruno.taps("Covered", card)
    await bruno.sees_that(
        lambda: "● 🙈 Covered" in [button.text for button in bruno.now(card).keyboard.buttons()], "the choice"
    )
    await bruno.taps(TRY_IT_ON, card)
    covered = await bruno.sees(DONE, photo=True)
    assert covered.has_spoiler

    await bruno.taps("Another garment", covered)
    question = await bruno.sees("Which garment?")
    await alice.sends_photo(picture(4), reply_to=question)
    await bruno.sends_photo(picture(2), reply_to=question)
    second = await bruno.sees(CARD, after=question.id)
    assert "● 🙈 Covered" in [button.text for button in second.keyboard.buttons()]
    await bruno.taps("Only to me", second)
    await bruno.taps(TRY_IT_ON, second)
    await bruno.sees_that(lambda: "in our private chat" in bruno.now(second).text, "where it goes")
    own = await alone.gets_a_picture(after=before)

    await stage.quiet()
    assert "left" in own.text
    assert not own.has_spoiler
    assert len([message for message in bruno.from_bot if message.photo]) == 1
    assert [job["chat_id"] for job in stage.books.jobs()][1:] == [bruno.chat.id, bruno.id]
    assert alone.finds("queue") == []


async def test_two_pictures_are_put_to_the_vote_and_everybody_counts_once(stage, friends):
    alice, bruno = friends
    await stage.start_bot()
    await has_a_look(stage, bruno)
    first, second = await two_pictures(stage, bruno)
    assert not [button for button in first.keyboard.buttons() if "Ask the group" in button.text]

    await bruno.taps("Ask the group", second)
    card = await bruno.sees("Which one suits me better?", photo=True)
    assert (card.reply_to_id, card.thread_id) == (second.id, bruno.thread_id)
    assert "already put to the vote" in (await bruno.taps("Ask the group", second)).text
    assert bruno.from_bot[-1].id == card.id
    await alice.taps(FIRST, card)
    await bruno.taps(SECOND, card)
    await alice.taps(SECOND, card)
    await bruno.sees_that(lambda: f"{SECOND} ▓▓▓▓▓▓▓▓ 2 votes" in bruno.now(card).text, "two votes")
    assert f"{FIRST} ░░░░░░░░ 0 votes" in bruno.now(card).text
    assert "Only Bruno <3 can end this vote" in (await alice.taps("End the vote", card)).text
    await bruno.taps("End the vote", card)

    await bruno.sees_that(lambda: "Number 2 it is!" in bruno.now(card).text, "how it ended")
    assert not bruno.now(card).keyboard.buttons() if bruno.now(card).keyboard else True
    assert stage.books.rows("SELECT * FROM users WHERE user_id = ?", alice.id) == []
    await bruno.taps("More", second)
    await bruno.taps("Delete", second)
    await bruno.taps("Yes, delete it", second)
    await bruno.sees_that(
        lambda: stage.world.message(bruno.chat.id, card.id) is None, "no vote over a deleted picture"
    )
    assert stage.books.rows("SELECT * FROM votes") == []


async def test_speaking_as_the_group_is_answered_kindly(stage, friends):
    alice, _ = friends
    await stage.start_bot()
    stage.world.set_anonymous(alice.chat.id, alice.id, on=True)

    command = await alice.says("/tryon")

    answer = await alice.sees("I can't see who you are")
    assert (answer.reply_to_id, answer.thread_id) == (command.id, alice.thread_id)
    assert stage.books.rows("SELECT * FROM users") == []


async def test_a_tattoo_and_a_haircut_in_a_group_by_answers_to_the_very_question(stage, friends):
    alice, bruno = friends
    await stage.start_bot()
    await has_a_look(stage, bruno)
    drawing = await alice.sends_photo(picture(1))
    await bruno.says("/tattoo", reply_to=drawing)
    where = await bruno.sees("Where should it go?")
    assert "Point" not in " ".join(button.text for button in where.keyboard.buttons())
    await bruno.says("on the moon")
    await alice.says("left hand", reply_to=where)
    await bruno.says("inside of the left wrist", reply_to=where)
    card = await bruno.sees("Place: inside of the left wrist")
    assert "You have" not in card.text
    await bruno.taps(TRY_IT_ON, card)
    tattoo = await bruno.sees(DONE, photo=True)
    assert (tattoo.reply_to_id, tattoo.thread_id) == (drawing.id, bruno.thread_id)

    await bruno.says("/hair")
    browser = await bruno.sees("Which haircut?", after=tattoo.id)
    assert "replies to this very message" in browser.text
    assert "On you: I use your saved photo." in browser.text
    await bruno.says("bob", reply_to=browser)
    found = await bruno.sees("bob", after=browser.id)
    assert "for Bruno <3" in (await alice.taps("Stop", found)).text
    await bruno.taps("Stop", found)
    await bruno.sees_that(lambda: "Stopped" in bruno.now(found).text, "that it is over")
    await stage.quiet()
    assert stage.books.balance(bruno.id) == (1, 0)


async def test_a_haircut_and_a_sheet_of_several_answer_the_command_in_its_topic(stage, friends):
    alice, bruno = friends
    await stage.start_bot()
    await has_a_look(stage, bruno, credits_=9)
    selfie = await alice.sends_photo(picture(1))
    command = await bruno.says("/hair", reply_to=selfie)
    browser = await bruno.sees("Which haircut?")
    assert "On you: I use your saved photo." in browser.text
    await bruno.taps("Pixie cut", browser)
    await bruno.taps(TRY_IT_ON, browser)
    haircut = await bruno.sees(DONE, photo=True)
    assert (haircut.reply_to_id, haircut.thread_id) == (command.id, bruno.thread_id)
    assert stage.tryiton.jobs[-1].order.haircut == "PixieCut"

    again = await bruno.says("/hair@tryon_sandbox_bot")
    browser = await bruno.sees("Which haircut?", after=again.id)
    await bruno.taps("Compare several", browser)
    await bruno.sees("Which haircuts shall I compare?", after=again.id)
    for name in ("Pixie cut", "Buzz cut"):
        await bruno.taps(name, browser)
        await bruno.sees_that(
            lambda name=name: name in bruno.now(browser).text.partition("Chosen")[2], f"{name} chosen"
        )
    assert "for Bruno <3" in (await alice.taps("Done", browser)).text
    await bruno.taps("Done", browser)
    card = await bruno.sees("Side by side on one sheet", after=again.id)
    await bruno.taps(TRY_IT_ON, card)
    sheet = await bruno.sees(DONE, photo=True, after=again.id)
    assert (sheet.reply_to_id, sheet.thread_id) == (again.id, bruno.thread_id)
    assert "2. Buzz cut" in sheet.text
    # A sheet compares by itself; a vote would be about two other pictures.
    assert not [one for one in sheet.keyboard.buttons() if "Ask the group" in one.text]
    await stage.quiet()
    assert (stage.paid_calls(), stage.books.balance(bruno.id)) == (4, (5, 0))


async def test_a_picture_that_one_has_is_shown_again_in_the_group_for_nothing(stage, friends):
    alice, bruno = friends
    await stage.start_bot()
    alone = await has_a_look(stage, bruno)
    dress = await alice.sends_photo(picture(1))
    await bruno.says("/tryon", reply_to=dress)
    await bruno.taps(TRY_IT_ON, await bruno.sees(CARD))
    await bruno.sees(DONE, photo=True)
    await stage.quiet()

    for way in ("Covered", "Only to me"):
        command = await bruno.says("/tryon", reply_to=dress)
        card = await bruno.sees("You have this very picture already", after=command.id)
        await bruno.taps(way, card)
        await bruno.sees_that(
            lambda card=card, way=way: [
                one for one in bruno.now(card).keyboard.buttons() if way in one.text and "●" in one.text
            ],
            "the choice",
        )
        assert "for Bruno <3" in (await alice.taps("Show it again", card)).text
        before = alone.last_id
        await bruno.taps("Show it again", card)
        if way == "Covered":
            shown = await bruno.sees("so it cost nothing", photo=True)
            assert (shown.id, shown.has_spoiler) == (card.id, True)
            assert "\u2068Bruno <3\u2069" in shown.text
        else:
            await alone.sees("so it cost nothing", photo=True, after=before)
            await bruno.sees_that(lambda card=card: "I sent it to you" in bruno.now(card).text, "where it is")
            assert bruno.now(card).photo is None
    await stage.quiet()
    assert (stage.paid_calls(), stage.books.balance(bruno.id)) == (2, (1, 0))
    assert stage.books.rows("SELECT * FROM drafts") == []


async def test_private_matters_are_opened_in_the_private_chat(stage, friends):
    _, bruno = friends
    await stage.start_bot()
    alone = Person(stage, bruno.account)
    for command, shown in (
        ("/language", "Which language"),
        ("/looks@tryon_sandbox_bot", "photo"),
        ("/wardrobe", "wardrobe"),
    ):
        said = await bruno.says(command)
        hint = await bruno.sees("in our private chat", after=said.id)
        assert (hint.reply_to_id, hint.thread_id) == (said.id, bruno.thread_id)
        [link] = [button.url for button in hint.keyboard.buttons()]
        before = alone.last_id
        await alone.starts(link.partition("?start=")[2])
        await alone.sees(shown, after=before)
