"""The price of a picture: the one on the card, and back when it is cancelled, which its card then says."""

from dataclasses import replace

import pytest

from bot.chat.outcomes import MessageRef
from bot.clock import SystemClock
from bot.conversation import Draft, Slot
from bot.credits import Credits, Prices
from bot.jobs.ending import end_without_picture
from bot.jobs.failures import Failure
from bot.providers.base import Ability
from bot.providers.capabilities import Capabilities
from bot.texts import Texts
from bot.tryon.confirming import Cancelled, Confirming, NotOffered, PriceChanged, Started, TooLate
from bot.tryon.entrance import Entrance
from bot.tryon.shop import Shop
from bot.visit import UpdateRef, Visit
from bot.wish import GarmentKind, PhotoRef
from storage.audit import audit
from storage.database import Database
from storage.jobs import JobState
from storage.ledger import Balance
from storage.migrate import upgrade

PERSON = 500
CARD = MessageRef(PERSON, 11)


class Able:
    """A provider that can do what a test lets it do."""

    name = "tryiton"

    def __init__(self, can):
        self.can_serve = can


EVERYTHING = Capabilities([Able(lambda need: True)])
ONLY_TOPS = Capabilities([Able(lambda need: need.kind is GarmentKind.TOP)])


def visit(update_id):
    return Visit(PERSON, PERSON, None, 1, "en", UpdateRef(7, update_id))


@pytest.fixture
def address(tmp_path):
    upgrade(f"sqlite:///{tmp_path}/tryon.db")
    return f"sqlite:///{tmp_path}/tryon.db"


@pytest.fixture
async def database(address):
    async with Database(address) as opened:
        async with opened.transaction() as tx:
            await tx.updates.add(7, [(number, "{}") for number in range(1, 9)], 1.0)
            await tx.ledger.grant(PERSON, 5, key="gift", reason=None, at=1.0)
        yield opened
        assert await audit(opened) == []


@pytest.fixture
def confirming(database):
    async def no_contact(user_id):
        raise AssertionError("nobody is greeted here")

    clock = SystemClock()
    entrance = Entrance(
        database, clock, Credits(database, clock, free_credits=0), Texts(), on_contact=no_contact
    )
    shop = Shop(Prices(2, 2, 1, 1, 1), EVERYTHING, max_open_jobs=5, consent_version=1, retention_days=30)
    return Confirming(database, clock, entrance, shop, wake=lambda: None)


async def drafted(database):
    photo = Slot(PhotoRef("f", "u"), message_id=3)
    async with database.transaction() as tx:
        state = Draft("c", photo, photo).to_json()
        await tx.drafts.save(PERSON, PERSON, None, state, 1.0, expected_version=None)


async def started(database, confirming):
    await drafted(database)
    answer = await confirming.go(visit(1), "c", CARD)
    assert isinstance(answer, Started)
    return answer.job_id


async def left_to_say(database):
    async with database.reading() as tx:
        return [(one.kind, one.chat_id, one.edit_message_id, one.params) for one in await tx.notices.due(9e9)]


async def test_cancelled_picture_leaves_word_for_its_card(database, confirming):
    job_id = await started(database, confirming)
    assert await confirming.cancel(visit(2), job_id) == Cancelled(2)
    assert await left_to_say(database) == [("job_cancelled", PERSON, 11, {"job_id": job_id, "price": 2})]
    assert await confirming.cancel(visit(3), job_id) == TooLate()
    async with database.reading() as tx:
        assert await tx.ledger.balance(PERSON) == Balance(5, 0)


async def test_cancelling_everything_leaves_word_for_each_card(database, confirming):
    job_id = await started(database, confirming)
    done = await confirming.cancel_all(visit(2))
    assert [job.id for job in done.jobs] == [job_id]
    assert await left_to_say(database) == [("job_cancelled", PERSON, 11, {"job_id": job_id, "price": 2})]


async def test_nobody_pays_a_price_they_did_not_see(database, confirming):
    await drafted(database)
    assert await confirming.go(visit(1), "c", CARD, price=1) == PriceChanged()
    async with database.reading() as tx:
        assert await tx.ledger.balance(PERSON) == Balance(5, 0)
    assert isinstance(await confirming.go(visit(2), "c", CARD, price=2), Started)
    async with database.reading() as tx:
        assert await tx.ledger.balance(PERSON) == Balance(3, 2)


@pytest.mark.parametrize(
    ("shown", "chat_id", "presentation"),
    [
        ("here", -40, None),
        ("spoiler", -40, "spoiler"),
        ("private", PERSON, None),
        (None, -40, "spoiler"),
        ("x", -40, "spoiler"),
    ],
)
async def test_a_picture_for_a_group_comes_as_its_card_said(
    database, confirming, shown, chat_id, presentation
):
    photo = Slot(PhotoRef("f", "u"), message_id=3)
    async with database.transaction() as tx:
        await tx.users.seen(PERSON, "en", 1.0)
        # Chosen in another group after this card was shown.
        await tx.users.set_group_delivery(PERSON, "spoiler")
        state = Draft("c", photo, photo).to_json()
        await tx.drafts.save(-40, PERSON, None, state, 1.0, expected_version=None)
    here = replace(visit(1), chat_id=-40)
    answer = await confirming.go(here, "c", MessageRef(-40, 11), price=2, way=shown)
    async with database.reading() as tx:
        job = await tx.jobs.get(answer.job_id)
    assert (job.chat_id, job.presentation) == (chat_id, presentation)


async def test_what_was_covered_is_covered_when_it_is_tried_again(database, confirming):
    photo = Slot(PhotoRef("f", "u"), message_id=3)
    here = replace(visit(1), chat_id=-40)
    async with database.transaction() as tx:
        await tx.users.seen(PERSON, "en", 1.0)
        state = Draft("c", photo, photo).to_json()
        await tx.drafts.save(-40, PERSON, None, state, 1.0, expected_version=None)
    answer = await confirming.go(here, "c", MessageRef(-40, 11), way="spoiler")
    async with database.transaction() as tx:
        job = await tx.jobs.get(answer.job_id)
        await tx.jobs.move(job.id, epoch=job.epoch, source=JobState.QUEUED, target=JobState.FAILED, at=2.0)
        await tx.ledger.release(job.id, 0, job.price, at=2.0)
    again = await confirming.retry(replace(visit(2), chat_id=-40), job.id, MessageRef(-40, 12))
    async with database.reading() as tx:
        assert (await tx.jobs.get(again.job_id)).presentation == "spoiler"


@pytest.mark.parametrize(
    ("capabilities", "steps"),
    [(EVERYTHING, 1), (Capabilities([Able(lambda need: need.ability is Ability.CLOTHES)]), 2)],
)
async def test_an_outfit_costs_the_same_in_one_call_or_in_two(database, confirming, capabilities, steps):
    confirming._shop = replace(confirming._shop, capabilities=capabilities)
    photo = Slot(PhotoRef("f", "u"), message_id=3)
    draft = Draft("c", photo, photo, lower=photo, ability=Ability.OUTFIT)
    async with database.transaction() as tx:
        await tx.drafts.save(PERSON, PERSON, None, draft.to_json(), 1.0, expected_version=None)
    answer = await confirming.go(visit(1), "c", CARD, price=2)
    assert isinstance(answer, Started)
    async with database.reading() as tx:
        job = await tx.jobs.get(answer.job_id)
    assert (job.price, job.outputs, job.steps) == (2, 1, steps)


async def test_an_outfit_of_which_nobody_makes_a_half_is_not_begun(database, confirming):
    confirming._shop = replace(confirming._shop, capabilities=ONLY_TOPS)
    photo = Slot(PhotoRef("f", "u"), message_id=3)
    draft = Draft("c", photo, photo, lower=photo, ability=Ability.OUTFIT)
    async with database.transaction() as tx:
        await tx.drafts.save(PERSON, PERSON, None, draft.to_json(), 1.0, expected_version=None)
    assert await confirming.go(visit(1), "c", CARD) == NotOffered()


async def test_a_second_card_that_asked_the_same_is_named_to_be_removed(confirming, database):
    await drafted(database)
    async with database.transaction() as tx:
        row = await tx.drafts.get(PERSON, PERSON)
        await tx.drafts.asked(PERSON, PERSON, row.version, 99, 1.0)
    started = await confirming.go(visit(1), "c", CARD)
    assert isinstance(started, Started)
    assert started.other_card == MessageRef(PERSON, 99)


async def test_cancelling_everything_gives_every_price_back_once(confirming, database):
    for number in (1, 2):
        await drafted(database)
        async with database.transaction() as tx:
            row = await tx.drafts.get(PERSON, PERSON)
            state = {**row.state, "confirmation_id": f"c{number}"}
            await tx.drafts.save(PERSON, PERSON, None, state, 1.0, expected_version=row.version)
        await confirming.go(visit(number), f"c{number}", CARD)
    done = await confirming.cancel_all(visit(3))
    assert len(done.jobs) == 2
    async with database.reading() as tx:
        assert await tx.ledger.balance(PERSON) == Balance(5, 0)


async def test_what_no_key_can_do_any_more_is_not_tried_again(confirming, database):
    job_id = await started(database, confirming)
    async with database.transaction() as tx:
        epoch = await tx.lease.advance(1.0)
        await tx.lease.stamp(epoch)
        job = await tx.jobs.get(job_id)
        queued = JobState.QUEUED
        await end_without_picture(
            tx, job, epoch=epoch, source=queued, failure=Failure.PROVIDER_FAILED, at=2.0
        )
    shop = Shop(Prices(2, 2, 1, 1, 1), ONLY_TOPS, max_open_jobs=5, consent_version=1, retention_days=30)
    narrower = Confirming(database, SystemClock(), confirming._entrance, shop, wake=lambda: None)
    assert await narrower.retry(visit(2), job_id, CARD) == NotOffered()
    assert isinstance(await confirming.retry(visit(3), job_id, CARD), Started)
