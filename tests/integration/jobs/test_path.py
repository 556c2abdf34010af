from pathlib import Path

from storage.jobs import JobState
from tests.integration.jobs.virtual_time import on_virtual_time
from tests.integration.jobs.world import open_world


@on_virtual_time
async def test_a_confirmed_job_is_delivered_and_captured(database: Path) -> None:
    async with open_world(database) as world:
        await world.start()
        job_id = await world.confirm()
        await world.brain.wait_idle()
        assert await world.state(job_id) is JobState.DELIVERED
        assert world.accepted() == 1
