"""Both providers behind one counter: what was ordered, at which of them, and how well they were treated."""

from dataclasses import dataclass

from bot.sandbox.providers.faults import Place
from bot.sandbox.providers.fitroom.faults import Fate as FitRoomFate
from bot.sandbox.providers.tryiton.faults import Fate as TryItOnFate
from bot.sandbox.providers.tryiton.faults import FateKind
from tests.e2e.stage import Stage


@dataclass(frozen=True, slots=True)
class Counter:
    """What the providers of a stage know, in words that fit either of them."""

    stage: Stage

    @property
    def served(self) -> list[str]:
        """Return who took each job, those of TryItOn first."""
        return ["TryItOn"] * len(self.stage.tryiton.jobs) + ["FitRoom"] * len(self.stage.fitroom.tasks)

    @property
    def calls(self) -> list[str]:
        """Return where each paid call arrived, taken or not, those of TryItOn first."""
        return ["TryItOn"] * len(self.stage.tryiton.journal.submissions) + ["FitRoom"] * len(
            self.stage.fitroom.journal.submissions
        )

    @property
    def looks(self) -> int:
        """Return how many photos FitRoom was asked to look at."""
        return sum(call.place is Place.CHECK for call in self.stage.fitroom.journal.calls)

    @property
    def is_content(self) -> bool:
        """Return whether no limit was overstepped and nothing was ordered twice."""
        journals = (self.stage.tryiton.journal, self.stage.fitroom.journal)
        return not any(journal.violations or journal.accepted_twice() for journal in journals)

    def let_the_next_fail(self) -> None:
        """Let the next job fail, whoever takes it."""
        self.stage.tryiton.faults.add_fate(TryItOnFate(FateKind.FAIL))
        self.stage.fitroom.faults.add_fate(FitRoomFate(FateKind.FAIL))

    def never_end_the_next(self) -> None:
        """Let the next job take for ever, whoever takes it."""
        self.stage.tryiton.faults.add_fate(TryItOnFate(seconds=1e6))
        self.stage.fitroom.faults.add_fate(FitRoomFate(seconds=1e6))
