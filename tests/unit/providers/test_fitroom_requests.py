"""What FitRoom is asked, and how often."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from email import message_from_bytes
from typing import Any

import httpx
import pytest

from bot.providers.base import (
    Ability,
    Accepted,
    ClothesRequest,
    GarmentCheck,
    GarmentKind,
    HairstyleRequest,
    Need,
    NoAnswer,
    NotSent,
    OutfitRequest,
    PersonCheck,
    PhotoChecks,
    PhotoProblem,
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
from bot.providers.fitroom import FitRoomClient, FitRoomOptions
from bot.providers.keys import ApiKey
from bot.providers.tryiton import TryItOnClient

SECRET = "fr_live_0123456789abcdef"
PERSON = Picture(b"\xff\xd8\xffperson\r\n--looks-like-a-boundary--\r\n")
GARMENT = Picture(b"\x89PNGgarment", "image/png")
LOWER = Picture(b"RIFFtrousers", "image/webp")
CLOTHES = ClothesRequest(PERSON, GARMENT, GarmentKind.TOP)
OUTFIT = OutfitRequest(PERSON, GARMENT, LOWER)

Handler = Callable[[httpx.Request], httpx.Response]


class Wire:
    """Two clients that write down what is sent and answer as a test says."""

    def __init__(self, answer: Handler) -> None:
        self.paid_requests: list[httpx.Request] = []
        self.reads_requests: list[httpx.Request] = []
        self.paid = httpx.AsyncClient(transport=self._transport(self.paid_requests, answer))
        self.reads = httpx.AsyncClient(transport=self._transport(self.reads_requests, answer))

    def client(self, **options: Any) -> FitRoomClient:
        return FitRoomClient(
            api_key=ApiKey(SECRET),
            paid=self.paid,
            reads=self.reads,
            base_url="https://platform.fitroom.app/",
            options=FitRoomOptions(**options),
        )

    def form(self) -> dict[str, Any]:
        return form_of(self.paid_requests[-1])

    @staticmethod
    def _transport(requests: list[httpx.Request], answer: Handler) -> httpx.MockTransport:
        async def handle(request: httpx.Request) -> httpx.Response:
            requests.append(request)
            await request.aread()
            return answer(request)

        return httpx.MockTransport(handle)


def form_of(request: httpx.Request) -> dict[str, Any]:
    """The fields as another reader of multipart bodies sees them: text, or a picture."""
    head = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode()
    fields: dict[str, Any] = {}
    for part in message_from_bytes(head + request.content).get_payload():
        name = part.get_param("name", header="Content-Disposition")
        data = part.get_payload(decode=True)
        is_file = part.get_filename() is not None
        fields[name] = Picture(data, part.get_content_type()) if is_file else data.decode()
    return fields


def accept(_: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json={"task_id": "123456", "status": "CREATED"})


CALLS: dict[str, Callable[[FitRoomClient], Awaitable[object]]] = {
    "submit": lambda client: client.submit(CLOTHES),
    "status": lambda client: client.status("123456"),
    "balance": lambda client: client.balance(),
    "check_person": lambda client: client.check_person(PERSON),
    "check_garment": lambda client: client.check_garment(GARMENT),
}


@pytest.mark.parametrize(
    ("kind", "cloth_type"),
    [(GarmentKind.TOP, "upper"), (GarmentKind.BOTTOM, "lower"), (GarmentKind.ONE_PIECE, "full_set")],
)
@pytest.mark.parametrize(("hd", "mode"), [(False, {}), (True, {"hd_mode": "true"})])
async def test_a_garment_is_asked_for_as_documented(
    kind: GarmentKind, cloth_type: str, hd: bool, mode: dict[str, str]
) -> None:
    wire = Wire(accept)

    outcome = await wire.client().submit(ClothesRequest(PERSON, GARMENT, kind, hd=hd))

    assert outcome == Accepted("123456")
    assert wire.form() == {"cloth_type": cloth_type, "cloth_image": GARMENT, "model_image": PERSON, **mode}
    request = wire.paid_requests[0]
    assert (request.method, str(request.url)) == ("POST", "https://platform.fitroom.app/api/tryon/v2/tasks")
    assert request.headers["X-API-KEY"] == SECRET
    assert "Authorization" not in request.headers
    assert request.headers["Content-Length"] == str(len(request.content))
    assert "Transfer-Encoding" not in request.headers


@pytest.mark.parametrize(("hd", "mode"), [(False, {}), (True, {"hd_mode": "true"})])
async def test_an_outfit_is_one_combo_task(hd: bool, mode: dict[str, str]) -> None:
    wire = Wire(accept)

    assert await wire.client().submit(OutfitRequest(PERSON, GARMENT, LOWER, hd)) == Accepted("123456")
    assert wire.form() == {
        "cloth_type": "combo",
        "cloth_image": GARMENT,
        "lower_cloth_image": LOWER,
        "model_image": PERSON,
        **mode,
    }


@pytest.mark.parametrize(
    ("call", "path", "picture"),
    [
        ("check_person", "/api/tryon/input_check/v1/model", PERSON),
        ("check_garment", "/api/tryon/input_check/v1/clothes", GARMENT),
    ],
)
async def test_a_check_sends_the_picture_alone_and_is_no_paid_call(
    call: str, path: str, picture: Picture
) -> None:
    wire = Wire(accept)

    await CALLS[call](wire.client())

    (request,) = wire.reads_requests
    assert (request.method, request.url.path) == ("POST", path)
    assert form_of(request) == {"input_image": picture}
    assert request.headers["X-API-KEY"] == SECRET
    assert wire.paid_requests == []


async def test_reads_ask_for_the_task_and_the_key_as_documented() -> None:
    wire = Wire(accept)
    client = wire.client()

    await client.status("123456")
    await client.status("../x?y=1#z")
    await client.balance()

    assert [(request.method, request.url.raw_path) for request in wire.reads_requests] == [
        ("GET", b"/api/tryon/v2/tasks/123456"),
        ("GET", b"/api/tryon/v2/tasks/..%2Fx%3Fy%3D1%23z"),
        ("GET", b"/api/tryon/v2/tasks/0"),
    ]
    assert {request.headers["X-API-KEY"] for request in wire.reads_requests} == {SECRET}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    "response",
    [
        *(httpx.Response(code, json={"message": "no"}) for code in (400, 401, 402, 404, 429, 500, 503)),
        httpx.Response(502, text="bad gateway"),
        httpx.Response(307, headers={"Location": "/api/tryon/v2/tasks"}),
        httpx.Response(401, headers={"WWW-Authenticate": "Basic"}),
        httpx.Response(200, json={}),
    ],
    ids=lambda response: str(response.status_code),
)
async def test_one_method_is_one_call_whatever_the_answer(response: httpx.Response, call: str) -> None:
    wire = Wire(lambda _: response)

    await CALLS[call](wire.client())

    assert len(wire.paid_requests) + len(wire.reads_requests) == 1


@pytest.mark.parametrize(
    "request_",
    [
        ClothesRequest(PERSON, GARMENT, GarmentKind.AUTO),
        ClothesRequest(PERSON, GARMENT, GarmentKind.TOP, samples=2),
        HairstyleRequest(PERSON, "Updo"),
        TattooRequest(PERSON, GARMENT),
    ],
)
async def test_what_fitroom_cannot_do_is_refused_without_a_call(request_: Any) -> None:
    wire = Wire(accept)
    client = wire.client()

    assert not client.can_serve(request_.need)
    assert await client.submit(request_) == Rejected(Refusal.BAD_REQUEST, "FitRoom can't do this")
    assert wire.paid_requests == []


@pytest.mark.parametrize(
    ("need", "tryiton", "fitroom"),
    [
        (Need(Ability.CLOTHES, GarmentKind.AUTO), True, False),
        (Need(Ability.CLOTHES, GarmentKind.TOP), True, True),
        (Need(Ability.CLOTHES, GarmentKind.BOTTOM), True, True),
        (Need(Ability.CLOTHES, GarmentKind.ONE_PIECE), True, True),
        (Need(Ability.CLOTHES, GarmentKind.TOP, hd=True), True, True),
        (Need(Ability.CLOTHES, GarmentKind.HEADWEAR), True, False),
        (Need(Ability.CLOTHES, GarmentKind.TOP, samples=2), True, False),
        (Need(Ability.OUTFIT), False, True),
        (Need(Ability.OUTFIT, hd=True), False, True),
        (Need(Ability.HAIRSTYLE), True, False),
        (Need(Ability.TATTOO), True, False),
    ],
)
def test_each_provider_says_what_it_can_serve(need: Need, tryiton: bool, fitroom: bool) -> None:
    wire = Wire(accept)
    other = TryItOnClient(api_key=ApiKey(SECRET), paid=wire.paid, reads=wire.reads)

    assert (other.can_serve(need), wire.client().can_serve(need)) == (tryiton, fitroom)


@pytest.mark.parametrize("request_", [OUTFIT, replace(OUTFIT, hd=True)])
async def test_what_tryiton_cannot_do_is_refused_without_a_call(request_: Any) -> None:
    wire = Wire(accept)
    other = TryItOnClient(api_key=ApiKey(SECRET), paid=wire.paid, reads=wire.reads)

    assert await other.submit(request_) == Rejected(Refusal.BAD_REQUEST, "TryItOn can't do this")
    assert wire.paid_requests == []


def test_requests_know_what_they_need() -> None:
    assert [
        request.need
        for request in (CLOTHES, OUTFIT, HairstyleRequest(PERSON, "Updo"), TattooRequest(PERSON, GARMENT))
    ] == [
        Need(Ability.CLOTHES, GarmentKind.TOP),
        Need(Ability.OUTFIT),
        Need(Ability.HAIRSTYLE),
        Need(Ability.TATTOO),
    ]


@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout])
async def test_without_a_connection_nothing_was_sent(error: type[httpx.TransportError]) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise error(f"while sending {SECRET}")

    client = Wire(fail).client()
    no_answer = NoAnswer(Trouble.CONNECTION, error.__name__)

    assert [await call(client) for call in CALLS.values()] == [NotSent(error.__name__), *[no_answer] * 4]


@pytest.mark.parametrize(
    "error",
    [
        *(httpx.ReadError, httpx.ReadTimeout, httpx.WriteError, httpx.WriteTimeout, httpx.CloseError),
        *(httpx.RemoteProtocolError, httpx.LocalProtocolError, httpx.ProxyError, httpx.DecodingError),
        *(OSError, RuntimeError),
    ],
)
async def test_after_a_connection_everything_is_unknown(error: type[Exception]) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise error(f"while sending {SECRET}")

    wire = Wire(fail)
    client = wire.client()
    no_answer = NoAnswer(Trouble.CONNECTION, error.__name__)

    assert [await call(client) for call in CALLS.values()] == [Unknown(error.__name__), *[no_answer] * 4]
    assert len(wire.paid_requests) == 1


async def test_a_key_in_an_answer_comes_out_hidden() -> None:
    message = f"The key {SECRET} is not valid."
    wire = Wire(lambda _: httpx.Response(401, json={"error": message}))
    client = wire.client()

    outcomes = [await call(client) for call in CALLS.values()]

    assert outcomes[0] == Rejected(Refusal.KEY, "The key [key] is not valid.")
    assert SECRET not in repr(outcomes)


async def test_a_compressed_answer_is_odd() -> None:
    wire = Wire(lambda _: httpx.Response(200, headers={"Content-Encoding": "x-made-up"}, content=b"{}"))

    assert await wire.client().submit(CLOTHES) == Unknown("HTTP 200 with an encoded body")


async def test_checks_and_progress_come_through() -> None:
    answers = {
        "model": {"is_good": True, "error_code": "410001", "good_clothes_types": ["upper"]},
        "clothes": {"clothes_type": "full", "is_clothes": True},
        "123456": {"task_id": "123456", "status": "PROCESSING", "progress": 45},
    }
    wire = Wire(lambda request: httpx.Response(200, json=answers[request.url.path.rpartition("/")[2]]))
    checks: PhotoChecks = wire.client()

    assert await checks.check_person(PERSON) == PersonCheck(
        is_good=True,
        problems=(PhotoProblem.SLIGHTLY_SMALL,),
        kinds=frozenset({GarmentKind.TOP}),
        codes=("410001",),
    )
    assert await checks.check_garment(GARMENT) == GarmentCheck(GarmentKind.ONE_PIECE, is_clothes=True)
    assert await wire.client().status("123456") == Processing(45)


def test_client_is_a_provider() -> None:
    provider: Provider = Wire(accept).client()

    assert provider.name == "fitroom"
    assert provider.key_fingerprint == ApiKey(SECRET).fingerprint
    assert provider.abilities == {Ability.CLOTHES, Ability.OUTFIT}
    assert SECRET not in repr(provider)


def test_sizes_are_the_recommended_ones() -> None:
    client = Wire(accept).client()

    assert client.long_side("person") == 2048
    assert {client.long_side(role) for role in ("garment", "upper", "lower")} == {1024}


def test_hd_takes_longer_and_timings_can_be_replaced() -> None:
    client = Wire(accept).client()
    quick = Timing(0.1, 0.2, 0.3)

    assert client.timing(Ability.CLOTHES).shortest == 8.8
    assert client.timing(Ability.OUTFIT) == client.timing(Ability.CLOTHES)
    assert client.timing(Ability.CLOTHES, hd=True).typical == 30
    assert Wire(accept).client(hd=quick).timing(Ability.OUTFIT, hd=True) is quick


@pytest.mark.parametrize("hd", [False, True])
def test_timings_are_ordered(hd: bool) -> None:
    timing = Wire(accept).client().timing(Ability.CLOTHES, hd=hd)

    assert 0 < timing.shortest <= timing.typical < timing.longest
