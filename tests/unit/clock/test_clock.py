"""The machine's clock may be set; the program's time goes on."""

import time

import pytest

from bot.clock import SystemClock


class Machine:
    """The time of day, which can be set, and the ticks since the start, which cannot."""

    def __init__(self):
        self.wall = 1_000_000.0
        self.ticks = 50.0

    def passes(self, seconds):
        self.wall += seconds
        self.ticks += seconds


@pytest.fixture
def machine(monkeypatch):
    one = Machine()
    monkeypatch.setattr(time, "time", lambda: one.wall)
    monkeypatch.setattr(time, "monotonic", lambda: one.ticks)
    return one


def test_time_goes_on_when_the_clock_is_set_back(machine):
    clock = SystemClock()
    before = clock.now()
    machine.wall -= 3600.0
    machine.passes(5.0)
    assert clock.now() == pytest.approx(before + 5.0)


def test_time_follows_when_the_clock_is_set_forward(machine):
    clock = SystemClock()
    clock.now()
    machine.wall += 3600.0
    assert clock.now() == pytest.approx(machine.wall)


def test_time_is_the_time_of_day(machine):
    clock = SystemClock()
    machine.passes(5.0)
    assert clock.now() == pytest.approx(1_000_005.0)
