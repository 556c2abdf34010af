"""Jobs and submissions: each transition happens once, for the owner only."""

import asyncio
from dataclasses import replace

import pytest

from storage.errors import ConstraintError
from storage.jobs import OPEN_STATES, JobState
from storage.ledger import Balance
from storage.submissions import OPEN_SUBMISSIONS, SubmissionState


async def move(db, job, source, target, *, epoch=0, at=5.0, failure=None):
    async with db.transaction() as tx:
        return await tx.jobs.move(job.id, epoch=epoch, source=source, target=target, at=at, failure=failure)


async def add_call(db, job, *, step=1, epoch=0, provider="tryiton", key="key"):
    async with db.transaction() as tx:
        return await tx.submissions.add(job.id, step, provider, key, epoch, 2.0)


async def begin(db, call, *, epoch=0, sent_at=3.0, slot_until=90.0):
    async with db.transaction() as tx:
        return await tx.submissions.begin(call.id, epoch=epoch, sent_at=sent_at, slot_until=slot_until)


async def accept(db, call, provider_job_id, *, epoch=0):
    async with db.transaction() as tx:
        return await tx.submissions.accepted(call.id, epoch=epoch, provider_job_id=provider_job_id, at=4.0)


async def end(db, call, source, target, **more):
    async with db.transaction() as tx:
        return await tx.submissions.end(call.id, epoch=0, source=source, target=target, at=9.0, **more)


async def test_a_job_is_stored_as_it_was_confirmed(db, new_job):
    async with db.transaction() as tx:
        job = await tx.jobs.add(new_job("c1", user=7, price=2, thread_id=3, outputs=2), 1.5)
    async with db.reading() as tx:
        assert await tx.jobs.get(job.id) == job == await tx.jobs.by_confirmation("c1")
    assert (job.user_id, job.price, job.thread_id, job.outputs) == (7, 2, 3, 2)
    assert (job.state, job.created_at, job.is_open) == (JobState.QUEUED, 1.5, True)
    assert job.request == {"photos": {"person": "p"}}


async def test_a_confirmation_makes_one_job(db, new_job):
    async with db.transaction() as tx:
        assert await tx.jobs.add(new_job("c1"), 1.0) is not None
        assert await tx.jobs.add(new_job("c1"), 2.0) is None
    async with db.reading() as tx:
        assert len(await tx.jobs.open_of(1)) == 1


async def test_unknown_jobs_are_none(db):
    async with db.transaction() as tx:
        assert await tx.jobs.get(5) is None
        assert await tx.jobs.lock(5) is None
        assert await tx.jobs.by_confirmation("x") is None
        assert await tx.jobs.cancel(5, 1, 1.0) is None
        assert await tx.jobs.keep(5, 0, 1.0) is None


async def test_a_job_on_its_way_leaves_its_times(db, confirm):
    job = await confirm()
    steps = [JobState.WORKING, JobState.RENDERED, JobState.DELIVERING, JobState.RENDERED]
    seen = [await move(db, job, frozenset(JobState), step, at=10.0 + n) for n, step in enumerate(steps)]
    last = await move(db, job, JobState.RENDERED, JobState.DELIVERED, at=20.0)
    assert [step.state for step in seen] == steps
    assert (last.working_at, last.rendered_at, last.ended_at) == (10.0, 11.0, 20.0)
    assert not last.is_open


async def test_a_failure_is_remembered(db, confirm):
    failed = await move(db, await confirm(), "queued", JobState.FAILED, failure="photo_gone")
    assert (failed.state, failed.failure, failed.ended_at) == (JobState.FAILED, "photo_gone", 5.0)


async def test_a_move_from_another_state_finds_nothing(db, confirm):
    job = await confirm()
    assert await move(db, job, JobState.WORKING, JobState.FAILED) is None
    assert await move(db, job, (JobState.RENDERED, JobState.DELIVERING), JobState.FAILED) is None


async def test_a_stale_owner_moves_nothing(db, confirm):
    job = await confirm()
    async with db.transaction() as tx:
        assert await tx.lease.advance() == 1
    assert await move(db, job, JobState.QUEUED, JobState.WORKING, epoch=0) is None
    assert (await move(db, job, JobState.QUEUED, JobState.WORKING, epoch=1)).state is JobState.WORKING


async def advance(db, job, step, *, epoch=0):
    async with db.transaction() as tx:
        return await tx.jobs.advance(job.id, epoch=epoch, step=step)


async def test_a_working_job_goes_on_to_its_next_step_once(db, working):
    job = await working(steps=3)
    async with db.transaction() as tx:
        assert await tx.jobs.advance(job.id, epoch=1, step=1) is None
    moved = await asyncio.gather(*(advance(db, job, 1) for _ in range(5)))
    (queued,) = [found for found in moved if found is not None]
    assert (queued.state, queued.step, queued.steps) == (JobState.QUEUED, 2, 3)
    assert await advance(db, job, 2) is None


async def test_a_job_has_no_step_beyond_its_last(db, working):
    job = await working()
    with pytest.raises(ConstraintError):
        await advance(db, job, 1)


async def test_a_job_moves_only_with_the_step_that_is_meant(db, working):
    job = await advance(db, await working(steps=2), 1)
    async with db.transaction() as tx:
        to_work = {"epoch": 0, "source": "queued", "target": JobState.WORKING, "at": 5.0}
        assert await tx.jobs.move(job.id, **to_work, step=1) is None
        assert (await tx.jobs.move(job.id, **to_work, step=2)).state is JobState.WORKING


async def test_steps_and_outputs_tell_a_chain_from_a_comparison(confirm):
    shapes = [(1, 1), (1, 4), (2, 1), (4, 4)]
    jobs = [await confirm(f"c{n}", steps=steps, outputs=outputs) for n, (steps, outputs) in enumerate(shapes)]
    assert [job.is_chain for job in jobs] == [False, False, True, False]
    assert [job.is_comparison for job in jobs] == [False, False, False, True]


@pytest.mark.parametrize("end_as", [SubmissionState.DONE, SubmissionState.FAILED, SubmissionState.UNKNOWN])
async def test_a_step_that_was_called_leaves_nothing_to_cancel(db, working, end_as):
    job = await working(steps=2)
    made = await begin(db, await add_call(db, job))
    await end(db, await accept(db, made, "p"), SubmissionState.PROCESSING, end_as)
    await advance(db, job, 1)
    async with db.transaction() as tx:
        assert await tx.jobs.cancel(job.id, 1, 9.0) is None


async def test_a_move_that_races_happens_once(db, confirm):
    job = await confirm()
    moved = await asyncio.gather(*(move(db, job, JobState.QUEUED, JobState.WORKING) for _ in range(10)))
    assert sum(found is not None for found in moved) == 1


async def test_lists_of_jobs(db, confirm, working):
    first, second = await confirm("a"), await working("b")
    other = await confirm("c", user=2)
    await move(db, other, JobState.QUEUED, JobState.CANCELLED)
    async with db.reading() as tx:
        assert await tx.jobs.count_open(1) == 2
        assert await tx.jobs.count_open(2) == 0
        assert [job.id for job in await tx.jobs.open_of(1)] == [first.id, second.id]
        everything = [job.id for job in await tx.jobs.in_states(JobState)]
        assert everything == [first.id, second.id, other.id]
        assert [job.id for job in await tx.jobs.in_states(JobState, limit=1, after_id=first.id)] == [
            second.id
        ]
        assert [job.id for job in await tx.jobs.in_states([JobState.WORKING])] == [second.id]
        assert await tx.jobs.in_states([]) == []


async def test_the_card_and_the_request_can_change(db, confirm):
    job = await confirm()
    async with db.transaction() as tx:
        await tx.jobs.set_card(job.id, 99)
        await tx.jobs.forget_one(job.id, 3.0)
        changed = await tx.jobs.get(job.id)
    assert (changed.card_message_id, changed.request, changed.forgotten_at) == (99, {}, 3.0)


async def test_requests_of_old_ended_jobs_are_forgotten_once(db, confirm):
    old, young, waiting = [await confirm(c) for c in "abc"]
    await move(db, old, JobState.QUEUED, JobState.FAILED, at=10.0)
    await move(db, young, JobState.QUEUED, JobState.FAILED, at=30.0)
    async with db.transaction() as tx:
        assert await tx.jobs.forget(20.0, 40.0) == 1
        assert await tx.jobs.forget(20.0, 41.0) == 0
        requests = [(await tx.jobs.get(job.id)).request for job in (old, young, waiting)]
    assert [bool(request) for request in requests] == [False, True, True]


async def test_kept_jobs_wait_for_their_person(db, rendered):
    job, _other = await rendered("a"), await rendered("b")
    async with db.transaction() as tx:
        assert (await tx.jobs.keep(job.id, 0, 500.0)).kept_until == 500.0
        assert await tx.jobs.keep(job.id, 7, 900.0) is None
    async with db.reading() as tx:
        assert [kept.id for kept in await tx.jobs.kept_for(1)] == [job.id]
        assert await tx.jobs.kept_for(2) == []


async def cancel(db, job, user=1):
    async with db.transaction() as tx:
        return await tx.jobs.cancel(job.id, user, 8.0)


async def test_a_queued_job_can_be_cancelled_by_its_person_only(db, confirm):
    job = await confirm()
    assert await cancel(db, job, user=2) is None
    cancelled = await cancel(db, job)
    assert (cancelled.state, cancelled.ended_at) == (JobState.CANCELLED, 8.0)
    assert await cancel(db, job) is None


async def test_a_prepared_call_is_called_off_with_its_job(db, working):
    job = await working()
    call = await add_call(db, job)
    assert (await cancel(db, job)).state is JobState.CANCELLED
    assert await begin(db, call) is None
    async with db.reading() as tx:
        called_off = await tx.submissions.get(call.id)
    assert (called_off.state, called_off.ended_at) == (SubmissionState.NOT_SENT, 8.0)


@pytest.mark.parametrize("ended", [SubmissionState.REJECTED, SubmissionState.NOT_SENT])
async def test_a_job_nobody_worked_on_can_be_cancelled(db, working, ended):
    job = await working()
    call = await add_call(db, job)
    await begin(db, call)
    await end(db, call, SubmissionState.SUBMITTING, ended)
    assert await cancel(db, job) is not None


@pytest.mark.parametrize(
    "ended", [None, SubmissionState.DONE, SubmissionState.UNKNOWN, SubmissionState.FAILED]
)
async def test_a_job_that_was_sent_cannot_be_cancelled(db, working, ended):
    job = await working()
    call = await add_call(db, job)
    await begin(db, call)
    if ended is not None:
        await end(db, call, SubmissionState.SUBMITTING, ended)
    assert await cancel(db, job) is None


@pytest.mark.parametrize("state", ["rendered", "delivering", "delivered", "failed"])
async def test_a_job_further_on_cannot_be_cancelled(db, confirm, state):
    job = await confirm()
    await move(db, job, JobState.QUEUED, JobState(state))
    assert await cancel(db, job) is None


async def test_cancelling_and_submitting_that_race_exclude_each_other(db, working):
    for n in range(20):
        job = await working(f"c{n}")
        call = await add_call(db, job)
        tasks = [cancel(db, job), begin(db, call)]
        first, second = await asyncio.gather(*(tasks if n % 2 else reversed(tasks)))
        assert (first is None) != (second is None)


async def test_cancelling_gives_the_credits_back_once(audited_db, confirm):
    job = await confirm(price=2)

    async def tap():
        async with audited_db.transaction() as tx:
            if await tx.jobs.cancel(job.id, 1, 8.0):
                await tx.ledger.release(job.id, 0, 2, at=8.0)

    await asyncio.gather(*(tap() for _ in range(5)))
    async with audited_db.reading() as tx:
        assert await tx.ledger.balance(1) == Balance(2, 0)


async def test_a_call_from_its_intent_to_its_end(db, working):
    job = await working()
    call = await add_call(db, job)
    assert (call.state, call.attempt, call.sent_at) == (SubmissionState.PREPARING, 1, None)
    begun = await begin(db, call)
    assert (begun.state, begun.sent_at, begun.slot_until) == (SubmissionState.SUBMITTING, 3.0, 90.0)
    taken = await accept(db, call, "p-1")
    assert (taken.state, taken.provider_job_id, taken.accepted_at) == (SubmissionState.PROCESSING, "p-1", 4.0)
    done = await end(db, call, OPEN_SUBMISSIONS, SubmissionState.DONE)
    assert (done.state, done.ended_at, done.error, done.slot_until) == (SubmissionState.DONE, 9.0, None, 90.0)
    async with db.reading() as tx:
        assert await tx.submissions.of_job(job.id) == [done]
        assert await tx.submissions.open() == []


async def test_a_call_is_sent_once(db, working):
    call = await add_call(db, await working())
    begun = await asyncio.gather(*(begin(db, call) for _ in range(10)))
    assert sum(found is not None for found in begun) == 1


@pytest.mark.parametrize("state", [state for state in JobState if state is not JobState.WORKING])
async def test_nothing_is_sent_for_a_job_that_is_not_worked_on(db, working, state):
    job = await working()
    call = await add_call(db, job)
    await move(db, job, JobState.WORKING, state)
    assert await begin(db, call) is None


async def test_a_stale_owner_sends_and_ends_nothing(db, working):
    call = await add_call(db, await working())
    async with db.transaction() as tx:
        await tx.lease.advance()
    assert await begin(db, call, epoch=0) is None
    assert await begin(db, call, epoch=1) is not None
    assert await accept(db, call, "p", epoch=0) is None
    assert await end(db, call, OPEN_SUBMISSIONS, SubmissionState.FAILED) is None


async def test_attempts_are_counted_per_step(db, working):
    job = await working()
    numbers = []
    for step in (1, 1, 2):
        call = await add_call(db, job, step=step)
        await end(db, call, SubmissionState.PREPARING, SubmissionState.NOT_SENT)
        numbers.append((call.step, call.attempt))
    assert numbers == [(1, 1), (1, 2), (2, 1)]
    async with db.reading() as tx:
        assert (await tx.submissions.latest(job.id)).step == 2
        assert await tx.submissions.latest(999) is None
        assert await tx.submissions.get(999) is None


async def test_one_provider_id_belongs_to_one_call(db, working):
    first, second = await add_call(db, await working("a")), await add_call(db, await working("b"))
    other = await add_call(db, await working("c"), provider="fitroom")
    for call in (first, second, other):
        await begin(db, call)
    await accept(db, first, "p-1")
    await accept(db, other, "p-1")
    with pytest.raises(ConstraintError):
        await accept(db, second, "p-1")


async def test_a_call_needs_its_job(db):
    with pytest.raises(ConstraintError):
        async with db.transaction() as tx:
            await tx.submissions.add(999, 1, "tryiton", "key", 0, 1.0)


async def test_an_end_is_an_end(db, working):
    call = await add_call(db, await working())
    with pytest.raises(ValueError, match="not an end"):
        await end(db, call, SubmissionState.PREPARING, SubmissionState.PROCESSING)


async def test_open_calls_are_listed_for_recovery(db, working):
    calls = [await add_call(db, await working(c)) for c in "abc"]
    await begin(db, calls[1])
    await end(db, calls[2], SubmissionState.PREPARING, SubmissionState.NOT_SENT)
    async with db.reading() as tx:
        assert [call.id for call in await tx.submissions.open()] == [calls[0].id, calls[1].id]


async def test_slots_are_those_that_are_or_may_be_running(db, working):
    calls = [await add_call(db, await working(c)) for c in "abcdef"]
    await add_call(db, await working("g"), key="another key")
    for call in calls[1:]:
        await begin(db, call, slot_until=90.0)
    await accept(db, calls[2], "p")
    await end(db, calls[3], SubmissionState.SUBMITTING, SubmissionState.UNKNOWN)
    await end(db, calls[4], SubmissionState.SUBMITTING, SubmissionState.UNKNOWN, slot_until=10.0)
    await end(db, calls[5], SubmissionState.SUBMITTING, SubmissionState.REJECTED, error="OutOfCredits")
    async with db.reading() as tx:
        used = [await tx.submissions.slots_in_use("tryiton", "key", now) for now in (5.0, 50.0, 90.0)]
        assert used == [4, 3, 2]
        assert await tx.submissions.slots_in_use("tryiton", "another key", 5.0) == 0
        assert (await tx.submissions.get(calls[5].id)).error == "OutOfCredits"


async def test_the_window_of_a_key_is_read_from_what_was_sent(db, working):
    for n, sent_at in enumerate([30.0, 10.0, 20.0]):
        await begin(db, await add_call(db, await working(f"c{n}")), sent_at=sent_at)
    await add_call(db, await working("not sent yet"))
    async with db.reading() as tx:
        assert await tx.submissions.sent_since("tryiton", "key", 20.0) == [20.0, 30.0]
        assert await tx.submissions.sent_since("tryiton", "another key", 0.0) == []


async def test_calls_of_a_key_can_be_looked_up(db, working):
    calls = [await add_call(db, await working(f"c{n}")) for n in range(3)]
    async with db.reading() as tx:
        assert await tx.submissions.last_accepted("tryiton", "key") == 0
    for call, sent_at in zip(calls, [30.0, 10.0, 20.0], strict=True):
        await begin(db, call, sent_at=sent_at)
    await accept(db, calls[0], "p-0")
    await accept(db, calls[1], "p-1")
    async with db.reading() as tx:
        since = await tx.submissions.of_key("tryiton", "key", 20.0)
        assert [call.id for call in since] == [calls[2].id, calls[0].id]
        assert await tx.submissions.last_accepted("tryiton", "key") == calls[1].id
        assert await tx.submissions.last_accepted("tryiton", "another key") == 0


def test_every_state_is_open_or_an_end():
    assert set(JobState) - set(OPEN_STATES) == {"delivered", "failed", "cancelled"}
    assert set(SubmissionState) - set(OPEN_SUBMISSIONS) == {
        "done",
        "rejected",
        "failed",
        "unknown",
        "not_sent",
    }


async def test_a_sheet_is_stored_once_beside_the_pictures_it_shows_and_forgotten_with_them(db, confirm):
    job = await confirm(steps=2, outputs=2)
    async with db.transaction() as tx:
        await tx.results.add(job.id, 1, b"x", "image/jpeg", 3, 4, 1.0, "https://cdn.example/1")
        (picture,) = await tx.results.of_job(job.id)
        placed = {"file_id": None, "file_unique_id": None, "chat_id": 1, "message_id": 5}
        await tx.results.delivered(job.id, 1, **placed, at=2.0)
        sheet = replace(picture, n=3, state="delivered", file_id="s", source_url=None, created_at=2.0)
        assert await tx.results.add_sheet(sheet)
        assert not await tx.results.add_sheet(replace(sheet, file_id="another"))
        assert [result.file_id for result in await tx.results.of_job(job.id)] == [None, "s"]
        assert await tx.results.forget(9.0) == 2
        assert [result.file_id for result in await tx.results.of_job(job.id)] == [None, None]
