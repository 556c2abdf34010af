"""kill -9 right before and right after every commit of a whole try-on, one after another.

A person goes through a try-on with a bot that dies at its k-th commit. It is started again, and the person
goes on without having to do anything twice: whatever was sent or tapped takes effect. k grows until a try-on
passes unharmed.

The commits are the same on both databases, so PostgreSQL is shown with every fourth of them: what differs is
who rolls back what was not committed, and who frees the lease.
"""

import pytest

from bot.sandbox.telegram.model import Message
from tests.e2e.bot_run import BotRun
from tests.e2e.endings import FAILED, ended_well
from tests.e2e.person import ASKS_CONSENT, ASKS_GARMENT, CARD, DONE, TRY_IT_ON, Person
from tests.e2e.stage import ROOT, Stage

pytestmark = [pytest.mark.network, pytest.mark.timeout(400)]

MORTAL = (str(ROOT / "tests" / "e2e" / "mortal_bot.py"),)
MOST_COMMITS = 80
# Every commit belongs to one of so many stories, which can be told side by side.
LANES = 4
# From about this commit on a try-on is past the tap that pays.
PAID = 21


class Mortal:
    """A bot that is started again whenever it dies; ``next_plans`` are what it dies of after each start."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.plan = stage.folder / "plan"
        self.deaths = 0
        self.next_plans: list[tuple[str, int]] = []
        self.run: BotRun

    async def start(self) -> None:
        self.run = await self.stage.launch_bot(
            arguments=MORTAL, MORTAL_PLAN=str(self.plan), PYTHONPATH=str(ROOT)
        )

    @property
    def is_ready(self) -> bool:
        return " ready " in self.run.output()

    def is_to_die(self, moment: str, commit: int) -> None:
        self.plan.write_text(f"{moment} {commit}")

    async def lives(self) -> None:
        """Start it again if it has died."""
        if not self.run.is_running:
            assert self.run.exit_code == -9, self.run.output()[-3000:]
            self.deaths += 1
            self.plan.unlink(missing_ok=True)
            if self.next_plans:
                self.is_to_die(*self.next_plans.pop(0))
            await self.start()

    async def is_laid_to_rest(self) -> None:
        """Put an ordinary bot in its place: a plan that was not carried out could strike at any commit."""
        await self.stage.restart(self.run)


class Patient:
    """A person whose bot may die at any time."""

    def __init__(self, person: Person, mortal: Mortal) -> None:
        self.person = person
        self.mortal = mortal

    async def sees(self, *texts: str, button: str = "") -> Message:
        """Wait until the bot, started again if need be, shows one of the texts."""

        def found() -> list[Message]:
            return [one for text in texts for one in self.person.finds(text, button=button)]

        while not found():
            await self.mortal.lives()
            await self.person.stage.until(
                lambda: found() or not self.mortal.run.is_running, what=f"one of {texts}"
            )
        return found()[-1]

    async def rests(self) -> None:
        """Wait until nothing is left to do; the bot may die of it again and again."""
        stage = self.person.stage
        while True:
            await self.mortal.lives()
            await stage.until(
                lambda: (
                    not self.mortal.run.is_running or (self.mortal.is_ready and not stage.books.unfinished())
                ),
                what="everything to be finished",
            )
            if self.mortal.run.is_running:
                return

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
        somebody = Patient(person(f"Person{commit}"), mortal)
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
        somebody = Patient(person(f"Person{commit}"), mortal)
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
