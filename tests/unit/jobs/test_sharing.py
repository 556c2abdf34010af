import math
import random

import pytest

from bot.jobs.keys import KeyedProvider, KeyLimits, KeyState
from bot.jobs.sharing import Sharing, step
from bot.jobs.timetable import Timetable
from bot.jobs.windows import SlidingWindow
from bot.providers.base import Ability, Need, Timing
from tests.unit.jobs.fake_provider import FakeProvider

NOW = 1_800_000_000.0
TIMING = Timing(shortest=8.8, typical=9.0, longest=120.0)
CLOTHES = Need(Ability.CLOTHES)


def shared(limit: int) -> tuple[SlidingWindow, Sharing]:
    window = SlidingWindow(limit, seconds=60, margin=0)
    return window, Sharing(window, TIMING)


def call(window: SlidingWindow, at: float) -> None:
    window.start()
    window.finish(at)


def test_polls_come_0_7_s_apart_and_a_second_where_jobs_take_long() -> None:
    assert step(TIMING) == pytest.approx(0.72)
    assert step(Timing(28, 30, 240)) == 1.0


def test_a_job_begins_only_with_room_for_its_two_polls() -> None:
    window, sharing = shared(3)
    assert sharing.job_at(NOW) == NOW
    call(window, NOW - 20)
    assert sharing.job_at(NOW) == NOW + 40


def test_places_that_become_free_before_its_polls_count() -> None:
    window, sharing = shared(3)
    call(window, NOW - 55)
    assert sharing.job_at(NOW) == NOW


def test_what_is_promised_to_jobs_under_way_is_kept_for_them() -> None:
    _, sharing = shared(5)
    sharing.begin(1, NOW, TIMING)
    assert sharing.job_at(NOW) == NOW
    sharing.begin(2, NOW, TIMING)
    assert sharing.job_at(NOW) == math.inf
    sharing.plan(1, [NOW + 9])
    assert sharing.job_at(NOW) == math.inf
    sharing.polled(1)
    assert sharing.job_at(NOW) == NOW
    sharing.begin(3, NOW, TIMING)
    sharing.forget(2)
    assert sharing.job_at(NOW) == NOW


def test_a_poll_that_is_overdue_comes_before_a_submission() -> None:
    window, sharing = shared(4)
    sharing.plan(1, [NOW - 5])
    call(window, NOW - 30)
    assert sharing.job_at(NOW) == NOW + 30


def test_a_check_is_made_only_where_four_jobs_could_begin_after_it() -> None:
    window, sharing = shared(13)
    assert sharing.has_room_for_check(NOW)
    call(window, NOW - 1)
    assert not sharing.has_room_for_check(NOW)
    assert sharing.job_at(NOW) == NOW


@pytest.fixture
def key(chance: random.Random) -> KeyState:
    return KeyState(KeyedProvider(FakeProvider(), KeyLimits(60)), chance)


def test_the_first_poll_is_documented_until_enough_was_seen(key: KeyState) -> None:
    timetable = Timetable()
    assert timetable.first(key, CLOTHES) == 6
    for _ in range(4):
        timetable.ended(key, CLOTHES, after=20.35, gap=0.7)
    assert timetable.first(key, CLOTHES) == 6
    timetable.ended(key, CLOTHES, after=20.35, gap=0.7)
    assert timetable.first(key, CLOTHES) == pytest.approx(20)


def test_the_first_poll_moves_to_where_a_quarter_of_the_jobs_have_ended(key: KeyState) -> None:
    timetable, chance = Timetable(), random.Random(1)
    for _ in range(200):
        ends_at, first = chance.uniform(16, 20), timetable.first(key, CLOTHES)
        found_at = first
        while found_at < ends_at:
            found_at += 0.7
        timetable.ended(key, CLOTHES, after=found_at, gap=0.7)
    assert timetable.first(key, CLOTHES) == pytest.approx(17, abs=0.6)


def test_the_first_poll_moves_back_on_a_quick_day_but_not_to_nothing(key: KeyState) -> None:
    timetable = Timetable()
    for _ in range(60):
        timetable.ended(key, CLOTHES, after=timetable.first(key, CLOTHES), gap=0.7)
    assert timetable.first(key, CLOTHES) == 3


def test_what_was_found_late_teaches_nothing(key: KeyState) -> None:
    timetable = Timetable()
    for _ in range(10):
        timetable.ended(key, CLOTHES, after=7000, gap=6990)
    assert timetable.first(key, CLOTHES) == 6


def test_a_window_of_its_own_for_polls_needs_no_timetable(chance: random.Random) -> None:
    key, timetable = KeyState(KeyedProvider(FakeProvider(), KeyLimits(20, 300)), chance), Timetable()
    for _ in range(10):
        timetable.ended(key, CLOTHES, after=20, gap=0.6)
    assert timetable.first(key, CLOTHES) == 6
