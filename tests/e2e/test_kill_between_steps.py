"""kill -9 right before and right after every other commit of a job of several paid calls, one after another.

The jobs are queued as a confirmation does it; from then on the bot dies at its k-th commit. It is started
again, and k grows until a job passes unharmed. Right after the first commit and right before the third,
right after the third and so on: so it dies once between any two commits, with what it does there not begun
or done. Of a single call every commit has its turn, both before and after (``test_kill_at_every_commit``).
"""

from collections import Counter

import pytest

from bot.sandbox.providers.tryiton.faults import Fate, FateKind
from bot.wish import ComparisonWish, HairStyle, OutfitWish
from tests.e2e.endings import FAILED, nothing_under_way
from tests.e2e.mortal import Mortal, Patient
from tests.e2e.person import DONE, Person
from tests.e2e.wishes import photos_sent, queued

pytestmark = pytest.mark.network

MOST_COMMITS = 60
# Each story has every fourth commit.
LANES = 4
CASES = [
    *(("sqlite", moment, lane) for moment in ("before", "after") for lane in (0, 2)),
    ("postgresql", "after", 1),
]
STYLES = tuple(HairStyle(haircut) for haircut in ("Afro", "BobCut", "Spiky"))


class Witness:
    """Looks at a job of several steps when it is over, wherever the bot died."""

    def __init__(self, person: Person, when: str) -> None:
        self.person, self.when = person, when
        self.books = person.stage.books
        [self.job] = self.books.jobs(person.id)
        self.calls = self.books.rows("SELECT * FROM submissions WHERE job_id = ?", self.job["id"])

    def steps(self, state: str) -> list[int]:
        """Return the steps whose calls ended so."""
        return [call["step"] for call in self.calls if call["state"] == state]

    @property
    def delivered(self) -> list[int]:
        """Return the numbers of the pictures that were delivered."""
        query = "SELECT n FROM results WHERE job_id = ? AND n <= ? AND state = 'delivered' ORDER BY n"
        return [row["n"] for row in self.books.rows(query, self.job["id"], self.job["outputs"])]

    def checks_the_calls(self) -> None:
        """No step was called a second time once its call may have been paid."""
        posted = Counter(call["step"] for call in self.calls if call["state"] != "not_sent")
        assert set(posted.values()) == {1}, f"{self.when}: {posted}"
        assert self.person.stage.tryiton.journal.accepted_twice() == [], self.when
        assert len(self.steps("unknown")) <= 1, self.when

    async def checks_the_rest(self, *, paid: int) -> None:
        """The chat shows the end, and the books are right."""
        await nothing_under_way(self.person)
        assert self.books.balance(self.person.id) == (3 - paid, 0), self.when
        assert await self.books.findings() == [], self.when
        pictures, failures = self.person.finds(DONE, photo=True), self.person.finds(FAILED)
        if self.job["state"] == "failed":
            assert (len(pictures), len(failures)) == (0, 1), self.when
        else:
            # Once more at most, in the card, where nobody could know that it had arrived.
            assert len(pictures) in {1, 2}, self.when


@pytest.mark.parametrize(("address", "moment", "lane"), CASES, indirect=["address"])
async def test_killed_at_every_other_commit_of_an_outfit_in_two_calls(stage, person, moment, lane):
    mortal = Mortal(stage)
    await mortal.start()
    for commit in range(1 + lane, MOST_COMMITS, LANES):
        deaths, somebody = mortal.deaths, Patient(person(f"Person{commit}"), mortal)
        me, garment = await photos_sent(somebody.person)
        mortal.is_to_die(moment, commit)
        await queued(somebody.person, OutfitWish(me, garment, garment, chained=True), 2)
        await somebody.rests()
        witness = Witness(somebody.person, f"{moment} commit {commit}")
        witness.checks_the_calls()
        ended = (witness.job["state"], witness.job["failure"], witness.delivered)
        whole = ("delivered", None, [1])
        lost = ("failed", "outcome_unknown", [])
        assert ended == (lost if witness.steps("unknown") else whole), witness.when
        await witness.checks_the_rest(paid=0 if witness.steps("unknown") else 2)
        if mortal.deaths == deaths:
            break
    await mortal.is_laid_to_rest()
    assert mortal.deaths >= 2
    assert commit < MOST_COMMITS - LANES


@pytest.mark.parametrize(("address", "moment", "lane"), CASES, indirect=["address"])
async def test_killed_at_every_other_commit_of_a_comparison_with_a_failed_step(stage, person, moment, lane):
    mortal = Mortal(stage)
    await mortal.start()
    for commit in range(1 + lane, MOST_COMMITS, LANES):
        deaths, somebody = mortal.deaths, Patient(person(f"Person{commit}"), mortal)
        me, _ = await photos_sent(somebody.person)
        stage.tryiton.faults.clear()
        stage.tryiton.faults.add_fate(Fate())
        stage.tryiton.faults.add_fate(Fate(FateKind.FAIL))
        mortal.is_to_die(moment, commit)
        await queued(somebody.person, ComparisonWish(me, STYLES), 3)
        await somebody.rests()
        witness = Witness(somebody.person, f"{moment} commit {commit}")
        witness.checks_the_calls()
        missed = witness.steps("unknown") + witness.steps("failed")
        assert sorted([*witness.delivered, *missed]) == [1, 2, 3], witness.when
        assert witness.job["state"] == "delivered", witness.when
        await witness.checks_the_rest(paid=len(witness.delivered))
        if mortal.deaths == deaths:
            break
    await mortal.is_laid_to_rest()
    assert mortal.deaths >= 2
    assert commit < MOST_COMMITS - LANES
