"""What a person asked for: the photos and the choices of one try-on, as stored with the job.

A wish takes one paid call or several, one after another (``steps``), and makes one picture or several
(``outputs``). What each step asks of a provider is said by its request.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from bot.providers.base import (
    MOST_SAMPLES,
    Ability,
    ClothesRequest,
    GarmentKind,
    HairstyleRequest,
    Need,
    OutfitRequest,
    Picture,
    TattooRequest,
    TryOnRequest,
)
from bot.regions import Region

__all__ = [
    "MOST_COMPARED",
    "MOST_VARIANTS",
    "PERSON",
    "Ability",
    "ClothesWish",
    "ComparisonWish",
    "GarmentKind",
    "HairStyle",
    "HairstyleWish",
    "OutfitWish",
    "PhotoRef",
    "TattooWish",
    "Wish",
    "wish_from_json",
    "wish_key",
    "wish_needs",
    "wish_to_json",
]

PERSON = "person"
# So many haircuts make one sheet that can still be looked at on a telephone.
MOST_COMPARED = 6
MOST_VARIANTS = MOST_SAMPLES


@dataclass(frozen=True, slots=True)
class PhotoRef:
    """A photo as Telegram names it; ``unique_id`` is stable, ``file_id`` is what fetches it.

    ``digest`` is of its bytes, once they were looked at. ``of_job`` says which job made it, so that
    a chain of try-ons can be walked back. Of a photo that its person deleted nothing is left (``forgotten``).
    """

    file_id: str
    unique_id: str
    width: int | None = None
    height: int | None = None
    size: int | None = None
    digest: str | None = None
    of_job: int | None = None

    @classmethod
    def forgotten(cls) -> "PhotoRef":
        """Return what stands where a photo was."""
        return cls("", "")

    @property
    def is_forgotten(self) -> bool:
        """Return whether it is not known any more which photo it was."""
        return not self.file_id

    @property
    def identity(self) -> str:
        """Return what tells this photo from others: its bytes where they are known, else Telegram's id."""
        return self.digest or self.unique_id

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "PhotoRef":
        """Read what ``to_json`` wrote."""
        return cls(**data)


@dataclass(frozen=True, slots=True)
class ClothesWish:
    """This garment on this person."""

    person: PhotoRef
    garment: PhotoRef
    kind: GarmentKind = GarmentKind.AUTO
    hd: bool = False

    ability = Ability.CLOTHES
    outputs = 1
    steps = 1
    is_chain = False

    @property
    def photos(self) -> dict[str, PhotoRef]:
        """Return the photos by role."""
        return {PERSON: self.person, "garment": self.garment}

    def request(self, pictures: Mapping[str, Picture], step: int = 1) -> TryOnRequest:  # noqa: ARG002 - it has one step
        """Return the provider request, given the prepared pictures by role."""
        return ClothesRequest(pictures[PERSON], pictures["garment"], self.kind, hd=self.hd)

    def options(self) -> dict[str, Any]:
        """Return the choices as plain JSON data."""
        return {"kind": self.kind.value, "hd": self.hd}


@dataclass(frozen=True, slots=True)
class OutfitWish:
    """These two garments, one for the upper and one for the lower body, on this person.

    ``chained``: no provider at hand makes it in one call, so the picture with the upper garment becomes the
    photo on which the lower one is tried.
    """

    person: PhotoRef
    upper: PhotoRef
    lower: PhotoRef
    hd: bool = False
    chained: bool = False

    ability = Ability.OUTFIT
    outputs = 1

    @property
    def steps(self) -> int:
        """Return how many paid calls it takes, one after another."""
        return 2 if self.chained else 1

    @property
    def is_chain(self) -> bool:
        """Return whether each step's picture is the person's photo of the next."""
        return self.chained

    @property
    def photos(self) -> dict[str, PhotoRef]:
        """Return the photos by role."""
        return {PERSON: self.person, "upper": self.upper, "lower": self.lower}

    def request(self, pictures: Mapping[str, Picture], step: int = 1) -> TryOnRequest:
        """Return a step's provider request; of a chain, ``person`` is the picture of the step before."""
        person = pictures[PERSON]
        if not self.chained:
            return OutfitRequest(person, pictures["upper"], pictures["lower"], self.hd)
        if step == 1:
            return ClothesRequest(person, pictures["upper"], GarmentKind.TOP, hd=self.hd)
        return ClothesRequest(person, pictures["lower"], GarmentKind.BOTTOM, hd=self.hd)

    def options(self) -> dict[str, Any]:
        """Return the choices as plain JSON data."""
        return {"hd": self.hd, "chained": self.chained}


@dataclass(frozen=True, slots=True)
class HairStyle:
    """A haircut by its provider's name, perhaps in a colour (free text)."""

    haircut: str
    color: str | None = None


@dataclass(frozen=True, slots=True)
class HairstyleWish:
    """This haircut, perhaps in this colour, on this person; in several variants if wished."""

    person: PhotoRef
    haircut: str
    color: str | None = None
    variants: int = 1

    ability = Ability.HAIRSTYLE
    steps = 1
    is_chain = False

    @property
    def outputs(self) -> int:
        """Return how many pictures it makes."""
        return self.variants

    @property
    def photos(self) -> dict[str, PhotoRef]:
        """Return the photos by role."""
        return {PERSON: self.person}

    def request(self, pictures: Mapping[str, Picture], step: int = 1) -> TryOnRequest:  # noqa: ARG002 - it has one step
        """Return the provider request, given the prepared pictures by role."""
        return HairstyleRequest(pictures[PERSON], self.haircut, self.color, self.variants)

    def options(self) -> dict[str, Any]:
        """Return the choices as plain JSON data."""
        return {"haircut": self.haircut, "color": self.color, "variants": self.variants}


@dataclass(frozen=True, slots=True)
class ComparisonWish:
    """Several haircuts or colours on one person, side by side on one sheet: a paid call for each."""

    person: PhotoRef
    styles: tuple[HairStyle, ...]

    ability = Ability.HAIRSTYLE
    is_chain = False

    @property
    def steps(self) -> int:
        """Return how many paid calls it takes, one after another."""
        return len(self.styles)

    @property
    def outputs(self) -> int:
        """Return how many pictures it makes."""
        return len(self.styles)

    @property
    def photos(self) -> dict[str, PhotoRef]:
        """Return the photos by role."""
        return {PERSON: self.person}

    def request(self, pictures: Mapping[str, Picture], step: int = 1) -> TryOnRequest:
        """Return a step's provider request."""
        style = self.styles[step - 1]
        return HairstyleRequest(pictures[PERSON], style.haircut, style.color)

    def options(self) -> dict[str, Any]:
        """Return the choices as plain JSON data."""
        return {"styles": [asdict(style) for style in self.styles]}


@dataclass(frozen=True, slots=True)
class TattooWish:
    """This design on this body photo: at a place told in words, or in a region, or where the provider likes.

    ``style`` are words on style and size. A provider that is given a region takes all words for these.
    """

    person: PhotoRef
    design: PhotoRef
    placement: str | None = None
    region: tuple[float, float, float, float] | None = None
    style: str | None = None

    ability = Ability.TATTOO
    outputs = 1
    steps = 1
    is_chain = False

    @property
    def photos(self) -> dict[str, PhotoRef]:
        """Return the photos by role."""
        return {PERSON: self.person, "design": self.design}

    def request(self, pictures: Mapping[str, Picture], step: int = 1) -> TryOnRequest:  # noqa: ARG002 - it has one step
        """Return the provider request, given the prepared pictures by role."""
        region = Region(*self.region) if self.region else None
        words = [None if region else self.placement, self.style]
        placement = ", ".join(told for told in words if told) or None
        return TattooRequest(pictures[PERSON], pictures["design"], placement, region)

    def options(self) -> dict[str, Any]:
        """Return the choices as plain JSON data."""
        region = list(self.region) if self.region else None
        return {"placement": self.placement, "region": region, "style": self.style}


Wish = ClothesWish | OutfitWish | HairstyleWish | ComparisonWish | TattooWish


def wish_to_json(wish: Wish) -> dict[str, Any]:
    """Return a wish as the JSON stored in ``jobs.request``."""
    photos = {role: photo.to_json() for role, photo in wish.photos.items()}
    return {"ability": wish.ability.value, "photos": photos, "options": wish.options()}


def wish_from_json(data: dict[str, Any]) -> Wish:
    """Read what ``wish_to_json`` wrote."""
    photos = {role: PhotoRef.from_json(photo) for role, photo in data["photos"].items()}
    options = dict(data["options"])
    person = photos[PERSON]
    match Ability(data["ability"]):
        case Ability.CLOTHES:
            kind, hd = GarmentKind(options["kind"]), options.get("hd", False)
            return ClothesWish(person, photos["garment"], kind, hd)
        case Ability.OUTFIT:
            chained = options.get("chained", False)
            return OutfitWish(person, photos["upper"], photos["lower"], options["hd"], chained)
        case Ability.HAIRSTYLE if "styles" in options:
            return ComparisonWish(person, tuple(HairStyle(**style) for style in options["styles"]))
        case Ability.HAIRSTYLE:
            return HairstyleWish(person, options["haircut"], options["color"], options.get("variants", 1))
        case Ability.TATTOO:
            region = options["region"]
            placed = tuple(region) if region else None
            return TattooWish(person, photos["design"], options["placement"], placed, options.get("style"))


def wish_needs(wish: Wish) -> tuple[Need, ...]:
    """Return what a provider has to be able to do for each step; the requests say it themselves."""
    blank = dict.fromkeys(wish.photos, Picture(b""))
    return tuple(wish.request(blank, step).need for step in range(1, wish.steps + 1))


def wish_key(wish: Wish) -> str:
    """Return a key that wishes share exactly when photos and choices are the same."""
    identities = {role: photo.identity for role, photo in wish.photos.items()}
    plain = json.dumps([wish.ability.value, identities, wish.options()], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(plain.encode()).hexdigest()
