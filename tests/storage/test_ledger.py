"""The ledger: nothing is booked twice, nothing is spent that is not there, a hold is closed once."""

import asyncio
from decimal import Decimal

import pytest
from sqlalchemy import text

from storage.audit import audit
from storage.errors import ConstraintError, HoldExceeded, HoldMissing, InvalidAmount, NotEnoughCredits
from storage.ledger import LARGEST_AMOUNT, Balance, EntryKind

WRONG_AMOUNTS = [0, -1, True, False, 1.0, 0.5, Decimal(1), "1", None, LARGEST_AMOUNT + 1, float("nan")]


async def balance(db, user=1):
    async with db.reading() as tx:
        return await tx.ledger.balance(user)


async def give(db, amount, user=1):
    async with db.transaction() as tx:
        await tx.ledger.grant(user, amount, key=f"grant:{user}", reason=None, at=1.0)


async def test_a_grant_counts_once(db):
    async with db.transaction() as tx:
        assert await tx.ledger.grant(1, 3, key="welcome:1", reason="welcome", at=1.0)
        assert not await tx.ledger.grant(1, 3, key="welcome:1", reason="welcome", at=2.0)
    assert await balance(db) == Balance(3, 0)


async def test_a_key_belongs_to_one_booking_whoever_asks(db):
    async with db.transaction() as tx:
        assert await tx.ledger.grant(1, 3, key="one", reason=None, at=1.0)
        assert not await tx.ledger.grant(2, 3, key="one", reason=None, at=1.0)
    assert await balance(db, 2) == Balance(0, 0)


async def test_somebody_unknown_has_nothing(db):
    assert await balance(db, 99) == Balance(0, 0)


async def test_entries_tell_the_story_newest_first(db, confirm):
    job = await confirm(price=2)
    async with db.transaction() as tx:
        await tx.ledger.release(job.id, 0, 2, at=5.0)
        story = [(e.kind, e.available_delta, e.held_delta) for e in await tx.ledger.entries(1, 10)]
        of_job = [e.kind for e in await tx.ledger.entries_of_job(job.id)]
    assert story == [
        (EntryKind.RELEASE, 2, -2),
        (EntryKind.HOLD, -2, 2),
        (EntryKind.GRANT, 2, 0),
    ]
    assert of_job == [EntryKind.HOLD, EntryKind.RELEASE]


@pytest.mark.parametrize("kind", ["grant", "gift", "purchase", "adjust"])
async def test_kinds_that_give(audited_db, kind):
    async with audited_db.transaction() as tx:
        assert await tx.ledger.grant(1, 3, key="k", reason=None, at=1.0, kind=kind)
    assert await balance(audited_db) == Balance(3, 0)


@pytest.mark.parametrize("kind", ["refund", "adjust"])
async def test_kinds_that_take(audited_db, kind):
    await give(audited_db, 3)
    async with audited_db.transaction() as tx:
        assert await tx.ledger.take(1, 2, key="k", reason="refunded", at=1.0, kind=kind)
        assert not await tx.ledger.take(1, 2, key="k", reason="refunded", at=1.0, kind=kind)
    assert await balance(audited_db) == Balance(1, 0)


@pytest.mark.parametrize("kind", ["hold", "capture", "release", "refund", "no such kind"])
async def test_giving_cannot_pass_for_something_else(db, kind):
    async with db.transaction() as tx:
        with pytest.raises(ValueError, match=kind):
            await tx.ledger.grant(1, 3, key="k", reason=None, at=1.0, kind=kind)


@pytest.mark.parametrize("kind", ["hold", "capture", "release", "grant", "purchase", "gift"])
async def test_taking_cannot_pass_for_something_else(db, kind):
    async with db.transaction() as tx:
        with pytest.raises(ValueError, match=kind):
            await tx.ledger.take(1, 3, key="k", reason=None, at=1.0, kind=kind)


@pytest.mark.parametrize("amount", WRONG_AMOUNTS)
async def test_only_whole_positive_amounts_are_booked(db, confirm, amount):
    job = await confirm(price=1)
    async with db.transaction() as tx:
        with pytest.raises(InvalidAmount):
            await tx.ledger.grant(1, amount, key="a", reason=None, at=1.0)
        with pytest.raises(InvalidAmount):
            await tx.ledger.take(1, amount, key="b", reason=None, at=1.0)
        with pytest.raises(InvalidAmount):
            await tx.ledger.hold(1, job.id, amount, at=1.0)
        with pytest.raises(InvalidAmount):
            await tx.ledger.capture(job.id, 0, amount, at=1.0)
        with pytest.raises(InvalidAmount):
            await tx.ledger.release(job.id, 0, amount, at=1.0)
    assert await balance(db) == Balance(0, 1)


@pytest.mark.parametrize("n", [-1, True, 1.0, None])
async def test_pictures_are_counted_in_whole_numbers(db, confirm, n):
    job = await confirm()
    async with db.transaction() as tx:
        with pytest.raises(ValueError, match="counted"):
            await tx.ledger.capture(job.id, n, 1, at=1.0)


async def test_taking_more_than_there_is_says_what_is_missing(db):
    await give(db, 3)
    async with db.transaction() as tx:
        with pytest.raises(NotEnoughCredits) as caught:
            await tx.ledger.take(1, 4, key="k", reason=None, at=1.0)
    assert (caught.value.available, caught.value.needed) == (3, 4)


async def test_a_refused_hold_changes_nothing_even_if_the_block_goes_on(audited_db, new_job):
    await give(audited_db, 1)
    async with audited_db.transaction() as tx:
        job = await tx.jobs.add(new_job(price=2), 1.0)
        with pytest.raises(NotEnoughCredits):
            await tx.ledger.hold(1, job.id, 2, at=1.0)
        assert await tx.ledger.entries_of_job(job.id) == []
        await tx.link.rows(text("DELETE FROM jobs"))
    assert await balance(audited_db) == Balance(1, 0)


async def test_the_same_hold_again_is_no_second_hold_even_without_credits(db, confirm):
    job = await confirm(price=3)
    async with db.transaction() as tx:
        assert not await tx.ledger.hold(1, job.id, 3, at=2.0)
    assert await balance(db) == Balance(0, 3)


async def test_a_hold_needs_its_job(db):
    await give(db, 1)
    with pytest.raises(ConstraintError):
        async with db.transaction() as tx:
            await tx.ledger.hold(1, 12345, 1, at=1.0)
    assert await balance(db) == Balance(1, 0)


async def test_capture_spends_and_release_gives_back(db, confirm):
    first, second = await confirm("a", price=2), await confirm("b", price=3)
    async with db.transaction() as tx:
        assert await tx.ledger.capture(first.id, 0, 2, at=1.0)
        assert await tx.ledger.release(second.id, 0, 3, at=1.0)
    assert await balance(db) == Balance(3, 0)


@pytest.mark.parametrize("first", ["capture", "release"])
@pytest.mark.parametrize("second", ["capture", "release"])
@pytest.mark.parametrize("numbers", [(0, 0), (1, 1), (0, 1), (1, 0)])
async def test_a_hold_is_closed_once(db, confirm, first, second, numbers):
    job = await confirm()
    async with db.transaction() as tx:
        assert await getattr(tx.ledger, first)(job.id, numbers[0], 1, at=1.0)
    async with db.transaction() as tx:
        assert not await getattr(tx.ledger, second)(job.id, numbers[1], 1, at=1.0)
    assert await balance(db) == Balance(int(first == "release"), 0)


async def test_capture_and_release_that_race_exclude_each_other(db, confirm):
    for n in range(20):
        job = await confirm(f"c{n}")

        async def close(how, job_id=job.id):
            async with db.transaction() as tx:
                return await getattr(tx.ledger, how)(job_id, 0, 1, at=1.0)

        done = await asyncio.gather(*(close(how) for how in ("capture", "release") * 3))
        assert sorted(done) == [False] * 5 + [True]
    closed = await balance(db)
    assert closed.held == 0


async def test_several_pictures_close_their_shares(audited_db, confirm):
    job = await confirm(price=4, outputs=4)
    async with audited_db.transaction() as tx:
        assert await tx.ledger.capture(job.id, 1, 1, at=1.0)
        assert await tx.ledger.capture(job.id, 2, 1, at=1.0)
        assert not await tx.ledger.release(job.id, 2, 1, at=1.0)
        assert await tx.ledger.release(job.id, 3, 1, at=1.0)
    assert await balance(audited_db) == Balance(1, 1)


async def test_no_more_is_closed_than_was_held(db, confirm):
    job = await confirm(price=3)
    async with db.transaction() as tx:
        await tx.ledger.capture(job.id, 1, 2, at=1.0)
        with pytest.raises(HoldExceeded) as caught:
            await tx.ledger.release(job.id, 2, 2, at=1.0)
    assert (caught.value.remaining, caught.value.asked) == (1, 2)
    assert await balance(db) == Balance(0, 1)


@pytest.mark.parametrize(("closed_before", "amount"), [(0, 2), (1, 2), (1, 3)])
async def test_closing_the_whole_means_the_whole(db, confirm, closed_before, amount):
    job = await confirm(price=3)
    async with db.transaction() as tx:
        if closed_before:
            await tx.ledger.capture(job.id, 1, closed_before, at=1.0)
        with pytest.raises(HoldExceeded):
            await tx.ledger.release(job.id, 0, amount, at=1.0)


async def test_a_job_without_a_hold_cannot_be_closed(db, new_job):
    async with db.transaction() as tx:
        job = await tx.jobs.add(new_job(), 1.0)
        with pytest.raises(HoldMissing):
            await tx.ledger.release(job.id, 0, 1, at=1.0)


async def test_twenty_at_once_on_three_credits_give_exactly_three(audited_db, new_job):
    await give(audited_db, 3)

    async def confirm_one(n):
        try:
            async with audited_db.transaction() as tx:
                job = await tx.jobs.add(new_job(f"c{n}"), 1.0)
                return await tx.ledger.hold(1, job.id, 1, at=1.0)
        except NotEnoughCredits:
            return False

    held = await asyncio.gather(*(confirm_one(n) for n in range(20)))
    assert sum(held) == 3
    assert await balance(audited_db) == Balance(0, 3)
    async with audited_db.reading() as tx:
        assert await tx.jobs.count_open(1) == 3


async def test_one_confirmation_tapped_many_times_makes_one_job_and_one_hold(audited_db, new_job):
    await give(audited_db, 5)

    async def tap():
        async with audited_db.transaction() as tx:
            job = await tx.jobs.add(new_job("the same card"), 1.0)
            if job is None:
                return (await tx.jobs.by_confirmation("the same card")).id
            await tx.ledger.hold(1, job.id, 1, at=1.0)
            return job.id

    found = await asyncio.gather(*(tap() for _ in range(20)))
    assert len(set(found)) == 1
    assert await balance(audited_db) == Balance(4, 1)


async def test_the_schema_itself_keeps_balances_from_going_below_zero(db):
    await give(db, 1)
    for column in ("available", "held"):
        with pytest.raises(ConstraintError):
            async with db.transaction() as tx:
                await tx.link.rows(text(f"UPDATE accounts SET {column} = -1"))
    assert await audit(db) == []
