"""Groups where something is in the way: lost rights, a crash, a move, a second thought, another group."""

import pytest

from bot.sandbox.providers.tryiton.faults import Fate
from bot.sandbox.telegram.gate import ALWAYS, Moment
from bot.sandbox.telegram.model import ChatKind, Status
from tests.e2e.members import SECOND, Member, has_a_look, two_pictures
from tests.e2e.person import ASKS_PERSON, CARD, DONE, TRY_IT_ON, Person, picture
from tests.e2e.stage import NEVER, WAITS_FOR_EVER

pytestmark = pytest.mark.network


async def test_a_vote_right_before_a_crash_is_on_the_card_after_the_next_start(stage, friends):
    alice, bruno = friends
    run = await stage.start_bot()
    await has_a_look(stage, bruno)
    _, second = await two_pictures(stage, bruno)
    await bruno.taps("Ask the group", second)
    card = await bruno.sees("Which one suits me better?", photo=True)
    hold = stage.gate.hold("editMessageCaption", Moment.BEFORE)
    await alice.taps(SECOND, card)
    await bruno.sees_that(lambda: hold.held, "an edit on its way")

    await stage.restart(run)

    hold.release()
    await bruno.sees_that(lambda: f"{SECOND} ▓▓▓▓▓▓▓▓ 1 vote" in bruno.now(card).text, "the vote")


async def test_what_was_begun_in_private_makes_way_for_the_groups_photo_and_goes_on_after_it(stage, friends):
    _, bruno = friends
    await stage.start_bot()
    alone = Person(stage, bruno.account)
    await alone.has_been_here()
    mine = await alone.has_a_card()
    await bruno.sends_photo(picture(1), caption="/tryon")
    waiting = await bruno.sees("I need a photo of you first")
    [link] = [button.url for button in waiting.keyboard.buttons() if button.url]
    await alone.starts(link.partition("?start=")[2])
    await alone.sees(ASKS_PERSON)

    await alone.sends_photo(picture(2))

    await bruno.sees_that(lambda: CARD in bruno.now(waiting).text, "the group's card")
    again = await alone.sees(CARD, after=mine.id)
    await alone.taps(TRY_IT_ON, again)
    await alone.gets_a_picture()
    await bruno.taps(TRY_IT_ON, waiting)
    await bruno.sees(DONE, photo=True)
    await stage.quiet()
    assert stage.books.balance(bruno.id) == (1, 0)


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


@pytest.mark.parametrize("how", ["confirms", "stops"])
async def test_what_was_begun_in_private_goes_on_after_what_a_group_could_not_take(stage, friends, how):
    _, bruno = friends
    await stage.start_bot()
    alone = await has_a_look(stage, bruno)
    mine = await alone.has_a_card()
    stage.world.set_group_rights(bruno.chat.id, messages=False, photos=False, documents=False)
    await bruno.sends_photo(picture(1), caption="/tryon")

    groups = await alone.sees("I can't write in the group", after=mine.id)
    assert CARD in groups.text
    await alone.sees_that(lambda: stage.world.message(alone.id, mine.id) is None, "one card only")
    await alone.taps(TRY_IT_ON if how == "confirms" else "Stop", groups)
    again = await alone.sees(CARD, after=groups.id)
    assert "group" not in again.text
    if how == "stops":
        assert "Stopped." in alone.now(groups).text
    await alone.taps(TRY_IT_ON, again)

    garment = mine.id - 1
    await alone.sees_that(
        lambda: [one for one in alone.finds(DONE, photo=True) if one.reply_to_id == garment],
        "the own picture",
    )
    await stage.quiet()
    assert stage.books.rows("SELECT * FROM drafts") == []
    assert stage.books.balance(bruno.id) == ({"confirms": 0, "stops": 1}[how], 0)


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
    assert "this card replaces the one further up" in card.text
    await moved.taps(TRY_IT_ON, card)
    await moved.sees(DONE, photo=True)
    await stage.quiet()
    assert stage.books.rows("SELECT * FROM drafts") == []
    assert stage.books.jobs()[-1]["chat_id"] == new.id
    assert not [one for one in moved.from_bot if "Try things on" in one.text]


async def test_a_group_that_moves_while_a_picture_is_made_sees_how_far_it_is_and_gets_it(stage, person):
    alice, bruno = person("Alice"), person("Bruno")
    old = stage.world.add_group("Weekend", [alice.id, bruno.id], kind=ChatKind.GROUP)
    member = Member(stage, alice.account, old)
    await stage.start_bot(**WAITS_FOR_EVER)
    await has_a_look(stage, member)
    await member.sends_photo(picture(1), caption="/tryon")
    card = await member.sees(CARD)
    stage.tryiton.faults.add_fate(Fate(seconds=NEVER))
    await member.taps(TRY_IT_ON, card)
    await member.sees_that(lambda: "Putting it on you" in member.now(card).text, "progress")

    new = await stage.world.person_migrates_group(alice.id, old.id)

    moved = Member(stage, alice.account, new)
    progress = await moved.sees("Putting it on you")
    assert "\u2068Alice\u2069" in progress.text
    stage.tryiton.finish()
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


async def test_thrown_out_while_the_picture_is_made_it_comes_in_the_private_chat(stage, friends):
    alice, bruno = friends
    await stage.start_bot(**WAITS_FOR_EVER)
    alone = await has_a_look(stage, bruno)
    before = alone.last_id
    await bruno.sends_photo(picture(1), caption="/tryon")
    card = await bruno.sees(CARD)
    stage.tryiton.faults.add_fate(Fate(seconds=NEVER))
    await bruno.taps(TRY_IT_ON, card)
    await bruno.sees_that(lambda: stage.tryiton.jobs[1:], "that it is being made")
    await stage.world.person_removes_from_group(alice.id, alice.chat.id, stage.world.bot.id)
    stage.tryiton.finish()

    own = await alone.gets_a_picture(after=before)

    assert "left" in own.text
    await stage.quiet()
    assert stage.books.balance(bruno.id) == (1, 0)


async def test_a_card_keeps_its_promise_whatever_is_chosen_in_another_group(stage, friends):
    _, bruno = friends
    other = Member(stage, bruno.account, stage.world.add_group("Family", [bruno.id]))
    await stage.start_bot()
    alone = await has_a_look(stage, bruno)
    await bruno.sends_photo(picture(1), caption="/tryon")
    card = await bruno.sees(CARD)
    await bruno.taps("Only to me", card)
    await bruno.sees_that(lambda: bruno.finds_button("● 🔒 Only to me", card), "the choice")
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
    for number, how in enumerate(("/cancel", "Stop"), start=1):
        command = await bruno.sends_photo(picture(number), caption="/tryon")
        card = await bruno.sees("I need a photo of you first", after=command.id)
        [link] = [button.url for button in card.keyboard.buttons() if button.url]
        await alone.starts(link.partition("?start=")[2])
        question = await alone.sees("Before the first photo")
        await (bruno.says(how) if how == "/cancel" else bruno.taps(how, card))
        await alone.sees_that(lambda q=question: stage.world.message(alone.id, q.id) is None, "no question")
    await stage.quiet()
    assert stage.books.rows("SELECT * FROM drafts") == []


async def test_added_to_a_group_it_says_once_what_can_be_done_and_keeps_nothing_of_who_added_it(
    stage, friends
):
    alice, bruno = friends
    await stage.start_bot()
    bot = stage.world.bot.id
    await stage.world.person_removes_from_group(alice.id, bruno.chat.id, bot)
    await stage.world.person_adds_to_group(alice.id, bruno.chat.id, bot)

    hello = await bruno.sees("Try things on, right here")

    assert "/tryon" in hello.text
    assert stage.books.rows("SELECT * FROM users") == []
    await stage.world.person_promotes(alice.id, bruno.chat.id, bot, Status.ADMINISTRATOR)
    await stage.world.person_removes_from_group(alice.id, bruno.chat.id, bruno.id)
    await stage.world.person_adds_to_group(alice.id, bruno.chat.id, bruno.id)
    asked = await alice.says("/help")
    answer = await bruno.sees("Try things on, right here", after=asked.id)
    assert bruno.from_bot == [hello, answer]


async def test_a_group_made_with_the_bot_in_it_hears_the_same_once(stage, friends):
    alice, _ = friends
    await stage.start_bot()
    group = await stage.world.person_creates_group(alice.id, "New friends")
    alice = Member(stage, alice.account, group)

    hello = await alice.sees("Try things on, right here")

    asked = await alice.says("/help")
    answer = await alice.sees("Try things on, right here", after=asked.id)
    assert alice.from_bot == [hello, answer]
