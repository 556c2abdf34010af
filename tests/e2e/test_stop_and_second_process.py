"""SIGTERM at busy moments, and two processes on one database."""

import asyncio

import pytest

from bot.sandbox.providers.tryiton.faults import Fate, Fault, Manner, Place
from bot.sandbox.telegram.gate import CallState, Moment
from tests.e2e.endings import FAILED, ended_well
from tests.e2e.person import ASKS_GARMENT, DONE, TRY_IT_ON
from tests.e2e.stage import NEVER, WAITS_FOR_EVER

pytestmark = pytest.mark.network

on_both_databases = pytest.mark.parametrize("address", ["sqlite", "postgresql"], indirect=True)


async def terminated(bot) -> None:
    assert await bot.terminate() == 0, bot.output()


async def test_sigterm_during_the_paid_call_waits_for_the_answer_and_stores_it(stage, alice):
    bot = await stage.start_bot(**WAITS_FOR_EVER)
    await alice.has_been_here()
    stage.tryiton.faults.add_fate(Fate(seconds=NEVER))
    stage.tryiton.faults.add(Place.SUBMIT, Fault(Manner.DELAY, accepted=True, seconds=2.0))
    await alice.orders()
    await stage.until(lambda: stage.tryiton.jobs, what="the provider to have the job")

    await terminated(bot)

    [submission] = stage.books.rows("SELECT * FROM submissions")
    assert submission["state"] == "processing"
    assert submission["provider_job_id"] == stage.tryiton.jobs[0].job_id
    stage.tryiton.finish()
    await stage.start_bot()
    await alice.gets_a_picture()
    await ended_well(alice)
    assert len(stage.tryiton.jobs) == 1


async def test_sigterm_during_a_paid_call_that_is_never_answered(stage, alice):
    bot = await stage.start_bot()
    await alice.has_been_here()
    stage.tryiton.faults.add(Place.SUBMIT, Fault(Manner.HOLD))
    await alice.orders()
    await stage.held_at_the_provider()

    await terminated(bot)

    await stage.start_bot()
    await alice.sees(FAILED, button="🔄 Try again")
    await ended_well(alice, delivered=0, failed=1)
    assert len(stage.tryiton.journal.submissions) == 1


@pytest.mark.parametrize("method", ["sendPhoto", "deleteMessage", "editMessageText"])
async def test_sigterm_while_telegram_is_slow(stage, alice, method):
    bot = await stage.start_bot()
    await alice.has_been_here()
    stage.gate.delay(method, 1.5, moment=Moment.AFTER)
    await alice.orders()
    await stage.until(lambda: stage.gate.calls(method), what=f"{method} to be called")

    await terminated(bot)

    await stage.start_bot()
    await alice.gets_a_picture()
    # A picture that was being sent when the signal came was waited for: it is there once.
    await ended_well(alice)


async def test_sigterm_while_a_photo_is_looked_at(stage, alice):
    bot = await stage.start_bot()
    await alice.has_been_here()
    hold = stage.gate.hold("getFile", Moment.BEFORE)
    await alice.sends_photo()
    call = await hold.arrived()

    await terminated(bot)

    await stage.until(lambda: call.state is CallState.LOST, what="the server to see that nobody waits")
    stage.gate.clear()
    await stage.start_bot()
    await alice.sees(ASKS_GARMENT)


async def test_sigterm_with_many_people_at_once(stage, person):
    bot = await stage.start_bot()
    people = [person(f"Person{number}") for number in range(12)]
    for one in people:
        await one.has_been_here()
    await asyncio.gather(*(one.sends_album() for one in people))
    await asyncio.gather(*(one.taps_and_goes(TRY_IT_ON) for one in people))
    await stage.until(lambda: len(stage.tryiton.jobs) >= 4, what="some pictures to be under way")

    await terminated(bot)
    await stage.start_bot()

    await asyncio.gather(*(one.gets_a_picture() for one in people))
    for one in people:
        await ended_well(one)
    assert len(stage.tryiton.jobs) == len(people)
    assert stage.tryiton.journal.accepted_twice() == []


@on_both_databases
async def test_a_second_process_stands_by_and_takes_over_in_the_middle_of_a_job(stage, alice):
    first = await stage.start_bot(**WAITS_FOR_EVER)
    second = await stage.launch_bot(**WAITS_FOR_EVER)
    await stage.until(lambda: "standing by" in second.output(), what="the second process to stand by")
    await alice.has_been_here()
    stage.tryiton.faults.add_fate(Fate(seconds=NEVER))
    await alice.orders()
    await stage.until(lambda: stage.tryiton.jobs, what="the provider to have the job")
    await stage.until(
        lambda: stage.books.rows("SELECT 1 FROM submissions WHERE state = 'processing'"),
        what="the provider's id to be stored",
    )
    polls = stage.gate.calls("getUpdates")
    assert [call for call in polls if call.status == 409] == []

    since = stage.last_call()
    await first.kill()

    await stage.until(lambda: stage.gate.calls("getUpdates", since=since), what="the second to take over")
    stage.tryiton.finish()
    await alice.gets_a_picture()
    await ended_well(alice)
    assert len(stage.tryiton.jobs) == 1
    assert second.is_running


async def test_a_second_process_during_the_paid_call_does_no_harm(stage, alice):
    await stage.start_bot()
    await alice.has_been_here()
    stage.tryiton.faults.add(Place.SUBMIT, Fault(Manner.HOLD, accepted=True))
    await alice.orders()
    await stage.held_at_the_provider()

    second = await stage.launch_bot()
    await stage.until(lambda: "standing by" in second.output(), what="the second process to stand by")
    stage.sandbox.tryiton.door.release()

    await alice.gets_a_picture()
    await ended_well(alice)
    assert len(stage.tryiton.jobs) == 1
    assert len(stage.gate.calls("sendPhoto")) == 1


@on_both_databases
async def test_a_rolling_restart_loses_nothing(stage, alice):
    """The new process is started beside the old one, which is then told to stop."""
    first = await stage.start_bot()
    await alice.has_been_here()
    second = await stage.launch_bot()
    await stage.until(lambda: "standing by" in second.output(), what="the second process to stand by")
    stage.tryiton.faults.add(Place.SUBMIT, Fault(Manner.DELAY, accepted=True, seconds=1.0))
    await alice.orders()
    await stage.until(lambda: stage.tryiton.jobs, what="the provider to have the job")

    await terminated(first)

    await alice.gets_a_picture()
    await ended_well(alice)
    assert len(stage.tryiton.jobs) == 1
    await alice.sends_photo()
    await alice.sees("I use your saved photo.")
    assert len(alice.finds(DONE)) == 1


async def inside_the_paid_call(stage, person):
    """Start a bot, and a second one while the first is inside a paid call; return both."""
    old = await stage.start_bot()
    await person.has_been_here()
    stage.tryiton.faults.add(Place.SUBMIT, Fault(Manner.HOLD, accepted=True))
    await person.orders()
    await stage.held_at_the_provider()
    new = await stage.launch_bot()
    await stage.until(lambda: "standing by" in new.output(), what="the new process to stand by")
    return old, new


@on_both_databases
async def test_a_rolling_deploy_inside_the_paid_call_waits_for_its_answer(stage, alice):
    old, new = await inside_the_paid_call(stage, alice)

    stopping = asyncio.ensure_future(terminated(old))
    # Time to hear the signal. On a machine so slow that it does not, the end must be the same.
    await asyncio.sleep(0.5)
    stage.sandbox.tryiton.door.release()
    await stopping

    await alice.gets_a_picture()
    await ended_well(alice)
    assert len(stage.tryiton.journal.submissions) == 1
    assert len(stage.gate.calls("sendPhoto")) == 1
    assert new.is_running


@on_both_databases
async def test_a_rolling_deploy_inside_a_paid_call_that_is_never_answered_costs_nobody_a_credit(stage, alice):
    old, new = await inside_the_paid_call(stage, alice)

    await terminated(old)

    notice = await alice.sees(FAILED, button="🔄 Try again")
    await ended_well(alice, delivered=0, failed=1)
    assert len(stage.tryiton.journal.submissions) == 1
    await alice.taps("🔄 Try again", notice)
    await alice.gets_a_picture()
    await ended_well(alice, delivered=1, failed=1)
    assert len(stage.tryiton.journal.submissions) == 2
    assert new.is_running


async def test_three_processes_one_after_another(stage, alice):
    runs = [await stage.start_bot()]
    runs += [await stage.launch_bot() for _ in range(2)]
    await alice.has_been_here()
    for run in (*runs[1:],):
        await stage.until(lambda run=run: "standing by" in run.output(), what="a process to stand by")

    await runs[0].kill()
    await stage.until(
        lambda: any("ready" in run.output() for run in runs[1:]), what="one of the others to take over"
    )

    assert sorted("ready" in run.output() for run in runs[1:]) == [False, True]
    await alice.orders()
    await alice.gets_a_picture()
    await ended_well(alice)
