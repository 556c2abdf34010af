"""Methods around bills and Stars."""

import secrets
from dataclasses import replace

from bot.sandbox.telegram.bots import StarTransaction
from bot.sandbox.telegram.calls import Call, Method
from bot.sandbox.telegram.errors import bad_request
from bot.sandbox.telegram.keyboards import reply_markup
from bot.sandbox.telegram.model import Button, Invoice, Keyboard
from bot.sandbox.telegram.outgoing import new_message, post
from bot.sandbox.telegram.payments import STARS, ChargeRefundedError, ChargeUnknownError
from bot.sandbox.telegram.queries import CheckoutAnswer, QueryGoneError
from bot.sandbox.telegram.shapes import Json, message_json, user_json

MAX_TITLE, MAX_DESCRIPTION, MAX_PAYLOAD_BYTES = 32, 255, 128
MAX_LINKS = 10_000
MAX_TRANSACTIONS = 100
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


async def send_invoice(call: Call) -> Json:
    """Send a bill; without a keyboard it gets a pay button."""
    bill = _bill(call)
    chat, draft = new_message(call, "text messages")
    markup = reply_markup(call.params)
    if markup is None:
        markup = Keyboard(((Button(text=f"Pay {bill.amount} {bill.currency}", pay=True),),))
    elif isinstance(markup, Keyboard) and not markup.rows[0][0].pay:
        raise bad_request("the first button of the reply markup must be a Pay button")
    call.flood.count(call.bot.id, chat)
    return message_json(call.world, chat, post(call, chat, replace(draft, invoice=bill), markup))


async def create_invoice_link(call: Call) -> str:
    """Make a link behind which anybody can pay."""
    link = "https://t.me/$" + secrets.token_urlsafe(16)
    links = call.world.invoice_links
    while len(links) >= MAX_LINKS:
        links.pop(next(iter(links)))
    links[link] = (call.bot.id, replace(_bill(call), link=link))
    return link


async def answer_pre_checkout_query(call: Call) -> bool:
    """Agree to a payment or refuse it, within 10 seconds."""
    ok, message = call.params.flag("ok"), call.params.text("error_message")
    if not ok and not message:
        raise bad_request("ERROR_TEXT_EMPTY")
    answer = CheckoutAnswer(ok, message or None)
    try:
        call.world.checkouts.answer(call.bot.id, call.params.text("pre_checkout_query_id"), answer)
    except QueryGoneError:
        raise bad_request(TOO_OLD) from None
    return True


async def refund_star_payment(call: Call) -> bool:
    """Give a payment in Stars back."""
    charge_id = call.params.text("telegram_payment_charge_id")
    try:
        call.world.refund(call.bot, call.params.integer("user_id"), charge_id)
    except ChargeUnknownError:
        raise bad_request("CHARGE_NOT_FOUND") from None
    except ChargeRefundedError:
        raise bad_request("CHARGE_ALREADY_REFUNDED") from None
    return True


async def get_star_transactions(call: Call) -> Json:
    """List the bot's Stars, oldest first."""
    offset = max(0, call.params.integer("offset"))
    limit = min(MAX_TRANSACTIONS, max(1, call.params.integer("limit", MAX_TRANSACTIONS)))
    chosen = call.bot.transactions[offset : offset + limit]
    return {"transactions": [_transaction_json(call, one) for one in chosen]}


async def get_my_star_balance(call: Call) -> Json:
    """Say how many Stars the bot has."""
    return {"amount": call.bot.stars}


def _transaction_json(call: Call, one: StarTransaction) -> Json:
    partner = {
        "type": "user",
        "transaction_type": "invoice_payment",
        "user": user_json(call.world, one.person_id),
        "invoice_payload": one.payload,
    }
    side = "source" if one.incoming else "receiver"
    return {"id": one.id, "amount": one.amount, "date": one.date, side: partner}


def _bill(call: Call) -> Invoice:
    params = call.params
    title, description = params.text("title"), params.text("description")
    payload, currency = params.text("payload"), params.text("currency")
    if not 1 <= len(title) <= MAX_TITLE:
        raise bad_request("INVOICE_TITLE_INVALID")
    if not 1 <= len(description) <= MAX_DESCRIPTION:
        raise bad_request("INVOICE_DESCRIPTION_INVALID")
    if not 1 <= len(payload.encode()) <= MAX_PAYLOAD_BYTES:
        raise bad_request("INVOICE_PAYLOAD_INVALID")
    if currency != STARS and not params.text("provider_token"):
        raise bad_request("PAYMENT_PROVIDER_INVALID")
    return Invoice(
        title=title,
        description=description,
        payload=payload,
        currency=currency,
        amount=_total(call, currency),
    )


def _total(call: Call, currency: str) -> int:
    prices = call.params.array("prices", "prices") or []
    try:
        amounts = [int(one["amount"]) for one in prices]
    except (KeyError, TypeError, ValueError):
        raise bad_request("can't parse LabeledPrice") from None
    if not amounts or (currency == STARS and len(amounts) != 1):
        raise bad_request("STARS_INVOICE_INVALID" if amounts else "there are no prices in the request")
    if sum(amounts) <= 0:
        raise bad_request("CURRENCY_TOTAL_AMOUNT_INVALID")
    return sum(amounts)


METHODS: dict[str, Method] = {
    "sendinvoice": send_invoice,
    "createinvoicelink": create_invoice_link,
    "answerprecheckoutquery": answer_pre_checkout_query,
    "refundstarpayment": refund_star_payment,
    "getstartransactions": get_star_transactions,
    "getmystarbalance": get_my_star_balance,
}
