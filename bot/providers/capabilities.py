"""What can be offered with the keys at hand: one table, from which menus, cards and choice follow."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.providers.base import MOST_SAMPLES, Ability, GarmentKind, Need, Provider

KINDS = tuple(GarmentKind)
# An outfit in two calls: what each puts on.
OUTFIT_KINDS = (GarmentKind.TOP, GarmentKind.BOTTOM)
NEEDS = (
    *(Need(Ability.CLOTHES, kind) for kind in KINDS),
    *(Need(Ability.CLOTHES, kind, hd=True) for kind in KINDS),
    Need(Ability.OUTFIT),
    Need(Ability.OUTFIT, hd=True),
    *(Need(Ability.HAIRSTYLE, samples=n) for n in range(1, MOST_SAMPLES + 1)),
    Need(Ability.TATTOO),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that can be asked for, and the providers that can do it, by name."""

    need: Need
    providers: tuple[str, ...]


class Capabilities:
    """The table for a set of providers."""

    def __init__(self, providers: Iterable[Provider]) -> None:
        by_name = {provider.name: provider for provider in providers}
        self.rows: Sequence[Row] = tuple(
            Row(need, tuple(name for name, one in by_name.items() if one.can_serve(need))) for need in NEEDS
        )

    def serves(self, need: Need) -> bool:
        """Return whether any provider can do this."""
        return any(row.need == need and row.providers for row in self.rows)

    @property
    def kinds(self) -> tuple[GarmentKind, ...]:
        """Return the kinds of garment that can be offered, AUTO first where a provider finds out itself."""
        return tuple(kind for kind in KINDS if self.serves(Need(Ability.CLOTHES, kind)))

    @property
    def accessories(self) -> tuple[GarmentKind, ...]:
        """Return the kinds among them that are no clothes."""
        return tuple(kind for kind in self.kinds if kind.is_accessory)

    @property
    def abilities(self) -> tuple[Ability, ...]:
        """Return what can be offered at all."""
        found = {row.need.ability for row in self.rows if row.providers}
        if self.chains_outfits():
            found.add(Ability.OUTFIT)
        return tuple(one for one in Ability if one in found)

    def chains_outfits(self, *, hd: bool = False) -> bool:
        """Return whether an outfit takes two calls: nobody makes it in one, but both garments are served.

        The provider need not be the same for both.
        """
        if self.serves(Need(Ability.OUTFIT, hd=hd)):
            return False
        return all(self.serves(Need(Ability.CLOTHES, kind, hd=hd)) for kind in OUTFIT_KINDS)
