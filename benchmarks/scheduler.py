"""How much of a key the scheduler uses, and how soon it finds a finished picture, on a virtual clock.

The real scheduler, storage and client run against the sandbox's model of TryItOn with network delays of 60 to
180 ms there and back; only time is virtual, so the figures don't depend on this machine.

Throughput is a share of the 20 submissions in 60 s that one key allows. The detection delay, from a picture's
end at the provider to the answer that tells it, stands beside two others for the very same jobs:

    bound     all 300 status calls a minute spread evenly over the time in which a job can end
    SDK       the rule of the official package (1.1.0 and 2.0.0): at once, then 2 s after each answer

    python -m benchmarks.scheduler [--minutes 10]
"""

import argparse
import statistics
import tempfile
from pathlib import Path

from bot.providers.base import Ability
from bot.sandbox.providers.tryiton.accounts import Job
from storage.migrate import upgrade
from tests.integration.jobs.virtual_time import run
from tests.integration.jobs.world import World, open_world

PEOPLE = 20
SUBMITS, STATUS_CALLS, WINDOW = 20, 300, 60.0
SDK_INTERVAL = 2.0
WARM_UP = 120.0
# A trip takes 0.03 to 0.09 s in either direction.
MEAN_TRIP = 0.06
SINGLE_JOBS = 30


def delays(world: World) -> dict[str, float]:
    """Return each job's detection delay in seconds."""
    seen = world.transport.completed_seen
    return {job.job_id: seen[job.job_id] - job.ends_at for job in world.server.jobs}


def bound(jobs: list[Job], shortest: float) -> float:
    """Return the mean delay if every job had its even share of the status calls."""
    polls = STATUS_CALLS / SUBMITS
    polled = statistics.mean(job.ends_at - job.started_at - shortest for job in jobs)
    return polled / polls / 2 + MEAN_TRIP


def sdk_delay(job: Job) -> float:
    """Return the delay that the official package's rule gives for a job."""
    arrives = job.started_at + 2 * MEAN_TRIP
    while arrives < job.ends_at:
        arrives += SDK_INTERVAL + 2 * MEAN_TRIP
    return arrives + MEAN_TRIP - job.ends_at


async def busy(database: Path, minutes: int) -> None:
    """Keep twenty people waiting for all the time, and print what a key gives and when it is known."""
    async with open_world(database) as world:
        await world.start()
        for number in range(SUBMITS * (minutes + 4)):
            await world.confirm(user_id=1 + number % PEOPLE)
        await world.clock.sleep(WARM_UP)
        begin = world.clock.now()
        seconds = minutes * 60.0
        await world.clock.sleep(seconds)
        sent = sum(begin <= at < begin + seconds for at in world.submit_times())
        await world.brain.wait_idle()
        print(
            f"throughput            {sent / (SUBMITS * minutes):7.1%} of 20 in 60 s, over {minutes} minutes"
        )
        print(f"limits broken         {len(world.server.journal.violations):7}")
        print_delays("busy", world)


async def alone(database: Path) -> None:
    """Let one picture after the other be made, and print when it is known."""
    async with open_world(database) as world:
        await world.start()
        for _ in range(SINGLE_JOBS):
            await world.confirm()
            await world.brain.wait_idle()
            await world.clock.sleep(7)
        print_delays("one at a time", world)


def print_delays(name: str, world: World) -> None:
    """Print the mean detection delay beside the bound and the official package's."""
    jobs = list(world.server.jobs)
    shortest = world.provider(world.keys[0]).timing(Ability.CLOTHES).shortest
    ours = statistics.mean(delays(world).values())
    sdk = statistics.mean(map(sdk_delay, jobs))
    least = bound(jobs, shortest)
    print(f"detection, {name}: {ours:.2f} s; bound {least:.2f} s, SDK {sdk:.2f} s ({ours / sdk:.0%} of it)")


def main() -> None:
    parser = argparse.ArgumentParser(description="The scheduler on a virtual clock.")
    parser.add_argument("--minutes", type=int, default=10)
    minutes = parser.parse_args().minutes
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, name) for name in ("busy.db", "alone.db")]
        for path in paths:
            upgrade(f"sqlite:///{path}")
        run(lambda: busy(paths[0], minutes))
        run(lambda: alone(paths[1]))


if __name__ == "__main__":
    main()
