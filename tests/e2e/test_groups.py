"""Groups: commands under product photos, one's own photo from the private chat, results in the same topic."""

import pytest

from bot.sandbox.providers.tryiton.faults import Fate
from bot.sandbox.telegram.gate import ALWAYS, Moment
from bot.sandbox.telegram.model import ChatKind
from tests.e2e.members import Member
from tests.e2e.person import AGREE, ASKS_PERSON, CARD, TRY_IT_ON, Person, picture

pytestmark = pytest.mark.network

DONE = "Here you are!"
FIRST, SECOND = "1️⃣", "2️⃣"


@pytest.fixture
async def friends(stage, person):
    """A group with a topic, and two people in it."""
    alice, bruno = person("Alice"), person("Bruno <3")
    group = stage.world.add_group("Friends", [alice.id, bruno.id], is_forum=True)
    topic = await stage.world.person_opens_topic(alice.id, group.id, "Outfits")
    return [Member(stage, one.account, group, topic.id) for one in (alice, bruno)]


async def has_a_look(stage, member, number=900, *, credits_=3):
    """Let somebody have agreed and have a photo saved, as after an earlier try-on."""
    alone = Person(stage, member.account)
    await alone.has_been_here(credits_=credits_)
    await alone.sends_photo(picture(number))
    await alone.sees("Now send me the garment")
    await alone.sends_photo(picture(number + 1))
    await alone.taps(TRY_IT_ON, await alone.sees(CARD))
    await alone.gets_a_picture()
    await stage.quiet()
    return alone


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
    await alone.sees("I have gone on in the group")
    await bruno.sees_that(lambda: CARD in bruno.now(card).text, "the card")

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
    wow = await alice.says("wow", reply_to=answer)
    await alice.sends_photo(picture(5), reply_to=answer)
    await stage.quiet()
    assert (wow.id, bruno.from_bot) == (wow.id, [answer])


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
    results = []
    for number in (1, 2):
        after = results[-1].id if results else 0
        await bruno.sends_photo(picture(number), caption="/tryon")
        await bruno.taps(TRY_IT_ON, await bruno.sees(CARD, after=after))
        results.append(await bruno.sees(DONE, photo=True, after=after))
        await stage.quiet()
    first, second = results
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
    assert "for Bruno <3" in (await alice.taps("End the vote", card)).text
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


async def test_where_the_bot_may_not_write_it_goes_on_in_the_private_chat(stage, friends):
    alice, bruno = friends
    await stage.start_bot()
    alone = await has_a_look(stage, bruno)
    before = alone.last_id
    stage.world.set_group_rights(bruno.chat.id, messages=False, photos=False, documents=False)
    stage.world.set_privacy_mode(stage.world.bot.id, on=False)
    dress = await alice.sends_photo(picture(1))
    await stage.world.person_sends_text(alice.id, alice.chat.id, "hello", thread_id=alice.thread_id)
    await bruno.says("/tryon", reply_to=dress)

    card = await alone.sees(CARD, after=before)
    await alone.taps(TRY_IT_ON, card)
    await alone.gets_a_picture(after=before)

    await stage.quiet()
    assert bruno.from_bot == []
    assert stage.books.balance(bruno.id) == (1, 0)


async def test_where_the_bot_may_send_no_pictures_the_card_says_that_it_came_privately(stage, friends):
    _, bruno = friends
    await stage.start_bot()
    alone = await has_a_look(stage, bruno)
    before = alone.last_id
    await bruno.sends_photo(picture(1), caption="/tryon")
    card = await bruno.sees(CARD)
    stage.world.set_group_rights(bruno.chat.id, messages=True, photos=False, documents=False)
    await bruno.taps(TRY_IT_ON, card)

    await alone.gets_a_picture(after=before)
    await bruno.sees_that(lambda: "I can send no pictures here" in bruno.now(card).text, "where it is")

    await stage.quiet()
    assert "\u2068Bruno <3\u2069" in bruno.now(card).text
    assert len(bruno.from_bot) == 1
    assert stage.books.balance(bruno.id) == (1, 0)


async def test_a_group_that_moves_takes_what_was_begun_along(stage, person):
    alice = person("Alice")
    old = stage.world.add_group("Weekend", [alice.id], kind=ChatKind.GROUP)
    member = Member(stage, alice.account, old)
    await stage.start_bot()
    await has_a_look(stage, member)
    await member.sends_photo(picture(1), caption="/tryon")
    await member.sees(CARD)

    new = await stage.world.person_migrates_group(alice.id, old.id)

    moved = Member(stage, alice.account, new)
    card = await moved.sees(CARD)
    await moved.taps(TRY_IT_ON, card)
    await moved.sees(DONE, photo=True)
    await stage.quiet()
    assert stage.books.rows("SELECT * FROM drafts") == []
    assert stage.books.jobs()[-1]["chat_id"] == new.id


async def test_a_group_that_moves_while_a_picture_is_made_sees_how_far_it_is_and_gets_it(
    stage, person, speed
):
    alice, bruno = person("Alice"), person("Bruno")
    old = stage.world.add_group("Weekend", [alice.id, bruno.id], kind=ChatKind.GROUP)
    member = Member(stage, alice.account, old)
    await stage.start_bot()
    await has_a_look(stage, member)
    await member.sends_photo(picture(1), caption="/tryon")
    card = await member.sees(CARD)
    stage.tryiton.faults.add_fate(Fate(seconds=6 * speed))
    await member.taps(TRY_IT_ON, card)
    await member.sees_that(lambda: "Putting it on you" in member.now(card).text, "progress")

    new = await stage.world.person_migrates_group(alice.id, old.id)

    moved = Member(stage, alice.account, new)
    progress = await moved.sees("Putting it on you")
    assert "\u2068Alice\u2069" in progress.text
    await moved.sees(DONE, photo=True)
    await stage.quiet()
    assert stage.world.message(new.id, progress.id) is None
    assert len([one for one in moved.from_bot if one.photo]) == 1
    assert stage.books.balance(alice.id) == (1, 0)


async def test_cancel_and_credits_in_a_group(stage, friends):
    alice, bruno = friends
    await stage.start_bot()
    await has_a_look(stage, bruno)
    await bruno.says("/tryon")
    question = await bruno.sees("Which garment?")
    await bruno.says("/credits")
    hint = await bruno.sees("stays between the two of us")
    assert "credit" not in hint.text
    [link] = [button.url for button in hint.keyboard.buttons()]
    alone = Person(stage, bruno.account)
    await alone.starts(link.partition("?start=")[2])
    await alone.sees("You have 2 credits.")
    await alice.says("/cancel")
    await alice.sees("There is nothing to cancel.")
    assert bruno.now(question)
    await bruno.says("/cancel")

    await bruno.sees("Stopped. Nothing was charged.")
    assert stage.world.message(bruno.chat.id, question.id) is None
    assert stage.books.rows("SELECT * FROM drafts WHERE chat_id < 0") == []


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


async def test_a_picture_for_one_alone_is_not_begun_where_the_bot_is_blocked(stage, friends):
    _, bruno = friends
    await stage.start_bot()
    alone = await has_a_look(stage, bruno)
    await stage.world.person_blocks(bruno.id)
    await stage.quiet()
    await bruno.sends_photo(picture(1), caption="/tryon")
    card = await bruno.sees(CARD)
    await bruno.taps("Only to me", card)
    await bruno.sees_that(
        lambda: "● 🔒 Only to me" in [button.text for button in bruno.now(card).keyboard.buttons()],
        "the choice",
    )

    answer = await bruno.taps(TRY_IT_ON, card)

    assert "You have blocked me" in answer.text
    assert len(stage.books.jobs()) == 1
    await stage.world.person_unblocks(bruno.id)
    await stage.quiet()
    before = alone.last_id
    await bruno.taps(TRY_IT_ON, card)
    await alone.gets_a_picture(after=before)
    await stage.quiet()
    assert stage.books.balance(bruno.id) == (1, 0)


async def test_thrown_out_while_the_picture_is_made_it_comes_in_the_private_chat(stage, friends, speed):
    alice, bruno = friends
    await stage.start_bot()
    alone = await has_a_look(stage, bruno)
    before = alone.last_id
    await bruno.sends_photo(picture(1), caption="/tryon")
    card = await bruno.sees(CARD)
    stage.tryiton.faults.add_fate(Fate(seconds=3 * speed))
    await bruno.taps(TRY_IT_ON, card)
    await bruno.sees_that(lambda: stage.tryiton.journal.submissions[1:], "that it is being made")
    await stage.world.person_removes_from_group(alice.id, alice.chat.id, stage.world.bot.id)

    own = await alone.gets_a_picture(after=before)

    assert "left" in own.text
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


async def test_a_card_keeps_its_promise_whatever_is_chosen_in_another_group(stage, friends):
    _, bruno = friends
    other = Member(stage, bruno.account, stage.world.add_group("Family", [bruno.id]))
    await stage.start_bot()
    alone = await has_a_look(stage, bruno)
    await bruno.sends_photo(picture(1), caption="/tryon")
    card = await bruno.sees(CARD)
    await bruno.taps("Only to me", card)
    await other.sends_photo(picture(2), caption="/tryon")
    there = await other.sees(CARD)
    await other.taps("Here", there)
    await other.sees_that(
        lambda: "● 👥 Here" in [one.text for one in other.now(there).keyboard.buttons()], "the choice"
    )
    before = alone.last_id

    await bruno.taps(TRY_IT_ON, card)
    await alone.gets_a_picture(after=before)
    await other.taps(TRY_IT_ON, there)
    await other.sees(DONE, photo=True)

    await stage.quiet()
    assert [one for one in bruno.from_bot if one.photo] == []


async def test_what_waits_in_a_group_can_be_cancelled_there_and_from_the_private_chat(stage, friends):
    alice, bruno = friends
    await stage.start_bot()
    alone = await has_a_look(stage, bruno)
    for number, canceller in ((1, bruno), (2, alone)):
        command = await bruno.sends_photo(picture(number), caption="/tryon")
        card = await bruno.sees(CARD, after=command.id)
        hold = stage.gate.hold("getFile", Moment.BEFORE, times=ALWAYS)
        await bruno.taps(TRY_IT_ON, card)
        await bruno.sees_that(lambda card=card: bruno.finds_button("Cancel", card), "the way to cancel")
        await alice.says("/cancel")
        await canceller.says("/cancel")
        await bruno.sees_that(lambda card=card: "Cancelled." in bruno.now(card).text, "that it is over")
        assert "\u2068Bruno <3\u2069" in bruno.now(card).text
        assert "for Bruno <3" in (await alice.taps("Try on clothes", card)).text
        hold.release()
        await stage.quiet()
    assert (stage.paid_calls(), stage.books.balance(bruno.id)) == (1, (2, 0))


async def test_who_cancels_in_the_group_is_not_asked_for_a_photo_any_more(stage, friends):
    _, bruno = friends
    await stage.start_bot()
    alone = Person(stage, bruno.account)
    await bruno.sends_photo(picture(1), caption="/tryon")
    for how in ("/cancel", "Stop"):
        if how == "Stop":
            await bruno.sends_photo(picture(2), caption="/tryon")
        card = await bruno.sees("I need a photo of you first")
        [link] = [button.url for button in card.keyboard.buttons() if button.url]
        await alone.starts(link.partition("?start=")[2])
        question = await alone.sees("Before the first photo")
        await (bruno.says(how) if how == "/cancel" else bruno.taps(how, card))
        await alone.sees_that(lambda q=question: stage.world.message(alone.id, q.id) is None, "no question")
    await stage.quiet()
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
