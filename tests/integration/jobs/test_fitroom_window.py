"""FitRoom's one window of 60 calls in 60 s for everything, used up and never passed."""

import statistics
from pathlib import Path

from tests.integration.jobs.virtual_time import on_virtual_time
from tests.integration.jobs.world import World, open_world

FITROOM = {"keys": (), "fitroom_keys": ("sandbox-f",)}


def detection_delays(world: World) -> list[float]:
    """Return, for each task, the seconds from its end at the provider to the answer that told of it."""
    seen = world.transport.completed_seen
    return [seen[task.task_id] - task.ends_at for task in world.fitroom.tasks]


def most_in_a_minute(world: World) -> int:
    """Return how many calls the server counted in its worst 60 s."""
    at = [call.at for call in world.fitroom.journal.calls]
    return max(sum(first <= each < first + 60 for each in at) for first in at)


@on_virtual_time
async def test_at_least_18_jobs_a_minute_are_found_ended_within_0_7_s(database: Path) -> None:
    async with open_world(database, **FITROOM) as world:
        await world.start()
        for number in range(240):
            await world.confirm(user_id=1 + number % 20)
        await world.clock.sleep(60)
        begin = world.clock.now()
        await world.clock.sleep(480)
        begun = [task for task in world.fitroom.tasks if begin <= task.created_at < begin + 480]
        await world.brain.wait_idle()
        delay = statistics.mean(detection_delays(world))
        assert world.fitroom.journal.violations == []
        assert len(begun) / 8 >= 18
        assert delay <= 0.7
