"""The bot's own client and downloader against the sandbox: both sides read the same documentation."""

import asyncio

import pytest

from bot.providers.base import (
    Accepted,
    ClothesRequest,
    Completed,
    Downloaded,
    Failed,
    GarmentCheck,
    GarmentKind,
    NoAnswer,
    OutfitRequest,
    PersonCheck,
    PhotoProblem,
    Picture,
    Processing,
    Refusal,
    Rejected,
    Trouble,
    Unknown,
)
from bot.providers.clients import open_clients
from bot.providers.downloads import ResultDownloader
from bot.providers.fitroom import FitRoomClient
from bot.providers.keys import ApiKey
from bot.sandbox.pictures.samples import sample_jpeg
from bot.sandbox.providers.fitroom.faults import Fate, FateKind, Fault, Manner, Place
from bot.sandbox.providers.fitroom.replies import ErrorName

pytestmark = pytest.mark.network

DEFINITE = [GarmentKind.TOP, GarmentKind.BOTTOM, GarmentKind.ONE_PIECE]


def sample(name):
    return Picture(sample_jpeg(name))


CLOTHES = ClothesRequest(sample("anna"), sample("dress"), GarmentKind.ONE_PIECE)


@pytest.fixture
async def clients():
    async with open_clients() as opened:
        yield opened


@pytest.fixture
def provider(live, clients):
    return with_key("sandbox-1", live, clients)


def with_key(key, live, clients):
    return FitRoomClient(api_key=ApiKey(key), paid=clients.paid, reads=clients.reads, base_url=live.api)


async def result_of(provider, accepted):
    assert isinstance(accepted, Accepted), accepted
    state = await provider.status(accepted.provider_job_id)
    while isinstance(state, Processing):
        await asyncio.sleep(0.06)
        state = await provider.status(accepted.provider_job_id)
    return state


@pytest.mark.parametrize(
    "request_",
    [
        *(ClothesRequest(sample("anna"), sample("dress"), kind) for kind in DEFINITE),
        ClothesRequest(sample("anna"), sample("dress"), GarmentKind.TOP, hd=True),
        OutfitRequest(sample("ben"), sample("jacket"), sample("trousers")),
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
        (ErrorName.UNAUTHORIZED, Refusal.KEY),
        (ErrorName.PAYMENT_REQUIRED, Refusal.OUT_OF_CREDITS),
        (ErrorName.TOO_MANY_REQUESTS, Refusal.RATE),
        (ErrorName.INTERNAL_SERVER_ERROR, Refusal.SERVER),
        (ErrorName.SERVICE_UNAVAILABLE, Refusal.MAINTENANCE),
    ],
)
async def test_documented_refusals_are_understood(live, provider, name, refusal):
    live.model.faults.add(Place.SUBMIT, Fault(Manner.ERROR, error=name))
    outcome = await provider.submit(CLOTHES)
    assert outcome == Rejected(refusal, name.usual_message)


@pytest.mark.parametrize(
    "manner", [Manner.HTML, Manner.EMPTY, Manner.MALFORMED, Manner.NO_JOB_ID, Manner.REDIRECT, Manner.CLOSE]
)
async def test_lost_answers_are_unknown_and_never_sent_again(live, provider, manner):
    live.model.faults.add(Place.SUBMIT, Fault(manner, accepted=True))
    assert isinstance(await provider.submit(CLOTHES), Unknown)
    assert len(live.model.journal.submissions) == 1


async def test_failures_and_progress_are_understood(live, provider):
    live.model.faults.add_fate(Fate(FateKind.FAIL))
    live.model.faults.add_fate(Fate(seconds=1e9))
    state = await result_of(provider, await provider.submit(CLOTHES))
    assert state == Failed("TaskFailed", "Failed to process try-on task")
    endless = await provider.submit(CLOTHES)
    assert await provider.status(endless.provider_job_id) in {Processing(0), Processing(1)}


async def test_a_taken_and_a_refused_key_are_told_apart(live, clients, provider):
    assert await provider.balance() == NoAnswer(
        Trouble.NOT_FOUND, "FitRoom takes the key and tells no balance"
    )
    refused = await with_key("live-1", live, clients).balance()
    assert (type(refused), refused.trouble) == (NoAnswer, Trouble.KEY)


@pytest.mark.parametrize(
    ("name", "problems", "kinds"),
    [
        ("kim", (), frozenset(DEFINITE)),
        ("two-friends", (PhotoProblem.SEVERAL_PEOPLE,), frozenset()),
        ("mountains", (PhotoProblem.NOBODY,), frozenset()),
    ],
)
async def test_a_sample_photo_gets_its_advice(provider, name, problems, kinds):
    check = await provider.check_person(sample(name))
    assert isinstance(check, PersonCheck)
    assert (check.is_good, check.problems, check.kinds) == (not problems, problems, kinds)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("t-shirt", GarmentKind.TOP),
        ("trousers", GarmentKind.BOTTOM),
        ("dress", GarmentKind.ONE_PIECE),
    ],
)
async def test_a_sample_garments_kind_is_found(provider, name, kind):
    assert await provider.check_garment(sample(name)) == GarmentCheck(kind, is_clothes=True)


async def test_a_landscape_is_no_garment(provider):
    check = await provider.check_garment(sample("mountains"))
    assert isinstance(check, GarmentCheck)
    assert not check.is_clothes


async def test_the_sixty_first_call_is_refused_whatever_its_kind(live, provider):
    live.model.account("sandbox-1").window.limit = 2
    await provider.check_garment(sample("dress"))
    await provider.balance()
    refused = await provider.submit(CLOTHES)
    check = await provider.check_person(sample("anna"))
    assert (type(refused), refused.refusal) == (Rejected, Refusal.RATE)
    assert (type(check), check.trouble) == (NoAnswer, Trouble.RATE)
    assert len(live.model.journal.violations) == 2
