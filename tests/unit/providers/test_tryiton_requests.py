"""What TryItOn is asked, and how often."""

import base64
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from bot.providers.base import (
    Ability,
    Accepted,
    Balance,
    ClothesRequest,
    GarmentKind,
    HairstyleRequest,
    Need,
    NoAnswer,
    NotSent,
    Picture,
    Processing,
    Provider,
    Refusal,
    Rejected,
    TattooRequest,
    Timing,
    Trouble,
    Unknown,
)
from bot.providers.keys import ApiKey
from bot.providers.tryiton import Mode, OutputFormat, TryItOnClient, TryItOnOptions
from bot.regions import Region

SECRET = "ti_live_0123456789abcdef"
PERSON = Picture(b"\xff\xd8\xffperson")
GARMENT = Picture(b"\x89PNGgarment", "image/png")
CLOTHES = ClothesRequest(PERSON, GARMENT)
NOT_FOUND = httpx.Response(404, json={"error": "NotFound", "message": "Resource not found"})

Handler = Callable[[httpx.Request], httpx.Response]


class Wire:
    """Two clients that write down what is sent and answer as a test says."""

    def __init__(self, answer: Handler) -> None:
        self.paid_requests: list[httpx.Request] = []
        self.reads_requests: list[httpx.Request] = []
        self.paid = httpx.AsyncClient(transport=self._transport(self.paid_requests, answer))
        self.reads = httpx.AsyncClient(transport=self._transport(self.reads_requests, answer))

    def client(self, **options: Any) -> TryItOnClient:
        return TryItOnClient(
            api_key=ApiKey(SECRET),
            paid=self.paid,
            reads=self.reads,
            base_url="https://tryiton.now/api/v1/",
            options=TryItOnOptions(**options),
        )

    def body(self) -> Any:
        return json.loads(self.paid_requests[-1].content)

    @staticmethod
    def _transport(requests: list[httpx.Request], answer: Handler) -> httpx.MockTransport:
        async def handle(request: httpx.Request) -> httpx.Response:
            requests.append(request)
            await request.aread()
            return answer(request)

        return httpx.MockTransport(handle)


def accept(_: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json={"ok": True, "jobId": "64b7f1a9d9a3b8e5c7f9a123"})


def only_fashion(request: httpx.Request) -> httpx.Response:
    return accept(request) if request.url.path.endswith("/fashion") else NOT_FOUND


def nothing_there(_: httpx.Request) -> httpx.Response:
    return httpx.Response(404, json={"error": "NotFound", "message": "Resource not found"})


def data_url(picture: Picture) -> str:
    return f"data:{picture.media_type};base64,{base64.b64encode(picture.data).decode()}"


def paths(wire: Wire) -> list[str]:
    return [request.url.path for request in wire.paid_requests]


@pytest.mark.parametrize(
    ("kind", "category"),
    [
        (GarmentKind.AUTO, {"category": "auto"}),
        (GarmentKind.TOP, {"category": "clothing", "subcategory": "tops"}),
        (GarmentKind.BOTTOM, {"category": "clothing", "subcategory": "bottoms"}),
        (GarmentKind.ONE_PIECE, {"category": "clothing", "subcategory": "dresses"}),
        (GarmentKind.EYEWEAR, {"category": "eyewear"}),
        (GarmentKind.FOOTWEAR, {"category": "footwear"}),
        (GarmentKind.HEADWEAR, {"category": "headwear"}),
    ],
)
async def test_clothes_are_asked_for_as_documented(kind: GarmentKind, category: dict[str, str]) -> None:
    wire = Wire(accept)

    outcome = await wire.client().submit(ClothesRequest(PERSON, GARMENT, kind, samples=2))

    assert outcome == Accepted("64b7f1a9d9a3b8e5c7f9a123")
    assert wire.body() == {
        "model_image": data_url(PERSON),
        "garment_image": data_url(GARMENT),
        "mode": "balanced",
        "num_samples": 2,
        "output_format": "jpeg",
        **category,
    }
    request = wire.paid_requests[0]
    assert (request.method, str(request.url)) == ("POST", "https://tryiton.now/api/v1/tryon/clothes")
    assert request.headers["Authorization"] == f"Bearer {SECRET}"
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["Content-Length"] == str(len(request.content))
    assert "Transfer-Encoding" not in request.headers


@pytest.mark.parametrize("mode", [Mode.PERFORMANCE, Mode.BALANCED])
async def test_hd_is_the_mode_quality(mode: Mode) -> None:
    wire = Wire(accept)

    outcome = await wire.client(mode=mode).submit(ClothesRequest(PERSON, GARMENT, hd=True))

    assert isinstance(outcome, Accepted)
    assert wire.body()["mode"] == "quality"


def test_hd_is_for_garments_alone() -> None:
    client = Wire(accept).client()

    assert client.can_serve(Need(Ability.CLOTHES, GarmentKind.TOP, hd=True))
    assert not client.can_serve(Need(Ability.OUTFIT, hd=True))
    assert not client.can_serve(Need(Ability.TATTOO, hd=True))


def test_hd_takes_as_long_as_documented_and_as_much_longer_where_the_pace_is_given() -> None:
    quick = Timing(0.6, 0.9, 12.0)

    assert Wire(accept).client().timing(Ability.CLOTHES, hd=True) == Timing(12.0, 15.0, 120.0)
    replaced = Wire(accept).client(timings={Ability.CLOTHES: quick}).timing(Ability.CLOTHES, hd=True)
    assert (replaced.shortest, replaced.typical, replaced.longest) == pytest.approx((1.2, 1.5, 12.0))


async def test_mode_and_format_can_be_chosen() -> None:
    wire = Wire(accept)

    await wire.client(mode=Mode.QUALITY, output_format=OutputFormat.PNG).submit(CLOTHES)

    assert (wire.body()["mode"], wire.body()["output_format"]) == ("quality", "png")


@pytest.mark.parametrize(("color", "sent"), [(None, {}), ("copper red", {"hair_color": "copper red"})])
async def test_hairstyles_are_asked_for_as_documented(color: str | None, sent: dict[str, str]) -> None:
    wire = Wire(accept)

    await wire.client().submit(HairstyleRequest(PERSON, "PixieCut", color))

    assert paths(wire) == ["/api/v1/tryon/hairstyle"]
    assert wire.body() == {
        "face_image": data_url(PERSON),
        "haircut": "PixieCut",
        "num_samples": 1,
        "output_format": "jpeg",
        **sent,
    }


@pytest.mark.parametrize(
    ("placement", "region", "sent"),
    [
        (None, None, {}),
        ("on the left forearm, small", None, {"placement": "on the left forearm, small"}),
        (None, Region(0.1, 0.2, 0.3, 0.06), {"region": {"x": 0.1, "y": 0.2, "w": 0.3, "h": 0.06}}),
        (
            "fine lines",
            Region(0, 0, 1, 1),
            {"placement": "fine lines", "region": {"x": 0, "y": 0, "w": 1, "h": 1}},
        ),
    ],
)
async def test_tattoos_are_asked_for_as_documented(
    placement: str | None, region: Region | None, sent: dict[str, Any]
) -> None:
    wire = Wire(accept)

    await wire.client().submit(TattooRequest(PERSON, GARMENT, placement, region))

    assert paths(wire) == ["/api/v1/tryon/tattoo"]
    assert wire.body() == {
        "body_image": data_url(PERSON),
        "design_image": data_url(GARMENT),
        "num_samples": 1,
        "output_format": "jpeg",
        **sent,
    }


async def test_paid_calls_and_reads_use_their_own_clients() -> None:
    wire = Wire(accept)
    client = wire.client()

    await client.submit(CLOTHES)
    await client.status("a1")
    await client.balance()

    assert [request.method for request in wire.paid_requests] == ["POST"]
    assert [(request.method, request.url.path) for request in wire.reads_requests] == [
        ("GET", "/api/v1/status/a1"),
        ("GET", "/api/v1/credits"),
    ]
    assert {request.headers["Authorization"] for request in wire.reads_requests} == {f"Bearer {SECRET}"}


async def test_a_job_id_cannot_change_the_path() -> None:
    wire = Wire(accept)

    await wire.client().status("../credits?x=1#y")

    assert wire.reads_requests[0].url.raw_path == b"/api/v1/status/..%2Fcredits%3Fx%3D1%23y"


async def test_clothes_fall_over_to_the_newer_path_and_stay_there() -> None:
    wire = Wire(only_fashion)
    client = wire.client()

    outcomes = [await client.submit(CLOTHES), await client.submit(CLOTHES)]

    assert outcomes == [Accepted("64b7f1a9d9a3b8e5c7f9a123")] * 2
    assert paths(wire) == ["/api/v1/tryon/clothes", "/api/v1/tryon/fashion", "/api/v1/tryon/fashion"]
    assert wire.paid_requests[0].content == wire.paid_requests[1].content


async def test_both_clothes_paths_missing_is_not_remembered() -> None:
    wire = Wire(nothing_there)
    client = wire.client()

    outcomes = [await client.submit(CLOTHES), await client.submit(CLOTHES)]

    assert outcomes == [Rejected(Refusal.NOT_FOUND, "Resource not found")] * 2
    assert paths(wire) == ["/api/v1/tryon/clothes", "/api/v1/tryon/fashion"] * 2


async def test_newer_path_out_of_reach_is_not_remembered() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/fashion"):
            raise httpx.ConnectError("gone", request=request)
        return NOT_FOUND

    wire = Wire(answer)
    client = wire.client()

    outcomes = [await client.submit(CLOTHES), await client.submit(CLOTHES)]

    assert outcomes == [NotSent("ConnectError")] * 2
    assert paths(wire) == ["/api/v1/tryon/clothes", "/api/v1/tryon/fashion"] * 2


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(400, json={"error": "BadRequest"}),
        httpx.Response(404, json={"error": "NoSuchThing"}),
        httpx.Response(404, text="<html>not found</html>"),
        httpx.Response(429, json={"error": "RateLimitExceeded"}),
        httpx.Response(500, json={"error": "InternalServerError"}),
        httpx.Response(502, text="bad gateway"),
        httpx.Response(307, headers={"Location": "/api/v1/tryon/fashion"}),
        httpx.Response(308, headers={"Location": "https://tryiton.now/api/v1/tryon/clothes"}),
        httpx.Response(401, headers={"WWW-Authenticate": "Basic"}),
        httpx.Response(200, json={"ok": True}),
    ],
    ids=lambda response: str(response.status_code),
)
async def test_one_submit_is_one_post_whatever_the_answer(response: httpx.Response) -> None:
    wire = Wire(lambda _: response)

    await wire.client().submit(CLOTHES)

    assert len(wire.paid_requests) == 1


@pytest.mark.parametrize("request_", [HairstyleRequest(PERSON, "Updo"), TattooRequest(PERSON, GARMENT)])
async def test_only_clothes_have_a_second_path(request_: Any) -> None:
    wire = Wire(nothing_there)

    assert await wire.client().submit(request_) == Rejected(Refusal.NOT_FOUND, "Resource not found")
    assert len(wire.paid_requests) == 1


@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout])
async def test_without_a_connection_nothing_was_sent(error: type[httpx.TransportError]) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise error(f"while sending {SECRET}")

    client = Wire(fail).client()

    assert await client.submit(CLOTHES) == NotSent(error.__name__)
    assert await client.status("a1") == NoAnswer(Trouble.CONNECTION, error.__name__)


@pytest.mark.parametrize(
    "error",
    [
        httpx.ReadError,
        httpx.ReadTimeout,
        httpx.WriteError,
        httpx.WriteTimeout,
        httpx.CloseError,
        httpx.RemoteProtocolError,
        httpx.LocalProtocolError,
        httpx.ProxyError,
        httpx.DecodingError,
        OSError,
        RuntimeError,
    ],
)
async def test_after_a_connection_everything_is_unknown(error: type[Exception]) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise error(f"while sending {SECRET}")

    wire = Wire(fail)
    client = wire.client()

    assert await client.submit(CLOTHES) == Unknown(error.__name__)
    assert len(wire.paid_requests) == 1
    assert await client.balance() == NoAnswer(Trouble.CONNECTION, error.__name__)


async def test_a_compressed_answer_is_odd() -> None:
    wire = Wire(lambda _: httpx.Response(200, headers={"Content-Encoding": "x-made-up"}, content=b"{}"))
    client = wire.client()

    assert await client.submit(CLOTHES) == Unknown("HTTP 200 with an encoded body")
    assert await client.status("a1") == NoAnswer(Trouble.ODD_ANSWER, "HTTP 200 with an encoded body")


async def test_an_answer_marked_as_not_compressed_is_read() -> None:
    status = {"ok": True, "status": "processing"}
    wire = Wire(lambda _: httpx.Response(200, headers={"Content-Encoding": "Identity"}, json=status))

    assert await wire.client().status("a1") == Processing()


async def test_a_key_in_an_answer_comes_out_hidden() -> None:
    message = f"The key {SECRET} is not valid."
    wire = Wire(lambda _: httpx.Response(401, json={"error": "UnauthorizedAccess", "message": message}))
    client = wire.client()

    outcomes = [await client.submit(CLOTHES), await client.status("a1"), await client.balance()]

    assert outcomes[0] == Rejected(Refusal.KEY, "The key [key] is not valid.")
    assert SECRET not in repr(outcomes)


async def test_balance_is_what_can_be_spent() -> None:
    credit = {"on_demand": 72, "subscription": 50, "purchased": 25, "reserved": 3}
    wire = Wire(lambda _: httpx.Response(200, json={"ok": True, "credits": credit}))

    assert await wire.client().balance() == Balance(72)


def test_client_is_a_provider() -> None:
    provider: Provider = Wire(accept).client()

    assert provider.name == "tryiton"
    assert provider.key_fingerprint == ApiKey(SECRET).fingerprint
    assert provider.abilities == {Ability.CLOTHES, Ability.HAIRSTYLE, Ability.TATTOO}
    assert SECRET not in repr(provider)
    assert provider.long_side("person") == provider.long_side("garment") == 1296


@pytest.mark.parametrize("ability", list(Ability))
@pytest.mark.parametrize("mode", list(Mode))
def test_every_ability_has_ordered_timings(mode: Mode, ability: Ability) -> None:
    timing = Wire(accept).client(mode=mode).timing(ability)

    assert 0 < timing.shortest <= timing.typical < timing.longest


def test_timings_follow_the_mode_and_can_be_replaced() -> None:
    quick = Timing(0.1, 0.2, 0.3)

    assert Wire(accept).client(mode=Mode.QUALITY).timing(Ability.CLOTHES).shortest == 12
    assert Wire(accept).client(timings={Ability.CLOTHES: quick}).timing(Ability.CLOTHES) is quick
