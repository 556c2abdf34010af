"""Comparisons come as one numbered sheet: sent once, paid for by what is on it, safe in every crash."""

import asyncio
from pathlib import Path

import pytest

from bot.chat.outcomes import CannotSend, Obstacle, TryLater
from bot.images import PictureError, Reason
from bot.jobs.failures import Failure
from storage.jobs import Job, JobState
from storage.results import Result, ResultState
from tests.integration.delivery.world import (
    CARD,
    GROUP,
    PERSON,
    Hangs,
    Lost,
    Step,
    Swallowed,
    World,
    world,
)
from tests.integration.jobs.virtual_time import on_virtual_time


async def comparison(here: World, *, rendered: tuple[int, ...] | None = None, chat_id: int = PERSON) -> Job:
    return await here.job(price=4, outputs=4, steps=4, rendered=rendered, chat_id=chat_id)


async def results(here: World, job: Job) -> list[Result]:
    async with here.db.reading() as tx:
        return await tx.results.of_job(job.id)


async def entries(here: World, job: Job) -> list[str]:
    async with here.db.reading() as tx:
        found = await tx.ledger.entries_of_job(job.id)
    return [f"{entry.key.split(':')[-1]} {entry.kind.value}" for entry in found[1:]]


@on_virtual_time
async def test_all_pictures_are_one_message_and_each_is_paid_for(database: Path) -> None:
    async with world(database) as here:
        job = await comparison(here)
        await (await here.start()).deliver(job)
        assert here.chats.shows() == ["sheet 1 2 3 4"]
        (delivery,) = here.chats.pictures
        assert delivery.data == b"sheet of p1 p2 p3 p4"
        assert (delivery.price, delivery.missing, delivery.of) == (4, 0, 4)
        assert await entries(here, job) == ["1 capture", "2 capture", "3 capture", "4 capture"]
        assert await here.balance() == (6, 0)


@on_virtual_time
async def test_the_sheet_is_found_again_and_so_is_the_original_of_each_picture(database: Path) -> None:
    async with world(database) as here:
        job = await comparison(here, rendered=(2, 4))
        await (await here.start()).deliver(job)
        second, fourth, sheet = await results(here, job)
        assert (sheet.n, sheet.state, sheet.file_id is not None) == (5, ResultState.DELIVERED, True)
        assert (sheet.width, sheet.height) == (60, 40)
        assert sheet.message_id == second.message_id == fourth.message_id
        # The file of the sheet is the file of none of its pictures.
        assert (second.n, second.file_id, second.source_url) == (2, None, "https://cdn.example/2")
        assert (fourth.n, fourth.file_id, fourth.source_url) == (4, None, "https://cdn.example/4")


@on_virtual_time
async def test_what_is_missing_is_given_back_and_said(database: Path) -> None:
    async with world(database) as here:
        job = await comparison(here, rendered=(1, 3))
        await (await here.start()).deliver(job)
        (delivery,) = here.chats.pictures
        assert (delivery.price, delivery.missing, delivery.returned) == (2, 2, 2)
        assert delivery.balance == 8
        assert await entries(here, job) == ["1 capture", "3 capture", "2 release", "4 release"]
        assert await here.balance() == (8, 0)


@on_virtual_time
async def test_a_single_picture_needs_no_sheet(database: Path) -> None:
    async with world(database) as here:
        job = await comparison(here, rendered=(3,))
        await (await here.start()).deliver(job)
        assert here.chats.shows() == ["picture 3"]
        assert here.composer.composed == 0
        (third,) = await results(here, job)
        assert third.file_id is not None
        assert [(part.n, part.color) for part in here.chats.pictures[0].parts] == [(3, "colour 2")]


@pytest.mark.parametrize("step", [Lost(), Swallowed(), Hangs(taken=True), Hangs(taken=False)])
def test_a_sheet_that_may_have_arrived_is_never_sent_again(database: Path, step: Step) -> None:
    @on_virtual_time
    async def scenario() -> None:
        async with world(database) as here:
            job = await comparison(here)
            here.chats.plan("send_picture", step)
            first = await here.start(pump=False)
            delivering = asyncio.ensure_future(first.deliveries.deliver(job.id, first.epoch))
            await asyncio.sleep(5.0)
            delivering.cancel()
            await first.end()
            await (await here.start()).recover()
            assert here.chats.count("send_picture") == 1
            assert here.chats.messages[PERSON][CARD].text == "sheet 1 2 3 4"
            assert (await here.reread(job)).state is JobState.DELIVERED
            assert await here.balance() == (6, 0)

    scenario()


@on_virtual_time
async def test_a_sheet_is_composed_once_however_often_it_is_tried(database: Path) -> None:
    async with world(database) as here:
        job = await comparison(here)
        here.chats.plan("send_picture", TryLater(5), TryLater(5))
        await (await here.start()).deliver(job)
        assert here.chats.shows() == ["sheet 1 2 3 4"]
        assert here.composer.composed == 1


@on_virtual_time
async def test_a_busy_moment_of_the_composer_is_waited_out(database: Path) -> None:
    async with world(database) as here:
        job = await comparison(here)
        here.composer.problems = [PictureError(Reason.BUSY)]
        await (await here.start()).deliver(job)
        assert here.chats.shows() == ["sheet 1 2 3 4"]


@pytest.mark.parametrize("problem", [PictureError(Reason.TOO_MANY_PIXELS), ValueError("ten pictures")])
def test_pictures_that_make_no_sheet_come_one_by_one(database: Path, problem: Exception) -> None:
    @on_virtual_time
    async def scenario() -> None:
        async with world(database) as here:
            job = await comparison(here, rendered=(1, 2, 4))
            here.composer.problems = [problem]
            await (await here.start()).deliver(job)
            assert here.chats.shows() == ["picture 1", "picture 2", "picture 4"]
            assert all(result.file_id for result in await results(here, job))
            assert await here.balance() == (7, 0)

    scenario()


@on_virtual_time
async def test_a_sheet_that_telegram_does_not_take_costs_nothing(database: Path) -> None:
    async with world(database) as here:
        job = await comparison(here)
        here.chats.plan("send_picture", CannotSend(Obstacle.REFUSED, "no"))
        await (await here.start()).deliver(job)
        ended = await here.reread(job)
        assert (ended.state, ended.failure) == (JobState.FAILED, Failure.UNDELIVERABLE)
        assert await here.balance() == (10, 0)


@on_virtual_time
async def test_a_sheet_that_a_group_does_not_take_comes_in_private(database: Path) -> None:
    async with world(database) as here:
        job = await comparison(here, chat_id=GROUP)
        here.chats.plan("send_picture", CannotSend(Obstacle.NO_RIGHT, ""))
        await (await here.start()).deliver(job)
        assert here.chats.shows(PERSON) == ["sheet 1 2 3 4"]
        assert {result.chat_id for result in await results(here, job)} == {PERSON}
