"""The rules of credits: who gets them, when, and under which key they are booked only once."""

from dataclasses import dataclass

from bot.clock import Clock
from bot.providers.base import Ability
from bot.wish import ClothesWish, OutfitWish, Wish
from storage.database import Database, Tx
from storage.ledger import Balance

# A person who says that a picture is no good gets its credits back, on their word alone, so within limits:
# so long after the picture came, so many pictures in so many days (docs/adr/0044).
GOODWILL_HOURS = 48
GOODWILL_PICTURES = 3
GOODWILL_DAYS = 30


@dataclass(frozen=True, slots=True)
class Prices:
    """Credits per picture; ``hd`` is added on top."""

    clothes: int
    outfit: int
    hairstyle: int
    tattoo: int
    hd: int

    def of(self, wish: Wish) -> int:
        """Return what a wish costs, all its pictures together."""
        return self.of_ability(wish.ability) * wish.outputs + (self.hd if _is_hd(wish) else 0)

    def of_ability(self, ability: Ability) -> int:
        """Return the price of one picture of an ability."""
        return {
            Ability.CLOTHES: self.clothes,
            Ability.OUTFIT: self.outfit,
            Ability.HAIRSTYLE: self.hairstyle,
            Ability.TATTOO: self.tattoo,
        }[ability]


def _is_hd(wish: Wish) -> bool:
    return isinstance(wish, ClothesWish | OutfitWish) and wish.hd


class Credits:
    """What can be done with a person's credits outside of a job."""

    def __init__(self, database: Database, clock: Clock, *, free_credits: int) -> None:
        self._database = database
        self._clock = clock
        self._free_credits = free_credits

    async def welcome(self, tx: Tx, user_id: int) -> None:
        """Give the free credits to a new person, once in a lifetime, inside the caller's transaction."""
        if self._free_credits:
            await tx.ledger.grant(
                user_id,
                self._free_credits,
                key=f"grant:free:{user_id}",
                reason="free credits",
                at=self._clock.now(),
            )

    async def balance(self, user_id: int) -> Balance:
        """Return what a person can spend and what is set aside."""
        async with self._database.reading() as tx:
            return await tx.ledger.balance(user_id)
