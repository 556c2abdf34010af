"""What a person sees and pays, however Telegram behaves; every world audits its ledger when it ends."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.chat.outcomes import CannotSend, MessageGone, MessageRef, Obstacle, TryLater
from storage.errors import ConstraintError, StorageUnavailable
from storage.jobs import Job, Jobs, JobState
from storage.ledger import Ledger
from storage.results import Results, ResultState
from tests.integration.delivery.world import CARD, GARMENT, GROUP, PERSON, Lost, Step, Swallowed, world
from tests.integration.jobs.virtual_time import on_virtual_time

BLOCKED = CannotSend(Obstacle.BLOCKED)
DAY = 24 * 3600.0


@on_virtual_time
async def test_picture_replies_to_the_garment_and_the_card_goes(database: Path) -> None:
    async with world(database) as here:
        job = await here.job()
        process = await here.start()
        await process.deliver(job)

        (message,) = here.chats.messages[PERSON].values()
        assert (message.text, message.reply_to) == ("picture 1", GARMENT)
        assert (await here.reread(job)).state is JobState.DELIVERED
        assert await here.balance() == (7, 0)


@on_virtual_time
async def test_delivered_result_keeps_the_file_id_and_drops_the_bytes(database: Path) -> None:
    async with world(database) as here:
        job = await here.job()
        await (await here.start()).deliver(job)
        async with here.db.reading() as tx:
            (result,) = await tx.results.of_job(job.id)
            body = await tx.results.body(job.id, 1)
        assert (result.state, result.file_id, result.message_id) == (ResultState.DELIVERED, "file-101", 101)
        assert body is None


@on_virtual_time
async def test_caption_is_told_price_balance_and_language(database: Path) -> None:
    async with world(database) as here:
        job = await here.job()
        async with here.db.transaction() as tx:
            await tx.users.set_language(PERSON, "es")
        await (await here.start()).deliver(job)
        (delivery,) = here.chats.pictures
        assert (delivery.price, delivery.balance, delivery.language) == (3, 7, "es")


@on_virtual_time
async def test_progress_is_forgotten_before_the_picture_is_sent(database: Path) -> None:
    async with world(database) as here:
        job = await here.job()
        process = await here.start()
        await process.deliver(job)
        assert here.chats.forgotten == [MessageRef(PERSON, CARD)]


@on_virtual_time
async def test_lost_answer_turns_the_card_into_the_picture_and_sends_nothing_again(database: Path) -> None:
    async with world(database) as here:
        job = await here.job()
        here.chats.plan("send_picture", Lost())
        await (await here.start()).deliver(job)
        assert here.chats.count("send_picture") == 1
        assert here.chats.messages[PERSON][CARD].text == "picture 1"
        assert here.chats.count("remove") == 0
        assert await here.balance() == (7, 0)


@on_virtual_time
async def test_swallowed_picture_arrives_in_the_card(database: Path) -> None:
    async with world(database) as here:
        job = await here.job()
        here.chats.plan("send_picture", Swallowed())
        await (await here.start()).deliver(job)
        assert here.chats.shows() == ["picture 1"]


@on_virtual_time
async def test_edit_with_a_lost_answer_is_repeated_until_it_is_known(database: Path) -> None:
    async with world(database) as here:
        job = await here.job()
        here.chats.plan("send_picture", Swallowed())
        here.chats.plan("turn_into_picture", Lost(), TryLater(30.0), Lost())
        await (await here.start()).deliver(job)
        assert here.chats.shows() == ["picture 1"]
        assert here.chats.count("turn_into_picture") == 4
        assert here.chats.count("send_picture") == 1


@on_virtual_time
async def test_picture_is_sent_anew_only_when_the_card_is_gone(database: Path) -> None:
    async with world(database) as here:
        job = await here.job()
        here.chats.plan("send_picture", Swallowed())
        here.chats.plan("turn_into_picture", MessageGone())
        await (await here.start()).deliver(job)
        assert here.chats.count("send_picture") == 2
        assert "picture 1" in here.chats.shows()
        assert await here.balance() == (7, 0)


@on_virtual_time
async def test_job_without_a_card_and_without_answers_gives_its_credits_back(database: Path) -> None:
    async with world(database) as here:
        job = await here.job(card=None)
        here.chats.plan("send_picture", *[Swallowed()] * 9)
        await (await here.start()).deliver(job)
        assert here.chats.count("send_picture") == 3
        assert (await here.reread(job)).failure == "undeliverable"
        assert await here.balance() == (10, 0)
        assert here.chats.shows() == ["job_failed"]


@on_virtual_time
async def test_flood_wait_is_kept_and_the_picture_sent_once(database: Path) -> None:
    async with world(database) as here:
        job = await here.job()
        here.chats.plan("send_picture", TryLater(40.0), TryLater(0.0))
        began = here.clock.now()
        await (await here.start()).deliver(job)
        assert here.clock.now() - began >= 40.0
        assert here.chats.shows() == ["picture 1"]
        assert here.chats.count("turn_into_picture") == 0


@on_virtual_time
async def test_job_that_waits_for_telegram_is_rendered_meanwhile(database: Path) -> None:
    async with world(database) as here:
        job = await here.job()
        here.chats.plan("send_picture", TryLater(40.0))
        process = await here.start()
        delivering = asyncio.ensure_future(process.deliver(job))
        await asyncio.sleep(20.0)
        assert (await here.reread(job)).state is JobState.RENDERED
        await delivering


@on_virtual_time
async def test_picture_for_a_group_goes_to_the_private_chat_when_the_group_is_closed(database: Path) -> None:
    async with world(database) as here:
        job = await here.job(chat_id=GROUP)
        here.chats.plan("send_picture", CannotSend(Obstacle.KICKED))
        process = await here.start()
        await process.deliver(job)
        await process.pump.wait_idle()
        assert here.chats.shows(PERSON) == ["picture 1"]
        # Told on the card, where one can be edited.
        assert [text.kind for text in here.chats.told] == ["came_privately"]
        assert here.chats.count("send_notice") == 0
        assert here.chats.shows(GROUP) == ["came_privately"]
        async with here.db.reading() as tx:
            (result,) = await tx.results.of_job(job.id)
        assert result.chat_id == PERSON
        assert await here.balance() == (7, 0)


@on_virtual_time
async def test_where_the_card_is_gone_too_nobody_hears_of_it(database: Path) -> None:
    async with world(database) as here:
        job = await here.job(chat_id=GROUP)
        here.chats.plan("send_picture", CannotSend(Obstacle.KICKED))
        here.chats.plan("turn_into_notice", CannotSend(Obstacle.KICKED))
        process = await here.start()
        await process.deliver(job)
        await process.pump.wait_idle()
        assert here.chats.shows(PERSON) == ["picture 1"]
        assert here.chats.count("send_notice") == 0


@on_virtual_time
async def test_picture_of_a_person_who_blocked_the_bot_is_kept_with_its_hold(database: Path) -> None:
    async with world(database) as here:
        job = await here.job()
        here.chats.plan("send_picture", BLOCKED)
        await (await here.start()).deliver(job)
        kept = await here.reread(job)
        assert kept.state is JobState.RENDERED
        assert kept.kept_until is not None
        assert kept.kept_until - here.clock.now() == pytest.approx(30 * DAY, abs=10)
        assert await here.balance() == (7, 3)


@on_virtual_time
async def test_a_group_hears_once_why_its_picture_does_not_come_at_all(database: Path) -> None:
    async with world(database) as here:
        job = await here.job(chat_id=GROUP)
        here.chats.plan("send_picture", CannotSend(Obstacle.NO_RIGHT), BLOCKED, CannotSend(Obstacle.NO_RIGHT))
        here.chats.plan("send_picture", BLOCKED)
        process = await here.start()
        await process.deliver(job)
        await process.pump.wait_idle()
        await process.deliveries.contact(PERSON)
        await asyncio.sleep(5.0)
        await process.pump.wait_idle()
        assert [text.kind for text in here.chats.told] == ["picture_waits"]
        assert here.chats.count("send_picture") == 4
        # In place of the card, which stood still.
        assert len(here.chats.shows(GROUP)) == 1
        assert await here.balance() == (7, 3)
        await process.deliveries.contact(PERSON)
        await asyncio.sleep(5.0)
        assert await here.balance() == (7, 0)


@on_virtual_time
async def test_kept_picture_comes_at_the_next_contact(database: Path) -> None:
    async with world(database) as here:
        job = await here.job()
        here.chats.plan("send_picture", BLOCKED, BLOCKED)
        process = await here.start()
        await process.deliver(job)
        for _ in range(2):
            await process.deliveries.contact(PERSON)
            await asyncio.sleep(5.0)
            await process.pump.wait_idle()
        assert here.chats.shows() == ["picture 1"]
        assert await here.balance() == (7, 0)


@on_virtual_time
async def test_kept_picture_outlives_a_contact_at_a_bad_moment(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world(database) as here:
        job = await here.job()
        here.chats.plan("send_picture", BLOCKED)
        process = await here.start()
        await process.deliver(job)

        async def fails(_jobs: Jobs, _user_id: int) -> list[Job]:
            raise StorageUnavailable("away")

        with monkeypatch.context() as broken:
            broken.setattr(Jobs, "kept_for", fails)
            with pytest.raises(StorageUnavailable):
                await process.deliveries.contact(PERSON)
        await process.deliveries.contact(PERSON)
        await asyncio.sleep(5.0)
        assert here.chats.shows() == ["picture 1"]


@on_virtual_time
async def test_kept_picture_survives_a_restart(database: Path) -> None:
    async with world(database) as here:
        job = await here.job()
        here.chats.plan("send_picture", BLOCKED)
        first = await here.start()
        await first.deliver(job)
        await first.end()
        second = await here.start()
        await second.recover()
        assert here.chats.count("send_picture") == 1
        await second.deliveries.contact(PERSON)
        await asyncio.sleep(5.0)
        assert "picture 1" in here.chats.shows()


@on_virtual_time
async def test_kept_picture_is_given_up_after_the_retention(database: Path) -> None:
    async with world(database) as here:
        job = await here.job()
        here.chats.plan("send_picture", BLOCKED)
        process = await here.start(pump=False)
        await process.deliveries.recover(process.epoch)
        await asyncio.sleep(29 * DAY)
        assert (await here.reread(job)).state is JobState.RENDERED
        await asyncio.sleep(1 * DAY + 1200.0)
        ended = await here.reread(job)
        assert (ended.state, ended.failure) == (JobState.FAILED, "undeliverable")
        assert await here.balance() == (10, 0)


@on_virtual_time
async def test_only_what_never_came_is_given_back_when_a_half_delivered_job_is_given_up(
    database: Path,
) -> None:
    async with world(database) as here:
        job = await here.job(price=3, outputs=2)
        here.chats.plan("send_picture", Lost(), BLOCKED)
        process = await here.start(pump=False)
        await process.deliveries.recover(process.epoch)
        assert await here.balance() == (7, 2)
        await asyncio.sleep(30 * DAY + 1200.0)
        assert (await here.reread(job)).state is JobState.DELIVERED
        assert await here.balance() == (9, 0)


@on_virtual_time
async def test_picture_that_telegram_refuses_costs_nothing_and_is_told(database: Path) -> None:
    async with world(database) as here:
        job = await here.job()
        here.chats.plan("send_picture", CannotSend(Obstacle.REFUSED, "PHOTO_INVALID"))
        await (await here.start()).deliver(job)
        assert await here.balance() == (10, 0)
        assert here.chats.shows() == ["job_failed"]


@on_virtual_time
async def test_mistake_of_ours_never_loses_a_paid_picture(database: Path) -> None:
    async with world(database) as here:
        job = await here.job()
        here.chats.plan("send_picture", RuntimeError("no words for it"))
        await (await here.start()).deliver(job)
        assert here.chats.shows() == ["picture 1"]
        assert await here.balance() == (7, 0)


@pytest.mark.parametrize(
    ("price", "delivered_n", "cost"), [(3, 1, 1), (3, 2, 2), (2, 1, 1), (2, 2, 1), (5, 2, 3)]
)
def test_of_several_pictures_only_the_delivered_are_paid(
    database: Path, price: int, delivered_n: int, cost: int
) -> None:
    @on_virtual_time
    async def scenario() -> None:
        async with world(database) as here:
            job = await here.job(price=price, outputs=2)
            refused: Step = CannotSend(Obstacle.REFUSED)
            if delivered_n == 1:
                here.chats.plan("send_picture", Lost(), refused)
            else:
                here.chats.plan("send_picture", refused)
            await (await here.start()).deliver(job)
            assert (await here.reread(job)).state is JobState.DELIVERED
            assert await here.balance() == (10 - cost, 0)

    scenario()


@on_virtual_time
async def test_two_pictures_cost_the_whole_price(database: Path) -> None:
    async with world(database) as here:
        job = await here.job(price=3, outputs=2)
        await (await here.start()).deliver(job)
        assert here.chats.shows() == ["picture 1", "picture 2"]
        assert await here.balance() == (7, 0)


@on_virtual_time
async def test_picture_that_was_never_rendered_is_given_back(database: Path) -> None:
    async with world(database) as here:
        job = await here.job(price=3, outputs=2, rendered=1)
        await (await here.start()).deliver(job)
        assert (await here.reread(job)).state is JobState.DELIVERED
        assert await here.balance() == (9, 0)


@on_virtual_time
async def test_card_becomes_only_one_of_two_unknown_pictures(database: Path) -> None:
    async with world(database) as here:
        job = await here.job(price=2, outputs=2)
        here.chats.plan("send_picture", Swallowed(), Swallowed())
        await (await here.start()).deliver(job)
        assert here.chats.messages[PERSON][CARD].text == "picture 1"
        assert here.chats.shows() == ["picture 1", "picture 2"]


@on_virtual_time
async def test_same_job_is_delivered_once_however_often_it_is_asked_for(database: Path) -> None:
    async with world(database) as here:
        job = await here.job()
        process = await here.start()
        await asyncio.gather(*(process.deliver(job) for _ in range(5)), process.recover())
        assert here.chats.shows() == ["picture 1"]
        assert here.chats.count("send_picture") == 1


@on_virtual_time
async def test_twenty_pictures_at_once_all_arrive(database: Path) -> None:
    async with world(database) as here:
        jobs = [await here.job(price=1) for _ in range(20)]
        process = await here.start()
        await asyncio.gather(*(process.deliver(job) for job in jobs))
        assert here.chats.shows() == ["picture 1"] * 20
        assert await here.balance() == (180, 0)


@on_virtual_time
async def test_picture_that_waits_for_one_chat_delays_no_other(database: Path) -> None:
    async with world(database) as here:
        slow = [await here.job(price=1) for _ in range(10)]
        here.chats.plan("send_picture", *[TryLater(100.0)] * 10)
        process = await here.start()
        waiting = [asyncio.ensure_future(process.deliver(job)) for job in slow]
        await asyncio.sleep(3.0)
        began = here.clock.now()
        await process.deliveries.deliver((await here.job(price=1)).id, process.epoch)
        assert here.clock.now() - began < 1.0
        await asyncio.gather(*waiting)


@on_virtual_time
async def test_rendered_job_without_any_picture_costs_nothing(database: Path) -> None:
    async with world(database) as here:
        job = await here.job(outputs=2, rendered=0)
        await (await here.start()).deliver(job)
        assert (await here.reread(job)).failure == "result_lost"
        assert await here.balance() == (10, 0)
        assert here.chats.shows() == ["job_failed"]


@on_virtual_time
async def test_picture_whose_bytes_are_lost_costs_nothing(
    database: Path,
) -> None:
    async with world(database) as here:
        job = await here.job(price=2, outputs=2)
        async with here.db.transaction() as tx:
            await tx.results.drop(job.id, 2, here.clock.now())
        await (await here.start()).deliver(job)
        assert here.chats.shows() == ["picture 1"]
        assert await here.balance() == (9, 0)


def test_database_that_is_away_delays_a_picture_and_loses_none(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = 3
    real_body = Results.body

    async def body(self: Results, job_id: int, n: int) -> bytes | None:
        nonlocal away
        away -= 1
        if away >= 0:
            raise StorageUnavailable("away")
        return await real_body(self, job_id, n)

    monkeypatch.setattr(Results, "body", body)

    @on_virtual_time
    async def scenario() -> None:
        async with world(database) as here:
            job = await here.job()
            await (await here.start()).deliver(job)
            assert here.chats.shows() == ["picture 1"]
            assert here.chats.count("turn_into_picture") == 0
            assert await here.balance() == (7, 0)

    scenario()


def test_picture_that_arrived_but_could_not_be_booked_is_not_sent_again(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_capture = Ledger.capture
    failures = [ConstraintError("a bug"), ConstraintError("a bug")]

    async def capture(self: Ledger, *args: Any, **kwargs: Any) -> bool:
        if failures:
            raise failures.pop()
        return await real_capture(self, *args, **kwargs)

    monkeypatch.setattr(Ledger, "capture", capture)

    @on_virtual_time
    async def scenario() -> None:
        async with world(database) as here:
            job = await here.job()
            await (await here.start()).deliver(job)
            assert here.chats.count("send_picture") == 1
            assert (await here.reread(job)).state is JobState.DELIVERED
            assert await here.balance() == (7, 0)

    scenario()


@on_virtual_time
async def test_job_of_another_epoch_is_left_alone(database: Path) -> None:
    async with world(database) as here:
        job = await here.job()
        old = await here.start(pump=False)
        await here.start(pump=False)
        await old.deliveries.deliver(job.id, old.epoch)
        assert here.chats.calls == []
        assert (await here.reread(job)).state is JobState.RENDERED


@on_virtual_time
async def test_nothing_begins_after_the_stop(database: Path) -> None:
    async with world(database) as here:
        job = await here.job()
        process = await here.start()
        await process.deliveries.stop(1.0)
        await process.deliver(job)
        await process.deliveries.contact(PERSON)
        assert here.chats.calls == []


@on_virtual_time
async def test_same_process_delivers_again_when_it_wins_the_lease_back(database: Path) -> None:
    async with world(database) as here:
        job = await here.job()
        process = await here.start()
        await process.deliveries.stop(1.0)
        await process.recover()
        assert here.chats.shows() == ["picture 1"]
        assert (await here.reread(job)).state is JobState.DELIVERED


@on_virtual_time
async def test_free_picture_is_delivered_without_touching_the_ledger(database: Path) -> None:
    async with world(database) as here:
        job = await here.job(price=0)
        await (await here.start()).deliver(job)
        assert here.chats.shows() == ["picture 1"]
        assert await here.balance() == (10, 0)
