"""What is asked about a tattoo: the photo, the design, the place, and at last the card."""

from bot.chat.screen import Illustration, Screen
from bot.chat.screens import tattoo_places, tattoos
from bot.conversation import Ask, PlacementStep, Slot
from bot.images import Images
from bot.images.designs import DESIGNS
from bot.images.errors import PictureError
from bot.regions import Nudge, Region, grid_for, nudged
from bot.tattoos import photo_mark, starter_name
from bot.texts import Translator
from bot.tryon.body_photos import BodyPhotos
from bot.tryon.questions import OwnQuestions, Situation
from bot.tryon.shop import Shop
from bot.wish import Ability

DESIGNS_ON_A_PAGE = 9
PAGES = tuple(
    DESIGNS[start : start + DESIGNS_ON_A_PAGE] for start in range(0, len(DESIGNS), DESIGNS_ON_A_PAGE)
)


class TattooQuestions:
    """Makes the screens on the way to a tattoo; some show the person's own photo."""

    def __init__(self, images: Images, photos: BodyPhotos, shop: Shop) -> None:
        self._images = images
        self._photos = photos
        self._shop = shop

    @property
    def table(self) -> OwnQuestions:
        """Return what tattoos ask in their own way."""
        return {
            (Ability.TATTOO, Ask.PERSON): self.person,
            (Ability.TATTOO, Ask.DESIGN): self.design,
            (Ability.TATTOO, Ask.PLACEMENT): self.placement,
            (Ability.TATTOO, Ask.CARD): self.card,
        }

    async def person(self, now: Situation) -> Screen:
        """Ask for the photo of the place."""
        again = now.draft.design is not None and now.draft.design.message_id is None
        return tattoos.ask_body(now.t, has_look=now.look is not None, again=again)

    async def design(self, now: Situation) -> Screen:
        """Ask for the design, beginning with the first page of the starter set."""
        return await self.designs(now.t, 1, can_swap=_was_sent(now.draft.person))

    async def designs(self, t: Translator, page: int, *, can_swap: bool) -> Screen:
        """Show a page of the starter set, counted from 1."""
        names = PAGES[page - 1]
        try:
            sheet = Illustration(await self._images.design_sheet(names), key=f"designs-{page}")
        except PictureError:
            # The threads are busy: the names do without the drawings for once.
            sheet = None
        facts = tattoos.DesignFacts(names, page, len(PAGES), can_swap=can_swap)
        return tattoos.ask_design(t, facts, sheet)

    async def placement(self, now: Situation) -> Screen:
        """Ask for the place, in whichever way it is being told."""
        match now.draft.placement.step:
            case PlacementStep.GRID:
                return await self._grid(now)
            case PlacementStep.SPOT:
                return await self._spot(now)
            case PlacementStep.STYLE:
                is_pointed = now.draft.placement.region is not None
                return tattoo_places.ask_style(now.t, chosen=now.draft.placement.style, is_pointed=is_pointed)
            case _:
                both_sent = _was_sent(now.draft.person) and _was_sent(now.draft.design)
                can_go_back = now.draft.placement.can_go_back
                return tattoo_places.ask_place(now.t, can_swap=both_sent, can_go_back=can_go_back)

    async def card(self, now: Situation) -> Screen:
        """Show what will be made, for how much."""
        draft = now.draft
        wish = draft.wish
        facts = tattoos.TattooFacts(
            confirmation_id=draft.confirmation_id,
            design=starter_name(draft.design.photo.file_id) if draft.design else None,
            words=draft.placement.words,
            is_pointed=draft.placement.region is not None,
            style=draft.placement.style,
            price=self._shop.prices.of(wish) if wish else 0,
            available=now.available,
            on_saved_photo=now.is_on_saved_photo,
            photos_left_out=draft.photos_left_out,
            took_only_one=draft.took_only_one,
            on_picture=now.is_on_picture,
        )
        return tattoos.card(now.t, facts)

    async def _grid(self, now: Situation) -> Screen:
        photo = now.draft.person.photo if now.draft.person else None
        if photo is None or not photo.width or not photo.height:
            return tattoo_places.cannot_point(now.t)
        grid = grid_for(photo.width, photo.height)
        shown = await self._photos.with_grid(photo, grid)
        if shown is None:
            return tattoo_places.cannot_point(now.t)
        facts = tattoo_places.GridFacts(photo_mark(photo), grid, now.draft.placement.size)
        return tattoo_places.ask_cell(now.t, facts, Illustration(shown))

    async def _spot(self, now: Situation) -> Screen:
        photo = now.draft.person.photo if now.draft.person else None
        stored = now.draft.placement.region
        if photo is None or stored is None or not photo.width or not photo.height:
            return tattoo_places.cannot_point(now.t)
        region = Region(*stored)
        shown = await self._photos.with_region(photo, region)
        if shown is None:
            return tattoo_places.cannot_point(now.t)
        size = photo.width, photo.height
        targets = {nudge: _moved(region, nudge, size) for nudge in Nudge}
        return tattoo_places.ask_spot(
            now.t, tattoo_places.SpotFacts(photo_mark(photo), targets), Illustration(shown)
        )


def _moved(region: Region, nudge: Nudge, size: tuple[int, int]) -> Region | None:
    """Return where a nudge leads; None at the edge."""
    target = nudged(region, nudge, *size)
    return None if target == region else target


def _was_sent(slot: Slot | None) -> bool:
    return slot is not None and slot.message_id is not None
