"""Wishes that go straight into the queue, as a confirmation puts them there."""

import time

from bot.wish import PhotoRef, Wish, wish_to_json
from storage.database import Database
from storage.jobs import NewJob
from tests.e2e.person import CARD, Person


async def photos_sent(person: Person) -> list[PhotoRef]:
    """Send two photos and return them as the bot knows them."""
    await person.has_been_here()
    await person.sends_album()
    await person.sees(CARD)
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
