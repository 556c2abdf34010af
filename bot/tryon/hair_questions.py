"""What is asked about hair: the photo, the haircut, the colour, and at last the card."""

from collections.abc import Awaitable

from bot.chat.screen import Illustration, Screen
from bot.chat.screens import hair, hair_pages
from bot.conversation import FOUND, Ask, HairChoice
from bot.hairstyles import ALL_HAIRCUTS, GROUPS, color_key, group_of
from bot.images import Images
from bot.images.errors import PictureError
from bot.texts import Translator
from bot.tryon.questions import OwnQuestions, Situation
from bot.tryon.shop import Shop
from bot.wish import Ability, HairStyle
from storage.database import Database


class HairQuestions:
    """Makes the screens on the way to other hair, each with a sheet of drawn icons."""

    def __init__(self, database: Database, images: Images, shop: Shop) -> None:
        self._database = database
        self._images = images
        self._shop = shop

    @property
    def table(self) -> OwnQuestions:
        """Return what hair asks in its own way."""
        return {
            (Ability.HAIRSTYLE, Ask.PERSON): self.person,
            (Ability.HAIRSTYLE, Ask.HAIR): self.haircut,
            (Ability.HAIRSTYLE, Ask.COLOR): self.color,
            (Ability.HAIRSTYLE, Ask.CARD): self.card,
        }

    async def person(self, now: Situation) -> Screen:
        """Ask for the photo of the face."""
        has_look = now.look is not None
        return hair_pages.ask_selfie(now.t, has_look=has_look, again=has_look and bool(now.draft.hair.styles))

    async def haircut(self, now: Situation) -> Screen:
        """Ask for the haircut, on the page where the person was, or on that of the haircut there is."""
        kept = await self._favourites(now.row.user_id)
        hair_ = now.draft.hair
        page = hair_.page or (group_of(hair_.styles[0].haircut) if hair_.styles else "")
        return await self.page(now.t, hair_, page, kept)

    async def page(self, t: Translator, choice: HairChoice, page: str, kept: tuple[str, ...]) -> Screen:
        """Show a page of the browser; one that is not there is the first."""
        haircuts = _haircuts_on(t, choice, page, kept)
        if haircuts is None:
            page = next(iter(GROUPS))
            haircuts = GROUPS[page]
        facts = hair_pages.PageFacts(
            page=page,
            haircuts=haircuts,
            styles=choice.styles,
            adding=choice.adding,
            favourites=kept,
            query=choice.query if page == FOUND else "",
            price=self._price_of_one * len(choice.styles),
        )
        return hair_pages.browser(t, facts, await self._sheet(haircuts))

    async def color(self, now: Situation) -> Screen:
        """Ask for the colour."""
        choice = now.draft.hair
        return hair_pages.colors(
            now.t,
            choice.styles,
            adding=choice.adding,
            price=self._price_of_one * len(choice.styles),
            sheet=await self._chosen(choice.styles),
        )

    async def card(self, now: Situation) -> Screen:
        """Show what will be made, for how much."""
        draft = now.draft
        wish = draft.wish
        first = draft.hair.styles[0]
        facts = hair_pages.HairCard(
            confirmation_id=draft.confirmation_id,
            styles=draft.hair.styles,
            variants=draft.hair.variants,
            price=self._shop.prices.of(wish) if wish else 0,
            price_of_one=self._price_of_one,
            available=now.available,
            on_saved_photo=now.is_on_saved_photo,
            is_favourite=first.haircut in await self._favourites(now.row.user_id),
            on_picture=now.is_on_picture,
        )
        return hair_pages.card(now.t, facts, await self._chosen(draft.hair.styles))

    @property
    def _price_of_one(self) -> int:
        return self._shop.prices.of_ability(Ability.HAIRSTYLE)

    async def _favourites(self, user_id: int) -> tuple[str, ...]:
        async with self._database.reading() as tx:
            return tuple(await tx.favourites.of(user_id))

    async def _sheet(self, haircuts: tuple[str, ...]) -> Illustration | None:
        """Return the icons of a page, which Telegram gets once; None where there is nothing to draw."""
        if not haircuts:
            return None
        return await _drawn(self._images.haircut_sheet(haircuts), f"haircuts:{','.join(haircuts)}")

    async def _chosen(self, styles: tuple[HairStyle, ...]) -> Illustration | None:
        """Return the icons of what is chosen, in its colours; the only one needs no number."""
        known = [style for style in styles if style.haircut in ALL_HAIRCUTS]
        if not known:
            return None
        names, colors = [style.haircut for style in known], [color_key(style.color) for style in known]
        key = ",".join(
            f"{name}-{color}" if color else name for name, color in zip(names, colors, strict=True)
        )
        if len(known) == 1:
            return await _drawn(self._images.haircut(names[0], colors[0]), f"haircut:{key}")
        return await _drawn(self._images.haircut_sheet(names, colors), f"haircuts:{key}")


async def _drawn(drawing: Awaitable[bytes], key: str) -> Illustration | None:
    try:
        return Illustration(await drawing, key=key)
    except PictureError:
        # The threads are busy: the names do without the drawings for once.
        return None


def _haircuts_on(
    t: Translator, choice: HairChoice, page: str, kept: tuple[str, ...]
) -> tuple[str, ...] | None:
    """Return the haircuts on a page; None when there is no such page."""
    if page == FOUND and choice.query:
        return hair.find_haircuts(t, choice.query)[: hair_pages.ON_A_SHEET]
    if page.startswith(hair_pages.FAVOURITES):
        number = page.removeprefix(hair_pages.FAVOURITES) or "1"
        if not number.isascii() or not number.isdecimal() or number.startswith("0"):
            return None
        start = (int(number) - 1) * hair_pages.ON_A_SHEET
        return kept[start : start + hair_pages.ON_A_SHEET] or None
    return GROUPS.get(page)
