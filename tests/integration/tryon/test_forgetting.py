"""What is promised to be forgotten is forgotten, and nothing that is still needed."""

import pytest

from bot.chat.outcomes import MessageRef
from bot.clock import SystemClock
from bot.conversation import Draft, Slot
from bot.credits import Credits
from bot.texts import Texts
from bot.tryon.entrance import Entrance
from bot.tryon.forgetting import Forgetting, _Gone
from bot.tryon.retention import DAY, Retention
from bot.visit import UpdateRef, Visit
from bot.wish import PhotoRef
from storage.database import Database
from storage.jobs import JobState, NewJob
from storage.migrate import upgrade

PERSON = 500
VISIT = Visit(PERSON, PERSON, None, 1, "en", UpdateRef(7, 1))
PHOTO = {"file_id": "f", "unique_id": "u", "width": 1, "height": 1, "size": 1}
REQUEST = {"ability": "clothes", "photos": {"person": PHOTO, "garment": PHOTO}, "options": {"kind": "auto"}}


class Chat:
    def __init__(self):
        self.removed = []

    async def remove(self, message):
        self.removed.append(message)


@pytest.fixture
def address(tmp_path):
    upgrade(f"sqlite:///{tmp_path}/tryon.db")
    return f"sqlite:///{tmp_path}/tryon.db"


@pytest.fixture
async def database(address):
    async with Database(address) as opened:
        yield opened


async def job_in(database, state):
    async with database.transaction() as tx:
        await tx.updates.add(7, [(1, "{}")], 1.0)
        job = await tx.jobs.add(
            NewJob(PERSON, PERSON, None, None, 11, "c", "clothes", REQUEST, price=0, wish_key="k"), 1.0
        )
        await tx.jobs.move(job.id, epoch=job.epoch, source=JobState.QUEUED, target=state, at=2.0)
    return job


def forgetting(database, chat):
    async def no_contact(user_id):
        raise AssertionError("nobody writes here")

    clock = SystemClock()
    credits_ = Credits(database, clock, free_credits=0)
    entrance = Entrance(database, clock, credits_, Texts(), on_contact=no_contact)
    return Forgetting(database, clock, chat, entrance, asking=None)


async def test_delete_forgets_the_photos_of_a_delivered_picture(database):
    job, chat = await job_in(database, JobState.DELIVERED), Chat()
    assert await forgetting(database, chat).delete(VISIT, job.id, MessageRef(PERSON, 12))
    async with database.reading() as tx:
        left = await tx.jobs.get(job.id)
    # The key is made of what the bytes of the photos are known by.
    assert (left.request, left.wish_key) == ({}, None)
    assert chat.removed == [MessageRef(PERSON, 12)]


async def test_a_draft_that_made_way_for_a_group_loses_the_photos_and_the_group_still_waits(database):
    job, slot = await job_in(database, JobState.DELIVERED), Slot(PhotoRef("f", "u"), 3)
    other = Slot(PhotoRef("g", "v"), 4)
    for mine, left in ((Draft("mine", slot), None), (Draft("mine", slot, other), [other])):
        state = Draft("c", for_group=-5, before=mine.to_json()).to_json()
        async with database.transaction() as tx:
            await tx.drafts.save(PERSON, PERSON, None, state, 1.0, expected_version=None)
            gone = _Gone(job, (), ())
            [(_, is_left)] = await forgetting(database, Chat())._empty_drafts(tx, PERSON, gone)
            after = Draft.from_json((await tx.drafts.get(PERSON, PERSON)).state)
        assert (is_left, after.for_group) == (True, -5)
        assert left == (list(Draft.from_json(after.before).slots) if after.before else None)


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.WORKING, JobState.DELIVERING])
async def test_delete_takes_no_photos_from_a_job_under_way(database, state):
    job, chat = await job_in(database, state), Chat()
    assert not await forgetting(database, chat).delete(VISIT, job.id, MessageRef(PERSON, 12))
    async with database.reading() as tx:
        assert (await tx.jobs.get(job.id)).request == REQUEST
    assert chat.removed == []


async def test_what_photos_are_known_by_goes_with_them_after_the_promised_days(database):
    job = await job_in(database, JobState.DELIVERED)
    async with database.transaction() as tx:
        assert await tx.jobs.forget(before=3.0, at=4.0) == 1
        left = await tx.jobs.get(job.id)
    assert (left.request, left.wish_key) == ({}, None)


class Now(SystemClock):
    def __init__(self, at):
        self.at = at

    def now(self):
        return self.at


async def test_update_that_was_given_up_is_not_kept_longer_than_photos(database):
    async with database.transaction() as tx:
        await tx.updates.add(7, [(1, '{"message": "a photo"}')], DAY)
        await tx.updates.set_aside(7, 1, DAY)
    await Retention(database, Now(30.5 * DAY), days=30).forget()
    async with database.reading() as tx:
        assert await tx.counts.set_aside_updates(7) == 1
    await Retention(database, Now(31.5 * DAY), days=30).forget()
    async with database.reading() as tx:
        assert await tx.counts.set_aside_updates(7) == 0
