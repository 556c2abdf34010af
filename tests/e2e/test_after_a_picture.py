"""What can follow a delivered picture, and what a second try-on is spared."""

import json

import pytest

from tests.e2e.person import CARD, TRY_IT_ON

pytestmark = pytest.mark.network


@pytest.fixture
async def delivered(stage, alice):
    """Alice's first picture."""
    await stage.start_bot()
    await alice.has_been_here()
    await alice.orders()
    return await alice.gets_a_picture()


def photos_of(job) -> dict[str, str]:
    return {role: photo["unique_id"] for role, photo in json.loads(job["request"])["photos"].items()}


async def test_the_photo_of_the_person_is_saved_for_the_next_time(stage, alice, delivered):
    garment = await alice.sends_photo()
    card = await alice.sees("I use your saved photo.", after=delivered.id)
    assert CARD in card.text
    await alice.taps(TRY_IT_ON, card)

    second = await alice.gets_a_picture(after=delivered.id)

    first_job, second_job = map(photos_of, stage.books.jobs(alice.id))
    assert second_job["person"] == first_job["person"]
    assert second_job["garment"] == garment.photo.largest.file_unique_id
    assert second.text == "Here you are! It cost 1 credit; you have 1 credit left."


async def test_another_garment_for_the_same_person(stage, alice, delivered):
    await alice.taps("👗 Another garment", delivered)
    await alice.sees("Now send me the garment", after=delivered.id)
    garment = await alice.sends_photo()
    await alice.taps(TRY_IT_ON, await alice.sees(CARD, after=delivered.id))

    second = await alice.gets_a_picture(after=delivered.id)

    first_job, second_job = map(photos_of, stage.books.jobs(alice.id))
    assert second_job["person"] == first_job["person"]
    assert second_job["garment"] != first_job["garment"]
    assert second.reply_to_id == garment.id


async def test_another_photo_of_the_person_with_the_same_garment(stage, alice, delivered):
    await alice.taps("🤳 Another photo of me", delivered)
    await alice.sees("Send me another photo of yourself.", after=delivered.id)
    await alice.sends_photo()
    await alice.taps(TRY_IT_ON, await alice.sees(CARD, after=delivered.id))

    await alice.gets_a_picture(after=delivered.id)

    first_job, second_job = map(photos_of, stage.books.jobs(alice.id))
    assert second_job["person"] != first_job["person"]
    assert second_job["garment"] == first_job["garment"]


async def test_an_album_instead_of_another_garment_leaves_the_person_as_they_are(stage, alice, delivered):
    await alice.taps("👗 Another garment", delivered)
    await alice.sees("Now send me the garment", after=delivered.id)
    first, second = await alice.sends_album()
    card = await alice.sees(CARD, after=second.id)
    assert "Of the photos that came together I took the first one." in card.text
    await alice.taps(TRY_IT_ON, card)

    await alice.gets_a_picture(after=delivered.id)

    first_job, second_job = map(photos_of, stage.books.jobs(alice.id))
    assert second_job["person"] == first_job["person"]
    assert second_job["garment"] == first.photo.largest.file_unique_id


async def test_full_size_file_is_the_providers_own_picture(stage, alice, delivered):
    await alice.taps("⬇️ Full-size file", delivered)

    file = await alice.sees("exactly as it was made", document=True)

    sent = await stage.world.files.content(file.document.file_id)
    [job] = stage.tryiton.jobs
    account = stage.tryiton.account(stage.key)
    made = await stage.download(f"{stage.url}/tryiton/cdn/{account.user_id}/tryons/{job.outputs[0]}")
    assert sent == made


async def test_delete_asks_once_and_then_forgets(stage, alice, delivered):
    await alice.taps("⋯ More", delivered)
    await alice.taps("🗑 Delete", delivered)
    await alice.taps("Keep it", delivered)
    await alice.taps("⋯ More", delivered)
    await alice.taps("🗑 Delete", delivered)
    await alice.taps("🗑 Yes, delete it", delivered)

    await alice.sees("Deleted. I no longer have this picture or the photos you sent for it.")

    assert delivered.id not in {message.id for message in alice.chat}
    await stage.quiet()
    assert stage.books.rows("SELECT * FROM looks") == []
    [result] = stage.books.rows("SELECT * FROM results")
    assert (result["file_id"], result["source_url"], result["body"]) == (None, None, None)
    assert stage.books.jobs()[0]["request"] == "{}"


async def test_delete_lets_go_of_photos_of_other_pictures_and_of_the_card_under_way(stage, alice, delivered):
    await alice.sends_photo()
    await alice.taps(TRY_IT_ON, await alice.sees("I use your saved photo.", after=delivered.id))
    second = await alice.gets_a_picture(after=delivered.id)
    await alice.taps("👗 Another garment", second)
    asked = await alice.sees("Now send me the garment", after=second.id)

    await alice.taps("⋯ More", delivered)
    await alice.taps("🗑 Delete", delivered)
    await alice.taps("🗑 Yes, delete it", delivered)

    await alice.sees("Deleted. I no longer have this picture or the photos you sent for it.")
    await alice.sees_that(
        lambda: asked.id not in {message.id for message in alice.chat}, "the question about it to be gone"
    )
    await alice.taps("⋯ More", second)
    await alice.sees_that(lambda: alice.finds(button="💌 A card to share"), "the menu of the other picture")
    assert not alice.finds(button="🌗 Before and after")
    await stage.quiet()
    person = json.loads(stage.books.jobs(alice.id)[1]["request"])["photos"]["person"]
    assert (person["file_id"], person["unique_id"], person["digest"]) == ("", "", None)


async def test_delete_says_which_photo_stays_among_the_saved_ones(stage, alice):
    await stage.start_bot()
    await alice.has_been_here()
    await alice.says("/looks")
    await alice.sees("You have no saved photos yet.")
    me = await alice.sends_photo()
    await alice.taps("✨ Use this one", await alice.sees("Saved.", after=me.id))
    await alice.taps("👕 Clothes", await alice.sees("What shall we try on with it?"))
    await alice.sees("Now send me the garment")
    garment = await alice.sends_photo()
    await alice.taps(TRY_IT_ON, await alice.sees(CARD, after=garment.id))
    picture = await alice.gets_a_picture()
    await alice.taps("⋯ More", picture)
    await alice.taps("🗑 Delete", picture)
    await alice.taps("🗑 Yes, delete it", picture)
    told = await alice.sees("Deleted. I no longer have this picture.")
    assert "Of its photos I keep the one that you saved yourself; it is in /looks." in told.text
    await stage.quiet()
    [look] = stage.books.rows("SELECT file_unique_id FROM looks")
    assert look["file_unique_id"] == me.photo.largest.file_unique_id
