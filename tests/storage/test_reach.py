"""An outage is told once and its end once, however many ran into it and whenever they come back with it."""

import pytest

from storage.errors import DatabaseAway
from storage.reach import Reach

AWAY = DatabaseAway("it does not answer")


@pytest.fixture
def reach() -> Reach:
    """A database that was reached before."""
    reach = Reach()
    reach.found(reach.era)
    return reach


@pytest.fixture
def told(caplog):
    """What was told, without the reasons."""
    return lambda: [record.getMessage().partition(";")[0] for record in caplog.records]


def test_outage_is_told_once_and_its_end_once(reach, told):
    for _ in range(3):
        reach.lost(reach.era, AWAY)
    for _ in range(3):
        reach.found(reach.era)
    assert told() == ["the database is away", "the database is back"]


def test_next_outage_is_told_again(reach, told):
    for _ in range(2):
        reach.lost(reach.era, AWAY)
        reach.found(reach.era)
    assert told() == ["the database is away", "the database is back"] * 2


def test_failure_of_what_began_in_the_outage_and_ends_after_it_is_no_new_outage(reach, told):
    reach.lost(reach.era, AWAY)
    slow = reach.era
    reach.found(reach.era)
    reach.lost(slow, AWAY)
    assert told() == ["the database is away", "the database is back"]


def test_success_of_what_began_before_the_outage_does_not_end_it(reach, told):
    slow = reach.era
    reach.lost(reach.era, AWAY)
    reach.found(slow)
    assert told() == ["the database is away"]


def test_database_that_was_never_reached_is_not_away(told):
    reach = Reach()
    reach.lost(reach.era, AWAY)
    reach.found(reach.era)
    assert told() == []
