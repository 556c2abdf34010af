"""What a person must read arrives, in order, and not twice where that can be avoided."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.chat.outcomes import CannotSend, MessageGone, Obstacle, TryLater
from bot.jobs import notices
from bot.jobs.ending import end_without_picture, tell_operator
from bot.jobs.failures import Failure
from bot.jobs.tenure import Tenure
from storage.database import Tx
from storage.errors import ConstraintError, StorageUnavailable
from storage.jobs import Job, JobState
from storage.notices import NewNotice, Notice, Notices, NoticeState
from tests.integration.delivery.world import (
    CARD,
    GARMENT,
    GROUP,
    PERSON,
    Hangs,
    Lost,
    Message,
    Swallowed,
    World,
    world,
)
from tests.integration.jobs.virtual_time import on_virtual_time


def told(cause: str = "a", *, chat_id: int = PERSON, card: int | None = None) -> NewNotice:
    return NewNotice(
        cause=cause, user_id=PERSON, chat_id=chat_id, kind=f"told {cause}", params={}, edit_message_id=card
    )


async def fail(here: World, job: Job, failure: Failure | None = Failure.PROVIDER_FAILED) -> Job | None:
    async with here.db.transaction() as tx:
        return await end_without_picture(
            tx,
            job,
            epoch=await tx.lease.epoch(),
            source=job.state,
            failure=failure,
            at=here.clock.now(),
            detail={"role": "garment"},
        )


@on_virtual_time
async def test_failed_job_is_told_as_a_new_reply_and_its_card_goes(database: Path) -> None:
    async with world(database) as here:
        process = await here.start()
        await fail(here, await here.job(state=JobState.WORKING))
        await process.pump.wait_idle()
        (message,) = here.chats.messages[PERSON].values()
        assert (message.text, message.reply_to) == ("job_failed", GARMENT)
        (text,) = here.chats.told
        told = {"job_id": 1, "price": 3, "ability": "clothes", "role": "garment"}
        assert text.params == {**told, "failure": "provider_failed"}
        assert text.language == "es"
        assert await here.balance() == (10, 0)


@on_virtual_time
async def test_ending_drops_the_bytes_of_pictures(database: Path) -> None:
    async with world(database) as here:
        job = await here.job()
        await fail(here, job)
        async with here.db.reading() as tx:
            assert await tx.results.body(job.id, 1) is None


@on_virtual_time
async def test_job_that_somebody_else_moved_is_left_alone(database: Path) -> None:
    async with world(database) as here:
        job = await here.job(state=JobState.WORKING)
        assert await fail(here, job) is not None
        assert await fail(here, job) is None
        assert await here.balance() == (10, 0)


@on_virtual_time
async def test_cancelled_job_changes_its_card_and_sends_nothing(database: Path) -> None:
    async with world(database) as here:
        process = await here.start()
        job = await here.job(state=JobState.QUEUED)
        ended = await fail(here, job, None)
        await process.pump.wait_idle()
        assert ended is not None
        assert ended.state is JobState.CANCELLED
        assert here.chats.messages[PERSON] == {CARD: Message("job_cancelled")}
        assert here.chats.count("send_notice") == 0


@on_virtual_time
async def test_lost_answer_turns_the_card_into_the_notice(database: Path) -> None:
    async with world(database) as here:
        process = await here.start()
        here.chats.plan("send_notice", Swallowed())
        here.chats.plan("turn_into_notice", Lost(), TryLater(20.0))
        await fail(here, await here.job(state=JobState.WORKING))
        await process.pump.wait_idle()
        assert here.chats.messages[PERSON] == {CARD: Message("job_failed")}
        assert here.chats.count("send_notice") == 1


@on_virtual_time
async def test_notice_is_sent_anew_only_when_the_card_is_gone(database: Path) -> None:
    async with world(database) as here:
        process = await here.start()
        here.chats.plan("send_notice", Swallowed())
        here.chats.plan("turn_into_notice", MessageGone(), MessageGone())
        await fail(here, await here.job(state=JobState.WORKING))
        await process.pump.wait_idle()
        assert here.chats.shows() == ["job_failed"]
        assert here.chats.count("send_notice") == 2


@pytest.mark.parametrize("taken", [True, False])
def test_killed_while_a_notice_was_sent(database: Path, taken: bool) -> None:
    @on_virtual_time
    async def scenario() -> None:
        async with world(database) as here:
            first = await here.start()
            here.chats.plan("send_notice", Hangs(taken=taken))
            await fail(here, await here.job(state=JobState.WORKING))
            first.pump.wake()
            await asyncio.sleep(5.0)
            await first.end()
            second = await here.start()
            await second.pump.wait_idle()
            assert here.chats.messages[PERSON][CARD].text == "job_failed"
            assert here.chats.count("send_notice") == 1

    scenario()


@on_virtual_time
async def test_notice_without_a_card_is_sent_again_after_a_kill(database: Path) -> None:
    async with world(database) as here:
        first = await here.start()
        here.chats.plan("send_notice", Hangs(taken=False))
        notice = await here.notice(told())
        first.pump.wake()
        await asyncio.sleep(5.0)
        await first.end()
        second = await here.start()
        await second.pump.wait_idle()
        assert here.chats.shows() == ["told a"]
        assert await here.state_of(notice) is NoticeState.SENT


@on_virtual_time
async def test_notice_without_a_card_is_sent_three_times_at_most(database: Path) -> None:
    async with world(database) as here:
        process = await here.start()
        here.chats.plan("send_notice", *[Lost()] * 9)
        notice = await here.notice(told())
        await process.pump.wait_idle()
        assert here.chats.count("send_notice") == 3
        assert await here.state_of(notice) is NoticeState.SENT


@on_virtual_time
async def test_notices_of_a_chat_keep_their_order_when_the_first_has_to_wait(database: Path) -> None:
    async with world(database) as here:
        process = await here.start()
        here.chats.plan("send_notice", TryLater(30.0))
        for cause in "abc":
            await here.notice(told(cause))
        began = here.clock.now()
        process.pump.wake()
        await asyncio.sleep(40.0)
        await process.pump.wait_idle()
        assert here.chats.shows() == ["told a", "told b", "told c"]
        assert here.clock.now() - began >= 30.0


@on_virtual_time
async def test_chat_that_has_to_wait_delays_no_other(database: Path) -> None:
    async with world(database) as here:
        process = await here.start()
        here.chats.plan("send_notice", TryLater(30.0))
        await here.notice(told("a"))
        await here.notice(told("b", chat_id=777))
        process.pump.wake()
        await asyncio.sleep(1.0)
        assert here.chats.shows(777) == ["told b"]
        assert here.chats.shows(PERSON) == []


@on_virtual_time
async def test_notice_for_a_closed_group_goes_to_the_private_chat(database: Path) -> None:
    async with world(database) as here:
        process = await here.start()
        here.chats.plan("send_notice", CannotSend(Obstacle.KICKED))
        await here.notice(told(chat_id=GROUP))
        await process.pump.wait_idle()
        assert here.chats.shows(PERSON) == ["told a"]


@on_virtual_time
async def test_notice_for_somebody_who_blocked_the_bot_is_dropped(database: Path) -> None:
    async with world(database) as here:
        process = await here.start()
        here.chats.plan("send_notice", CannotSend(Obstacle.BLOCKED))
        notice = await here.notice(told())
        await process.pump.wait_idle()
        assert await here.state_of(notice) is NoticeState.DROPPED


def test_notice_is_given_up_when_it_is_no_news_any_more(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "MOST_SECONDS", 1000.0)

    @on_virtual_time
    async def scenario() -> None:
        async with world(database) as here:
            process = await here.start()
            here.chats.plan("send_notice", *[TryLater(300.0)] * 100)
            notice = await here.notice(told())
            await asyncio.sleep(900.0)
            assert await here.state_of(notice) is NoticeState.PENDING
            await asyncio.sleep(600.0)
            await process.pump.wait_idle()
            assert await here.state_of(notice) is NoticeState.DROPPED

    scenario()


@on_virtual_time
async def test_notice_without_words_holds_up_nobody_for_long(database: Path) -> None:
    async with world(database) as here:
        process = await here.start()
        here.chats.plan("send_notice", *[KeyError("no such kind")] * 5)
        broken = await here.notice(told("a"))
        await here.notice(told("b"))
        process.pump.wake()
        await asyncio.sleep(60.0)
        assert here.chats.shows() == ["told b"]
        assert await here.state_of(broken) is NoticeState.DROPPED


@on_virtual_time
async def test_notices_of_many_chats_all_arrive(database: Path) -> None:
    async with world(database) as here:
        process = await here.start()
        for chat_id in range(600, 640):
            await here.notice(told(str(chat_id), chat_id=chat_id))
        await process.pump.wait_idle()
        assert [here.chats.shows(chat_id) for chat_id in range(600, 640)] == [
            [f"told {chat_id}"] for chat_id in range(600, 640)
        ]


def test_notice_that_arrived_but_could_not_be_noted_is_not_sent_again(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_sent = Notices.sent
    failures = [ConstraintError("a bug")]

    async def sent(self: Notices, notice_id: int, at: float) -> bool:
        if failures:
            raise failures.pop()
        return await real_sent(self, notice_id, at)

    monkeypatch.setattr(Notices, "sent", sent)

    @on_virtual_time
    async def scenario() -> None:
        async with world(database) as here:
            process = await here.start()
            await fail(here, await here.job(state=JobState.WORKING))
            await asyncio.sleep(1000.0)
            await process.pump.wait_idle()
            assert here.chats.count("send_notice") == 1
            assert here.chats.messages[PERSON][CARD].text == "job_failed"

    scenario()


def test_database_that_is_away_delays_notices_and_loses_none(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_due = Notices.due
    failures = [StorageUnavailable("away")] * 3

    async def due(self: Notices, now: float, limit: int = 100) -> list[Notice]:
        if failures:
            raise failures.pop()
        return await real_due(self, now, limit)

    monkeypatch.setattr(Notices, "due", due)

    @on_virtual_time
    async def scenario() -> None:
        async with world(database) as here:
            await here.start()
            await here.notice(told())
            await asyncio.sleep(10.0)
            assert here.chats.shows() == ["told a"]

    scenario()


@on_virtual_time
async def test_notice_of_another_owner_is_left_alone(database: Path) -> None:
    async with world(database) as here:
        old = await here.start()
        await here.start(pump=False)
        # Written under the new owner's epoch, which the old one does not know of yet.
        notice = await here.notice(told())
        old.pump.wake()
        await asyncio.sleep(5.0)
        assert here.chats.calls == []
        assert await here.state_of(notice) is NoticeState.PENDING


@on_virtual_time
async def test_notice_of_another_process_is_found_without_a_wake(database: Path) -> None:
    async with world(database) as here:
        await here.start()
        await asyncio.sleep(60.0)
        await here.notice(told())
        await asyncio.sleep(3.0)
        assert here.chats.shows() == ["told a"]


@on_virtual_time
async def test_every_admin_is_told_once_for_each_cause(database: Path) -> None:
    async with world(database) as here:
        process = await here.start()
        for _ in range(2):
            async with here.db.transaction() as tx:
                await tell_operator(
                    tx,
                    cause="key:1",
                    kind="key_refused",
                    params={"key": "ab12"},
                    admin_ids=(1, 2),
                    at=here.clock.now(),
                )
        await process.pump.wait_idle()
        assert (here.chats.shows(1), here.chats.shows(2)) == (["key_refused"], ["key_refused"])


@on_virtual_time
async def test_notice_being_sent_ends_during_the_grace(database: Path) -> None:
    async with world(database) as here:
        process = await here.start()
        notice = await here.notice(told())
        process.pump.wake()
        await asyncio.sleep(0.05)
        await process.pump.stop(5.0)
        assert await here.state_of(notice) is NoticeState.SENT


@on_virtual_time
async def test_notice_is_sent_once_when_the_answer_to_a_commit_is_lost(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Tenure.write

    async def write_twice(tenure: Tenure, change: Callable[[Tx], Awaitable[Any]]) -> Any:
        """Commit, lose the answer, and try again, as after a broken connection."""
        await write(tenure, change)
        return await write(tenure, change)

    async with world(database) as here:
        process = await here.start()
        with monkeypatch.context() as patched:
            patched.setattr(Tenure, "write", write_twice)
            notice = await here.notice(told())
            process.pump.wake()
            await asyncio.sleep(5.0)
        assert here.chats.shows() == ["told a"]
        assert await here.state_of(notice) is NoticeState.SENT
