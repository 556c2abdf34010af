"""A deep link opens what it names; one that names nothing is an ordinary /start."""

import pytest

from handlers import payloads


@pytest.fixture
def opened(monkeypatch):
    found = []

    async def follow(visit, t, services, rest):
        found.append(rest)

    monkeypatch.setitem(payloads.OPENERS, "l", follow)
    return found


async def test_prefix_finds_what_opens_the_rest(opened):
    assert await payloads.opened(None, None, None, "l_ab_c-d")
    assert opened == ["ab_c-d"]


@pytest.mark.parametrize("payload", ["", "l", "l_", "inline", "x_1", "_l_1"])
async def test_other_payloads_open_nothing(opened, payload):
    assert not await payloads.opened(None, None, None, payload)
    assert opened == []
