"""A bot that dies at a commit of our choice and is started again, and a person who bears it."""

from bot.sandbox.telegram.model import Message
from tests.e2e.bot_run import BotRun
from tests.e2e.person import Person
from tests.e2e.stage import ROOT, Stage

MORTAL = (str(ROOT / "tests" / "e2e" / "mortal_bot.py"),)
# A process that is killed leaves no account of the lines it ran, so there is no point in keeping one.
UNMEASURED = {"COVERAGE_PROCESS_CONFIG": ""}


class Mortal:
    """A bot that is started again whenever it dies; ``next_plans`` are what it dies of after each start."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.plan = stage.folder / "plan"
        self.doom = self.plan.with_suffix(".doom")
        self.deaths = 0
        self.next_plans: list[tuple[str, int]] = []
        self.run: BotRun

    async def start(self) -> None:
        self.run = await self.stage.launch_bot(
            arguments=MORTAL, MORTAL_PLAN=str(self.plan), PYTHONPATH=str(ROOT), **UNMEASURED
        )

    @property
    def is_ready(self) -> bool:
        return " ready " in self.run.output()

    def is_to_die(self, moment: str, commit: int) -> None:
        # In one step: the bot reads it at each of its commits.
        draft = self.plan.with_suffix(".draft")
        draft.write_text(f"{moment} {commit}")
        draft.replace(self.plan)

    async def lives(self) -> None:
        """Start it again if it has died."""
        if not self.run.is_running:
            assert self.run.exit_code == -9, self.run.output()[-3000:]
            self.deaths += 1
            self.plan.unlink(missing_ok=True)
            self.doom.unlink(missing_ok=True)
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
                lambda: not self.mortal.run.is_running or (self.mortal.is_ready and stage.is_quiet()),
                what="everything to be finished",
            )
            if self.mortal.doom.exists():
                await stage.until(lambda: not self.mortal.run.is_running, what="the bot to die")
            if self.mortal.run.is_running:
                return
