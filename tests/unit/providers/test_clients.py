"""How the two HTTP clients are set up."""

import logging
from collections.abc import Iterator

import pytest

from bot.providers.clients import open_clients


@pytest.fixture(autouse=True)
def _restored_levels() -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in ("httpx", "httpcore")]
    levels = [logger.level for logger in loggers]
    yield
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


async def test_clients_are_closed_at_the_end() -> None:
    async with open_clients() as clients:
        opened = (clients.reads.is_closed, clients.paid.is_closed)

    assert opened == (False, False)
    assert (clients.reads.is_closed, clients.paid.is_closed) == (True, True)


async def test_no_step_of_a_request_waits_for_ever() -> None:
    async with open_clients() as clients:
        limits = {**clients.reads.timeout.as_dict(), **clients.paid.timeout.as_dict()}

    assert all(limits.values())


async def test_connecting_ends_well_before_a_paid_call_gives_up() -> None:
    """Else the deadline would call a request unknown that never left."""
    async with open_clients() as clients:
        steps = clients.paid.timeout

    assert (steps.pool or 0) + 2 * (steps.connect or 0) < 90


async def test_stricter_levels_stay() -> None:
    logging.getLogger("httpx").setLevel(logging.ERROR)
    async with open_clients():
        pass

    assert logging.getLogger("httpx").level == logging.ERROR


@pytest.mark.parametrize("name", ["httpx", "httpcore.http11", "httpcore.connection", "httpcore.http2"])
async def test_wire_libraries_do_not_log_requests(name: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with open_clients():
        logging.getLogger(name).info("HTTP Request: GET https://api.example/bot1:A/getMe")
        logging.getLogger(name).warning("something else")

    assert [record.message for record in caplog.records if record.name == name] == ["something else"]
