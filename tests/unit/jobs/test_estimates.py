import random
from itertools import pairwise

import pytest

from bot.jobs.estimates import Durations, corrected, done
from bot.jobs.floor import Floor
from bot.jobs.foresight import foresee
from bot.jobs.keys import Halt, KeyedProvider, KeyLimits, KeyState
from bot.providers.base import Ability, GarmentKind, Need
from bot.wish import (
    ClothesWish,
    ComparisonWish,
    HairStyle,
    OutfitWish,
    PhotoRef,
    TattooWish,
    Wish,
    wish_to_json,
)
from storage.jobs import Job, JobState
from tests.unit.jobs.fake_provider import FakeProvider

NOW = 1_800_000_000.0
CLOTHES = Need(Ability.CLOTHES)
ME, THING = PhotoRef("p", "p"), PhotoRef("g", "g")
TOP = ClothesWish(ME, THING, GarmentKind.TOP)
# Ready photos, 9 s of rendering, the default times to fetch a picture and hand it over.
ALONE = 9 + 0.5 + 1.0
EVERYTHING = frozenset(Ability)


def keyed(
    chance: random.Random, name: str = "k1", limits: KeyLimits | None = None, **more: object
) -> KeyState:
    provider = FakeProvider(name, **more)  # type: ignore[arg-type] # as the caller says
    return KeyState(KeyedProvider(provider, limits or KeyLimits(20, 300, 6)), chance)


def ahead(keys: list[KeyState], *wishes: Wish) -> dict[int, float]:
    """Return how long each of these takes for people with ready photos who came in this order, from 1."""
    floor = Floor(keys)
    for number, wish in enumerate(wishes, start=1):
        floor.add(job(number, wish))
        floor.waiting[number].pictures = {}
    for key in keys:
        key.pacer.tick(NOW, anyone_waits=True)
    return {job_id: at - NOW for job_id, at in foresee(floor, NOW).items()}


def job(number: int, wish: Wish) -> Job:
    return Job(
        id=number,
        user_id=number,
        chat_id=number,
        thread_id=None,
        reply_to=None,
        card_message_id=number,
        confirmation_id=f"c{number}",
        ability=wish.ability.value,
        request=wish_to_json(wish),
        price=1,
        outputs=wish.outputs,
        steps=wish.steps,
        state=JobState.QUEUED,
        failure=None,
        epoch=1,
        created_at=NOW,
        working_at=None,
        rendered_at=None,
        ended_at=None,
        kept_until=None,
        language=None,
    )


@pytest.fixture
def key(chance: random.Random) -> KeyState:
    return keyed(chance)


def test_documented_durations_hold_until_some_were_measured() -> None:
    durations, provider = Durations(), FakeProvider()
    durations.measured(provider, CLOTHES, 5)
    durations.measured(provider, CLOTHES, 5)
    assert durations.expected(provider, CLOTHES) == 9
    durations.measured(provider, CLOTHES, 500)
    assert durations.expected(provider, CLOTHES) == 5


def test_a_call_that_took_long_already_is_measured_by_those_that_took_longer() -> None:
    durations, provider = Durations(), FakeProvider()
    for seconds in (8, 9, 10, 20):
        durations.measured(provider, CLOTHES, seconds)
    assert durations.expected(provider, CLOTHES, longer_than=9.5) == 15
    assert durations.expected(provider, CLOTHES, longer_than=30) > 30


def test_a_burst_goes_through_and_then_everybody_waits_for_their_turn(key: KeyState) -> None:
    times = ahead([key], *[TOP] * 21)
    assert [times[number] for number in range(1, 7)] == [ALONE] * 6
    # All six slots are taken until the first six are done, then one call every 2.88 s.
    assert times[7] == pytest.approx(9 + ALONE)
    assert times[8] == pytest.approx(9 + 2.88 + ALONE)
    # The window has room for twenty; the next one waits until the first call leaves it.
    assert times[20] < 60
    assert times[21] == pytest.approx(60 + ALONE)


def test_two_keys_halve_the_wait(key: KeyState, chance: random.Random) -> None:
    one = ahead([key], *[TOP] * 41)[41]
    two = ahead([keyed(chance), keyed(chance, "k2")], *[TOP] * 81)[81]
    assert two == pytest.approx(one, abs=3)


def test_a_shared_window_is_reckoned_with_all_the_calls_of_a_job(chance: random.Random) -> None:
    shared = keyed(chance, limits=KeyLimits(60))
    times = ahead([shared], *[TOP] * 21)
    carried = sum(at < 60 for at in times.values())
    assert carried == 60 // shared.calls(CLOTHES)


def test_nobody_is_promised_a_time_while_no_key_can_serve(key: KeyState) -> None:
    key.stop(NOW, Halt.OUT_OF_CREDITS)
    assert ahead([key], TOP) == {}


def test_nobody_is_promised_what_no_provider_can_do(key: KeyState) -> None:
    assert ahead([key], TattooWish(ME, THING, placement="on the arm")) == {}


def test_who_can_be_served_does_not_wait_behind_who_cannot(key: KeyState) -> None:
    times = ahead([key], TattooWish(ME, THING, placement="on the arm"), TOP)
    assert times == {2: ALONE}


def test_the_steps_still_to_come_are_part_of_the_estimate(chance: random.Random) -> None:
    key = keyed(chance, abilities=EVERYTHING)
    compared = ComparisonWish(ME, (HairStyle("BobCut"), HairStyle("Spiky"), HairStyle("Updo")))
    assert ahead([key], compared)[1] == pytest.approx(3 * 9 + 2 * 0.5 + 1.5)
    assert ahead([keyed(chance)], OutfitWish(ME, THING, THING, chained=True))[1] == pytest.approx(
        9 + 0.5 + ALONE
    )


def test_nobody_is_promised_a_last_step_that_no_provider_can_do(chance: random.Random) -> None:
    hair = keyed(chance, abilities=frozenset({Ability.HAIRSTYLE}))
    assert ahead([hair], OutfitWish(ME, THING, THING, chained=True)) == {}


def test_who_stands_far_behind_is_told_a_time_as_well(key: KeyState) -> None:
    times = ahead([key], *[TOP] * 400)
    assert len(times) == 400
    assert times[400] == pytest.approx(20 * 60, rel=0.05)


def test_the_wait_for_a_key_that_cannot_serve_a_job_says_nothing(
    key: KeyState, chance: random.Random
) -> None:
    other = keyed(chance, "k2", abilities=frozenset({Ability.HAIRSTYLE}))
    other.told_crowded(NOW, 30)
    times = ahead([key, other], TOP, ComparisonWish(ME, (HairStyle("BobCut"), HairStyle("Updo"))))
    assert times == {1: ALONE, 2: pytest.approx(30 + 9 + 0.5 + ALONE)}


def test_a_bar_always_moves_forward_and_never_reaches_its_end() -> None:
    fractions = [done(second, 9) for second in range(120)]
    assert fractions[0] == 0
    assert all(later > earlier for earlier, later in pairwise(fractions[:40]))
    assert max(fractions) <= 1
    assert fractions[30] < 1


@pytest.mark.parametrize(
    ("progress", "expected"),
    [(90, (9 + 8 / 0.9) / 2), (50, (9 + 16) / 2), (0, 9), (100, 8.5)],
)
def test_an_estimate_is_corrected_half_way_by_the_providers_progress(progress: int, expected: float) -> None:
    assert corrected(9, elapsed=8, progress=progress) == pytest.approx(expected)
