"""Every way through the bot with FitRoom's key alone and with the keys of both providers.

All other end-to-end tests play with TryItOn's key alone.
"""

import pytest

from bot.sandbox.pictures.samples import sample_jpeg
from tests.e2e.counter import Counter
from tests.e2e.person import AGREE, ASKS_CONSENT, ASKS_GARMENT, ASKS_PERSON, CARD, TRY_IT_ON

pytestmark = pytest.mark.network

FITROOM, BOTH = ("FITROOM",), ("TRYITON", "FITROOM")


@pytest.fixture
def speed():
    return 10.0


@pytest.fixture(params=[FITROOM, BOTH], ids="+".join)
def keys(request):
    return request.param


@pytest.fixture
def counter(stage):
    return Counter(stage)


async def test_from_first_contact_through_all_that_follows_a_picture(stage, alice, counter, keys):
    await stage.start_bot(FREE_CREDITS="4")

    await alice.starts()
    await alice.taps("👕")
    await alice.sees(ASKS_CONSENT)
    await alice.taps(AGREE)
    await alice.sees(ASKS_PERSON)
    await alice.sends_photo(sample_jpeg("anna"))
    await alice.sees(ASKS_GARMENT)
    await alice.sends_photo(sample_jpeg("trousers"))
    card = await alice.sees(CARD)
    assert len(alice.finds(button="Not sure")) == ("TRYITON" in keys)
    assert alice.finds(button="● Trousers or skirt")
    await alice.taps(TRY_IT_ON, card)
    first = await alice.gets_a_picture()
    assert first.text == "Here you are! It cost 1 credit; you have 3 credits left."

    await alice.taps("⬇️ Full-size file", first)
    file = await alice.sees("exactly as it was made", document=True)
    assert await stage.world.files.content(file.document.file_id)

    await alice.taps("👗 Another garment", first)
    await alice.sees(ASKS_GARMENT, after=file.id)
    await alice.sends_photo(sample_jpeg("dress"))
    card = await alice.sees(CARD, button="● Dress or suit", after=file.id)
    await alice.taps(TRY_IT_ON, card)
    second = await alice.gets_a_picture(after=file.id)

    await alice.taps("🤳 Another photo of me", second)
    await alice.sees("Send me another photo of yourself.", after=second.id)
    await alice.sends_photo(sample_jpeg("kim"))
    card = await alice.sees(CARD, button="● Dress or suit", after=second.id)
    await alice.taps(TRY_IT_ON, card)
    third = await alice.gets_a_picture(after=second.id)

    await alice.sends_photo(sample_jpeg("jacket"))
    card = await alice.sees("I use your saved photo.", button="● Top", after=third.id)
    await alice.taps(TRY_IT_ON, card)
    fourth = await alice.gets_a_picture(after=third.id)
    assert fourth.text == "Here you are! It cost 1 credit; you have 0 credits left."

    await alice.taps("⋯ More", fourth)
    await alice.taps("🗑 Delete", fourth)
    await alice.taps("🗑 Yes, delete it", fourth)
    await alice.sees("Deleted. I no longer have this picture or the photos you sent for it.")
    await stage.quiet()
    assert stage.books.balance(alice.id) == (0, 0)
    assert len(counter.served) == 4
    assert counter.is_content
    # Five photos, each in one role: the saved ones were known.
    assert counter.looks == 5


async def test_album_stop_cancel_retry_and_too_few_credits(stage, alice, counter):
    await stage.start_bot()
    await alice.has_been_here(credits_=1)
    card = await alice.has_a_card()
    await alice.taps("✖️ Stop", card)
    await alice.sees("Stopped. Nothing was charged.")

    counter.let_the_next_fail()
    card = await alice.has_a_card()
    await alice.taps(TRY_IT_ON, card)
    notice = await alice.sees("The picture did not work out.", button="🔄 Try again")
    assert "It cost nothing: 1 credit" in notice.text
    assert stage.books.balance(alice.id) == (1, 0)
    await alice.taps("🔄 Try again", notice)
    picture = await alice.gets_a_picture()

    card = await alice.has_a_card()
    assert "That is not enough yet." in alice.now(card).text
    answer = await alice.taps(TRY_IT_ON, card)
    assert answer.text == "This costs 1 credit, you have 0 credits. Nothing was charged."
    await stage.quiet()
    assert stage.books.job_states(alice.id) == ["failed", "delivered"]
    assert stage.books.balance(alice.id) == (0, 0)
    assert len(counter.calls) == 2
    assert picture.id in {message.id for message in alice.chat}


async def test_cancel_before_it_is_taken(stage, alice, counter):
    await stage.start_bot()
    await alice.has_been_here()
    card = await alice.has_a_card()
    # No photo, no paid call: the queue is as long as this lasts.
    stage.gate.fail("getFile", status=500, description="Internal Server Error", times=1000)

    await alice.taps(TRY_IT_ON, card)
    await alice.sees("in the queue", button="✖️ Cancel")
    await alice.taps("✖️ Cancel", card)

    await alice.sees("Cancelled.", button="👕 Try on clothes")
    assert stage.books.balance(alice.id) == (3, 0)
    assert counter.calls == []


async def test_in_spanish(stage, person, counter):
    await stage.start_bot()
    lucia = person("Lucía", language_code="es")

    await lucia.sends_album([sample_jpeg("anna"), sample_jpeg("t-shirt")])
    await lucia.taps("✅ Sí, de acuerdo")
    card = await lucia.sees("¿Te la pruebas?", button="● Parte de arriba")
    await lucia.taps("✨ Probar", card)
    await lucia.sees("¡Aquí la tienes! Ha costado 1 crédito", photo=True)

    texts = [message.text or "" for message in lucia.from_bot]
    assert not [text for text in texts if "credit" in text or " you " in text]
    assert counter.is_content
