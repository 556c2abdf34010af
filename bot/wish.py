"""What a person asked for: the photos and the choices of one try-on, as stored with the job."""

from dataclasses import asdict, dataclass
from typing import Any

from bot.providers.base import (
    Ability,
    ClothesRequest,
    GarmentKind,
    HairstyleRequest,
    OutfitRequest,
    Picture,
    Region,
    TattooRequest,
    TryOnRequest,
)

__all__ = [
    "ClothesWish",
    "GarmentKind",
    "HairstyleWish",
    "OutfitWish",
    "PhotoRef",
    "TattooWish",
    "Wish",
    "wish_from_json",
    "wish_to_json",
]


@dataclass(frozen=True, slots=True)
class PhotoRef:
    """A photo as Telegram names it; ``unique_id`` is stable, ``file_id`` is what fetches it."""

    file_id: str
    unique_id: str
    width: int | None = None
    height: int | None = None
    size: int | None = None

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

    ability = Ability.CLOTHES

    @property
    def photos(self) -> dict[str, PhotoRef]:
        """Return the photos by role."""
        return {"person": self.person, "garment": self.garment}

    def request(self, pictures: dict[str, Picture]) -> TryOnRequest:
        """Return the provider request, given the prepared pictures by role."""
        return ClothesRequest(pictures["person"], pictures["garment"], self.kind)

    def options(self) -> dict[str, Any]:
        """Return the choices as plain JSON data."""
        return {"kind": self.kind.value}


@dataclass(frozen=True, slots=True)
class OutfitWish:
    """These two garments, one for the upper and one for the lower body, on this person."""

    person: PhotoRef
    upper: PhotoRef
    lower: PhotoRef
    hd: bool = False

    ability = Ability.OUTFIT

    @property
    def photos(self) -> dict[str, PhotoRef]:
        """Return the photos by role."""
        return {"person": self.person, "upper": self.upper, "lower": self.lower}

    def request(self, pictures: dict[str, Picture]) -> TryOnRequest:
        """Return the provider request, given the prepared pictures by role."""
        return OutfitRequest(pictures["person"], pictures["upper"], pictures["lower"], self.hd)

    def options(self) -> dict[str, Any]:
        """Return the choices as plain JSON data."""
        return {"hd": self.hd}


@dataclass(frozen=True, slots=True)
class HairstyleWish:
    """This haircut, perhaps in this colour, on this person."""

    person: PhotoRef
    haircut: str
    color: str | None = None

    ability = Ability.HAIRSTYLE

    @property
    def photos(self) -> dict[str, PhotoRef]:
        """Return the photos by role."""
        return {"person": self.person}

    def request(self, pictures: dict[str, Picture]) -> TryOnRequest:
        """Return the provider request, given the prepared pictures by role."""
        return HairstyleRequest(pictures["person"], self.haircut, self.color)

    def options(self) -> dict[str, Any]:
        """Return the choices as plain JSON data."""
        return {"haircut": self.haircut, "color": self.color}


@dataclass(frozen=True, slots=True)
class TattooWish:
    """This design on this body photo."""

    person: PhotoRef
    design: PhotoRef
    placement: str | None = None
    region: tuple[float, float, float, float] | None = None

    ability = Ability.TATTOO

    @property
    def photos(self) -> dict[str, PhotoRef]:
        """Return the photos by role."""
        return {"person": self.person, "design": self.design}

    def request(self, pictures: dict[str, Picture]) -> TryOnRequest:
        """Return the provider request, given the prepared pictures by role."""
        region = Region(*self.region) if self.region else None
        return TattooRequest(pictures["person"], pictures["design"], self.placement, region)

    def options(self) -> dict[str, Any]:
        """Return the choices as plain JSON data."""
        return {"placement": self.placement, "region": list(self.region) if self.region else None}


Wish = ClothesWish | OutfitWish | HairstyleWish | TattooWish


def wish_to_json(wish: Wish) -> dict[str, Any]:
    """Return a wish as the JSON stored in ``jobs.request``."""
    photos = {role: photo.to_json() for role, photo in wish.photos.items()}
    return {"ability": wish.ability.value, "photos": photos, "options": wish.options()}


def wish_from_json(data: dict[str, Any]) -> Wish:
    """Read what ``wish_to_json`` wrote."""
    photos = {role: PhotoRef.from_json(photo) for role, photo in data["photos"].items()}
    options = dict(data["options"])
    match Ability(data["ability"]):
        case Ability.CLOTHES:
            return ClothesWish(photos["person"], photos["garment"], GarmentKind(options["kind"]))
        case Ability.OUTFIT:
            return OutfitWish(photos["person"], photos["upper"], photos["lower"], options["hd"])
        case Ability.HAIRSTYLE:
            return HairstyleWish(photos["person"], options["haircut"], options["color"])
        case Ability.TATTOO:
            region = options["region"]
            placed = tuple(region) if region else None
            return TattooWish(photos["person"], photos["design"], options["placement"], placed)
