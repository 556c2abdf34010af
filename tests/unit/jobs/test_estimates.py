import random
from itertools import pairwise

import pytest

from bot.jobs.estimates import DELIVERY_SECONDS, Durations, outlooks, rendering
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
    first, second, *_, last = outlooks([key], Durations(), [CLOTHES] * 21, NOW)
    assert (first.place, first.seconds_left) == (1, 9 + DELIVERY_SECONDS)
    assert second.seconds_left == pytest.approx(9 + DELIVERY_SECONDS + 3)
    assert (last.place, last.seconds_left) == (21, pytest.approx(60 + 9 + DELIVERY_SECONDS))


def test_two_keys_halve_the_wait(key: KeyState, chance: random.Random) -> None:
    other = KeyState(KeyedProvider(FakeProvider("k2"), KeyLimits(20, 300, 6)), chance)
    *_, last = outlooks([key, other], Durations(), [CLOTHES] * 21, NOW)
    assert last.seconds_left == pytest.approx(30 + 9 + DELIVERY_SECONDS)


def test_slow_jobs_are_limited_by_slots_not_by_the_window(key: KeyState) -> None:
    durations = Durations()
    for _ in range(3):
        durations.measured(key.provider, CLOTHES, 60)
    *_, last = outlooks([key], durations, [CLOTHES] * 7, NOW)
    assert last.seconds_left == pytest.approx(60 + 60 + DELIVERY_SECONDS)


def test_nobody_is_promised_a_time_while_no_key_can_serve(key: KeyState) -> None:
    key.stop(NOW, Halt.OUT_OF_CREDITS)
    (outlook,) = outlooks([key], Durations(), [CLOTHES], NOW)
    assert (outlook.place, outlook.seconds_left) == (1, None)


def test_nobody_is_promised_what_no_provider_can_do(key: KeyState) -> None:
    (outlook,) = outlooks([key], Durations(), [Need(Ability.TATTOO)], NOW)
    assert outlook.seconds_left is None


def test_a_bar_always_moves_forward_and_never_reaches_its_end() -> None:
    fractions = [rendering(second, 9).fraction for second in range(120)]
    assert fractions[0] == 0
    assert all(later > earlier for earlier, later in pairwise(fractions[:40]))
    assert max(fractions) <= 1
    assert fractions[30] < 1
    assert all(rendering(second, 9).seconds_left >= 1 for second in range(120))


def test_a_bar_is_corrected_by_the_providers_progress() -> None:
    by_time = rendering(4, 9).fraction
    assert rendering(4, 9, progress=90).fraction > by_time > rendering(4, 9, progress=0).fraction
