"""Updates that were stored before a crash, payments among them, are handled and never lost."""

import time

import pytest

from bot.sandbox.telegram.gate import CallState, Moment
from tests.e2e.person import ASKS_GARMENT

pytestmark = pytest.mark.network


async def stored(stage, **content) -> int:
    """Store an update as the bot does before it confirms it to Telegram, and return its id."""
    update_id = 900_000_000 + len(stage.books.rows("SELECT 1 FROM updates"))
    bot_id = int(stage.settings["TELEGRAM_BOT_TOKEN"].split(":")[0])
    await stage.books.store_update(bot_id, {"update_id": update_id, **content})
    return update_id


def account_of(person) -> dict[str, object]:
    return {"id": person.id, "is_bot": False, "first_name": person.account.first_name, "language_code": "en"}


def message_of(person, **content) -> dict[str, object]:
    chat = {"id": person.id, "type": "private", "first_name": person.account.first_name}
    return {"message_id": 77, "date": int(time.time()), "chat": chat, "from": account_of(person), **content}


async def test_a_stored_payment_is_handled_after_the_start(stage, alice):
    await alice.has_been_here()
    payment = {
        "currency": "XTR",
        "total_amount": 75,
        "invoice_payload": "10",
        "telegram_payment_charge_id": "charge-1",
        "provider_payment_charge_id": "",
    }
    update_id = await stored(stage, message=message_of(alice, successful_payment=payment))

    await stage.start_bot()

    await stage.quiet()
    [row] = stage.books.rows("SELECT * FROM updates WHERE update_id = ?", update_id)
    assert row["done_at"] is not None
    assert row["set_aside_at"] is None


async def test_a_stored_checkout_question_is_handled_after_the_start(stage, alice):
    question = {
        "id": "4711",
        "from": account_of(alice),
        "currency": "XTR",
        "total_amount": 75,
        "invoice_payload": "10",
    }
    update_id = await stored(stage, pre_checkout_query=question)

    await stage.start_bot()

    await stage.quiet()
    [row] = stage.books.rows("SELECT * FROM updates WHERE update_id = ?", update_id)
    assert (row["done_at"] is not None, row["set_aside_at"]) == (True, None)


async def test_photos_sent_while_the_bot_is_down_wait_for_it(stage, alice):
    bot = await stage.start_bot()
    await alice.has_been_here()
    await bot.kill()

    await alice.sends_photo()
    await stage.start_bot()

    await alice.sees(ASKS_GARMENT)


async def test_what_telegram_delivers_twice_is_handled_once(stage, alice):
    bot = await stage.start_bot()
    await alice.has_been_here()
    # The call that would confirm the message never gets through.
    confirmation = stage.gate.hold("getUpdates", Moment.BEFORE)
    await alice.says("/credits")
    await alice.sees("You have 3 credits.")
    call = await confirmation.arrived()
    await stage.until(lambda: not stage.books.unfinished(), what="the message to be handled")

    await bot.kill()
    await stage.until(lambda: call.state is CallState.LOST, what="the server to see that nobody waits")
    stage.gate.clear()
    assert len(stage.world.bot.queue) == 1
    await stage.start_bot()

    await stage.until(lambda: len(stage.world.bot.queue) == 0, what="the message to be confirmed")
    await alice.says("/help")
    await alice.sees("How it works")
    assert len(alice.finds("You have 3 credits.")) == 1
