"""What the operator offers and promises: the same facts for every use case."""

from dataclasses import dataclass

from bot.credits import Prices
from bot.wish import GarmentKind


@dataclass(frozen=True, slots=True)
class Shop:
    """The offer.

    ``kinds`` are the kinds of garment that some provider serves; ``consent_version`` goes up when the text
    that people agree to changes; ``max_open_jobs`` is per person.
    """

    prices: Prices
    kinds: tuple[GarmentKind, ...]
    max_open_jobs: int
    consent_version: int
    retention_days: int
