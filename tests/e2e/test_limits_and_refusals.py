"""Too few credits, too many open, failures, second thoughts: nothing is charged that brings no picture."""

import asyncio

import pytest

from bot.sandbox.providers.tryiton.faults import Fate, FateKind, Fault, Manner, Place
from tests.e2e.person import TRY_IT_ON
from tests.e2e.stage import NEVER, WAITS_FOR_EVER
from tests.e2e.wishes import bot_offers

pytestmark = pytest.mark.network

TOO_OLD = "This button is from an earlier try-on. Send a photo to begin a new one."


async def test_cancel_while_queued_gives_the_price_back(stage, alice, person):
    bruno = person("Bruno")
    stage.tryiton.faults.add_fate(Fate(seconds=NEVER))
    await stage.start_bot(TRYITON_CONCURRENCY="1", **WAITS_FOR_EVER)
    await bruno.has_been_here()
    await bruno.orders()
    await stage.until(lambda: stage.tryiton.jobs, what="Bruno's picture to be under way")
    await alice.has_been_here()

    card = await alice.orders()
    await alice.sees("in the queue", button="✖️ Cancel")
    assert stage.books.balance(alice.id) == (2, 1)
    await alice.taps("✖️ Cancel", card)

    await alice.sees("Cancelled.", button="👕 Try on clothes")
    assert stage.books.balance(alice.id) == (3, 0)
    assert stage.books.job_states(alice.id) == ["cancelled"]
    stage.tryiton.finish()
    await bruno.gets_a_picture()
    assert len(stage.tryiton.jobs) == 1


async def test_cancel_comes_too_late_once_it_is_being_made(stage, alice):
    await stage.start_bot()
    await alice.has_been_here()
    stage.tryiton.faults.add(Place.SUBMIT, Fault(Manner.HOLD))
    await alice.orders()
    [code] = [
        button.callback_data
        for button in (await alice.sees(button="✖️ Cancel")).keyboard.buttons()
        if "Cancel" in button.text
    ]
    await stage.held_at_the_provider()
    # The button as a phone still shows it that has not heard of the progress.
    late = await bot_offers(alice, code)

    answer = await alice.taps(code, late)

    assert "can't be stopped any more" in answer.text
    stage.sandbox.tryiton.door.release()
    await alice.gets_a_picture()
    await stage.quiet()
    assert stage.books.balance(alice.id) == (2, 0)


async def test_too_few_credits_until_the_operator_grants_some(stage, alice):
    await stage.start_bot(FREE_CREDITS="0")
    await alice.has_been_here(credits_=0)
    card = await alice.has_a_card()
    assert "That is not enough yet." in card.text

    answer = await alice.taps(TRY_IT_ON, card)

    assert answer.show_alert
    assert answer.text == "This costs 1 credit, you have 0 credits. Nothing was charged."
    assert stage.books.jobs() == []
    await stage.command("grant", str(alice.id), "2", "--reason", "a test")
    await alice.sees("You were given 2 credits")
    await alice.taps(TRY_IT_ON, card)
    await alice.gets_a_picture()
    await stage.quiet()
    assert stage.books.balance(alice.id) == (1, 0)


async def test_too_many_open(stage, alice):
    stage.tryiton.faults.add_fate(Fate(seconds=NEVER))
    await stage.start_bot(MAX_OPEN_JOBS="1", **WAITS_FOR_EVER)
    await alice.has_been_here()
    first = await alice.orders()
    await stage.until(lambda: stage.tryiton.jobs, what="the first picture to be under way")
    await alice.sends_photo()
    card = await alice.sees("I use your saved photo.", after=first.id)

    answer = await alice.taps(TRY_IT_ON, card)

    assert answer.show_alert
    assert answer.text == "1 picture of yours is still on its way. Wait for it, then tap again."
    stage.tryiton.finish()
    await alice.gets_a_picture()
    await alice.taps(TRY_IT_ON, card)
    await alice.sees("you have 1 credit left", photo=True)


async def test_double_tap_makes_one_job(stage, alice):
    await stage.start_bot()
    await alice.has_been_here()
    card = await alice.has_a_card()

    await asyncio.gather(*(alice.taps_and_goes(TRY_IT_ON, card) for _ in range(4)))

    await alice.gets_a_picture()
    await stage.quiet()
    assert stage.books.job_states() == ["delivered"]
    assert stage.books.balance(alice.id) == (2, 0)
    assert len(stage.tryiton.jobs) == 1


async def test_buttons_outlive_a_restart(stage, alice):
    bot = await stage.start_bot()
    await alice.has_been_here()
    card = await alice.has_a_card()
    await bot.terminate()
    await stage.start_bot()

    await alice.taps("Trousers or skirt", card)
    await alice.sees(button="● Trousers or skirt")
    await alice.taps(TRY_IT_ON, card)

    picture = await alice.gets_a_picture()
    await alice.taps("⬇️ Full-size file", picture)
    await alice.sees(document=True)


async def test_buttons_of_an_earlier_try_on_say_so(stage, alice):
    await stage.start_bot()
    await alice.has_been_here()
    old = await alice.has_a_card()
    stage.gate.fail("deleteMessage", status=400, description="Bad Request: message can't be deleted", times=9)
    await alice.says("/cancel")
    await alice.sees("Stopped. Nothing was charged.")

    answers = [await alice.taps(label, old) for label in (TRY_IT_ON, "Top", "🔁 Swap photos")]

    assert [(answer.show_alert, answer.text) for answer in answers] == [(True, TOO_OLD)] * 3
    assert stage.books.jobs() == []


async def test_a_picture_that_fails_costs_nothing_and_one_tap_tries_again(stage, alice):
    stage.tryiton.faults.add_fate(Fate(FateKind.FAIL))
    await stage.start_bot()
    await alice.has_been_here()
    await alice.orders()

    notice = await alice.sees("The picture did not work out.", button="🔄 Try again")

    assert "It cost nothing: 1 credit" in notice.text
    assert stage.books.balance(alice.id) == (3, 0)
    assert [one.id for one in alice.finds("▓")] == []
    await alice.taps("🔄 Try again", notice)
    picture = await alice.gets_a_picture()
    assert picture.reply_to_id is not None
    await stage.quiet()
    assert stage.books.job_states() == ["failed", "delivered"]
    assert stage.books.balance(alice.id) == (2, 0)
    assert alice.finds("did not work out") == []


async def test_a_garment_photo_that_telegram_lost_is_told(stage, alice):
    await stage.start_bot()
    await alice.has_been_here()
    card = await alice.has_a_card()
    stage.gate.fail(
        "getFile",
        status=400,
        description="Bad Request: wrong file_id or the file is temporarily unavailable",
        times=1000,
    )

    await alice.taps(TRY_IT_ON, card)

    await alice.sees("Telegram no longer has your photo.", button="🤳 Another photo of me")
    assert stage.books.balance(alice.id) == (3, 0)
    assert stage.tryiton.journal.submissions == []
