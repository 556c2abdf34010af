"""Buttons that nobody was shown: with numbers that no row has, or that no database can hold."""

import pytest

from bot.sandbox.telegram.model import CallbackAnswer
from tests.e2e.person import CARD, TRY_IT_ON
from tests.e2e.stage import PATIENCE
from tests.e2e.wishes import bot_offers

pytestmark = pytest.mark.network

# Beyond 64 bits, and beyond 32.
LARGE, COUNT = 2**63, 2**31
ABOUT_A_PICTURE = ("full", "keep", "more", "ba", "card", "up", "down", "bad", "badyes", "on")
ABOUT_A_ROW = ("og", "op", "ol", "del", "delyes", "retry", "lu", "ln", "ld", "ldy", "wear", "again", "anew")


async def taps_forged(stage, alice, data) -> CallbackAnswer:
    """Tap a button of the bot's with this code, as somebody can who speaks Telegram's protocol."""
    message = await bot_offers(alice, data)
    tap = await stage.world.person_taps_button(alice.id, alice.id, message.id, data=data)
    answer = await tap.answer(PATIENCE)
    assert answer is not None, data
    return answer


@pytest.mark.parametrize("address", ["sqlite", "postgresql"], indirect=True)
async def test_forged_numbers_are_answered_and_break_nothing(stage, alice, address):
    await stage.start_bot()
    await alice.has_been_here()
    await alice.orders()
    picture = await alice.gets_a_picture()
    [job] = stage.books.jobs(alice.id)
    for verb in (*ABOUT_A_PICTURE, *ABOUT_A_ROW):
        await taps_forged(stage, alice, f"{verb}:{LARGE}")
    for verb in ABOUT_A_PICTURE:
        await taps_forged(stage, alice, f"{verb}:{job['id']}:{COUNT}")
    await stage.quiet()
    # Nothing was made, nothing given back, and the picture can still be used.
    assert stage.paid_calls() == 1
    assert stage.books.balance(alice.id) == (2, 0)
    await alice.taps("⋯ More", picture)
    answer = await alice.taps("👍", picture)
    assert answer.text == "Thank you, glad you like it!"


@pytest.mark.parametrize("address", ["sqlite", "postgresql"], indirect=True)
async def test_a_forged_page_of_ones_own_pictures_is_the_first_one(stage, alice, address):
    await stage.start_bot()
    await alice.has_been_here()
    await alice.taps(TRY_IT_ON, await alice.has_a_card())
    await alice.gets_a_picture()
    await stage.quiet()
    for offset in ("9" * 20 + ".1", "1." + "9" * 20, "1.4294967296", "-1.-1", "x"):
        ask = await stage.world.person_inline_query(alice.id, "", offset=offset)
        answer = await ask.answer(PATIENCE)
        assert answer is not None, offset
        assert len(answer.results) == 1, offset
    assert CARD not in stage.transcript()
