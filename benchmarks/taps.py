"""How long a tap waits for its answer, while fifty pictures are on their way and while none is.

A real bot process, HTTP, and the sandbox's servers, all on this machine. The time runs from the tap at
Telegram to answerCallbackQuery there. It stands beside the same taps with nothing else to do, and beside one
bare request to the same server, which no answer can be quicker than.

    python -m benchmarks.taps [--taps 100]
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from storage.migrate import upgrade
from tests.e2e.bot_run import PLAIN
from tests.e2e.opening import open_stage
from tests.e2e.person import CARD, TRY_IT_ON, Person
from tests.e2e.stage import Stage

JOBS = 50
TAPPERS = 10
# Telegram lets a bot write about once a second in one chat.
PAUSE = 1.0
KINDS = ("Top", "Trousers or skirt")


@asynccontextmanager
async def open_bot(folder: Path) -> AsyncIterator[Stage]:
    """Start the servers, at the providers' own pace, and a bot beside them."""
    address = f"sqlite:///{folder / 'tryon.db'}"
    await asyncio.to_thread(upgrade, address)
    async with open_stage(folder, address, speed=1.0) as stage:
        try:
            await stage.start_bot(arguments=PLAIN)
            yield stage
        finally:
            stage.books.close()


async def people(stage: Stage, count: int) -> list[Person]:
    """Let people join who know the bot already."""
    joined = [
        Person(stage, stage.world.add_person(f"Person{number}", language_code="en"))
        for number in range(count)
    ]
    for one in joined:
        await one.has_been_here()
    return joined


async def taps(tappers: list[Person], count: int) -> list[float]:
    """Tap in turn and return the seconds that each answer took."""
    cards = {one.id: await one.sees(CARD) for one in tappers}
    took = []
    for number in range(count):
        one = tappers[number % len(tappers)]
        began = time.perf_counter()
        await one.taps(KINDS[number // len(tappers) % 2], cards[one.id])
        took.append(time.perf_counter() - began)
        await asyncio.sleep(PAUSE / len(tappers))
    return took


async def bare(url: str, count: int) -> list[float]:
    """Return the seconds that a request takes which asks for nothing."""
    took = []
    async with httpx.AsyncClient() as client:
        for _ in range(count):
            began = time.perf_counter()
            await client.get(f"{url}/icon.svg")
            took.append(time.perf_counter() - began)
    return took


async def measure(count: int) -> None:
    """Measure all three and print them."""
    with tempfile.TemporaryDirectory() as folder:
        async with open_bot(Path(folder)) as stage:
            tappers = await people(stage, TAPPERS)
            for one in tappers:
                await one.sends_album()
            quiet = await taps(tappers, count)
            workers = await people(stage, JOBS)
            for one in workers:
                await one.sends_album()
            for one in workers:
                await one.taps(TRY_IT_ON, await one.sees(CARD))
            busy = await taps(tappers, count)
            open_jobs = sum(state != "delivered" for state in stage.books.job_states())
            floor = await bare(stage.url, count)
    told("a bare request", floor, floor)
    told("a tap, nothing else to do", quiet, floor)
    told(f"a tap, {JOBS} pictures ordered, {open_jobs} still on their way at the end", busy, floor)
    ratio = statistics.median(busy) / statistics.median(quiet)
    print(f"with pictures on their way a tap takes {ratio:.2f} times as long")


def told(what: str, took: list[float], floor: list[float]) -> None:
    """Print a median, a 95th percentile, and the median against the bare request's."""
    middle, late = statistics.median(took), statistics.quantiles(took, n=20)[-1]
    ratio = middle / statistics.median(floor)
    shown = f"median {middle * 1000:.0f} ms, 95 % within {late * 1000:.0f} ms"
    print(f"{what}: {shown}, {ratio:.1f} x a bare request")


def main(arguments: list[str] | None = None) -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--taps", type=int, default=100)
    asyncio.run(measure(parser.parse_args(arguments).taps))


if __name__ == "__main__":
    main()
