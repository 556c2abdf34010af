import pytest

from bot.sandbox.providers.records import Violation
from bot.sandbox.providers.tryiton.faults import Place
from bot.sandbox.providers.tryiton.server import TryItOnServer

KEY = "Bearer sandbox-1"


def submit_many(server, clock, body, times):
    """Submit with enough time between two for a free slot: 20 of them fit in 60 s, and 6 in 17 s."""
    replies = []
    for _ in range(times):
        replies.append(server.submit(KEY, "clothes", body).status)
        clock.pass_seconds(2.9)
    return replies


def test_twenty_submissions_in_sixty_seconds_are_served_and_the_next_is_not(server, clock, clothes_body):
    assert submit_many(server, clock, clothes_body(), 20) == [200] * 20
    clock.pass_seconds(60 - 20 * 2.9 - 0.001)
    reply = server.submit(KEY, "clothes", clothes_body())
    assert (reply.status, reply.json()["error"]) == (429, "RateLimitExceeded")


def test_a_window_slides_so_that_the_first_place_is_free_after_exactly_sixty_seconds(
    server, clock, clothes_body
):
    submit_many(server, clock, clothes_body(), 20)
    clock.pass_seconds(60 - 20 * 2.9)
    assert server.submit(KEY, "clothes", clothes_body()).status == 200
    assert server.submit(KEY, "clothes", clothes_body()).status == 429


def test_refused_calls_count_so_that_hammering_never_ends_the_refusals(server, clock, clothes_body):
    submit_many(server, clock, clothes_body(), 20)
    statuses = submit_many(server, clock, clothes_body(), 40)
    assert 200 not in statuses


@pytest.mark.parametrize("raw", [b"no json", b"{}"])
def test_bad_bodies_count_too(server, clock, clothes_body, raw):
    for _ in range(20):
        assert server.submit(KEY, "clothes", raw).status == 400
    assert server.submit(KEY, "clothes", clothes_body()).json()["error"] == "RateLimitExceeded"


@pytest.mark.parametrize(
    ("call", "place"),
    [
        (lambda server: server.status(KEY, "64b7f1a9d9a3b8e5c7f9a123"), "status"),
        (lambda server: server.credits(KEY), "credits"),
    ],
)
def test_three_hundred_reads_of_each_kind_in_sixty_seconds(server, clock, call, place):
    for _ in range(300):
        assert call(server).status != 429
    assert call(server).json()["error"] == "RateLimitExceeded"
    assert [violation.limit for violation in server.journal.violations] == [place]
    clock.pass_seconds(60)
    assert call(server).status != 429


def test_six_jobs_at_once_and_the_seventh_waits_for_a_slot(server, clock, clothes_body):
    for _ in range(6):
        assert server.submit(KEY, "clothes", clothes_body()).status == 200
    reply = server.submit(KEY, "clothes", clothes_body())
    assert (reply.status, reply.json()["error"]) == (429, "ConcurrencyLimitExceeded")
    clock.pass_seconds(10.3)
    assert server.submit(KEY, "clothes", clothes_body()).status == 200


def test_each_key_has_its_own_windows_slots_and_credits(server, clothes_body):
    for _ in range(6):
        server.submit(KEY, "clothes", clothes_body())
    assert server.submit("Bearer sandbox-2", "clothes", clothes_body()).status == 200
    assert server.credits("Bearer sandbox-2").json()["credits"]["reserved"] == 1


def test_every_call_beyond_a_limit_is_a_violation_and_none_else(server, clock, clothes_body):
    for _ in range(7):
        server.submit(KEY, "clothes", clothes_body())
    for _ in range(14):
        server.submit(KEY, "clothes", b"{}")
    assert server.journal.violations == [
        Violation(clock.now(), "sandbox-1", "processing", 6, 7),
        Violation(clock.now(), "sandbox-1", "submit", 20, 21),
    ]


def test_running_out_of_credits_is_no_violation(server, clothes_body):
    server.set_credits("sandbox-1", 0)
    assert server.submit(KEY, "clothes", clothes_body()).json()["error"] == "OutOfCredits"
    assert server.journal.violations == []


def test_speed_divides_the_windows(clock, clothes_body):
    server = TryItOnServer(clock=clock, public_url="http://127.0.0.1:8000", speed=10)
    for _ in range(21):
        server.submit(KEY, "clothes", b"{}")
    clock.pass_seconds(5.9)
    assert server.submit(KEY, "clothes", clothes_body()).status == 429
    clock.pass_seconds(6)
    assert server.submit(KEY, "clothes", clothes_body()).status == 200


def test_the_journal_tells_when_each_call_came(server, clock, clothes_body):
    server.submit(KEY, "clothes", clothes_body())
    clock.pass_seconds(3)
    server.credits(KEY)
    start = clock.now() - 3
    assert [(call.at - start, call.place) for call in server.journal.calls] == [
        (0, Place.SUBMIT),
        (3, Place.CREDITS),
    ]
