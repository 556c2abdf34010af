"""Jobs of several paid calls, one after another: chains and comparisons, to every end they can come to."""

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from bot.chat.outcomes import Fetched, PhotoGone
from bot.images import PictureError, Reason
from bot.jobs import attempts
from bot.jobs.attempts import Call
from bot.jobs.failures import Failure
from bot.jobs.sending import Stage
from bot.jobs.tenure import Tenure
from bot.sandbox.providers.fitroom.faults import Fault as FitRoomFault
from bot.sandbox.providers.fitroom.replies import ErrorName as FitRoomError
from bot.sandbox.providers.tryiton.accounts import Job as ProviderJob
from bot.sandbox.providers.tryiton.faults import Fate, FateKind, Fault, Manner, Place
from bot.sandbox.providers.tryiton.replies import ErrorName
from bot.wish import ComparisonWish, HairStyle, HairstyleWish, OutfitWish
from storage.jobs import JobState
from storage.results import ResultState
from storage.submissions import SubmissionState
from tests.integration.jobs.models import FITROOM, JPEG, TRYITON
from tests.integration.jobs.virtual_time import on_virtual_time
from tests.integration.jobs.world import World, open_world, photo

CHAIN = OutfitWish(photo("person", 1), photo("upper", 1), photo("lower", 1), chained=True)
STYLES = ("BobCut", "Afro", "Spiky", "Updo")
COMPARISON = ComparisonWish(photo("person", 1), tuple(HairStyle(each) for each in STYLES))
FAILS, COMPLETES = Fate(FateKind.FAIL), Fate()
REFUSED = Fault(Manner.ERROR, error=ErrorName.BAD_REQUEST)
LOST = Fault(Manner.CLOSE, accepted=True)
# A call on which nothing is planned: on a virtual clock nothing is delayed.
FINE = Fault(Manner.DELAY)


def jpeg(color: str) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (16, 24), color).save(target, "JPEG")
    return target.getvalue()


def given(job: ProviderJob) -> tuple[bytes | None, bytes | None]:
    """Return the pictures that the provider was given for a job."""
    item = job.order.item
    return job.order.person.data, item.data if item else None


async def ended(world: World, job_id: int) -> tuple[JobState, str | None]:
    await world.brain.wait_idle()
    job = await world.job(job_id)
    return job.state, job.failure


async def made(world: World, job_id: int) -> dict[int, ResultState]:
    return {result.n: result.state for result in await world.results(job_id)}


async def until(world: World, look: Callable[[], bool]) -> None:
    while not look():
        await world.clock.sleep(0.05)


async def in_step(world: World, job_id: int, step: int, state: JobState) -> None:
    """Wait until a job is in a state with this step."""
    job = await world.job(job_id)
    while (job.step, job.state) != (step, state):
        assert job.is_open, f"the job ended as {job.state}"
        await world.clock.sleep(0.1)
        job = await world.job(job_id)


async def held_before_step_2(world: World, job_id: int) -> None:
    """Let nothing be left to pay the second step with, and wait until the job waits for it."""
    await until(world, lambda: bool(world.server.jobs))
    world.server.set_credits("sandbox-a", 0)
    await in_step(world, job_id, 2, JobState.QUEUED)


# A chain.


@on_virtual_time
async def test_the_picture_with_the_upper_garment_is_the_photo_for_the_lower_one(database: Path) -> None:
    person, upper, lower = jpeg("red"), jpeg("green"), jpeg("blue")
    async with open_world(database) as world:
        world.chat.answers = [Fetched(person), Fetched(upper), Fetched(lower)]
        await world.start()
        job_id = await world.confirm(wish=CHAIN)
        assert await ended(world, job_id) == (JobState.DELIVERED, None)
        first, second = world.server.jobs
        assert given(first) == (person, upper)
        assert given(second) == (JPEG, lower)
        assert [each.order.subcategory for each in (first, second)] == ["tops", "bottoms"]
        assert await made(world, job_id) == {1: ResultState.DELIVERED, 2: ResultState.DROPPED}
        assert await world.entries(job_id) == ["hold", "capture"]
        assert await world.submission_states(job_id) == [SubmissionState.DONE] * 2
        # Both were prepared before the first call was paid, and the lower one was not fetched again.
        assert world.chat.fetched == ["person1", "upper1", "lower1"]


@on_virtual_time
async def test_the_address_of_a_picture_within_a_chain_is_not_remembered(database: Path) -> None:
    async with open_world(database) as world:
        await world.start()
        job_id = await world.confirm(wish=CHAIN)
        await world.brain.wait_idle()
        shown, within = await world.results(job_id)
        assert shown.source_url is not None
        assert within.source_url is None


@pytest.mark.parametrize(
    ("fates", "faults", "failure", "calls"),
    [
        ([FAILS], [], Failure.PROVIDER_FAILED, 1),
        ([COMPLETES, FAILS], [], Failure.PROVIDER_FAILED, 2),
        ([], [REFUSED], Failure.PROVIDER_REFUSED, 1),
        ([], [FINE, REFUSED], Failure.PROVIDER_REFUSED, 2),
        ([], [FINE, LOST], Failure.OUTCOME_UNKNOWN, 2),
    ],
)
@on_virtual_time
async def test_a_chain_without_one_of_its_steps_ends_and_costs_nothing(
    database: Path, fates: list[Fate], faults: list[Fault], failure: Failure, calls: int
) -> None:
    async with open_world(database) as world:
        for fate in fates:
            world.server.faults.add_fate(fate)
        for fault in faults:
            world.server.faults.add(Place.SUBMIT, fault)
        await world.start()
        job_id = await world.confirm(wish=CHAIN)
        assert await ended(world, job_id) == (JobState.FAILED, failure)
        assert await world.entries(job_id) == ["hold", "release"]
        assert set((await made(world, job_id)).values()) <= {ResultState.DROPPED}
        assert len(world.submit_times()) == calls
        assert await world.notices() == [(1, "job_failed")]


@on_virtual_time
async def test_a_photo_of_a_later_step_that_is_gone_ends_the_chain_before_anything_is_paid(
    database: Path,
) -> None:
    async with open_world(database) as world:
        world.chat.answers = [Fetched(JPEG), Fetched(JPEG), PhotoGone()]
        await world.start()
        job_id = await world.confirm(wish=CHAIN)
        assert await ended(world, job_id) == (JobState.FAILED, Failure.PHOTO_GONE)
        assert world.submit_times() == []


@on_virtual_time
async def test_a_chain_whose_own_picture_is_no_photo_is_a_lost_result(database: Path) -> None:
    async with open_world(database) as world:
        await world.start()
        job_id = await world.confirm(wish=CHAIN)
        await until(world, lambda: bool(world.server.jobs))
        world.images.problems = [PictureError(Reason.TOO_SMALL)]
        assert await ended(world, job_id) == (JobState.FAILED, Failure.RESULT_LOST)
        assert len(world.submit_times()) == 1


@on_virtual_time
async def test_the_first_half_of_an_outfit_is_not_paid_for_where_nobody_makes_the_second(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "bot.providers.tryiton.TryItOnClient.can_serve", lambda _self, need: need.kind != "bottom"
    )
    async with open_world(database) as world:
        world.new_brain(max_queue_age=600)
        await world.start()
        job_id = await world.confirm(wish=CHAIN)
        assert await ended(world, job_id) == (JobState.FAILED, Failure.WAITED_TOO_LONG)
        assert world.submit_times() == []
        assert [kind for kind, _ in await world.operator_notices()] == ["operator_ability_missing"]


@on_virtual_time
async def test_each_step_may_go_to_another_provider(database: Path) -> None:
    async with open_world(database, fitroom_keys=("sandbox-f",)) as world:
        await world.start()
        job_id = await world.confirm(wish=CHAIN)
        # The key used least is asked first, which is FitRoom's for the second step.
        no_credits = FitRoomFault(Manner.ERROR, error=FitRoomError.PAYMENT_REQUIRED)
        world.fitroom.faults.add(Place.SUBMIT, no_credits)
        assert await ended(world, job_id) == (JobState.DELIVERED, None)
        async with world.db.reading() as tx:
            calls = await tx.submissions.of_job(job_id)
        assert [(call.step, call.provider, call.state.value) for call in calls] == [
            (1, TRYITON, "done"),
            (2, FITROOM, "rejected"),
            (2, TRYITON, "done"),
        ]
        assert await world.entries(job_id) == ["hold", "capture"]


# A comparison.


@on_virtual_time
async def test_a_comparison_makes_one_picture_after_another_of_the_same_photo(database: Path) -> None:
    async with open_world(database) as world:
        await world.start()
        job_id = await world.confirm(wish=COMPARISON)
        assert await ended(world, job_id) == (JobState.DELIVERED, None)
        assert [each.order.haircut for each in world.server.jobs] == list(STYLES)
        assert await made(world, job_id) == dict.fromkeys((1, 2, 3, 4), ResultState.DELIVERED)
        assert all(result.source_url for result in await world.results(job_id))
        assert await world.entries(job_id) == ["hold", "capture"]
        assert world.chat.fetched == ["person1"]


@pytest.mark.parametrize(
    ("fates", "faults", "missing", "state"),
    [
        ([FAILS], [], 1, SubmissionState.FAILED),
        ([COMPLETES, FAILS], [], 2, SubmissionState.FAILED),
        ([COMPLETES, COMPLETES, COMPLETES, FAILS], [], 4, SubmissionState.FAILED),
        ([], [REFUSED], 1, SubmissionState.REJECTED),
        ([], [FINE, LOST], 2, SubmissionState.UNKNOWN),
        ([], [FINE, FINE, FINE, LOST], 4, SubmissionState.UNKNOWN),
    ],
)
@on_virtual_time
async def test_a_step_without_a_picture_leaves_the_others_and_gives_back_its_share(
    database: Path, fates: list[Fate], faults: list[Fault], missing: int, state: SubmissionState
) -> None:
    async with open_world(database) as world:
        for fate in fates:
            world.server.faults.add_fate(fate)
        for fault in faults:
            world.server.faults.add(Place.SUBMIT, fault)
        await world.start()
        job_id = await world.confirm(wish=COMPARISON)
        assert await ended(world, job_id) == (JobState.DELIVERED, None)
        assert list(await made(world, job_id)) == [n for n in (1, 2, 3, 4) if n != missing]
        assert await world.entries(job_id) == ["hold", "capture", "release"]
        # Four calls for four steps: what failed or is unknown was not asked for again.
        assert len(world.submit_times()) == 4
        assert (await world.submission_states(job_id))[missing - 1] is state


@on_virtual_time
async def test_a_comparison_of_which_nothing_came_costs_nothing(database: Path) -> None:
    async with open_world(database) as world:
        world.server.faults.add_fate(FAILS, times=4)
        await world.start()
        job_id = await world.confirm(wish=COMPARISON)
        assert await ended(world, job_id) == (JobState.FAILED, Failure.PROVIDER_FAILED)
        assert await world.entries(job_id) == ["hold", "release"]
        assert await world.notices() == [(1, "job_failed")]


@on_virtual_time
async def test_a_step_whose_picture_is_lost_leaves_the_others(database: Path) -> None:
    async with open_world(database) as world:
        gone = Fate(output_url="http://pictures.test/tryiton/cdn/nobody/tryons/nothing")
        world.server.faults.add_fate(gone)
        await world.start()
        job_id = await world.confirm(wish=COMPARISON)
        assert await ended(world, job_id) == (JobState.DELIVERED, None)
        assert list(await made(world, job_id)) == [2, 3, 4]


@on_virtual_time
async def test_an_unknown_step_keeps_its_place_at_the_provider_while_the_others_go_on(
    database: Path,
) -> None:
    async with open_world(database) as world:
        world.server.faults.add(Place.SUBMIT, LOST)
        await world.start()
        job_id = await world.confirm(wish=COMPARISON)
        await in_step(world, job_id, 2, JobState.WORKING)
        async with world.db.reading() as tx:
            fingerprint = world.provider("sandbox-a").key_fingerprint
            assert await tx.submissions.slots_in_use(TRYITON, fingerprint, world.clock.now()) == 2
        await world.brain.wait_idle()


@on_virtual_time
async def test_a_photo_lost_half_way_ends_with_the_pictures_that_are_there(database: Path) -> None:
    async with open_world(database) as world:
        await world.start()
        job_id = await world.confirm(wish=COMPARISON)
        await in_step(world, job_id, 2, JobState.WORKING)
        await until(world, lambda: len(world.server.jobs) == 2)
        await world.clock.sleep(1)
        world.chat.answers = [PhotoGone()]
        await world.restart()
        assert await ended(world, job_id) == (JobState.DELIVERED, None)
        assert list(await made(world, job_id)) == [1, 2]


# Age and order.


@on_virtual_time
async def test_a_chain_of_which_a_step_was_paid_outlives_an_outage(database: Path) -> None:
    async with open_world(database) as world:
        world.new_brain(max_queue_age=60)
        await world.start()
        job_id = await world.confirm(wish=CHAIN)
        await held_before_step_2(world, job_id)
        await world.clock.sleep(3600)
        assert await world.state(job_id) is JobState.QUEUED
        world.server.set_credits("sandbox-a", 100)
        assert await ended(world, job_id) == (JobState.DELIVERED, None)


@on_virtual_time
async def test_a_chain_waits_no_longer_than_pictures_are_kept(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.jobs.shift.KEPT_SECONDS", 1200.0)
    async with open_world(database) as world:
        world.new_brain(max_queue_age=60)
        await world.start()
        job_id = await world.confirm(wish=CHAIN)
        await held_before_step_2(world, job_id)
        await world.clock.sleep(1150)
        assert await world.state(job_id) is JobState.QUEUED
        await world.clock.sleep(100)
        assert await ended(world, job_id) == (JobState.FAILED, Failure.WAITED_TOO_LONG)
        assert await made(world, job_id) == {2: ResultState.DROPPED}


@on_virtual_time
async def test_a_comparison_that_waits_too_long_between_its_steps_delivers_what_it_has(
    database: Path,
) -> None:
    async with open_world(database) as world:
        world.new_brain(max_queue_age=600)
        await world.start()
        job_id = await world.confirm(wish=COMPARISON)
        await in_step(world, job_id, 2, JobState.WORKING)
        await until(world, lambda: len(world.server.jobs) == 2)
        world.server.set_credits("sandbox-a", 0)
        assert await ended(world, job_id) == (JobState.DELIVERED, None)
        assert list(await made(world, job_id)) == [1, 2]
        assert await world.entries(job_id) == ["hold", "capture", "release"]


@on_virtual_time
async def test_the_age_of_a_job_counts_from_the_end_of_its_last_step_also_after_a_restart(
    database: Path,
) -> None:
    async with open_world(database) as world:
        world.new_brain(max_queue_age=25)
        await world.start()
        job_id = await world.confirm(wish=COMPARISON)
        await held_before_step_2(world, job_id)
        await world.clock.sleep(20)
        await world.brain.stop(0)
        world.server.set_credits("sandbox-a", 100)
        world.new_brain(max_queue_age=25)
        await world.start()
        assert await ended(world, job_id) == (JobState.DELIVERED, None)
        assert len(await world.results(job_id)) == 4


@on_virtual_time
async def test_what_has_begun_is_done_long_before_the_queue_is(database: Path) -> None:
    async with open_world(database) as world:
        await world.start()
        begun = await world.confirm(user_id=1, wish=COMPARISON)
        await in_step(world, begun, 1, JobState.WORKING)
        crowd = [await world.confirm(user_id=10 + number) for number in range(40)]
        while await world.state(begun) is not JobState.DELIVERED:
            await world.clock.sleep(1)
        assert sum([await world.state(job_id) is JobState.QUEUED for job_id in crowd]) >= 15
        await world.brain.wait_idle()
        assert world.server.journal.violations == []


@on_virtual_time
async def test_a_newcomer_beside_many_comparisons_waits_no_longer_than_beside_many_pictures(
    database: Path,
) -> None:
    nine = ComparisonWish(photo("person", 1), tuple(HairStyle("Afro", str(n)) for n in range(9)))
    async with open_world(database) as world:
        await world.start()
        for _ in range(5):
            await world.confirm(user_id=1, wish=nine)
        await world.clock.sleep(60)
        newcomer = await world.confirm(user_id=2)
        await in_step(world, newcomer, 1, JobState.WORKING)
        assert world.clock.now() - world.confirmed_at[newcomer] <= 25
        await world.brain.wait_idle()


# What the person sees meanwhile.


@on_virtual_time
async def test_a_card_shows_one_way_from_the_first_step_to_the_last(database: Path) -> None:
    async with open_world(database) as world:
        await world.start()
        job_id = await world.confirm(wish=COMPARISON)
        await world.brain.wait_idle()
        # The last stage may be over before there is time to show it.
        assert world.board.stages(job_id)[:2] == [Stage.PREPARING, Stage.RENDERING]
        assert set(world.board.stages(job_id)[2:]) <= {Stage.DELIVERING}
        rendering = [more for _, stage, more in world.board.reports if stage is Stage.RENDERING]
        fractions = [more["fraction"] for more in rendering]
        assert fractions == sorted(fractions)
        assert fractions[-1] > 0.9
        assert not any(more["can_cancel"] for more in rendering)


@on_virtual_time
async def test_what_is_promised_at_the_start_is_what_it_takes(database: Path) -> None:
    async with open_world(database) as world:
        await world.start()
        job_id = await world.confirm(wish=COMPARISON)
        await world.brain.wait_idle()
        first = world.board.reports[0][2]["seconds_left"]
        took = world.clock.now() - world.confirmed_at[job_id]
        assert took == pytest.approx(first, rel=0.2)


@on_virtual_time
async def test_a_job_held_between_its_steps_pauses_and_offers_no_way_out(database: Path) -> None:
    async with open_world(database) as world:
        await world.start()
        job_id = await world.confirm(wish=CHAIN)
        await held_before_step_2(world, job_id)
        await world.clock.sleep(5)
        _, stage, more = world.board.reports[-1]
        assert (stage, more["can_cancel"]) == (Stage.PAUSED, False)
        world.server.set_credits("sandbox-a", 100)
        await world.brain.wait_idle()


# Cancelling.


@pytest.mark.parametrize("wish", [CHAIN, COMPARISON])
@on_virtual_time
async def test_what_has_begun_cannot_be_cancelled_between_its_steps(
    database: Path, wish: OutfitWish | ComparisonWish
) -> None:
    async with open_world(database) as world:
        await world.start()
        job_id = await world.confirm(wish=wish)
        await held_before_step_2(world, job_id)
        async with world.db.transaction() as tx:
            assert await tx.jobs.cancel(job_id, 1, world.clock.now()) is None
        world.server.set_credits("sandbox-a", 100)
        assert await ended(world, job_id) == (JobState.DELIVERED, None)


# Restarts.


@pytest.mark.parametrize("wish", [CHAIN, COMPARISON])
@pytest.mark.parametrize("tenths", [0, 1, 3, 60, 95, 100, 102, 104, 107, 110, 190, 200, 205, 300])
@on_virtual_time
async def test_a_restart_at_any_moment_ends_every_step_once(
    database: Path, wish: OutfitWish | ComparisonWish, tenths: int
) -> None:
    async with open_world(database) as world:
        await world.start()
        job_id = await world.confirm(wish=wish)
        await world.clock.sleep(tenths / 10)
        await world.restart()
        state, failure = await ended(world, job_id)
        states = await world.submission_states(job_id)
        lost = states.count(SubmissionState.UNKNOWN)
        assert lost <= 1
        assert len(world.submit_times()) == len(states)
        assert world.server.journal.accepted_twice() == []
        if wish is CHAIN:
            wanted = (JobState.FAILED, Failure.OUTCOME_UNKNOWN) if lost else (JobState.DELIVERED, None)
            assert (state, failure) == wanted
        else:
            assert state is JobState.DELIVERED
            assert len(await world.results(job_id)) == 4 - lost


@on_virtual_time
async def test_a_restart_between_the_steps_of_a_chain_finds_its_picture_in_the_database(
    database: Path,
) -> None:
    async with open_world(database) as world:
        await world.start()
        job_id = await world.confirm(wish=CHAIN)
        await held_before_step_2(world, job_id)
        await world.brain.stop(0)
        world.server.set_credits("sandbox-a", 100)
        world.chat.fetched.clear()
        lower = jpeg("blue")
        world.chat.answers = [Fetched(lower)]
        world.new_brain()
        await world.start()
        assert await ended(world, job_id) == (JobState.DELIVERED, None)
        assert given(world.server.jobs[1]) == (JPEG, lower)
        # The upper garment is on already: it is not asked for again.
        assert world.chat.fetched == ["lower1"]


@on_virtual_time
async def test_a_step_that_is_over_is_never_submitted_from_memory(database: Path) -> None:
    async with open_world(database) as world:
        await world.start()
        job_id = await world.confirm(wish=CHAIN)
        await held_before_step_2(world, job_id)
        tenure = Tenure(world.epoch, world.db, world.clock, world.chance, (), lambda: None)
        stale = replace(await world.job(job_id), step=1)
        assert await attempts.begin(tenure, stale, Call(TRYITON, "key", 120.0)) is None
        assert await world.state(job_id) is JobState.QUEUED


# Several pictures of one call.


@pytest.mark.parametrize(("lost", "kinds"), [(0, ["hold", "capture"]), (2, ["hold", "capture", "release"])])
@on_virtual_time
async def test_variants_are_one_call_and_each_costs_its_share(
    database: Path, lost: int, kinds: list[str]
) -> None:
    async with open_world(database) as world:
        world.server.faults.add_fate(Fate(left_out=lost))
        await world.start()
        job_id = await world.confirm(wish=HairstyleWish(photo("person", 1), "Afro", variants=4))
        assert await ended(world, job_id) == (JobState.DELIVERED, None)
        assert len(world.server.jobs) == 1
        assert world.server.jobs[0].order.samples == 4
        assert list(await made(world, job_id)) == [1, 2, 3, 4][: 4 - lost]
        assert await world.entries(job_id) == kinds
