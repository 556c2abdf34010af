"""What can happen to a draft."""

from dataclasses import dataclass

from bot.conversation.draft import Advice, Role, Slot
from bot.conversation.hair import HairChoice, HairEvent
from bot.conversation.placement import PlacementEvent
from bot.providers.base import Ability, GarmentKind
from bot.wish import PhotoRef


@dataclass(frozen=True, slots=True)
class PhotoArrived:
    """A photo came; ``replied`` is the photo of the message it answers, ``look`` the person's saved photo."""

    slot: Slot
    replied: Slot | None = None
    look: PhotoRef | None = None


@dataclass(frozen=True, slots=True)
class PhotoEdited:
    """The person put another photo into a message that they had sent."""

    slot: Slot


@dataclass(frozen=True, slots=True)
class KindChosen:
    """The person said what the garment is."""

    kind: GarmentKind


@dataclass(frozen=True, slots=True)
class Swapped:
    """The two photos are to change places."""


@dataclass(frozen=True, slots=True)
class GarmentsSwapped:
    """The two garments of an outfit are to change places."""


@dataclass(frozen=True, slots=True)
class Extended:
    """The garment is to become one half of an outfit; ``missing`` is the half that is still to come."""

    missing: Role


@dataclass(frozen=True, slots=True)
class GarmentChosen:
    """A garment of an earlier try-on is to be tried on again."""

    garment: PhotoRef
    kind: GarmentKind


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


@dataclass(frozen=True, slots=True)
class AbilityChosen:
    """The person wants to try on something else; photos that fit it stay."""

    ability: Ability


@dataclass(frozen=True, slots=True)
class HdChosen:
    """The person wants the larger picture, or not."""

    hd: bool


@dataclass(frozen=True, slots=True)
class HairChosen:
    """The haircuts, colours or variants are these now."""

    hair: HairChoice


@dataclass(frozen=True, slots=True)
class DesignChosen:
    """A starter design is to be the tattoo."""

    design: PhotoRef


@dataclass(frozen=True, slots=True)
class Said:
    """The person wrote something, which is taken where words are asked for.

    ``meant`` is how the provider is told of it, where it is the name of something known here.
    """

    text: str
    meant: str | None = None


Event = (
    PhotoArrived
    | PhotoEdited
    | KindChosen
    | Swapped
    | GarmentsSwapped
    | Extended
    | GarmentChosen
    | PhotoIsMe
    | LookChosen
    | Replaced
    | Checked
    | UsedAnyway
    | AbilityChosen
    | HdChosen
    | HairChosen
    | DesignChosen
    | Said
    | PlacementEvent
    | HairEvent
)
