import itertools

import pytest

from bot.sandbox.providers.faults import ConnectionLostError
from bot.sandbox.providers.fitroom.faults import Fate, FateKind, Fault, Manner, Place
from bot.sandbox.providers.fitroom.orders import Check
from bot.sandbox.providers.fitroom.replies import ErrorName
from bot.sandbox.providers.fitroom.server import FitRoomServer
from bot.sandbox.providers.records import Violation

KEY = "sandbox-1"


def submitted(server, form):
    reply = server.submit(KEY, form)
    assert reply.status == 200, reply.body
    return reply.json()["task_id"]


def state(server, task_id):
    return server.status(KEY, task_id).json()


def every_call(server, key, form, picture):
    return [
        server.submit(key, form()),
        server.status(key, "123456"),
        server.check(key, Check.MODEL, {"input_image": picture}),
        server.check(key, Check.CLOTHES, {"input_image": picture}),
    ]


def test_a_submission_is_answered_as_documented(server, form):
    reply = server.submit(KEY, form())
    task_id = reply.json()["task_id"]
    assert reply.json() == {"task_id": task_id, "status": "CREATED"}
    assert task_id.isdecimal()
    assert len(task_id) == 6


def test_the_states_look_as_documented(server, clock, form):
    server.faults.add_fate(Fate(seconds=8.5))
    start = int(clock.now())
    task_id = submitted(server, form())
    assert state(server, task_id) == {
        "task_id": task_id,
        "status": "CREATED",
        "progress": 0,
        "created_at": start,
    }
    clock.pass_seconds(4.5)
    assert state(server, task_id) == {
        "task_id": task_id,
        "status": "PROCESSING",
        "progress": 50,
        "created_at": start,
        "started_at": start,
    }
    clock.pass_seconds(4.0)
    done = state(server, task_id)
    url = done.pop("download_signed_url")
    assert url.startswith(f"http://127.0.0.1:8000/fitroom/storage/tryon/{task_id}.jpg?")
    assert done == {
        "task_id": task_id,
        "status": "COMPLETED",
        "progress": 100,
        "created_at": start,
        "started_at": start,
        "completed_at": start + 8,
    }


def test_a_failed_task_says_so_and_gives_its_credit_back(server, clock, form):
    server.set_credits(KEY, 5)
    server.faults.add_fate(Fate(FateKind.FAIL))
    task_id = submitted(server, form())
    assert server.account(KEY).credits == 4
    clock.pass_seconds(11)
    failed = state(server, task_id)
    assert set(failed) == {"task_id", "status", "error", "created_at", "started_at", "completed_at"}
    assert (failed["status"], failed["error"]) == ("FAILED", "Failed to process try-on task")
    assert server.account(KEY).credits == 5
    state(server, task_id)
    assert server.account(KEY).credits == 5


def test_progress_moves_from_1_to_99_and_never_back(server, clock, form):
    task_id = submitted(server, form())
    seen = []
    while (now := state(server, task_id))["status"] != "COMPLETED":
        seen.append(now["progress"])
        clock.pass_seconds(0.7)
        server.account(KEY).window._calls.clear()
    assert seen[0] == 0
    assert seen == sorted(seen)
    assert 1 <= min(seen[1:]) < 10
    assert 85 < max(seen) <= 99


@pytest.mark.parametrize(
    ("hd_mode", "shortest", "longest"), [(None, 8.4, 10.0), ("false", 8.4, 10.0), ("true", 28, 32)]
)
def test_how_long_a_task_takes_depends_on_hd(server, clock, form, hd_mode, shortest, longest):
    task_id = submitted(server, form(hd_mode=hd_mode))
    clock.pass_seconds(shortest - 0.01)
    assert state(server, task_id)["status"] == "PROCESSING"
    clock.pass_seconds(longest - shortest + 0.02)
    assert state(server, task_id)["status"] == "COMPLETED"


def test_durations_are_the_same_in_every_run_and_differ_from_task_to_task(clock, form):
    runs = []
    for _ in range(2):
        server = FitRoomServer(clock=clock, public_url="http://127.0.0.1:8000", seed=7)
        for _ in range(5):
            submitted(server, form())
        runs.append([(task.task_id, task.ends_at) for task in server.tasks])
    assert runs[0] == runs[1]
    assert len(set(runs[0])) == 5


@pytest.mark.parametrize("key", [None, "", "live-123", "Bearer sandbox-1"])
def test_other_keys_get_the_documented_401_for_everything(server, form, picture, key):
    for reply in every_call(server, key, form, picture):
        assert (reply.status, reply.json()["message"]) == (401, "Your API key is wrong.")


def test_a_revoked_key_is_refused_until_it_is_taken_back(server):
    server.set_revoked(KEY, revoked=True)
    assert server.status(KEY, "1").status == 401
    server.set_revoked(KEY, revoked=False)
    assert server.status(KEY, "1").status == 404


def test_another_keys_task_is_unknown(server, form):
    task_id = submitted(server, form())
    assert server.status("sandbox-2", task_id).status == 404


def test_without_credits_there_is_the_documented_402_and_no_task(server, form):
    server.set_credits(KEY, 1)
    submitted(server, form())
    reply = server.submit(KEY, form())
    assert reply.status == 402
    assert reply.json()["message"].startswith("Insufficient credit.")
    assert len(server.tasks) == 1
    assert server.journal.violations == []


def test_maintenance_is_the_documented_503_for_everything(server, form, picture):
    server.in_maintenance = True
    assert [reply.status for reply in every_call(server, KEY, form, picture)] == [503] * 4
    server.in_maintenance = False
    assert [reply.status for reply in every_call(server, KEY, form, picture)] == [200, 404, 200, 200]


def test_sixty_calls_of_every_kind_share_one_window(server, clock, form, picture):
    calls = itertools.cycle(
        [
            lambda: server.submit(KEY, form()),
            lambda: server.status(KEY, "1"),
            lambda: server.check(KEY, Check.MODEL, {"input_image": picture}),
            lambda: server.check(KEY, Check.CLOTHES, {"input_image": picture}),
            lambda: server.submit(KEY, {}),
        ]
    )
    assert 429 not in [next(calls)().status for _ in range(60)]
    assert [reply.status for reply in every_call(server, KEY, form, picture)] == [429] * 4
    assert server.journal.violations == [
        Violation(clock.now(), KEY, "requests", 60, count) for count in (61, 62, 63, 64)
    ]
    assert server.status("sandbox-2", "1").status == 404


def test_the_window_slides_and_refused_calls_count(server, clock):
    for _ in range(60):
        server.status(KEY, "1")
    clock.pass_seconds(59.9)
    assert server.status(KEY, "1").status == 429
    clock.pass_seconds(0.1)
    assert [server.status(KEY, "1").status for _ in range(60)] == [404] * 59 + [429]


def test_speed_divides_durations_and_windows(clock, form):
    server = FitRoomServer(clock=clock, public_url="http://127.0.0.1:8000", speed=10)
    task_id = submitted(server, form())
    for _ in range(60):
        server.status(KEY, task_id)
    clock.pass_seconds(6)
    assert state(server, task_id)["status"] == "COMPLETED"


def test_a_signed_address_is_good_for_an_hour_and_only_as_it_was_signed(server, clock, form):
    task_id = submitted(server, form())
    clock.pass_seconds(11)
    query = state(server, task_id)["download_signed_url"].partition("?")[2]
    fields = dict(pair.split("=") for pair in query.split("&"))
    expires, signature = fields["Expires"], fields["Signature"]
    later = str(int(expires) + 9999)
    assert server.find_picture(f"{task_id}.jpg", expires, signature) is server.tasks[0]
    assert server.find_picture(f"{task_id}.jpg", later, signature) is None
    assert server.find_picture(f"{task_id}.jpg", "soon", "ünsigned") is None
    assert server.find_picture("999999.jpg", expires, signature) is None
    clock.pass_seconds(3599)
    assert server.find_picture(f"{task_id}.jpg", expires, signature) is server.tasks[0]
    clock.pass_seconds(2)
    assert server.find_picture(f"{task_id}.jpg", expires, signature) is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"cloth_type": None}, "cloth_type must be one of: upper, lower, full_set, combo"),
        ({"cloth_type": "full"}, "cloth_type must be one of: upper, lower, full_set, combo"),
        ({"cloth_type": b"upper"}, "cloth_type must be one of: upper, lower, full_set, combo"),
        ({"hd_mode": "yes"}, 'hd_mode must be "true" or "false"'),
        ({"model_image": None}, "model_image is required and must be a file"),
        ({"cloth_image": "shirt.jpg"}, "cloth_image is required and must be a file"),
        ({"cloth_image": b""}, "cloth_image is required and must be a file"),
        ({"cloth_image": b"no picture"}, "cloth_image could not be decoded"),
        ({"cloth_type": "combo"}, "lower_cloth_image is required and must be a file"),
        ({"model_image": b"P4 8000 8000\n"}, "model_image has too many pixels"),
    ],
)
def test_what_is_wrong_with_a_form_is_the_documented_400(server, form, changes, message):
    reply = server.submit(KEY, form(**changes))
    assert (reply.status, reply.json()["message"]) == (400, message)
    assert server.journal.submissions[0].error == "Bad Request"
    assert server.tasks == ()


@pytest.mark.parametrize("cloth_type", ["upper", "lower", "full_set"])
def test_single_garments_of_every_type_are_taken(server, form, cloth_type):
    submitted(server, form(cloth_type=cloth_type))
    assert (server.tasks[0].order.cloth_type, server.tasks[0].order.lower_cloth) == (cloth_type, None)


def test_a_combo_is_taken_with_its_lower_garment(server, form, picture):
    submitted(server, form(cloth_type="combo", lower_cloth_image=picture, hd_mode="true"))
    assert (server.tasks[0].order.lower_cloth, server.tasks[0].order.hd) == (picture, True)


@pytest.mark.parametrize("name", list(ErrorName))
def test_every_documented_error_can_be_asked_for(server, form, name):
    server.faults.add(Place.SUBMIT, Fault(Manner.ERROR, error=name))
    reply = server.submit(KEY, form())
    assert (reply.status, reply.json()["error"]) == (name.http_status, name.value)
    assert server.tasks == ()
    assert server.journal.submissions[0].error == name.value
    assert server.submit(KEY, form()).status == 200


@pytest.mark.parametrize("accepted", [True, False])
def test_a_lost_connection_says_whether_a_task_came_of_it(server, form, accepted):
    server.faults.add(Place.SUBMIT, Fault(Manner.CLOSE, accepted=accepted))
    with pytest.raises(ConnectionLostError) as caught:
        server.submit(KEY, form())
    assert caught.value.accepted is accepted
    assert len(server.tasks) == int(accepted)


@pytest.mark.parametrize(
    ("manner", "body"),
    [
        (Manner.EMPTY, b""),
        (Manner.NO_JOB_ID, b'{"status": "CREATED"}'),
        (Manner.MALFORMED, b'{"task_id": "1234'),
    ],
)
def test_odd_answers_may_hide_a_task(server, form, manner, body):
    server.faults.add(Place.SUBMIT, Fault(manner, accepted=True))
    reply = server.submit(KEY, form())
    assert (reply.status, reply.body) == (200, body)
    assert server.journal.submissions[0].job_id == server.tasks[0].task_id


def test_faults_of_reads_count_in_the_window(server, picture):
    server.faults.add(Place.STATUS, Fault(Manner.HTML, http_status=502))
    server.faults.add(Place.CHECK, Fault(Manner.CLOSE))
    assert server.status(KEY, "1").status == 502
    with pytest.raises(ConnectionLostError):
        server.check(KEY, Check.MODEL, {"input_image": picture})
    assert [call.place for call in server.journal.calls] == [Place.STATUS, Place.CHECK]


def test_tasks_may_end_in_odd_ways(server, clock, form):
    server.faults.add_fate(Fate(FateKind.EMPTY_OUTPUT))
    server.faults.add_fate(Fate(FateKind.UNKNOWN_STATE, state="WARMING_UP", seconds=30))
    server.faults.add_fate(Fate(output_url="https://elsewhere.example/x.jpg"))
    empty, odd, foreign = (submitted(server, form()) for _ in range(3))
    clock.pass_seconds(20)
    assert (state(server, empty)["status"], state(server, empty)["download_signed_url"]) == (
        "COMPLETED",
        None,
    )
    assert state(server, odd)["status"] == "WARMING_UP"
    assert state(server, foreign)["download_signed_url"] == "https://elsewhere.example/x.jpg"
    clock.pass_seconds(11)
    assert state(server, odd)["status"] == "COMPLETED"


def test_the_same_paid_form_accepted_twice_is_noticed(server, form):
    submitted(server, form())
    submitted(server, form(hd_mode="true"))
    server.submit("sandbox-2", form())
    assert server.journal.accepted_twice() == []
    submitted(server, form())
    assert server.journal.accepted_twice() == [server.journal.submissions[0].inputs]
