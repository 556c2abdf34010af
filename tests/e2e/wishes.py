"""Wishes that go straight into the queue, as a confirmation puts them there."""

import time

import httpx

from bot.sandbox.telegram.model import Message
from bot.wish import PhotoRef, Wish, wish_key, wish_to_json
from storage.database import Database
from storage.jobs import JobState, NewJob
from tests.e2e.person import CARD, Person


async def photos_sent(person: Person) -> list[PhotoRef]:
    """Send two photos and return them as the bot knows them."""
    await person.has_been_here()
    await person.sends_album()
    await person.sees(CARD)
    # Only then the bot has noted which message the card is.
    await person.stage.quiet()
    [draft] = person.stage.books.drafts(person.id)
    return [PhotoRef.from_json(draft["state"][role]["photo"]) for role in ("person", "garment")]


async def queued(person: Person, wish: Wish, price: int) -> None:
    """Turn the draft into a job with its hold, as a confirmation does."""
    now = time.time()
    async with Database(person.stage.books.address) as database, database.transaction() as tx:
        draft = await tx.drafts.delete(person.id, person.id)
        assert draft is not None
        new = NewJob(
            user_id=person.id,
            chat_id=person.id,
            thread_id=None,
            reply_to=None,
            card_message_id=draft.message_id,
            confirmation_id=f"steps-{person.id}",
            ability=wish.ability.value,
            request=wish_to_json(wish),
            price=price,
            outputs=wish.outputs,
            steps=wish.steps,
        )
        job = await tx.jobs.add(new, now)
        assert job is not None
        await tx.ledger.hold(person.id, job.id, price, at=now)


async def delivered(person: Person, wish: Wish, file_id: str, *, is_file: bool = False) -> int:
    """Let a person have a picture of this wish for one credit, as a delivery writes it down."""
    now = time.time()
    async with Database(person.stage.books.address) as database, database.transaction() as tx:
        new = NewJob(
            user_id=person.id,
            chat_id=person.id,
            thread_id=None,
            reply_to=None,
            card_message_id=None,
            confirmation_id=f"delivered-{person.id}",
            ability=wish.ability.value,
            request=wish_to_json(wish),
            price=1,
            wish_key=wish_key(wish),
        )
        job = await tx.jobs.add(new, now)
        assert job is not None
        await tx.ledger.hold(person.id, job.id, 1, at=now)
        await tx.results.add(job.id, 1, b"picture", "image/jpeg", 3, 4, now)
        placed = {"file_unique_id": f"made-{job.id}", "chat_id": person.id, "message_id": 1}
        await tx.results.delivered(job.id, 1, file_id=file_id, **placed, at=now)
        if is_file:
            await tx.results.keep_document(job.id, 1, file_id)
        await tx.ledger.capture(job.id, 1, 1, at=now)
        await tx.jobs.move(job.id, epoch=job.epoch, source=JobState.QUEUED, target=JobState.DELIVERED, at=now)
    return job.id


async def bot_offers(person: Person, code: str) -> Message:
    """Let the bot's chat hold a message with a button of this code."""
    stage = person.stage
    url = f"{stage.url}/telegram/bot{stage.settings['TELEGRAM_BOT_TOKEN']}/sendMessage"
    keys = {"inline_keyboard": [[{"text": code, "callback_data": code}]]}
    async with httpx.AsyncClient() as client:
        sent = await client.post(url, json={"chat_id": person.id, "text": "offered", "reply_markup": keys})
    message = stage.world.message(person.id, sent.json()["result"]["message_id"])
    assert message is not None
    return message
