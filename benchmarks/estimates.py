"""Whether what waiting people are told comes true, on a virtual clock.

The real scheduler, storage, clients and cards run against the sandbox's models of the providers. Whatever a
card says of the time left stands beside the time that it then took until the picture was in the chat:

    first       the first estimate that a job was given, at its confirmation
    every       every edit of every card, as long as five seconds or more were left
    late        the share of jobs whose first words were broken: it took over a fifth longer than the longest
                time that they can mean
    set back    how often a place on a card went up; a card says why

    python -m benchmarks.estimates [--minutes 20]
"""

import argparse
import statistics
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from storage.migrate import upgrade
from tests.integration.jobs.promises import Story, Told, Watched, clothes, crowd, day, several, watched
from tests.integration.jobs.virtual_time import run

CROWDS = (1, 6, 20, 60)
ONE, TWO, FITROOM = ("sandbox-a",), ("sandbox-a", "sandbox-b"), ("sandbox-f",)
# Below this a share of what is left says more about the rounding than about the estimate.
SOON = 5.0


@dataclass(frozen=True, slots=True)
class Scene:
    """What goes on, and with which keys."""

    name: str
    play: Callable[[Watched], Awaitable[None]]
    tryiton: tuple[str, ...] = ONE
    fitroom: tuple[str, ...] = ()


def scenes(minutes: int) -> list[Scene]:
    """Return all that is measured."""
    crowds = [
        Scene(f"{waiting} at once, {name}", partial(crowd, waiting=waiting), keys)
        for waiting in CROWDS
        for name, keys in (("one key", ONE), ("two keys", TWO))
    ]
    mixed = partial(crowd, waiting=30, wishes=several)
    steady = partial(day, minutes=minutes, wishes=clothes)
    return [
        *crowds,
        Scene("60 at once, FitRoom", partial(crowd, waiting=60), (), FITROOM),
        Scene("30 of all sorts at once, one key", mixed),
        Scene("30 of all sorts at once, both providers", mixed, ONE, FITROOM),
        Scene("a calm day, one key", partial(steady, a_minute=12)),
        Scene("a full day, one key", partial(steady, a_minute=19)),
        Scene("a full day of all sorts, one key", partial(day, minutes=minutes, a_minute=11)),
        Scene("a full day of all sorts, two keys", partial(day, minutes=minutes, a_minute=22), TWO),
        Scene("a full day of all sorts, both", partial(day, minutes=minutes, a_minute=22), ONE, FITROOM),
        Scene("the same, of nine people", partial(day, minutes=minutes, a_minute=22, people=9), ONE, FITROOM),
    ]


async def measure(scene: Scene, database: Path) -> Story:
    """Play a scene and print what came of its promises."""
    async with watched(database, keys=scene.tryiton, fitroom_keys=scene.fitroom) as watch:
        await scene.play(watch)
        story = watch.story()
    tell(scene.name, story.first, story.estimates, len(story.setbacks))
    return story


def tell(name: str, first: list[Told], every: list[Told], setbacks: int) -> None:
    """Print one line."""
    later = [each for each in every if each.left >= SOON]
    late = statistics.mean(each.is_broken for each in first)
    print(
        f"{name:42} {len(first):4} jobs; first {_errors(first)}; every {_errors(later)}; "
        f"late {late:4.0%}, of all edits {statistics.mean(each.is_broken for each in later):4.0%}; "
        f"set back {setbacks}",
        flush=True,
    )


def _errors(told: list[Told]) -> str:
    errors = [each.error for each in told]
    late = statistics.quantiles(errors, n=10)[-1] if len(errors) > 1 else errors[0]
    return f"{statistics.median(errors):4.0%} (90 % within {late:4.0%})"


def main(arguments: list[str] | None = None) -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=int, default=20)
    minutes = parser.parse_args(arguments).minutes
    stories = []
    with tempfile.TemporaryDirectory() as folder:
        for number, scene in enumerate(scenes(minutes)):
            path = Path(folder, f"{number}.db")
            upgrade(f"sqlite:///{path}")
            stories.append(run(partial(measure, scene, path)))
    first = [each for story in stories for each in story.first]
    every = [each for story in stories for each in story.estimates]
    tell("all together", first, every, sum(len(story.setbacks) for story in stories))


if __name__ == "__main__":
    main()
