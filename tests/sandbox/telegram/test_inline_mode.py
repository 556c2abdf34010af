"""Inline mode from both ends: what a person types, what the bot offers, what Telegram remembers of it."""

import asyncio

import httpx
import pytest
from telegram import InlineQueryResultCachedPhoto, InlineQueryResultsButton, Update

pytestmark = [pytest.mark.network, pytest.mark.plays_the_bot]


@pytest.fixture
async def photo_id(world, picture):
    return (await world.files.add_photo(picture())).largest.file_id


@pytest.fixture
def offer(photo_id):
    return [InlineQueryResultCachedPhoto("1", photo_id, caption="My new look")]


def heard(world):
    updates = [Update.de_json(one.as_json()) for one in world.bot.queue.peek()]
    world.bot.queue.clear()
    return updates


async def asked(world, person, text="", **where):
    ask = await world.person_inline_query(person.id, text, **where)
    return ask, [one.inline_query for one in heard(world) if one.inline_query]


async def test_query_says_who_asks_what_from_where_and_in_which_kind_of_chat(world, ann, group):
    _, [query] = await asked(world, ann, "hair", offset="50", chat=group)
    assert (query.from_user.id, query.query, query.offset) == (ann.id, "hair", "50")
    assert query.chat_type == "supergroup"


async def test_chosen_photo_is_sent_via_the_bot_into_the_topic(bot, world, ann, offer):
    forum = world.add_group("Forum", [ann.id], is_forum=True)
    topic = await world.person_opens_topic(ann.id, forum, "Hair")
    ask, [query] = await asked(world, ann, chat=forum)
    await bot.answer_inline_query(query.id, offer)
    said = await world.person_chooses_inline(ann.id, forum, ask, "1", thread_id=topic.id)
    assert (said.sender_id, said.via_bot_id, said.thread_id) == (ann.id, world.bot.id, topic.id)
    assert (said.text, said.photo.largest.file_id) == ("My new look", offer[0].photo_file_id)
    # What was sent through a bot reaches it in spite of privacy mode.
    [update] = heard(world)
    assert update.message.via_bot.id == world.bot.id


@pytest.mark.parametrize(("feedback", "told"), [(True, [("1", "hat")]), (False, [])])
async def test_choice_is_told_only_where_botfather_was_asked_for_it(bot, world, ann, offer, feedback, told):
    world.set_inline_feedback(world.bot.id, on=feedback)
    ask, [query] = await asked(world, ann, "hat")
    await bot.answer_inline_query(query.id, offer)
    await world.person_chooses_inline(ann.id, ann.id, ask, "1")
    chosen = [one.chosen_inline_result for one in heard(world) if one.chosen_inline_result]
    assert [(one.result_id, one.query) for one in chosen] == told


async def test_button_and_next_page_reach_the_person(bot, world, ann, offer):
    ask, [query] = await asked(world, ann)
    button = InlineQueryResultsButton("Add a photo", start_parameter="inline")
    await bot.answer_inline_query(query.id, offer, button=button, next_offset="1")
    answer = await ask.answer(0)
    assert (answer.button_text, answer.start_parameter) == ("Add a photo", "inline")
    assert answer.next_offset == "1"


async def test_answer_is_remembered_and_for_everybody_unless_it_is_personal(bot, world, ann, ben, offer):
    """Forgetting is_personal shows one person's pictures to the next: the sandbox must let that happen."""
    _, [query] = await asked(world, ann, "a")
    await bot.answer_inline_query(query.id, offer, cache_time=60)
    ask, queries = await asked(world, ben, "a")
    assert (queries, len((await ask.answer(0)).results)) == ([], 1)
    _, [query] = await asked(world, ann, "b")
    await bot.answer_inline_query(query.id, offer, cache_time=60, is_personal=True)
    assert (await asked(world, ann, "b"))[1] == []
    assert len((await asked(world, ben, "b"))[1]) == 1
    assert len((await asked(world, ann, "b", offset="50"))[1]) == 1


async def test_answer_is_forgotten_after_its_time(bot, world, ann, offer, monkeypatch):
    _, [query] = await asked(world, ann)
    await bot.answer_inline_query(query.id, offer, cache_time=0)
    _, [query] = await asked(world, ann)
    await bot.answer_inline_query(query.id, offer, cache_time=60)
    now = world.now()
    monkeypatch.setattr(world.inline_cache, "_now", lambda: now + 61)
    assert len((await asked(world, ann))[1]) == 1


async def test_five_minutes_are_the_default(bot, world, ann, offer, monkeypatch):
    _, [query] = await asked(world, ann)
    await bot.answer_inline_query(query.id, offer)
    now = world.now()
    monkeypatch.setattr(world.inline_cache, "_now", lambda: now + 299)
    assert (await asked(world, ann))[1] == []
    monkeypatch.setattr(world.inline_cache, "_now", lambda: now + 301)
    assert len((await asked(world, ann))[1]) == 1


@pytest.mark.parametrize(
    ("results", "more", "problem"),
    [
        ("double", {}, "RESULT_ID_DUPLICATE"),
        ("many", {}, "RESULTS_TOO_MUCH"),
        ("long", {}, "RESULT_ID_INVALID"),
        ("one", {"next_offset": "x" * 65}, "NEXT_OFFSET_INVALID"),
        ("one", {"button": {"text": "Go", "start_parameter": "a b"}}, "START_PARAM_INVALID"),
    ],
)
async def test_answers_telegram_refuses(address, token, world, ann, photo_id, results, more, problem):
    ids = {"double": ["1", "1"], "many": map(str, range(51)), "long": ["x" * 65], "one": ["1"]}[results]
    offers = [{"type": "photo", "id": one, "photo_file_id": photo_id} for one in ids]
    ask = await world.person_inline_query(ann.id, "")
    async with httpx.AsyncClient() as client:
        body = {"inline_query_id": ask.id, "results": offers, **more}
        answer = await client.post(f"{address}/telegram/bot{token}/answerInlineQuery", json=body)
    assert answer.json()["description"] == f"Bad Request: {problem}"


async def test_many_ask_at_once_and_each_gets_the_own_answer(bot, world, ann, ben, offer):
    asks = [await world.person_inline_query(person.id, "x") for person in (ann, ben)]
    for update in heard(world):
        await bot.answer_inline_query(update.inline_query.id, offer, is_personal=True, cache_time=0)
    assert all(await asyncio.gather(*(ask.answer(1) for ask in asks)))
