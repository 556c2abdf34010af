"""The icons of haircuts: all of them, one style, none mistaken for another."""

import io
from itertools import combinations

import pytest
from PIL import Image, ImageChops

from bot.hairstyles import COLORS
from bot.images import Images, PictureError, Reason
from bot.images.haircuts import HAIRCUTS, draw, render
from bot.images.haircuts.head import GROUND, HAIR, SKIN

# TryItOn's own list.
NAMES = [
    "Afro",
    "BobCut",
    "BowlCut",
    "BoxBraids",
    "BuzzCut",
    "Chignon",
    "CombOver",
    "CornrowBraids",
    "CurlyBob",
    "CurlyShag",
    "DoubleBun",
    "Dreadlocks",
    "FauxHawk",
    "FishtailBraid",
    "LongCurly",
    "LongHairTiedUp",
    "LongHimeCut",
    "LongStraight",
    "LongTwintails",
    "LongWavy",
    "LongWavyCurtainBangs",
    "ManBun",
    "MessyTousled",
    "PixieCut",
    "Pompadour",
    "Ponytail",
    "ShortCurlyPixie",
    "ShortTwintails",
    "ShoulderLengthHair",
    "Spiky",
    "TexturedFringe",
    "TwinBraids",
    "Updo",
    "WavyShag",
]
SHORT = [
    "BuzzCut",
    "CombOver",
    "FauxHawk",
    "Pompadour",
    "Spiky",
    "PixieCut",
    "BowlCut",
    "ManBun",
    "TexturedFringe",
]
LONG = [
    "LongStraight",
    "LongWavy",
    "LongHimeCut",
    "LongCurly",
    "LongWavyCurtainBangs",
    "LongTwintails",
    "BoxBraids",
]


@pytest.fixture(scope="module")
def icons():
    return {name: render(name, 160) for name in HAIRCUTS}


def test_every_haircut_there_is_has_an_icon():
    assert sorted(HAIRCUTS) == sorted(NAMES)
    assert len(HAIRCUTS) == 34


@pytest.mark.parametrize("name", HAIRCUTS)
def test_an_icon_is_a_small_png(name):
    data = draw(name)

    with Image.open(io.BytesIO(data)) as icon:
        assert (icon.format, icon.mode, icon.size) == ("PNG", "RGB", (160, 160))
        assert icon.info == {}
    assert len(data) < 30_000


def test_no_icon_is_like_another(icons):
    """On 25,600 pixels: 250 is a strip along half an outline, or a bun."""
    alike = {}
    for one, other in combinations(HAIRCUTS, 2):
        difference = ImageChops.difference(icons[one], icons[other]).convert("L")
        pixels = sum(difference.histogram()[40:])
        if pixels < 250:
            alike[one, other] = pixels
    assert alike == {}


@pytest.mark.parametrize("name", HAIRCUTS)
def test_every_icon_shows_the_same_person(icons, name):
    icon = icons[name]

    assert icon.getpixel((1, 1)) == GROUND
    assert icon.getpixel((158, 1)) == GROUND
    for x, y in ((80, 88), (74, 97), (86, 100)):  # cheeks and chin are never under hair
        assert icon.getpixel((x, y)) == pytest.approx(SKIN, abs=2)
    assert icon.getpixel((80, 150)) == icons["BuzzCut"].getpixel((80, 150))


@pytest.mark.parametrize("name", HAIRCUTS)
def test_nothing_is_cut_off_at_the_top_or_the_sides(icons, name):
    icon = icons[name]
    plain = Image.new("RGB", icon.size, GROUND)

    left, top, right, _ = (
        ImageChops.difference(icon, plain).convert("L").point(lambda value: 255 * (value > 8)).getbbox()
    )

    assert left >= 6
    assert right <= 154
    assert top >= 2


def _hair_below_the_chin(icon, share_of):
    return share_of(icon.crop((0, 112, 160, 160)), HAIR, within=45)


@pytest.mark.parametrize("name", SHORT)
def test_short_hair_ends_above_the_shoulders(icons, share_of, name):
    assert _hair_below_the_chin(icons[name], share_of) == 0


@pytest.mark.parametrize("name", LONG)
def test_long_hair_falls_over_the_shoulders(icons, share_of, name):
    assert _hair_below_the_chin(icons[name], share_of) > 0.06


def test_an_icon_is_drawn_the_same_every_time():
    assert draw("CurlyBob") == draw("CurlyBob")


def test_an_unknown_haircut_is_a_mistake():
    with pytest.raises(KeyError):
        draw("Mullet")


@pytest.mark.parametrize("count", [1, 2, 3, 4, 8, 9])
async def test_a_sheet_shows_up_to_nine_numbered_icons(images, opened, share_of, count):
    sheet = opened(await images.haircut_sheet(HAIRCUTS[:count]))

    columns, rows = min(count, 3), -(-count // 3)
    assert sheet.width / sheet.height == pytest.approx(columns / rows, rel=0.06)
    assert share_of(sheet, SKIN, within=10) > 0.04
    assert share_of(sheet, (255, 255, 255), within=4) > 0.01, "badges"


async def test_a_sheet_follows_the_order_asked_for(images):
    one = await images.haircut_sheet(["Afro", "BobCut"])

    assert one != await images.haircut_sheet(["BobCut", "Afro"])
    assert one == await images.haircut_sheet(("Afro", "BobCut"))


@pytest.mark.parametrize("names", [[], HAIRCUTS[:10], ["Afro", "Mullet"]])
async def test_what_cannot_be_shown_on_a_sheet_is_a_mistake(images, names):
    with pytest.raises(ValueError, match="names to be drawn"):
        await images.haircut_sheet(names)


async def test_a_sheet_is_drawn_once(images, monkeypatch):
    first = await images.haircut_sheet(HAIRCUTS[:9])

    await images.close()

    assert await images.haircut_sheet(HAIRCUTS[:9]) is first
    with pytest.raises(PictureError) as caught:
        await images.haircut_sheet(HAIRCUTS[1:9])
    assert caught.value.reason is Reason.BUSY


async def test_a_lone_haircut_is_as_wide_as_a_sheet_and_has_no_number():
    async with Images() as images:
        lone, sheet = await images.haircut("BobCut"), await images.haircut_sheet(["BobCut"] * 3)
        assert await images.haircut("BobCut") is lone
        with pytest.raises(ValueError, match="unknown"):
            await images.haircut("NoCut")
    shown, row = Image.open(io.BytesIO(lone)), Image.open(io.BytesIO(sheet))
    assert shown.size == row.size
    # The middle tile of the row has its number where the lone one has none.
    corner = (370, 30, 440, 100)
    darkest = [picture.crop(corner).convert("L").getextrema()[0] for picture in (shown, row)]
    assert darkest[0] > 150
    assert darkest[1] < 80


@pytest.mark.parametrize("name", ["BuzzCut", "BobCut", "Dreadlocks"])
def test_every_colour_is_to_be_seen_on_the_hair_and_on_nothing_else(name):
    plain = render(name, 160)
    dyed = {color: render(name, 160, color) for color in COLORS}
    assert len({each.tobytes() for each in (plain, *dyed.values())}) == len(COLORS) + 1
    for color, icon in dyed.items():
        for place in ((80, 90), (80, 150), (4, 80)):
            assert icon.getpixel(place) == plain.getpixel(place), f"only the hair is {color}"


def test_a_colour_in_other_words_leaves_the_hair_as_it_is():
    assert render("BobCut", 160, "mermaid teal").tobytes() == render("BobCut", 160).tobytes()


async def test_colours_stand_side_by_side_on_a_sheet(images):
    plain = await images.haircut_sheet(["BobCut", "BobCut"])
    assert await images.haircut_sheet(["BobCut", "BobCut"], [None, None]) == plain
    assert await images.haircut_sheet(["BobCut", "BobCut"], [None, "copper"]) != plain
    assert await images.haircut("BobCut", "copper") != await images.haircut("BobCut")
    with pytest.raises(ValueError, match="argument 2"):
        await images.haircut_sheet(["BobCut", "Afro"], ["copper"])
