import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.jobs.windows import MARGIN_SECONDS, SlidingWindow

NOW = 1_800_000_000.0


def call(window: SlidingWindow, start: float, end: float) -> None:
    """Make one call; others may not overlap it."""
    assert window.free_at(start) == start
    window.start()
    window.finish(end)


def test_a_place_is_free_again_a_window_after_the_end_of_its_call() -> None:
    window = SlidingWindow(1, seconds=60, margin=0.1)
    call(window, NOW, NOW + 2)
    assert window.free_at(NOW + 3) == pytest.approx(NOW + 62.1)
    assert window.free_at(NOW + 63) == NOW + 63


def test_calls_in_flight_count() -> None:
    window = SlidingWindow(2)
    window.start()
    window.start()
    assert window.free_at(NOW) == math.inf
    window.finish(NOW)
    assert window.free_at(NOW) == NOW + 60 + MARGIN_SECONDS


def test_a_call_that_was_never_sent_does_not_count() -> None:
    window = SlidingWindow(1)
    window.start()
    window.give_up()
    assert window.free_at(NOW) == NOW


def test_a_call_without_an_end_in_sight_counts_from_later_on() -> None:
    window = SlidingWindow(1, margin=0)
    window.start()
    window.finish(NOW, late=5)
    assert window.free_at(NOW) == NOW + 65


def test_calls_of_an_earlier_process_count() -> None:
    window = SlidingWindow(2, margin=0)
    window.remember([NOW - 10, NOW - 30])
    assert window.free_at(NOW) == NOW + 30


def test_a_window_assumed_spent_frees_one_place_after_the_other() -> None:
    window = SlidingWindow(300, margin=0)
    window.assume_spent(NOW)
    assert window.used(NOW) == 300
    assert window.used(NOW + 30.1) == pytest.approx(150, abs=1)
    assert window.used(NOW + 60.1) == 0


def test_a_complaint_closes_the_window_and_then_makes_it_smaller_for_a_while() -> None:
    window = SlidingWindow(20)
    window.complained(NOW, pause=5)
    assert window.free_at(NOW) == NOW + 5
    assert window.allowed(NOW) == 15
    window.complained(NOW, pause=5)
    assert window.allowed(NOW) == 11
    assert window.allowed(NOW + 121) == 20


def test_the_smallest_window_still_lets_one_through() -> None:
    window = SlidingWindow(1)
    window.complained(NOW, pause=0)
    assert window.allowed(NOW) == 1


@given(seed=st.integers(0, 2**32), limit=st.integers(1, 25), slowest=st.floats(0.01, 10))
def test_a_server_that_counts_at_any_moment_of_a_call_never_sees_too_many(
    seed: int, limit: int, slowest: float
) -> None:
    chance = random.Random(seed)
    window = SlidingWindow(limit)
    counted: list[float] = []
    running: list[float] = []
    now = 0.0
    for _ in range(limit * 6):
        free_at = window.free_at(now)
        while free_at > now:
            now = min([free_at, *running])
            for end in [end for end in running if end <= now]:
                running.remove(end)
                window.finish(end)
            free_at = window.free_at(now)
        window.start()
        end = now + chance.uniform(0, slowest)
        counted.append(chance.uniform(now, end))
        running.append(end)
        now += chance.choice([0.0, 0.0, chance.expovariate(1)])
        for end in [end for end in sorted(running) if end <= now]:
            running.remove(end)
            window.finish(end)
    counted.sort()
    assert all(later - earlier > 60 for earlier, later in zip(counted, counted[limit:], strict=False))


def test_a_window_used_up_at_once_lets_nothing_through_for_a_minute() -> None:
    """A leaky bucket would let one through every 3 s, and the server would see 39 in its worst minute."""
    window = SlidingWindow(20)
    for _ in range(20):
        call(window, NOW, NOW)
    assert window.free_at(NOW) > NOW + 60
    assert window.free_at(NOW + 59.9) > NOW + 60
