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
    await alice.sees("Send me the other photo of you.", after=delivered.id)
    await alice.sends_photo()
    await alice.taps(TRY_IT_ON, await alice.sees(CARD, after=delivered.id))

    await alice.gets_a_picture(after=delivered.id)

    first_job, second_job = map(photos_of, stage.books.jobs(alice.id))
    assert second_job["person"] != first_job["person"]
    assert second_job["garment"] == first_job["garment"]


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

    await alice.sees("Deleted. I no longer have this picture or its photos.")

    assert delivered.id not in {message.id for message in alice.chat}
    await stage.quiet()
    assert stage.books.rows("SELECT * FROM looks") == []
    [result] = stage.books.rows("SELECT * FROM results")
    assert (result["file_id"], result["source_url"], result["body"]) == (None, None, None)
    assert stage.books.jobs()[0]["request"] == "{}"
