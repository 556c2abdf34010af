"""What was made before is found again: the picture of the same wish, the garments, and what comes next."""

import pytest

from storage.feedback import Verdict
from storage.jobs import JobState


async def deliver(db, job, *, n=1, at=5.0):
    async with db.transaction() as tx:
        placed = {"file_id": "f", "file_unique_id": "u", "chat_id": 1, "message_id": 6}
        assert await tx.results.delivered(job.id, n, **placed, at=at)
        assert await tx.jobs.move(job.id, epoch=0, source=JobState.RENDERED, target=JobState.DELIVERED, at=at)


async def made_before(db, user=1, key="same"):
    async with db.reading() as tx:
        found = await tx.jobs.made_before(user, key)
    return found and found.id


async def test_of_the_same_wish_the_picture_delivered_last_is_found(db, rendered):
    first, second = await rendered("a", wish_key="same"), await rendered("b", wish_key="same")
    other = await rendered("c", wish_key="other")
    await deliver(db, second, at=5.0)
    await deliver(db, first, at=6.0)
    await deliver(db, other, at=7.0)
    assert await made_before(db) == first.id


async def test_a_picture_that_is_on_its_way_or_never_came_is_not_found(db, rendered, confirm):
    waiting, failed = await rendered("a", wish_key="same"), await confirm("b", wish_key="same")
    async with db.transaction() as tx:
        await tx.jobs.move(failed.id, epoch=0, source=JobState.QUEUED, target=JobState.FAILED, at=3.0)
    assert await made_before(db) is None
    await deliver(db, waiting)
    assert await made_before(db) == waiting.id


async def test_somebody_elses_picture_is_not_found(db, rendered):
    await deliver(db, await rendered("a", user=2, wish_key="same"))
    assert await made_before(db, user=1) is None
    assert await made_before(db, user=2) is not None


async def test_a_deleted_picture_is_not_found(db, rendered):
    job = await rendered("a", wish_key="same")
    await deliver(db, job)
    async with db.transaction() as tx:
        await tx.results.delete_of_job(job.id, 1)
    assert await made_before(db) is None
    async with db.transaction() as tx:
        await tx.jobs.forget_one(job.id, 9.0)
    assert await made_before(db) is None


async def test_a_picture_whose_file_is_forgotten_is_not_found(db, rendered):
    job = await rendered("a", wish_key="same")
    await deliver(db, job)
    async with db.transaction() as tx:
        assert await tx.results.forget(9.0) == 1
    assert await made_before(db) is None


@pytest.mark.parametrize("verdict", [Verdict.DOWN, Verdict.BAD])
async def test_a_picture_that_was_called_no_good_is_not_found(db, rendered, verdict):
    liked, disliked = await rendered("a", wish_key="same"), await rendered("b", wish_key="same")
    await deliver(db, liked, at=5.0)
    await deliver(db, disliked, at=6.0)
    async with db.transaction() as tx:
        await tx.feedback.say(liked.id, 1, 1, Verdict.UP, 7.0)
        await tx.feedback.say(disliked.id, 1, 1, verdict, 7.0)
    assert await made_before(db) == liked.id


async def test_only_jobs_that_are_over_lose_their_photos(db, rendered, confirm):
    under_way, gone, done = await confirm("a"), await rendered("b"), await rendered("c", wish_key="same")
    await deliver(db, gone)
    await deliver(db, done)
    async with db.transaction() as tx:
        await tx.jobs.forget_one(gone.id, 2.0)
        assert [job.id for job in await tx.jobs.lock_over_of(1)] == [done.id]
        await tx.jobs.rewrite(done.id, {"photos": {}})
        left = await tx.jobs.get(done.id)
    assert (left.request, left.wish_key, left.forgotten_at) == ({"photos": {}}, None, None)
    assert under_way.is_open


async def test_jobs_that_are_remembered_come_newest_first_and_only_ones_own(db, confirm):
    clothes = await confirm("a")
    await confirm("b", ability="hairstyle")
    await confirm("c", user=2)
    gone = await confirm("d")
    outfit = await confirm("e", ability="outfit")
    async with db.transaction() as tx:
        await tx.jobs.forget_one(gone.id, 2.0)
    async with db.reading() as tx:
        found = await tx.jobs.remembered(1, ("clothes", "outfit"), 10)
        latest = await tx.jobs.remembered(1, ("clothes", "outfit"), 1)
    assert [job.id for job in found] == [outfit.id, clothes.id]
    assert [job.id for job in latest] == [outfit.id]


async def test_what_somebody_is_expected_to_send_is_known_for_a_while(db):
    async with db.transaction() as tx:
        await tx.users.seen(7, "en", 1.0)
        assert await tx.users.expected(7, 1.0) is None
        await tx.users.expect(7, "look", 10.0)
        assert await tx.users.expected(7, 9.0) == "look"
        assert await tx.users.expected(7, 10.0) is None
        assert await tx.users.expected(8, 9.0) is None
        await tx.users.expect(7, None)
        assert await tx.users.expected(7, 9.0) is None


async def test_saved_photos_are_counted_for_each_person(db):
    async with db.transaction() as tx:
        await tx.looks.keep(1, {}, "a", 1.0)
        await tx.looks.keep(1, {}, "b", 1.0)
        await tx.looks.keep(2, {}, "a", 1.0)
        assert [await tx.looks.count(user) for user in (1, 2, 3)] == [2, 1, 0]
