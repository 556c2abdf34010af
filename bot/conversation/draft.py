"""What a draft holds: the photos in their roles, and the choices made so far."""

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from bot.conversation.hair import HairChoice
from bot.conversation.placement import NO_PLACEMENT, Placement, PlacementStep
from bot.providers.base import Ability, GarmentKind, PhotoProblem
from bot.wish import (
    ClothesWish,
    ComparisonWish,
    HairStyle,
    HairstyleWish,
    OutfitWish,
    PhotoRef,
    TattooWish,
    Wish,
)

Role = Literal["person", "garment", "lower", "design"]
# A group where nothing can be written, or one that has become a supergroup since.
CameFrom = Literal["group", "old_group"]

# The photos that each ability takes, in the order in which they are asked for; an outfit's ``garment`` is the
# upper one.
ROLES: dict[Ability, tuple[Role, ...]] = {
    Ability.CLOTHES: ("person", "garment"),
    Ability.OUTFIT: ("person", "garment", "lower"),
    Ability.HAIRSTYLE: ("person",),
    Ability.TATTOO: ("person", "design"),
}
# What providers' checks of photos are about.
CHECKED = frozenset({Ability.CLOTHES, Ability.OUTFIT})
NO_HAIR = HairChoice()
ALL_ROLES: tuple[Role, ...] = ("person", "garment", "lower", "design")


@dataclass(frozen=True, slots=True)
class Advice:
    """What a check said of a photo in its role; empty when it found nothing or could not be made.

    ``kinds`` are the garments that suit a photo of a person, if that is known.
    """

    problems: tuple[PhotoProblem, ...] = ()
    kinds: tuple[GarmentKind, ...] = ()
    is_clothes: bool = True
    accepted: bool = False

    @property
    def is_open(self) -> bool:
        """Return whether the person has to decide about it."""
        return not self.accepted and (bool(self.problems) or not self.is_clothes)

    @property
    def can_be_accepted(self) -> bool:
        """Return whether the photo can be used all the same."""
        return all(problem.is_warning for problem in self.problems)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any] | None) -> "Advice | None":
        """Read what ``to_json`` wrote."""
        if data is None:
            return None
        return cls(
            problems=tuple(map(PhotoProblem, data["problems"])),
            kinds=tuple(map(GarmentKind, data["kinds"])),
            is_clothes=data["is_clothes"],
            accepted=data["accepted"],
        )


@dataclass(frozen=True, slots=True)
class Slot:
    """A photo in its role; ``message_id`` is None for a saved photo, ``advice`` until it was checked.

    ``asked``: it came when a photo for just this role was asked for.
    """

    photo: PhotoRef
    message_id: int | None = None
    album_id: str | None = None
    advice: Advice | None = None
    asked: bool = False

    @property
    def needs_decision(self) -> bool:
        """Return whether a check found something that the person has to decide about."""
        return self.advice is not None and self.advice.is_open

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any] | None) -> "Slot | None":
        """Read what ``to_json`` wrote."""
        if data is None:
            return None
        photo, advice = PhotoRef.from_json(data["photo"]), Advice.from_json(data.get("advice"))
        return cls(photo, data["message_id"], data["album_id"], advice, data.get("asked", False))


@dataclass(frozen=True, slots=True)
class Draft:
    """A try-on being put together; ``confirmation_id`` makes paying for it idempotent.

    ``anew``: the person has such a picture and wants another one all the same.
    In a group ``command`` is the message that began it. A draft with ``for_group`` only asks for the person's
    photo, in their private chat, for the draft that waits in that group. One that ``came_from`` elsewhere
    goes on here since it can't where it began. ``before`` is the state of the draft that made way for either
    in the private chat.
    """

    confirmation_id: str
    person: Slot | None = None
    garment: Slot | None = None
    kind: GarmentKind = GarmentKind.AUTO
    kind_chosen: bool = False
    wanted: Role | None = None
    photos_left_out: bool = False
    ability: Ability = Ability.CLOTHES
    lower: Slot | None = None
    design: Slot | None = None
    hd: bool = False
    hair: HairChoice = NO_HAIR
    placement: Placement = NO_PLACEMENT
    anew: bool = False
    command: int | None = None
    for_group: int | None = None
    came_from: CameFrom | None = None
    before: dict[str, Any] | None = None

    @property
    def roles(self) -> tuple[Role, ...]:
        """Return the photos that this try-on takes, in the order in which they are asked for."""
        return ROLES[self.ability] if self.for_group is None else ("person",)

    @property
    def things(self) -> tuple[Role, ...]:
        """Return the same without the person."""
        return self.roles[1:]

    @property
    def slots(self) -> tuple[Slot, ...]:
        """Return the photos there are, of those it takes."""
        return tuple(slot for role in self.roles if (slot := self.slot(role)))

    @property
    def wish(self) -> Wish | None:
        """Return the complete wish, or None while something is missing or to be decided."""
        photos = [slot.photo for slot in self.slots]
        incomplete = len(photos) < len(self.roles) or any(map(self.needs_decision, self.roles))
        if incomplete or self.for_group is not None:
            return None
        match self.ability:
            case Ability.CLOTHES:
                person, garment = photos
                return ClothesWish(person, garment, self.kind, self.hd)
            case Ability.OUTFIT:
                person, upper, lower = photos
                return OutfitWish(person, upper, lower, self.hd)
            case Ability.HAIRSTYLE:
                return self._hair_wish(photos[0])
            case Ability.TATTOO if self.placement.decided:
                person, design = photos
                place = self.placement
                return TattooWish(person, design, place.words, place.region, place.style)
            case _:
                return None

    def _hair_wish(self, person: PhotoRef) -> Wish | None:
        styles = self.hair.styles
        if len(styles) > 1:
            return ComparisonWish(person, styles)
        if styles:
            return HairstyleWish(person, styles[0].haircut, styles[0].color, self.hair.variants)
        return None

    def needs_decision(self, role: Role) -> bool:
        """Return whether a check of the photo in a role found something to be decided about.

        Whoever says that it is a pair of glasses need not hear that it is no garment, and what was found
        for clothes says nothing about haircuts and tattoos.
        """
        if self.ability not in CHECKED:
            return False
        slot = self.slot(role)
        is_accessory = role == "garment" and self.ability is Ability.CLOTHES and self.kind.is_accessory
        return slot is not None and slot.needs_decision and not is_accessory

    def slot(self, role: Role) -> Slot | None:
        """Return the photo in a role."""
        held: Slot | None = getattr(self, role)
        return held

    def with_slot(self, role: Role, slot: Slot | None) -> "Draft":
        """Return the draft with another photo in a role."""
        match role:
            case "person":
                return replace(self, person=slot)
            case "garment":
                return replace(self, garment=slot)
            case "lower":
                return replace(self, lower=slot)
            case "design":
                return replace(self, design=slot)

    @property
    def missing(self) -> tuple[Role, ...]:
        """Return the roles without a photo."""
        return tuple(role for role in self.roles if self.slot(role) is None)

    @property
    def took_only_one(self) -> bool:
        """Return whether photos of an album were left out because only one was asked for."""
        return self.photos_left_out and any(slot.asked and slot.album_id for slot in self.slots)

    @property
    def reply_to(self) -> int | None:
        """Return the message the picture will answer: the thing's photo, the person's, or the command."""
        slots = (self.slot(role) for role in (*self.things, "person"))
        return next((slot.message_id for slot in slots if slot and slot.message_id), self.command)

    def elsewhere(self, came_from: CameFrom) -> "Draft":
        """Return the draft for another chat, where the messages that it speaks of are not."""
        after = replace(self, command=None, came_from=came_from)
        for role in ALL_ROLES:
            if slot := self.slot(role):
                after = after.with_slot(role, replace(slot, message_id=None, album_id=None))
        return after

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        photos: dict[str, Any] = {
            role: slot.to_json() if (slot := self.slot(role)) else None for role in ALL_ROLES
        }
        return {
            "confirmation_id": self.confirmation_id,
            **photos,
            "kind": self.kind.value,
            "kind_chosen": self.kind_chosen,
            "wanted": self.wanted,
            "photos_left_out": self.photos_left_out,
            "ability": self.ability.value,
            "hd": self.hd,
            "hair": self.hair.to_json(),
            "placement": self.placement.to_json(),
            "anew": self.anew,
            "command": self.command,
            "for_group": self.for_group,
            "came_from": self.came_from,
            "before": self.before,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Draft":
        """Read what ``to_json`` wrote."""
        return cls(
            confirmation_id=data["confirmation_id"],
            person=Slot.from_json(data["person"]),
            garment=Slot.from_json(data["garment"]),
            kind=GarmentKind(data["kind"]),
            kind_chosen=data.get("kind_chosen", False),
            wanted=data["wanted"],
            photos_left_out=data["photos_left_out"],
            ability=Ability(data.get("ability", Ability.CLOTHES)),
            lower=Slot.from_json(data.get("lower")),
            design=Slot.from_json(data.get("design")),
            hd=data.get("hd", False),
            hair=HairChoice.from_json(data.get("hair")),
            placement=Placement.from_json(data.get("placement")),
            anew=data.get("anew", False),
            command=data.get("command"),
            for_group=data.get("for_group"),
            came_from=data.get("came_from"),
            before=data.get("before"),
        )


def draft_of_wish(confirmation_id: str, wish: Wish) -> Draft:
    """Return the draft that would make this wish once more, its photos as saved ones, as far as known."""
    draft = Draft(confirmation_id, person=_known(wish.person), ability=wish.ability)
    match wish:
        case ClothesWish(_, garment, kind, hd):
            chosen = kind is not GarmentKind.AUTO
            return replace(draft, garment=_known(garment), kind=kind, kind_chosen=chosen, hd=hd)
        case OutfitWish(_, upper, lower, hd):
            return replace(draft, garment=_known(upper), lower=_known(lower), hd=hd)
        case HairstyleWish(_, haircut, color, variants):
            return replace(draft, hair=HairChoice((HairStyle(haircut, color),), variants))
        case ComparisonWish(_, styles):
            return replace(draft, hair=HairChoice(styles))
        case TattooWish(_, design, words, region, style):
            placement = Placement(words, region, style, step=PlacementStep.DONE)
            return replace(draft, design=_known(design), placement=placement)


def _known(photo: PhotoRef) -> Slot | None:
    return None if photo.is_forgotten else Slot(photo)
