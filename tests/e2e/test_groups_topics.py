"""Topics that are closed or deleted while something waits in them."""

import pytest

from bot.sandbox.providers.faults import FateKind
from bot.sandbox.providers.tryiton.faults import Fate
from tests.e2e.members import SECOND, has_a_look, two_pictures
from tests.e2e.person import CARD, TRY_IT_ON, picture

pytestmark = pytest.mark.network

ENDS = ("closes", "deletes")


async def end_topic(stage, friends, how):
    """Let Alice, whose group it is, close or delete the topic."""
    alice = friends[0]
    await getattr(stage.world, f"person_{how}_topic")(alice.id, alice.chat.id, alice.thread_id)


async def picture_under_way(stage, bruno, speed, kind=FateKind.COMPLETE):
    """Let Bruno begin a picture in the topic, and return its card once it is being made."""
    await bruno.sends_photo(picture(1), caption="/tryon")
    card = await bruno.sees(CARD)
    stage.tryiton.faults.add_fate(Fate(kind, seconds=4 * speed))
    await bruno.taps(TRY_IT_ON, card)
    await bruno.sees_that(lambda: stage.tryiton.journal.submissions[1:], "that it is being made")
    return card


def in_general(member):
    return [one for one in member.from_bot if not one.is_topic_message]


@pytest.mark.parametrize("how", ENDS)
async def test_the_picture_comes_in_the_private_chat_and_is_paid_for_once(stage, friends, speed, how):
    _, bruno = friends
    await stage.start_bot()
    alone = await has_a_look(stage, bruno)
    before = alone.last_id
    card = await picture_under_way(stage, bruno, speed)
    await end_topic(stage, friends, how)

    await alone.gets_a_picture(after=before)

    await stage.quiet()
    assert stage.books.balance(bruno.id) == (1, 0)
    assert in_general(bruno) == []
    assert [one for one in bruno.from_bot if one.photo] == []
    if how == "closes":
        assert "I can send no pictures here" in bruno.now(card).text


@pytest.mark.parametrize("how", ENDS)
async def test_who_can_t_be_reached_alone_either_reads_in_the_group_where_the_picture_waits(
    stage, friends, speed, how
):
    _, bruno = friends
    await stage.start_bot()
    alone = await has_a_look(stage, bruno)
    before = alone.last_id
    card = await picture_under_way(stage, bruno, speed)
    await stage.world.person_blocks(bruno.id)
    await end_topic(stage, friends, how)

    told = await bruno.sees("Your picture is ready")

    assert "\u2068Bruno <3\u2069" in told.text
    assert [one.url for one in told.keyboard.buttons()] == ["https://t.me/tryon_sandbox_bot?start=group"]
    assert (told.id == card.id, told.is_topic_message) == ((how == "closes",) * 2)
    assert stage.books.balance(bruno.id) == (1, 1)
    assert len(in_general(bruno)) == (how == "deletes")
    await stage.world.person_unblocks(bruno.id)
    await alone.says("/credits")
    await alone.gets_a_picture(after=before)
    await stage.quiet()
    assert stage.books.balance(bruno.id) == (1, 0)


@pytest.mark.parametrize("how", ENDS)
async def test_a_failure_is_told_and_its_credit_is_back(stage, friends, speed, how):
    _, bruno = friends
    await stage.start_bot()
    alone = await has_a_look(stage, bruno)
    before = alone.last_id
    await picture_under_way(stage, bruno, speed, FateKind.FAIL)
    await end_topic(stage, friends, how)

    await alone.sees("It cost nothing", after=before)

    await stage.quiet()
    assert stage.books.balance(bruno.id) == (2, 0)
    assert bruno.from_bot == []


async def test_a_command_in_a_closed_topic_is_answered_to_its_sender_alone(stage, friends):
    alice, _ = friends
    await stage.start_bot()
    alone = await has_a_look(stage, alice)
    before = alone.last_id
    await end_topic(stage, friends, "closes")
    await alice.sends_photo(picture(1), caption="/tryon")

    card = await alone.sees("I can't write in the group", after=before)
    await alone.taps(TRY_IT_ON, card)
    await alone.gets_a_picture(after=before)

    await stage.quiet()
    assert alice.from_bot == []
    assert stage.books.balance(alice.id) == (1, 0)


async def test_in_a_topic_that_was_deleted_nothing_stays_begun(stage, friends):
    _, bruno = friends
    await stage.start_bot()
    await has_a_look(stage, bruno)
    await bruno.sends_photo(picture(1), caption="/tryon")
    await bruno.sees(CARD)
    await end_topic(stage, friends, "deletes")
    bruno.thread_id = None
    await bruno.sends_photo(picture(2), caption="/tryon")

    card = await bruno.sees(CARD)

    assert not card.is_topic_message
    await bruno.taps(TRY_IT_ON, card)
    result = await bruno.sees("Here you are!", photo=True)
    await stage.quiet()
    assert (result.is_topic_message, stage.books.balance(bruno.id)) == (False, (1, 0))


async def test_in_a_closed_topic_a_vote_goes_on_and_none_begins(stage, friends):
    alice, bruno = friends
    await stage.start_bot()
    await has_a_look(stage, bruno, credits_=5)
    _, second = await two_pictures(stage, bruno)
    await bruno.taps("Ask the group", second)
    card = await bruno.sees("Which one suits me better?", photo=True)
    await bruno.sends_photo(picture(3), caption="/tryon")
    await bruno.taps(TRY_IT_ON, await bruno.sees(CARD))
    third = await bruno.sees("Here you are!", photo=True, after=card.id)
    await stage.quiet()
    await end_topic(stage, friends, "closes")

    answer = await bruno.taps("Ask the group", third)
    await alice.taps(SECOND, card)

    assert "I can send no pictures here" in answer.text
    await bruno.sees_that(lambda: "1 vote" in bruno.now(card).text, "the vote")
    await bruno.taps("End the vote", card)
    await bruno.sees_that(lambda: "Number 2 it is!" in bruno.now(card).text, "the end")
    assert len(stage.books.rows("SELECT * FROM polls")) == 1
