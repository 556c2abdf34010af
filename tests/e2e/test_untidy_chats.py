"""People do things twice, late, at once, and take them back: all has a sensible answer, none costs more."""

import asyncio
import json

import pytest

from bot.sandbox.providers.tryiton.faults import Fate
from bot.sandbox.telegram.gate import Moment
from tests.e2e.bot_run import PLAIN
from tests.e2e.endings import ended_well
from tests.e2e.person import ASKS_GARMENT, CARD, DONE, TRY_IT_ON, Person
from tests.e2e.stage import NEVER, WAITS_FOR_EVER

pytestmark = pytest.mark.network

ONE_AT_A_TIME = {"TRYITON_CONCURRENCY": "1", **WAITS_FOR_EVER}


def unique_id(message) -> str:
    return message.photo.largest.file_unique_id


def ordered(person: Person) -> list[list[str]]:
    """Return the stable ids of the photos of each job, the person's first, oldest job first."""
    wanted = [json.loads(job["request"])["photos"] for job in person.stage.books.jobs(person.id)]
    return [[photos[role]["unique_id"] for role in ("person", "garment")] for photos in wanted]


async def sends_in_parts(somebody: Person, seconds: float, between: str) -> list[str]:
    """Send the parts of one album so far apart, and something in between; return their stable ids."""
    album = str(somebody.id)
    first = await somebody.sends_album([somebody.new_picture()], album_id=album)
    await asyncio.sleep(seconds / 2)
    if between:
        await somebody.says(between)
    await asyncio.sleep(seconds / 2)
    second = await somebody.sends_album([somebody.new_picture()], album_id=album)
    return [unique_id(part) for part in (*first, *second)]


async def test_parts_of_an_album_find_each_other_however_late_and_whatever_comes_between(stage, person):
    await stage.start_bot()
    # The time between the parts is what this is about.
    ways = [(0.1, ""), (1.0, "hello?"), (3.0, "/help"), (12.0, "are you there?"), (12.0, "/credits")]
    people = [person(f"Person{number}") for number in range(len(ways))]
    await asyncio.gather(*(one.has_been_here() for one in people))
    sent = await asyncio.gather(
        *(sends_in_parts(one, *way) for one, way in zip(people, ways, strict=True)),
    )

    for one in people:
        await one.taps(TRY_IT_ON, await one.sees(CARD))
        await one.gets_a_picture()

    assert [ordered(one) for one in people] == [[parts] for parts in sent]
    for one in people:
        await ended_well(one)
        # The late part has answered it.
        await one.sees_that(lambda one=one: one.finds(ASKS_GARMENT) == [], "the question gone")


async def test_two_taps_on_one_button_are_one(stage, alice):
    stage.tryiton.faults.add_fate(Fate(seconds=NEVER))
    await stage.start_bot(**ONE_AT_A_TIME)
    await alice.has_been_here()
    await alice.orders()
    await stage.until(lambda: stage.tryiton.jobs, what="the first picture to be under way")
    second = await alice.orders()
    await alice.sees_that(lambda: "in the queue" in alice.now(second).text, "the second one wait")

    await asyncio.gather(*(alice.taps_and_goes("✖️ Cancel", second) for _ in range(3)))
    await alice.sees_that(lambda: "Cancelled." in alice.now(second).text, "the second one stopped")
    stage.tryiton.finish()
    picture = await alice.gets_a_picture()
    await stage.quiet()
    assert stage.books.balance(alice.id) == (2, 0)
    assert sorted(stage.books.job_states(alice.id)) == ["cancelled", "delivered"]

    await asyncio.gather(*(alice.taps_and_goes("👗 Another garment", picture) for _ in range(3)))
    await alice.sees(ASKS_GARMENT, after=picture.id)
    await stage.quiet()
    await alice.sees_that(lambda: len(alice.finds(ASKS_GARMENT)) == 1, "one question")
    await asyncio.gather(*(alice.taps_and_goes("⬇️ Full-size file", picture) for _ in range(3)))
    await alice.sees(document=True)
    await stage.quiet()
    assert len(alice.finds(document=True)) == 1


async def test_two_devices_at_once_agree_in_the_end(stage, person):
    await stage.start_bot()
    people = [person(f"Person{number}") for number in range(6)]
    await asyncio.gather(*(one.has_been_here() for one in people))
    cards = await asyncio.gather(*(one.has_a_card() for one in people))

    for one, card in zip(people, cards, strict=True):
        await asyncio.gather(
            one.taps_and_goes("Top", card),
            one.taps_and_goes(TRY_IT_ON, card),
            one.says("/cancel"),
            one.taps_and_goes("✖️ Stop", card),
        )
    await stage.quiet()

    for one in people:
        states = stage.books.job_states(one.id)
        assert states in ([], ["cancelled"], ["delivered"]), stage.transcript(one.id)
        await ended_well_or_stopped(one, states)


async def ended_well_or_stopped(somebody: Person, states: list[str]) -> None:
    """Check that what somebody paid is what they have, and that the chat shows it."""
    delivered = states.count("delivered")
    assert somebody.stage.books.balance(somebody.id) == (3 - delivered, 0)
    await somebody.sees_that(lambda: len(somebody.finds(DONE, photo=True)) == delivered, "what was paid for")
    await somebody.sees_that(lambda: somebody.finds(button=TRY_IT_ON) == [], "no card that is out of date")


async def test_a_photo_put_into_a_message_later_takes_the_place_of_the_first(stage, alice):
    await stage.start_bot()
    await alice.has_been_here()
    me, garment = await alice.sends_album()
    card = await alice.sees(CARD)

    edited = await stage.world.person_replaces_photo(alice.id, alice.id, garment.id, alice.new_picture())
    again = await alice.sees(CARD, after=card.id)
    await alice.sees_that(
        lambda: [card.id for card in alice.finds(CARD)] == [again.id], "the card for the other photo only"
    )
    await stage.world.person_edits(alice.id, alice.id, me.id, "that's me, by the way")
    await alice.taps(TRY_IT_ON, again)
    picture = await alice.gets_a_picture()

    assert ordered(alice) == [[unique_id(me), unique_id(edited)]]
    assert picture.reply_to_id == garment.id
    await stage.world.person_replaces_photo(alice.id, alice.id, garment.id, alice.new_picture())
    await ended_well(alice)
    assert stage.books.rows("SELECT * FROM drafts") == [], "a photo of an earlier try-on begins nothing"


async def test_a_deleted_card_and_deleted_photos_leave_the_picture_its_way(stage, alice):
    stage.tryiton.faults.add_fate(Fate(seconds=NEVER))
    await stage.start_bot(**WAITS_FOR_EVER)
    await alice.has_been_here()
    question = await asks_for_the_garment(alice)
    await stage.world.person_deletes(alice.id, alice.id, [question.id])
    garment = await alice.sends_photo()
    card = await alice.sees(CARD)
    await alice.taps(TRY_IT_ON, card)
    await stage.until(lambda: stage.tryiton.jobs, what="the picture to be under way")

    await stage.world.person_deletes(alice.id, alice.id, [card.id, garment.id])
    stage.tryiton.finish()

    picture = await alice.gets_a_picture()
    assert picture.reply_to_id is None
    await ended_well(alice)


async def asks_for_the_garment(alice):
    await alice.sends_photo()
    return await alice.sees(ASKS_GARMENT)


async def test_several_at_once_answer_their_own_photos_and_one_can_be_cancelled(stage, alice):
    stage.tryiton.faults.add_fate(Fate(seconds=NEVER))
    await stage.start_bot(**ONE_AT_A_TIME)
    await alice.has_been_here()
    garments, cards = [], []
    for _ in range(3):
        before = alice.last_id
        garments.append((await alice.sends_album())[1])
        cards.append(await alice.sees(CARD, after=before))
        await alice.taps(TRY_IT_ON, cards[-1])
    await alice.sees_that(lambda: "You are number 2." in (alice.now(cards[2]).text or ""), "its place")

    await alice.taps("✖️ Cancel", cards[1])

    await alice.sees_that(lambda: "Cancelled." in alice.now(cards[1]).text, "the one that was cancelled")
    stage.tryiton.finish()
    await alice.sees_that(lambda: len(alice.finds(DONE, photo=True)) == 2, "the two others")
    await stage.quiet()
    pictures = alice.finds(DONE, photo=True)
    assert [one.reply_to_id for one in pictures] == [garments[0].id, garments[2].id]
    assert stage.books.job_states(alice.id) == ["delivered", "cancelled", "delivered"]
    assert stage.books.balance(alice.id) == (1, 0)
    assert len(stage.tryiton.jobs) == 2


async def test_a_photo_while_a_picture_is_made_begins_another_and_disturbs_none(stage, alice):
    stage.tryiton.faults.add_fate(Fate(seconds=NEVER))
    await stage.start_bot(**WAITS_FOR_EVER)
    await alice.has_been_here()
    _, garment = await alice.sends_album()
    await alice.taps(TRY_IT_ON, await alice.sees(CARD))
    await stage.until(lambda: stage.tryiton.jobs, what="the picture to be under way")

    other = await alice.sends_photo()
    card = await alice.sees("I use your saved photo.", button=TRY_IT_ON)
    stage.tryiton.finish()
    picture = await alice.gets_a_picture()
    assert picture.reply_to_id == garment.id
    assert alice.now(card).keyboard is not None, "the card waits on"
    await alice.taps(TRY_IT_ON, card)
    second = await alice.gets_a_picture(after=picture.id)

    assert second.reply_to_id == other.id
    await ended_well(alice, delivered=2)


async def test_a_tap_is_answered_before_what_it_asked_for_is_there(stage, alice):
    await stage.start_bot(arguments=PLAIN)
    await alice.has_been_here()
    await alice.orders()
    picture = await alice.gets_a_picture()
    await alice.taps("⋯ More", picture)
    slow = stage.gate.hold("sendPhoto", Moment.BEFORE)

    answer = await alice.taps("🌗 Before and after", picture)
    await slow.arrived()

    assert (answer.text, answer.show_alert) == (None, False)
    assert alice.finds("Before and after.", photo=True) == []
    slow.release()
    await alice.sees("Before and after.", photo=True)
