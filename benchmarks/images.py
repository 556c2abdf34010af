"""Pictures: what draft decoding saves, and what decoding in a thread does for the event loop.

Run with ``python -m benchmarks.images``. Every figure is a ratio of two measurements made in
turn in the same run.
"""

import asyncio
import io
import statistics
import time
from collections.abc import Awaitable, Callable

from PIL import Image

from bot.images import Images
from bot.images.decode import Decoding, fit
from bot.images.source import read_source

WIDTH, HEIGHT = 4032, 3024  # 12 megapixels
TARGETS = (2048, 1296, 1024)
ROUNDS = 5
MAX_BYTES = 20 * 1024 * 1024


def _photo() -> bytes:
    """Return a JPEG with as much detail as a photo has: soft noise over a gradient."""
    noise = Image.effect_noise((WIDTH // 4, HEIGHT // 4), 50).resize(
        (WIDTH, HEIGHT), Image.Resampling.BICUBIC
    )
    gradient = Image.linear_gradient("L").resize((WIDTH, HEIGHT))
    buffer = io.BytesIO()
    Image.merge("RGB", (noise, gradient, Image.blend(noise, gradient, 0.5))).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def _with_draft(data: bytes, long_side: int) -> None:
    decoding = Decoding(read_source(data, MAX_BYTES))
    decoding.render(fit(decoding.size, long_side))


def _without_draft(data: bytes, long_side: int) -> None:
    with Image.open(io.BytesIO(data)) as image:
        image.convert("RGB").resize(fit(image.size, long_side), Image.Resampling.LANCZOS)


def _seconds(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def draft_ratio(data: bytes, long_side: int) -> float:
    """Return how many times as long decoding everything takes as decoding by draft."""
    ratios = []
    for _ in range(ROUNDS):
        plain = _seconds(lambda: _without_draft(data, long_side))
        ratios.append(plain / _seconds(lambda: _with_draft(data, long_side)))
    return statistics.median(ratios)


async def _longest_pause(work: Callable[[], Awaitable[object]]) -> tuple[float, float]:
    """Return the loop's longest pause and the time of the work, in seconds."""
    pauses = []

    async def tick() -> None:
        while True:
            start = time.perf_counter()
            await asyncio.sleep(0.001)
            pauses.append(time.perf_counter() - start)

    ticking = asyncio.create_task(tick())
    await asyncio.sleep(0.01)
    start = time.perf_counter()
    await work()
    took = time.perf_counter() - start
    await asyncio.sleep(0.01)
    ticking.cancel()
    return max(pauses), took


async def blocking(data: bytes) -> tuple[float, float]:
    """Return the longest pause of the loop as a share of the work's time: in the loop, and in a thread."""
    in_loop, in_thread = [], []

    async def inline() -> None:
        _without_draft(data, 1296)

    async with Images() as images:
        for _ in range(ROUNDS):
            pause, took = await _longest_pause(inline)
            in_loop.append(pause / took)
            pause, took = await _longest_pause(lambda: images.prepare(data, long_side=1296))
            in_thread.append(pause / took)
    return statistics.median(in_loop), statistics.median(in_thread)


def main() -> None:
    data = _photo()
    print(f"pictures: one JPEG of {WIDTH}x{HEIGHT}, {len(data) // 1024} KB, median of {ROUNDS} rounds")
    for long_side in TARGETS:
        ratio = draft_ratio(data, long_side)
        print(f"  to {long_side}: decoding all of it takes {ratio:.1f} times as long as decoding by draft")
    in_loop, in_thread = asyncio.run(blocking(data))
    print(
        f"  longest pause of the loop: decoding in it {in_loop:.0%} of the work, in a thread {in_thread:.0%}"
    )
    print(f"  so a thread shortens it {in_loop / in_thread:.0f} times")


if __name__ == "__main__":
    main()
