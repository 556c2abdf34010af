"""Wishes of several paid calls, and of several pictures, from the queue to the chat."""

import io

import pytest
from PIL import Image
from sqlalchemy import update

from bot.sandbox.providers.tryiton.faults import Fate, FateKind
from bot.wish import ComparisonWish, HairStyle, HairstyleWish, OutfitWish
from storage.database import Database
from storage.schema import results
from tests.e2e.endings import FAILED, nothing_under_way
from tests.e2e.person import DONE
from tests.e2e.stage import NEVER, WAITS_FOR_EVER
from tests.e2e.wishes import photos_sent, queued

pytestmark = pytest.mark.network

STYLES = (HairStyle("BobCut", "red"), HairStyle("Afro"), HairStyle("LongWavy", "grey & blue"))


async def shown(stage, file_id: str) -> tuple[int, int]:
    """Return the size of a picture that is in a chat."""
    return Image.open(io.BytesIO(await stage.world.files.content(file_id))).size


async def test_a_comparison_comes_as_one_sheet_and_each_picture_at_full_size_with_one_tap(stage, alice):
    await stage.start_bot()
    me, _ = await photos_sent(alice)
    stage.tryiton.faults.add_fate(Fate())
    stage.tryiton.faults.add_fate(Fate(FateKind.FAIL))
    await queued(alice, ComparisonWish(me, STYLES), 3)
    sheet = await alice.gets_a_picture()
    assert sheet.text.splitlines() == [
        "1. Bob cut, red",
        "2. Long and wavy, grey & blue",
        "",
        "Here you are! It cost 2 credits; you have 1 credit left.",
        "1 more did not work out. It cost nothing: 1 credit is back in your account.",
        "Tap a number to get that picture in full size.",
    ]
    await nothing_under_way(alice)
    assert len(alice.finds(DONE)) == 1
    assert stage.books.balance(alice.id) == (1, 0)

    await alice.taps("⬇️ 2", sheet)

    file = await alice.sees("exactly as it was made", document=True)
    width, height = await shown(stage, file.document.file_id)
    sheet_width, sheet_height = await shown(stage, sheet.photo.largest.file_id)
    # Side by side on the sheet, one beside the other.
    assert sheet_width / sheet_height > 1.5 * width / height
    third = stage.tryiton.jobs[2]
    assert third.order.haircut == "LongWavy"
    account = stage.tryiton.account(stage.key)
    made = await stage.download(f"{stage.url}/tryiton/cdn/{account.user_id}/tryons/{third.outputs[0]}")
    assert await stage.world.files.content(file.document.file_id) == made
    query = "SELECT n FROM results WHERE document_file_id IS NOT NULL"
    await stage.until(lambda: stage.books.rows(query) == [{"n": 3}], what="the file to be remembered")

    # A picture that was on the sheet only can be the next photo now.
    await alice.taps("➡️ Go on with this picture", file)
    await alice.taps("👕 Clothes", await alice.sees("Let us go on with this picture."))
    await alice.sees("Now send me the garment", button="↩️ Back to the photo before")


async def test_a_picture_of_a_comparison_whose_original_is_gone_is_answered_with_the_sheet(stage, alice):
    await stage.start_bot()
    me, _ = await photos_sent(alice)
    await queued(alice, ComparisonWish(me, STYLES), 3)
    sheet = await alice.gets_a_picture()
    await nothing_under_way(alice)
    async with Database(stage.books.address) as database, database.transaction() as tx:
        gone = f"{stage.url}/tryiton/cdn/nobody/tryons/gone.png"
        await tx.link.rows(update(results).values(source_url=gone).where(results.c.n <= 3))

    await alice.taps("⬇️ 2", sheet)

    file = await alice.sees("this is the sheet with all of them", document=True)
    assert await shown(stage, file.document.file_id) == await shown(stage, sheet.photo.largest.file_id)


async def test_a_card_counts_the_steps_of_a_comparison(stage, alice):
    await stage.start_bot(**WAITS_FOR_EVER)
    me, _ = await photos_sent(alice)
    stage.tryiton.faults.add_fate(Fate(seconds=NEVER), times=3)
    await queued(alice, ComparisonWish(me, STYLES), 3)
    for step in (1, 2, 3):
        await alice.sees(f"Putting it on you: {step} of 3.")
        await stage.until(lambda step=step: len(stage.tryiton.jobs) == step, what="this step to be under way")
        stage.tryiton.finish()
    await alice.gets_a_picture()


async def test_an_outfit_in_two_calls_is_one_picture_at_one_price(stage, alice):
    await stage.start_bot()
    me, garment = await photos_sent(alice)
    await queued(alice, OutfitWish(me, garment, garment, chained=True), 2)
    await alice.gets_a_picture()
    await nothing_under_way(alice)
    assert len(alice.finds(DONE)) == 1
    assert stage.books.balance(alice.id) == (1, 0)
    upper, lower = stage.tryiton.jobs
    assert (upper.order.subcategory, lower.order.subcategory) == ("tops", "bottoms")
    # What the first call made is what the second one was given, and no byte of it is kept.
    assert upper.order.person.data != lower.order.person.data
    assert stage.books.rows("SELECT n FROM results WHERE body IS NOT NULL") == []


async def test_an_outfit_whose_second_call_fails_costs_nothing(stage, alice):
    await stage.start_bot()
    me, garment = await photos_sent(alice)
    stage.tryiton.faults.add_fate(Fate())
    stage.tryiton.faults.add_fate(Fate(FateKind.FAIL))
    await queued(alice, OutfitWish(me, garment, garment, chained=True), 2)
    failure = await alice.sees(FAILED)
    assert "2 credits are back" in failure.text
    await nothing_under_way(alice)
    assert stage.books.balance(alice.id) == (3, 0)
    assert stage.books.rows("SELECT n FROM results WHERE body IS NOT NULL") == []


async def test_variants_come_one_by_one_and_those_that_were_not_made_are_given_back(stage, alice):
    await stage.start_bot()
    me, _ = await photos_sent(alice)
    stage.tryiton.faults.add_fate(Fate(left_out=1))
    await queued(alice, HairstyleWish(me, "Afro", variants=3), 3)
    await alice.sees("1 more did not work out.", photo=True)
    await stage.quiet()
    await nothing_under_way(alice)
    first, last = alice.finds(DONE, photo=True)
    assert first.text == "Afro\nHere you are! It cost 1 credit; you have 0 credits left."
    assert last.text.startswith("Afro\nHere you are! It cost 1 credit; you have 1 credit left.")
    assert stage.books.balance(alice.id) == (1, 0)
    assert len(stage.tryiton.jobs) == 1
