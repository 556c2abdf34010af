from pathlib import Path

import pytest

from bot.jobs.failures import Failure
from bot.sandbox.providers.tryiton.faults import Fault, Manner, Place
from bot.sandbox.providers.tryiton.replies import ErrorName
from storage.jobs import JobState
from storage.submissions import SubmissionState
from tests.integration.jobs.virtual_time import on_virtual_time
from tests.integration.jobs.world import ADMIN, World, open_world


def refuse(world: World, error: ErrorName, times: int = 1, key: str | None = None) -> None:
    fault = Fault(Manner.ERROR, error=error, key=key)
    world.server.faults.add(Place.SUBMIT, fault, times)


@pytest.mark.parametrize(
    ("error", "longest_wait"),
    [
        (ErrorName.RATE_LIMIT_EXCEEDED, 7),
        (ErrorName.CONCURRENCY_LIMIT_EXCEEDED, 7),
        (ErrorName.INTERNAL_SERVER_ERROR, 7),
        (ErrorName.OUT_OF_CREDITS, 70),
        (ErrorName.UNAUTHORIZED_ACCESS, 70),
    ],
)
@on_virtual_time
async def test_a_refusal_for_the_operators_reasons_is_tried_again_with_the_same_hold(
    database: Path, error: ErrorName, longest_wait: float
) -> None:
    async with open_world(database) as world:
        refuse(world, error)
        await world.start()
        job_id = await world.confirm()
        await world.brain.wait_idle()
        assert await world.state(job_id) is JobState.DELIVERED
        assert await world.entries(job_id) == ["hold", "capture"]
        assert await world.submission_states(job_id) == [SubmissionState.REJECTED, SubmissionState.DONE]
        first, second = world.submit_times()
        assert second - first <= longest_wait


@on_virtual_time
async def test_a_bad_request_ends_the_job_and_gives_the_credits_back(database: Path) -> None:
    async with open_world(database) as world:
        refuse(world, ErrorName.BAD_REQUEST)
        await world.start()
        job_id = await world.confirm()
        await world.brain.wait_idle()
        job = await world.job(job_id)
        assert (job.state, job.failure) == (JobState.FAILED, Failure.PROVIDER_REFUSED)
        assert await world.entries(job_id) == ["hold", "release"]
        assert len(world.submit_times()) == 1


@on_virtual_time
async def test_a_missing_endpoint_ends_the_job_and_tells_the_operator_once(database: Path) -> None:
    async with open_world(database) as world:
        # The client asks the newer path as well before it gives up.
        refuse(world, ErrorName.NOT_FOUND, times=4)
        await world.start()
        for _ in range(2):
            await world.confirm()
        await world.brain.wait_idle()
        notices = await world.notices()
        assert notices.count((ADMIN, "operator_endpoint_missing")) == 1
        assert notices.count((1, "job_failed")) == 2


@on_virtual_time
async def test_after_rate_limit_exceeded_the_window_is_smaller_for_a_while(database: Path) -> None:
    async with open_world(database) as world:
        await world.start()
        refuse(world, ErrorName.RATE_LIMIT_EXCEEDED)
        for number in range(60):
            await world.confirm(user_id=number)
        await world.clock.sleep(60)
        assert 12 <= len(world.submit_times()) <= 15
        await world.brain.wait_idle()
        assert world.server.journal.violations == []


@on_virtual_time
async def test_out_of_credits_stops_the_key_and_tells_the_operator_once_per_episode(database: Path) -> None:
    async with open_world(database) as world:
        await world.start()
        world.server.set_credits("sandbox-a", 0)
        jobs = [await world.confirm(user_id=number) for number in range(10)]
        await world.clock.sleep(300)
        tried = len(world.submit_times())
        # A burst may be under way when the first answer comes; after that not a single call is made.
        assert tried <= 6
        assert (await world.notices()).count((ADMIN, "operator_out_of_credits")) == 1

        await world.restart()
        await world.clock.sleep(200)
        assert (await world.notices()).count((ADMIN, "operator_out_of_credits")) == 1

        world.server.set_credits("sandbox-a", 100)
        await world.brain.wait_idle()
        assert {await world.state(job_id) for job_id in jobs} == {JobState.DELIVERED}

        world.server.set_credits("sandbox-a", 0)
        await world.confirm()
        await world.clock.sleep(30)
        assert (await world.notices()).count((ADMIN, "operator_out_of_credits")) == 2
        world.server.set_credits("sandbox-a", 1)
        await world.brain.wait_idle()


@on_virtual_time
async def test_a_refused_key_is_told_once_and_used_again_when_it_is_accepted(database: Path) -> None:
    async with open_world(database) as world:
        await world.start()
        world.server.set_revoked("sandbox-a", revoked=True)
        jobs = [await world.confirm(user_id=number) for number in range(3)]
        await world.clock.sleep(400)
        assert (await world.notices()).count((ADMIN, "operator_key_refused")) == 1
        world.server.set_revoked("sandbox-a", revoked=False)
        await world.brain.wait_idle()
        assert {await world.state(job_id) for job_id in jobs} == {JobState.DELIVERED}


@on_virtual_time
async def test_after_concurrency_limit_exceeded_nothing_is_sent_until_a_job_ends(database: Path) -> None:
    async with open_world(database) as world:
        await world.start()
        first = await world.confirm(user_id=1)
        await world.clock.sleep(8)
        refuse(world, ErrorName.CONCURRENCY_LIMIT_EXCEEDED)
        second = await world.confirm(user_id=2)
        await world.brain.wait_idle()
        name = await world.provider_id(first)
        (ended,) = [job.ends_at for job in world.server.jobs if job.job_id == name]
        refused, accepted = world.submit_times()[1:]
        assert refused < ended < accepted < ended + 2
        assert await world.state(second) is JobState.DELIVERED
