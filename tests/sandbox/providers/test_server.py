import json

import pytest

from bot.sandbox.providers.faults import ConnectionLostError
from bot.sandbox.providers.tryiton.faults import Fate, FateKind, Fault, Manner, Place
from bot.sandbox.providers.tryiton.replies import ErrorName
from bot.sandbox.providers.tryiton.server import TryItOnServer

KEY = "Bearer sandbox-1"


def submitted(server, body, endpoint="clothes"):
    reply = server.submit(KEY, endpoint, body)
    assert reply.status == 200, reply.body
    return reply.json()["jobId"]


def state(server, job_id):
    return server.status(KEY, job_id).json()


@pytest.mark.parametrize("endpoint", ["clothes", "fashion"])
def test_a_submission_is_answered_with_an_id_like_the_documented_one(server, clothes_body, endpoint):
    reply = server.submit(KEY, endpoint, clothes_body())
    assert reply.json()["ok"] is True
    assert set(reply.json()) == {"ok", "jobId"}
    assert len(bytes.fromhex(reply.json()["jobId"])) == 12


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer live-123", "Basic sandbox-1", "sandbox-1", "Bearer  "],
)
def test_other_keys_get_the_documented_401(server, clothes_body, authorization):
    expected = {"error": "UnauthorizedAccess", "message": "Missing or invalid Authorization header."}
    for reply in (
        server.submit(authorization, "clothes", clothes_body()),
        server.status(authorization, "x"),
        server.credits(authorization),
    ):
        assert (reply.status, reply.json()) == (401, expected)


def test_a_revoked_key_is_refused_until_it_is_taken_back(server):
    server.set_revoked("sandbox-1", revoked=True)
    assert server.credits(KEY).status == 401
    server.set_revoked("sandbox-1", revoked=False)
    assert server.credits(KEY).status == 200


def test_the_three_states_look_as_documented(server, clock, clothes_body):
    server.faults.add_fate(Fate(FateKind.FAIL))
    failing = submitted(server, clothes_body())
    working = submitted(server, clothes_body())
    assert state(server, working) == {"ok": True, "status": "processing", "error": None}
    clock.pass_seconds(20)
    done = state(server, working)
    assert set(done) == {"ok", "status", "output", "error"}
    assert (done["status"], len(done["output"]), done["error"]) == ("completed", 1, None)
    assert done["output"][0].startswith("http://127.0.0.1:8000/tryiton/cdn/")
    assert done["output"][0].endswith(".webp")
    assert state(server, failing) == {
        "ok": True,
        "status": "failed",
        "output": [],
        "error": {"name": "ProcessingError", "message": "Try-on failed. Please try again."},
    }


@pytest.mark.parametrize(
    ("mode", "shortest", "longest"),
    [("performance", 5.5, 6.8), ("balanced", 8.2, 10.2), (None, 8.2, 10.2), ("quality", 12, 18)],
)
def test_how_long_a_job_takes_depends_on_its_mode(server, clock, clothes_body, mode, shortest, longest):
    job_id = submitted(server, clothes_body(mode=mode))
    clock.pass_seconds(shortest - 0.01)
    assert state(server, job_id)["status"] == "processing"
    clock.pass_seconds(longest - shortest + 0.02)
    assert state(server, job_id)["status"] == "completed"


def test_durations_are_the_same_in_every_run_and_differ_from_job_to_job(clock, clothes_body):
    runs = []
    for _ in range(2):
        server = TryItOnServer(clock=clock, public_url="http://127.0.0.1:8000", seed=7)
        for _ in range(5):
            submitted(server, clothes_body())
        runs.append([job.ends_at for job in server.jobs])
    assert runs[0] == runs[1]
    assert len(set(runs[0])) == 5


def test_speed_divides_the_durations(clock, clothes_body):
    server = TryItOnServer(clock=clock, public_url="http://127.0.0.1:8000", speed=10)
    job_id = submitted(server, clothes_body())
    clock.pass_seconds(1.03)
    assert state(server, job_id)["status"] == "completed"


def test_credits_are_reserved_per_picture_then_charged(server, clock, clothes_body):
    server.set_credits("sandbox-1", 10)
    submitted(server, clothes_body(num_samples=3))
    assert server.credits(KEY).json() == {
        "ok": True,
        "credits": {"on_demand": 7, "subscription": 10, "purchased": 0, "reserved": 3},
    }
    clock.pass_seconds(20)
    amounts = {"on_demand": 7, "subscription": 7, "purchased": 0, "reserved": 0}
    assert server.credits(KEY).json()["credits"] == amounts


def test_a_failed_job_costs_nothing(server, clock, clothes_body):
    server.set_credits("sandbox-1", 10)
    server.faults.add_fate(Fate(FateKind.FAIL))
    submitted(server, clothes_body(num_samples=2))
    clock.pass_seconds(20)
    amounts = {"on_demand": 10, "subscription": 10, "purchased": 0, "reserved": 0}
    assert server.credits(KEY).json()["credits"] == amounts


def test_reserved_credits_cannot_be_spent_twice(server, clothes_body):
    server.set_credits("sandbox-1", 3)
    submitted(server, clothes_body(num_samples=3))
    assert server.submit(KEY, "clothes", clothes_body()).json()["error"] == "OutOfCredits"


def test_a_job_is_found_only_with_the_key_that_submitted_it(server, clothes_body):
    job_id = submitted(server, clothes_body())
    reply = server.status("Bearer sandbox-2", job_id)
    assert (reply.status, reply.json()["error"]) == (404, "NotFound")


def test_unknown_endpoints_are_not_found(server, clothes_body):
    reply = server.submit(KEY, "shoes", clothes_body())
    assert (reply.status, reply.json()["error"]) == (404, "NotFound")


def test_pictures_are_kept_for_72_hours_and_only_after_the_job_ended(server, clock, clothes_body):
    submitted(server, clothes_body())
    user_id, name = server.account("sandbox-1").user_id, server.jobs[0].outputs[0]
    assert server.find_output(user_id, name) is None
    clock.pass_seconds(72 * 3600)
    assert server.find_output(user_id, name) == (server.jobs[0], 0)
    assert server.find_output("somebody-else", name) is None
    clock.pass_seconds(10.2)
    assert server.find_output(user_id, name) is None


@pytest.mark.parametrize("name", list(ErrorName))
def test_every_documented_error_can_be_asked_for(server, clothes_body, name):
    server.faults.add(Place.SUBMIT, Fault(Manner.ERROR, error=name))
    reply = server.submit(KEY, "clothes", clothes_body())
    assert (reply.status, reply.json()["error"]) == (name.http_status, name.value)
    assert server.jobs == ()
    assert server.journal.submissions[0].error == name.value
    assert server.submit(KEY, "clothes", clothes_body()).status == 200


def test_a_fault_may_come_after_the_job_was_taken_on(server, clothes_body):
    server.faults.add(Place.SUBMIT, Fault(Manner.HTML, accepted=True, http_status=502))
    reply = server.submit(KEY, "clothes", clothes_body())
    assert (reply.status, reply.media_type) == (502, "text/html; charset=utf-8")
    assert [job.job_id for job in server.jobs] == [server.journal.submissions[0].job_id]


@pytest.mark.parametrize("accepted", [True, False])
def test_a_lost_connection_says_whether_a_job_came_of_it(server, clothes_body, accepted):
    server.faults.add(Place.SUBMIT, Fault(Manner.CLOSE, accepted=accepted))
    with pytest.raises(ConnectionLostError) as caught:
        server.submit(KEY, "clothes", clothes_body())
    assert caught.value.accepted is accepted
    assert len(server.jobs) == int(accepted)


def test_a_fault_for_one_key_leaves_others_alone(server, clothes_body):
    server.faults.add(Place.SUBMIT, Fault(Manner.ERROR, key="sandbox-2"))
    assert server.submit(KEY, "clothes", clothes_body()).status == 200
    assert server.submit("Bearer sandbox-2", "clothes", clothes_body()).status == 500


@pytest.mark.parametrize(
    ("manner", "status", "body"),
    [
        (Manner.EMPTY, 200, b""),
        (Manner.NO_JOB_ID, 200, b'{"ok": true}'),
        (Manner.MALFORMED, 200, b'{"ok": true, "jobId": "64b7f1'),
        (Manner.REDIRECT, 302, b""),
    ],
)
def test_odd_answers(server, clothes_body, manner, status, body):
    server.faults.add(Place.SUBMIT, Fault(manner))
    reply = server.submit(KEY, "clothes", clothes_body())
    assert (reply.status, reply.body) == (status, body)


def test_status_and_credits_faults_count_in_their_windows(server):
    server.faults.add(Place.STATUS, Fault(Manner.HTML))
    server.faults.add(Place.CREDITS, Fault(Manner.CLOSE))
    assert server.status(KEY, "x").media_type.startswith("text/html")
    with pytest.raises(ConnectionLostError):
        server.credits(KEY)
    assert [call.place for call in server.journal.calls] == [Place.STATUS, Place.CREDITS]


def test_cleared_faults_do_not_happen(server, clothes_body):
    server.faults.add(Place.SUBMIT, Fault(Manner.ERROR), times=3)
    server.faults.add_fate(Fate(FateKind.FAIL))
    server.faults.clear()
    submitted(server, clothes_body())
    assert server.jobs[0].fate == Fate()


def test_jobs_may_end_in_odd_ways(server, clock, clothes_body):
    server.faults.add_fate(Fate(FateKind.EMPTY_OUTPUT))
    server.faults.add_fate(Fate(FateKind.UNKNOWN_STATE, state="warming_up", seconds=30))
    server.faults.add_fate(Fate(output_url="https://elsewhere.example/x.webp"))
    empty, odd, foreign = (submitted(server, clothes_body()) for _ in range(3))
    clock.pass_seconds(20)
    assert state(server, empty) == {"ok": True, "status": "completed", "output": [], "error": None}
    assert state(server, odd)["status"] == "warming_up"
    assert state(server, foreign)["output"] == ["https://elsewhere.example/x.webp"]
    clock.pass_seconds(11)
    assert state(server, odd)["status"] == "completed"


def test_the_same_paid_post_accepted_twice_is_noticed(server, clothes_body, picture_url):
    other = json.dumps({"face_image": picture_url, "haircut": "Afro"}).encode()
    submitted(server, clothes_body())
    submitted(server, other, "hairstyle")
    server.submit("Bearer sandbox-2", "clothes", clothes_body())
    assert server.journal.accepted_twice() == []
    submitted(server, clothes_body())
    assert server.journal.accepted_twice() == [server.journal.submissions[0].inputs]


def test_running_jobs_can_be_done_at_once_and_ended_ones_stay_as_they_are(server, clock, clothes_body):
    early = submitted(server, clothes_body())
    clock.pass_seconds(20)
    ended_at = server.jobs[0].ends_at
    server.faults.add_fate(Fate(seconds=1e6))
    endless = submitted(server, clothes_body())
    assert state(server, endless)["status"] == "processing"
    server.finish()
    assert [state(server, job)["status"] for job in (early, endless)] == ["completed", "completed"]
    assert server.jobs[0].ends_at == ended_at
