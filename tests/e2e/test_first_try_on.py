"""Somebody who has never been here sends two photos and gets a picture."""

import pytest

from bot.sandbox.providers.tryiton.faults import Fate
from tests.e2e.bot_run import PLAIN
from tests.e2e.person import AGREE, ASKS_CONSENT, ASKS_GARMENT, ASKS_PERSON, CARD, TRY_IT_ON
from tests.e2e.stage import NEVER

pytestmark = pytest.mark.network


async def test_from_first_contact_to_the_picture_with_the_balance_right(stage, alice):
    await stage.start_bot(arguments=PLAIN)

    await alice.starts()
    welcome = await alice.sees("3 credits", photo=True, button="👕 Try on clothes")
    await alice.taps("👕 Try on clothes", welcome)
    await alice.sees(ASKS_CONSENT)
    await alice.taps(AGREE)
    await alice.sees(ASKS_PERSON)
    await alice.sends_photo()
    await alice.sees(ASKS_GARMENT)
    garment = await alice.sends_photo()
    card = await alice.sees(CARD)
    assert "Price: 1 credit. You have 3 credits." in card.text
    await alice.taps("Top", card)
    await alice.sees(CARD, button="● Top")
    await alice.taps(TRY_IT_ON)

    picture = await alice.gets_a_picture()
    assert picture.reply_to_id == garment.id
    assert picture.text == "Here you are! It cost 1 credit; you have 2 credits left."
    assert [button.text for button in picture.keyboard.buttons()] == [
        "👗 Another garment",
        "🤳 Another photo of me",
        "➡️ Go on with this picture",
        "⬇️ Full-size file",
        "⋯ More",
    ]
    await stage.quiet()
    assert stage.books.balance(alice.id) == (2, 0)
    await alice.sees_that(lambda: card.id not in {one.id for one in alice.chat}, "the card gone")
    [job] = stage.tryiton.jobs
    assert job.order.category == "tops" or job.order.subcategory == "tops"
    assert stage.tryiton.journal.violations == []
    assert stage.tryiton.journal.accepted_twice() == []


async def test_the_card_shows_how_far_the_picture_is(stage, alice):
    stage.tryiton.faults.add_fate(Fate(seconds=NEVER))
    await stage.start_bot(TRYITON_SECONDS="6:9:600")
    await alice.has_been_here()

    card = await alice.orders()
    await alice.sees("🪡")

    def fills():
        edits = (one.params["text"] for one in stage.gate.calls("editMessageText") if _is_edit_of(one, card))
        return [text.count("▓") for text in edits if "▓" in text]

    await alice.sees_that(lambda: len(set(fills())) >= 2, "the bar move")
    stage.tryiton.finish()
    await alice.gets_a_picture()
    assert fills() == sorted(fills())


async def test_an_empty_place_is_enough_to_start(stage, alice, tmp_path):
    await stage.start_bot(DATABASE_URL=f"sqlite:///{tmp_path}/new/place/tryon.db")
    await alice.starts()
    await alice.sees("3 credits", photo=True)


def _is_edit_of(call, message) -> bool:
    return str(call.params.get("message_id")) == str(message.id)
