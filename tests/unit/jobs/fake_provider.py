"""A provider without a network for tests of the parts."""

from dataclasses import dataclass, field
from typing import TypeVar

from bot.providers.base import (
    Ability,
    Accepted,
    Balance,
    Need,
    NoAnswer,
    Processing,
    StatusOutcome,
    SubmitOutcome,
    Timing,
    TryOnRequest,
)

T = TypeVar("T")


@dataclass
class FakeProvider:
    """Answers what it is told to, in order, and then that all is well."""

    key_fingerprint: str = "k1"
    name: str = "fake"
    abilities: frozenset[Ability] = frozenset({Ability.CLOTHES})
    submits: list[SubmitOutcome | Exception] = field(default_factory=list)
    statuses: list[StatusOutcome | Exception] = field(default_factory=list)
    balances: list[Balance | NoAnswer | Exception] = field(default_factory=list)

    def can_serve(self, need: Need) -> bool:
        return need.ability in self.abilities

    def timing(self, ability: Ability, *, hd: bool = False) -> Timing:
        return Timing(shortest=6, typical=9, longest=120)

    def long_side(self, role: str) -> int:
        return 1296

    async def submit(self, request: TryOnRequest) -> SubmitOutcome:
        return _next(self.submits, Accepted("id"))

    async def status(self, provider_job_id: str) -> StatusOutcome:
        return _next(self.statuses, Processing())

    async def balance(self) -> Balance | NoAnswer:
        return _next(self.balances, Balance(1))


def _next(told: list[T | Exception], otherwise: T) -> T:
    outcome = told.pop(0) if told else otherwise
    if isinstance(outcome, Exception):
        raise outcome
    return outcome
