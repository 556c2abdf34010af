"""A tattoo from the first word to the picture: a starter design and words, and an own design and a finger."""

import io
import json

import pytest
from PIL import ExifTags, Image

from bot.regions import Nudge, RegionSize, nudged, region_at
from tests.e2e.person import TRY_IT_ON, picture

pytestmark = pytest.mark.network

CARD = "Ready to see it on your skin?"
ASKS_BODY = "Send me a photo of the place for the tattoo."
ASKS_DESIGN = "Which design?"
ASKS_PLACE = "Where should it go?"
# Of the pictures that people send here.
WIDTH, HEIGHT = 420, 560


def told(stage, which=-1):
    """What the provider was told of the place, and where on the photo, by its newest order."""
    order = stage.tryiton.jobs[which].order
    region = order.region
    return order.placement, (region.x, region.y, region.w, region.h) if region else None


def lying_on_its_side(width, height):
    """A photo that a camera stored turned by a quarter, with a note of it."""
    turned = Image.open(io.BytesIO(picture(1, (height, width))))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    out = io.BytesIO()
    turned.save(out, "JPEG", exif=exif)
    return out.getvalue()


def is_gone(alice, message):
    return message.id not in {each.id for each in alice.chat}


async def comes_to_the_design(alice, entry="/tattoo"):
    await alice.says(entry)
    await alice.sees(ASKS_BODY)
    body = await alice.sends_photo()
    await alice.sees(ASKS_DESIGN, photo=True)
    return body


async def test_starter_design_and_a_place_in_words(stage, alice):
    await stage.start_bot()
    await alice.has_been_here()
    body = await comes_to_the_design(alice)
    sheet = await alice.sees(button="1. Rose")
    await alice.taps("➡️ More designs", sheet)
    await alice.taps("Feather", sheet)
    await alice.sees(ASKS_PLACE, photo=False)
    await alice.sees_that(lambda: is_gone(alice, sheet), "the sheet make way for the next question")
    await alice.taps("Forearm")
    card = await alice.sees(CARD)
    assert "Design: Feather\nPlace: Forearm\nPrice: 1 credit." in card.text
    await alice.taps("🎨 Style", card)
    await alice.says("fine line, about 5 cm")
    card = await alice.sees("Style: fine line, about 5 cm")
    await alice.taps(TRY_IT_ON, card)

    picture = await alice.gets_a_picture()

    assert told(stage) == ("on the forearm, fine line, about 5 cm", None)
    assert picture.reply_to_id == body.id
    files = [call.params.get(name) for call in stage.gate.calls() for name in ("file_id", "photo", "media")]
    assert not [file for file in files if "design:" in str(file)], "no design's name goes out as a file id"
    assert stage.books.rows("SELECT * FROM looks") == [], "a forearm shows nobody"
    await stage.quiet()
    assert stage.books.balance(alice.id) == (2, 0)

    await alice.taps("📍 Another place", picture)
    await alice.sees(ASKS_PLACE, after=picture.id)
    await alice.taps("🎲 Let the artist decide")
    await alice.taps(TRY_IT_ON, await alice.sees("Place: the artist decides", after=picture.id))
    await alice.gets_a_picture(after=picture.id)
    assert told(stage) == ("fine line, about 5 cm", None)


async def test_own_design_pointing_nudging_and_a_restart_in_the_middle(stage, alice):
    run = await stage.start_bot()
    await alice.has_been_here()
    await comes_to_the_design(alice)
    drawing = await alice.sends_photo()
    await alice.taps("👆 Point at it on my photo", await alice.sees(ASKS_PLACE))
    grid = await alice.sees("Tap the number of the square", photo=True, button="20")
    await alice.taps("Large", grid)
    await alice.sees(button="● Large")
    await alice.taps("10", grid)
    spot = await alice.sees("Is this the right place?", photo=True)
    assert spot.id == grid.id, "the grid became the rectangle"

    run = await stage.restart(run)
    region = region_at(10, RegionSize.LARGE, WIDTH, HEIGHT)
    before = alice.now(spot).photo
    await alice.taps_and_goes("⬅️", spot)
    await alice.taps_and_goes("⬅️", spot)
    await alice.sees_that(lambda: alice.now(spot).photo != before, "the rectangle to move")
    region = nudged(region, Nudge.LEFT, WIDTH, HEIGHT)
    await stage.quiet()
    [draft] = stage.books.rows("SELECT state FROM drafts")
    placed = tuple(json.loads(draft["state"])["placement"]["region"])
    assert placed == region, "the second of two quick taps moved nothing"
    await alice.taps("➖ Smaller", spot)
    region = nudged(region, Nudge.SMALLER, WIDTH, HEIGHT)

    await alice.taps("✅ Yes, right there", spot)
    card = await alice.sees(CARD, photo=False)
    assert "Design: your own\nPlace: where you pointed" in card.text
    await alice.sees_that(lambda: is_gone(alice, spot), "the photo make way for the card")
    await alice.taps("🎨 Style", card)
    await alice.sees("words tell only the style and the size now")
    await alice.taps("Black and grey")
    await alice.taps(TRY_IT_ON, await alice.sees("Style: Black and grey"))
    picture = await alice.gets_a_picture()

    assert told(stage) == ("black and grey", tuple(region))
    assert picture.reply_to_id == drawing.id

    await alice.taps("🌹 Another design", picture)
    await alice.taps("1. Rose", await alice.sees(ASKS_DESIGN, after=picture.id))
    card = await alice.sees("Design: Rose\nPlace: where you pointed", after=picture.id)
    await alice.taps("🤳 Another photo", card)
    await alice.sees("Send me another photo", after=picture.id)
    await alice.sends_photo()
    await alice.sees(ASKS_PLACE, after=picture.id)
    answer = await alice.taps("Wrist")
    assert answer.text is None
    await alice.sees("Place: Wrist\nStyle: Black and grey", after=picture.id)


async def test_own_design_and_words_of_ones_own_reach_the_provider_as_they_were_written(stage, alice):
    await stage.start_bot()
    await alice.has_been_here()
    body = await comes_to_the_design(alice)
    drawing = await alice.sends_photo()
    await alice.sees(ASKS_PLACE)
    await alice.says("behind the <b>left</b> ear & \u2067down\u2069")
    card = await alice.sees("Design: your own\nPlace: behind the <b>left</b> ear & down\nPrice: 1 credit.")
    await alice.taps("🎨 Style", card)
    await alice.sees("How should it look?")
    await alice.says("x" * 121)
    await alice.sees("Please say it in at most 120 characters.", after=card.id)
    await alice.says("  FINE  line ")
    card = await alice.sees("Style: Fine line")
    await alice.taps(TRY_IT_ON, card)

    picture = await alice.gets_a_picture()

    assert told(stage) == ("behind the <b>left</b> ear & down, fine line", None)
    assert picture.reply_to_id == drawing.id != body.id
    order = stage.tryiton.jobs[0].order
    assert order.person.data != order.item.data

    # The same again costs nothing, and the way back from another place leads there.
    await alice.taps("📍 Another place", picture)
    await alice.taps("⬅️ Back", await alice.sees(ASKS_PLACE, after=picture.id))
    card = await alice.sees(CARD, button="🎁 Show it again, for free", after=picture.id)
    await alice.taps("🎁 Show it again", card)
    await alice.sees("You had this picture already, so it cost nothing.", photo=True)
    assert stage.paid_calls() == 1
    assert stage.books.balance(alice.id) == (2, 0)


async def test_pointing_at_a_sideways_file_means_what_the_person_saw(stage, alice):
    await stage.start_bot()
    await alice.has_been_here()
    await alice.says("/tattoo")
    await alice.sees(ASKS_BODY)
    await alice.sends_file(lying_on_its_side(WIDTH, HEIGHT))
    await alice.taps("1. Rose", await alice.sees(ASKS_DESIGN, photo=True))
    await alice.taps("👆 Point at it on my photo", await alice.sees(ASKS_PLACE))
    grid = await alice.sees("Tap the number of the square", photo=True, button="20")
    shown = Image.open(io.BytesIO(await stage.world.files.content(grid.photo.largest.file_id)))
    assert shown.width / shown.height == pytest.approx(WIDTH / HEIGHT, rel=0.01), "it stands upright"
    await alice.says("99")
    await alice.sees("No square has that number.", after=grid.id)
    await alice.says("٣")
    spot = await alice.sees("Is this the right place?", photo=True, after=grid.id)
    region = region_at(3, RegionSize.MEDIUM, WIDTH, HEIGHT)
    while region.y > 0:
        shown = alice.now(spot).photo
        await alice.taps("⬆️", spot)
        await alice.sees_that(lambda shown=shown: alice.now(spot).photo != shown, "the rectangle to move")
        region = nudged(region, Nudge.UP, WIDTH, HEIGHT)
    await stage.quiet()
    answer = await alice.taps("⬆️", spot)
    assert answer.text == "It can't go any further that way."
    await alice.taps("✅ Yes, right there", spot)
    await alice.taps(TRY_IT_ON, await alice.sees(CARD))
    await alice.gets_a_picture()

    assert told(stage) == (None, tuple(region))
    sent = Image.open(io.BytesIO(stage.tryiton.jobs[0].order.person.data))
    assert (sent.size, sent.getexif()) == ((WIDTH, HEIGHT), {})


async def test_buttons_of_the_delivered_picture_stay_when_it_is_kept(stage, alice):
    await stage.start_bot()
    await alice.has_been_here()
    await comes_to_the_design(alice)
    await alice.taps("1. Rose", await alice.sees(ASKS_DESIGN))
    await alice.taps("🎲 Let the artist decide")
    await alice.taps(TRY_IT_ON, await alice.sees(CARD))
    picture = await alice.gets_a_picture()
    labels = [button.text for button in picture.keyboard.buttons()]
    await alice.taps("⋯ More", picture)
    await alice.taps("🗑 Delete", picture)
    await alice.taps("Keep it", picture)
    await alice.sees(button="📍 Another place")
    assert [button.text for button in alice.now(picture).keyboard.buttons()] == labels


@pytest.mark.parametrize("keys", [("FITROOM",)])
async def test_nobody_is_offered_tattoos_where_no_key_can_make_them(stage, alice):
    await stage.start_bot()
    await alice.has_been_here()
    await alice.starts()
    welcome = await alice.sees(button="👕")
    assert not alice.finds(button="Tattoo")
    await alice.says("/tattoo")
    await alice.sees("There are no tattoos", after=welcome.id)
    commands = [call.params["commands"] for call in await stage.gate.wait_for_calls("setMyCommands", count=1)]
    assert not [each for each in commands if "tattoo" in str(each)]
