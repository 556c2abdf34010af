"""What every try-on provider is to the rest of the bot: requests, outcomes and one small protocol.

A paid call ends in exactly one of four ways, and money follows from which:

    Accepted   the provider gave us a job id
    NotSent    the request never left (no connection): safe to try again
    Rejected   a documented error from before processing: nothing was charged
    Unknown    anything else: it may have been charged, so it is never sent again
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.regions import Region


class Ability(StrEnum):
    """A thing a provider can put on a photo."""

    CLOTHES = "clothes"
    OUTFIT = "outfit"
    HAIRSTYLE = "hairstyle"
    TATTOO = "tattoo"


class GarmentKind(StrEnum):
    """What a garment photo shows; AUTO lets the provider find out, where it can."""

    AUTO = "auto"
    TOP = "top"
    BOTTOM = "bottom"
    ONE_PIECE = "one_piece"
    EYEWEAR = "eyewear"
    FOOTWEAR = "footwear"
    HEADWEAR = "headwear"

    @property
    def is_accessory(self) -> bool:
        """Return whether it is worn with clothes; no check takes it for a garment."""
        return self in {GarmentKind.EYEWEAR, GarmentKind.FOOTWEAR, GarmentKind.HEADWEAR}

    @property
    def suits_every_photo(self) -> bool:
        """Return whether no check of a photo of a person says anything about it."""
        return self is GarmentKind.AUTO or self.is_accessory


@dataclass(frozen=True, slots=True)
class Picture:
    """An encoded picture in memory; its repr never shows the bytes."""

    data: bytes
    media_type: str = "image/jpeg"

    def __repr__(self) -> str:
        return f"Picture({len(self.data)} bytes, {self.media_type})"


# Pictures of one paid call.
MOST_SAMPLES = 4


@dataclass(frozen=True, slots=True)
class Need:
    """What a request asks of a provider; known before any picture is prepared.

    ``kind`` is None where the request is not about one garment.
    """

    ability: Ability
    kind: GarmentKind | None = None
    hd: bool = False
    samples: int = 1


@dataclass(frozen=True, slots=True)
class ClothesRequest:
    """One garment on one person; ``hd`` asks for the larger picture that takes longer."""

    person: Picture
    garment: Picture
    kind: GarmentKind = GarmentKind.AUTO
    samples: int = 1
    hd: bool = False

    @property
    def need(self) -> Need:
        """Return what a provider must be able to do."""
        return Need(Ability.CLOTHES, self.kind, self.hd, self.samples)


@dataclass(frozen=True, slots=True)
class OutfitRequest:
    """One garment for the upper and one for the lower body on one person, in one picture."""

    person: Picture
    upper: Picture
    lower: Picture
    hd: bool = False

    @property
    def need(self) -> Need:
        """Return what a provider must be able to do."""
        return Need(Ability.OUTFIT, hd=self.hd)


@dataclass(frozen=True, slots=True)
class HairstyleRequest:
    """One haircut (a provider's name for it) and, if wished, a colour in free text."""

    face: Picture
    haircut: str
    color: str | None = None
    samples: int = 1

    @property
    def need(self) -> Need:
        """Return what a provider must be able to do."""
        return Need(Ability.HAIRSTYLE, samples=self.samples)


@dataclass(frozen=True, slots=True)
class TattooRequest:
    """One design on one body photo, placed by words, by a region, or by both."""

    body: Picture
    design: Picture
    placement: str | None = None
    region: Region | None = None
    samples: int = 1

    @property
    def need(self) -> Need:
        """Return what a provider must be able to do."""
        return Need(Ability.TATTOO, samples=self.samples)


TryOnRequest = ClothesRequest | OutfitRequest | HairstyleRequest | TattooRequest


class Refusal(StrEnum):
    """Why a provider said no before processing; each is handled in its own way by the scheduler."""

    BAD_REQUEST = "bad_request"
    KEY = "key"
    NOT_FOUND = "not_found"
    RATE = "rate"
    CONCURRENCY = "concurrency"
    OUT_OF_CREDITS = "out_of_credits"
    SERVER = "server"
    MAINTENANCE = "maintenance"

    @property
    def is_operators(self) -> bool:
        """Return whether another key or provider may still serve the job (design section 4)."""
        return self not in {Refusal.BAD_REQUEST, Refusal.NOT_FOUND}


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took the job."""

    provider_job_id: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """The request never reached the provider."""

    reason: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """The provider refused with a documented error from before processing."""

    refusal: Refusal
    message: str = ""
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody can say whether the provider took the job."""

    reason: str


SubmitOutcome = Accepted | NotSent | Rejected | Unknown


@dataclass(frozen=True, slots=True)
class Processing:
    """The provider is still at work; progress in percent where the provider tells it."""

    progress: int | None = None


@dataclass(frozen=True, slots=True)
class Completed:
    """The pictures are ready at these addresses (at least one)."""

    urls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Failed:
    """The provider ended the job without a picture; nothing was charged."""

    name: str
    message: str = ""


class Trouble(StrEnum):
    """Why a read gave no answer about the job itself."""

    RATE = "rate"
    KEY = "key"
    NOT_FOUND = "not_found"
    CONNECTION = "connection"
    SERVER = "server"
    ODD_ANSWER = "odd_answer"


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """A read that told nothing definite; it may be repeated freely."""

    trouble: Trouble
    message: str = ""
    retry_after: float | None = None


StatusOutcome = Processing | Completed | Failed | NoAnswer


@dataclass(frozen=True, slots=True)
class Balance:
    """What is left on a provider's account, in the provider's credits."""

    available: int


@dataclass(frozen=True, slots=True)
class Timing:
    """How long one job takes at this provider, in seconds."""

    shortest: float
    typical: float
    longest: float


class Provider(Protocol):
    """One provider reached with one API key."""

    @property
    def name(self) -> str:
        """Return the provider's name as stored with submissions, such as ``tryiton``."""
        ...

    @property
    def key_fingerprint(self) -> str:
        """Return a short one-way fingerprint of the API key, safe to store and to log."""
        ...

    @property
    def abilities(self) -> frozenset[Ability]:
        """Return what this provider can do."""
        ...

    def can_serve(self, need: Need) -> bool:
        """Return whether this provider can do what a request needs; ``submit`` refuses the rest uncalled."""
        ...

    def timing(self, ability: Ability, *, hd: bool = False) -> Timing:
        """Return how long a job of this ability takes."""
        ...

    def long_side(self, role: str) -> int:
        """Return the recommended long side in pixels for a photo's role: ``person`` or one of the things.

        The things are ``garment``, ``upper``, ``lower`` and ``design``.
        """
        ...

    async def submit(self, request: TryOnRequest) -> SubmitOutcome:
        """Send a paid job once; never raise for anything the network or the provider does."""
        ...

    async def status(self, provider_job_id: str) -> StatusOutcome:
        """Ask for a job's state; never raise for anything the network or the provider does."""
        ...

    async def balance(self) -> Balance | NoAnswer:
        """Ask what is left on the account.

        A provider that can't tell answers ``NoAnswer(NOT_FOUND)`` once it has found that it takes the key.
        """
        ...


class PhotoProblem(StrEnum):
    """What a check finds wrong with a person's photo: warnings first, then what rules the photo out."""

    SLIGHTLY_SMALL = "slightly_small"
    POSE_UNCLEAR = "pose_unclear"
    POSE_UNSUPPORTED = "pose_unsupported"
    OTHER_WARNING = "other_warning"
    NOBODY = "nobody"
    SEVERAL_PEOPLE = "several_people"
    NOT_FACING_FORWARD = "not_facing_forward"
    TOO_SMALL = "too_small"
    OTHER_ERROR = "other_error"

    @property
    def is_warning(self) -> bool:
        """Return whether the photo can be used all the same."""
        return self in _WARNINGS


_WARNINGS = frozenset(
    {
        PhotoProblem.SLIGHTLY_SMALL,
        PhotoProblem.POSE_UNCLEAR,
        PhotoProblem.POSE_UNSUPPORTED,
        PhotoProblem.OTHER_WARNING,
    }
)


@dataclass(frozen=True, slots=True)
class PersonCheck:
    """What a provider thinks of a person's photo; ``is_good`` exactly when no problem rules it out.

    ``kinds`` are the garments that can be put on it, never AUTO. ``codes`` are the provider's own names of
    the problems, for the operator.
    """

    is_good: bool
    problems: tuple[PhotoProblem, ...] = ()
    kinds: frozenset[GarmentKind] = frozenset()
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GarmentCheck:
    """What a provider sees on a garment's photo; AUTO is a kind that it could not tell."""

    kind: GarmentKind
    is_clothes: bool


class PhotoChecks(Protocol):
    """A provider that looks at photos before anything is paid; each check is one call in the key's window."""

    async def check_person(self, picture: Picture) -> PersonCheck | NoAnswer:
        """Look at a person's photo; never raise for anything the network or the provider does."""
        ...

    async def check_garment(self, picture: Picture) -> GarmentCheck | NoAnswer:
        """Look at a garment's photo; never raise for anything the network or the provider does."""
        ...


@dataclass(frozen=True, slots=True)
class Downloaded:
    """A result picture's bytes, checked to be a picture by its first bytes and within the size cap."""

    data: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class HostRefused:
    """The address is not on the list of allowed result hosts; the host is named for the operator."""

    host: str


@dataclass(frozen=True, slots=True)
class DownloadFailed:
    """The picture could not be fetched; ``final`` if a retry can't help (gone, no picture, too large)."""

    reason: str
    final: bool


DownloadOutcome = Downloaded | HostRefused | DownloadFailed


class ResultDownloads(Protocol):
    """Fetches result pictures, from allowed hosts only."""

    async def fetch(self, url: str) -> DownloadOutcome:
        """Fetch one picture; never raise for anything the network or the host does."""
        ...
