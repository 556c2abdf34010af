"""Many people at once, and Telegram's own limits."""

import asyncio
import json

import pytest

from bot.sandbox.telegram.flood import FloodLimits
from tests.e2e.endings import ended_well
from tests.e2e.person import CARD, TRY_IT_ON, Person, picture

pytestmark = pytest.mark.network

CROWD = 500


async def test_albums_in_500_chats_at_once(stage, person):
    people = [person(f"Person{number}") for number in range(CROWD)]
    for one in people:
        stage.world.private_chat(one.id).started = True
    await stage.books.introduce([one.id for one in people])
    pictures = [picture(number, (240, 320)) for number in range(40)]
    # Two photos that nobody else sends, as far as their order goes.
    albums = {
        one.id: await one.sends_album([pictures[number % 40], pictures[(number * 7 + 3) % 40]])
        for number, one in enumerate(people)
    }

    await stage.start_bot()
    await stage.until(lambda: all(one.finds(CARD) for one in people), what="500 cards", seconds=200)
    await stage.quiet()

    wrong = [one.id for one in people if photos_in_draft(one) != photos_sent(albums[one.id])]
    assert wrong == []
    # One message each: nobody was asked for a garment that was on its way.
    assert [len(one.from_bot) for one in people] == [1] * CROWD
    assert len(stage.gate.calls("sendMessage")) == CROWD


def photos_in_draft(person: Person) -> list[str]:
    [draft] = person.stage.books.rows("SELECT state FROM drafts WHERE user_id = ?", person.id)
    state = json.loads(draft["state"])
    return [state[role]["photo"]["unique_id"] for role in ("person", "garment")]


def photos_sent(album) -> list[str]:
    return [message.photo.largest.file_unique_id for message in album]


async def test_twenty_people_try_on_at_once(stage, person):
    await stage.start_bot()
    people = [person(f"Person{number}") for number in range(20)]
    await stage.books.introduce([one.id for one in people])
    await asyncio.gather(*(one.sends_album() for one in people))
    await asyncio.gather(*(one.taps_and_goes(TRY_IT_ON) for one in people))

    await asyncio.gather(*(one.gets_a_picture() for one in people))

    for one in people:
        await ended_well(one)
    assert len(stage.tryiton.jobs) == 20
    assert stage.tryiton.journal.accepted_twice() == []


async def test_telegrams_429_is_waited_out(stage, alice):
    await stage.start_bot()
    await alice.has_been_here()
    card = await alice.has_a_card()
    stage.gate.fail(
        "sendPhoto", status=429, description="Too Many Requests: retry after 2", retry_after=2, times=1
    )

    await alice.taps(TRY_IT_ON, card)
    await alice.gets_a_picture()

    refused, sent = stage.gate.calls("sendPhoto")
    assert (refused.status, sent.status) == (429, 200)
    assert sent.arrived_at - refused.arrived_at >= 2
    await ended_well(alice)


async def test_one_persons_429_keeps_nobody_else_waiting(stage, alice, person):
    bruno = person("Bruno")
    await stage.start_bot()
    stage.gate.fail(
        "sendMessage",
        status=429,
        description="Too Many Requests: retry after 10",
        retry_after=10,
        chat_id=alice.id,
    )

    await alice.says("/help")
    await stage.gate.wait_for_calls("sendMessage")
    await bruno.says("/help")

    await bruno.sees("How it works")
    assert alice.finds("How it works") == []
    await alice.sees("How it works")


async def test_the_bot_stays_within_telegrams_limits(stage, alice):
    """Nobody sends so fast that Telegram would refuse something."""
    stage.sandbox.telegram.flood.limits = FloodLimits()
    await stage.start_bot()
    await alice.has_been_here()

    for _ in range(8):
        await alice.says("/credits")
    await alice.sees_that(lambda: len(alice.finds("You have 3 credits.")) == 8, "all answers")

    assert stage.sandbox.telegram.flood.refusals == 0
