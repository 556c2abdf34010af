"""The official SDKs work unchanged against the sandbox: a try-on, the balance, and every documented error."""

import pytest

pytestmark = pytest.mark.network

LIMIT = 429


@pytest.mark.parametrize(
    ("try_on", "pictures"),
    [
        ("garment", ["image/webp"]),
        ("garment with everything", ["image/png", "image/png"]),
        ("garment by address", ["image/webp"]),
        ("hairstyle", ["image/webp"]),
        ("tattoo by words", ["image/webp"]),
        ("tattoo by region", ["image/jpeg"]),
    ],
)
def test_every_method_submits_waits_and_gets_pictures(sdk_report, try_on, pictures):
    assert sdk_report["tries_on"][try_on] == pictures


def test_every_haircut_of_the_sdk_is_known(sdk_report):
    assert sdk_report["tries_on"]["haircuts"] == [{"name": "none"}] * 34


def test_the_balance_is_reserved_and_then_charged_per_picture(sdk_report):
    assert sdk_report["credits"] == {
        "before": {"on_demand": 10, "subscription": 10, "purchased": 0, "reserved": 0},
        "during": {"on_demand": 7, "subscription": 10, "purchased": 0, "reserved": 3},
        "after": {"on_demand": 7, "subscription": 7, "purchased": 0, "reserved": 0},
    }


def test_states_are_read_as_they_are(sdk_report):
    assert sdk_report["states"] == {
        "processing": {"status": "processing", "output": [], "error": None},
        "completed": ["completed", 1, None],
    }


@pytest.mark.parametrize(
    ("name", "status", "message"),
    [
        ("BadRequest", 400, "num_samples must be an integer from 1 to 4"),
        ("UnauthorizedAccess", 401, "Missing or invalid Authorization header."),
        ("NotFound", 404, "Job not found."),
        ("RateLimitExceeded", LIMIT, "Too many requests. Please slow down."),
        ("ConcurrencyLimitExceeded", LIMIT, "Too many concurrent requests."),
        ("OutOfCredits", LIMIT, "No API credits remaining."),
        ("InternalServerError", 500, "Something went wrong on our side."),
        ("ProcessingError", None, "Try-on failed. Please try again."),
    ],
)
def test_every_error_arrives_by_its_name(sdk_report, name, status, message):
    assert sdk_report["errors"][name] == {"status": status, "name": name, "message": message}


def test_a_lost_connection_is_the_sdks_own_network_error(sdk_report):
    assert sdk_report["errors"]["NetworkError"]["name"] == "NetworkError"
