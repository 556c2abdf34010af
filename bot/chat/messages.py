"""What is told about a job: progress, a delivery, a notice. Facts only; the screens find the words."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from bot.wish import ComparisonWish, HairstyleWish, Wish

# The kind of the notice that a person's own cancellation leaves behind.
JOB_CANCELLED = "job_cancelled"
# The kind of the notice in a group where a picture can't be sent, nor to its person alone.
PICTURE_WAITS = "picture_waits"
# The kind of the notice on the card of a group where a picture can't be sent, once it came privately.
CAME_PRIVATELY = "came_privately"
# The kinds of the notices in the private chat once a group has the photo it waited for, or waits no more.
WENT_BACK, GROUP_IS_OVER = "went_back", "group_is_over"


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a message in a group is for: its buttons are theirs alone."""

    user_id: int
    name: str


class Stage(StrEnum):
    """What a waiting person is told about their picture."""

    WAITING = "waiting"
    PREPARING = "preparing"
    RENDERING = "rendering"
    DELIVERING = "delivering"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Progress:
    """A snapshot of one job for its card: place counts from 1, seconds are estimated, fraction is 0..1.

    ``step`` of ``steps`` is the paid call that is next or under way. ``was_passed``: the place was a better
    one before. ``is_late``: it takes longer than such pictures do.
    """

    job_id: int
    ability: str
    stage: Stage
    place: int | None = None
    seconds_left: float | None = None
    fraction: float | None = None
    can_cancel: bool = False
    step: int = 1
    steps: int = 1
    addressee: Addressee | None = None
    was_passed: bool = False
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class SheetPart:
    """One picture of a comparison: its number in the job, the provider's name of the haircut, the colour."""

    n: int
    haircut: str
    color: str | None = None


def haircut_shown(wish: Wish, n: int) -> SheetPart | None:
    """Return what a picture that stands alone shows; None where that is no haircut."""
    return SheetPart(n, wish.haircut, wish.color) if isinstance(wish, HairstyleWish) else None


def sheet_parts(wish: Wish, numbers: Collection[int]) -> tuple[SheetPart, ...]:
    """Return what is on the sheet of a comparison with these pictures; of another wish, nothing."""
    if not isinstance(wish, ComparisonWish):
        return ()
    styles = enumerate(wish.styles, start=1)
    return tuple(SheetPart(n, style.haircut, style.color) for n, style in styles if n in numbers)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A finished picture on its way to a person; ``data`` are the provider's own bytes.

    Of a comparison ``parts`` say what is on the sheet, in its order; ``shows`` is the haircut of a picture
    that stands alone. With the last picture of a job,
    ``missing`` counts those that never come, and ``returned`` are the credits given back for them.
    In a group it has an ``addressee``, may be covered by a ``spoiler``, and may have ``earlier`` ones there.
    """

    job_id: int
    user_id: int
    ability: str
    n: int
    of: int
    price: int
    balance: int
    language: str | None
    data: bytes
    media_type: str
    parts: tuple[SheetPart, ...] = ()
    missing: int = 0
    returned: int = 0
    addressee: Addressee | None = None
    spoiler: bool = False
    earlier: bool = False
    shows: SheetPart | None = None

    def in_chat(self, chat_id: int) -> "Delivery":
        """Return it as it is shown in a chat: with nothing of a group in the person's private chat."""
        if chat_id != self.user_id:
            return self
        return replace(self, addressee=None, spoiler=False, earlier=False)


@dataclass(frozen=True, slots=True)
class NoticeText:
    """A notice as a cause and its parameters; the chat finds the words and the buttons for it."""

    kind: str
    params: dict[str, Any]
    language: str | None
    addressee: Addressee | None = None
