"""What waiting people are told beside what happened: the real scheduler, the real cards, a virtual clock."""

import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.chat.messages import Progress, Stage
from bot.chat.outcomes import Fetched, FetchOutcome, MessageRef
from bot.chat.screens.durations import longest_meant
from bot.jobs.progress import ProgressBoard
from bot.providers.base import GarmentKind
from bot.wish import ClothesWish, ComparisonWish, HairStyle, HairstyleWish, OutfitWish, Wish
from storage.database import Database
from tests.integration.jobs.models import JPEG
from tests.integration.jobs.virtual_time import VirtualClock
from tests.integration.jobs.world import FakeChat, TillDeliveries, World, open_world, photo

# Words go in steps of five seconds, so nobody can read less than half of one out of them.
READABLE = 2.5
EXCUSED = 1.2


@dataclass(frozen=True, slots=True)
class Told:
    """What one edit of a card said; ``left`` is how long it really took from there."""

    job_id: int
    stage: Stage
    place: int | None
    said: float | None
    left: float
    was_passed: bool = False

    @property
    def error(self) -> float:
        """Return the estimate's error as a share of what it took."""
        assert self.said is not None
        return abs(self.said - self.left) / self.left

    @property
    def is_broken(self) -> bool:
        """Return whether it took more than a fifth longer than the longest that the words can mean."""
        assert self.said is not None
        longest = longest_meant(self.said)
        return self.left > max(longest * EXCUSED, longest + READABLE)


@dataclass(slots=True)
class Story:
    """All that was told of the jobs of one world, oldest first."""

    told: list[Told] = field(default_factory=list)

    @property
    def estimates(self) -> list[Told]:
        """Return what named a time."""
        return [each for each in self.told if each.said is not None and each.left > 0]

    @property
    def first(self) -> list[Told]:
        """Return the first estimate that each job was given."""
        by_job: dict[int, Told] = {}
        for each in self.estimates:
            by_job.setdefault(each.job_id, each)
        return list(by_job.values())

    @property
    def setbacks(self) -> list[Told]:
        """Return what told a place that was higher than the one before it."""
        places: dict[int, int] = {}
        found = []
        for each in self.told:
            if each.place is not None:
                if each.place > places.get(each.job_id, each.place):
                    found.append(each)
                places[each.job_id] = each.place
        return found


class _Cards(FakeChat):
    """Telegram with photos that take a moment to fetch, and cards that note what they are told to show."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self._chance = chance
        self.shown: list[tuple[float, Progress]] = []

    async def fetch_photo(self, file_id: str) -> FetchOutcome:
        self.fetched.append(file_id)
        await VirtualClock().sleep(self._chance.uniform(0.15, 0.6))
        return Fetched(JPEG)

    def show_progress(self, card: MessageRef, progress: Progress, language: str | None) -> None:
        self.shown.append((VirtualClock().now(), progress))

    async def forget_progress(self, card: MessageRef) -> None:
        pass


class _Deliveries(TillDeliveries):
    """Deliveries that take as long as an upload to Telegram does."""

    def __init__(self, db: Database, board: ProgressBoard, chance: random.Random) -> None:
        super().__init__(db)
        self._db = db
        self._board = board
        self._chance = chance
        self.arrived: dict[int, float] = {}

    async def deliver(self, job_id: int, epoch: int) -> None:
        await VirtualClock().sleep(self._chance.uniform(0.4, 1.6))
        await super().deliver(job_id, epoch)
        self.arrived[job_id] = VirtualClock().now()
        async with self._db.reading() as tx:
            job = await tx.jobs.get(job_id)
        assert job is not None
        await self._board.forget(job)


@dataclass(slots=True)
class Watched:
    """A world whose cards are read."""

    world: World
    cards: _Cards
    deliveries: _Deliveries

    def story(self) -> Story:
        """Return what was told of the jobs that arrived."""
        arrived = self.deliveries.arrived
        return Story(
            [
                Told(
                    each.job_id,
                    each.stage,
                    each.place,
                    each.seconds_left,
                    arrived[each.job_id] - at,
                    each.was_passed,
                )
                for at, each in self.cards.shown
                if each.job_id in arrived
            ]
        )


@asynccontextmanager
async def watched(
    database: Path, *, keys: Sequence[str] = ("sandbox-a",), fitroom_keys: Sequence[str] = (), seed: int = 1
) -> AsyncIterator[Watched]:
    """Open a world with real cards and start its brain."""
    async with open_world(database, keys=keys, fitroom_keys=fitroom_keys, seed=seed) as world:
        cards = _Cards(world.chance)
        board = ProgressBoard(cards, world.clock)  # type: ignore[arg-type] # sends nothing but progress
        deliveries = _Deliveries(world.db, board, world.chance)
        # The world's own fakes give way to those that take their time.
        world.chat, world.deliveries = cards, deliveries
        world.board = board  # type: ignore[assignment] # the real one, which it only needs to hand on
        world.new_brain()
        await world.start()
        try:
            yield Watched(world, cards, deliveries)
        finally:
            await board.stop()


def clothes(number: int) -> Wish:
    """Return a wish of one step."""
    return ClothesWish(photo("person", number), photo("garment", number), GarmentKind.TOP)


def several(number: int) -> Wish:
    """Return wishes of many sorts in turn: one step, two in a chain, three compared, in HD."""
    person = photo("person", number)
    upper, lower = photo("upper", number), photo("lower", number)
    sorts: tuple[Wish, ...] = (
        ClothesWish(person, upper, GarmentKind.TOP),
        OutfitWish(person, upper, lower, chained=True),
        HairstyleWish(person, "BobCut"),
        ClothesWish(person, upper, GarmentKind.TOP, hd=True),
        ComparisonWish(person, (HairStyle("BobCut"), HairStyle("PixieCut"), HairStyle("Spiky"))),
        ClothesWish(person, lower, GarmentKind.BOTTOM),
    )
    return sorts[number % len(sorts)]


async def crowd(watch: Watched, waiting: int, *, wishes: Callable[[int], Wish] = clothes) -> None:
    """Let so many people confirm at once, after two pictures that show how long things take."""
    world = watch.world
    for number in range(2):
        await world.confirm(user_id=1000 + number, wish=wishes(number))
    await world.brain.wait_idle()
    for number in range(waiting):
        await world.confirm(user_id=1 + number, wish=wishes(number))
    await world.brain.wait_idle()


async def day(
    watch: Watched,
    minutes: float,
    *,
    a_minute: float,
    wishes: Callable[[int], Wish] = several,
    people: int | None = None,
) -> None:
    """Let people come by chance, so many a minute; ``people`` None: nobody comes twice."""
    world, chance = watch.world, random.Random(7)
    ends_at = world.clock.now() + minutes * 60
    number = 0
    while world.clock.now() < ends_at:
        number += 1
        user_id = number if people is None else 1 + chance.randrange(people)
        await world.confirm(user_id=user_id, wish=wishes(number))
        await world.clock.sleep(chance.expovariate(a_minute / 60))
    await world.brain.wait_idle()
