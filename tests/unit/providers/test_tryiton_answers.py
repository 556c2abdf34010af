"""What TryItOn's answers mean, over a folder of real and odd ones."""

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import SystemClock
from bot.providers.base import (
    Accepted,
    Balance,
    ClothesRequest,
    Completed,
    Failed,
    NoAnswer,
    NotSent,
    Picture,
    Processing,
    Refusal,
    Rejected,
    Trouble,
    Unknown,
)
from bot.providers.exchange import ANSWER_CAP, Answer, Fate, Lost
from bot.providers.keys import ApiKey
from bot.providers.tryiton import TryItOnClient
from bot.providers.tryiton_answers import read_balance, read_status, read_submission

FOLDER = Path(__file__).parents[2] / "fixtures" / "tryiton"
FIXTURES = {path.stem: json.loads(path.read_text()) for path in FOLDER.glob("*.json")}
CASES = [
    pytest.param(case, call, id=f"{name}-{call}")
    for name, case in sorted(FIXTURES.items())
    for call in case["expected"]
]
SUBMIT_OUTCOMES = Accepted | NotSent | Rejected | Unknown
STATUS_OUTCOMES = Processing | Completed | Failed | NoAnswer


def shown(outcome: Any) -> dict[str, Any]:
    """The outcome as the fixtures write it."""
    return {type(outcome).__name__: json.loads(json.dumps(dataclasses.asdict(outcome)))}


@pytest.mark.parametrize(("case", "call"), CASES)
async def test_answer_means_what_the_fixture_says(case: dict[str, Any], call: str) -> None:
    answer = case["answer"]
    body = answer["text"] if "text" in answer else json.dumps(answer["json"])
    response = httpx.Response(answer["status"], text=body, headers=answer.get("headers"))
    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda _: response)) as http:
        client = TryItOnClient(api_key=ApiKey("sandbox-key"), paid=http, reads=http)
        # The second clothes path would be asked on 404, so the hairstyle call stands for all paid ones here.
        calls = {
            "submit": lambda: client._post("/tryon/hairstyle", {}),
            "status": lambda: client.status("64b7f1a9d9a3b8e5c7f9a123"),
            "balance": client.balance,
        }

        outcome = await calls[call]()

    assert shown(outcome) == case["expected"][call]


def test_every_documented_error_name_has_a_fixture() -> None:
    names = {
        json.loads(path.read_text())["answer"].get("json", {}).get("error") for path in FOLDER.glob("4*")
    }
    names |= {json.loads(path.read_text())["answer"]["json"]["error"] for path in FOLDER.glob("5*")}

    assert names == {
        "BadRequest",
        "UnauthorizedAccess",
        "NotFound",
        "RateLimitExceeded",
        "ConcurrencyLimitExceeded",
        "OutOfCredits",
        "InternalServerError",
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
KNOWN_NAMES = st.sampled_from(["ok", "jobId", "status", "output", "error", "message", "credits", "name"])
OBJECTS = st.dictionaries(
    KNOWN_NAMES,
    JSON
    | st.sampled_from(["completed", "failed", "processing", "NotFound"])
    | st.dictionaries(st.sampled_from(["on_demand", "name"]), JSON),
)
BODIES = (
    st.binary()
    | JSON.map(lambda value: json.dumps(value).encode())
    | OBJECTS.map(lambda value: json.dumps(value).encode())
)
STATUSES = st.sampled_from([200, 201, 204, 301, 400, 401, 404, 418, 429, 500, 502, 503])


@given(status=STATUSES, body=BODIES)
def test_no_answer_to_a_paid_call_raises(status: int, body: bytes) -> None:
    outcome = read_submission(Answer(status, body))

    assert isinstance(outcome, SUBMIT_OUTCOMES)


@given(status=STATUSES, body=BODIES)
def test_no_answer_to_a_read_raises(status: int, body: bytes) -> None:
    answer = Answer(status, body)

    assert isinstance(read_status(answer), STATUS_OUTCOMES)
    assert isinstance(read_balance(answer), Balance | NoAnswer)


@given(status=STATUSES, body=BODIES)
def test_texts_from_a_provider_can_be_stored(status: int, body: bytes) -> None:
    for read in (read_submission, read_status, read_balance):
        texts = [
            value for value in dataclasses.asdict(read(Answer(status, body))).values() if type(value) is str
        ]

        assert all(text.isprintable() and len(text.encode()) < 3000 for text in texts)


@given(status=st.integers(100, 599), name=st.text())
def test_only_documented_errors_reject(status: int, name: str) -> None:
    """Whatever is not in the seed's table may have been charged."""
    outcome = read_submission(Answer(status, json.dumps({"error": name, "message": "no"}).encode()))

    assert isinstance(outcome, Unknown)


@pytest.mark.parametrize("fate", [Fate.BROKEN, Fate.ODD])
def test_a_lost_paid_answer_is_unknown(fate: Fate) -> None:
    assert read_submission(Lost(fate, "ReadError")) == Unknown("ReadError")


def test_a_paid_call_that_never_left_is_not_sent() -> None:
    assert read_submission(Lost(Fate.NOT_SENT, "ConnectError")) == NotSent("ConnectError")


@pytest.mark.parametrize("read", [read_status, read_balance])
@pytest.mark.parametrize(
    ("fate", "trouble"),
    [
        (Fate.NOT_SENT, Trouble.CONNECTION),
        (Fate.BROKEN, Trouble.CONNECTION),
        (Fate.ODD, Trouble.ODD_ANSWER),
    ],
)
def test_a_lost_read_says_what_is_the_trouble(
    read: Callable[[Lost], object], fate: Fate, trouble: Trouble
) -> None:
    assert read(Lost(fate, "because")) == NoAnswer(trouble, "because")


async def test_an_answer_above_the_cap_is_odd_and_unknown() -> None:
    body = json.dumps({"ok": True, "jobId": "a1", "status": "processing", "rest": " " * ANSWER_CAP})
    transport = httpx.MockTransport(lambda _: httpx.Response(200, text=body))
    picture = Picture(b"\xff\xd8\xff")
    async with httpx.AsyncClient(transport=transport) as http:
        client = TryItOnClient(api_key=ApiKey("sandbox-key"), paid=http, reads=http, clock=SystemClock())

        submitted = await client.submit(ClothesRequest(picture, picture))
        status = await client.status("a1")

    assert submitted == Unknown("HTTP 200 with more than 1000000 bytes")
    assert status == NoAnswer(Trouble.ODD_ANSWER, "HTTP 200 with more than 1000000 bytes")


def test_only_the_persons_and_the_address_faults_stay_with_the_job() -> None:
    assert {refusal for refusal in Refusal if not refusal.is_operators} == {
        Refusal.BAD_REQUEST,
        Refusal.NOT_FOUND,
    }
