import math
import random
from types import SimpleNamespace

import pytest

from bot.jobs.floor import Floor
from bot.jobs.keys import Halt, KeyedProvider, KeyLimits, KeyState
from bot.jobs.probing import Probing
from bot.providers.base import Balance, NoAnswer, Trouble
from tests.unit.jobs.fake_provider import FakeProvider

NOW = 1_800_000_000.0


@pytest.fixture
def provider() -> FakeProvider:
    return FakeProvider()


@pytest.fixture
def key(provider: FakeProvider, chance: random.Random) -> KeyState:
    return KeyState(KeyedProvider(provider, KeyLimits(20, 300, 6)), chance)


@pytest.fixture
def told() -> list[str]:
    """What the operator was told."""
    return []


@pytest.fixture
def probing(key: KeyState, told: list[str]) -> Probing:
    async def write(change):
        async def add(new, at):
            told.append(new.kind)

        await change(SimpleNamespace(notices=SimpleNamespace(add=add)))

    tenure = SimpleNamespace(
        clock=SimpleNamespace(now=lambda: NOW), write=write, wake_notices=lambda: None, admin_ids=(1,)
    )
    return Probing(Floor([key]), tenure)


async def probe(probing: Probing, key: KeyState) -> None:
    key.probing()
    key.reads.start()
    await probing.probe(key)


def open_circuit(key: KeyState) -> None:
    for _ in range(3):
        key.circuit.failed(NOW)


def test_a_stopped_key_is_due_after_its_wait(probing: Probing, key: KeyState) -> None:
    assert probing.due(NOW) == ([], math.inf)
    key.stop(NOW, Halt.OUT_OF_CREDITS)
    assert probing.due(NOW) == ([], NOW + 45)
    assert probing.due(NOW + 45) == ([key], math.inf)


async def test_credits_bring_a_key_back(probing: Probing, key: KeyState, provider: FakeProvider) -> None:
    key.stop(NOW, Halt.OUT_OF_CREDITS)
    provider.balances = [Balance(0), Balance(3)]
    await probe(probing, key)
    assert key.halt is Halt.OUT_OF_CREDITS
    await probe(probing, key)
    assert key.halt is None


@pytest.mark.parametrize("trouble", [Trouble.CONNECTION, Trouble.SERVER, Trouble.RATE, Trouble.ODD_ANSWER])
async def test_no_answer_changes_nothing_and_is_asked_again(
    probing: Probing, key: KeyState, provider: FakeProvider, trouble: Trouble
) -> None:
    key.stop(NOW, Halt.OUT_OF_CREDITS)
    open_circuit(key)
    provider.balances = [NoAnswer(trouble)]
    await probe(probing, key)
    assert key.halt is Halt.OUT_OF_CREDITS
    assert key.circuit.is_open
    assert NOW < key.probe_at < NOW + 600


async def test_a_refused_key_stays_stopped_as_refused(
    probing: Probing, key: KeyState, provider: FakeProvider
) -> None:
    key.stop(NOW, Halt.OUT_OF_CREDITS)
    provider.balances = [NoAnswer(Trouble.KEY)]
    await probe(probing, key)
    assert key.halt is Halt.REFUSED


async def test_a_provider_that_tells_no_balance_is_tried_with_one_call(
    probing: Probing, key: KeyState, provider: FakeProvider
) -> None:
    key.stop(NOW, Halt.OUT_OF_CREDITS)
    provider.balances = [NoAnswer(Trouble.NOT_FOUND)]
    await probe(probing, key)
    assert key.free_at(NOW) == NOW


async def test_an_answer_in_an_outage_puts_the_key_on_trial(
    probing: Probing, key: KeyState, provider: FakeProvider
) -> None:
    open_circuit(key)
    provider.balances = [Balance(0)]
    await probe(probing, key)
    assert key.circuit.on_trial


async def test_a_probe_that_raises_is_followed_by_another(
    probing: Probing, key: KeyState, provider: FakeProvider, caplog: pytest.LogCaptureFixture
) -> None:
    open_circuit(key)
    provider.balances = [RuntimeError("a mistake of ours")]
    await probe(probing, key)
    assert key.probe_at < math.inf
    assert key.reads.used(NOW) == 1


async def test_the_operator_hears_once_that_an_empty_key_is_now_refused(
    probing: Probing, key: KeyState, provider: FakeProvider, told: list[str]
) -> None:
    key.stop(NOW, Halt.OUT_OF_CREDITS)
    provider.balances = [NoAnswer(Trouble.KEY), NoAnswer(Trouble.KEY)]
    await probe(probing, key)
    await probe(probing, key)
    assert told == ["operator_key_refused"]
