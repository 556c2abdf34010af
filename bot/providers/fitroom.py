"""FitRoom (https://platform.fitroom.app): clothes, whole outfits, and checks of photos.

The client only asks; what an answer means is decided in ``bot.providers.fitroom_answers``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import quote

import httpx

from bot.clock import Clock, SystemClock
from bot.providers.base import (
    Ability,
    Balance,
    ClothesRequest,
    GarmentCheck,
    GarmentKind,
    HairstyleRequest,
    Need,
    NoAnswer,
    OutfitRequest,
    PersonCheck,
    Picture,
    Refusal,
    Rejected,
    StatusOutcome,
    SubmitOutcome,
    TattooRequest,
    Timing,
    TryOnRequest,
)
from bot.providers.bodies import MultipartBody
from bot.providers.exchange import Answer, Lost, exchange
from bot.providers.fitroom_answers import (
    read_garment_check,
    read_key,
    read_person_check,
    read_status,
    read_submission,
)
from bot.providers.keys import ApiKey, KeyHeader, without_key

BASE_URL = "https://platform.fitroom.app"

_TASKS = "/api/tryon/v2/tasks"
_PERSON_CHECK = "/api/tryon/input_check/v1/model"
_GARMENT_CHECK = "/api/tryon/input_check/v1/clothes"
# Ids are numbers in the seed; this one was never given to anybody.
_IMPOSSIBLE_ID = "0"

_ABILITIES = frozenset({Ability.CLOTHES, Ability.OUTFIT})
_CLOTH_TYPES: Mapping[GarmentKind, str] = MappingProxyType(
    {GarmentKind.TOP: "upper", GarmentKind.BOTTOM: "lower", GarmentKind.ONE_PIECE: "full_set"}
)
_PERSON_LONG_SIDE = 2048
_CLOTH_LONG_SIDE = 1024

# The seed says "~9s" and "~30s" and names no longest; the margin is for a busy day at the provider.
_NORMAL_TIMING = Timing(shortest=8.8, typical=9.0, longest=120.0)
_HD_TIMING = Timing(shortest=28.0, typical=30.0, longest=240.0)


@dataclass(frozen=True, slots=True)
class FitRoomOptions:
    """How long things take at FitRoom and how long to wait for an answer, in seconds.

    ``paid_deadline`` must be longer than connecting can take in all its steps (30 s), or it would make a
    request unknown that was not sent. Somebody is waiting for a check's advice, so its deadline is short.
    """

    normal: Timing = _NORMAL_TIMING
    hd: Timing = _HD_TIMING
    paid_deadline: float = 90.0
    read_deadline: float = 30.0
    check_deadline: float = 20.0


class FitRoomClient:
    """FitRoom reached with one key; never raises for anything the network or the provider does.

    ``paid`` must keep no connections alive (see ``bot.providers.clients``). Every method that awaits makes
    one call at most, and all of them count in one window of 60 calls in 60 s.
    """

    def __init__(
        self,
        *,
        api_key: ApiKey,
        paid: httpx.AsyncClient,
        reads: httpx.AsyncClient,
        base_url: str = BASE_URL,
        options: FitRoomOptions | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._key = api_key
        self._auth = KeyHeader(api_key, header="X-API-KEY", prefix="")
        self._paid = paid
        self._reads = reads
        self._options = options or FitRoomOptions()
        self._clock = clock or SystemClock()

    def __repr__(self) -> str:
        return f"FitRoomClient(key={self.key_fingerprint})"

    @property
    def name(self) -> str:
        """Return the name stored with submissions."""
        return "fitroom"

    @property
    def key_fingerprint(self) -> str:
        """Return the key's one-way fingerprint."""
        return self._key.fingerprint

    @property
    def abilities(self) -> frozenset[Ability]:
        """Return clothes and outfits."""
        return _ABILITIES

    def can_serve(self, need: Need) -> bool:
        """Return whether FitRoom can do this: it must be told a garment's kind, and makes one picture."""
        if need.samples != 1 or need.ability not in _ABILITIES:
            return False
        return need.ability is Ability.OUTFIT or need.kind in _CLOTH_TYPES

    def timing(self, ability: Ability, *, hd: bool = False) -> Timing:  # noqa: ARG002  # one or two garments alike
        """Return how long a task takes, in seconds."""
        return self._options.hd if hd else self._options.normal

    def long_side(self, role: str) -> int:
        """Return the recommended long side in pixels."""
        return _PERSON_LONG_SIDE if role == "person" else _CLOTH_LONG_SIDE

    async def submit(self, request: TryOnRequest) -> SubmitOutcome:
        """Send a paid task once; what ``can_serve`` denies is refused without a call."""
        if isinstance(request, HairstyleRequest | TattooRequest) or not self.can_serve(request.need):
            return Rejected(Refusal.BAD_REQUEST, "FitRoom can't do this")
        answer = await self._post(self._paid, _TASKS, _form(request), self._options.paid_deadline)
        return without_key(read_submission(answer), self._key)

    async def status(self, provider_job_id: str) -> StatusOutcome:
        """Ask for a task's state."""
        answer = await self._task(provider_job_id)
        return without_key(read_status(answer, provider_job_id), self._key)

    async def balance(self) -> Balance | NoAnswer:
        """Find out whether the key is taken, as FitRoom tells no balance.

        ``NoAnswer(NOT_FOUND)``: the key is taken. ``NoAnswer(KEY)``: it is refused. The question is for the
        state of a task that can't exist, which costs nothing.
        """
        return without_key(read_key(await self._task(_IMPOSSIBLE_ID)), self._key)

    async def check_person(self, picture: Picture) -> PersonCheck | NoAnswer:
        """Look at a person's photo."""
        return without_key(read_person_check(await self._check(_PERSON_CHECK, picture)), self._key)

    async def check_garment(self, picture: Picture) -> GarmentCheck | NoAnswer:
        """Look at a garment's photo."""
        return without_key(read_garment_check(await self._check(_GARMENT_CHECK, picture)), self._key)

    async def _check(self, path: str, picture: Picture) -> Answer | Lost:
        return await self._post(self._reads, path, {"input_image": picture}, self._options.check_deadline)

    async def _post(
        self, client: httpx.AsyncClient, path: str, fields: Mapping[str, str | Picture], deadline: float
    ) -> Answer | Lost:
        body = MultipartBody(fields)
        request = client.build_request("POST", self._base_url + path, content=body, headers=body.headers)
        return await exchange(client, request, auth=self._auth, deadline=deadline, clock=self._clock)

    async def _task(self, task_id: str) -> Answer | Lost:
        url = f"{self._base_url}{_TASKS}/{quote(task_id, safe='')}"
        return await exchange(
            self._reads,
            self._reads.build_request("GET", url),
            auth=self._auth,
            deadline=self._options.read_deadline,
            clock=self._clock,
        )


def _form(request: ClothesRequest | OutfitRequest) -> dict[str, str | Picture]:
    """Return the form of a paid call; the small fields come first, so that a server can refuse early."""
    hd = {"hd_mode": "true"} if request.hd else {}
    if isinstance(request, ClothesRequest):
        cloth_type = _CLOTH_TYPES[request.kind]
        return {
            "cloth_type": cloth_type,
            **hd,
            "model_image": request.person,
            "cloth_image": request.garment,
        }
    return {
        "cloth_type": "combo",
        **hd,
        "model_image": request.person,
        "cloth_image": request.upper,
        "lower_cloth_image": request.lower,
    }
