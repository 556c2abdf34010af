"""kill -9 right before and right after every commit of a whole try-on, one after another.

A person goes through a try-on with a bot that dies at its k-th commit. It is started again, and the person
goes on without having to do anything twice: whatever was sent or tapped takes effect. k grows until a try-on
passes unharmed.

The commits are the same on both databases, so PostgreSQL is shown with every fourth of them: what differs is
who rolls back what was not committed, and who frees the lease.
"""

import pytest

from tests.e2e.endings import FAILED, ended_well
from tests.e2e.mortal import Mortal, Patient
from tests.e2e.person import ASKS_CONSENT, ASKS_GARMENT, CARD, DONE, TRY_IT_ON, Person

pytestmark = pytest.mark.network

MOST_COMMITS = 80
# Every commit belongs to one of so many stories, which can be told side by side.
LANES = 4
# From about this commit on a try-on is past the tap that pays.
PAID = 21


class Novice(Patient):
    """Somebody who has never been here."""

    async def tries_on(self) -> None:
        """Go the whole way, from the first word to the picture and its full-size file."""
        person = self.person
        await person.starts()
        await self.sees("3 credits")
        await person.sends_photo()
        consent = await self.sees(ASKS_CONSENT)
        await person.taps_and_goes("Yes, I agree", consent)
        await self.sees(ASKS_GARMENT)
        await person.sends_photo()
        await person.taps_and_goes("Top", await self.sees(CARD))
        card = await self.sees(CARD, button="● Top")
        await person.taps_and_goes(TRY_IT_ON, card)
        end = await self.sees(DONE, FAILED)
        if FAILED in end.text:
            await self.rests()
            end = await self.sees(FAILED)
            await person.taps_and_goes("🔄 Try again", end)
            end = await self.sees(DONE)
        await self.rests()


CASES = [
    *(("sqlite", moment, lane) for moment in ("before", "after") for lane in range(LANES)),
    ("postgresql", "before", 1),
    ("postgresql", "after", 2),
]


@pytest.mark.parametrize(("address", "moment", "lane"), CASES, indirect=["address"])
async def test_killed_at_every_commit_of_a_try_on(stage, person, moment, lane):
    mortal = Mortal(stage)
    await mortal.start()
    for commit in range(1 + lane, MOST_COMMITS, LANES):
        deaths = mortal.deaths
        somebody = Novice(person(f"Person{commit}"), mortal)
        mortal.is_to_die(moment, commit)
        await somebody.tries_on()
        await check(somebody.person, f"{moment} commit {commit}")
        if mortal.deaths == deaths:
            break
    await mortal.is_laid_to_rest()
    assert mortal.deaths >= 3
    assert commit < MOST_COMMITS - LANES


@pytest.mark.parametrize(
    ("address", "step", "fewest_deaths"), [("sqlite", 4, 6), ("postgresql", 8, 3)], indirect=["address"]
)
@pytest.mark.parametrize("moment", ["before", "after"])
async def test_killed_again_and_again_while_it_takes_up_what_was_left(
    stage, person, moment, step, fewest_deaths
):
    """The next two processes die at one of their own first commits as well."""
    mortal = Mortal(stage)
    await mortal.start()
    for commit in range(PAID, PAID + 16, step):
        somebody = Novice(person(f"Person{commit}"), mortal)
        mortal.next_plans = [(moment, 2), (moment, 3)]
        mortal.is_to_die(moment, commit)
        await somebody.tries_on()
        mortal.next_plans.clear()
        mortal.plan.unlink(missing_ok=True)
        await check(somebody.person, f"{moment} commit {commit}, and again")
    await mortal.is_laid_to_rest()
    assert mortal.deaths >= fewest_deaths


async def check(person: Person, when: str) -> None:
    stage = person.stage
    states = stage.books.job_states(person.id)
    pictures = person.finds(DONE, photo=True)
    assert states in (["delivered"], ["failed", "delivered"]), f"{when}: {states}"
    assert len(pictures) in {1, 2}, when
    # A question that Telegram took without our learning of it is asked again; the first one stays.
    await ended_well(
        person,
        delivered=1,
        failed=len(states) - 1,
        extra_pictures=len(pictures) - 1,
        extra_cards=1,
    )
    accepted = [one for one in stage.tryiton.journal.submissions if one.job_id is not None]
    assert len(accepted) <= stage.books.paid_calls(), when
