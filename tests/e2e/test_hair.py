"""Other hair: browsing, searching, favourites, colours, variants, and several side by side."""

import json

import pytest

from bot.chat.screens.hair import haircut_name
from bot.hairstyles import GROUPS, group_of
from bot.sandbox.pictures.samples import sample_jpeg
from bot.texts import Texts
from tests.e2e.person import DONE, TRY_IT_ON

pytestmark = pytest.mark.network

ME = sample_jpeg("anna")
BROWSER, WHICH_COLOR, COMPARING = "Which haircut?", "Which colour?", "Which haircuts shall I compare?"


@pytest.fixture
async def browser(stage, alice):
    """The first page of haircuts, after the photo."""
    await stage.start_bot()
    await alice.has_been_here(credits_=9)
    await alice.says("/hair")
    await alice.sees("Send me a photo of your face.")
    await alice.sends_photo(ME)
    return await alice.sees(BROWSER, photo=True)


def options_of(job) -> dict:
    return json.loads(job["request"])["options"]


async def test_a_haircut_found_by_turning_pages_becomes_a_picture(stage, alice, browser):
    assert "Short: page 1 of 5." in browser.text
    first_sheet = browser.photo.largest.file_id
    await alice.taps("Mid-length ▶️", browser)
    second = await alice.sees("Mid-length: page 2 of 5.", photo=True)
    assert second.id == browser.id, "turning a page changes the message"
    assert second.photo.largest.file_id != first_sheet
    await alice.taps("◀️ Short", browser)
    assert (await alice.sees("Short: page 1 of 5.")).photo.largest.file_id == first_sheet

    await alice.taps("Mid-length ▶️", browser)
    await alice.sees("page 2 of 5.")
    await alice.taps("Bob cut", browser)
    card = await alice.sees("Price: 1 credit. You have 9 credits.", button=TRY_IT_ON)
    assert card.id == browser.id
    await alice.taps(TRY_IT_ON, card)

    picture = await alice.gets_a_picture()
    assert picture.text == "Bob cut\nHere you are! It cost 1 credit; you have 8 credits left."
    [job] = stage.books.jobs(alice.id)
    assert options_of(job) == {"haircut": "BobCut", "color": None, "variants": 1}
    assert stage.tryiton.jobs[0].order.haircut == "BobCut"

    await alice.taps("🎨 Another colour", picture)
    await alice.sees(WHICH_COLOR, after=picture.id)
    await alice.says("mermaid  teal")
    again = await alice.sees("Colour: mermaid teal.", after=picture.id)
    await alice.taps(TRY_IT_ON, again)
    second_picture = await alice.gets_a_picture(after=picture.id)
    assert stage.tryiton.jobs[1].order.hair_color == "mermaid teal"

    await alice.taps("✂️ Another haircut", second_picture)
    await alice.sees(BROWSER, after=second_picture.id, photo=True)


async def test_words_find_a_haircut_and_a_favourite_is_kept(stage, alice, browser):
    await alice.says("pompadur")
    found = await alice.sees("Found for “pompadur”:", photo=True, after=browser.id)
    await alice.sees_that(lambda: browser.id not in {m.id for m in alice.from_bot}, "one browser only")
    await alice.taps("Pompadour", found)
    card = await alice.sees("Colour: your own colour.")
    await alice.taps("☆ Keep as favourite", card)
    await alice.sees(button="⭐ Favourite")
    await alice.taps("✂️ Another haircut", card)
    await alice.taps("⭐ Favourites (1)", await alice.sees(button="⭐ Favourites (1)"))
    kept = await alice.sees("Your favourites.", button="✅ 1. Pompadour")
    assert stage.books.rows("SELECT haircut FROM favourites") == [{"haircut": "Pompadour"}]

    await alice.says("<b>no such thing</b>")
    nothing = await alice.sees("I don't know a haircut called “<b>no such thing</b>”.", after=kept.id)
    await alice.says("x" * 41)
    await alice.sees("Please say it in at most 40 characters.", after=nothing.id)
    await alice.taps("🎲 Surprise me", nothing)
    surprise = await alice.sees("Colour: your own colour.", after=kept.id)
    assert "Pompadour" not in surprise.text


async def test_a_surprise_in_a_colour_of_ones_own_words_reaches_the_provider_as_it_was_written(
    stage, alice, browser
):
    await alice.taps("🎲 Surprise me", browser)
    card = await alice.sees("Colour: your own colour.", button=TRY_IT_ON)
    await alice.taps("🎨 Colour", card)
    await alice.sees(WHICH_COLOR)
    written = "<i>honey</i> & \u202eteal\u202c 🌈 شقراء"
    await alice.says(written)
    seen = "<i>honey</i> & teal 🌈 شقراء"
    card = await alice.sees(f"Colour: {seen}.", after=card.id)
    await alice.taps(TRY_IT_ON, card)

    picture = await alice.gets_a_picture()

    order = stage.tryiton.jobs[0].order
    assert (order.haircut, order.hair_color) == (options_of(stage.books.jobs(alice.id)[0])["haircut"], seen)
    name, group = haircut_name(Texts().speak("en"), order.haircut), group_of(order.haircut)
    assert picture.text.splitlines()[0] == f"{name}, {seen}"

    await alice.taps("✂️ Another haircut", picture)
    n = list(GROUPS).index(group) + 1
    await alice.sees(f"page {n} of 5.", button=f"✅ {GROUPS[group].index(order.haircut) + 1}. {name}")

    await alice.taps("⬅️ Back", await alice.sees(BROWSER, after=picture.id))
    await alice.taps("🎨 Colour", await alice.sees(button="🎨 Colour"))
    await alice.says("  COPPER ")
    await alice.sees("Colour: copper.", button=TRY_IT_ON, after=picture.id)
    [draft] = stage.books.rows("SELECT state FROM drafts")
    assert json.loads(draft["state"])["hair"]["styles"] == [
        {"haircut": order.haircut, "color": "copper red"}
    ], "the name on a button is told in the provider's words"


async def test_quick_taps_and_a_restart_while_comparing(stage, alice):
    run = await stage.start_bot()
    await alice.has_been_here(credits_=1)
    await alice.says("/hair")
    await alice.sees("Send me a photo of your face.")
    await alice.sends_photo(ME)
    browser = await alice.sees(BROWSER, photo=True)
    await alice.taps("⚖️ Compare several", browser)
    await alice.sees(COMPARING)
    for _ in range(2):
        await alice.taps_and_goes("1. Pixie cut", browser)
    await alice.sees("Chosen, 1 of 6: Pixie cut.")
    await stage.quiet()
    assert alice.finds("Chosen, 1 of 6: Pixie cut."), "the second of two quick taps took nothing out"

    await stage.restart(run)
    await alice.taps("9. Spiky", browser)
    await alice.sees("Chosen, 2 of 6: Pixie cut; Spiky.")
    await alice.taps("✅ 9. Spiky", browser)
    await alice.sees("Chosen, 1 of 6: Pixie cut.")
    answer = await alice.taps("✅ 1. Pixie cut", browser)
    assert answer.text == "Choose between one and 6 of them."

    await alice.taps("9. Spiky", browser)
    await alice.taps("✅ Done", await alice.sees("Together: 2 credits."))
    card = await alice.sees("Price: 2 credits. You have 1 credit.", button=TRY_IT_ON)
    await alice.taps(TRY_IT_ON, card)
    await stage.quiet()
    assert stage.books.balance(alice.id) == (1, 0)
    assert stage.paid_calls() == 0


async def test_variants_cost_each_and_come_each(stage, alice, browser):
    await alice.taps("Pixie cut", browser)
    card = await alice.sees(button="3 ×")
    await alice.taps("3 ×", card)
    card = await alice.sees("Price: 3 credits. You have 9 credits.", button="● 3 ×")
    assert "you pay only for the ones that come" in card.text
    await alice.taps(TRY_IT_ON, card)

    await alice.sees_that(lambda: len(alice.finds(DONE, photo=True)) == 3, "three pictures")
    await stage.quiet()
    assert stage.books.balance(alice.id) == (6, 0)
    assert stage.paid_calls() == 1


async def test_haircuts_in_one_colour_are_compared_on_one_sheet(stage, alice, browser):
    await alice.taps("⚖️ Compare several", browser)
    await alice.sees(COMPARING)
    for haircut in ("Pixie cut", "Bowl cut", "Spiky"):
        await alice.taps(haircut, browser)
    await alice.sees("Chosen, 3 of 6: Pixie cut; Bowl cut; Spiky.")
    await alice.taps("✅ 4. Bowl cut", browser)
    await alice.sees("Chosen, 2 of 6: Pixie cut; Spiky.")
    await alice.sees("Together: 2 credits.")
    await alice.taps("✅ Done", browser)
    card = await alice.sees("Side by side on one sheet", button="🎨 One colour for all")
    await alice.taps("🎨 One colour for all", card)
    await alice.taps("Copper", await alice.sees(WHICH_COLOR))
    card = await alice.sees("2. Spiky, copper")
    assert "Price: 2 credits." in card.text
    await alice.taps(TRY_IT_ON, card)

    sheet = await alice.gets_a_picture()

    assert sheet.text.splitlines()[:2] == ["1. Pixie cut, copper", "2. Spiky, copper"]
    assert {job.order.hair_color for job in stage.tryiton.jobs} == {"copper red"}
    await alice.taps("⬇️ 2", sheet)
    await alice.sees("exactly as it was made", document=True)
    await alice.taps("⋯ More", sheet)
    await alice.taps("Delete", await alice.sees(button="Delete"))
    await alice.taps("Keep it", await alice.sees(button="Keep it"))
    await alice.sees(button="⬇️ 2")

    # The same again is the same sheet, for nothing.
    await alice.taps("✂️ Another haircut", sheet)
    again = await alice.sees(BROWSER, after=sheet.id)
    await alice.taps("Pixie cut", again)
    await alice.taps("⚖️ Compare haircuts", await alice.sees(button="⚖️ Compare haircuts"))
    await alice.taps("Spiky", await alice.sees(COMPARING))
    await alice.sees("Chosen, 2 of 6: Pixie cut, copper; Spiky, copper.")
    await alice.taps("✅ Done", again)
    await alice.taps("🎁 Show it again, for free", await alice.sees(button="🎁 Show it again"))
    repeated = await alice.sees("You had this picture already, so it cost nothing.", photo=True)
    assert repeated.text.splitlines()[:2] == sheet.text.splitlines()[:2], "numbers still have names"
    assert repeated.photo.largest.file_unique_id == sheet.photo.largest.file_unique_id
    assert stage.paid_calls() == 2


async def test_colours_of_one_haircut_are_compared_and_one_is_dropped(stage, alice, browser):
    await alice.taps("Pixie cut", browser)
    await alice.taps("⚖️ Compare colours", await alice.sees(button="⚖️ Compare colours"))
    await alice.sees("Which colours shall I compare?", button="✅ 🧑 My own colour")
    for color in ("Black", "Pink"):
        await alice.taps(color, browser)
    await alice.sees("Chosen, 3 of 6: your own colour; black; pink.")
    await alice.taps("✅ Done", browser)
    await alice.taps("✖️ 1", await alice.sees("3. Pixie cut, pink"))
    card = await alice.sees("1. Pixie cut, black")
    await alice.taps(TRY_IT_ON, card)

    sheet = await alice.gets_a_picture()

    assert sheet.text.splitlines()[:2] == ["1. Pixie cut, black", "2. Pixie cut, pink"]
    await stage.quiet()
    assert stage.books.balance(alice.id) == (7, 0)


async def test_the_saved_photo_is_offered_and_another_one_can_be_taken(stage, alice):
    await stage.start_bot()
    await alice.has_been_here()
    await alice.orders()
    clothes = await alice.gets_a_picture()
    await alice.says("/start")
    await alice.taps("💇 Hairstyle", await alice.sees("See clothes", button="💇 Hairstyle"))
    await alice.taps("🖼 Use my saved photo", await alice.sees("Send me a photo of your face."))
    await alice.taps("Pixie cut", await alice.sees(BROWSER, after=clothes.id))
    card = await alice.sees("I use your saved photo.", button="🤳 Another photo")
    await alice.taps("🤳 Another photo", card)
    await alice.sees("Send me another photo of yourself.", after=card.id)
    await alice.sends_photo(ME)
    card = await alice.sees("Pixie cut", button=TRY_IT_ON, after=card.id)
    assert "I use your saved photo." not in card.text


@pytest.mark.parametrize("keys", [("FITROOM",)], ids="+".join)
async def test_without_a_provider_of_hair_none_is_offered(stage, alice, keys):
    await stage.start_bot()
    await alice.has_been_here()
    await alice.says("/start")
    welcome = await alice.sees("See clothes on yourself before you buy them.")
    assert "Hairstyle" not in str(welcome.keyboard)
    await alice.says("/hair")
    await alice.sees("There are no haircuts to try on here, but I do have clothes.")
