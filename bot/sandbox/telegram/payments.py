"""Bills in Stars: people pay, turn back and get refunds."""

import secrets
from dataclasses import replace

from bot.sandbox.telegram.bots import BotAccount, StarTransaction
from bot.sandbox.telegram.changes import StarsChanged
from bot.sandbox.telegram.delivery import tell_bots
from bot.sandbox.telegram.model import Chat, Invoice, Message, Payment, PaymentOutcome
from bot.sandbox.telegram.shapes import user_json
from bot.sandbox.telegram.state import ChatRef, NotPossibleError, PaidCharge
from bot.sandbox.telegram.taps import TapActions

MAX_CHARGES = 10_000
STARS = "XTR"


class ChargeUnknownError(Exception):
    """There is no such payment of this person to this bot."""


class ChargeRefundedError(Exception):
    """This payment was given back before."""


class PaymentActions(TapActions):
    """Paying, with the checkout question to the bot in between."""

    def give_stars(self, person_id: int, amount: int) -> int:
        """Add Stars to a person's balance (a negative amount takes some) and return it."""
        balance = self.stars[self.person(person_id).id] + amount
        if balance < 0:
            raise NotPossibleError(f"{person_id} has only {self.stars[person_id]} Stars")
        self.stars[person_id] = balance
        self.publish(StarsChanged(person_id, balance))
        return balance

    async def person_pays(self, person_id: int, chat: ChatRef, message_id: int) -> PaymentOutcome:
        """Confirm a bill in a chat and wait until it is paid or refused."""
        where = self.chat(chat)
        message = self._must_see(where, message_id)
        if message.invoice is None:
            raise NotPossibleError(f"message {message_id} is no bill")
        return await self._pay(person_id, where, self.bots[message.sender_id], message.invoice, charge=True)

    async def person_declines(self, person_id: int, chat: ChatRef, message_id: int) -> PaymentOutcome:
        """Confirm a bill and turn back after the bot agreed: it saw a checkout and no payment follows."""
        where = self.chat(chat)
        message = self._must_see(where, message_id)
        if message.invoice is None:
            raise NotPossibleError(f"message {message_id} is no bill")
        return await self._pay(person_id, where, self.bots[message.sender_id], message.invoice, charge=False)

    async def person_pays_link(self, person_id: int, link: str) -> PaymentOutcome:
        """Open a link of createInvoiceLink and pay it; the receipt appears in the chat with the bot."""
        if link not in self.invoice_links:
            raise NotPossibleError(f"there is no bill behind {link}")
        bot_id, bill = self.invoice_links[link]
        where = self._enter(person_id, self.private_chat(person_id, bot_id))
        return await self._pay(person_id, where, self.bots[bot_id], bill, charge=True)

    def refund(self, bot: BotAccount, person_id: int, charge_id: str) -> Message:
        """Give Stars back; ChargeUnknownError, ChargeRefundedError."""
        charge = self.charges.get(charge_id)
        if charge is None or (charge.bot_id, charge.person_id) != (bot.id, person_id):
            raise ChargeUnknownError(charge_id)
        if charge.payment.refunded:
            raise ChargeRefundedError(charge_id)
        back = replace(charge.payment, refunded=True)
        self.charges[charge_id] = replace(charge, payment=back)
        self.give_stars(person_id, back.amount)
        self._book(bot, person_id, back, incoming=False)
        return self._receipt(charge.chat, bot.id, back)

    async def _pay(
        self, person_id: int, chat: Chat, bot: BotAccount, bill: Invoice, *, charge: bool
    ) -> PaymentOutcome:
        if bill.currency == STARS and self.stars[self.person(person_id).id] < bill.amount:
            return PaymentOutcome(ok=False, reason="BALANCE_TOO_LOW")
        question = self.checkouts.ask(bot.id, person_id)
        payload = {
            "id": question.id,
            "from": user_json(self, person_id),
            "currency": bill.currency,
            "total_amount": bill.amount,
            "invoice_payload": bill.payload,
        }
        bot.queue.push("pre_checkout_query", payload)
        answer = await question.answer(self.checkouts.lifetime)
        if answer is None:
            return PaymentOutcome(ok=False, reason="BOT_PRECHECKOUT_TIMEOUT")
        if not answer.ok:
            return PaymentOutcome(ok=False, reason=answer.error_message)
        if not charge:
            return PaymentOutcome(ok=False, reason="PAYMENT_CANCELLED")
        return self._settle(person_id, chat, bot, bill)

    def _settle(self, person_id: int, chat: Chat, bot: BotAccount, bill: Invoice) -> PaymentOutcome:
        if bill.currency == STARS:
            if self.stars[person_id] < bill.amount:
                return PaymentOutcome(ok=False, reason="BALANCE_TOO_LOW")
            self.give_stars(person_id, -bill.amount)
        payment = Payment(
            currency=bill.currency,
            amount=bill.amount,
            payload=bill.payload,
            charge_id="stx" + secrets.token_urlsafe(48),
        )
        while len(self.charges) >= MAX_CHARGES:
            self.charges.pop(next(iter(self.charges)))
        self.charges[payment.charge_id] = PaidCharge(
            bot_id=bot.id, person_id=person_id, chat=chat, payment=payment
        )
        self._book(bot, person_id, payment, incoming=True)
        self._receipt(chat, person_id, payment)
        return PaymentOutcome(ok=True, charge_id=payment.charge_id)

    def _receipt(self, chat: Chat, sender_id: int, payment: Payment) -> Message:
        """Show the line about a payment; the bot gets it as an update, its own refund included."""
        message = Message(
            chat_id=chat.id,
            id=self.next_message_id(chat),
            date=self.unix_now(),
            sender_id=sender_id,
            payment=payment,
        )
        shown = self.add_message(chat, message)
        tell_bots(self, chat, shown)
        return shown

    def _book(self, bot: BotAccount, person_id: int, payment: Payment, *, incoming: bool) -> None:
        if payment.currency != STARS:
            return
        bot.stars += payment.amount if incoming else -payment.amount
        bot.transactions.append(
            StarTransaction(
                id=payment.charge_id,
                date=self.unix_now(),
                person_id=person_id,
                amount=payment.amount,
                payload=payment.payload,
                incoming=incoming,
            )
        )
        del bot.transactions[:-MAX_CHARGES]
