import http.client
import io
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from PIL import Image

from bot.sandbox.providers.tryiton import outputs
from bot.sandbox.providers.tryiton.faults import Fate, FateKind, Fault, Manner, Place

pytestmark = pytest.mark.network

HEADERS = {"Authorization": "Bearer sandbox-1"}


@pytest.fixture
def client(live):
    with httpx.Client(base_url=live.api, headers=HEADERS, timeout=60) as client:
        yield client


@pytest.fixture
def control(live):
    with httpx.Client(base_url=f"{live.url}/control/tryiton", timeout=60) as control:
        yield control


def finished(client, job_id):
    deadline = time.monotonic() + 60
    answer = client.get(f"/status/{job_id}").json()
    while answer["status"] == "processing" and time.monotonic() < deadline:
        time.sleep(0.02)
        answer = client.get(f"/status/{job_id}").json()
    return answer


def submitted(client, body, endpoint="clothes"):
    answer = client.post(f"/tryon/{endpoint}", content=body)
    assert answer.status_code == 200, answer.text
    return answer.json()["jobId"]


@pytest.mark.parametrize(
    ("given", "pillow_format", "media_type"),
    [(None, "WEBP", "image/webp"), ("png", "PNG", "image/png"), ("jpeg", "JPEG", "image/jpeg")],
)
def test_a_result_is_a_real_picture_of_the_wanted_format(
    client, clothes_body, given, pillow_format, media_type
):
    answer = finished(client, submitted(client, clothes_body(output_format=given, num_samples=2)))
    pictures = [httpx.get(url) for url in answer["output"]]
    assert [picture.headers["content-type"] for picture in pictures] == [media_type] * 2
    opened = [Image.open(io.BytesIO(picture.content)) for picture in pictures]
    assert [(each.format, each.size) for each in opened] == [(pillow_format, (864, 1296))] * 2
    assert pictures[0].content != pictures[1].content


def test_unknown_pictures_paths_and_methods_are_not_found(client, live):
    answers = [
        httpx.get(f"{live.url}/tryiton/cdn/nobody/tryons/none.webp"),
        client.get("/tryon/clothes"),
        client.post("/credits"),
        client.get("/nothing"),
        client.get("/status/64b7f1a9d9a3b8e5c7f9a123"),
    ]
    assert [(answer.status_code, answer.json()["error"]) for answer in answers] == [(404, "NotFound")] * 5


def test_a_key_is_asked_for(live, clothes_body):
    answers = [
        httpx.post(f"{live.api}/tryon/clothes", content=clothes_body()),
        httpx.get(f"{live.api}/credits"),
    ]
    expected = {"error": "UnauthorizedAccess", "message": "Missing or invalid Authorization header."}
    assert [(answer.status_code, answer.json()) for answer in answers] == [(401, expected)] * 2


@pytest.mark.parametrize("accepted", [False, True])
def test_a_closed_connection_gives_no_answer(client, live, clothes_body, accepted):
    live.model.faults.add(Place.SUBMIT, Fault(Manner.CLOSE, accepted=accepted))
    with pytest.raises(httpx.TransportError):
        client.post("/tryon/clothes", content=clothes_body())
    assert len(live.model.jobs) == int(accepted)
    assert client.get("/credits").status_code == 200


@pytest.mark.parametrize(
    ("manner", "status", "body"),
    [(Manner.HTML, 502, b"<!DOCTYPE html>"), (Manner.EMPTY, 200, b""), (Manner.REDIRECT, 302, b"")],
)
def test_odd_answers_come_over_the_wire(client, live, clothes_body, manner, status, body):
    live.model.faults.add(Place.SUBMIT, Fault(manner, http_status=status))
    answer = client.post("/tryon/clothes", content=clothes_body())
    assert answer.status_code == status
    assert answer.content[: len(b"<!DOCTYPE html>")] == body


def test_a_held_submission_is_accepted_when_it_is_let_go(live, control, clothes_body):
    control.post("/faults", json={"place": "submit", "manner": "hold"})
    with ThreadPoolExecutor() as pool:
        call = pool.submit(
            httpx.post, f"{live.api}/tryon/clothes", content=clothes_body(), headers=HEADERS, timeout=60
        )
        assert control.get("/wait", params={"happening": "held"}).json() == {"ok": True}
        assert live.model.jobs == ()
        control.post("/release")
        assert call.result().status_code == 200
    assert len(live.model.jobs) == 1


@pytest.mark.parametrize(("accepted", "jobs"), [(False, 0), (True, 1)])
def test_who_hangs_up_while_held_gets_a_job_only_after_acceptance(
    live, control, clothes_body, accepted, jobs
):
    control.post("/faults", json={"place": "submit", "manner": "hold", "accepted": accepted})
    caller = http.client.HTTPConnection(live.url.removeprefix("http://"), timeout=60)
    caller.request("POST", "/tryiton/api/v1/tryon/clothes", clothes_body(), HEADERS)
    assert control.get("/wait", params={"happening": "held"}).json() == {"ok": True}
    caller.close()
    deadline = time.monotonic() + 60
    while live.http.door.holding and time.monotonic() < deadline:
        time.sleep(0.01)
    journal = control.get("/journal").json()
    assert (journal["holding"], journal["counts"]["accepted"]) == (0, jobs)
    assert [each["job_id"] is not None for each in journal["submissions"]] == [accepted]


def test_a_delayed_answer_comes_later(client, live):
    live.model.faults.add(Place.CREDITS, Fault(Manner.DELAY, seconds=0.3))
    before = time.monotonic()
    assert client.get("/credits").status_code == 200
    assert time.monotonic() - before >= 0.3


def test_downloads_go_wrong_on_request(client, live, clothes_body):
    url = finished(client, submitted(client, clothes_body(output_format="png")))["output"][0]
    whole = httpx.get(url).content
    for fault in (
        Fault(Manner.MALFORMED),
        Fault(Manner.HTML),
        Fault(Manner.TRICKLE, seconds=0.4),
        Fault(Manner.CLOSE),
    ):
        live.model.faults.add(Place.DOWNLOAD, fault)
    assert httpx.get(url).content == whole[: len(whole) // 2]
    assert httpx.get(url).headers["content-type"].startswith("text/html")
    before = time.monotonic()
    assert httpx.get(url).content == whole
    assert time.monotonic() - before >= 0.4
    with pytest.raises(httpx.TransportError):
        httpx.get(url)
    assert httpx.get(url).content == whole


def test_the_control_api_plans_fates_and_accounts(client, control, clothes_body):
    control.post("/fates", json={"kind": "fail", "error_name": "ContentModerationError", "message": "No."})
    control.post("/accounts", json={"key": "sandbox-1", "credits": 1})
    answer = finished(client, submitted(client, clothes_body()))
    assert answer["error"] == {"name": "ContentModerationError", "message": "No."}
    assert (
        client.post("/tryon/clothes", content=clothes_body(num_samples=2)).json()["error"] == "OutOfCredits"
    )
    control.post("/accounts", json={"key": "sandbox-1", "revoked": True})
    assert client.get("/credits").status_code == 401


def test_the_control_api_forgets_plans(client, control, live, clothes_body):
    control.post("/faults", json={"place": "submit", "manner": "error", "times": 5})
    control.delete("/faults")
    submitted(client, clothes_body())
    assert live.model.jobs[0].fate == Fate(FateKind.COMPLETE)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/faults", {"place": "submit", "manner": "explode"}),
        ("/faults", {"place": "submit", "manner": "hold", "wings": 2}),
        ("/fates", {"kind": "vanish"}),
        ("/accounts", {"credits": 3}),
    ],
)
def test_the_control_api_says_what_it_does_not_understand(control, path, body):
    answer = control.post(path, json=body)
    assert (answer.status_code, answer.json()["ok"]) == (400, False)


def test_waiting_for_what_does_not_happen_ends(control):
    answer = control.get("/wait", params={"happening": "accepted", "count": 1, "timeout": 0.1})
    assert (answer.status_code, answer.json()) == (408, {"ok": False})


def test_the_journal_shows_calls_and_violations(client, control, clothes_body):
    control.post("/fates", json={"kind": "complete", "seconds": 1e9, "times": 6})
    for _ in range(7):
        client.post("/tryon/clothes", content=clothes_body())
    journal = control.get("/journal").json()
    assert [(each["limit"], each["count"]) for each in journal["violations"]] == [("processing", 7)]
    assert [each["error"] for each in journal["submissions"]] == [None] * 6 + ["ConcurrencyLimitExceeded"]
    assert journal["accepted_twice"] == [journal["submissions"][0]["inputs"]]
    assert len(journal["calls"]) == 7


def test_pictures_are_read_and_painted_off_the_event_loop(client, live, clothes_body, monkeypatch):
    threads = []

    def noting(act):
        def noted(*args):
            threads.append(threading.current_thread().name)
            return act(*args)

        return noted

    monkeypatch.setattr(live.model, "read_order", noting(live.model.read_order))
    monkeypatch.setattr(outputs, "_paint", noting(outputs._paint))
    answer = finished(client, submitted(client, clothes_body()))
    httpx.get(answer["output"][0])
    assert len(threads) == 2
    assert "event-loop" not in threads
