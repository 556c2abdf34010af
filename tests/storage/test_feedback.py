"""What people say of pictures, and that credits for one come back once and within what it cost."""

import asyncio

import pytest

from storage.feedback import Opinion, Verdict
from storage.states import EntryKind, JobState


@pytest.fixture
def delivered(audited_db, rendered):
    """Make a job whose one picture is delivered and paid for."""

    async def run(confirmation="c1", *, price=2):
        job = await rendered(confirmation, price=price)
        async with audited_db.transaction() as tx:
            placed = {"file_id": "f", "file_unique_id": "u", "chat_id": 1, "message_id": 5}
            await tx.results.delivered(job.id, 1, **placed, at=5.0)
            await tx.ledger.capture(job.id, 1, price, at=5.0)
            await tx.jobs.move(
                job.id, epoch=job.epoch, source=JobState.RENDERED, target=JobState.DELIVERED, at=5.0
            )
        return job

    return run


async def test_the_newest_word_counts(audited_db, delivered):
    job = await delivered()
    async with audited_db.transaction() as tx:
        assert await tx.feedback.say(job.id, 1, 1, Verdict.UP, 6.0)
        assert not await tx.feedback.say(job.id, 1, 1, Verdict.UP, 7.0)
        assert await tx.feedback.say(job.id, 1, 1, Verdict.DOWN, 8.0)
        assert await tx.feedback.find(job.id, 1) == Opinion(job.id, 1, 1, Verdict.DOWN, 0, 8.0)
        assert await tx.feedback.find(job.id, 2) is None


async def test_a_complaint_that_gave_credits_back_stays(audited_db, delivered):
    job = await delivered()
    async with audited_db.transaction() as tx:
        await tx.feedback.say(job.id, 1, 1, Verdict.BAD, 6.0)
        given = await tx.ledger.goodwill(job.id, 1, at=7.0)
        assert await tx.feedback.say(job.id, 1, 1, Verdict.BAD, 7.0, credits=given)
        assert not await tx.feedback.say(job.id, 1, 1, Verdict.UP, 8.0)
        assert not await tx.feedback.say(job.id, 1, 1, Verdict.BAD, 8.0)
        assert await tx.feedback.find(job.id, 1) == Opinion(job.id, 1, 1, Verdict.BAD, 2, 7.0)


async def test_credits_come_back_once_as_a_gift_for_the_picture(audited_db, delivered):
    job = await delivered(price=2)
    async with audited_db.transaction() as tx:
        assert await tx.ledger.captured(job.id, 1) == 2
        assert await tx.ledger.goodwill(job.id, 1, at=6.0) == 2
        assert await tx.ledger.goodwill(job.id, 1, at=7.0) == 0
        assert (await tx.ledger.balance(1)).available == 2
        gift = (await tx.ledger.entries_of_job(job.id))[-1]
    assert (gift.kind, gift.key, gift.available_delta) == (EntryKind.GIFT, f"goodwill:{job.id}:1", 2)


async def test_nothing_comes_back_for_what_nothing_was_spent_on(audited_db, rendered):
    job = await rendered(price=2)
    async with audited_db.transaction() as tx:
        assert await tx.ledger.captured(job.id, 1) == 0
        assert await tx.ledger.goodwill(job.id, 1, at=6.0) == 0
        assert await tx.ledger.goodwill(99, 1, at=6.0) == 0


async def test_what_was_given_is_counted_from_a_time_on_and_forgotten(audited_db, delivered):
    for n, at in enumerate((10.0, 20.0, 30.0)):
        job = await delivered(f"c{n}")
        async with audited_db.transaction() as tx:
            given = await tx.ledger.goodwill(job.id, 1, at=at)
            await tx.feedback.say(job.id, 1, 1, Verdict.BAD, at, credits=given)
    refused = await delivered("refused")
    async with audited_db.transaction() as tx:
        await tx.feedback.say(refused.id, 1, 1, Verdict.BAD, 30.0)
        assert await tx.feedback.given_since(1, 20.0) == 2
        assert await tx.feedback.given_since(2, 0.0) == 0
        assert await tx.feedback.forget(20.0) == 1
        assert await tx.feedback.given_since(1, 0.0) == 2


async def test_an_account_is_locked_until_the_transaction_ends(audited_db, delivered):
    """Whoever locks it counts what the one before gave."""
    jobs = [await delivered(f"c{n}") for n in range(4)]

    async def give(job):
        async with audited_db.transaction() as tx:
            await tx.ledger.lock(1)
            if await tx.feedback.given_since(1, 0.0) >= 2:
                return 0
            await asyncio.sleep(0.01)
            given = await tx.ledger.goodwill(job.id, 1, at=6.0)
            await tx.feedback.say(job.id, 1, 1, Verdict.BAD, 6.0, credits=given)
            return given

    assert sorted(await asyncio.gather(*map(give, jobs))) == [0, 0, 2, 2]
