"""Behind "More": before and after, a card to share, thumbs, and the credit back for a bad picture."""

import io

import pytest
from PIL import Image

pytestmark = pytest.mark.network

NOT_ME = "😕 Not me, or a bad picture"
SURE = "Yes, give my credits back"


@pytest.fixture
async def delivered(stage, alice):
    """Alice's first picture."""
    await stage.start_bot()
    await alice.has_been_here()
    await alice.orders()
    return await alice.gets_a_picture()


async def size_of(stage, message) -> tuple[int, int]:
    content = await stage.world.files.content(message.photo.largest.file_id)
    return Image.open(io.BytesIO(content)).size


def labels(message) -> list[str]:
    return [button.text for button in message.keyboard.buttons()]


async def test_menu_opens_and_closes_and_a_thumb_is_remembered(stage, alice, delivered):
    first = labels(alice.now(delivered))
    await alice.taps("⋯ More", delivered)
    await alice.sees_that(lambda: "👗 Another garment" not in labels(alice.now(delivered)), "the menu")
    answer = await alice.taps("👍", delivered)
    assert answer.text == "Thank you, glad you like it!"
    await alice.sees(button="● 👍")
    await alice.taps("‹ Back", delivered)
    await alice.sees_that(lambda: labels(alice.now(delivered)) == first, "the buttons of the picture")
    await stage.quiet()
    [said] = stage.books.rows("SELECT user_id, verdict, credits FROM feedback")
    assert said == {"user_id": alice.id, "verdict": "up", "credits": 0}


async def test_before_and_after_and_a_card_without_buttons_to_forward(stage, alice, delivered):
    await alice.taps("⋯ More", delivered)
    await alice.taps("🌗 Before and after", delivered)
    pair = await alice.sees("Before and after.", photo=True, after=delivered.id)
    await alice.taps("💌 A card to share", delivered)
    card = await alice.sees("Tried on with @", photo=True, after=pair.id)

    assert pair.reply_to_id == card.reply_to_id == delivered.id
    assert (pair.keyboard, card.keyboard) == (None, None)
    width, height = await size_of(stage, delivered)
    pair_width, pair_height = await size_of(stage, pair)
    assert pair_width / pair_height > 1.5 * width / height
    await stage.quiet()
    assert stage.books.balance(alice.id) == (2, 0)


async def test_bad_picture_gives_its_credit_back_exactly_once(stage, alice, delivered):
    await alice.taps("⋯ More", delivered)
    await alice.taps(NOT_ME, delivered)
    await alice.taps("‹ Back", delivered)
    await alice.taps("⋯ More", delivered)
    await alice.taps(NOT_ME, delivered)
    for _ in range(3):
        await alice.taps_and_goes(SURE, delivered)

    told = await alice.sees("1 credit came back; you have 3 credits now.", after=delivered.id)
    await stage.quiet()
    await alice.sees_that(lambda: NOT_ME not in labels(alice.now(delivered)), "no more to complain about")

    assert told.reply_to_id == delivered.id
    assert len(alice.finds("1 credit came back")) == 1
    assert stage.books.balance(alice.id) == (3, 0)
    goodwill = "SELECT kind, available_delta FROM ledger WHERE key LIKE 'goodwill:%'"
    assert stage.books.rows(goodwill) == [{"kind": "gift", "available_delta": 1}]

    await alice.taps("🗑 Delete", delivered)
    await alice.taps("🗑 Yes, delete it", delivered)
    await alice.sees("Deleted. I no longer have this picture or the photos you sent for it.")
    await stage.quiet()
    assert stage.books.balance(alice.id) == (3, 0)
    assert await stage.books.findings() == []


async def test_menu_of_a_picture_that_is_forgotten_says_so(stage, alice, delivered):
    await stage.quiet()
    await stage.books.forget_everything()
    answer = await alice.taps("⋯ More", delivered)
    assert answer.text.startswith("I no longer have this picture or its photos.")
    assert answer.show_alert
