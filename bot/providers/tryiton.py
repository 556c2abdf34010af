"""TryItOn (https://tryiton.now/api/v1): clothes, hairstyles and tattoos.

What an answer means is decided by pure functions at the end; the class only asks.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import assert_never
from urllib.parse import quote

import httpx

from bot.clock import Clock, SystemClock
from bot.providers.base import (
    Ability,
    Accepted,
    Balance,
    ClothesRequest,
    Completed,
    Failed,
    GarmentKind,
    HairstyleRequest,
    Need,
    NoAnswer,
    NotSent,
    OutfitRequest,
    Picture,
    Processing,
    Refusal,
    Rejected,
    StatusOutcome,
    SubmitOutcome,
    TattooRequest,
    Timing,
    Trouble,
    TryOnRequest,
    Unknown,
)
from bot.providers.bodies import JsonBody, JsonValue
from bot.providers.exchange import Answer, Fate, Lost, exchange, plain
from bot.providers.keys import ApiKey, KeyHeader, without_key

BASE_URL = "https://tryiton.now/api/v1"


class Mode(StrEnum):
    """How much time TryItOn gives a garment: about 6, 9 or 12-18 seconds."""

    PERFORMANCE = "performance"
    BALANCED = "balanced"
    QUALITY = "quality"


class OutputFormat(StrEnum):
    """What the result is encoded as.

    JPEG is the default: Telegram turns every photo into JPEG anyway, and a PNG of a photo is several times
    larger on its way from the CDN, in the database until it is delivered, and to the person.
    """

    JPEG = "jpeg"
    PNG = "png"


# The official SDK waits 120 s before it gives up; nothing shorter is promised as the longest.
_LONGEST = 120.0
_CLOTHES_TIMINGS: Mapping[Mode, Timing] = MappingProxyType(
    {
        Mode.PERFORMANCE: Timing(shortest=5.0, typical=6.0, longest=_LONGEST),
        Mode.BALANCED: Timing(shortest=6.0, typical=9.0, longest=_LONGEST),
        Mode.QUALITY: Timing(shortest=12.0, typical=15.0, longest=_LONGEST),
    }
)
# Nothing is documented for these two. They have no modes, so the middle mode of clothes is the best guess.
_OTHER_TIMING = _CLOTHES_TIMINGS[Mode.BALANCED]

# "auto" is in every edition of the documentation; clothing needs a subcategory.
_CATEGORIES: Mapping[GarmentKind, Mapping[str, str]] = MappingProxyType(
    {
        GarmentKind.AUTO: {"category": "auto"},
        GarmentKind.TOP: {"category": "clothing", "subcategory": "tops"},
        GarmentKind.BOTTOM: {"category": "clothing", "subcategory": "bottoms"},
        GarmentKind.ONE_PIECE: {"category": "clothing", "subcategory": "dresses"},
    }
)

# The seed's table of API-level errors, complete. Status and name must agree: only then is it the documented
# error that came before processing and costs nothing.
_REFUSALS: Mapping[tuple[int, str], Refusal] = MappingProxyType(
    {
        (400, "BadRequest"): Refusal.BAD_REQUEST,
        (401, "UnauthorizedAccess"): Refusal.KEY,
        (404, "NotFound"): Refusal.NOT_FOUND,
        (429, "RateLimitExceeded"): Refusal.RATE,
        (429, "ConcurrencyLimitExceeded"): Refusal.CONCURRENCY,
        (429, "OutOfCredits"): Refusal.OUT_OF_CREDITS,
        (500, "InternalServerError"): Refusal.SERVER,
    }
)

# The size TryItOn works at is 864x1296: more pixels are thrown away there, fewer are missed.
_LONG_SIDE = 1296

_ABILITIES = frozenset({Ability.CLOTHES, Ability.HAIRSTYLE, Ability.TATTOO})
_CLOTHES_PATHS = ("/tryon/clothes", "/tryon/fashion")
_JOB_ID = re.compile(r"[\x21-\x7e]{1,200}")
_LONGEST_URL = 4096


@dataclass(frozen=True, slots=True)
class TryItOnOptions:
    """How TryItOn is used: what is asked for, and how long to wait in seconds.

    ``timings`` replaces the documented durations, for a server that works at another pace. ``paid_deadline``
    must be longer than connecting can take in all its steps (30 s), or it would make a request unknown that
    was not sent.
    """

    mode: Mode = Mode.BALANCED
    output_format: OutputFormat = OutputFormat.JPEG
    timings: Mapping[Ability, Timing] | None = None
    paid_deadline: float = 90.0
    read_deadline: float = 30.0


class TryItOnClient:
    """TryItOn reached with one key; never raises for anything the network or the provider does.

    ``paid`` must keep no connections alive (see ``bot.providers.clients``). One ``submit`` is one POST,
    except that clothes go to the newer path when the older one answers 404 NotFound, once per process.
    """

    def __init__(
        self,
        *,
        api_key: ApiKey,
        paid: httpx.AsyncClient,
        reads: httpx.AsyncClient,
        base_url: str = BASE_URL,
        options: TryItOnOptions | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._key = api_key
        self._auth = KeyHeader(api_key)
        self._paid = paid
        self._reads = reads
        self._options = options or TryItOnOptions()
        self._clock = clock or SystemClock()
        self._clothes_path = _CLOTHES_PATHS[0]

    def __repr__(self) -> str:
        return f"TryItOnClient(key={self.key_fingerprint})"

    @property
    def name(self) -> str:
        """Return the name stored with submissions."""
        return "tryiton"

    @property
    def key_fingerprint(self) -> str:
        """Return the key's one-way fingerprint."""
        return self._key.fingerprint

    @property
    def abilities(self) -> frozenset[Ability]:
        """Return the three abilities."""
        return _ABILITIES

    def can_serve(self, need: Need) -> bool:
        """Return whether TryItOn can do this: every kind of garment, but one at a time and none in HD."""
        return need.ability in _ABILITIES and not need.hd

    def timing(self, ability: Ability, *, hd: bool = False) -> Timing:  # noqa: ARG002  # there is no HD here
        """Return how long a job of this ability takes, in seconds."""
        if self._options.timings is not None:
            return self._options.timings[ability]
        return _CLOTHES_TIMINGS[self._options.mode] if ability is Ability.CLOTHES else _OTHER_TIMING

    def long_side(self, role: str) -> int:  # noqa: ARG002  # the same for every photo here
        """Return the recommended long side in pixels."""
        return _LONG_SIDE

    async def submit(self, request: TryOnRequest) -> SubmitOutcome:
        """Send a paid job once; what ``can_serve`` denies is refused without a call."""
        if isinstance(request, OutfitRequest) or not self.can_serve(request.need):
            return Rejected(Refusal.BAD_REQUEST, "TryItOn can't do this")
        fields = _fields(request, self._options)
        match request:
            case ClothesRequest():
                outcome = await self._submit_clothes(fields)
            case HairstyleRequest():
                outcome = await self._post("/tryon/hairstyle", fields)
            case TattooRequest():
                outcome = await self._post("/tryon/tattoo", fields)
            case _:
                assert_never(request)
        return without_key(outcome, self._key)

    async def status(self, provider_job_id: str) -> StatusOutcome:
        """Ask for a job's state."""
        answer = await self._get(f"/status/{quote(provider_job_id, safe='')}")
        return without_key(read_status(answer), self._key)

    async def balance(self) -> Balance | NoAnswer:
        """Ask how many credits can be spent on demand."""
        return without_key(read_balance(await self._get("/credits")), self._key)

    async def _submit_clothes(self, fields: Mapping[str, JsonValue | Picture]) -> SubmitOutcome:
        """Post to the seed's path, or to the newer SDK's where the seed's is gone."""
        tried = self._clothes_path
        outcome = await self._post(tried, fields)
        if tried != _CLOTHES_PATHS[0] or not _is_not_found(outcome):
            return outcome
        second = await self._post(_CLOTHES_PATHS[1], fields)
        if not _is_not_found(second) and not isinstance(second, NotSent):
            # Somebody lives there. When both are gone the address is wrong, and the next job starts over.
            self._clothes_path = _CLOTHES_PATHS[1]
        return second

    async def _post(self, path: str, fields: Mapping[str, JsonValue | Picture]) -> SubmitOutcome:
        body = JsonBody(fields)
        request = self._paid.build_request("POST", self._base_url + path, content=body, headers=body.headers)
        return read_submission(
            await exchange(
                self._paid, request, auth=self._auth, deadline=self._options.paid_deadline, clock=self._clock
            )
        )

    async def _get(self, path: str) -> Answer | Lost:
        request = self._reads.build_request("GET", self._base_url + path)
        return await exchange(
            self._reads, request, auth=self._auth, deadline=self._options.read_deadline, clock=self._clock
        )


def _is_not_found(outcome: SubmitOutcome) -> bool:
    return isinstance(outcome, Rejected) and outcome.refusal is Refusal.NOT_FOUND


def _fields(
    request: ClothesRequest | HairstyleRequest | TattooRequest, options: TryItOnOptions
) -> dict[str, JsonValue | Picture]:
    """Return the body of a paid call; what the person left open is left out."""
    fields: dict[str, JsonValue | Picture | None]
    match request:
        case ClothesRequest(person, garment, kind):
            fields = {
                "model_image": person,
                "garment_image": garment,
                **_CATEGORIES[kind],
                "mode": options.mode.value,
            }
        case HairstyleRequest(face, haircut, color):
            fields = {"face_image": face, "haircut": haircut, "hair_color": color}
        case TattooRequest(body, design, placement, region):
            box = {"x": region.x, "y": region.y, "w": region.w, "h": region.h} if region else None
            fields = {"body_image": body, "design_image": design, "placement": placement, "region": box}
        case _:
            assert_never(request)
    fields |= {"num_samples": request.samples, "output_format": options.output_format.value}
    return {name: value for name, value in fields.items() if value is not None}


def read_submission(answer: Answer | Lost) -> SubmitOutcome:
    """Say how a paid call ended; everything that is not documented to cost nothing is ``Unknown``.

    An undocumented name on a 429 is ``Unknown`` too: the seed calls its list of errors complete, so such an
    answer comes from something it does not describe, and what follows from ``Rejected`` is a second paid
    POST.
    """
    if isinstance(answer, Lost):
        return NotSent(answer.reason) if answer.fate is Fate.NOT_SENT else Unknown(answer.reason)
    document = answer.document()
    if document is None:
        return Unknown(f"HTTP {answer.status} without a JSON object")
    refusal = _refusal(answer.status, document)
    # An error that carries a job id contradicts itself.
    if refusal is not None and "jobId" not in document:
        return Rejected(refusal, plain(document.get("message")), answer.retry_after)
    if httpx.codes.is_success(answer.status) and document.get("ok") is not False:
        return _acceptance(answer.status, document.get("jobId"))
    return Unknown(f"HTTP {answer.status}, {_saying(document)}")


def _acceptance(status: int, job_id: object) -> Accepted | Unknown:
    """Take the job id if the job can be asked for by it; the two dot names would change the path."""
    if isinstance(job_id, str) and _JOB_ID.fullmatch(job_id) and job_id not in {".", ".."}:
        return Accepted(job_id)
    return Unknown(f"HTTP {status} without a usable job id")


def read_status(answer: Answer | Lost) -> StatusOutcome:
    """Say where a job stands; anything not definite is ``NoAnswer``, to be asked again."""
    document = _read_document(answer)
    if isinstance(document, NoAnswer):
        return document
    match document.get("status"):
        case "failed":
            return _failure(document.get("error"))
        case _ if document.get("ok") is False:
            return NoAnswer(Trouble.ODD_ANSWER, f"ok: false, {_saying(document)}")
        case "processing":
            return Processing()
        case "completed":
            return _completion(document.get("output"))
        case state:
            return NoAnswer(Trouble.ODD_ANSWER, f"unknown state {plain(state, 60)!r}")


def read_balance(answer: Answer | Lost) -> Balance | NoAnswer:
    """Say how many credits are left: ``on_demand``, whole ones."""
    document = _read_document(answer)
    if isinstance(document, NoAnswer):
        return document
    credit = document.get("credits")
    left = credit.get("on_demand") if isinstance(credit, dict) else None
    if document.get("ok") is False or isinstance(left, bool) or not isinstance(left, int | float):
        return NoAnswer(Trouble.ODD_ANSWER, "an answer about credits without credits.on_demand")
    try:
        return Balance(int(left // 1))
    except (OverflowError, ValueError):  # 1e400 in JSON is an infinite float
        return NoAnswer(Trouble.ODD_ANSWER, "credits.on_demand is not finite")


def _read_document(answer: Answer | Lost) -> Mapping[str, object] | NoAnswer:
    """Return the JSON object of a 200, or why there is none."""
    if isinstance(answer, Lost):
        trouble = Trouble.ODD_ANSWER if answer.fate is Fate.ODD else Trouble.CONNECTION
        return NoAnswer(trouble, answer.reason)
    document = answer.document()
    if answer.status == httpx.codes.OK:
        return document or NoAnswer(Trouble.ODD_ANSWER, "HTTP 200 without a JSON object")
    said = f"HTTP {answer.status}, {_saying(document or {})}"
    return NoAnswer(_trouble(answer.status, document or {}), said, answer.retry_after)


def _trouble(status: int, document: Mapping[str, object]) -> Trouble:
    """Sort a read's error; the name decides for 404, as a page of some proxy says nothing about the job."""
    if status == httpx.codes.UNAUTHORIZED:
        return Trouble.KEY
    if _refusal(status, document) is Refusal.NOT_FOUND:
        return Trouble.NOT_FOUND
    if status == httpx.codes.TOO_MANY_REQUESTS:
        # A read costs nothing and may be repeated, so slowing down is right whatever the name.
        return Trouble.RATE
    return Trouble.SERVER if status >= httpx.codes.INTERNAL_SERVER_ERROR else Trouble.ODD_ANSWER


def _refusal(status: int, document: Mapping[str, object]) -> Refusal | None:
    name = document.get("error")
    return _REFUSALS.get((status, name)) if isinstance(name, str) else None


def _saying(document: Mapping[str, object]) -> str:
    """Return an error's name and message, for the operator's eyes."""
    name = plain(document.get("error"), 60) or "no error name"
    message = plain(document.get("message"))
    return f"{name}: {message}" if message else name


def _failure(error: object) -> Failed:
    said: Mapping[str, object] = error if isinstance(error, dict) else {"message": error}
    return Failed(plain(said.get("name"), 60) or "UnnamedError", plain(said.get("message")))


def _completion(output: object) -> Completed | Failed:
    """Return the addresses that can be fetched.

    A job that is completed without one is ``Failed`` under our own name: the state is final, so asking again
    can't help, and the person gets the credits back now instead of after the longest wait. The operator reads
    in the message that this one may have been charged. Plain http passes: whether a host may be http is the
    downloader's decision.
    """
    entries = output if isinstance(output, list) else []
    urls = tuple(dict.fromkeys(entry for entry in entries if _is_address(entry)))
    if urls:
        return Completed(urls)
    if entries:
        return Failed("UnusableOutput", "completed, but no entry of output is an address; maybe charged")
    return Failed("EmptyOutput", "completed, but output is empty; maybe charged")


def _is_address(entry: object) -> bool:
    return (
        isinstance(entry, str)
        and len(entry) <= _LONGEST_URL
        and entry.isprintable()
        and entry.lower().startswith(("https://", "http://"))
    )
