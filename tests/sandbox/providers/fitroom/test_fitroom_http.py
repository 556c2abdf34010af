import io
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from PIL import Image

from bot.sandbox.pictures.samples import sample_jpeg
from bot.sandbox.providers.fitroom import outputs
from bot.sandbox.providers.fitroom.faults import Fate, Fault, Manner, Place

pytestmark = pytest.mark.network

HEADERS = {"X-API-KEY": "sandbox-1"}
TASKS = "/api/tryon/v2/tasks"
MODEL_CHECK = "/api/tryon/input_check/v1/model"
CLOTHES_CHECK = "/api/tryon/input_check/v1/clothes"


def upload(name):
    return (f"{name}.jpg", sample_jpeg(name), "image/jpeg")


FILES = {"model_image": upload("anna"), "cloth_image": upload("jacket")}
COMBO = FILES | {"lower_cloth_image": upload("trousers")}


@pytest.fixture
def client(live):
    with httpx.Client(base_url=live.api, headers=HEADERS, timeout=60) as client:
        yield client


@pytest.fixture
def control(live):
    with httpx.Client(base_url=f"{live.url}/control/fitroom", timeout=60) as control:
        yield control


def post(client, files=FILES, **fields):
    return client.post(TASKS, data={"cloth_type": "upper"} | fields, files=files)


def finished(client, task_id):
    deadline = time.monotonic() + 60
    answer = client.get(f"{TASKS}/{task_id}").json()
    while answer["status"] in {"CREATED", "PROCESSING"} and time.monotonic() < deadline:
        time.sleep(0.05)
        answer = client.get(f"{TASKS}/{task_id}").json()
    return answer


def submitted(client, files=FILES, **fields):
    answer = post(client, files, **fields)
    assert answer.status_code == 200, answer.text
    return answer.json()["task_id"]


@pytest.mark.parametrize(
    ("files", "fields", "size"),
    [
        (FILES, {}, (864, 1296)),
        (FILES, {"hd_mode": "true"}, (1365, 2048)),
        (COMBO, {"cloth_type": "combo"}, (864, 1296)),
        (COMBO, {"cloth_type": "combo", "hd_mode": "true"}, (1365, 2048)),
    ],
)
def test_a_result_is_a_jpeg_of_the_promised_size(client, files, fields, size):
    answer = finished(client, submitted(client, files, **fields))
    picture = httpx.get(answer["download_signed_url"], timeout=60)
    assert picture.headers["content-type"] == "image/jpeg"
    opened = Image.open(io.BytesIO(picture.content))
    assert (opened.format, opened.size) == ("JPEG", size)


def test_the_storage_refuses_what_it_did_not_sign(client):
    url = finished(client, submitted(client))["download_signed_url"]
    refused = [httpx.get(url.partition("?")[0]), httpx.get(url + "0"), httpx.get(url.replace("=", "=0", 1))]
    assert [answer.status_code for answer in refused] == [400] * 3
    assert b"ExpiredToken" in refused[0].content


def test_the_checks_answer_as_documented(client):
    two = client.post(MODEL_CHECK, files={"input_image": upload("two-friends")})
    dress = client.post(CLOTHES_CHECK, files={"input_image": upload("dress")})
    assert two.json() == {"is_good": False, "error_code": "400002", "good_clothes_types": []}
    assert dress.json() == {"clothes_type": "full", "is_clothes": True}


def test_a_key_is_asked_for_before_the_form_is_looked_at(live):
    answers = [
        httpx.post(live.api + TASKS, content=b"nonsense"),
        httpx.post(live.api + MODEL_CHECK, headers={"X-API-KEY": "live-1"}),
        httpx.get(f"{live.api}{TASKS}/1", headers={"Authorization": "Bearer sandbox-1"}),
    ]
    assert [answer.status_code for answer in answers] == [401] * 3


def test_unreadable_forms_are_bad_requests_that_count(client, live):
    answers = [
        client.post(TASKS, json={"cloth_type": "upper"}),
        client.post(MODEL_CHECK, content=b"x"),
        client.post(CLOTHES_CHECK, data={"input_image": "not a file"}),
    ]
    assert [answer.status_code for answer in answers] == [400] * 3
    assert len(live.model.journal.calls) == 3
    assert [each.error for each in live.model.journal.submissions] == ["Bad Request"]


def test_unknown_tasks_paths_and_methods_are_not_found(client):
    answers = [
        client.get(f"{TASKS}/123456"),
        client.get(TASKS),
        client.get(MODEL_CHECK),
        client.post("/api/tryon/input_check/v1/shoes"),
        client.get("/"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 5


@pytest.mark.parametrize("accepted", [False, True])
def test_a_closed_connection_gives_no_answer(client, live, accepted):
    live.model.faults.add(Place.SUBMIT, Fault(Manner.CLOSE, accepted=accepted))
    with pytest.raises(httpx.TransportError):
        post(client)
    assert len(live.model.tasks) == int(accepted)
    assert client.get(f"{TASKS}/1").status_code == 404


@pytest.mark.parametrize("place", [Place.CHECK, Place.STATUS])
def test_faults_of_reads_come_over_the_wire_and_count(client, live, place):
    def ask():
        if place is Place.STATUS:
            return client.get(f"{TASKS}/1")
        return client.post(MODEL_CHECK, files={"input_image": upload("anna")})

    live.model.faults.add(place, Fault(Manner.HTML, http_status=502))
    live.model.faults.add(place, Fault(Manner.CLOSE))
    live.model.faults.add(place, Fault(Manner.DELAY, seconds=0.3))
    assert ask().status_code == 502
    with pytest.raises(httpx.TransportError):
        ask()
    before = time.monotonic()
    assert ask().status_code in {200, 404}
    assert time.monotonic() - before >= 0.3
    assert len(live.model.journal.calls) == 3


def test_a_held_submission_is_accepted_when_it_is_let_go(client, live, control):
    control.post("/faults", json={"place": "submit", "manner": "hold"})
    with ThreadPoolExecutor() as pool:
        call = pool.submit(post, client)
        assert control.get("/wait", params={"happening": "held"}).json() == {"ok": True}
        assert live.model.tasks == ()
        control.post("/release")
        assert call.result().status_code == 200
    assert len(live.model.tasks) == 1


def test_downloads_go_wrong_on_request(client, live):
    url = finished(client, submitted(client))["download_signed_url"]
    whole = httpx.get(url).content
    live.model.faults.add(Place.DOWNLOAD, Fault(Manner.MALFORMED))
    live.model.faults.add(Place.DOWNLOAD, Fault(Manner.ERROR))
    assert httpx.get(url).content == whole[: len(whole) // 2]
    assert httpx.get(url).status_code == 500
    assert httpx.get(url).content == whole


def test_the_control_api_plans_fates_codes_accounts_and_maintenance(client, control):
    control.post("/fates", json={"kind": "fail"})
    control.post("/fates", json={"kind": "fail", "message": "Not today."})
    control.post("/checks", json={"code": "410003"})
    control.post("/accounts", json={"key": "sandbox-1", "credits": 2})
    ids = [submitted(client), submitted(client)]
    assert post(client).status_code == 402
    errors = [finished(client, task_id)["error"] for task_id in ids]
    assert errors == ["Failed to process try-on task", "Not today."]
    check = client.post(MODEL_CHECK, files={"input_image": upload("anna")}).json()
    assert check["error_code"] == "410003"
    control.post("/maintenance", json={"on": True})
    assert post(client).status_code == 503
    control.post("/maintenance", json={"on": False})
    control.post("/accounts", json={"key": "sandbox-1", "revoked": True})
    assert post(client).status_code == 401


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/faults", {"place": "submit", "manner": "explode"}),
        ("/faults", {"place": "submit", "manner": "error", "error": "NoSuchError"}),
        ("/fates", {"kind": "fail", "wings": 2}),
        ("/checks", {"code": "500001"}),
        ("/checks", {"code": "4000010"}),
        ("/maintenance", {}),
    ],
)
def test_the_control_api_says_what_it_does_not_understand(control, path, body):
    answer = control.post(path, json=body)
    assert (answer.status_code, answer.json()["ok"]) == (400, False)


def test_the_control_api_forgets_plans(client, control, live):
    control.post("/faults", json={"place": "submit", "manner": "error", "times": 5})
    control.delete("/faults")
    submitted(client)
    assert live.model.tasks[0].fate == Fate()


def test_the_journal_shows_calls_and_violations(client, control, live):
    live.model.account("sandbox-1").window.limit = 1
    client.post(CLOTHES_CHECK, files={"input_image": upload("dress")})
    post(client)
    journal = control.get("/journal").json()
    assert [(each["limit"], each["count"]) for each in journal["violations"]] == [("requests", 2)]
    assert [(each["place"], each["error"]) for each in journal["calls"]] == [
        ("check", None),
        ("submit", "Too Many Requests"),
    ]
    assert (journal["counts"]["check"], journal["counts"]["accepted"]) == (1, 0)


def test_pictures_are_read_checked_and_painted_off_the_event_loop(client, live, monkeypatch):
    threads = []

    def noting(act):
        def noted(*args):
            threads.append(threading.current_thread().name)
            return act(*args)

        return noted

    monkeypatch.setattr(live.model, "read_order", noting(live.model.read_order))
    monkeypatch.setattr(live.model, "look", noting(live.model.look))
    monkeypatch.setattr(outputs, "paint", noting(outputs.paint))
    client.post(MODEL_CHECK, files={"input_image": upload("anna")})
    httpx.get(finished(client, submitted(client))["download_signed_url"])
    assert len(threads) == 3
    assert "event-loop" not in threads
