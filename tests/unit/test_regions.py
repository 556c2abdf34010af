"""A rectangle on a photo is always one the provider takes, lies inside the picture and looks square."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.regions import Grid, Nudge, Region, RegionSize, grid_for, nudged, region_at

PHOTOS = [(864, 1296), (1296, 864), (1080, 1080), (1080, 1920), (1280, 960), (720, 1280), (200, 1200)]
OPPOSITE = {
    Nudge.LEFT: Nudge.RIGHT,
    Nudge.RIGHT: Nudge.LEFT,
    Nudge.UP: Nudge.DOWN,
    Nudge.DOWN: Nudge.UP,
}

sides = st.integers(1, 12_000)
usable = st.tuples(st.integers(200, 6_000), st.floats(1, 6), st.booleans()).map(
    lambda given: (
        (given[0], round(given[0] * given[1])) if given[2] else (round(given[0] * given[1]), given[0])
    )
)
nudges = st.lists(st.sampled_from(Nudge), max_size=40)


def assert_the_provider_takes(region):
    assert region.w >= 0.06
    assert region.h >= 0.06
    assert region.x >= 0
    assert region.y >= 0
    assert region.x + region.w <= 1
    assert region.y + region.h <= 1


@pytest.mark.parametrize(
    ("size", "grid"),
    [
        ((864, 1296), Grid(4, 6)),
        ((1296, 864), Grid(6, 4)),
        ((960, 1280), Grid(4, 5)),
        ((1280, 960), Grid(5, 4)),
        ((1000, 1000), Grid(4, 4)),
        ((1080, 1920), Grid(4, 7)),
        ((200, 1200), Grid(4, 8)),
        ((1200, 200), Grid(8, 4)),
    ],
)
def test_a_grid_follows_the_shape_of_the_photo(size, grid):
    assert grid_for(*size) == grid


@given(sides, sides)
def test_a_grid_never_has_more_cells_in_a_row_than_telegram_has_buttons(width, height):
    grid = grid_for(width, height)

    assert 4 <= grid.columns <= 8
    assert 4 <= grid.rows <= 8


def test_cells_are_numbered_row_by_row():
    grid = Grid(4, 6)

    assert grid.cells == 24
    assert grid.centre(1) == (1 / 8, 1 / 12)
    assert grid.centre(4) == (7 / 8, 1 / 12)
    assert grid.centre(5) == (1 / 8, 3 / 12)
    assert grid.centre(24) == (7 / 8, 11 / 12)


@pytest.mark.parametrize("cell", [0, -1, 25, 1000])
def test_a_cell_that_is_not_there_is_refused(cell):
    with pytest.raises(ValueError, match="no cell"):
        region_at(cell, RegionSize.SMALL, 864, 1296)


@given(st.data(), sides, sides, st.sampled_from(RegionSize), nudges)
def test_any_photo_cell_size_and_nudging_make_a_region_the_provider_takes(data, width, height, size, changes):
    cell = data.draw(st.integers(1, grid_for(width, height).cells))
    region = region_at(cell, size, width, height)
    assert_the_provider_takes(region)

    for change in changes:
        region = nudged(region, change, width, height)
        assert_the_provider_takes(region)


@given(st.data(), usable, st.sampled_from(RegionSize), nudges)
def test_a_region_stays_square_to_the_eye(data, photo, size, changes):
    width, height = photo
    region = region_at(data.draw(st.integers(1, grid_for(*photo).cells)), size, *photo)
    for change in changes:
        region = nudged(region, change, *photo)

    assert region.w * width == pytest.approx(region.h * height, rel=0.02)


@pytest.mark.parametrize("photo", PHOTOS)
def test_the_three_sizes_are_well_apart(photo):
    small, medium, large = (region_at(6, size, *photo) for size in RegionSize)

    assert medium.w >= 1.5 * small.w
    assert large.w >= 1.5 * medium.w


@pytest.mark.parametrize("photo", PHOTOS)
def test_a_small_region_lies_in_the_middle_of_its_cell(photo):
    grid = grid_for(*photo)
    cell = grid.columns * (grid.rows // 2) + 2  # an inner one

    region = region_at(cell, RegionSize.SMALL, *photo)

    assert (region.x + region.w / 2, region.y + region.h / 2) == pytest.approx(grid.centre(cell), abs=0.0002)


@pytest.mark.parametrize("cell", [1, 4, 21, 24])
def test_a_large_region_in_a_corner_touches_the_edges(cell):
    region = region_at(cell, RegionSize.LARGE, 864, 1296)

    assert region.x in (0, pytest.approx(1 - region.w))
    assert region.y in (0, pytest.approx(1 - region.h))


@pytest.mark.parametrize("nudge", OPPOSITE)
@pytest.mark.parametrize("photo", PHOTOS)
def test_a_move_goes_its_way_only_and_its_opposite_undoes_it(photo, nudge):
    grid = grid_for(*photo)
    start = region_at(grid.columns * (grid.rows // 2) + 2, RegionSize.SMALL, *photo)

    moved = nudged(start, nudge, *photo)

    right, down = moved.x - start.x, moved.y - start.y
    assert {Nudge.LEFT: right < 0, Nudge.RIGHT: right > 0, Nudge.UP: down < 0, Nudge.DOWN: down > 0}[nudge]
    assert 0 in {right, down}
    assert moved[2:] == start[2:]
    assert nudged(moved, OPPOSITE[nudge], *photo) == start


@given(st.data(), usable, st.sampled_from(RegionSize), st.sampled_from(Nudge))
def test_every_nudge_comes_to_an_end_where_nothing_changes(data, photo, size, nudge):
    region = region_at(data.draw(st.integers(1, grid_for(*photo).cells)), size, *photo)
    for _ in range(80):
        region = nudged(region, nudge, *photo)

    assert nudged(region, nudge, *photo) == region


@pytest.mark.parametrize("photo", PHOTOS)
def test_bigger_ends_at_the_photo_and_smaller_at_the_smallest(photo):
    small = region_at(6, RegionSize.SMALL, *photo)
    large = region_at(6, RegionSize.LARGE, *photo)
    for _ in range(20):
        large = nudged(large, Nudge.BIGGER, *photo)

    assert max(large.w, large.h) == 1
    assert nudged(small, Nudge.SMALLER, *photo) == small
    assert nudged(small, Nudge.BIGGER, *photo).w > small.w
    assert nudged(large, Nudge.SMALLER, *photo).w < large.w


def test_a_region_survives_json():
    region = region_at(14, RegionSize.MEDIUM, 864, 1296)

    assert Region(*json.loads(json.dumps(region))) == region


@given(st.data(), usable, nudges)
def test_regions_are_short_numbers(data, photo, changes):
    region = region_at(data.draw(st.integers(1, grid_for(*photo).cells)), RegionSize.MEDIUM, *photo)
    for change in changes:
        region = nudged(region, change, *photo)

    assert all(value == round(value, 4) for value in region)
