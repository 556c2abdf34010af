"""Both photos as an album, as files, as forwards, as a reply: every way leads to the right card."""

import json

import pytest

from bot.sandbox.telegram.model import Upload
from tests.e2e.person import ASKS_GARMENT, CARD, TRY_IT_ON, Person, picture

pytestmark = pytest.mark.network

NO_PICTURE = "I can't use that as a picture."


def ordered(person: Person) -> list[str]:
    """Return the stable ids of the photos of the newest job: the person's, then the garment's."""
    photos = json.loads(person.stage.books.jobs(person.id)[-1]["request"])["photos"]
    return [photos["person"]["unique_id"], photos["garment"]["unique_id"]]


def unique_id(message) -> str:
    return message.photo.largest.file_unique_id if message.photo else message.document.file_unique_id


async def test_album_is_taken_in_order(stage, alice):
    await stage.start_bot()
    await alice.has_been_here()

    parts = await alice.sends_album()
    await alice.sees(CARD)
    await alice.taps(TRY_IT_ON)

    result = await alice.gets_a_picture()
    assert ordered(alice) == [unique_id(part) for part in parts]
    assert result.reply_to_id == parts[1].id


async def test_album_is_the_very_first_thing_somebody_sends(stage, alice):
    await stage.start_bot()

    await alice.sends_album()
    await alice.taps("Yes, I agree")
    await alice.taps(TRY_IT_ON)

    await alice.gets_a_picture()


async def test_a_late_part_of_an_album_fills_the_empty_slot(stage, alice):
    await stage.start_bot()
    await alice.has_been_here()

    [first] = await alice.sends_album([alice.new_picture()], album_id="12345678901234567")
    await alice.sees(ASKS_GARMENT)
    [late] = await alice.sends_album([alice.new_picture()], album_id="12345678901234567")
    await alice.sees(CARD)
    await alice.taps(TRY_IT_ON)

    await alice.gets_a_picture()
    assert ordered(alice) == [unique_id(first), unique_id(late)]


async def test_photos_as_files(stage, alice):
    await stage.start_bot()
    await alice.has_been_here()

    first = await alice.sends_file(name="me.jpg")
    await alice.sees(ASKS_GARMENT)
    second = await alice.sends_file(name="dress.JPG", mime_type="application/octet-stream")
    await alice.sees(CARD)
    await alice.taps(TRY_IT_ON)

    result = await alice.gets_a_picture()
    assert ordered(alice) == [unique_id(first), unique_id(second)]
    assert result.reply_to_id == second.id


async def test_forwarded_photos(stage, alice):
    await stage.start_bot()
    await alice.has_been_here()
    first, second = await alice.sends_album()
    await alice.sees(CARD)
    await alice.taps("✖️ Stop")
    before = alice.last_id

    [forwarded_second] = await alice.forwards([second])
    await alice.sees(ASKS_GARMENT, after=before)
    [forwarded_first] = await alice.forwards([first])
    await alice.sees(CARD, after=before)
    await alice.taps(TRY_IT_ON)

    await alice.gets_a_picture()
    assert ordered(alice) == [unique_id(forwarded_second), unique_id(forwarded_first)]


async def test_the_garment_as_a_reply_to_an_older_photo(stage, alice):
    await stage.start_bot()
    await alice.has_been_here()
    older = await alice.sends_photo()
    await alice.sees(ASKS_GARMENT)
    await alice.taps("✖️ Stop")

    garment = await alice.sends_photo(reply_to=older.id)
    await alice.sees(CARD)
    await alice.taps(TRY_IT_ON)

    await alice.gets_a_picture()
    assert ordered(alice) == [unique_id(older), unique_id(garment)]


async def test_swapped_photos_change_places(stage, alice):
    await stage.start_bot()
    await alice.has_been_here()
    parts = await alice.sends_album()
    card = await alice.sees(CARD)

    await alice.taps("🔁 Swap photos", card)
    await alice.taps(TRY_IT_ON)

    result = await alice.gets_a_picture()
    assert ordered(alice) == [unique_id(parts[1]), unique_id(parts[0])]
    assert result.reply_to_id == parts[0].id


async def test_what_is_no_picture_is_answered_once_whatever_it_is(stage, alice):
    await stage.start_bot()
    await alice.has_been_here()
    for number, kind in enumerate(("sticker", "voice", "video", "animation"), start=1):
        sent = await stage.world.person_sends_other(alice.id, alice.id, kind)
        answer = await alice.sees(NO_PICTURE, button="💡 How it works", after=sent.id)
        assert answer.reply_to_id == sent.id
        assert len(alice.finds(NO_PICTURE)) == number

    files = [Upload(f"{number}.txt", b"words", "text/plain") for number in range(5)]
    first, *_ = await stage.world.person_sends_documents(alice.id, alice.id, files)
    await stage.quiet()
    [answer] = alice.finds(NO_PICTURE, after=first.id)
    assert answer.reply_to_id == first.id

    small = [picture(number, (90, 120)) for number in range(5)]
    first, *_ = await alice.sends_album(small)
    await stage.quiet()
    assert len(alice.finds("That picture is too small", after=first.id)) == 1
    await alice.says("/looks")
    await alice.sees("You have no saved photos yet.")
    first, *_ = await alice.sends_album(small)
    await stage.quiet()
    assert len(alice.finds("That picture is too small", after=first.id)) == 1


async def test_an_unreadable_file_is_refused_before_anything_is_charged(stage, alice):
    await stage.start_bot()
    await alice.has_been_here()

    broken = await alice.sends_file(b"\xff\xd8\xff\xe0 this is no picture", name="me.jpg")

    answer = await alice.sees("Please send another photo; nothing was charged.", button="💡 How it works")
    assert answer.reply_to_id == broken.id
    await alice.sends_file(picture(1)[:2000], name="half.jpg")
    await alice.sees("damaged")
    await alice.sends_file(b"%PDF-1.7", name="bill.pdf", mime_type="application/pdf")
    await alice.sees("A photo works best")
    await alice.has_a_card()
    assert stage.books.balance(alice.id) == (3, 0)
