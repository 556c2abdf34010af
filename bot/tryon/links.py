"""Deep links of a shop: the operator makes one from a photo, and one tap on it opens that garment."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.clock import Clock
from bot.conversation import AbilityChosen, Draft, HairChoice, HairChosen, Slot, turn
from bot.providers.base import Ability
from bot.tryon.checking import Checking
from bot.tryon.entrance import Entrance
from bot.tryon.looking import Looking, PhotoRefused, PhotoUnreachable
from bot.tryon.shop import Shop
from bot.visit import Visit
from bot.wish import GarmentKind, HairStyle, PhotoRef
from storage.database import Database, Tx
from storage.links import DeepLink

PAGE = 10
LONGEST_TITLE = 64


class LinkKind(StrEnum):
    """What a link opens."""

    GARMENT = "garment"
    HAIRCUT = "haircut"


@dataclass(frozen=True, slots=True)
class LinkMade:
    """The link is there; ``is_doubtful`` when a provider made out no garment in its photo."""

    link: DeepLink
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True)
class LinkPage:
    """Some of an operator's links, the newest first; ``n`` counts pages from 0."""

    links: tuple[DeepLink, ...]
    n: int
    has_more: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """The link's thing is in the draft: a garment's photo, or a haircut; ``title`` is the operator's word."""

    title: str | None
    photo: PhotoRef | None = None
    haircut: str | None = None


@dataclass(frozen=True, slots=True)
class NotOffered:
    """The link is good, but no key in the settings makes what it opens."""


LinkAnswer = LinkMade | NotOffered | PhotoRefused | PhotoUnreachable


class Links:
    """Makes, lists, ends and opens links."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        entrance: Entrance,
        looking: Looking,
        checking: Checking,
        shop: Shop,
        *,
        admin_ids: Sequence[int],
        mint: Callable[[], str],
    ) -> None:
        self._database = database
        self._clock = clock
        self._entrance = entrance
        self._looking = looking
        self._checking = checking
        self._shop = shop
        self._admins = frozenset(admin_ids)
        self._mint = mint

    def may_make(self, user_id: int) -> bool:
        """Return whether somebody is an operator."""
        return user_id in self._admins

    async def make_garment(
        self, visit: Visit, slot: Slot, title: str | None
    ) -> LinkMade | PhotoRefused | PhotoUnreachable:
        """Make a link to a garment's photo, after the same looks at it that everybody's photos get."""
        seen = await self._looking.at(slot)
        if not isinstance(seen, Slot):
            return seen
        made = await self._make(visit, LinkKind.GARMENT, {"photo": seen.photo.to_json()}, title)
        return LinkMade(made, is_doubtful=await self._is_doubtful(visit.user_id, seen.photo))

    async def make_haircut(self, visit: Visit, haircut: str) -> LinkMade | NotOffered:
        """Make a link to a haircut, by its provider's name."""
        if not self._offers(LinkKind.HAIRCUT):
            return NotOffered()
        return LinkMade(await self._make(visit, LinkKind.HAIRCUT, {"haircut": haircut}, None))

    async def _make(
        self, visit: Visit, kind: LinkKind, target: dict[str, object], title: str | None
    ) -> DeepLink:
        named = " ".join((title or "").split())[:LONGEST_TITLE] or None
        async with self._database.transaction() as tx:
            await self._entrance.mark(tx, visit)
            made = None
            while made is None:
                made = await tx.links.add(
                    self._mint(), kind.value, target, named, visit.user_id, self._clock.now()
                )
        return made

    async def _is_doubtful(self, user_id: int, photo: PhotoRef) -> bool:
        """Let a provider look at the photo, as far as the operator agreed to that for photos of their own."""
        async with self._database.reading() as tx:
            user = await tx.users.get(user_id)
        if not (self._checking.is_possible and self._shop.has_consent(user)):
            return False
        checked = await self._checking.check("garment", photo)
        return not checked.advice.is_clothes

    async def page(self, user_id: int, n: int = 0) -> LinkPage:
        """Return a page of an operator's links, the one before where there is nothing on it any more."""
        async with self._database.reading() as tx:
            found = await tx.links.of_creator(user_id, PAGE + 1, n * PAGE)
        if n and not found:
            return await self.page(user_id, n - 1)
        return LinkPage(tuple(found[:PAGE]), n, has_more=len(found) > PAGE)

    async def end(self, visit: Visit, token: str) -> bool:
        """Turn a link off and forget its photo; False unless it was this operator's and on."""
        async with self._database.transaction() as tx:
            await self._entrance.mark(tx, visit)
            return await tx.links.disable(token, visit.user_id, self._clock.now())

    async def open(self, visit: Visit, token: str) -> Opened | NotOffered | None:
        """Put a link's garment or haircut into the person's draft; None when the link is off."""
        async with self._database.transaction() as tx:
            await self._entrance.mark(tx, visit)
            link = await tx.links.find(token)
            if link is None:
                return None
            if not self._offers(LinkKind(link.kind)):
                return NotOffered()
            await tx.links.open(token)
            return await self._begin(tx, visit, link)

    def _offers(self, kind: LinkKind) -> bool:
        ability = Ability.CLOTHES if kind is LinkKind.GARMENT else Ability.HAIRSTYLE
        return ability in self._shop.abilities

    async def _begin(self, tx: Tx, visit: Visit, link: DeepLink) -> Opened:
        row = await tx.drafts.get(visit.chat_id, visit.user_id)
        draft = Draft.from_json(row.state) if row else Draft(self._mint())
        if link.kind == LinkKind.HAIRCUT:
            opened = Opened(link.title, haircut=link.target["haircut"])
            draft = turn(draft, AbilityChosen(Ability.HAIRSTYLE))
            draft = turn(draft, HairChosen(HairChoice((HairStyle(link.target["haircut"]),))))
        else:
            photo = PhotoRef.from_json(link.target["photo"])
            opened = Opened(link.title, photo=photo)
            look = await tx.looks.newest(visit.user_id)
            saved = PhotoRef.from_json(look.photo) if look else None
            draft = turn(draft, AbilityChosen(Ability.CLOTHES))
            draft = _wearing(draft, Slot(photo), saved)
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
        return opened


def _wearing(draft: Draft, garment: Slot, saved: PhotoRef | None) -> Draft:
    """Return the draft with the link's garment in its place, whatever was there."""
    person = draft.person or (Slot(saved) if saved else None)
    return replace(
        draft, person=person, garment=garment, wanted=None, kind=GarmentKind.AUTO, kind_chosen=False
    )
