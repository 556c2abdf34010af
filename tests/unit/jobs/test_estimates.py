import random
from itertools import pairwise

import pytest

from bot.jobs.estimates import (
    DELIVERY_SECONDS,
    FETCH_SECONDS,
    Durations,
    corrected,
    outlooks,
    rendering,
)
from bot.jobs.keys import Halt, KeyedProvider, KeyLimits, KeyState
from bot.providers.base import Ability, Need
from tests.unit.jobs.fake_provider import FakeProvider

NOW = 1_800_000_000.0
CLOTHES = Need(Ability.CLOTHES)


@pytest.fixture
def key(chance: random.Random) -> KeyState:
    return KeyState(KeyedProvider(FakeProvider(), KeyLimits(20, 300, 6)), chance)


def test_documented_durations_hold_until_some_were_measured() -> None:
    durations, provider = Durations(), FakeProvider()
    durations.measured(provider, CLOTHES, 5)
    durations.measured(provider, CLOTHES, 5)
    assert durations.expected(provider, CLOTHES) == 9
    durations.measured(provider, CLOTHES, 500)
    assert durations.expected(provider, CLOTHES) == 5


def test_the_first_in_line_waits_for_one_rendering_the_others_for_their_turn(key: KeyState) -> None:
    first, second, *_, last = outlooks([key], Durations(), [[CLOTHES]] * 21, NOW)
    assert (first.place, first.seconds_left) == (1, 9 + DELIVERY_SECONDS)
    assert second.seconds_left == pytest.approx(9 + DELIVERY_SECONDS + 3)
    assert (last.place, last.seconds_left) == (21, pytest.approx(60 + 9 + DELIVERY_SECONDS))


def test_two_keys_halve_the_wait(key: KeyState, chance: random.Random) -> None:
    other = KeyState(KeyedProvider(FakeProvider("k2"), KeyLimits(20, 300, 6)), chance)
    *_, last = outlooks([key, other], Durations(), [[CLOTHES]] * 21, NOW)
    assert last.seconds_left == pytest.approx(30 + 9 + DELIVERY_SECONDS)


def test_slow_jobs_are_limited_by_slots_not_by_the_window(key: KeyState) -> None:
    durations = Durations()
    for _ in range(3):
        durations.measured(key.provider, CLOTHES, 60)
    *_, last = outlooks([key], durations, [[CLOTHES]] * 7, NOW)
    assert last.seconds_left == pytest.approx(60 + 60 + DELIVERY_SECONDS)


def test_nobody_is_promised_a_time_while_no_key_can_serve(key: KeyState) -> None:
    key.stop(NOW, Halt.OUT_OF_CREDITS)
    (outlook,) = outlooks([key], Durations(), [[CLOTHES]], NOW)
    assert (outlook.place, outlook.seconds_left) == (1, None)


def test_nobody_is_promised_what_no_provider_can_do(key: KeyState) -> None:
    (outlook,) = outlooks([key], Durations(), [[Need(Ability.TATTOO)]], NOW)
    assert outlook.seconds_left is None


def test_the_steps_still_to_come_are_part_of_the_estimate(key: KeyState) -> None:
    (alone,) = outlooks([key], Durations(), [[CLOTHES] * 4], NOW)
    assert alone.seconds_left == 9 + DELIVERY_SECONDS + 3 * (9 + FETCH_SECONDS)
    first, second = outlooks([key], Durations(), [[CLOTHES], [CLOTHES] * 4], NOW)
    assert first.seconds_left == 9 + DELIVERY_SECONDS
    # Every second turn, one of which comes every 3 s.
    assert second.seconds_left == pytest.approx(alone.seconds_left + 3 + 3 * 2 * 3)


def test_nobody_is_promised_a_last_step_that_no_provider_can_do(key: KeyState) -> None:
    (outlook,) = outlooks([key], Durations(), [[CLOTHES, Need(Ability.TATTOO)]], NOW)
    assert outlook.seconds_left is None


def test_a_bar_always_moves_forward_and_never_reaches_its_end() -> None:
    fractions = [rendering(second, 9).fraction for second in range(120)]
    assert fractions[0] == 0
    assert all(later > earlier for earlier, later in pairwise(fractions[:40]))
    assert max(fractions) <= 1
    assert fractions[30] < 1
    assert all(rendering(second, 9).seconds_left >= 1 for second in range(120))


@pytest.mark.parametrize(
    ("progress", "expected"),
    [(90, (9 + 8 / 0.9) / 2), (50, (9 + 16) / 2), (0, 9), (100, 8.5)],
)
def test_an_estimate_is_corrected_half_way_by_the_providers_progress(progress: int, expected: float) -> None:
    assert corrected(9, elapsed=8, progress=progress) == pytest.approx(expected)


def test_a_bar_of_a_job_that_takes_longer_goes_on_from_where_it_is_and_more_slowly() -> None:
    before = rendering(8, 9)
    after = rendering(8, corrected(9, elapsed=8, progress=50))
    assert after.fraction < before.fraction
    assert after.seconds_left == pytest.approx(before.seconds_left + 3.5)


def test_a_shared_window_promises_as_many_jobs_as_it_carries(chance: random.Random) -> None:
    shared = KeyState(KeyedProvider(FakeProvider(), KeyLimits(60)), chance)
    first, *_, last = outlooks([shared], Durations(), [[CLOTHES]] * 21, NOW)
    assert first.seconds_left is not None
    assert last.seconds_left == pytest.approx(first.seconds_left + 60)


def test_the_wait_for_a_key_that_cannot_serve_a_job_says_nothing(
    key: KeyState, chance: random.Random
) -> None:
    hair = FakeProvider("k2", abilities=frozenset({Ability.HAIRSTYLE}))
    other = KeyState(KeyedProvider(hair, KeyLimits(20, 300, 6)), chance)
    other.told_crowded(NOW, 30)
    clothes, hairstyle = outlooks([key, other], Durations(), [[CLOTHES], [Need(Ability.HAIRSTYLE)]], NOW)
    assert clothes.seconds_left == 9 + DELIVERY_SECONDS
    assert hairstyle.seconds_left == pytest.approx(30 + 3 + 9 + DELIVERY_SECONDS)
