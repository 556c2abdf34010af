"""The place of a tattoo while it is being chosen: what can be said about it, and what that makes of it."""

from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from bot.regions import RegionSize, grid_for, region_at
from bot.wish import PhotoRef


class PlacementStep(StrEnum):
    """What is asked about the place: how to tell it, a square, whether the rectangle is right, the style."""

    WAYS = "ways"
    GRID = "grid"
    SPOT = "spot"
    STYLE = "style"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a tattoo goes: by words or in a region (see ``bot.regions``), or where the provider likes.

    ``style`` are words on style and size, which go with any of them; ``size`` is that of a new rectangle.
    ``settled`` while another place is asked for and the one before is still there.
    """

    words: str | None = None
    region: tuple[float, float, float, float] | None = None
    style: str | None = None
    size: RegionSize = RegionSize.MEDIUM
    step: PlacementStep = PlacementStep.WAYS
    settled: bool = False

    @property
    def can_go_back(self) -> bool:
        """Return whether everything may stay as it was."""
        return self.step is PlacementStep.STYLE or (self.step is PlacementStep.WAYS and self.settled)

    @property
    def decided(self) -> bool:
        """Return whether the person has said where, or has left it to the provider."""
        return self.step is PlacementStep.DONE

    @property
    def is_pointed(self) -> bool:
        """Return whether it is about a spot on this very photo."""
        return self.region is not None or self.step in {PlacementStep.GRID, PlacementStep.SPOT}

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any] | None) -> "Placement":
        """Read what ``to_json`` wrote."""
        if data is None:
            return cls()
        region = data["region"]
        return cls(
            words=data["words"],
            region=tuple(region) if region else None,
            style=data["style"],
            size=RegionSize(data["size"]),
            step=PlacementStep(data["step"]),
            settled=data.get("settled", False),
        )


NO_PLACEMENT = Placement()


@dataclass(frozen=True, slots=True)
class PlacementEvent:
    """Something about the place of a tattoo."""


@dataclass(frozen=True, slots=True)
class PlaceNamed(PlacementEvent):
    """The place was told in words, as the provider will read them."""

    words: str


@dataclass(frozen=True, slots=True)
class PlaceLeftOpen(PlacementEvent):
    """The provider is to choose the place."""


@dataclass(frozen=True, slots=True)
class PlaceReopened(PlacementEvent):
    """The person wants another place."""


@dataclass(frozen=True, slots=True)
class PlaceKept(PlacementEvent):
    """Place and style are to stay as they were."""


@dataclass(frozen=True, slots=True)
class PointingBegun(PlacementEvent):
    """The person wants to point at the place, on the photo as it is given here with its size."""

    photo: PhotoRef


@dataclass(frozen=True, slots=True)
class SizeChosen(PlacementEvent):
    """The rectangle is to become so large."""

    size: RegionSize


@dataclass(frozen=True, slots=True)
class CellChosen(PlacementEvent):
    """The person pointed at a cell of the grid, counted from 1."""

    cell: int


@dataclass(frozen=True, slots=True)
class RegionMoved(PlacementEvent):
    """The rectangle is to be here: the place itself, not a change to it, so that twice does no harm."""

    region: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class RegionKept(PlacementEvent):
    """The rectangle is right."""


@dataclass(frozen=True, slots=True)
class StyleAsked(PlacementEvent):
    """The person wants to say something about the style."""


@dataclass(frozen=True, slots=True)
class StyleChosen(PlacementEvent):
    """The style, as the provider will read it; None is as drawn."""

    style: str | None


_POINTING = frozenset({PlacementStep.GRID, PlacementStep.SPOT})
_OPEN = _POINTING | {PlacementStep.WAYS}


def placed(placement: Placement, event: PlacementEvent, photo: PhotoRef) -> Placement:
    """Return the place after an event, on this photo; one that is not of this step leaves it as it was."""
    match event:
        case PlaceReopened():
            was_settled = placement.settled or placement.step not in _OPEN
            return replace(placement, step=PlacementStep.WAYS, settled=was_settled)
        case PlaceKept() if placement.can_go_back:
            return _done(placement)
        case StyleAsked() if placement.decided:
            return replace(placement, step=PlacementStep.STYLE)
        case StyleChosen(style) if placement.step is PlacementStep.STYLE:
            return _done(replace(placement, style=style))
        case _ if placement.step in _OPEN:
            return _found(placement, event, photo)
        case _:
            return placement


def said(placement: Placement, text: str, photo: PhotoRef) -> Placement:
    """Return the place after the person wrote something instead of tapping."""
    if placement.step is PlacementStep.STYLE:
        return placed(placement, StyleChosen(text), photo)
    if is_about_cells(placement, text):
        on_grid = replace(placement, step=PlacementStep.GRID)
        after = placed(on_grid, CellChosen(int(text)), photo)
        return placement if after == on_grid else after
    return placed(placement, PlaceNamed(text), photo)


def is_about_cells(placement: Placement, text: str) -> bool:
    """Return whether something written, in digits of any script, stands for a cell of the grid."""
    return placement.step in _POINTING and text.isdecimal()


def _done(placement: Placement) -> Placement:
    return replace(placement, step=PlacementStep.DONE, settled=False)


def _found(placement: Placement, event: PlacementEvent, photo: PhotoRef) -> Placement:
    match event:
        case PlaceNamed(words):
            return _done(replace(placement, words=words, region=None))
        case PlaceLeftOpen():
            return _done(replace(placement, words=None, region=None))
        case _:
            return _pointed(placement, event, photo)


def _pointed(placement: Placement, event: PlacementEvent, photo: PhotoRef) -> Placement:
    match event:
        case PointingBegun():
            return replace(placement, step=PlacementStep.GRID)
        case SizeChosen(size) if placement.step is PlacementStep.GRID:
            return replace(placement, size=size)
        case CellChosen(cell) if placement.step is PlacementStep.GRID:
            return _on_cell(placement, cell, photo)
        case RegionMoved(region) if placement.step is PlacementStep.SPOT:
            return replace(placement, region=region)
        case RegionKept() if placement.step is PlacementStep.SPOT:
            return _done(replace(placement, words=None))
        case _:
            return placement


def _on_cell(placement: Placement, cell: int, photo: PhotoRef) -> Placement:
    if not photo.width or not photo.height or not 1 <= cell <= grid_for(photo.width, photo.height).cells:
        return placement
    region = region_at(cell, placement.size, photo.width, photo.height)
    return replace(placement, region=region, step=PlacementStep.SPOT, settled=False)
