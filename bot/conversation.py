"""The conversation as a pure function: a draft and an event make the next draft and what to ask.

No clock, no database, no Telegram: everything it needs is handed in, so every turn can be tested as a table.
"""

from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Literal

from bot.providers.base import GarmentKind, PhotoProblem
from bot.wish import ClothesWish, PhotoRef

Role = Literal["person", "garment"]


class Ask(StrEnum):
    """What the person is asked for next."""

    CONSENT = "consent"
    PERSON = "person"
    PERSON_ADVICE = "person_advice"
    GARMENT = "garment"
    GARMENT_ADVICE = "garment_advice"
    CARD = "card"


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
    """A photo in its role; ``message_id`` is None for a saved photo, ``advice`` until it was checked."""

    photo: PhotoRef
    message_id: int | None = None
    album_id: str | None = None
    advice: Advice | None = None

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
        return cls(photo, data["message_id"], data["album_id"], advice)


@dataclass(frozen=True, slots=True)
class Draft:
    """A try-on being put together; ``confirmation_id`` makes paying for it idempotent."""

    confirmation_id: str
    person: Slot | None = None
    garment: Slot | None = None
    kind: GarmentKind = GarmentKind.AUTO
    kind_chosen: bool = False
    wanted: Role | None = None
    photos_left_out: bool = False

    @property
    def wish(self) -> ClothesWish | None:
        """Return the complete wish, or None while something is missing or to be decided."""
        if self.person and self.garment and not (self.person.needs_decision or self.garment.needs_decision):
            return ClothesWish(self.person.photo, self.garment.photo, self.kind)
        return None

    def slot(self, role: Role) -> Slot | None:
        """Return the photo in a role."""
        return self.person if role == "person" else self.garment

    @property
    def reply_to(self) -> int | None:
        """Return the message the picture will answer: the garment photo, else the photo of the person."""
        slots = (self.garment, self.person)
        return next((slot.message_id for slot in slots if slot and slot.message_id), None)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return {
            "confirmation_id": self.confirmation_id,
            "person": self.person.to_json() if self.person else None,
            "garment": self.garment.to_json() if self.garment else None,
            "kind": self.kind.value,
            "kind_chosen": self.kind_chosen,
            "wanted": self.wanted,
            "photos_left_out": self.photos_left_out,
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
        )


@dataclass(frozen=True, slots=True)
class PhotoArrived:
    """A photo came; ``replied`` is the photo of the message it answers, ``look`` the person's saved photo."""

    slot: Slot
    replied: Slot | None = None
    look: PhotoRef | None = None


@dataclass(frozen=True, slots=True)
class KindChosen:
    """The person said what the garment is."""

    kind: GarmentKind


@dataclass(frozen=True, slots=True)
class Swapped:
    """The two photos are to change places."""


@dataclass(frozen=True, slots=True)
class PhotoIsMe:
    """The photo taken for a garment shows the person."""


@dataclass(frozen=True, slots=True)
class LookChosen:
    """The saved photo is to be used."""

    look: PhotoRef


@dataclass(frozen=True, slots=True)
class Replaced:
    """A photo is to be replaced by one that is still to come."""

    role: Role


@dataclass(frozen=True, slots=True)
class Checked:
    """A check of the photo in a role is done; ``kind`` is what it takes a garment for."""

    role: Role
    unique_id: str
    advice: Advice
    kind: GarmentKind = GarmentKind.AUTO


@dataclass(frozen=True, slots=True)
class UsedAnyway:
    """The person wants to use the photo in spite of the advice."""


Event = PhotoArrived | KindChosen | Swapped | PhotoIsMe | LookChosen | Replaced | Checked | UsedAnyway


def turn(draft: Draft, event: Event) -> Draft:
    """Return the draft after an event; an event that does not fit leaves it as it was."""
    after = draft
    match event:
        case PhotoArrived():
            after = _photo(draft, event)
        case KindChosen(kind):
            after = replace(draft, kind=kind, kind_chosen=True)
        case Swapped():
            after = _swapped(draft)
        case PhotoIsMe() if draft.garment and (draft.person is None or draft.person.message_id is None):
            after = replace(draft, person=_unchecked(draft.garment), garment=None, wanted="garment")
        case LookChosen(look):
            after = replace(draft, person=Slot(look), wanted=None)
        case Replaced(role):
            after = _replaced(draft, role)
        case Checked():
            after = _checked(draft, event)
        case UsedAnyway():
            after = _used_anyway(draft)
        case _:
            pass
    if _is_another_garment(draft, after):
        after = replace(after, kind=GarmentKind.AUTO, kind_chosen=False)
    return after


def ask(draft: Draft, *, consented: bool) -> Ask:
    """Return what to ask for next."""
    if not consented:
        return Ask.CONSENT
    if draft.person is None:
        return Ask.PERSON
    if draft.person.needs_decision:
        return Ask.PERSON_ADVICE
    if draft.garment is None:
        return Ask.GARMENT
    if draft.garment.needs_decision:
        return Ask.GARMENT_ADVICE
    return Ask.CARD


def _replaced(draft: Draft, role: Role) -> Draft:
    if role == "person":
        return replace(draft, person=None, wanted="person")
    return replace(draft, garment=None, wanted="garment")


def _swapped(draft: Draft) -> Draft:
    person, garment = _unchecked(draft.garment), _unchecked(draft.person)
    after = replace(draft, person=person, garment=garment, wanted=None)
    if after.person is None or after.garment is None:
        return replace(after, wanted="person" if after.person is None else "garment")
    return after


def _photo(draft: Draft, event: PhotoArrived) -> Draft:
    slot = event.slot
    if _known(draft, slot):
        return draft
    if _same_album(draft, slot) and draft.wanted is None:
        return _by_album_order(draft, slot)
    if event.replied:
        return _with_replied(draft, event.replied, slot)
    role = draft.wanted or _free_role(draft, has_look=event.look is not None, part=slot.album_id is not None)
    if role == "person":
        return replace(draft, person=slot, wanted=None, photos_left_out=False)
    person = draft.person or (Slot(event.look) if event.look else None)
    return replace(draft, person=person, garment=slot, wanted=None, photos_left_out=False)


def _known(draft: Draft, slot: Slot) -> bool:
    return any(
        held is not None and held.message_id == slot.message_id for held in (draft.person, draft.garment)
    )


def _same_album(draft: Draft, slot: Slot) -> bool:
    held = (draft.person, draft.garment)
    return slot.album_id is not None and any(
        one is not None and one.album_id == slot.album_id for one in held
    )


def _by_album_order(draft: Draft, slot: Slot) -> Draft:
    held = [one for one in (draft.person, draft.garment) if one and one.album_id == slot.album_id]
    parts = sorted([*held, slot], key=lambda part: part.message_id or 0)
    left_out = draft.photos_left_out or len(parts) > 2  # noqa: PLR2004 - person and garment
    person = parts[0] if parts[0] == draft.person else _unchecked(parts[0])
    garment = parts[1] if parts[1] == draft.garment else _unchecked(parts[1])
    return replace(draft, person=person, garment=garment, wanted=None, photos_left_out=left_out)


def _with_replied(draft: Draft, replied: Slot, slot: Slot) -> Draft:
    if draft.garment and draft.garment.photo.unique_id == replied.photo.unique_id:
        return replace(draft, person=slot, wanted=None)
    return replace(draft, person=replied, garment=slot, wanted=None)


def _free_role(draft: Draft, *, has_look: bool, part: bool) -> Role:
    """Return the role of a photo nobody gave one: the empty slot, else a new garment.

    A person with a saved photo most often sends garments; an album starts with the person all the same.
    """
    if draft.person is None:
        return "person" if not has_look or part else "garment"
    return "person" if draft.person.needs_decision else "garment"


def _unchecked(slot: Slot | None) -> Slot | None:
    """Return a photo as it is before it was looked at in its new role."""
    return slot and replace(slot, advice=None)


def _is_another_garment(before: Draft, after: Draft) -> bool:
    """Return whether the kind is that of a garment that was put away."""
    held, now = before.garment, after.garment
    return held is not None and (now is None or held.photo.unique_id != now.photo.unique_id)


def _checked(draft: Draft, event: Checked) -> Draft:
    slot = draft.slot(event.role)
    if slot is None or slot.photo.unique_id != event.unique_id or slot.advice is not None:
        return draft
    told = _told(slot, event.advice)
    if event.role == "person":
        return replace(draft, person=told)
    kind = draft.kind if draft.kind_chosen or event.kind is GarmentKind.AUTO else event.kind
    return replace(draft, garment=told, kind=kind)


def _told(slot: Slot, advice: Advice) -> Slot:
    """Return a photo with its advice; the warnings about a saved one are no news, it was used before."""
    told = replace(slot, advice=advice)
    return _accepted(told) if slot.message_id is None and told.needs_decision else told


def _used_anyway(draft: Draft) -> Draft:
    if draft.person and draft.person.needs_decision:
        return replace(draft, person=_accepted(draft.person))
    if draft.garment and draft.garment.needs_decision:
        return replace(draft, garment=_accepted(draft.garment))
    return draft


def _accepted(slot: Slot) -> Slot:
    if slot.advice is None or not slot.advice.can_be_accepted:
        return slot
    return replace(slot, advice=replace(slot.advice, accepted=True))
