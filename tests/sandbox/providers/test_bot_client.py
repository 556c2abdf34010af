"""The bot's own client and downloader against the sandbox: both sides read the same documentation."""

import asyncio

import pytest

from bot.providers.base import (
    Accepted,
    Balance,
    ClothesRequest,
    Completed,
    Downloaded,
    Failed,
    GarmentKind,
    HairstyleRequest,
    Picture,
    Processing,
    Refusal,
    Region,
    Rejected,
    TattooRequest,
    Unknown,
)
from bot.providers.clients import open_clients
from bot.providers.downloads import ResultDownloader
from bot.providers.keys import ApiKey
from bot.providers.tryiton import TryItOnClient
from bot.sandbox.pictures.samples import sample_jpeg
from bot.sandbox.providers.tryiton.faults import Fate, FateKind, Fault, Manner, Place
from bot.sandbox.providers.tryiton.replies import ErrorName

pytestmark = pytest.mark.network

PERSON, GARMENT = Picture(sample_jpeg("anna")), Picture(sample_jpeg("dress"))


@pytest.fixture
async def clients():
    async with open_clients() as opened:
        yield opened


@pytest.fixture
def provider(live, clients):
    return TryItOnClient(
        api_key=ApiKey("sandbox-1"), paid=clients.paid, reads=clients.reads, base_url=live.api
    )


async def result_of(provider, accepted):
    assert isinstance(accepted, Accepted), accepted
    state = await provider.status(accepted.provider_job_id)
    while isinstance(state, Processing):
        await asyncio.sleep(0.03)
        state = await provider.status(accepted.provider_job_id)
    return state


@pytest.mark.parametrize(
    "request_",
    [
        *(ClothesRequest(PERSON, GARMENT, kind=kind) for kind in GarmentKind),
        HairstyleRequest(PERSON, "BuzzCut", "ash blonde"),
        TattooRequest(PERSON, GARMENT, "on the right forearm", Region(0.2, 0.4, 0.1, 0.1)),
    ],
    ids=lambda request_: type(request_).__name__,
)
async def test_every_request_ends_in_a_picture(live, clients, provider, request_):
    state = await result_of(provider, await provider.submit(request_))
    assert isinstance(state, Completed)
    downloads = ResultDownloader(clients.reads, [live.url.removeprefix("http://")])
    fetched = await downloads.fetch(state.urls[0])
    assert isinstance(fetched, Downloaded)
    assert fetched.media_type == "image/jpeg"


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        (ErrorName.BAD_REQUEST, Refusal.BAD_REQUEST),
        (ErrorName.UNAUTHORIZED_ACCESS, Refusal.KEY),
        (ErrorName.RATE_LIMIT_EXCEEDED, Refusal.RATE),
        (ErrorName.CONCURRENCY_LIMIT_EXCEEDED, Refusal.CONCURRENCY),
        (ErrorName.OUT_OF_CREDITS, Refusal.OUT_OF_CREDITS),
        (ErrorName.INTERNAL_SERVER_ERROR, Refusal.SERVER),
    ],
)
async def test_documented_refusals_are_understood(live, provider, name, refusal):
    live.model.faults.add(Place.SUBMIT, Fault(Manner.ERROR, error=name))
    outcome = await provider.submit(ClothesRequest(PERSON, GARMENT))
    assert isinstance(outcome, Rejected)
    assert outcome.refusal is refusal


@pytest.mark.parametrize(
    "manner", [Manner.HTML, Manner.EMPTY, Manner.MALFORMED, Manner.NO_JOB_ID, Manner.REDIRECT, Manner.CLOSE]
)
async def test_lost_answers_are_unknown_and_never_sent_again(live, provider, manner):
    live.model.faults.add(Place.SUBMIT, Fault(manner, accepted=True))
    assert isinstance(await provider.submit(ClothesRequest(PERSON, GARMENT)), Unknown)
    assert len(live.model.journal.submissions) == 1


async def test_failures_and_balances_are_understood(live, provider):
    live.model.set_credits("sandbox-1", 42)
    live.model.faults.add_fate(Fate(FateKind.FAIL))
    state = await result_of(provider, await provider.submit(ClothesRequest(PERSON, GARMENT)))
    assert state == Failed("ProcessingError", "Try-on failed. Please try again.")
    assert await provider.balance() == Balance(42)
