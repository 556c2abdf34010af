"""How much of a key the scheduler uses, and how soon it finds a finished picture, on a virtual clock.

The real scheduler, storage and clients run against the sandbox's models of the providers with network delays
of 60 to 180 ms there and back; only time is virtual, so the figures don't depend on this machine.

TryItOn's throughput is a share of the 20 submissions in 60 s that one key allows. The detection delay, from a
picture's end at the provider to the answer that tells it, stands beside two others for the very same jobs:

    bound     all 300 status calls a minute spread evenly over the time in which a job can end
    SDK       the rule of the official package (1.1.0 and 2.0.0): at once, then 2 s after each answer

FitRoom counts 60 calls of every kind in 60 s. Its throughput stands beside the 20 jobs a minute that three
calls a job would allow, and what the same window carries when every job is asked about every 0.6 s from the
shortest duration on; its detection delay beside that of a question every 2 s. "With photos" means that two
checks are tried before each job.

    python -m benchmarks.scheduler [--minutes 10]
"""

import argparse
import statistics
import tempfile
from functools import partial
from pathlib import Path

from bot.providers.base import Ability, Picture
from bot.sandbox.providers.faults import Place
from bot.sandbox.providers.fitroom.accounts import Task
from bot.sandbox.providers.tryiton.accounts import Job
from bot.wish import OutfitWish
from storage.migrate import upgrade
from tests.integration.jobs.models import JPEG
from tests.integration.jobs.virtual_time import run
from tests.integration.jobs.world import World, open_world, photo

PEOPLE = 20
SUBMITS, STATUS_CALLS, WINDOW = 20, 300, 60.0
SDK_INTERVAL = 2.0
WARM_UP = 120.0
# A trip takes 0.03 to 0.09 s in either direction.
MEAN_TRIP = 0.06
SINGLE_JOBS = 30
FITROOM_JOBS = 20
# Seconds between two photos of a busy chat.
CHAT_PAUSE = 1.5


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


def every(seconds: float, task: Task, shortest: float) -> tuple[int, float]:
    """Return how many questions find a task ended, and how late, when they come evenly."""
    questions, arrives = 1, task.created_at + shortest + MEAN_TRIP
    while arrives < task.ends_at:
        questions, arrives = questions + 1, arrives + seconds
    return questions, arrives + MEAN_TRIP - task.ends_at


async def shared(database: Path, minutes: int, *, hd: bool = False, photos: bool = False) -> None:
    """Keep nine people waiting for FitRoom, and print what its one window carries and when it is known."""
    async with open_world(database, keys=(), fitroom_keys=("sandbox-f",)) as world:
        await world.start()
        checked = 0
        for number in range(FITROOM_JOBS * minutes):
            if photos:
                # As in a chat: two photos, each looked at when it arrives, and then the tap.
                for _ in range(2):
                    checked += await world.brain.check_garment(Picture(JPEG)) is not None
                    await world.clock.sleep(CHAT_PAUSE)
            await world.confirm(user_id=1 + number % 9, wish=wish(number, hd=hd))
        await world.brain.wait_idle()
        tasks = world.fitroom.tasks
        seconds = tasks[-1].created_at - tasks[0].created_at
        name = ("HD" if hd else "normal") + (", with photos" if photos else "")
        calls = world.fitroom.journal.calls
        polls = sum(call.place is Place.STATUS for call in calls) / len(tasks)
        shortest = world.fitroom_client("sandbox-f").timing(Ability.OUTFIT, hd=hd).shortest
        greedy = 1 + statistics.mean(every(0.6, task, shortest)[0] for task in tasks)
        seen = world.transport.completed_seen
        ours = statistics.mean(seen[task.task_id] - task.ends_at for task in tasks)
        rare = statistics.mean(every(SDK_INTERVAL, task, shortest)[1] for task in tasks)
        print(
            f"FitRoom, {name}: {len(tasks) / seconds * 60:.1f} jobs a minute (three calls each: 20, "
            f"every 0.6 s: {60 / greedy:.1f}), {polls:.2f} polls a job, {checked} checks, "
            f"limits broken {len(world.fitroom.journal.violations)}"
        )
        print(f"  detection: {ours:.2f} s; every 2 s: {rare:.2f} s ({ours / rare:.0%} of it)")


def wish(number: int, *, hd: bool) -> OutfitWish:
    """Return an outfit for somebody new."""
    return OutfitWish(photo("person", number), photo("upper", number), photo("lower", number), hd=hd)


def main() -> None:
    parser = argparse.ArgumentParser(description="The scheduler on a virtual clock.")
    parser.add_argument("--minutes", type=int, default=10)
    minutes = parser.parse_args().minutes
    runs = (
        lambda path: busy(path, minutes),
        alone,
        lambda path: shared(path, minutes),
        lambda path: shared(path, minutes, hd=True),
        lambda path: shared(path, minutes, photos=True),
    )
    with tempfile.TemporaryDirectory() as folder:
        for number, measured in enumerate(runs):
            path = Path(folder, f"{number}.db")
            upgrade(f"sqlite:///{path}")
            run(partial(measured, path))


if __name__ == "__main__":
    main()
