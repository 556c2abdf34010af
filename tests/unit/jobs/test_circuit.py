import math
import random

import pytest

from bot.jobs.backoff import backoff
from bot.jobs.circuit import UNKNOWN_OUTCOME, Circuit


def test_it_opens_at_the_third_failure_in_a_row_and_says_so_once(chance: random.Random) -> None:
    circuit = Circuit(chance)
    assert [circuit.failed(0.0) for _ in range(5)] == [False, False, True, False, False]
    assert circuit.is_open


def test_two_calls_with_unknown_outcomes_are_enough(chance: random.Random) -> None:
    circuit = Circuit(chance)
    assert not circuit.failed(0.0, UNKNOWN_OUTCOME)
    assert circuit.failed(0.0, UNKNOWN_OUTCOME)


def test_an_answer_in_between_starts_the_count_over(chance: random.Random) -> None:
    circuit = Circuit(chance)
    circuit.failed(0.0)
    circuit.failed(0.0)
    assert not circuit.answered()
    circuit.failed(0.0)
    assert not circuit.is_open


def test_reads_that_go_well_do_not_hide_that_paid_calls_fail(chance: random.Random) -> None:
    circuit = Circuit(chance)
    for _ in range(3):
        circuit.failed(0.0)
        circuit.read_well()
    assert circuit.on_trial


def test_failed_reads_alone_open_it_too(chance: random.Random) -> None:
    circuit = Circuit(chance)
    assert [circuit.read_failed(0.0) for _ in range(3)] == [False, False, True]


def test_after_a_good_read_one_call_is_a_trial_and_its_answer_ends_the_outage(
    chance: random.Random,
) -> None:
    circuit = Circuit(chance)
    for _ in range(3):
        circuit.failed(0.0)
    circuit.read_well()
    assert circuit.on_trial
    assert not circuit.is_open
    assert circuit.answered()
    assert not circuit.on_trial


def test_a_failed_trial_opens_it_again_for_longer_without_saying_so(chance: random.Random) -> None:
    circuit = Circuit(chance)
    for _ in range(3):
        circuit.failed(0.0)
    first = circuit.probe_at
    circuit.read_well()
    assert circuit.probe_at == math.inf
    assert not circuit.failed(0.0)
    assert circuit.is_open
    assert circuit.probe_at == pytest.approx(2 * first)


def test_failures_of_calls_already_under_way_do_not_lengthen_the_wait(chance: random.Random) -> None:
    circuit = Circuit(chance)
    for _ in range(3):
        circuit.failed(0.0)
    at = circuit.probe_at
    for _ in range(10):
        circuit.failed(1.0)
    assert circuit.probe_at == at


def test_backoff_doubles_up_to_the_longest_and_is_spread_by_chance() -> None:
    chance = random.Random(1)
    for tries, full in ((1, 1), (2, 2), (3, 4), (4, 8), (5, 10), (500, 10)):
        drawn = [backoff(tries, first=1, longest=10, chance=chance) for _ in range(200)]
        assert full / 2 <= min(drawn) < full * 0.55
        assert full * 0.95 < max(drawn) <= full
