"""How a job ends without a picture, and what each of several pictures costs."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from bot.chat.messages import CAME_PRIVATELY, JOB_CANCELLED, PICTURE_WAITS
from bot.jobs.failures import Failure
from storage.database import Tx
from storage.jobs import Job, JobState
from storage.notices import NewNotice
from storage.results import ResultState

JOB_FAILED = "job_failed"
# Not for reading: the order to remove a card, kept as a notice since it must survive a crash just the same.
REMOVE_CARD = "remove_card"
WHOLE_HOLD = 0


def share(price: int, outputs: int, n: int) -> int:
    """Return what picture ``n`` (from 1) of several costs; the shares add up to the price exactly."""
    return price * n // outputs - price * (n - 1) // outputs


async def end_without_picture(
    tx: Tx,
    job: Job,
    *,
    epoch: int,
    source: JobState | Collection[JobState],
    failure: Failure | None,
    at: float,
    detail: Mapping[str, Any] | None = None,
) -> Job | None:
    """End a job of which nothing was delivered: its hold goes back, and the person is told.

    ``failure`` None means that it was cancelled; ``detail`` are further facts for the words. None is returned
    when somebody else moved the job: then nothing was changed, and no money may be touched.
    """
    target = JobState.CANCELLED if failure is None else JobState.FAILED
    ended = await tx.jobs.move(job.id, epoch=epoch, source=source, target=target, at=at, failure=failure)
    if ended is None:
        return None
    if ended.price:
        await tx.ledger.release(ended.id, WHOLE_HOLD, ended.price, at=at)
    for result in await tx.results.of_job(ended.id):
        await tx.results.drop(ended.id, result.n, at)
    params: dict[str, Any] = {"job_id": ended.id, "price": ended.price, **(detail or {})}
    if failure is not None:
        params |= {"failure": failure.value, "ability": ended.ability}
    if ended.addressee:
        params["addressee"] = ended.addressee
    notice = NewNotice(
        cause=f"job:{ended.id}:ended",
        user_id=ended.user_id,
        chat_id=ended.chat_id,
        thread_id=ended.thread_id,
        reply_to=ended.reply_to,
        edit_message_id=ended.card_message_id,
        kind=JOB_CANCELLED if failure is None else JOB_FAILED,
        params=params,
    )
    await tx.notices.add(notice, at)
    return ended


async def give_up_kept(tx: Tx, job: Job, *, epoch: int, failure: Failure, at: float) -> Job | None:
    """End a rendered job whose rest can't be delivered: only what never came is given back.

    None is returned as by ``end_without_picture``.
    """
    results = await tx.results.of_job(job.id)
    if not any(result.state is ResultState.DELIVERED for result in results):
        return await end_without_picture(
            tx, job, epoch=epoch, source=JobState.RENDERED, failure=failure, at=at
        )
    ended = await tx.jobs.move(
        job.id, epoch=epoch, source=JobState.RENDERED, target=JobState.DELIVERED, at=at
    )
    if ended is None:
        return None
    for result in results:
        await tx.results.drop(job.id, result.n, at)
    await close_delivered(tx, ended, at)
    return ended


async def tell_that_it_waits(tx: Tx, job: Job, at: float) -> None:
    """Say in the group that asked for a picture that it can't be sent there, nor to its person: once."""
    notice = NewNotice(
        cause=f"job:{job.id}:waits",
        user_id=job.user_id,
        chat_id=job.chat_id,
        thread_id=job.thread_id,
        reply_to=job.reply_to,
        edit_message_id=job.card_message_id,
        kind=PICTURE_WAITS,
        params={"addressee": job.addressee} if job.addressee else {},
    )
    await tx.notices.add(notice, at)


async def close_delivered(tx: Tx, job: Job, at: float) -> None:
    """Give back the price of a delivered job's pictures that never came, and have its card removed.

    In a group where they couldn't be sent it says instead where they are.
    """
    results = await tx.results.of_job(job.id)
    delivered = {result.n for result in results if result.state is ResultState.DELIVERED}
    for n in range(1, job.outputs + 1):
        cost = share(job.price, job.outputs, n)
        if n not in delivered and cost:
            await tx.ledger.release(job.id, n, cost, at=at)
    is_card = {(result.chat_id, result.message_id) for result in results}
    if job.card_message_id is not None and (job.chat_id, job.card_message_id) not in is_card:
        is_elsewhere = job.chat_id != job.user_id and any(one.chat_id == job.user_id for one in results)
        await tx.notices.add(_came_privately(job) if is_elsewhere else _card_removal(job), at)


def _came_privately(job: Job) -> NewNotice:
    return replace(
        _card_removal(job),
        kind=CAME_PRIVATELY,
        params={"addressee": job.addressee} if job.addressee else {},
    )


def _card_removal(job: Job) -> NewNotice:
    return NewNotice(
        cause=f"job:{job.id}:card",
        user_id=job.user_id,
        chat_id=job.chat_id,
        thread_id=job.thread_id,
        edit_message_id=job.card_message_id,
        kind=REMOVE_CARD,
        params={},
    )


async def tell_operator(
    tx: Tx, *, cause: str, kind: str, params: Mapping[str, Any], admin_ids: Iterable[int], at: float
) -> None:
    """Add one notice for each admin, unless they had one for this cause."""
    for admin_id in admin_ids:
        notice = NewNotice(
            cause=f"{cause}:{admin_id}", user_id=admin_id, chat_id=admin_id, kind=kind, params=dict(params)
        )
        await tx.notices.add(notice, at)
