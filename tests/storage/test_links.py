"""Deep links and the pictures that can be shown again."""

from storage.audit import audit
from storage.states import JobState


async def test_link_counts_how_often_it_was_followed_until_it_is_ended(db):
    async with db.transaction() as tx:
        made = await tx.links.add("t", "garment", {"photo": 1}, "Red dress", 7, 1.0)
        assert await tx.links.add("t", "garment", {"photo": 2}, None, 8, 2.0) is None
    assert (made.title, made.opened) == ("Red dress", 0)
    for times in (1, 2):
        async with db.transaction() as tx:
            assert (await tx.links.open("t")).opened == times
    async with db.transaction() as tx:
        assert not await tx.links.disable("t", 8, 3.0)
        assert await tx.links.disable("t", 7, 3.0)
        assert not await tx.links.disable("t", 7, 4.0)
        assert await tx.links.open("t") is None
        assert await tx.links.of_creator(7, 10) == []


async def test_links_are_listed_for_their_maker_alone_the_newest_first(db):
    async with db.transaction() as tx:
        for at, token in enumerate("abc"):
            await tx.links.add(token, "haircut", {"haircut": "BobCut"}, None, 7, float(at))
        await tx.links.add("z", "haircut", {}, None, 8, 9.0)
        assert [link.token for link in await tx.links.of_creator(7, 2)] == ["c", "b"]
        assert [link.token for link in await tx.links.of_creator(7, 2, 2)] == ["a"]


async def test_link_is_found_without_being_counted_until_it_is_ended(db):
    async with db.transaction() as tx:
        await tx.links.add("t", "garment", {"photo": 1}, None, 7, 1.0)
        assert (await tx.links.find("t")).opened == 0
        assert (await tx.links.find("t")).opened == 0
        assert await tx.links.find("T") is None
        await tx.links.disable("t", 7, 3.0)
        assert await tx.links.find("t") is None


async def show(db, job, *, file_id, as_file=False):
    """Deliver the only picture of a rendered job."""
    async with db.transaction() as tx:
        await tx.jobs.move(
            job.id, epoch=job.epoch, source=JobState.RENDERED, target=JobState.DELIVERED, at=4.0
        )
        await tx.results.delivered(
            job.id, 1, file_id=file_id, file_unique_id=f"u{file_id}", chat_id=1, message_id=5, at=4.0
        )
        await tx.ledger.capture(job.id, 1, job.price, at=4.0)
        if as_file:
            await tx.results.keep_document(job.id, 1, file_id)


async def test_pictures_come_newest_first_a_page_at_a_time_and_only_to_their_person(db, rendered):
    jobs = [await rendered(f"c{number}") for number in range(4)]
    other = await rendered("other", user=2)
    for job in (*jobs, other):
        await show(db, job, file_id=f"f{job.id}")
    async with db.reading() as tx:
        first = await tx.results.recent_of(1, 3)
        last, _ = first[-1]
        second = await tx.results.recent_of(1, 3, (last.job_id, last.n))
    found = [result.job_id for result, _ in (*first, *second)]
    assert found == [job.id for job in reversed(jobs)]
    assert {ability for _, ability in first} == {"clothes"}
    assert await audit(db) == []


async def test_pictures_that_went_out_as_files_or_are_forgotten_are_not_shown(db, rendered):
    photo, file, gone = [await rendered(f"c{number}") for number in range(3)]
    await show(db, photo, file_id="a")
    await show(db, file, file_id="b", as_file=True)
    await show(db, gone, file_id="c")
    async with db.transaction() as tx:
        await tx.results.delete_of_job(gone.id, 1)
    async with db.reading() as tx:
        assert [result.job_id for result, _ in await tx.results.recent_of(1, 9)] == [photo.id]
