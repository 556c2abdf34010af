"""A person's pictures, a page at a time: each once, the newest first, and none that is gone."""

import pytest

from bot.tryon.gallery import PAGE, Gallery
from bot.wish import ClothesWish, PhotoRef, wish_to_json
from storage.database import Database
from storage.jobs import NewJob
from storage.migrate import upgrade
from storage.states import JobState

ALICE, BRUNO = 500, 501
WISH = wish_to_json(ClothesWish(PhotoRef("me", "me"), PhotoRef("dress", "dress")))


@pytest.fixture
def address(tmp_path):
    upgrade(f"sqlite:///{tmp_path}/tryon.db")
    return f"sqlite:///{tmp_path}/tryon.db"


@pytest.fixture
async def database(address):
    async with Database(address) as opened:
        yield opened


async def made(database, name, *, person=ALICE, files=None):
    """Store a delivered job with a picture for each file."""
    files = files or [name]
    async with database.transaction() as tx:
        new = NewJob(person, person, None, None, 11, name, "clothes", WISH, price=0, outputs=len(files))
        job = await tx.jobs.add(new, 1.0)
        for n, file in enumerate(files, start=1):
            await tx.results.add(job.id, n, b"x", "image/jpeg", 3, 4, 2.0)
            placed = {"chat_id": person, "message_id": 12, "at": 3.0}
            await tx.results.delivered(job.id, n, file_id=file, file_unique_id=f"u{file}", **placed)
        for source, target in (
            (JobState.QUEUED, JobState.WORKING),
            (JobState.WORKING, JobState.RENDERED),
            (JobState.RENDERED, JobState.DELIVERED),
        ):
            await tx.jobs.move(job.id, epoch=job.epoch, source=source, target=target, at=4.0)
    return job


async def pages(gallery, person=ALICE):
    found, offset = [], ""
    while True:
        page = await gallery.page(person, offset)
        found.append([one.file_id for one in page.pictures])
        if not page.next_offset:
            return found
        offset = page.next_offset


async def test_each_picture_comes_once_the_newest_first_and_nobody_elses(database):
    gallery = Gallery(database)
    for number in range(2 * PAGE + 3):
        await made(database, f"f{number}")
    await made(database, "theirs", person=BRUNO)
    found = await pages(gallery)
    assert [len(page) for page in found] == [PAGE, PAGE, 3]
    assert [file for page in found for file in page] == [
        f"f{number}" for number in reversed(range(2 * PAGE + 3))
    ]
    assert await pages(gallery, BRUNO) == [["theirs"]]
    assert await pages(gallery, 502) == [[]]


async def test_a_full_last_page_leads_nowhere(database):
    for number in range(PAGE):
        await made(database, f"f{number}")
    assert [len(page) for page in await pages(Gallery(database))] == [PAGE]


async def test_pictures_on_one_sheet_are_shown_as_that_sheet_once(database):
    await made(database, "sheet", files=["sheet", "sheet", "sheet"])
    assert await pages(Gallery(database)) == [["sheet"]]


async def test_a_picture_that_is_deleted_between_two_pages_is_gone_and_no_other(database):
    gallery = Gallery(database)
    jobs = [await made(database, f"f{number}") for number in range(PAGE + 2)]
    first = await gallery.page(ALICE)
    async with database.transaction() as tx:
        assert await tx.results.delete_of_job(jobs[0].id, ALICE)
        assert await tx.results.delete_of_job(jobs[-1].id, ALICE)
    rest = await gallery.page(ALICE, first.next_offset)
    assert [one.file_id for one in rest.pictures] == ["f1"]
    assert "f21" not in [one.file_id for one in (await gallery.page(ALICE)).pictures]
