import logging
from pathlib import Path

import pytest

from bot.jobs.failures import Failure
from bot.jobs.sending import Stage
from bot.sandbox.providers.records import Happening
from bot.sandbox.providers.tryiton.faults import Fault, Manner, Place
from bot.sandbox.providers.tryiton.replies import ErrorName
from storage.jobs import JobState
from storage.submissions import SubmissionState
from tests.integration.jobs.virtual_time import on_virtual_time
from tests.integration.jobs.world import open_world


@on_virtual_time
async def test_an_outage_is_logged_once_and_so_is_its_end(
    database: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with open_world(database) as world:
        await world.start()
        world.transport.down = True
        jobs = [await world.confirm(user_id=number) for number in range(12)]
        await world.clock.sleep(900)
        assert {await world.state(job_id) for job_id in jobs} == {JobState.QUEUED}
        assert world.board.stages(jobs[-1])[-1] is Stage.PAUSED
        world.transport.down = False
        await world.clock.sleep(75)
        assert world.accepted() >= 1
        await world.brain.wait_idle()
        assert {await world.state(job_id) for job_id in jobs} == {JobState.DELIVERED}
        assert world.server.journal.violations == []
    assert caplog.text.count("out of order") == 1
    assert caplog.text.count("works again") == 1


@on_virtual_time
async def test_in_an_outage_no_paid_call_is_risked_while_reads_fail(database: Path) -> None:
    async with open_world(database) as world:
        await world.start()
        for number in range(12):
            await world.confirm(user_id=number)
        lost = Fault(Manner.CLOSE, accepted=True)
        world.server.faults.add(Place.SUBMIT, lost, 100)
        world.server.faults.add(Place.CREDITS, Fault(Manner.HTML, http_status=502), 10)
        await world.clock.sleep(120)
        # A burst of six was under way before anybody could know.
        assert world.server.journal.counts[Happening.SUBMIT] <= 6
        world.server.faults.clear()
        await world.brain.wait_idle()
        assert world.accepted() == 12


@on_virtual_time
async def test_an_unknown_outcome_is_never_sent_again_and_keeps_its_slot(database: Path) -> None:
    async with open_world(database) as world:
        await world.start()
        world.server.faults.add(Place.SUBMIT, Fault(Manner.CLOSE, accepted=True))
        job_id = await world.confirm()
        await world.clock.sleep(5)
        job = await world.job(job_id)
        assert (job.state, job.failure) == (JobState.FAILED, Failure.OUTCOME_UNKNOWN)
        assert await world.entries(job_id) == ["hold", "release"]
        submission = await world.submission(job_id)
        assert submission is not None
        assert submission.state is SubmissionState.UNKNOWN
        assert submission.slot_until == (submission.sent_at or 0) + 120

        others = [await world.confirm(user_id=2 + number) for number in range(6)]
        await world.clock.sleep(4)
        states = [await world.state(each) for each in others]
        assert states.count(JobState.WORKING) == 5

        await world.restart()
        await world.brain.wait_idle()
        assert world.accepted() == 7
        assert world.server.journal.violations == []


@on_virtual_time
async def test_an_unknown_outcome_keeps_its_slot_through_a_restart(database: Path) -> None:
    async with open_world(database) as world:
        await world.start()
        world.server.faults.add(Place.SUBMIT, Fault(Manner.CLOSE, accepted=True))
        await world.confirm()
        await world.clock.sleep(5)
        await world.restart()
        others = [await world.confirm(user_id=2 + number) for number in range(6)]
        await world.clock.sleep(5)
        states = [await world.state(each) for each in others]
        assert states.count(JobState.WORKING) == 5
        await world.brain.wait_idle()


@on_virtual_time
async def test_a_status_call_that_fails_is_repeated_until_it_tells_something(database: Path) -> None:
    async with open_world(database) as world:
        await world.start()
        job_id = await world.confirm()
        for manner in (Manner.HTML, Manner.EMPTY, Manner.MALFORMED, Manner.CLOSE):
            world.server.faults.add(Place.STATUS, Fault(manner))
        error = Fault(Manner.ERROR, error=ErrorName.INTERNAL_SERVER_ERROR)
        world.server.faults.add(Place.STATUS, error, 2)
        await world.brain.wait_idle()
        assert await world.state(job_id) is JobState.DELIVERED


@on_virtual_time
async def test_a_job_that_nobody_can_ask_about_is_not_given_up(database: Path) -> None:
    async with open_world(database) as world:
        await world.start()
        job_id = await world.confirm()
        await world.clock.sleep(3)
        world.transport.down = True
        await world.clock.sleep(3600)
        assert await world.state(job_id) is JobState.WORKING
        world.transport.down = False
        await world.brain.wait_idle()
        assert await world.state(job_id) is JobState.DELIVERED


@on_virtual_time
async def test_a_job_the_provider_does_not_know_becomes_unknown_after_a_few_tries(database: Path) -> None:
    async with open_world(database) as world:
        await world.start()
        job_id = await world.confirm()
        not_found = Fault(Manner.ERROR, error=ErrorName.NOT_FOUND)
        world.server.faults.add(Place.STATUS, not_found, 3)
        await world.brain.wait_idle()
        assert await world.state(job_id) is JobState.DELIVERED

        lost = await world.confirm()
        world.server.faults.add(Place.STATUS, not_found, 50)
        await world.brain.wait_idle()
        job = await world.job(lost)
        assert (job.state, job.failure) == (JobState.FAILED, Failure.OUTCOME_UNKNOWN)
        assert (await world.submission_states(lost))[-1] is SubmissionState.UNKNOWN


@on_virtual_time
async def test_with_two_keys_one_refused_the_other_serves_with_one_hold_and_one_capture(
    database: Path,
) -> None:
    async with open_world(database, keys=("sandbox-a", "sandbox-b")) as world:
        world.server.set_credits("sandbox-a", 0)
        await world.start()
        jobs = [await world.confirm(user_id=number) for number in range(12)]
        await world.brain.wait_idle()
        assert {await world.state(job_id) for job_id in jobs} == {JobState.DELIVERED}
        assert {job.key for job in world.server.jobs} == {"sandbox-b"}
        assert all([await world.entries(job_id) == ["hold", "capture"] for job_id in jobs])
        assert world.accepted() == 12


@on_virtual_time
async def test_a_job_refused_with_one_key_goes_to_the_other_at_once(database: Path) -> None:
    async with open_world(database, keys=("sandbox-a", "sandbox-b")) as world:
        error = Fault(Manner.ERROR, error=ErrorName.INTERNAL_SERVER_ERROR)
        world.server.faults.add(Place.SUBMIT, error)
        await world.start()
        job_id = await world.confirm()
        await world.brain.wait_idle()
        first, second = world.server.journal.submissions
        assert first.key != second.key
        assert second.at - first.at < 0.5
        assert await world.entries(job_id) == ["hold", "capture"]


@on_virtual_time
async def test_several_keys_are_used_side_by_side(database: Path) -> None:
    async with open_world(database, keys=("sandbox-a", "sandbox-b", "sandbox-c")) as world:
        await world.start()
        begin = world.clock.now()
        for number in range(120):
            await world.confirm(user_id=number % 20)
        await world.brain.wait_idle()
        assert world.server.journal.violations == []
        # Three keys start 6 + 20 a minute each: 120 are sent within two minutes, not within six.
        assert world.submit_times()[-1] - begin < 125
