"""What the operator offers and promises: the same facts for every use case."""

from dataclasses import dataclass, replace

from bot.credits import Prices
from bot.providers.base import Ability
from bot.providers.capabilities import Capabilities
from bot.wish import ClothesWish, GarmentKind, OutfitWish, Wish, wish_needs
from storage.users import User


@dataclass(frozen=True, slots=True)
class Shop:
    """The offer.

    ``capabilities`` are those of the keys at hand; ``consent_version`` goes up when the text that people
    agree to changes; ``max_open_jobs`` is per person.
    """

    prices: Prices
    capabilities: Capabilities
    max_open_jobs: int
    consent_version: int
    retention_days: int

    @property
    def abilities(self) -> tuple[Ability, ...]:
        """Return what people can try on."""
        return self.capabilities.abilities

    @property
    def kinds(self) -> tuple[GarmentKind, ...]:
        """Return the kinds of garment that some provider serves."""
        return self.capabilities.kinds

    def can_make(self, wish: Wish) -> bool:
        """Return whether the providers at hand can do every step of it."""
        return all(map(self.capabilities.serves, wish_needs(wish)))

    def as_offered(self, wish: Wish) -> Wish:
        """Return a wish as it is made with the keys at hand: in HD where they can, in one call or two."""
        if isinstance(wish, ClothesWish | OutfitWish) and wish.hd and not self.offers_hd(wish):
            wish = replace(wish, hd=False)
        return self._in_calls(wish)

    def offers_hd(self, wish: Wish | None) -> bool:
        """Return whether it can be had in HD as well."""
        if not isinstance(wish, ClothesWish | OutfitWish):
            return False
        return self.can_make(self._in_calls(replace(wish, hd=True)))

    def _in_calls(self, wish: Wish) -> Wish:
        if isinstance(wish, OutfitWish):
            return replace(wish, chained=self.capabilities.chains_outfits(hd=wish.hd))
        return wish

    def lacks_kind(self, wish: Wish) -> bool:
        """Return whether only the kind of garment has to be chosen for it to be made."""
        return isinstance(wish, ClothesWish) and wish.kind not in self.kinds

    def has_consent(self, user: User | None) -> bool:
        """Return whether a person agreed to today's terms."""
        return user is not None and user.consent_version == self.consent_version
