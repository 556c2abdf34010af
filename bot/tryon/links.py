"""Deep links of a shop: the operator makes one from a photo, and one tap on it opens that garment."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.clock import Clock
from bot.conversation import AbilityChosen, Draft, HairChoice, HairChosen, Slot, turn
from bot.providers.base import Ability
from bot.tryon.asking import Asking
from bot.tryon.entrance import Entrance
from bot.tryon.shop import Shop
from bot.visit import Visit
from bot.wish import GarmentKind, HairStyle, PhotoRef
from storage.database import Database, Tx
from storage.links import DeepLink

LISTED = 20
LONGEST_TITLE = 64


class LinkKind(StrEnum):
    """What a link opens."""

    GARMENT = "garment"
    HAIRCUT = "haircut"


@dataclass(frozen=True, slots=True)
class Opened:
    """The link's thing is in the draft; ``title`` is what the operator called it."""

    title: str | None


class Links:
    """Makes, lists, ends and opens links."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        entrance: Entrance,
        asking: Asking,
        shop: Shop,
        *,
        admin_ids: Sequence[int],
        mint: Callable[[], str],
    ) -> None:
        self._database = database
        self._clock = clock
        self._entrance = entrance
        self._asking = asking
        self._shop = shop
        self._admins = frozenset(admin_ids)
        self._mint = mint

    def may_make(self, user_id: int) -> bool:
        """Return whether somebody is an operator."""
        return user_id in self._admins

    async def make_garment(self, visit: Visit, photo: PhotoRef, title: str | None) -> DeepLink | None:
        """Make a link to a garment's photo; None when this update made one already."""
        return await self._make(visit, LinkKind.GARMENT, {"photo": photo.to_json()}, title)

    async def make_haircut(self, visit: Visit, haircut: str, title: str | None) -> DeepLink | None:
        """Make a link to a haircut, by its provider's name."""
        return await self._make(visit, LinkKind.HAIRCUT, {"haircut": haircut}, title)

    async def _make(
        self, visit: Visit, kind: LinkKind, target: dict[str, object], title: str | None
    ) -> DeepLink | None:
        named = (title or "").strip()[:LONGEST_TITLE] or None
        async with self._database.transaction() as tx:
            await self._entrance.mark(tx, visit)
            return await tx.links.add(
                self._mint(), kind.value, target, named, visit.user_id, self._clock.now()
            )

    async def list(self, user_id: int) -> list[DeepLink]:
        """Return an operator's newest links."""
        async with self._database.reading() as tx:
            return await tx.links.of_creator(user_id, LISTED)

    async def end(self, visit: Visit, token: str) -> bool:
        """Turn a link off and forget its photo; False unless it was this operator's and on."""
        async with self._database.transaction() as tx:
            await self._entrance.mark(tx, visit)
            return await tx.links.disable(token, visit.user_id, self._clock.now())

    async def open(self, visit: Visit, token: str) -> Opened | None:
        """Put a link's garment or haircut into the person's draft and ask; None when the link is off."""
        async with self._database.transaction() as tx:
            await self._entrance.mark(tx, visit)
            link = await tx.links.open(token)
            if link is None or not self._is_offered(link):
                return None
            await self._begin(tx, visit, link)
        await self._asking.ask(visit.chat_id, visit.user_id)
        return Opened(link.title)

    def _is_offered(self, link: DeepLink) -> bool:
        ability = Ability.CLOTHES if link.kind == LinkKind.GARMENT else Ability.HAIRSTYLE
        return ability in self._shop.abilities

    async def _begin(self, tx: Tx, visit: Visit, link: DeepLink) -> None:
        row = await tx.drafts.get(visit.chat_id, visit.user_id)
        look = await tx.looks.newest(visit.user_id)
        saved = PhotoRef.from_json(look.photo) if look else None
        draft = Draft.from_json(row.state) if row else Draft(self._mint())
        if link.kind == LinkKind.HAIRCUT:
            draft = turn(draft, AbilityChosen(Ability.HAIRSTYLE))
            draft = turn(draft, HairChosen(HairChoice((HairStyle(link.target["haircut"]),))))
        else:
            draft = turn(draft, AbilityChosen(Ability.CLOTHES))
            draft = _wearing(draft, Slot(PhotoRef.from_json(link.target["photo"])), saved)
        await tx.drafts.save(
            visit.chat_id,
            visit.user_id,
            visit.thread_id,
            draft.to_json(),
            self._clock.now(),
            expected_version=row.version if row else None,
        )
        # Whoever goes on with a try-on is done with what was asked for beside it.
        await tx.users.expect(visit.user_id, None)


def _wearing(draft: Draft, garment: Slot, saved: PhotoRef | None) -> Draft:
    """Return the draft with the link's garment in its place, whatever was there."""
    person = draft.person or (Slot(saved) if saved else None)
    return replace(
        draft, person=person, garment=garment, wanted=None, kind=GarmentKind.AUTO, kind_chosen=False
    )
