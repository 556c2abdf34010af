"""What a tattoo can be asked for with: starter designs, places and styles, as a provider is told of them."""

import hashlib
from enum import StrEnum

from bot.wish import PhotoRef

_DESIGN_PREFIX = "design:"
_DESIGN_PIXELS = 768
_MARK_LENGTH = 8

# Of words that people write themselves: enough for a sentence, and it fits on the card.
LONGEST_WORDS = 120


class BodyPlace(StrEnum):
    """The places that most tattoos go to."""

    FOREARM = "forearm"
    UPPER_ARM = "upper_arm"
    SHOULDER = "shoulder"
    CHEST = "chest"
    BACK = "back"
    NECK = "neck"
    WRIST = "wrist"
    HAND = "hand"
    RIBS = "ribs"
    THIGH = "thigh"
    CALF = "calf"
    ANKLE = "ankle"

    @property
    def phrase(self) -> str:
        """Return the place as a provider is told."""
        return f"on the {self.value.replace('_', ' ')}"


class TattooStyle(StrEnum):
    """The styles that are offered as buttons."""

    FINE_LINE = "fine_line"
    BLACK_AND_GREY = "black_and_grey"
    BOLD_LINES = "bold_lines"
    WATERCOLOUR = "watercolour"
    SMALL = "small"
    LARGE = "large"

    @property
    def phrase(self) -> str:
        """Return the style as a provider is told."""
        return self.value.replace("_", " ")


def starter_design(name: str) -> PhotoRef:
    """Return a design of the project's own as a photo, which is drawn where others are fetched."""
    named = _DESIGN_PREFIX + name
    return PhotoRef(named, named, _DESIGN_PIXELS, _DESIGN_PIXELS)


def starter_name(file_id: str) -> str | None:
    """Return the name of the design that a file id stands for; None for a file of Telegram's."""
    return file_id.removeprefix(_DESIGN_PREFIX) if file_id.startswith(_DESIGN_PREFIX) else None


def photo_mark(photo: PhotoRef) -> str:
    """Return a few characters that tell a photo from others, for buttons that are about this one only."""
    return hashlib.sha256(photo.unique_id.encode()).hexdigest()[:_MARK_LENGTH]
