"""A picture that is no good gives its credits back: once, within limits, whatever happens meanwhile."""

import asyncio

import pytest
from sqlalchemy import update

from bot.chat.outcomes import MessageRef
from bot.chat.screens.results import SHEET
from bot.clock import SystemClock
from bot.credits import GOODWILL_DAYS, GOODWILL_HOURS, GOODWILL_PICTURES, Credits
from bot.errors import AlreadyHandledError
from bot.texts import Texts
from bot.tryon.entrance import Entrance
from bot.tryon.forgetting import Forgetting
from bot.tryon.opinions import Complaint, Opinions
from bot.tryon.retention import DAY, Retention
from bot.visit import UpdateRef, Visit
from bot.wish import ClothesWish, ComparisonWish, HairStyle, PhotoRef, wish_to_json
from storage.audit import audit
from storage.database import Database
from storage.feedback import Verdict
from storage.jobs import JobState, NewJob
from storage.migrate import upgrade
from storage.results import Result, ResultState
from storage.schema import results
from tests.postgresql import Server

ALICE, BRUNO, ADMIN = 500, 600, 900
ME, DRESS = PhotoRef("me-file", "me"), PhotoRef("dress-file", "dress")
NOON = 1_000_000.0
CLOTHES = ClothesWish(ME, DRESS)
STYLES = ComparisonWish(ME, (HairStyle("BobCut"), HairStyle("Afro"), HairStyle("Updo")))


class Now(SystemClock):
    at = NOON

    def now(self):
        return self.at


class Chat:
    async def remove(self, message):
        """Let it be gone."""


@pytest.fixture(scope="module")
def postgresql():
    server = Server()
    yield server
    server.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request, tmp_path):
    address = f"sqlite:///{tmp_path}/tryon.db"
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql")
        address = server.address(server.make_database())
    upgrade(address)
    return address


@pytest.fixture
async def database(address):
    async with Database(address) as opened:
        async with opened.transaction() as tx:
            await tx.updates.add(7, [(n, "{}") for n in range(1, 30)], 1.0)
            await tx.users.seen(ALICE, "en", 1.0)
        yield opened
        assert await audit(opened) == []


@pytest.fixture
def clock():
    return Now()


@pytest.fixture
def entrance(database, clock):
    async def no_contact(user_id):
        raise AssertionError("nobody is greeted here")

    return Entrance(database, clock, Credits(database, clock, free_credits=0), Texts(), on_contact=no_contact)


@pytest.fixture
def opinions(database, clock, entrance):
    return Opinions(database, clock, entrance, admin_ids=(ADMIN,), wake=lambda: None)


@pytest.fixture
def delivered(database):
    """Let Alice have a delivered picture, or several of one job; each cost a credit."""

    async def run(name="c", wish=CLOTHES, price=1):
        async with database.transaction() as tx:
            total = price * wish.outputs
            if total:
                await tx.ledger.grant(ALICE, total, key=f"grant:{name}", reason=None, at=1.0)
            job = await tx.jobs.add(
                NewJob(
                    user_id=ALICE,
                    chat_id=ALICE,
                    thread_id=None,
                    reply_to=None,
                    card_message_id=11,
                    confirmation_id=name,
                    ability=wish.ability.value,
                    request=wish_to_json(wish),
                    price=total,
                    outputs=wish.outputs,
                    steps=wish.steps,
                ),
                1.0,
            )
            if total:
                await tx.ledger.hold(ALICE, job.id, total, at=1.0)
            is_alone = wish.outputs == 1
            for n in range(1, wish.outputs + 1):
                await tx.results.add(job.id, n, b"x", "image/jpeg", 3, 4, 2.0)
                placed = {"chat_id": ALICE, "message_id": 12, "at": NOON}
                file_id = "made-file" if is_alone else None
                await tx.results.delivered(job.id, n, file_id=file_id, file_unique_id=file_id, **placed)
                if price:
                    await tx.ledger.capture(job.id, n, price, at=NOON)
            if not is_alone:
                await tx.results.add_sheet(sheet_of(job))
            await tx.jobs.move(
                job.id, epoch=job.epoch, source=JobState.QUEUED, target=JobState.DELIVERED, at=NOON
            )
        return job.id

    return run


def sheet_of(job):
    return Result(
        *(job.id, job.outputs + 1, "image/jpeg", 3, 4, ResultState.DELIVERED),
        *("sheet-file", "sheet", None, None, ALICE, 12, NOON, NOON),
    )


def visit(update, user_id=ALICE):
    return Visit(user_id, user_id, None, 12, "en", UpdateRef(7, update))


async def available(database):
    async with database.reading() as tx:
        return (await tx.ledger.balance(ALICE)).available


async def notices(database):
    async with database.reading() as tx:
        return {(notice.kind, notice.user_id) for notice in await tx.notices.due(10**12)}


async def test_complaint_gives_the_credits_back_and_says_so_in_one_transaction(database, opinions, delivered):
    job_id = await delivered(price=2)
    assert await opinions.complain(visit(1), job_id, 1) is Complaint.GIVEN
    assert await available(database) == 2
    async with database.reading() as tx:
        assert (await tx.feedback.find(job_id, 1)).credits == 2
        [notice] = await tx.notices.due(10**12)
    assert notice.params == {"job_id": job_id, "credits": 2, "balance": 2, "left": GOODWILL_PICTURES - 1}
    assert (notice.kind, notice.reply_to) == ("credit_back", 12)


async def test_second_tap_and_replayed_update_change_nothing(database, opinions, delivered):
    job_id, other = await delivered(), await delivered("other")
    assert await opinions.complain(visit(1), job_id, 1) is Complaint.GIVEN
    assert await opinions.complain(visit(1), job_id, 1) is Complaint.BEFORE
    assert await opinions.complain(visit(2), job_id, 1) is Complaint.BEFORE
    with pytest.raises(AlreadyHandledError):
        await opinions.complain(visit(1), other, 1)
    assert await available(database) == 1


async def test_two_devices_at_once_give_one_credit(database, opinions, delivered):
    job_id = await delivered()
    answers = await asyncio.gather(*(opinions.complain(visit(n), job_id, 1) for n in range(1, 9)))
    assert sorted(answers) == [Complaint.BEFORE] * 7 + [Complaint.GIVEN]
    assert await available(database) == 1


async def test_many_pictures_at_once_stay_within_the_limit(database, opinions, delivered):
    jobs = [await delivered(f"c{n}") for n in range(GOODWILL_PICTURES + 3)]
    tasks = (opinions.complain(visit(n), job_id, 1) for n, job_id in enumerate(jobs, start=1))
    answers = await asyncio.gather(*tasks)
    assert answers.count(Complaint.GIVEN) == GOODWILL_PICTURES
    assert answers.count(Complaint.OFTEN) == 3
    assert await available(database) == GOODWILL_PICTURES


async def test_the_operator_hears_once_that_the_limit_is_reached(database, opinions, delivered):
    jobs = [await delivered(f"c{n}") for n in range(GOODWILL_PICTURES + 2)]
    for n, job_id in enumerate(jobs[: GOODWILL_PICTURES - 1], start=1):
        await opinions.complain(visit(n), job_id, 1)
    assert await notices(database) == {("credit_back", ALICE)}
    for n, job_id in enumerate(jobs[GOODWILL_PICTURES - 1 :], start=GOODWILL_PICTURES):
        await opinions.complain(visit(n), job_id, 1)
    async with database.reading() as tx:
        due = await tx.notices.due(10**12)
    [told] = [notice for notice in due if notice.user_id == ADMIN]
    assert told.kind == "operator_goodwill_limit"
    assert told.params == {"user_id": ALICE, "pictures": GOODWILL_PICTURES, "days": GOODWILL_DAYS}


async def test_the_limit_passes_with_its_days_also_after_old_words_are_forgotten(
    database, opinions, delivered, clock
):
    for n in range(1, GOODWILL_PICTURES + 1):
        await opinions.complain(visit(n), await delivered(f"c{n}"), 1)
    late = await delivered("late")
    async with database.transaction() as tx:
        await tx.link.rows(moved_delivery(late, NOON + GOODWILL_DAYS * DAY))
    clock.at = NOON + GOODWILL_DAYS * DAY
    await Retention(database, clock, days=GOODWILL_DAYS + 5).forget()
    assert await opinions.complain(visit(10), late, 1) is Complaint.OFTEN
    clock.at += 1
    assert await opinions.complain(visit(11), late, 1) is Complaint.GIVEN


def moved_delivery(job_id, at):
    return update(results).where(results.c.job_id == job_id).values(delivered_at=at)


async def test_complaint_that_comes_late_is_noted_and_gives_nothing(database, opinions, delivered, clock):
    job_id = await delivered()
    clock.at = NOON + GOODWILL_HOURS * 3600 + 1
    assert (await opinions.menu(visit(1), job_id, 1)).doubtful == ()
    assert await opinions.complain(visit(1), job_id, 1) is Complaint.LATE
    assert await available(database) == 0
    async with database.reading() as tx:
        assert (await tx.feedback.find(job_id, 1)).verdict is Verdict.BAD


async def test_last_second_counts(opinions, delivered, clock):
    job_id = await delivered()
    clock.at = NOON + GOODWILL_HOURS * 3600
    assert await opinions.complain(visit(1), job_id, 1) is Complaint.GIVEN


async def test_picture_that_cost_nothing_gives_nothing(database, opinions, delivered):
    job_id = await delivered(price=0)
    assert await opinions.complain(visit(1), job_id, 1) is Complaint.FREE
    assert await available(database) == 0


async def test_somebody_elses_picture_is_none_of_theirs(database, opinions, delivered):
    job_id = await delivered()
    bruno = visit(1, BRUNO)
    assert await opinions.complain(bruno, job_id, 1) is Complaint.GONE
    assert await opinions.menu(bruno, job_id, 1) is None
    assert not await opinions.rate(bruno, job_id, 1, good=False)
    async with database.reading() as tx:
        assert await tx.feedback.find(job_id, 1) is None


async def test_complaint_after_delete_gives_nothing_and_delete_after_complaint_takes_nothing(
    database, opinions, delivered, clock, entrance
):
    forgetting = Forgetting(database, clock, Chat(), entrance, asking=None)
    first, second = await delivered("first"), await delivered("second")
    await forgetting.delete(visit(1), first, MessageRef(ALICE, 12))
    assert await opinions.complain(visit(2), first, 1) is Complaint.GONE
    assert await opinions.complain(visit(3), second, 1) is Complaint.GIVEN
    await forgetting.delete(visit(4), second, MessageRef(ALICE, 12))
    assert await available(database) == 1


async def test_complaint_and_delete_at_once_end_in_right_books(
    database, opinions, delivered, clock, entrance
):
    forgetting = Forgetting(database, clock, Chat(), entrance, asking=None)
    for n in range(GOODWILL_PICTURES):
        job_id = await delivered(f"c{n}")
        before = await available(database)
        _, answer = await asyncio.gather(
            forgetting.delete(visit(10 + n), job_id, MessageRef(ALICE, 12)),
            opinions.complain(visit(20 + n), job_id, 1),
        )
        assert await available(database) - before == (answer is Complaint.GIVEN)


async def test_picture_that_is_still_on_its_way_has_no_menu(database, opinions, delivered):
    job_id = await delivered()
    assert await opinions.menu(visit(1), job_id, 2) is None
    assert await opinions.menu(visit(1), job_id, SHEET) is None
    assert await opinions.complain(visit(1), job_id, 2) is Complaint.GONE
    assert await opinions.complain(visit(1), 99, 1) is Complaint.GONE


async def test_thumbs_are_kept_and_shown_in_the_menu(opinions, delivered):
    job_id = await delivered()
    assert (await opinions.menu(visit(1), job_id, 1)).thumb is None
    assert await opinions.rate(visit(1), job_id, 1, good=True)
    assert (await opinions.menu(visit(1), job_id, 1)).thumb is True
    assert await opinions.rate(visit(2), job_id, 1, good=False)
    assert (await opinions.menu(visit(1), job_id, 1)).thumb is False


async def test_thumb_after_a_complaint_takes_nothing_back(database, opinions, delivered):
    job_id = await delivered()
    await opinions.complain(visit(1), job_id, 1)
    assert await opinions.rate(visit(2), job_id, 1, good=True)
    assert (await opinions.menu(visit(1), job_id, 1)).doubtful == ()
    assert await available(database) == 1


async def test_each_picture_of_a_sheet_is_complained_of_by_itself(database, opinions, delivered):
    job_id = await delivered(wish=STYLES)
    menu = await opinions.menu(visit(1), job_id, SHEET)
    assert not menu.has_before
    assert menu.pictures == menu.doubtful == (1, 2, 3)
    assert await opinions.complain(visit(1), job_id, 2) is Complaint.GIVEN
    after = await opinions.menu_around(visit(2), job_id, 2)
    assert (after.n, after.doubtful) == (SHEET, (1, 3))
    assert await available(database) == 1


async def test_sheet_itself_gives_nothing_back(database, opinions, delivered):
    job_id = await delivered(wish=STYLES)
    assert await opinions.complain(visit(1), job_id, SHEET) is Complaint.GONE
    assert await opinions.complain(visit(2), job_id, 4) is Complaint.GONE
    assert await available(database) == 0
