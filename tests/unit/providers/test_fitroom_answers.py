"""What FitRoom's answers mean, over a folder of real and odd ones."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.providers.base import (
    Accepted,
    ClothesRequest,
    Completed,
    Failed,
    GarmentCheck,
    GarmentKind,
    NoAnswer,
    NotSent,
    PersonCheck,
    PhotoProblem,
    Picture,
    Processing,
    Rejected,
    Trouble,
    Unknown,
)
from bot.providers.exchange import Answer, Fate, Lost
from bot.providers.fitroom import FitRoomClient
from bot.providers.fitroom_answers import (
    read_garment_check,
    read_key,
    read_person_check,
    read_status,
    read_submission,
)
from bot.providers.keys import ApiKey

TASK = "123456"
FOLDER = Path(__file__).parents[2] / "fixtures" / "fitroom"
FIXTURES = {path.stem: json.loads(path.read_text()) for path in FOLDER.glob("*.json")}
CASES = [
    pytest.param(case, call, id=f"{name}-{call}")
    for name, case in sorted(FIXTURES.items())
    for call in case["expected"]
]
PICTURE = Picture(b"\xff\xd8\xff")
SUBMIT_OUTCOMES = Accepted | NotSent | Rejected | Unknown
STATUS_OUTCOMES = Processing | Completed | Failed | NoAnswer


def read_task(answer: Answer | Lost) -> Any:
    return read_status(answer, TASK)


READS = [read_task, read_key, read_person_check, read_garment_check]


def shown(outcome: Any) -> dict[str, Any]:
    """The outcome as the fixtures write it."""
    return {type(outcome).__name__: json.loads(json.dumps(dataclasses.asdict(outcome), default=sorted))}


@pytest.mark.parametrize(("case", "call"), CASES)
async def test_answer_means_what_the_fixture_says(case: dict[str, Any], call: str) -> None:
    answer = case["answer"]
    body = answer["text"] if "text" in answer else json.dumps(answer["json"])
    response = httpx.Response(answer["status"], text=body, headers=answer.get("headers"))
    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda _: response)) as http:
        client = FitRoomClient(api_key=ApiKey("sandbox-key"), paid=http, reads=http)
        calls = {
            "submit": lambda: client.submit(ClothesRequest(PICTURE, PICTURE, GarmentKind.TOP)),
            "status": lambda: client.status(TASK),
            "balance": client.balance,
            "person": lambda: client.check_person(PICTURE),
            "garment": lambda: client.check_garment(PICTURE),
        }

        outcome = await calls[call]()

    assert shown(outcome) == case["expected"][call]


def test_every_documented_error_code_has_a_fixture_for_every_kind_of_body() -> None:
    coded = {name for name in FIXTURES if name[0].isdigit()}

    assert coded == {
        f"{code}-{body}" for code in (400, 401, 402, 429, 500, 503) for body in ("json", "html", "empty")
    }


def test_every_documented_code_of_a_check_has_its_own_meaning() -> None:
    told = {
        name.rpartition("-")[2]: case["expected"]["person"]["PersonCheck"]
        for name, case in FIXTURES.items()
        if name.startswith(("person-warning", "person-error"))
    }

    assert {code: (check["problems"], check["is_good"]) for code, check in told.items()} == {
        "410001": ([PhotoProblem.SLIGHTLY_SMALL], True),
        "410002": ([PhotoProblem.POSE_UNCLEAR], True),
        "410003": ([PhotoProblem.POSE_UNSUPPORTED], True),
        "400001": ([PhotoProblem.NOBODY], False),
        "400002": ([PhotoProblem.SEVERAL_PEOPLE], False),
        "400003": ([PhotoProblem.NOT_FACING_FORWARD], False),
        "400004": ([PhotoProblem.TOO_SMALL], False),
    }


def test_only_warnings_leave_a_photo_usable() -> None:
    assert [problem for problem in PhotoProblem if problem.is_warning] == [
        PhotoProblem.SLIGHTLY_SMALL,
        PhotoProblem.POSE_UNCLEAR,
        PhotoProblem.POSE_UNSUPPORTED,
        PhotoProblem.OTHER_WARNING,
    ]


def json_values(floats: st.SearchStrategy[float]) -> st.SearchStrategy[Any]:
    return st.recursive(
        st.none() | st.booleans() | st.integers() | floats | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    )


JSON = json_values(st.floats(allow_nan=False, allow_infinity=False))
# Python writes and reads these two as JSON; the standard knows neither.
ODD_JSON = json_values(st.floats())
NAMES = [
    *("task_id", "status", "progress", "download_signed_url", "error", "message", "detail"),
    *("is_good", "error_code", "good_clothes_types", "clothes_type", "is_clothes"),
]
WORDS = ["CREATED", "PROCESSING", "COMPLETED", "FAILED", TASK, "410001", "400002", "upper", "full"]
OBJECTS = st.dictionaries(
    st.sampled_from(NAMES), JSON | st.sampled_from(WORDS) | st.lists(st.sampled_from(WORDS))
)
BODIES = (
    st.binary()
    | ODD_JSON.map(lambda value: json.dumps(value).encode())
    | OBJECTS.map(lambda value: json.dumps(value).encode())
)
STATUSES = st.sampled_from([200, 201, 204, 301, 400, 401, 402, 404, 418, 429, 500, 502, 503])


@given(status=STATUSES, body=BODIES)
def test_no_answer_raises(status: int, body: bytes) -> None:
    answer = Answer(status, body)

    assert isinstance(read_submission(answer), SUBMIT_OUTCOMES)
    assert isinstance(read_task(answer), STATUS_OUTCOMES)
    assert isinstance(read_key(answer), NoAnswer)
    assert isinstance(read_person_check(answer), PersonCheck | NoAnswer)
    assert isinstance(read_garment_check(answer), GarmentCheck | NoAnswer)


@given(status=STATUSES, body=BODIES)
def test_texts_from_a_provider_can_be_stored(status: int, body: bytes) -> None:
    for read in (read_submission, *READS):
        texts = [
            value for value in dataclasses.asdict(read(Answer(status, body))).values() if type(value) is str
        ]

        assert all(text.isprintable() and len(text.encode()) < 3000 for text in texts)


@given(body=OBJECTS.map(lambda value: json.dumps(value | {"is_good": True}).encode()))
def test_a_check_is_good_exactly_when_nothing_rules_the_photo_out(body: bytes) -> None:
    check = read_person_check(Answer(200, body))

    assert isinstance(check, PersonCheck)
    assert check.is_good == all(problem.is_warning for problem in check.problems)
    assert check.is_good or not check.kinds
    assert GarmentKind.AUTO not in check.kinds


@given(
    is_good=st.booleans(),
    code=st.from_regex(r"\A(410|400|[0-9]{3})[0-9]{3}\Z"),
)
def test_the_first_digits_of_a_code_say_whether_the_photo_can_be_used(is_good: bool, code: str) -> None:
    body = json.dumps({"is_good": is_good, "error_code": code, "good_clothes_types": ["upper"]}).encode()

    check = read_person_check(Answer(200, body))

    assert isinstance(check, PersonCheck)
    assert check.problems[0].is_warning == code.startswith("410")
    assert check.is_good == (is_good and code.startswith("410"))


@given(status=st.integers(100, 599).filter(lambda code: code not in {400, 401, 402, 429, 500, 503}))
def test_only_documented_codes_reject(status: int) -> None:
    """Whatever is not in the seed's table may have been charged."""
    for body in (b"", b"<html>", b"{}", b'{"error": "no"}'):
        assert isinstance(read_submission(Answer(status, body)), Unknown)


@given(status=STATUSES, body=OBJECTS.map(lambda value: json.dumps(value | {"task_id": TASK}).encode()))
def test_no_answer_with_a_task_id_is_a_refusal(status: int, body: bytes) -> None:
    """A refusal lets another key pay for the same picture."""
    assert isinstance(read_submission(Answer(status, body)), Accepted | Unknown)


@given(body=OBJECTS, task_id=JSON.filter(lambda value: value not in (TASK, int(TASK))))
def test_an_answer_about_another_task_never_delivers_its_picture(
    body: dict[str, Any], task_id: object
) -> None:
    address = "https://storage.googleapis.com/somebody-elses.jpg"
    theirs = body | {"task_id": task_id, "status": "COMPLETED", "download_signed_url": address}

    outcome = read_task(Answer(200, json.dumps(theirs).encode()))

    assert isinstance(outcome, NoAnswer)
    assert outcome.trouble is Trouble.ODD_ANSWER


@pytest.mark.parametrize("fate", [Fate.BROKEN, Fate.ODD])
def test_a_lost_paid_answer_is_unknown(fate: Fate) -> None:
    assert read_submission(Lost(fate, "ReadError")) == Unknown("ReadError")


def test_a_paid_call_that_never_left_is_not_sent() -> None:
    assert read_submission(Lost(Fate.NOT_SENT, "ConnectError")) == NotSent("ConnectError")


@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize(
    ("fate", "trouble"),
    [
        (Fate.NOT_SENT, Trouble.CONNECTION),
        (Fate.BROKEN, Trouble.CONNECTION),
        (Fate.ODD, Trouble.ODD_ANSWER),
    ],
)
def test_a_lost_read_says_what_is_the_trouble(read: Any, fate: Fate, trouble: Trouble) -> None:
    assert read(Lost(fate, "because")) == NoAnswer(trouble, "because")


async def test_an_answer_above_the_cap_is_unknown() -> None:
    body = json.dumps({"task_id": TASK, "status": "CREATED", "rest": " " * 1_000_000})
    transport = httpx.MockTransport(lambda _: httpx.Response(200, text=body))
    async with httpx.AsyncClient(transport=transport) as http:
        client = FitRoomClient(api_key=ApiKey("sandbox-key"), paid=http, reads=http)

        submitted = await client.submit(ClothesRequest(PICTURE, PICTURE, GarmentKind.TOP))

    assert submitted == Unknown("HTTP 200 with more than 1000000 bytes")
