"""Outfits, saved photos, the wardrobe, one picture upon another, and a picture that one has already."""

import json

import pytest

from bot.sandbox.pictures.samples import sample_jpeg
from tests.e2e.person import ASKS_GARMENT, ASKS_PERSON, CARD, TRY_IT_ON

pytestmark = pytest.mark.network

ME, SHIRT, TROUSERS = sample_jpeg("anna"), sample_jpeg("t-shirt"), sample_jpeg("trousers")


def photos_of(job) -> dict[str, str]:
    return {role: photo["unique_id"] for role, photo in json.loads(job["request"])["photos"].items()}


def labels(message) -> list[str]:
    return [button.text for row in message.keyboard.rows for button in row]


async def has_a_picture(stage, alice, *, credits_=9):
    await stage.start_bot()
    await alice.has_been_here(credits_=credits_)
    await alice.sends_album([ME, SHIRT])
    await alice.taps(TRY_IT_ON, await alice.sees(CARD))
    return await alice.gets_a_picture()


@pytest.mark.parametrize("keys", [("TRYITON",), ("FITROOM",)], ids="+".join)
async def test_an_outfit_of_three_photos_has_one_price(stage, alice, keys):
    await stage.start_bot()
    await alice.has_been_here(credits_=3)
    await alice.says("/outfit")
    await alice.sees(ASKS_PERSON)

    me, first, second = await alice.sends_album([ME, TROUSERS, SHIRT])
    card = await alice.sees("Top and bottom together")
    assert "Price: 2 credits. You have 3 credits." in card.text
    await alice.taps("🔁 Swap top and bottom", card)
    await alice.taps("HD (+1 credit)", card)
    await alice.sees("Price: 3 credits.", button="✅ HD (+1 credit)")
    await alice.taps("✅ HD (+1 credit)", card)
    await alice.sees("Price: 2 credits.")
    await alice.taps(TRY_IT_ON, card)

    picture = await alice.gets_a_picture()
    assert "It cost 2 credits; you have 1 credit left." in picture.text
    [job] = stage.books.jobs(alice.id)
    unique = [message.photo.largest.file_unique_id for message in (me, second, first)]
    assert list(photos_of(job).values()) == unique
    assert stage.paid_calls() == (2 if keys == ("TRYITON",) else 1)


async def test_a_garment_becomes_half_of_an_outfit(stage, alice):
    await stage.start_bot()
    await alice.has_been_here(credits_=3)
    await alice.sends_photo(ME)
    trousers = await alice.sends_photo(TROUSERS)
    card = await alice.sees(CARD, button="➕ Add trousers")
    await alice.taps("Trousers or skirt", card)
    await alice.sees(button="● Trousers or skirt")

    await alice.taps("➕ Add a top", card)
    await alice.sees("And now the top.")
    shirt = await alice.sends_photo(SHIRT)
    await alice.taps(TRY_IT_ON, await alice.sees("Price: 2 credits.", after=shirt.id))

    await alice.gets_a_picture()
    roles = photos_of(stage.books.jobs(alice.id)[0])
    assert roles["upper"] == shirt.photo.largest.file_unique_id
    assert roles["lower"] == trousers.photo.largest.file_unique_id

    await alice.taps("👖 Another bottom half")
    await alice.sees("And now the bottom half.")
    skirt = await alice.sends_photo()
    await alice.taps("✖️ Stop", await alice.sees("Price: 2 credits.", after=skirt.id))
    await alice.sees("Stopped. Nothing was charged.")


async def test_saved_photos_are_added_named_used_and_deleted_also_after_a_restart(stage, alice):
    run = await stage.start_bot()
    await alice.has_been_here()
    await alice.says("/looks")
    await alice.sees("You have no saved photos yet.")
    first = await alice.sends_photo()
    await alice.sees("Saved.", after=first.id)
    second = await alice.sends_photo()
    saved = await alice.sees("Saved.", after=second.id)
    assert not alice.finds(CARD)

    await alice.taps("✏️ Name it", saved)
    asked = await alice.sees("What shall I call it?")
    await stage.restart(run)
    await alice.says("on <the> beach")
    page = await alice.sees("on <the> beach", photo=True, after=asked.id)
    assert "Photo 1 of 2" in page.text
    await alice.taps("✏️ Another name", page)
    asked = await alice.sees("What shall I call it?", after=page.id)
    await alice.says("on <the> beach where the sun goes down late")
    page = await alice.sees("on <the> beach where the sun goes down…", photo=True, after=asked.id)
    await alice.taps("Older ▶️", page)
    await alice.sees("Photo 2 of 2", photo=True)
    await alice.taps("🗑 Delete", page)
    await alice.taps("🗑 Yes, delete it", page)
    await alice.sees_that(lambda: "Photo" not in alice.now(page).text, "one photo")
    assert "beach" in alice.now(page).text

    await alice.taps("✨ Use this one", page)
    await alice.taps("👕 Clothes", await alice.sees("What shall we try on with it?"))
    await alice.sees("Now send me the garment")
    garment = await alice.sends_photo()
    await alice.taps(TRY_IT_ON, await alice.sees("I use your saved photo.", after=garment.id))
    await alice.gets_a_picture()
    assert photos_of(stage.books.jobs(alice.id)[0])["person"] == second.photo.largest.file_unique_id


async def test_a_garment_hangs_in_the_wardrobe_for_another_photo(stage, alice):
    await has_a_picture(stage, alice)
    await alice.says("/wardrobe")
    page = await alice.sees("Garment 1 of 1", photo=True)

    await alice.taps("👕 Try it on again", page)
    await alice.sees("Send me another photo of yourself.", button="🖼 Use my saved photo")
    me = await alice.sends_photo()
    card = await alice.sees(CARD, after=me.id)
    assert "🔁 Swap photos" not in labels(card), "a garment that was chosen is nobody's photo"
    await alice.taps(TRY_IT_ON, card)

    await alice.gets_a_picture(after=me.id)
    first, second = map(photos_of, stage.books.jobs(alice.id))
    assert second["garment"] == first["garment"]
    assert second["person"] == me.photo.largest.file_unique_id


async def test_with_a_saved_photo_the_garment_is_asked_for_and_another_photo_is_one_tap_away(stage, alice):
    picture = await has_a_picture(stage, alice)
    await alice.says("/outfit")
    asked = await alice.sees("Now send me the top.", after=picture.id)
    assert "I use your saved photo." in asked.text
    shirt = await alice.sends_photo(SHIRT)
    await alice.sees("And now the bottom half.", after=shirt.id)
    await alice.says("/cancel")

    await alice.taps("👕 Try on clothes", await alice.sees("Stopped.", after=shirt.id))
    asked = await alice.sees(ASKS_GARMENT, after=shirt.id)
    assert "I use your saved photo." in asked.text
    await alice.taps("🤳 Another photo of me", asked)
    await alice.sees(ASKS_PERSON, button="🖼 Use my saved photo")
    me, trousers = await alice.sends_photo(), await alice.sends_photo(TROUSERS)
    await alice.taps(TRY_IT_ON, await alice.sees(CARD, after=trousers.id))
    await alice.gets_a_picture(after=trousers.id)
    unique = [message.photo.largest.file_unique_id for message in (me, trousers)]
    assert list(photos_of(stage.books.jobs(alice.id)[-1]).values()) == unique


async def test_words_that_nobody_asked_for_bring_up_the_question_that_is_open(stage, alice):
    await has_a_picture(stage, alice)
    first = await alice.sees(CARD, after=(await alice.sends_photo(TROUSERS)).id)
    words = await alice.says("and how does this go on?")
    card = await alice.sees(CARD, after=words.id)
    assert labels(card) == labels(first)
    await alice.sees_that(lambda: [one.id for one in alice.finds(CARD)] == [card.id], "one card")
    await alice.taps("✖️ Stop", card)
    await alice.sees("Stopped.")
    await alice.says("hello")
    await alice.sees("I work with photos.")


async def test_a_picture_with_other_hair_or_a_tattoo_says_that_it_goes_on_from_the_picture(stage, alice):
    picture = await has_a_picture(stage, alice)
    await alice.taps("➡️ Go on with this picture", picture)
    await alice.taps("💇 Hairstyle", await alice.sees("Let us go on with this picture."))
    await alice.taps("Pixie cut", await alice.sees("Which haircut?"))
    card = await alice.sees("Pixie cut", button=TRY_IT_ON)
    assert "I go on from the picture I made.\nPrice" in card.text

    await alice.taps("➡️ Go on with this picture", picture)
    await alice.taps("🖋 Tattoo", await alice.sees("Let us go on with this picture.", after=card.id))
    await alice.taps("1. Rose", await alice.sees("Which design?"))
    await alice.taps("Forearm", await alice.sees("Where should it go?"))
    card = await alice.sees("Ready to see it on your skin?")
    assert "I go on from the picture I made.\nDesign" in card.text


async def test_a_picture_becomes_the_next_photo_and_one_can_step_back(stage, alice):
    picture = await has_a_picture(stage, alice)
    await alice.taps("➡️ Go on with this picture", picture)
    await alice.taps("👕 Clothes", await alice.sees("Let us go on with this picture."))
    await alice.sees("Now send me the garment", button="↩️ Back to the photo before")
    await alice.sends_photo(TROUSERS)
    card = await alice.sees("I go on from the picture I made.")
    await alice.taps(TRY_IT_ON, card)
    second = await alice.gets_a_picture(after=card.id)
    _, job = stage.books.jobs(alice.id)
    assert json.loads(job["request"])["photos"]["person"]["of_job"] == stage.books.jobs(alice.id)[0]["id"]
    assert len(stage.books.rows("SELECT * FROM looks")) == 1

    await alice.taps("👗 Another garment", second)
    await alice.sends_photo()
    card = await alice.sees("I go on from the picture I made.", after=second.id)
    await alice.taps("↩️ Back to the photo before", card)
    await alice.sees("I use your saved photo.", after=second.id)
    await alice.taps(TRY_IT_ON, card)
    await alice.gets_a_picture(after=card.id)
    first, _, third = map(photos_of, stage.books.jobs(alice.id))
    assert third["person"] == first["person"]

    await alice.taps("⋯ More", picture)
    await alice.taps("🗑 Delete", picture)
    await alice.taps("🗑 Yes, delete it", picture)
    await alice.sees("Deleted.")
    choices = await alice.sees("Let us go on with this picture.")
    answer = await alice.taps("👕 Clothes", choices)
    assert answer.text.startswith("I no longer have that picture.")


async def test_the_same_picture_is_shown_again_for_nothing_or_made_anew(stage, alice):
    picture = await has_a_picture(stage, alice, credits_=2)
    calls = stage.paid_calls()
    await alice.sends_album([ME, SHIRT])
    card = await alice.sees("You have this very picture already.", after=picture.id)
    assert card.text.endswith("What is it?"), "the question stands above its buttons"

    await alice.taps("🎁 Show it again, for free", card)
    await alice.sees("so it cost nothing", photo=True, after=picture.id)
    assert stage.paid_calls() == calls
    assert stage.books.balance(alice.id) == (1, 0)

    await alice.taps("⋯ More", alice.now(card))
    await alice.taps("‹ Back", alice.now(card))
    await alice.taps("✨ Make a new one", alice.now(card))
    fresh = await alice.sees(CARD, after=card.id)
    assert "already" not in fresh.text
    await alice.taps(TRY_IT_ON, fresh)
    third = await alice.gets_a_picture(after=card.id)
    assert "It cost 1 credit; you have 0 credits left." in third.text

    for shown in (picture, third):
        await alice.taps("⋯ More", shown)
        await alice.taps("🗑 Delete", shown)
        await alice.taps("🗑 Yes, delete it", shown)
    await stage.until(lambda: len(alice.finds("Deleted.")) == 2, what="two pictures to be deleted")
    await alice.sends_album([ME, SHIRT])
    card = await alice.sees(CARD, after=third.id)
    assert "already" not in card.text


async def test_photos_sent_as_files_once_more_are_the_same_photos_and_other_choices_are_not(stage, alice):
    await stage.start_bot()
    await alice.has_been_here()
    for data in (ME, SHIRT):
        await alice.sends_file(data)
    await alice.taps(TRY_IT_ON, await alice.sees(CARD))
    picture = await alice.gets_a_picture()

    for data in (ME, SHIRT):
        await alice.sends_file(data, name="another-name.jpg")
    card = await alice.sees("You have this very picture already.", after=picture.id)
    await alice.taps("HD (+1 credit)", card)
    await alice.sees_that(lambda: "already" not in alice.now(card).text, "no such picture in HD")
    await alice.taps("✅ HD (+1 credit)", card)
    await alice.sees("You have this very picture already.", after=picture.id)
    await alice.taps("🎁 Show it again, for free", card)
    await alice.sees("so it cost nothing", photo=True, after=picture.id)
    assert stage.books.balance(alice.id) == (2, 0)

    await alice.taps("⋯ More", picture)
    await alice.taps("👎", picture)
    await alice.sees(button="● 👎")
    garment = await alice.sends_file(SHIRT)
    card = await alice.sees("I use your saved photo.", after=garment.id)
    assert "already" not in card.text
