"""A bar moves by time, never back, and not more often than somebody looks."""

import asyncio
from dataclasses import replace

import pytest

from bot.chat.outcomes import MessageRef
from bot.jobs.progress import ProgressBoard
from bot.jobs.sending import Progress, Stage
from storage.jobs import Job, JobState
from tests.integration.delivery.world import Chats
from tests.integration.jobs.virtual_time import START, VirtualClock, on_virtual_time

JOB = Job(
    id=1,
    user_id=500,
    chat_id=500,
    thread_id=None,
    reply_to=10,
    card_message_id=11,
    confirmation_id="c",
    ability="clothes",
    request={},
    price=1,
    outputs=1,
    state=JobState.WORKING,
    failure=None,
    epoch=1,
    created_at=0.0,
    working_at=0.0,
    rendered_at=None,
    ended_at=None,
    kept_until=None,
    language="es",
)


def shown(chats: Chats) -> list[tuple[float, Progress]]:
    return [(at - START, progress) for at, _, progress in chats.progress]


@on_virtual_time
async def test_bar_moves_every_three_seconds_between_reports() -> None:
    chats = Chats()
    board = ProgressBoard(chats, VirtualClock())
    board.report(JOB, Stage.RENDERING, fraction=0.0, seconds_left=10.0)
    await asyncio.sleep(9.5)
    await board.stop()
    assert [round(at) for at, _ in shown(chats)] == [0, 3, 6, 9]
    assert [progress.fraction for _, progress in shown(chats)] == pytest.approx([0.0, 0.3, 0.6, 0.9])
    assert [progress.seconds_left for _, progress in shown(chats)] == pytest.approx([10, 7, 4, 1])


@on_virtual_time
async def test_bar_never_goes_back_and_never_ends_by_itself() -> None:
    chats = Chats()
    board = ProgressBoard(chats, VirtualClock())
    board.report(JOB, Stage.RENDERING, fraction=0.5, seconds_left=5.0)
    await asyncio.sleep(4.0)
    board.report(JOB, Stage.RENDERING, fraction=0.1, seconds_left=20.0)
    await asyncio.sleep(60.0)
    await board.stop()
    fractions = [progress.fraction or 0.0 for _, progress in shown(chats)]
    assert fractions == sorted(fractions)
    assert fractions[-1] == pytest.approx(0.97)


@on_virtual_time
async def test_many_reports_are_no_more_edits() -> None:
    chats = Chats()
    board = ProgressBoard(chats, VirtualClock())
    for n in range(60):
        board.report(JOB, Stage.RENDERING, fraction=n / 100, seconds_left=10.0)
        await asyncio.sleep(0.5)
    await board.stop()
    assert len(shown(chats)) == 10


@on_virtual_time
async def test_new_stage_is_shown_at_once() -> None:
    chats = Chats()
    board = ProgressBoard(chats, VirtualClock())
    board.report(JOB, Stage.WAITING, place=2, seconds_left=20.0, can_cancel=True)
    await asyncio.sleep(1.0)
    board.report(JOB, Stage.RENDERING, fraction=0.0, seconds_left=10.0)
    await asyncio.sleep(0.5)
    await board.stop()
    assert [(round(at, 1), progress.stage) for at, progress in shown(chats)] == [
        (0.0, Stage.WAITING),
        (1.0, Stage.RENDERING),
    ]


@on_virtual_time
async def test_the_next_step_is_shown_at_once() -> None:
    chats = Chats()
    board = ProgressBoard(chats, VirtualClock())
    board.report(replace(JOB, step=1, steps=4), Stage.RENDERING, fraction=0.2, seconds_left=30.0)
    await asyncio.sleep(1.0)
    board.report(replace(JOB, step=2, steps=4), Stage.RENDERING, fraction=0.25, seconds_left=29.0)
    await asyncio.sleep(0.5)
    await board.stop()
    assert [(round(at), progress.step, progress.steps) for at, progress in shown(chats)] == [
        (0, 1, 4),
        (1, 2, 4),
    ]


@pytest.mark.parametrize(("left", "edits"), [(40.0, 10), (200.0, 3), (900.0, 1)])
def test_long_waits_are_shown_more_rarely(left: float, edits: int) -> None:
    @on_virtual_time
    async def scenario() -> None:
        chats = Chats()
        board = ProgressBoard(chats, VirtualClock())
        board.report(JOB, Stage.WAITING, place=9, seconds_left=left)
        await asyncio.sleep(29.0)
        await board.stop()
        assert len(shown(chats)) == edits

    scenario()


@on_virtual_time
async def test_groups_are_edited_every_twelve_seconds() -> None:
    chats = Chats()
    board = ProgressBoard(chats, VirtualClock())
    board.report(replace(JOB, chat_id=-900), Stage.RENDERING, fraction=0.0, seconds_left=30.0)
    await asyncio.sleep(29.0)
    await board.stop()
    assert [round(at) for at, _ in shown(chats)] == [0, 12, 24]


@on_virtual_time
async def test_forgotten_job_is_shown_no_more() -> None:
    chats = Chats()
    board = ProgressBoard(chats, VirtualClock())
    board.report(JOB, Stage.RENDERING, fraction=0.0, seconds_left=10.0)
    await asyncio.sleep(1.0)
    await board.forget(JOB)
    board.report(JOB, Stage.DELIVERING)
    await asyncio.sleep(30.0)
    assert len(shown(chats)) == 1
    assert chats.forgotten == [MessageRef(500, 11)]


@on_virtual_time
async def test_job_of_which_nothing_is_heard_any_more_is_left_alone() -> None:
    chats = Chats()
    board = ProgressBoard(chats, VirtualClock())
    board.report(JOB, Stage.WAITING, place=1, seconds_left=5.0)
    await asyncio.sleep(3600.0)
    assert shown(chats)[-1][0] <= 600.0


@on_virtual_time
async def test_job_without_a_card_is_shown_nowhere() -> None:
    chats = Chats()
    board = ProgressBoard(chats, VirtualClock())
    board.report(replace(JOB, card_message_id=None), Stage.WAITING, place=1)
    await asyncio.sleep(5.0)
    assert shown(chats) == []


@on_virtual_time
async def test_progress_goes_on_where_the_job_is_shown_now() -> None:
    chats, elsewhere = Chats(), MessageRef(-1009, 77)
    board = ProgressBoard(chats, VirtualClock())
    board.report(JOB, Stage.WAITING)
    await asyncio.sleep(1.0)
    board.show_on(JOB.id, elsewhere)
    # Who reports knows only the card from before.
    board.report(JOB, Stage.WAITING, place=1)
    await asyncio.sleep(1.0)
    assert [card for _, card, _ in chats.progress] == [MessageRef(500, 11), elsewhere]
    await board.forget(JOB)
    assert chats.forgotten == [elsewhere]
    await board.stop()
