"""Two processes over one PostgreSQL: whoever has the lease works, and who lost it changes nothing."""

import os
import signal

import pytest

from bot.sandbox.providers.tryiton.faults import Fate, Fault, Manner, Place
from tests.e2e.endings import ended_well
from tests.e2e.stage import NEVER, WAITS_FOR_EVER

pytestmark = [
    pytest.mark.network,
    pytest.mark.parametrize("address", ["postgresql"], indirect=True),
]

# The session that holds the lease, among all of this database.
_CUT = """
    SELECT pg_terminate_backend(pid, 60000) AS is_cut FROM pg_locks
     WHERE locktype = 'advisory' AND granted
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
_CUT_ALL = """
    SELECT pg_terminate_backend(pid, 60000) AS is_cut FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def cut(stage, sessions: str) -> None:
    """End sessions of the database as its operator can."""
    ended = stage.books.rows(sessions)
    # One that ended by itself in that moment is not.
    assert any(row["is_cut"] for row in ended)


async def with_a_job_under_way(stage, person) -> None:
    """Let somebody have a job that is done when its provider is told so."""
    await person.has_been_here()
    stage.tryiton.faults.add_fate(Fate(seconds=NEVER))
    await person.orders()
    await stage.until(
        lambda: stage.books.rows("SELECT 1 FROM submissions WHERE state = 'processing'"),
        what="the provider's id to be stored",
    )


async def a_second(stage):
    run = await stage.launch_bot(**WAITS_FOR_EVER)
    await stage.until(lambda: "standing by" in run.output(), what="the second process to stand by")
    return run


@pytest.mark.parametrize("sessions", [_CUT, _CUT_ALL], ids=["lease", "all"])
async def test_alone_it_takes_the_lease_again_when_its_session_is_cut(stage, alice, sessions):
    bot = await stage.start_bot(**WAITS_FOR_EVER)
    await with_a_job_under_way(stage, alice)

    cut(stage, sessions)

    await stage.until(lambda: "the lease is back" in bot.output(), what="the lease to be back")
    stage.tryiton.finish()
    await alice.gets_a_picture()
    await ended_well(alice)
    assert len(stage.tryiton.jobs) == 1
    assert bot.is_running


@pytest.mark.parametrize("sessions", [_CUT, _CUT_ALL], ids=["lease", "all"])
async def test_one_of_two_works_on_when_the_lease_is_cut(stage, alice, sessions):
    """Who is quicker gets it; the other stands by or ends, and nothing is done twice."""
    first = await stage.start_bot(**WAITS_FOR_EVER)
    second = await a_second(stage)
    await with_a_job_under_way(stage, alice)

    cut(stage, sessions)

    await stage.until(
        lambda: "the lease is back" in first.output() or " ready " in second.output(),
        what="one of them to have the lease",
    )
    stage.tryiton.finish()
    await alice.gets_a_picture()
    await ended_well(alice)
    assert len(stage.tryiton.jobs) == 1
    assert len(stage.gate.calls("sendPhoto")) == 1
    if " ready " in second.output():
        assert await first.ended() == 1, "who lost the lease ends, to be started again by the platform"
    else:
        assert first.is_running
        assert second.is_running


async def test_frozen_and_replaced_it_ends_when_it_wakes_and_changes_nothing(stage, alice):
    """A machine that stood still for a while wakes up with a job in its hands that is another's by now."""
    first = await stage.start_bot(**WAITS_FOR_EVER)
    second = await a_second(stage)
    await with_a_job_under_way(stage, alice)
    os.kill(first.process.pid, signal.SIGSTOP)
    cut(stage, _CUT)
    await stage.until(lambda: " ready " in second.output(), what="the second to take over")
    stage.tryiton.finish()

    os.kill(first.process.pid, signal.SIGCONT)

    assert await first.ended() == 1
    await alice.gets_a_picture()
    await ended_well(alice)
    assert len(stage.tryiton.jobs) == 1
    assert len(stage.gate.calls("sendPhoto")) == 1
    assert second.is_running


async def test_frozen_in_the_paid_call_and_replaced_nobody_pays_for_it(stage, alice):
    first = await stage.start_bot(**WAITS_FOR_EVER)
    second = await a_second(stage)
    await alice.has_been_here()
    stage.tryiton.faults.add(Place.SUBMIT, Fault(Manner.HOLD, accepted=True))
    await alice.orders()
    await stage.held_at_the_provider()
    os.kill(first.process.pid, signal.SIGSTOP)
    cut(stage, _CUT)
    notice = await alice.sees(button="🔄 Try again")
    stage.sandbox.tryiton.door.release()

    os.kill(first.process.pid, signal.SIGCONT)

    assert await first.ended() == 1
    await ended_well(alice, delivered=0, failed=1)
    await alice.taps("🔄 Try again", notice)
    await alice.gets_a_picture()
    await ended_well(alice, delivered=1, failed=1)
    assert len(stage.tryiton.journal.submissions) == 2
    assert second.is_running


async def test_killed_again_and_again_the_other_goes_on(stage, person):
    """Each takes over from the other while people go on ordering."""
    at_work = await stage.start_bot(**WAITS_FOR_EVER)
    standing_by = await a_second(stage)
    for number in range(3):
        somebody = person(f"Person{number}")
        await with_a_job_under_way(stage, somebody)
        await at_work.kill()
        stage.tryiton.finish()
        at_work, standing_by = standing_by, await stage.launch_bot(**WAITS_FOR_EVER)
        await somebody.gets_a_picture()
        await ended_well(somebody)
        await stage.until(
            lambda: "standing by" in standing_by.output() or not at_work.is_running,  # noqa: B023 - this round's
            what="the next to stand by",
        )
    assert len(stage.tryiton.jobs) == 3
    assert stage.tryiton.journal.accepted_twice() == []
