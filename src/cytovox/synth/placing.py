"""Where the cells lie: white cells first, red cells between and on each other, platelets in the gaps."""

from collections import defaultdict
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from cytovox.synth.options import RenderOptions
from cytovox.synth.platelets import clump_outline, platelet_outline
from cytovox.synth.red_cells import red_cell_outline
from cytovox.synth.shapes import RadialOutline, meet
from cytovox.synth.white_cells import white_cell_outline

TRIES = 60
"""Places tried for a cell before it is given up; a field that is not crowded needs two or three."""

RED_CELL_GAP_UM = 0.15
"""Smallest gap between red cells that do not overlap."""

BORDER_UM = 3.5
"""Red cells are strewn this far beyond the picture, so that its border cuts cells as in a photograph."""

BUCKET_UM = 24.0
"""Side of the squares by which neighbours are looked up: no two cells further apart than this can meet."""


@dataclass(frozen=True, slots=True)
class PlacedCell:
    """One cell on the slide.

    Attributes:
        label: Blood taxonomy key.
        outline: Border, um from the top left corner of the field.
        members: Borders of the platelets of a clump, um from the clump's centre.
    """

    label: str
    outline: RadialOutline
    members: tuple[RadialOutline, ...] = ()


@dataclass(slots=True)
class Layout:
    """Cells placed so far on a field.

    Attributes:
        width_um: Width of the field, um.
        height_um: Height of the field, um.
        cells: In the order in which they are painted.
        red_cells: Indices of the red cells.
    """

    width_um: float
    height_um: float
    cells: list[PlacedCell] = field(default_factory=list)
    red_cells: list[int] = field(default_factory=list)
    _buckets: dict[tuple[int, int], list[int]] = field(default_factory=lambda: defaultdict(list), repr=False)

    def add(self, cell: PlacedCell) -> None:
        """Put a cell on top of those placed so far."""
        index = len(self.cells)
        self.cells.append(cell)
        self._buckets[_bucket(cell.outline)].append(index)
        if cell.label == "red_cell":
            self.red_cells.append(index)

    def meeting(self, outline: RadialOutline, gap_um: float) -> list[int]:
        """Indices of the cells that overlap an outline or come closer to it than `gap_um`."""
        column, row = _bucket(outline)
        near = [
            index
            for x in (column - 1, column, column + 1)
            for y in (row - 1, row, row + 1)
            for index in self._buckets.get((x, y), ())
        ]
        return [i for i in near if meet(self.cells[i].outline, outline, gap_um)]

    def draw_place(self, rng: np.random.Generator, margin_um: float) -> tuple[float, float]:
        """A random place at least `margin_um` inside the field (negative: up to that far outside)."""
        place = [
            rng.uniform(min(margin_um, 0.5 * side), max(side - margin_um, 0.5 * side))
            for side in (self.width_um, self.height_um)
        ]
        return float(place[0]), float(place[1])


def _bucket(outline: RadialOutline) -> tuple[int, int]:
    return int(outline.x_um // BUCKET_UM), int(outline.y_um // BUCKET_UM)


def lay_out(width_um: float, height_um: float, options: RenderOptions, rng: np.random.Generator) -> Layout:
    """Place all cells of a field."""
    layout = Layout(width_um, height_um)
    for key in _white_cell_types(width_um * height_um, options, rng):
        _place_whole(layout, PlacedCell(key, white_cell_outline(key, rng)), rng, gap_um=1.5)
    for _ in range(options.platelet_clumps):
        outline, members = clump_outline(rng)
        _place_whole(layout, PlacedCell("platelet_clump", outline, tuple(members)), rng, gap_um=1.0)
    _place_red_cells(layout, options, rng)
    _infect(layout, options.infected_fraction, rng)
    _place_platelets(layout, options, rng)
    return layout


def _white_cell_types(area_um2: float, options: RenderOptions, rng: np.random.Generator) -> tuple[str, ...]:
    if options.white_cells is not None:
        return options.white_cells
    keys = list(options.white_cell_mix)
    shares = np.array([options.white_cell_mix[key] for key in keys], np.float64)
    number = rng.poisson(options.white_cells_per_1000_um2 * area_um2 / 1000.0)
    return tuple(str(key) for key in rng.choice(keys, number, p=shares / shares.sum()))


def _place_whole(layout: Layout, cell: PlacedCell, rng: np.random.Generator, *, gap_um: float) -> None:
    """Place a cell wholly inside the field where that has room, clear of all others; else leave it out."""
    for _ in range(TRIES):
        placed = cell.outline.moved_to(*layout.draw_place(rng, cell.outline.reach_um + 0.5))
        if not layout.meeting(placed, gap_um):
            layout.add(replace(cell, outline=placed))
            return


def _place_red_cells(layout: Layout, options: RenderOptions, rng: np.random.Generator) -> None:
    strewn_um2 = (layout.width_um + 2 * BORDER_UM) * (layout.height_um + 2 * BORDER_UM)
    number = round(options.red_cells_per_1000_um2 * strewn_um2 / 1000.0)
    on_top = round(0.5 * options.overlap_fraction * number)
    for _ in range(number - on_top):
        _place_beside_others(layout, red_cell_outline(rng), rng)
    hosts = rng.permutation(np.array(layout.red_cells, np.intp))
    for i in range(on_top):
        outline = red_cell_outline(rng)
        if not len(hosts) or not _place_on(layout, outline, int(hosts[i % len(hosts)]), rng):
            _place_beside_others(layout, outline, rng)


def _place_beside_others(layout: Layout, outline: RadialOutline, rng: np.random.Generator) -> None:
    """Place a red cell that touches none; where the field is too full for that, on other red cells."""
    for _ in range(TRIES):
        placed = outline.moved_to(*_red_cell_place(layout, outline, rng))
        if not layout.meeting(placed, RED_CELL_GAP_UM):
            layout.add(PlacedCell("red_cell", placed))
            return
    for _ in range(TRIES):
        placed = outline.moved_to(*layout.draw_place(rng, -BORDER_UM))
        if all(layout.cells[i].label == "red_cell" for i in layout.meeting(placed, 0.0)):
            layout.add(PlacedCell("red_cell", placed))
            return


def _red_cell_place(layout: Layout, outline: RadialOutline, rng: np.random.Generator) -> tuple[float, float]:
    """Anywhere, or close beside another red cell: drying draws red cells into loose chains."""
    red = layout.red_cells
    if not red or rng.random() > 0.4:
        return layout.draw_place(rng, -BORDER_UM)
    near = layout.cells[red[int(rng.integers(len(red)))]].outline
    x, y = _towards(near, outline, rng, share=1.0, gap_um=rng.uniform(0.2, 0.9))
    inside = _within(x, layout.width_um) and _within(y, layout.height_um)
    return (x, y) if inside else layout.draw_place(rng, -BORDER_UM)


def _within(place_um: float, side_um: float) -> bool:
    return -BORDER_UM <= place_um <= side_um + BORDER_UM


def _place_on(layout: Layout, outline: RadialOutline, host: int, rng: np.random.Generator) -> bool:
    """Place a red cell partly on the cell with index `host` and on no other; whether there was room."""
    for _ in range(TRIES):
        under = layout.cells[host].outline
        placed = outline.moved_to(*_towards(under, outline, rng, share=rng.uniform(0.55, 0.92), gap_um=0.0))
        if layout.meeting(placed, RED_CELL_GAP_UM) == [host] and meet(under, placed):
            layout.add(PlacedCell("red_cell", placed))
            return True
    return False


def _towards(
    near: RadialOutline, outline: RadialOutline, rng: np.random.Generator, *, share: float, gap_um: float
) -> tuple[float, float]:
    """Centre at a share of the touching distance, plus a gap, from another cell in a random direction."""
    angle = rng.uniform(0.0, 2.0 * np.pi)
    touching = _radius(near, angle) + _radius(outline, angle + np.pi)
    distance = share * touching + gap_um
    return near.x_um + distance * np.cos(angle), near.y_um + distance * np.sin(angle)


def _radius(outline: RadialOutline, angle: float) -> float:
    directions: NDArray[np.float64] = np.array([angle])
    return float(outline.radius_at(directions)[0])


def _infect(layout: Layout, fraction: float, rng: np.random.Generator) -> None:
    red = layout.red_cells
    for i in rng.permutation(red)[: round(fraction * len(red))]:
        layout.cells[i] = replace(layout.cells[i], label="infected_red_cell")


def _place_platelets(layout: Layout, options: RenderOptions, rng: np.random.Generator) -> None:
    number = round(options.platelets_per_1000_um2 * layout.width_um * layout.height_um / 1000.0)
    for _ in range(number):
        _place_whole(layout, PlacedCell("platelet", platelet_outline(rng)), rng, gap_um=0.35)
