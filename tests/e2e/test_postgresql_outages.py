"""PostgreSQL goes away in the middle of try-ons and comes back: nothing lost, doubled or mispaid."""

import asyncio
import random
import re

import pytest

from bot.sandbox.providers.tryiton.faults import Fate, Fault, Manner, Place
from bot.sandbox.telegram.gate import Moment
from tests.e2e.endings import FAILED, ended_well
from tests.e2e.person import CARD, DONE, TRY_IT_ON
from tests.e2e.stage import NEVER, WAITS_FOR_EVER

pytestmark = [
    pytest.mark.network,
    pytest.mark.parametrize("address", ["stoppable"], indirect=True),
]

AWAY = "the database is away"
BACK = "the database is back"


async def goes_away(stoppable, how="immediate"):
    await asyncio.to_thread(stoppable.stop, how)


async def comes_back(stoppable):
    await asyncio.to_thread(stoppable.start)


def told(bot) -> list[str]:
    """Return every warning and error a bot has written, without the reasons."""
    lines = re.findall(r"\[(?:warning|error|critical) *\] ([^\[\n]*)", bot.output())
    return [line.partition(";")[0].strip() for line in lines]


@pytest.mark.parametrize("how", ["immediate", "fast"])
async def test_away_at_every_stage_of_a_try_on_everybody_gets_one_picture(stage, person, stoppable, how):
    """One picture is being sent, one is made, one is ordered, and somebody comes in the outage."""
    bot = await stage.start_bot(**WAITS_FOR_EVER)
    sent_to, made_for, ordering, coming = people = [person(f"Person{number}") for number in range(4)]
    for one in people:
        await one.has_been_here()
    sending = stage.gate.hold("sendPhoto", Moment.AFTER, chat_id=sent_to.id)
    await sent_to.orders()
    await sending.arrived()
    stage.tryiton.faults.add_fate(Fate(seconds=NEVER))
    await made_for.orders()
    await stage.until(
        lambda: stage.books.rows("SELECT 1 FROM submissions WHERE state = 'processing'"),
        what="the second picture to be made",
    )
    stage.tryiton.faults.add(Place.SUBMIT, Fault(Manner.HOLD, accepted=True))
    await ordering.orders()
    await stage.held_at_the_provider()

    await goes_away(stoppable, how)
    sending.release()
    stage.sandbox.tryiton.door.release()
    await coming.sends_album()
    await stage.until(lambda: AWAY in bot.output(), what="the outage to be noticed")
    stage.tryiton.finish()
    await comes_back(stoppable)

    await coming.taps(TRY_IT_ON)
    for one in people:
        await one.gets_a_picture()
        await ended_well(one)
    assert len(stage.tryiton.journal.submissions) == len(people)
    assert len(stage.gate.calls("sendPhoto")) == len(people)
    assert told(bot) == [AWAY, BACK]


async def test_stopped_and_started_again_and_again_under_load(stage, person, stoppable):
    """Whatever the bot was doing each time: one paid call and one picture for everybody."""
    chance = random.Random(3)
    bot = await stage.start_bot()
    people = [person(f"Person{number}") for number in range(8)]
    for one in people:
        await one.has_been_here()
    orders = [asyncio.ensure_future(_orders_in_time(one, chance.uniform(0, 5))) for one in people]
    for how in ("immediate", "fast", "immediate"):
        await asyncio.sleep(chance.uniform(0.3, 1.2))
        await goes_away(stoppable, how)
        await asyncio.sleep(chance.uniform(0.1, 1.0))
        await comes_back(stoppable)
    await asyncio.gather(*orders)

    for one in people:
        await one.gets_a_picture()
        await ended_well(one)
    assert len(stage.tryiton.journal.submissions) == len(people)
    assert len(stage.gate.calls("sendPhoto")) == len(people)
    assert set(told(bot)) <= {AWAY, BACK}
    assert told(bot).count(AWAY) == told(bot).count(BACK) <= 3


async def _orders_in_time(person, seconds):
    await asyncio.sleep(seconds)
    await person.sends_album()
    await person.taps_and_goes(TRY_IT_ON, await person.sees(CARD))


async def test_killed_in_the_outage_the_next_process_takes_up_what_was_left(stage, person, stoppable):
    """What the first process learnt in the outage is lost with it; nobody pays, nothing is doubled."""
    bot = await stage.start_bot()
    made_for, ordering = people = [person("Alice"), person("Bruno")]
    for one in people:
        await one.has_been_here()
    stage.tryiton.faults.add(Place.STATUS, Fault(Manner.HOLD))
    await made_for.orders()
    await stage.held_at_the_provider()
    stage.tryiton.faults.add(Place.SUBMIT, Fault(Manner.HOLD, accepted=True))
    await ordering.orders()
    await stage.held_at_the_provider(2)
    await goes_away(stoppable)
    stage.sandbox.tryiton.door.release()
    await stage.until(lambda: AWAY in bot.output(), what="the outage to be noticed")

    await bot.kill()
    await comes_back(stoppable)
    await stage.start_bot()

    await made_for.gets_a_picture()
    await ended_well(made_for)
    notice = await ordering.sees(FAILED, button="🔄 Try again")
    await ended_well(ordering, delivered=0, failed=1)
    await ordering.taps("🔄 Try again", notice)
    await ordering.gets_a_picture()
    await ended_well(ordering, delivered=1, failed=1)
    assert len(stage.tryiton.journal.submissions) == 3


async def test_told_to_stop_in_the_outage_it_ends_in_time_and_leaves_all_to_the_next(stage, alice, stoppable):
    bot = await stage.start_bot()
    await alice.has_been_here()
    stage.tryiton.faults.add(Place.STATUS, Fault(Manner.HOLD))
    await alice.orders()
    await stage.held_at_the_provider()
    await goes_away(stoppable)
    stage.sandbox.tryiton.door.release()
    await stage.until(lambda: AWAY in bot.output(), what="the outage to be noticed")

    code = await bot.terminate()

    assert code == 0
    assert told(bot) == [AWAY]
    await comes_back(stoppable)
    await stage.start_bot()
    await alice.gets_a_picture()
    await ended_well(alice)
    assert len(stage.tryiton.jobs) == 1


async def test_standing_by_through_an_outage_it_takes_over_when_the_other_dies(stage, alice, stoppable):
    first = await stage.start_bot()
    second = await stage.launch_bot()
    await stage.until(lambda: "standing by" in second.output(), what="the second process to stand by")
    await alice.has_been_here()
    await goes_away(stoppable)
    await stage.until(
        lambda: AWAY in first.output() and AWAY in second.output(), what="both to notice the outage"
    )

    await first.kill()
    await comes_back(stoppable)

    await alice.orders()
    await alice.gets_a_picture()
    await ended_well(alice)
    assert len(alice.finds(DONE)) == 1
    assert told(second) == [AWAY, BACK]
