"""Smooth lines as lists of points: arithmetic for what the bot draws itself."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import atan2, ceil, cos, hypot, pi, sin

Point = tuple[float, float]
Points = Sequence[Point]

_STEPS = 14  # between two given points


def plot(text: str) -> list[Point]:
    """Read points written as "0 14.4, 9 15, 17 21.5!"; one with an exclamation mark is a corner."""
    found: list[Point] = []
    for pair in text.split(","):
        x, y = map(float, pair.rstrip("!").split())
        found += [(x, y)] * (2 if pair.endswith("!") else 1)
    return found


def smooth(points: Points, *, closed: bool = False) -> list[Point]:
    """Return a curve through the points (centripetal Catmull-Rom); a point given twice makes a corner."""
    if len(points) < 2:  # noqa: PLR2004 - a line has two ends
        return list(points)
    ends = (points[-1], points[0], points[1]) if closed else (points[0], points[-1], points[-1])
    around = [ends[0], *points, *ends[1:]] if closed else [points[0], *points, points[-1]]
    curve: list[Point] = []
    for before, start, end, after in zip(around, around[1:], around[2:], around[3:], strict=False):
        if start != end:
            curve.extend(_segment(before, start, end, after))
    curve.append(around[-2])
    return curve


def _segment(before: Point, start: Point, end: Point, after: Point) -> list[Point]:
    """Return the curve from start to just before end as a cubic Bezier with centripetal tangents."""
    one, two, three = (
        max(_apart(*pair) ** 0.5, 1e-4) for pair in ((before, start), (start, end), (end, after))
    )
    first = _tangent(before, start, end, one, two) if before != start else (0.0, 0.0)
    last = _tangent(start, end, after, two, three) if end != after else (0.0, 0.0)
    leaving = start[0] + first[0] * two / 3, start[1] + first[1] * two / 3
    arriving = end[0] - last[0] * two / 3, end[1] - last[1] * two / 3
    return bezier(start, leaving, arriving, end)[:-1]


def _tangent(a: Point, b: Point, c: Point, ab: float, bc: float) -> Point:
    def along(axis: int) -> float:
        return (b[axis] - a[axis]) / ab - (c[axis] - a[axis]) / (ab + bc) + (c[axis] - b[axis]) / bc

    return along(0), along(1)


def bezier(start: Point, leaving: Point, arriving: Point, end: Point, steps: int = _STEPS) -> list[Point]:
    """Return points on a cubic Bezier curve, both ends included."""
    found = []
    for step in range(steps + 1):
        t = step / steps
        a, b, c, d = (1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t * t, t**3
        found.append(
            (
                a * start[0] + b * leaving[0] + c * arriving[0] + d * end[0],
                a * start[1] + b * leaving[1] + c * arriving[1] + d * end[1],
            )
        )
    return found


def arc(centre: Point, radius: float | Point, start: float, end: float) -> list[Point]:
    """Return points on a circle or an ellipse; angles in turns, clockwise from three o'clock."""
    wide, high = radius if isinstance(radius, tuple) else (radius, radius)
    steps = max(2, ceil(abs(end - start) * 72))
    angles = [2 * pi * (start + (end - start) * step / steps) for step in range(steps + 1)]
    return [(centre[0] + wide * cos(angle), centre[1] + high * sin(angle)) for angle in angles]


def moved(points: Iterable[Point], right: float, down: float) -> list[Point]:
    """Return the points elsewhere."""
    return [(x + right, y + down) for x, y in points]


def turned(points: Iterable[Point], turns: float, around: Point = (0, 0)) -> list[Point]:
    """Return the points turned clockwise by a share of a full turn."""
    c, s = cos(2 * pi * turns), sin(2 * pi * turns)
    x0, y0 = around
    return [(x0 + (x - x0) * c - (y - y0) * s, y0 + (x - x0) * s + (y - y0) * c) for x, y in points]


def scaled(points: Iterable[Point], factor: float | Point, around: Point = (0, 0)) -> list[Point]:
    """Return the points farther from a point, or nearer to it."""
    wide, high = factor if isinstance(factor, tuple) else (factor, factor)
    return [(around[0] + (x - around[0]) * wide, around[1] + (y - around[1]) * high) for x, y in points]


def flipped(points: Iterable[Point]) -> list[Point]:
    """Return the points mirrored from right to left at x = 0."""
    return [(-x, y) for x, y in points]


def both_sides(right: Points) -> list[Point]:
    """Return the closed outline of which the given points are the right side, from top to bottom.

    An end on the axis is one point of the outline, so the curve passes it smoothly.
    """
    left = flipped(reversed(right))
    first, last = (1 if right[-1][0] == 0 else 0), len(left) - (1 if right[0][0] == 0 else 0)
    return [*right, *left[first:last]]


def evenly(points: Points, distance: float) -> list[Point]:
    """Return points on a line that are equally far apart, about that far, both ends included."""
    lengths = [0.0]
    for start, end in pairwise(points):
        lengths.append(lengths[-1] + _apart(start, end))
    count = max(1, round(lengths[-1] / distance))
    found, at = [], 0
    for step in range(count + 1):
        wanted = lengths[-1] * step / count
        while at < len(points) - 2 and lengths[at + 1] < wanted:
            at += 1
        span = lengths[at + 1] - lengths[at]
        share = (wanted - lengths[at]) / span if span else 0.0
        (x0, y0), (x1, y1) = points[at], points[at + 1]
        found.append((x0 + (x1 - x0) * share, y0 + (y1 - y0) * share))
    return found


def beside(points: Points, distances: Sequence[float]) -> list[Point]:
    """Return a line beside another one, to its right in the direction of travel, point for point."""
    found = []
    for at, (x, y) in enumerate(points):
        before, after = points[max(at - 1, 0)], points[min(at + 1, len(points) - 1)]
        angle = atan2(after[1] - before[1], after[0] - before[0])
        found.append((x - sin(angle) * distances[at], y + cos(angle) * distances[at]))
    return found


def _apart(one: Point, other: Point) -> float:
    return hypot(other[0] - one[0], other[1] - one[1])
