"""The program is killed at every point of a delivery; another run takes over the same database."""

import asyncio
from pathlib import Path

import pytest

from bot.jobs.ending import end_without_picture
from bot.jobs.failures import Failure
from storage.jobs import Job, JobState
from tests.integration.delivery.world import CARD, PERSON, Hangs, Process, Step, Swallowed, World, world
from tests.integration.jobs.virtual_time import on_virtual_time


async def deliver_until_killed(here: World, job: Job, *steps: Step) -> None:
    """Let a first run get as far as the plan, then end it in the middle of the call."""
    here.chats.plan("send_picture", *steps)
    first = await here.start(pump=False)
    delivering = asyncio.ensure_future(first.deliveries.deliver(job.id, first.epoch))
    await asyncio.sleep(5.0)
    delivering.cancel()
    await first.end()


async def take_over(here: World) -> Process:
    second = await here.start()
    await second.recover()
    return second


@on_virtual_time
async def test_killed_before_anything_was_asked(database: Path) -> None:
    async with world(database) as here:
        job = await here.job()
        await take_over(here)
        assert here.chats.shows() == ["picture 1"]
        assert (await here.reread(job)).state is JobState.DELIVERED
        assert await here.balance() == (7, 0)


@pytest.mark.parametrize("taken", [True, False])
def test_killed_while_telegram_was_asked(database: Path, taken: bool) -> None:
    @on_virtual_time
    async def scenario() -> None:
        async with world(database) as here:
            job = await here.job()
            await deliver_until_killed(here, job, Hangs(taken=taken))
            assert (await here.reread(job)).state is JobState.DELIVERING
            await take_over(here)
            assert here.chats.count("send_picture") == 1
            assert here.chats.messages[PERSON][CARD].text == "picture 1"
            assert await here.balance() == (7, 0)

    scenario()


@on_virtual_time
async def test_killed_while_telegram_was_asked_and_the_card_is_gone(database: Path) -> None:
    async with world(database) as here:
        job = await here.job()
        await deliver_until_killed(here, job, Hangs(taken=False))
        del here.chats.messages[PERSON][CARD]
        await take_over(here)
        assert here.chats.shows() == ["picture 1"]
        assert await here.balance() == (7, 0)


@on_virtual_time
async def test_killed_while_the_card_became_the_picture(database: Path) -> None:
    async with world(database) as here:
        job = await here.job()
        here.chats.plan("turn_into_picture", Hangs(taken=True))
        await deliver_until_killed(here, job, Swallowed())
        assert here.chats.count("turn_into_picture") == 1
        await take_over(here)
        assert here.chats.shows() == ["picture 1"]
        assert here.chats.count("send_picture") == 1
        assert await here.balance() == (7, 0)


@on_virtual_time
async def test_killed_after_the_commit_and_before_the_card_was_removed(database: Path) -> None:
    async with world(database) as here:
        job = await here.job()
        await deliver_until_killed(here, job)
        assert here.chats.shows() == ["card", "picture 1"]
        await take_over(here)
        assert here.chats.shows() == ["picture 1"]
        assert here.chats.count("send_picture") == 1


@on_virtual_time
async def test_killed_between_two_pictures(database: Path) -> None:
    async with world(database) as here:
        job = await here.job(price=3, outputs=2)
        first = await here.start(pump=False)
        real_send, sent = here.chats._send, []

        async def once(*args: object, **kwargs: object) -> object:
            if sent:
                await asyncio.Event().wait()
            sent.append(args)
            return await real_send(*args, **kwargs)

        here.chats._send = once
        delivering = asyncio.ensure_future(first.deliveries.deliver(job.id, first.epoch))
        await asyncio.sleep(5.0)
        delivering.cancel()
        await first.end()
        here.chats._send = real_send
        assert await here.balance() == (7, 2)

        await take_over(here)
        assert here.chats.messages[PERSON][CARD].text == "picture 2"
        assert here.chats.shows().count("picture 1") == 1
        assert await here.balance() == (7, 0)


@on_virtual_time
async def test_send_that_ends_during_the_grace_is_booked(database: Path) -> None:
    async with world(database) as here:
        job = await here.job()
        process = await here.start(pump=False)
        delivering = asyncio.ensure_future(process.deliveries.deliver(job.id, process.epoch))
        await asyncio.sleep(0.05)
        await process.deliveries.stop(5.0)
        await delivering
        assert (await here.reread(job)).state is JobState.DELIVERED
        assert await here.balance() == (7, 0)


@on_virtual_time
async def test_old_owner_touches_no_money_after_a_new_one_took_over(database: Path) -> None:
    async with world(database) as here:
        job = await here.job()
        old = await here.start(pump=False)
        delivering = asyncio.ensure_future(old.deliveries.deliver(job.id, old.epoch))
        await asyncio.sleep(0.05)
        new = await here.start()
        await delivering
        assert (await here.reread(job)).state is JobState.DELIVERING
        assert await here.balance() == (7, 3)
        await new.recover()
        assert (await here.reread(job)).state is JobState.DELIVERED
        assert await here.balance() == (7, 0)


@on_virtual_time
async def test_failure_that_was_written_down_is_told_by_the_next_run(database: Path) -> None:
    async with world(database) as here:
        job = await here.job(state=JobState.WORKING)
        async with here.db.transaction() as tx:
            epoch = await tx.lease.epoch()
            ended = await end_without_picture(
                tx,
                job,
                epoch=epoch,
                source=JobState.WORKING,
                failure=Failure.PROVIDER_FAILED,
                at=here.clock.now(),
            )
        assert ended is not None
        await take_over(here)
        assert here.chats.shows() == ["job_failed"]
        assert await here.balance() == (10, 0)
