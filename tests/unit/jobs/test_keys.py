import math
import random

import pytest

from bot.jobs.keys import Halt, KeyedProvider, KeyLimits, KeyState
from bot.providers.base import Ability, Need
from tests.unit.jobs.fake_provider import FakeProvider

NOW = 1_800_000_000.0
CLOTHES = Need(Ability.CLOTHES)
TRYITON = KeyLimits(submits=20, reads=300, concurrency=6)


@pytest.fixture
def key(chance: random.Random) -> KeyState:
    return KeyState(KeyedProvider(FakeProvider(), TRYITON), chance)


def send(key: KeyState, job_id: int, at: float) -> None:
    key.pacer.tick(at, anyone_waits=True)
    assert key.free_at(at) == at
    key.begin(job_id, CLOTHES, at)
    key.sent(at)


def test_a_fresh_key_takes_a_burst_as_large_as_its_slots(key: KeyState) -> None:
    for job_id in range(6):
        send(key, job_id, NOW)
    assert key.free_at(NOW) == math.inf
    key.leave(0)
    assert key.free_at(NOW) == pytest.approx(NOW + 2.88)


def test_a_slot_is_kept_for_an_unknown_outcome_until_its_time(key: KeyState) -> None:
    key.linger([NOW + 50, NOW + 120, NOW - 1])
    for job_id in range(4):
        send(key, job_id, NOW)
    assert key.free_at(NOW) == NOW + 50
    key.occupy(99)
    assert key.free_at(NOW) == NOW + 120


def test_a_call_that_was_not_made_gives_everything_back_but_its_turn(key: KeyState) -> None:
    key.begin(1, CLOTHES, NOW)
    key.not_called(1)
    assert key.running() == 0
    assert key.submits.used(NOW) == 0


def test_without_a_limit_on_running_jobs_only_the_window_counts(chance: random.Random) -> None:
    key = KeyState(KeyedProvider(FakeProvider(), KeyLimits(submits=60)), chance)
    for job_id in range(6):
        send(key, job_id, NOW)
    assert key.running() == 6
    assert key.free_at(NOW) == pytest.approx(NOW + 2.88)


def test_one_window_for_calls_of_every_kind_is_shared(chance: random.Random) -> None:
    key = KeyState(KeyedProvider(FakeProvider(), KeyLimits(submits=60)), chance)
    assert key.reads is key.submits
    key.reads.assume_spent(NOW)
    key.pacer.tick(NOW, anyone_waits=True)
    assert key.free_at(NOW) > NOW


def test_crowded_waits_until_a_job_of_ours_ends(key: KeyState) -> None:
    send(key, 1, NOW)
    key.told_crowded(NOW, None)
    assert key.free_at(NOW) == NOW + 5
    key.leave(1)
    assert key.free_at(NOW) == NOW


def test_told_to_slow_down_pauses_for_as_long_as_the_provider_says(key: KeyState) -> None:
    key.told_to_slow_down(NOW, key.submits, 17.0)
    assert key.free_at(NOW) == NOW + 17
    assert key.reads.free_at(NOW) == NOW


def test_a_stopped_key_is_probed_more_and_more_rarely(key: KeyState) -> None:
    waits = []
    for _ in range(6):
        key.stop(NOW, Halt.OUT_OF_CREDITS)
        assert key.free_at(NOW) == math.inf
        waits.append(key.probe_at - NOW)
    assert waits == [45, 90, 180, 360, 450, 450]
    key.resume()
    assert key.free_at(NOW) == NOW
    assert key.probe_at == math.inf


def test_a_probe_under_way_is_not_started_twice(key: KeyState) -> None:
    key.stop(NOW, Halt.REFUSED)
    key.probing()
    assert key.probe_at == math.inf
    key.still_stopped(NOW)
    assert key.probe_at < math.inf


def test_on_trial_one_call_at_a_time(key: KeyState) -> None:
    for _ in range(3):
        key.circuit.failed(NOW)
    assert key.free_at(NOW) == math.inf
    key.circuit.read_well()
    assert key.free_at(NOW) == NOW
    key.begin(1, CLOTHES, NOW)
    assert key.free_at(NOW) == math.inf
    key.sent(NOW)
    assert key.accepted(5)
    assert key.free_at(NOW) == NOW
    assert not key.accepted(6)


def test_a_key_knows_what_its_provider_can_do(key: KeyState) -> None:
    assert key.can(Need(Ability.CLOTHES))
    assert not key.can(Need(Ability.TATTOO))
