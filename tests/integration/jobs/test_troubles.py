"""What must not lose a job: broken storage, odd providers, mistakes of our own."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bot.images import PictureError, Reason
from bot.jobs.downloading import Downloading
from bot.jobs.failures import Failure
from bot.jobs.polling import Polling
from bot.jobs.sending import Stage
from bot.jobs.submitting import Submitting
from bot.providers.base import Accepted, SubmitOutcome, TryOnRequest
from bot.providers.downloads import ResultDownloader
from bot.providers.tryiton import TryItOnClient
from bot.sandbox.providers.tryiton.faults import Fate, Fault, Manner, Place
from bot.sandbox.providers.tryiton.replies import ErrorName
from storage.database import Unit
from storage.errors import StorageUnavailable
from storage.jobs import JobState
from storage.schema import jobs
from storage.submissions import SubmissionState
from tests.integration.jobs.virtual_time import on_virtual_time
from tests.integration.jobs.world import ADMIN, open_world

Break = Callable[..., None]


@pytest.fixture
def break_once(monkeypatch: pytest.MonkeyPatch) -> Break:
    """Let the next call of a coroutine method raise."""

    def install(owner: type, name: str, error: Exception) -> None:
        real = getattr(owner, name)
        errors: Iterator[Exception] = iter([error])

        async def broken(self: Any, *args: Any, **kwargs: Any) -> Any:
            for each in errors:
                raise each
            return await real(self, *args, **kwargs)

        monkeypatch.setattr(owner, name, broken)

    return install


@on_virtual_time
async def test_a_mistake_after_a_paid_call_leaves_an_unknown_outcome_not_a_lost_job(
    database: Path, break_once: Break
) -> None:
    break_once(Submitting, "_act", RuntimeError("a mistake of ours"))
    async with open_world(database) as world:
        await world.start()
        job_id = await world.confirm()
        await world.clock.sleep(100)
        job = await world.job(job_id)
        assert (job.state, job.failure) == (JobState.FAILED, Failure.OUTCOME_UNKNOWN)
        assert len(world.submit_times()) == 1


@pytest.mark.parametrize(("owner", "name"), [(Polling, "_act"), (Downloading, "download")])
@on_virtual_time
async def test_a_mistake_after_a_poll_or_in_a_download_only_delays_the_picture(
    database: Path, break_once: Break, owner: type, name: str
) -> None:
    break_once(owner, name, RuntimeError("a mistake of ours"))
    async with open_world(database) as world:
        await world.start()
        job_id = await world.confirm()
        await world.clock.sleep(120)
        assert await world.state(job_id) is JobState.DELIVERED
        assert world.accepted() == 1


@on_virtual_time
async def test_a_provider_that_raises_in_a_paid_call_leaves_an_unknown_outcome(
    database: Path, break_once: Break
) -> None:
    break_once(TryItOnClient, "submit", RuntimeError("a mistake of ours"))
    async with open_world(database) as world:
        await world.start()
        job_id = await world.confirm()
        await world.brain.wait_idle()
        assert (await world.job(job_id)).failure == Failure.OUTCOME_UNKNOWN


@pytest.mark.parametrize(("owner", "name"), [(TryItOnClient, "status"), (ResultDownloader, "fetch")])
@on_virtual_time
async def test_a_read_that_raises_is_repeated(
    database: Path, break_once: Break, owner: type, name: str
) -> None:
    break_once(owner, name, RuntimeError("a mistake of ours"))
    async with open_world(database) as world:
        await world.start()
        job_id = await world.confirm()
        await world.brain.wait_idle()
        assert await world.state(job_id) is JobState.DELIVERED


@on_virtual_time
async def test_a_database_out_of_reach_for_a_while_loses_nothing(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_world(database) as world:
        await world.start()
        jobs = [await world.confirm(user_id=number) for number in range(8)]
        enter = Unit.__aenter__

        async def closed(self: Unit) -> Any:
            raise StorageUnavailable("the disk is full")

        for seconds in (1.0, 4.0, 9.0, 12.0):
            await world.clock.sleep(seconds)
            monkeypatch.setattr(Unit, "__aenter__", closed)
            await world.clock.sleep(3)
            monkeypatch.setattr(Unit, "__aenter__", enter)
        await world.brain.wait_idle()
        assert {await world.state(job_id) for job_id in jobs} == {JobState.DELIVERED}
        assert world.accepted() == 8


@on_virtual_time
async def test_a_begin_whose_commit_was_stored_but_not_told_is_still_sent_once(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Unit.__aexit__
    told: list[bool] = []

    async def forgetful(self: Unit, kind: Any, exc: Any, trace: Any) -> None:
        link = self._link
        await real(self, kind, exc, trace)
        if kind is None and link is not None and link.writable and not told:
            told.append(False)
            raise StorageUnavailable("the answer to the commit was lost")

    async with open_world(database) as world:
        await world.start()
        job_id = await world.confirm()
        monkeypatch.setattr(Unit, "__aexit__", forgetful)
        await world.brain.wait_idle()
        assert told == [False]
        assert await world.state(job_id) is JobState.DELIVERED
        assert len(world.submit_times()) == 1


@on_virtual_time
async def test_a_provider_that_gives_one_id_twice_does_not_mix_up_two_people(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def same(self: TryItOnClient, request: TryOnRequest) -> SubmitOutcome:
        return Accepted("the same for everybody")

    monkeypatch.setattr(TryItOnClient, "submit", same)
    async with open_world(database) as world:
        await world.start()
        first = await world.confirm(user_id=1)
        await world.clock.sleep(1)
        second = await world.confirm(user_id=2)
        await world.clock.sleep(1)
        assert await world.state(first) is JobState.WORKING
        assert (await world.job(second)).failure == Failure.OUTCOME_UNKNOWN
        assert await world.submission_states(second) == [SubmissionState.UNKNOWN]


@on_virtual_time
async def test_a_torn_picture_is_fetched_again(database: Path) -> None:
    async with open_world(database) as world:
        world.images.torn = [PictureError(Reason.TRUNCATED), PictureError(Reason.BUSY)]
        await world.start()
        job_id = await world.confirm()
        await world.brain.wait_idle()
        assert await world.state(job_id) is JobState.DELIVERED


@on_virtual_time
async def test_a_picture_never_whole_is_lost_and_not_paid_by_the_person(database: Path) -> None:
    async with open_world(database) as world:
        world.images.torn = [PictureError(Reason.TRUNCATED)] * 10
        await world.start()
        job_id = await world.confirm()
        await world.brain.wait_idle()
        assert (await world.job(job_id)).failure == Failure.RESULT_LOST
        assert await world.entries(job_id) == ["hold", "release"]


@on_virtual_time
async def test_a_picture_is_given_up_only_when_nobody_keeps_it_any_more(database: Path) -> None:
    async with open_world(database) as world:
        await world.start()
        job_id = await world.confirm()
        world.transport.pictures_down = True
        await world.clock.sleep(30)
        await world.restart(seconds_down=71 * 3600)
        await world.clock.sleep(60)
        assert await world.state(job_id) is JobState.WORKING
        assert world.board.stages(job_id)[-1] in {Stage.DELIVERING, Stage.PAUSED}
        await world.restart(seconds_down=3600)
        await world.brain.wait_idle()
        assert (await world.job(job_id)).failure == Failure.RESULT_LOST


@on_virtual_time
async def test_a_key_refused_for_status_calls_stops_and_its_jobs_are_asked_about_on(
    database: Path,
) -> None:
    async with open_world(database) as world:
        await world.start()
        job_id = await world.confirm()
        await world.clock.sleep(3)
        world.server.set_revoked("sandbox-a", revoked=True)
        await world.clock.sleep(120)
        assert await world.state(job_id) is JobState.WORKING
        assert (await world.notices()).count((ADMIN, "operator_key_refused")) == 1
        world.server.set_revoked("sandbox-a", revoked=False)
        await world.brain.wait_idle()
        assert await world.state(job_id) is JobState.DELIVERED


@on_virtual_time
async def test_status_calls_told_to_slow_down_pause(database: Path) -> None:
    async with open_world(database) as world:
        await world.start()
        job_id = await world.confirm()
        error = Fault(Manner.ERROR, error=ErrorName.RATE_LIMIT_EXCEEDED)
        world.server.faults.add(Place.STATUS, error)
        await world.brain.wait_idle()
        assert await world.state(job_id) is JobState.DELIVERED
        first, second = [call.at for call in world.server.journal.calls if call.place is Place.STATUS][:2]
        assert second - first >= 5


@on_virtual_time
async def test_nobody_answers_for_three_days_and_the_job_ends_as_unknown(database: Path) -> None:
    async with open_world(database) as world:
        await world.start()
        job_id = await world.confirm()
        await world.clock.sleep(3)
        world.transport.down = True
        await world.restart(seconds_down=72 * 3600)
        await world.brain.wait_idle()
        assert (await world.job(job_id)).failure == Failure.OUTCOME_UNKNOWN


@on_virtual_time
async def test_many_slow_jobs_are_asked_about_within_the_limit(database: Path) -> None:
    async with open_world(database) as world:
        world.server.faults.add_fate(Fate(seconds=110), times=6)
        await world.start()
        jobs = [await world.confirm(user_id=number) for number in range(6)]
        await world.brain.wait_idle()
        assert {await world.state(job_id) for job_id in jobs} == {JobState.DELIVERED}
        assert world.server.journal.violations == []
        polls = [call.at for call in world.server.journal.calls if call.place is Place.STATUS]
        # Six jobs every 0.6 s would be 600 a minute: spread out they stay below 300 and never pause for long.
        gaps = [later - earlier for earlier, later in pairwise(polls)]
        assert max(gaps) < 3


@pytest.mark.parametrize(
    ("target", "failure"),
    [
        (SubmissionState.FAILED, Failure.PROVIDER_FAILED),
        (SubmissionState.UNKNOWN, Failure.OUTCOME_UNKNOWN),
    ],
)
@on_virtual_time
async def test_a_job_whose_submission_has_ended_is_ended_too(
    database: Path, target: SubmissionState, failure: Failure
) -> None:
    async with open_world(database) as world:
        await world.start()
        job_id = await world.confirm()
        await world.clock.sleep(3)
        await world.brain.stop(0)
        submission = await world.submission(job_id)
        assert submission is not None
        async with world.db.transaction() as tx:
            await tx.submissions.end(
                submission.id,
                epoch=world.epoch,
                source=SubmissionState.PROCESSING,
                target=target,
                at=world.clock.now(),
            )
        world.new_brain()
        await world.start()
        await world.brain.wait_idle()
        assert (await world.job(job_id)).failure == failure
        assert await world.entries(job_id) == ["hold", "release"]


@on_virtual_time
async def test_a_wish_that_cannot_be_read_holds_up_nobody(database: Path) -> None:
    async with open_world(database) as world:
        broken = await world.confirm(user_id=1)
        later = await world.confirm(user_id=2)
        async with world.db.transaction() as tx:
            await tx.link.rows(update(jobs).where(jobs.c.id == broken).values(request={"ability": "wings"}))
        await world.start()
        await world.brain.wait_idle()
        assert await world.state(broken) is JobState.FAILED
        assert await world.entries(broken) == ["hold", "release"]
        assert await world.state(later) is JobState.DELIVERED
