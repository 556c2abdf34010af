from pathlib import Path

import pytest

from storage.jobs import JobState
from tests.integration.jobs.virtual_time import on_virtual_time
from tests.integration.jobs.world import World, open_world


def detection_delays(world: World) -> list[float]:
    """Return, for each job, the seconds from its end at the provider to the poll that found it."""
    fetched = dict(world.transport.completed_seen)
    return [fetched[job.job_id] - job.ends_at for job in world.server.jobs]


@on_virtual_time
async def test_sixty_jobs_by_twenty_people_break_no_limit(database: Path) -> None:
    async with open_world(database) as world:
        await world.start()
        jobs = [await world.confirm(user_id=1 + number % 20) for number in range(60)]
        await world.brain.wait_idle()

        assert world.server.journal.violations == []
        assert {await world.state(job_id) for job_id in jobs} == {JobState.DELIVERED}
        delays = detection_delays(world)
        mean = sum(delays) / len(delays)
        print(f"mean detection delay {mean:.3f} s")  # noqa: T201 - the figure is of interest
        assert mean <= 0.45


@on_virtual_time
async def test_a_key_is_used_up_to_99_percent_in_steady_state(database: Path) -> None:
    async with open_world(database) as world:
        await world.start()
        for number in range(140):
            await world.confirm(user_id=1 + number % 20)
        await world.clock.sleep(60)
        begin = world.clock.now()
        await world.clock.sleep(300)
        sent = [at for at in world.submit_times() if begin <= at < begin + 300]
        used = len(sent) / 100
        print(f"{used:.1%} of 20 submissions in 60 s")  # noqa: T201 - the figure is of interest
        assert used >= 0.99
        assert world.server.journal.violations == []
        await world.brain.wait_idle()


@pytest.mark.parametrize("second", [0, 9, 43, 48, 61])
@on_virtual_time
async def test_one_job_beside_fifty_waits_at_most_25_seconds(database: Path, second: int) -> None:
    async with open_world(database) as world:
        await world.start()
        for _ in range(50):
            await world.confirm(user_id=1)
        await world.clock.sleep(second)
        job_id = await world.confirm(user_id=2)
        await world.clock.sleep(30)
        submission = await world.submission(job_id)
        assert submission is not None
        assert submission.sent_at is not None
        wait = submission.sent_at - world.confirmed_at[job_id]
        print(f"waited {wait:.1f} s")  # noqa: T201 - the figure is of interest
        assert wait <= 25
