"""A photo on which somebody points is fetched once, shown again and again, and soon forgotten."""

import asyncio
import io
from dataclasses import dataclass

import pytest
from PIL import Image

from bot.chat.codes import Verb
from bot.chat.outcomes import Fetched, PhotoGone, TryLater
from bot.conversation import Draft, Placement, PlacementStep, Slot
from bot.credits import Prices
from bot.images import Images
from bot.providers.base import Ability
from bot.providers.capabilities import Capabilities
from bot.regions import Grid, Region
from bot.tattoos import starter_design
from bot.texts import Texts
from bot.tryon.body_photos import KEPT_PHOTOS, KEPT_SECONDS, MOST_BYTES, BodyPhotos
from bot.tryon.questions import Situation
from bot.tryon.shop import Shop
from bot.tryon.tattoo_questions import TattooQuestions
from bot.wish import PhotoRef

GRID, SPOT = Grid(4, 6), Region(0.4, 0.4, 0.2, 0.2)


def arm(name="arm", size=(400, 600)) -> PhotoRef:
    return PhotoRef(f"{name}-file", name, *size)


class Album:
    """Telegram, as far as it hands photos over."""

    def __init__(self):
        out = io.BytesIO()
        Image.linear_gradient("L").resize((400, 600)).convert("RGB").save(out, "JPEG")
        self.answer = Fetched(out.getvalue())
        self.asked = []

    async def fetch_photo(self, file_id):
        self.asked.append(file_id)
        return self.answer


@dataclass
class HeldClock:
    """Stands still until it is set forward."""

    time: float = 1000.0

    def __post_init__(self):
        self.moved = asyncio.Event()

    def now(self):
        return self.time

    async def sleep(self, seconds):
        until = self.time + seconds
        while self.time < until:
            await self.moved.wait()

    async def forward(self, seconds):
        self.time += seconds
        moved, self.moved = self.moved, asyncio.Event()
        moved.set()
        for _ in range(5):
            await asyncio.sleep(0)


@pytest.fixture
def album():
    return Album()


@pytest.fixture
def clock():
    return HeldClock()


@pytest.fixture
async def images():
    async with Images() as opened:
        yield opened


@pytest.fixture
def photos(album, clock, images):
    return BodyPhotos(album, clock, images)


async def test_each_nudge_shows_another_picture_of_the_photo_fetched_once(photos, album):
    grid = await photos.with_grid(arm(), GRID)
    spot = await photos.with_region(arm(), SPOT)
    moved = await photos.with_region(arm(), Region(0.5, 0.4, 0.2, 0.2))
    assert len({grid, spot, moved}) == 3
    assert album.asked == ["arm-file"]


async def test_photo_is_forgotten_though_nobody_asks_for_anything_any_more(photos, clock):
    await photos.with_grid(arm(), GRID)
    await clock.forward(KEPT_SECONDS - 1)
    assert photos._kept
    await clock.forward(1)
    assert not photos._kept


async def test_photo_that_is_being_nudged_is_kept(photos, album, clock):
    for _ in range(3):
        await photos.with_region(arm(), SPOT)
        await clock.forward(KEPT_SECONDS - 1)
    assert album.asked == ["arm-file"]


async def test_a_crowd_fills_no_more_than_its_places(photos, album):
    for number in range(KEPT_PHOTOS + 1):
        await photos.with_region(arm(str(number)), SPOT)
    assert len(photos._kept) == KEPT_PHOTOS
    await photos.with_region(arm("0"), SPOT)
    assert album.asked.count("0-file") == 2


async def test_what_is_kept_of_a_photo_is_small_however_large_its_file_was(photos, album):
    noise = io.BytesIO()
    Image.effect_noise((1200, 1200), 120).convert("RGB").save(noise, "JPEG", quality=100, subsampling=0)
    album.answer = Fetched(noise.getvalue())
    assert len(noise.getvalue()) > MOST_BYTES
    assert await photos.with_region(arm(size=(1200, 1200)), SPOT)
    [kept] = photos._kept.values()
    assert len(kept.data) <= MOST_BYTES


async def test_photo_never_shows_in_what_is_printed(photos):
    await photos.with_grid(arm(), GRID)
    assert "\\x" not in repr(photos._kept)


@pytest.mark.parametrize("answer", [PhotoGone(), TryLater(1.0), Fetched(b"no picture")])
async def test_photo_that_cannot_be_had_is_none_and_asked_for_again(photos, album, answer):
    before, album.answer = album.answer, answer
    assert await photos.with_grid(arm(), GRID) is None
    assert await photos.with_region(arm(), SPOT) is None
    assert await photos.measured(arm(size=(None, None))) is None
    album.answer = before
    assert await photos.with_grid(arm(), GRID)


async def test_photo_of_unknown_size_is_measured(photos, album):
    assert await photos.measured(arm(size=(None, None))) == arm()
    assert await photos.measured(arm(size=(7, 8))) == arm(size=(7, 8))
    assert album.asked == ["arm-file"]


class Able:
    """A provider that can do everything."""

    name = "tryiton"

    def can_serve(self, need):
        return True


def situation(step, region=None) -> Situation:
    placement = Placement(step=step, region=region)
    design = Slot(starter_design("rose"))
    draft = Draft("c1", Slot(arm(), 1), design=design, ability=Ability.TATTOO, placement=placement)
    return Situation(None, draft, Texts().speak("en"), 3, None)


@pytest.fixture
def questions(images, photos):
    shop = Shop(
        Prices(1, 2, 1, 1, 1), Capabilities([Able()]), max_open_jobs=5, consent_version=1, retention_days=30
    )
    return TattooQuestions(images, photos, shop)


def verbs(screen) -> set[str]:
    return {button.code.split(":")[0] for row in screen.rows for button in row}


@pytest.mark.parametrize(
    ("step", "region", "verb"),
    [(PlacementStep.GRID, None, Verb.CELL), (PlacementStep.SPOT, tuple(SPOT), Verb.REGION)],
)
async def test_place_can_be_told_in_words_while_the_photo_cannot_be_shown(
    questions, album, step, region, verb
):
    shown = await questions.placement(situation(step, region))
    assert shown.picture
    assert verb in verbs(shown)

    album.answer = TryLater(1.0)
    questions._photos._kept.clear()
    screen = await questions.placement(situation(step, region))

    assert screen.picture is None
    assert {Verb.POINT, Verb.PLACE, Verb.ARTIST, Verb.REPLACE} <= verbs(screen)


async def test_edge_is_said_instead_of_a_nudge_that_leads_nowhere(questions):
    corner = Region(0.0, 0.0, 0.2, 0.2)
    screen = await questions.placement(situation(PlacementStep.SPOT, tuple(corner)))
    edges = [button.label for row in screen.rows for button in row if (button.code or "").endswith(":edge")]
    assert edges == ["⬅️", "⬆️"]
