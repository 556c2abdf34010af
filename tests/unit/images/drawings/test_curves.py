"""Smooth lines pass where they should, turn corners where told, and keep their distances."""

from itertools import pairwise
from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.images.board import Board
from bot.images.curves import arc, both_sides, evenly, flipped, plot, smooth, turned

numbers = st.floats(-100, 100).map(lambda value: round(value, 1))
outlines = st.lists(st.tuples(numbers, numbers), min_size=3, max_size=12)


def test_points_are_read_and_corners_are_doubled():
    assert plot("0 14.4, -9 15!, 17 -21.5") == [(0, 14.4), (-9, 15), (-9, 15), (17, -21.5)]


@given(outlines, st.booleans())
def test_a_curve_passes_every_point(points, closed):
    curve = smooth(points, closed=closed)

    for x, y in points:
        assert min(hypot(x - a, y - b) for a, b in curve) < 1e-6


@given(outlines)
def test_a_curve_stays_near_its_points(points):
    curve = smooth(points, closed=True)

    reach = max(hypot(x, y) for x, y in points)
    assert max(hypot(x, y) for x, y in curve) <= 2.5 * reach + 1


def test_a_corner_stays_sharp():
    sides = smooth(plot("0 0!, 10 0!, 10 10!"), closed=True)

    assert all(min(abs(y), abs(x - 10), abs(x - y)) < 1e-6 for x, y in sides)


def test_both_sides_are_mirror_images_without_a_point_twice():
    outline = both_sides([(0, 0), (5, 3), (0, 9)])

    assert outline == [(0, 0), (5, 3), (0, 9), (-5, 3)]
    assert sorted(flipped(outline)) == sorted(outline)


@given(outlines, st.floats(0.5, 20))
def test_even_points_are_evenly_apart_along_the_line(points, distance):
    line = [point for number, point in enumerate(points) if number == 0 or point != points[number - 1]]
    length = sum(hypot(x1 - x0, y1 - y0) for (x0, y0), (x1, y1) in pairwise(line))

    found = evenly(points, distance)

    assert found[0] == pytest.approx(points[0])
    assert found[-1] == pytest.approx(points[-1])
    assert len(found) == max(1, round(length / distance)) + 1


def test_an_arc_is_round_and_a_turn_goes_clockwise():
    assert all(hypot(x - 1, y - 2) == pytest.approx(5) for x, y in arc((1, 2), 5, 0, 0.6))
    assert turned([(0, -1)], 0.25)[0] == pytest.approx((1, 0))


def test_a_line_has_its_width_and_round_ends(share_of):
    board = Board(100, (255, 255, 255))
    board.line([(20, 50), (80, 50)], 10, (0, 0, 0))

    image = board.finish()

    assert [image.getpixel((50, y))[0] for y in (43, 47, 53, 56)] == pytest.approx([255, 0, 0, 255], abs=3)
    assert image.getpixel((17, 50))[0] < 4
    assert image.getpixel((13, 50))[0] == 255
    assert image.getpixel((16, 46))[0] > 100
    assert share_of(image, (0, 0, 0), within=40) == pytest.approx(0.0679, abs=0.004)


def test_drawing_inside_an_outline_leaves_the_rest_alone():
    board = Board(100, (255, 255, 255))
    board.inside([(20, 20), (60, 20), (60, 60), (20, 60)], lambda board: board.disc((60, 60), 30, (0, 0, 0)))

    image = board.finish()

    assert image.getpixel((50, 50)) == (0, 0, 0)
    assert image.getpixel((70, 70)) == (255, 255, 255)
