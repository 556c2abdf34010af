"""TryItOn (https://tryiton.now/api/v1): clothes, hairstyles and tattoos.

The client only asks; what an answer means is decided in ``bot.providers.tryiton_answers``.
"""

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
    Balance,
    ClothesRequest,
    GarmentKind,
    HairstyleRequest,
    Need,
    NoAnswer,
    NotSent,
    OutfitRequest,
    Picture,
    Refusal,
    Rejected,
    StatusOutcome,
    SubmitOutcome,
    TattooRequest,
    Timing,
    TryOnRequest,
)
from bot.providers.bodies import JsonBody, JsonValue
from bot.providers.exchange import Answer, Lost, exchange
from bot.providers.keys import ApiKey, KeyHeader, without_key
from bot.providers.tryiton_answers import read_balance, read_status, read_submission

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
# HD is the mode "quality": it takes so many times as long as the middle one, whose pace a server may have.
_HD_SHORTEST, _HD_TYPICAL = 2.0, 15 / 9
# Nothing is documented for these two. They have no modes, so the middle mode of clothes is the best guess.
_OTHER_TIMING = _CLOTHES_TIMINGS[Mode.BALANCED]

# "auto" is in every edition of the documentation; clothing needs a subcategory.
_CATEGORIES: Mapping[GarmentKind, Mapping[str, str]] = MappingProxyType(
    {
        GarmentKind.AUTO: {"category": "auto"},
        GarmentKind.TOP: {"category": "clothing", "subcategory": "tops"},
        GarmentKind.BOTTOM: {"category": "clothing", "subcategory": "bottoms"},
        GarmentKind.ONE_PIECE: {"category": "clothing", "subcategory": "dresses"},
        # The accessories that need no subcategory; the values of the others are not documented.
        GarmentKind.EYEWEAR: {"category": "eyewear"},
        GarmentKind.FOOTWEAR: {"category": "footwear"},
        GarmentKind.HEADWEAR: {"category": "headwear"},
    }
)

# The size TryItOn works at is 864x1296: more pixels are thrown away there, fewer are missed.
_LONG_SIDE = 1296

_ABILITIES = frozenset({Ability.CLOTHES, Ability.HAIRSTYLE, Ability.TATTOO})
_CLOTHES_PATHS = ("/tryon/clothes", "/tryon/fashion")


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
        """Return whether TryItOn can do this: any kind of garment, one at a time; only garments in HD."""
        return need.ability in _ABILITIES and (not need.hd or need.ability is Ability.CLOTHES)

    def timing(self, ability: Ability, *, hd: bool = False) -> Timing:
        """Return how long a job of this ability takes, in seconds."""
        if self._options.timings is not None:
            timing = self._options.timings[ability]
            return _in_hd(timing) if hd else timing
        if ability is Ability.CLOTHES:
            return _CLOTHES_TIMINGS[Mode.QUALITY if hd else self._options.mode]
        return _OTHER_TIMING

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


def _in_hd(timing: Timing) -> Timing:
    typical = timing.typical * _HD_TYPICAL
    return Timing(timing.shortest * _HD_SHORTEST, typical, max(timing.longest, typical))


def _is_not_found(outcome: SubmitOutcome) -> bool:
    return isinstance(outcome, Rejected) and outcome.refusal is Refusal.NOT_FOUND


def _fields(
    request: ClothesRequest | HairstyleRequest | TattooRequest, options: TryItOnOptions
) -> dict[str, JsonValue | Picture]:
    """Return the body of a paid call; what the person left open is left out."""
    fields: dict[str, JsonValue | Picture | None]
    match request:
        case ClothesRequest(person, garment, kind):
            mode = Mode.QUALITY if request.hd else options.mode
            fields = {
                "model_image": person,
                "garment_image": garment,
                **_CATEGORIES[kind],
                "mode": mode.value,
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
