"""What a page of the haircut browser costs: processor time and requests, beside a tap that changes a card.

A real bot process, HTTP, and the sandbox's Telegram, all on this machine. Ten people turn pages in turn. The
processor time is the bot's own, less what it takes while nobody does anything. It stands beside that of a tap
on a card of text; and no tap can take fewer than two requests, one for its answer and one for the change.

    python -m benchmarks.haircuts [--pages 100]
"""

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.taps import KINDS, PAUSE, TAPPERS, open_bot, people
from bot.hairstyles import GROUPS
from tests.e2e.person import CARD, Person
from tests.e2e.stage import Stage

IDLE_SECONDS = 5.0
BROWSER = "Which haircut?"
# Every person turns forward, so that each page is shown by each of them.
FORWARD = "▶️"


@dataclass(frozen=True, slots=True)
class Cost:
    """What one tap takes of the bot: seconds of processor time, requests, and files sent with them."""

    seconds: float
    requests: float
    uploads: float


def processor_seconds(stage: Stage) -> float:
    """Return the processor time that the bot has taken so far; Linux counts it."""
    fields = Path(f"/proc/{stage.runs[-1].process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def idle(stage: Stage) -> float:
    """Return the share of a processor that the bot takes while nobody does anything."""
    before = processor_seconds(stage)
    await asyncio.sleep(IDLE_SECONDS)
    return (processor_seconds(stage) - before) / IDLE_SECONDS


async def cost(stage: Stage, quiet: float, count: int, tap: Callable[[int], Awaitable[None]]) -> Cost:
    """Return what each of so many taps takes."""
    since, before, began = stage.last_call(), processor_seconds(stage), time.perf_counter()
    for number in range(count):
        await tap(number)
        await asyncio.sleep(PAUSE / TAPPERS)
    await stage.quiet()
    took = processor_seconds(stage) - before - quiet * (time.perf_counter() - began)
    calls = [call for call in stage.gate.calls(since=since) if call.method != "getUpdates"]
    return Cost(took / count, len(calls) / count, sum(bool(call.uploads) for call in calls) / count)


async def browsing(stage: Stage, count: int) -> None:
    """Measure taps on cards, the first turn of every page, and all later ones; print them."""
    readers = await people(stage, TAPPERS)
    for one in readers:
        await one.sends_album()
    cards = {one.id: await one.sees(CARD) for one in readers}

    async def chooses(number: int) -> None:
        one = readers[number % TAPPERS]
        await one.taps(KINDS[number // TAPPERS % 2], cards[one.id])

    quiet = await idle(stage)
    card = await cost(stage, quiet, count, chooses)
    for one in readers:
        await one.says("/hair")
    browsers = {one.id: await one.sees(BROWSER) for one in readers}

    async def turns(one: Person) -> None:
        await one.taps(FORWARD, browsers[one.id])

    first = await cost(stage, quiet, len(GROUPS) - 1, lambda _: turns(readers[0]))
    later = await cost(stage, quiet, count, lambda number: turns(readers[number % TAPPERS]))
    told("a tap on a card of text", card, card)
    told("a page nobody has seen, drawn and sent", first, card)
    told("a page that somebody has seen", later, card)


def told(what: str, one: Cost, card: Cost) -> None:
    """Print a cost, and how it stands to that of a card."""
    spent = f"{one.seconds * 1000:.1f} ms of processor time ({one.seconds / card.seconds:.2f} x)"
    print(f"{what}: {spent}, {one.requests:.2f} requests, {one.uploads:.2f} files sent")


async def measure(pages: int) -> None:
    """Measure everything with one bot."""
    with tempfile.TemporaryDirectory() as folder:
        async with open_bot(Path(folder)) as stage:
            await browsing(stage, pages)


def main(arguments: list[str] | None = None) -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=int, default=100)
    asyncio.run(measure(parser.parse_args(arguments).pages))


if __name__ == "__main__":
    main()
