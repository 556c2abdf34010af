"""Bills in Stars, with a real client on the bot's side."""

import asyncio

import pytest
from telegram import LabeledPrice
from telegram.error import BadRequest

from bot.sandbox.telegram.changes import StarsChanged

pytestmark = [pytest.mark.network, pytest.mark.plays_the_bot]


@pytest.fixture
async def bill(bot, world, ann):
    await world.person_starts(ann.id)
    await bot.get_updates(offset=-1)
    return await bot.send_invoice(
        ann.id, "30 credits", "For 30 pictures", "pack:30", "XTR", [LabeledPrice("30", 200)]
    )


async def next_update(bot, kind):
    async with asyncio.timeout(60):
        while True:
            for update in await bot.get_updates(timeout=2):
                if getattr(update, kind) is not None:
                    return update
            await asyncio.sleep(0.01)


async def checkout(bot):
    return (await next_update(bot, "pre_checkout_query")).pre_checkout_query


async def test_bill_has_a_pay_button(bill, world, ann):
    assert (bill.invoice.title, bill.invoice.total_amount, bill.invoice.currency) == (
        "30 credits",
        200,
        "XTR",
    )
    assert world.messages(ann.id)[-1].keyboard.rows[0][0].pay is True


async def test_paying_asks_charges_and_tells_the_bot(bot, bill, world, ann):
    paying = asyncio.create_task(world.person_pays(ann.id, ann.id, bill.message_id))
    question = await checkout(bot)
    assert (question.invoice_payload, question.total_amount, question.from_user.id) == (
        "pack:30",
        200,
        ann.id,
    )
    assert not paying.done()
    with world.subscribe() as changes:
        await question.answer(ok=True)
        outcome = await paying
        change = await changes.next()
    assert (outcome.ok, world.stars[ann.id], change) == (True, 300, StarsChanged(ann.id, 300))
    paid = (await bot.get_updates())[-1].message.successful_payment
    assert (paid.telegram_payment_charge_id, paid.invoice_payload) == (outcome.charge_id, "pack:30")
    assert (await bot.get_my_star_balance()).amount == 200


async def test_refused_checkout_charges_nothing(bot, bill, world, ann):
    paying = asyncio.create_task(world.person_pays(ann.id, ann.id, bill.message_id))
    question = await checkout(bot)
    await question.answer(ok=False, error_message="Sold out")
    outcome = await paying
    assert (outcome.ok, outcome.reason, world.stars[ann.id]) == (False, "Sold out", 500)
    with pytest.raises(BadRequest, match=r"(?i)query is too old"):
        await question.answer(ok=True)


async def test_turning_back_after_the_checkout_pays_nothing(bot, bill, world, ann):
    declining = asyncio.create_task(world.person_declines(ann.id, ann.id, bill.message_id))
    await (await checkout(bot)).answer(ok=True)
    assert (await declining).reason == "PAYMENT_CANCELLED"
    assert world.stars[ann.id] == 500
    assert all(update.message is None for update in await bot.get_updates(offset=-1))


async def test_bot_that_does_not_answer_gets_no_payment(bot, bill, world, ann, monkeypatch):
    monkeypatch.setattr(world.checkouts, "_lifetime", 0.05)
    outcome = await world.person_pays(ann.id, ann.id, bill.message_id)
    assert (outcome.ok, outcome.reason) == (False, "BOT_PRECHECKOUT_TIMEOUT")


async def test_too_few_stars_ask_nobody(bot, bill, world, ann):
    world.give_stars(ann.id, -400)
    outcome = await world.person_pays(ann.id, ann.id, bill.message_id)
    assert outcome.reason == "BALANCE_TOO_LOW"
    assert await bot.get_updates(offset=-1, timeout=0) == await bot.get_updates()


async def test_refund_once_and_transactions(bot, bill, world, ann, ben):
    paying = asyncio.create_task(world.person_pays(ann.id, ann.id, bill.message_id))
    await (await checkout(bot)).answer(ok=True)
    charge_id = (await paying).charge_id
    with pytest.raises(BadRequest, match=r"(?i)charge_not_found"):
        await bot.refund_star_payment(ben.id, charge_id)
    assert await bot.refund_star_payment(ann.id, charge_id)
    with pytest.raises(BadRequest, match=r"(?i)charge_already_refunded"):
        await bot.refund_star_payment(ann.id, charge_id)
    assert world.stars[ann.id] == 500
    assert world.messages(ann.id)[-1].payment.refunded
    told = (await bot.get_updates())[-1].message
    assert told.refunded_payment.telegram_payment_charge_id == charge_id
    paid, back = (await bot.get_star_transactions()).transactions
    assert (paid.id, paid.source.user.id, paid.source.invoice_payload) == (charge_id, ann.id, "pack:30")
    assert (back.id, back.receiver.user.id, back.amount) == (charge_id, ann.id, 200)


async def test_anybody_pays_behind_a_link(bot, world, ann, ben):
    world.give_stars(ben.id, 100)
    link = await bot.create_invoice_link("10", "Ten", "pack:10", "XTR", [LabeledPrice("10", 75)])
    paying = asyncio.create_task(world.person_pays_link(ben.id, link))
    await (await checkout(bot)).answer(ok=True)
    assert (await paying).ok
    assert world.messages(ben.id)[-1].payment.payload == "pack:10"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"title": "x" * 33}, "INVOICE_TITLE_INVALID"),
        ({"description": ""}, "INVOICE_DESCRIPTION_INVALID"),
        ({"payload": ""}, "INVOICE_PAYLOAD_INVALID"),
        ({"prices": [LabeledPrice("a", 1), LabeledPrice("b", 2)]}, "STARS_INVOICE_INVALID"),
        ({"currency": "EUR"}, "PAYMENT_PROVIDER_INVALID"),
    ],
)
async def test_bills_telegram_refuses(bot, change, reason):
    fields = {
        "title": "t",
        "description": "d",
        "payload": "p",
        "currency": "XTR",
        "prices": [LabeledPrice("a", 1)],
    }
    with pytest.raises(BadRequest) as refusal:
        await bot.create_invoice_link(**(fields | change))
    assert reason.lower() in refusal.value.message.lower()
