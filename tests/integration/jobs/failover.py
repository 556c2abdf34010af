"""Every way in which a paid call can go wrong, at every provider, with every set of keys: played and told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from bot.providers.keys import ApiKey
from bot.providers.titles import TITLES
from bot.sandbox.providers.faults import FateKind, Manner, Place, PlannedFate, PlannedFault
from bot.sandbox.providers.fitroom.faults import Fate as FitRoomFate
from bot.sandbox.providers.fitroom.faults import Fault as FitRoomFault
from bot.sandbox.providers.fitroom.replies import ErrorName as FitRoomError
from bot.sandbox.providers.tryiton.faults import Fate as TryItOnFate
from bot.sandbox.providers.tryiton.faults import Fault as TryItOnFault
from bot.sandbox.providers.tryiton.replies import ErrorName as TryItOnError
from storage.jobs import JobState
from tests.integration.jobs.models import FITROOM, TRYITON
from tests.integration.jobs.world import World, open_world

KEYS = {TRYITON: ("sandbox-t1", "sandbox-t2"), FITROOM: ("sandbox-f1", "sandbox-f2")}


class Kind(StrEnum):
    """What sort of mishap it is; all that follows depends on this alone."""

    NOT_SENT = "not sent"
    OPERATORS = "refused for the operator's reasons"
    PERSONS = "refused for another reason"
    UNKNOWN = "unknown"
    FAILED = "failed while it was made"


class Setup(StrEnum):
    """Which keys are in the settings, seen from the provider where it goes wrong."""

    ALONE = "one key of this provider"
    TWO_KEYS = "two keys of this provider"
    BOTH = "one key of each provider"


@dataclass(frozen=True)
class Mishap:
    """What goes wrong at the first key; ``words`` name it in the table."""

    provider: str
    kind: Kind
    words: str
    fault: PlannedFault | None = None
    fate: PlannedFate | None = None
    times: int = 1


@dataclass(frozen=True)
class Outcome:
    """What came of one try-on: who served it, the paid calls that arrived, the money, what was said."""

    mishap: Mishap
    setup: Setup
    state: JobState
    served_by: str | None
    posts: dict[str, int]
    accepted: int
    ledger: tuple[str, ...]
    person_told: tuple[str, ...]
    operator_told: tuple[str, ...] = field(default=())


def _refusals() -> Iterable[Mishap]:
    at_tryiton = {
        TryItOnError.RATE_LIMIT_EXCEEDED: Kind.OPERATORS,
        TryItOnError.CONCURRENCY_LIMIT_EXCEEDED: Kind.OPERATORS,
        TryItOnError.OUT_OF_CREDITS: Kind.OPERATORS,
        TryItOnError.UNAUTHORIZED_ACCESS: Kind.OPERATORS,
        TryItOnError.INTERNAL_SERVER_ERROR: Kind.OPERATORS,
        TryItOnError.BAD_REQUEST: Kind.PERSONS,
        TryItOnError.NOT_FOUND: Kind.PERSONS,
    }
    for name, kind in at_tryiton.items():
        # The client asks the newer path as well before it believes that there is no such address.
        times = 2 if name is TryItOnError.NOT_FOUND else 1
        fault = TryItOnFault(Manner.ERROR, error=name, key=KEYS[TRYITON][0])
        yield Mishap(TRYITON, kind, f"{_status(fault)} {name}", fault, times=times)
    at_fitroom = {
        FitRoomError.TOO_MANY_REQUESTS: Kind.OPERATORS,
        FitRoomError.PAYMENT_REQUIRED: Kind.OPERATORS,
        FitRoomError.UNAUTHORIZED: Kind.OPERATORS,
        FitRoomError.INTERNAL_SERVER_ERROR: Kind.OPERATORS,
        FitRoomError.SERVICE_UNAVAILABLE: Kind.OPERATORS,
        FitRoomError.BAD_REQUEST: Kind.PERSONS,
    }
    for name, kind in at_fitroom.items():
        fault = FitRoomFault(Manner.ERROR, error=name, key=KEYS[FITROOM][0])
        yield Mishap(FITROOM, kind, f"{_status(fault)} {name}", fault)


def _status(fault: PlannedFault) -> int:
    return fault.error_reply().status


_UNKNOWNS: Sequence[tuple[str, dict[str, object]]] = (
    ("connection lost, the job was taken", {"manner": Manner.CLOSE, "accepted": True}),
    ("connection lost, the job was not taken", {"manner": Manner.CLOSE}),
    ("a gateway's page with 502", {"manner": Manner.HTML, "http_status": 502}),
    ("a gateway's page with 503", {"manner": Manner.HTML, "http_status": 503}),
    ("a page with 200", {"manner": Manner.HTML}),
    ("an empty answer", {"manner": Manner.EMPTY, "accepted": True}),
    ("half an answer", {"manner": Manner.MALFORMED, "accepted": True}),
    ("an answer without an id", {"manner": Manner.NO_JOB_ID, "accepted": True}),
    ("a redirect", {"manner": Manner.REDIRECT}),
)


def _others() -> Iterable[Mishap]:
    models = ((TRYITON, TryItOnFault, TryItOnFate), (FITROOM, FitRoomFault, FitRoomFate))
    for provider, make, fate in models:
        yield Mishap(provider, Kind.NOT_SENT, "no connection comes about")
        for words, how in _UNKNOWNS:
            yield Mishap(provider, Kind.UNKNOWN, words, make(**how))
        yield Mishap(provider, Kind.FAILED, "taken, and ended as failed", fate=fate(FateKind.FAIL))


MISHAPS = sorted([*_others(), *_refusals()], key=lambda each: (each.provider, list(Kind).index(each.kind)))


async def play(database: Path, mishap: Mishap, setup: Setup) -> Outcome:
    """Let one person try one garment on while this goes wrong once at the first key."""
    number = 2 if setup is Setup.TWO_KEYS else 1
    keys = {name: KEYS[name][:number] for name in KEYS if name == mishap.provider or setup is Setup.BOTH}
    async with open_world(database, keys=keys.get(TRYITON, ()), fitroom_keys=keys.get(FITROOM, ())) as world:
        world.first = mishap.provider
        world.new_brain()
        _prepare(world, mishap)
        await world.start()
        job_id = await world.confirm()
        await world.brain.wait_idle()
        return await _outcome(world, mishap, setup, job_id)


def _prepare(world: World, mishap: Mishap) -> None:
    faults = (world.server if mishap.provider == TRYITON else world.fitroom).faults
    if mishap.kind is Kind.NOT_SENT:
        world.transport.refused_connections = 1
    elif mishap.fate is not None:
        faults.add_fate(mishap.fate)
    elif mishap.fault is not None:
        faults.add(Place.SUBMIT, mishap.fault, mishap.times)


async def _outcome(world: World, mishap: Mishap, setup: Setup, job_id: int) -> Outcome:
    job = await world.job(job_id)
    last = await world.submission(job_id)
    assert last is not None
    is_served = job.state is JobState.DELIVERED
    return Outcome(
        mishap,
        setup,
        job.state,
        _key_name(last.provider, last.key_fingerprint) if is_served else None,
        dict(world.transport.posts),
        len(world.server.jobs) + len(world.fitroom.tasks),
        tuple(await world.entries(job_id)),
        tuple(params["failure"] for _, params in await world.told(job.user_id)),
        tuple(kind.removeprefix("operator_") for kind, _ in await world.operator_notices()),
    )


def _key_name(provider: str, fingerprint: str) -> str:
    is_first = ApiKey(KEYS[provider][0]).fingerprint == fingerprint
    return TITLES[provider] if is_first else f"{TITLES[provider]}, second key"


# The table.

_HEAD = """# What happens when a paid call goes wrong

This page is written by a test, which plays each line on a virtual clock against models of both providers and
fails when the page says something else. To write it anew:

    WRITE_DOCS=1 python -m pytest tests/integration/jobs/test_failover.py

A person confirms one try-on of a garment for the upper body. At the key that is chosen first the paid call
goes wrong once, as the line says. "POSTs" are paid calls that arrived at a provider. In every line there is
one hold, and one capture or one release closes it.

- *Not sent* and *refused for the operator's reasons*: nothing was charged. The next free key takes over, of
  whichever provider, with the same hold; a key that is alone is tried again after a pause. The person sees
  nothing of it.
- *Refused for another reason*: nothing was charged, and another provider would hardly say anything else.
- *Unknown*: it may have been charged. Nobody sends it again; the person has their credits back at once and
  can try again with one tap.
- *Failed while it was made*: the provider charges nothing. It is not tried again by itself: most often it is
  about the photos.

What is read is named by its kind: of a person's notices in `bot/jobs/failures.py`, of the operator's, each of
which comes once, in `bot/jobs/alerts.py`.
"""


def document(outcomes: Iterable[Outcome]) -> str:
    """Return the page."""
    found = list(outcomes)
    parts = [_HEAD]
    for provider, title in TITLES.items():
        parts.append(f"\n## It goes wrong at {title}\n")
        for setup in Setup:
            lines = [each for each in found if (each.mishap.provider, each.setup) == (provider, setup)]
            parts.append(f"\n### With {setup.value}\n\n" + _table(lines))
    return "".join(parts)


def _table(lines: Iterable[Outcome]) -> str:
    head = (
        "What goes wrong",
        "Kind",
        "Served by",
        "POSTs",
        "Ledger",
        "The person reads",
        "The operator reads",
    )
    rows = [head, ("---",) * len(head), *map(_row, lines)]
    return "".join("| " + " | ".join(row) + " |\n" for row in rows)


def _row(outcome: Outcome) -> tuple[str, ...]:
    posts = ", ".join(f"{TITLES[name]} {count}" for name, count in sorted(outcome.posts.items()))
    return (
        outcome.mishap.words,
        outcome.mishap.kind.value,
        outcome.served_by or "nobody",
        posts or "none",
        ", ".join(outcome.ledger),
        ", ".join(f"`{each}`" for each in outcome.person_told) or "only the picture",
        ", ".join(f"`{each}`" for each in outcome.operator_told) or "nothing",
    )
