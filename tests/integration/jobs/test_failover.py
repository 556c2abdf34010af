"""Choice and failover, key by key and fault by fault; docs/failover.md is written from what is seen here.

    WRITE_DOCS=1 python -m pytest tests/integration/jobs/test_failover.py

writes the page anew; without it the last test fails when the page differs.
"""

import os
import shutil
from collections import Counter
from pathlib import Path

import pytest

from bot.providers.titles import TITLES
from storage.jobs import JobState
from tests.integration.jobs.failover import (
    MISHAPS,
    Kind,
    Mishap,
    Outcome,
    Setup,
    document,
    play,
)
from tests.integration.jobs.virtual_time import run

PAGE = Path(__file__).parents[3] / "docs" / "failover.md"
CASES = [(mishap, setup) for mishap in MISHAPS for setup in Setup]


def of_kind(*kinds: Kind) -> pytest.MarkDecorator:
    """Run a test for each case of these kinds."""
    cases = [pytest.param(case, id=name(*case)) for case in CASES if case[0].kind in kinds]
    return pytest.mark.parametrize("case", cases)


def name(mishap: Mishap, setup: Setup) -> str:
    return f"{mishap.provider}-{mishap.words}-{setup.name.lower()}"


@pytest.fixture(scope="module")
def outcomes(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[Mishap, Setup], Outcome]:
    folder = tmp_path_factory.mktemp("failover")
    found = {}
    for number, (mishap, setup) in enumerate(CASES):
        database = Path(shutil.copy(migrated, folder / f"{number}.db"))
        found[mishap, setup] = run(lambda case=(database, mishap, setup): play(*case))
    return found


@pytest.fixture
def outcome(case: tuple[Mishap, Setup], outcomes: dict[tuple[Mishap, Setup], Outcome]) -> Outcome:
    return outcomes[case]


@of_kind(Kind.NOT_SENT, Kind.OPERATORS)
def test_what_cost_nothing_is_taken_over_under_the_same_hold(
    outcome: Outcome,
) -> None:
    assert outcome.state is JobState.DELIVERED
    assert outcome.ledger == ("hold", "capture")
    assert outcome.accepted == 1
    assert outcome.person_told == ()


@of_kind(Kind.NOT_SENT, Kind.OPERATORS)
def test_it_is_taken_over_by_whoever_is_left(outcome: Outcome) -> None:
    here = TITLES[outcome.mishap.provider]
    (there,) = set(TITLES.values()) - {here}
    left = {Setup.ALONE: here, Setup.TWO_KEYS: f"{here}, second key", Setup.BOTH: there}
    assert outcome.served_by == left[outcome.setup]


@of_kind(Kind.NOT_SENT, Kind.OPERATORS)
def test_one_call_goes_wrong_and_one_serves(outcome: Outcome) -> None:
    arrived = 1 if outcome.mishap.kind is Kind.NOT_SENT else 2
    assert sum(outcome.posts.values()) == arrived


@of_kind(Kind.PERSONS, Kind.FAILED)
def test_what_is_about_the_photos_ends_and_is_given_back(outcome: Outcome) -> None:
    assert outcome.state is JobState.FAILED
    assert outcome.ledger == ("hold", "release")
    expected = "provider_failed" if outcome.mishap.kind is Kind.FAILED else "provider_refused"
    assert outcome.person_told == (expected,)
    assert set(outcome.posts) == {outcome.mishap.provider}


@of_kind(Kind.UNKNOWN)
def test_what_may_have_been_charged_is_never_sent_again(outcome: Outcome) -> None:
    assert outcome.posts == Counter({outcome.mishap.provider: 1})
    assert outcome.state is JobState.FAILED
    assert outcome.ledger == ("hold", "release")
    assert outcome.person_told == ("outcome_unknown",)


@pytest.mark.skipif("WRITE_DOCS" not in os.environ, reason="the page is only compared, not written")
def test_write_the_page(outcomes: dict[tuple[Mishap, Setup], Outcome]) -> None:
    PAGE.write_text(document(outcomes.values()), encoding="utf-8")


def test_the_page_says_what_happens(outcomes: dict[tuple[Mishap, Setup], Outcome]) -> None:
    assert PAGE.read_text(encoding="utf-8") == document(outcomes.values())
