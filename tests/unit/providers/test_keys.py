"""An API key can be used but not seen."""

import copy
import dataclasses
import json
import logging
import pickle

import httpx
import pytest

from bot.providers.base import Accepted, Failed, NoAnswer, Refusal, Rejected, Trouble, Unknown
from bot.providers.keys import ApiKey, KeyHeader, without_key

SECRET = "ti_live_0123456789abcdef"


@pytest.fixture
def key() -> ApiKey:
    return ApiKey(SECRET)


@dataclasses.dataclass
class Holder:
    key: ApiKey


@pytest.mark.parametrize("show", [repr, str, "{}".format, "{!r:>40}".format, lambda key: f"{key}"])
def test_key_is_never_shown(key: ApiKey, show) -> None:
    assert SECRET not in show(key)
    assert SECRET not in show(Holder(key))
    assert SECRET not in show([key, {key: key}])


def test_key_is_not_pickled(key: ApiKey) -> None:
    with pytest.raises(TypeError, match="not pickled") as caught:
        pickle.dumps(Holder(key))

    assert SECRET not in str(caught.value)


def test_key_is_not_turned_into_json(key: ApiKey) -> None:
    with pytest.raises(TypeError) as caught:
        json.dumps({"key": key})

    assert SECRET not in str(caught.value)


def test_copies_are_the_key_itself(key: ApiKey) -> None:
    assert copy.copy(key) is key
    assert copy.deepcopy(key) is key
    assert dataclasses.asdict(Holder(key)) == {"key": key}


def test_key_logged_as_an_argument_stays_hidden(key: ApiKey, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("test").warning("asked with %s and %r", key, key)

    assert SECRET not in caplog.text
    assert key.fingerprint in caplog.text


@pytest.mark.parametrize("secret", ["", "a b", "a\nb", "kéy", "x" * 513, " sk1", "sk1\r\n"])
def test_malformed_key_is_refused_without_quoting_it(secret: str) -> None:
    with pytest.raises(ValueError, match="1 to 512 printable") as caught:
        ApiKey(secret)

    assert not secret or secret not in str(caught.value)
    assert "secret" not in caught.tb.tb_next.tb_frame.f_locals


def test_fingerprint_is_short_stable_and_tells_keys_apart(key: ApiKey) -> None:
    """It is stored: a job is polled after a restart by the key that sent it."""
    assert key.fingerprint == ApiKey(SECRET).fingerprint == "32254a31f77e"
    assert ApiKey(SECRET + "0").fingerprint != key.fingerprint
    assert key.fingerprint not in SECRET


def test_keys_compare_by_secret(key: ApiKey) -> None:
    assert key == ApiKey(SECRET)
    assert key != ApiKey(SECRET + "0")
    assert key != SECRET
    assert len({key, ApiKey(SECRET)}) == 1


def test_header_is_added_when_sending_and_hidden_in_reprs(key: ApiKey) -> None:
    request = httpx.Request("GET", "https://tryiton.now/api/v1/credits")
    auth = KeyHeader(key)

    sent = next(auth.auth_flow(request))

    assert sent.headers["Authorization"] == f"Bearer {SECRET}"
    assert SECRET not in repr((auth, sent, sent.headers))


def test_another_header_without_prefix(key: ApiKey) -> None:
    request = httpx.Request("GET", "https://platform.fitroom.app")

    sent = next(KeyHeader(key, header="X-API-KEY", prefix="").auth_flow(request))

    assert sent.headers["X-API-KEY"] == SECRET


@pytest.mark.parametrize(
    "outcome",
    [
        Rejected(Refusal.KEY, f"Invalid key {SECRET}.", 3.0),
        Unknown(f"HTTP 418, {SECRET}"),
        NoAnswer(Trouble.KEY, f"{SECRET}{SECRET}"),
        Failed(f"Bad{SECRET}", f"key {SECRET}"),
    ],
)
def test_a_key_quoted_by_the_provider_is_taken_out(key: ApiKey, outcome: object) -> None:
    cleaned = without_key(outcome, key)

    assert type(cleaned) is type(outcome)
    assert SECRET not in repr(cleaned)
    assert "[key]" in repr(cleaned)


def test_a_job_id_is_left_as_it_is(key: ApiKey) -> None:
    assert without_key(Accepted("a1"), key) == Accepted("a1")
