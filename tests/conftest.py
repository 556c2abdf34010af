"""What every test gets: no network but 127.0.0.1 where it says so, and no illegal call of the Bot API."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.botapi.record import recording
from tests.botapi.watching import watch

# The same examples on every machine, and no verdict about time; to look for new ones:
# pytest --hypothesis-profile=explore
settings.register_profile(
    "repeatable", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile("repeatable")

watch()


class NetworkForbiddenError(AssertionError):
    """A test tried to reach something it may not reach."""


@pytest.fixture(autouse=True)
def _forbid_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = {"127.0.0.1"} if request.node.get_closest_marker("network") else set()
    real_connect = socket.socket.connect

    def guarded(sock: socket.socket, address: Any) -> None:
        if sock.family != socket.AF_UNIX and address[0] not in allowed:
            raise NetworkForbiddenError(f"a test tried to connect to {address[0]}")
        real_connect(sock, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def _legal_calls(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test in which the bot asked Telegram for what the Bot API's documentation does not allow."""
    with recording() as recorder:
        yield
    if not request.node.get_closest_marker("plays_the_bot"):
        recorder.verdict()
