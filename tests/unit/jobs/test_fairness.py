import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.jobs.fairness import FairQueue, Pacer


def serve(queue: FairQueue, times: int) -> list[int]:
    served = []
    for _ in range(times):
        job_id = next(queue.order())
        queue.take(job_id)
        served.append(job_id)
    return served


def test_people_take_turns_however_many_pictures_they_asked_for() -> None:
    queue = FairQueue()
    for job_id in range(1, 7):
        queue.add(job_id, user_id=1)
    queue.add(7, user_id=2)
    queue.add(8, user_id=2)
    assert serve(queue, 8) == [1, 7, 2, 8, 3, 4, 5, 6]


def test_somebody_new_is_next_after_at_most_one_turn_of_each_other() -> None:
    queue = FairQueue()
    for job_id in range(50):
        queue.add(job_id, user_id=1)
    serve(queue, 10)
    queue.add(100, user_id=2)
    assert 100 in serve(queue, 2)


def test_a_pause_earns_nothing() -> None:
    queue = FairQueue()
    queue.add(1, user_id=1)
    serve(queue, 1)
    for job_id in range(10, 30):
        queue.add(job_id, user_id=2)
    serve(queue, 10)
    for job_id in range(40, 45):
        queue.add(job_id, user_id=1)
    turns = serve(queue, 6)
    assert sum(job_id >= 40 for job_id in turns) == 3


def test_what_has_begun_has_every_second_turn() -> None:
    queue = FairQueue()
    for job_id in range(10, 16):
        queue.add(job_id, user_id=job_id)
    queue.add(1, user_id=1, has_begun=True)
    queue.add(2, user_id=2, has_begun=True)
    assert serve(queue, 8) == [1, 10, 2, 11, 12, 13, 14, 15]


def test_a_job_that_comes_back_after_each_step_keeps_nobody_away() -> None:
    queue = FairQueue()
    for job_id in range(10, 13):
        queue.add(job_id, user_id=job_id)
    queue.add(1, user_id=1, has_begun=True)
    served = []
    for _ in range(6):
        served += serve(queue, 1)
        if served[-1] == 1:
            queue.add(1, user_id=1, has_begun=True)
    assert served == [1, 10, 1, 11, 1, 12]


def test_steps_count_against_what_a_person_asks_for_next() -> None:
    queue = FairQueue()
    for _ in range(3):
        queue.add(1, user_id=1, has_begun=True)
        queue.add(5, user_id=5)
        serve(queue, 2)
    for job_id in (20, 21, 22):
        queue.add(job_id, user_id=1)
        queue.add(job_id + 10, user_id=2)
    turns = serve(queue, 4)
    assert turns[0] == 30
    assert sum(job_id < 30 for job_id in turns) <= 2


def test_what_has_begun_does_not_move_the_present_past_those_who_wait() -> None:
    queue = FairQueue()
    queue.add(10, user_id=10)
    queue.add(1, user_id=1, cost=9)
    serve(queue, 2)
    queue.add(20, user_id=20)
    queue.add(21, user_id=20)
    queue.add(1, user_id=1, has_begun=True)
    serve(queue, 1)
    queue.add(30, user_id=30)
    assert serve(queue, 2) == [20, 30]


def test_what_was_given_back_has_still_begun() -> None:
    queue = FairQueue()
    queue.add(10, user_id=10)
    queue.add(11, user_id=11)
    queue.add(1, user_id=1, has_begun=True)
    serve(queue, 1)
    queue.give_back(1, user_id=1, has_begun=True)
    assert serve(queue, 3) == [10, 1, 11]


def test_the_oldest_job_of_a_person_is_first() -> None:
    queue = FairQueue()
    queue.add(5, user_id=1)
    queue.add(3, user_id=1)
    assert serve(queue, 2) == [3, 5]


def test_dear_jobs_count_for_more() -> None:
    queue = FairQueue()
    queue.add(1, user_id=1, cost=4)
    queue.add(2, user_id=1, cost=4)
    for job_id in range(10, 16):
        queue.add(job_id, user_id=2)
    assert serve(queue, 6) == [1, 10, 11, 12, 13, 2]


def test_a_job_given_back_is_first_again() -> None:
    queue = FairQueue()
    queue.add(1, user_id=1)
    queue.add(2, user_id=2)
    queue.add(3, user_id=3)
    serve(queue, 1)
    queue.give_back(1, user_id=1)
    assert serve(queue, 3) == [1, 2, 3]


def test_a_removed_job_costs_its_owner_nothing() -> None:
    queue = FairQueue()
    queue.add(1, user_id=1)
    queue.add(2, user_id=1)
    queue.add(3, user_id=2)
    queue.remove(1)
    queue.remove(99)
    assert serve(queue, 2) == [2, 3]
    assert len(queue) == 0


@given(
    st.lists(st.tuples(st.integers(1, 6), st.integers(1, 4)), min_size=1, max_size=60),
    st.integers(0, 30),
)
def test_the_order_foretells_who_is_served(jobs: list[tuple[int, int]], first: int) -> None:
    queue = FairQueue()
    for job_id, (user_id, cost) in enumerate(jobs):
        queue.add(job_id, user_id, cost)
    serve(queue, min(first, len(jobs)))
    foretold = list(queue.order())
    assert serve(queue, len(queue)) == foretold


@given(st.lists(st.integers(1, 5), min_size=1, max_size=200))
def test_nobody_who_waits_falls_more_than_one_turn_behind(owners: list[int]) -> None:
    queue = FairQueue()
    for job_id, user_id in enumerate(owners):
        queue.add(job_id, user_id)
    left = {user_id: owners.count(user_id) for user_id in set(owners)}
    turns = dict.fromkeys(left, 0)
    while len(queue):
        user_id = owners[serve(queue, 1)[0]]
        turns[user_id] += 1
        left[user_id] -= 1
        waiting = [turns[user] for user, jobs in left.items() if jobs]
        assert not waiting or turns[user_id] <= min(waiting) + 1


def test_a_burst_and_then_one_per_interval_while_anyone_waits() -> None:
    pacer = Pacer(interval=3, burst=6)
    starts = []
    for tenth in range(600):
        now = tenth / 10
        pacer.tick(now, anyone_waits=True)
        if pacer.free_at(now) <= now:
            pacer.start()
            starts.append(now)
    assert starts[:6] == [0, 0.1, 0.2, 0.3, 0.4, 0.5]
    assert len(starts) == 6 + 19
    assert starts[7] - starts[6] == pytest.approx(3, abs=0.11)


def test_the_burst_grows_back_only_while_nobody_waits() -> None:
    pacer = Pacer(interval=3, burst=6)
    pacer.tick(0, anyone_waits=True)
    for _ in range(6):
        pacer.start()
    pacer.tick(300, anyone_waits=True)
    pacer.start()
    assert pacer.free_at(300) == pytest.approx(303)
    pacer.tick(309, anyone_waits=False)
    for _ in range(3):
        assert pacer.free_at(309) == 309
        pacer.start()
    assert pacer.free_at(309) == pytest.approx(312)


def test_after_a_restart_the_burst_is_smaller_but_never_gone() -> None:
    pacer = Pacer(interval=3, burst=6)
    pacer.spend(4)
    pacer.start()
    pacer.start()
    assert pacer.free_at(0) == 3
    other = Pacer(interval=3, burst=6)
    other.spend(100)
    assert other.free_at(0) == 0


@given(st.lists(st.tuples(st.floats(0, 20), st.booleans()), max_size=200))
def test_no_stretch_of_time_sees_more_than_the_burst_and_its_pace(steps: list[tuple[float, bool]]) -> None:
    pacer = Pacer(interval=3, burst=6)
    starts: list[float] = []
    now = 0.0
    for pause, waits in steps:
        now += pause
        pacer.tick(now, anyone_waits=waits)
        while pacer.free_at(now) <= now:
            pacer.start()
            starts.append(now)
    for index, first in enumerate(starts):
        for count, last in enumerate(starts[index:], start=1):
            assert count <= 6 + (last - first) / 3 + 1e-6
