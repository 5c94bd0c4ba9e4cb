"""Counts of cells to a differential: percentages with exact intervals, progress, and what stands apart."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from cytovox.domain.differential_panels import Panel, panel_of
from cytovox.domain.errors import InputError
from cytovox.domain.exact_binomial import CountRatio, clopper_pearson, count_ratio
from cytovox.domain.findings import SmearFindings
from cytovox.domain.proportion import Proportion, wilson
from cytovox.domain.red_cell_sizes import RED_CELLS, SizeSpread, red_cell_sizes
from cytovox.domain.reference_ranges import (
    ERYTHROID,
    MAYBE,
    ME_RATIO,
    ReferenceRange,
    ReferenceRanges,
    Standing,
    default_reference_ranges,
)
from cytovox.domain.taxonomies import load_taxonomy

PLATELETS = ("platelet", "platelet_clump")


@dataclass(frozen=True, slots=True)
class DifferentialRow:
    """One type of cell among those counted.

    Attributes:
        key: Key of the class.
        name: What a person reads.
        colour: Its colour.
        parent: Key of the row that this one is a part of, or None.
        share: Count over all counted cells, with the exact 95 % interval.
        reference: What is usual, or None where nobody said.
        standing: Where the share stands to it, or None without a range, without counted cells, or where
            fewer than the panel's first target tell nothing.
    """

    key: str
    name: str
    colour: str
    parent: str | None
    share: Proportion
    reference: ReferenceRange | None
    standing: Standing | None


@dataclass(frozen=True, slots=True)
class ApartCount:
    """Cells that are shown beside the differential and are no part of its total."""

    key: str
    name: str
    colour: str
    count: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a count is.

    Attributes:
        counted: Cells counted.
        targets: Usual numbers of cells.
        target: The next of them, or the last where all are reached.
        missing: Cells that are missing to it.
        half_width: Half of the widest row's interval, 0..1; None of no cells.
    """

    counted: int
    targets: tuple[int, ...]
    target: int
    missing: int
    half_width: float | None


@dataclass(frozen=True, slots=True)
class MarrowFigures:
    """What marrow has beyond its rows.

    Attributes:
        myeloid: Granulocytic and monocytic cells and their precursors, blasts among them.
        erythroid: Erythroblasts and their precursors, among all counted cells.
        me_ratio: The first over the second.
        reference: Usual ratio, or None.
        standing: Where the ratio stands to it.
        blasts: Blasts among all counted cells.
    """

    myeloid: Proportion
    erythroid: DifferentialRow
    me_ratio: CountRatio
    reference: ReferenceRange | None
    standing: Standing | None
    blasts: Proportion


@dataclass(frozen=True, slots=True)
class RedCellFindings:
    """Red cells.

    Attributes:
        count: All of them, the infected ones among them.
        parasitaemia: Infected among all, with Wilson's interval as in the findings; None where they were not
            examined for it.
        sizes: Spread of their sizes, or None of too few.
    """

    count: int
    parasitaemia: Proportion | None
    sizes: SizeSpread | None


@dataclass(frozen=True, slots=True)
class PlateletFindings:
    """Platelets as they lie in the pictures. Nothing here is a concentration.

    Attributes:
        count: Single platelets.
        clumps: Clumps of them.
        to_red_cells: Single platelets over red cells.
    """

    count: int
    clumps: int
    to_red_cells: CountRatio


@dataclass(frozen=True, slots=True)
class Differential:
    """A count of one smear, from one picture or several.

    Attributes:
        panel: What was counted.
        pictures: How many pictures it is from.
        rows: Types in fixed order, each followed by its subtypes.
        progress: How far the count is; `progress.counted` is the total of the percentages.
        apart: Cells beside the differential.
        nucleated_red_cells: Nucleated red cells over white cells, or None for marrow.
        marrow: Figures of marrow, or None for blood.
        red_cells: Red cells.
        platelets: Platelets.
    """

    panel: Panel
    pictures: int
    rows: tuple[DifferentialRow, ...]
    progress: Progress
    apart: tuple[ApartCount, ...]
    nucleated_red_cells: CountRatio | None
    marrow: MarrowFigures | None
    red_cells: RedCellFindings
    platelets: PlateletFindings

    @property
    def total(self) -> int:
        """Cells counted."""
        return self.progress.counted

    def count(self, key: str) -> int:
        """Cells of a row, or of a class apart; 0 where there is neither."""
        return next((row.share.count for row in self.rows if row.key == key), 0) or next(
            (cells.count for cells in self.apart if cells.key == key), 0
        )


def differential_of(
    pictures: Sequence[SmearFindings], *, ranges: ReferenceRanges | None = None
) -> Differential:
    """The differential of several pictures of one smear, counted together.

    Args:
        pictures: What was found in each.
        ranges: Of one's own laboratory; those that come with Cytovox by default.

    Raises:
        InputError: There is no picture, or they are of blood and of marrow.
    """
    materials = sorted({picture.material for picture in pictures})
    if len(materials) != 1:
        got = " and ".join(materials) or "no picture"
        raise InputError(f"differential: expected pictures of blood or of marrow, got {got}")
    counts: Counter[str] = Counter()
    for picture in pictures:
        for key, count in picture.counts.items():
            counts[key] += count
    return differential(
        counts, material=materials[0], ranges=ranges, pictures=len(pictures), sizes=red_cell_sizes(pictures)
    )


def differential(
    counts: Mapping[str, int],
    *,
    material: str = "blood",
    ranges: ReferenceRanges | None = None,
    pictures: int = 1,
    sizes: SizeSpread | None = None,
) -> Differential:
    """The differential of counts.

    A type has a row, also of no cells, where `counts` holds its key or one of its subtypes'; its subtypes
    have rows of their own below it. What is neither counted, nor red cells, nor platelets stands apart.

    Args:
        counts: Cells by taxonomy key; a key says that such cells were looked for.
        material: "blood" or "marrow".
        ranges: Of one's own laboratory; those that come with Cytovox by default.
        pictures: How many pictures they are from.
        sizes: Of the red cells.

    Raises:
        InputError: There is no such material.
    """
    panel = panel_of(material)
    usual = (ranges or default_reference_ranges()).of(material)
    rows = _rows(counts, panel, usual)
    total = _sum(counts, panel, panel.counted)
    nucleated = _sum(counts, panel, panel.nucleated_red_cells)
    infected = counts.get("infected_red_cell", 0)
    red = sum(counts.get(key, 0) for key in RED_CELLS)
    examined = "infected_red_cell" in counts
    return Differential(
        panel=panel,
        pictures=pictures,
        rows=rows,
        progress=_progress(rows, panel, total),
        apart=_apart(counts, panel),
        nucleated_red_cells=count_ratio(nucleated, total) if panel.nucleated_red_cells else None,
        marrow=_marrow(counts, panel, usual, total) if panel.erythroid else None,
        red_cells=RedCellFindings(red, wilson(infected, red) if examined else None, sizes),
        platelets=PlateletFindings(
            counts.get("platelet", 0),
            counts.get("platelet_clump", 0),
            count_ratio(counts.get("platelet", 0), red),
        ),
    )


def _rows(
    counts: Mapping[str, int], panel: Panel, usual: Mapping[str, ReferenceRange]
) -> tuple[DifferentialRow, ...]:
    total = _sum(counts, panel, panel.counted)
    rows = []
    for key in panel.counted:
        below = [c.key for c in panel.taxonomy if c.parent == key and c.key in counts]
        if below or key in counts:
            rows.append(_row(key, None, clopper_pearson(_sum(counts, panel, (key,)), total), panel, usual))
            rows += [_row(own, key, clopper_pearson(counts[own], total), panel, usual) for own in below]
    return tuple(rows)


def _row(
    key: str, parent: str | None, share: Proportion, panel: Panel, usual: Mapping[str, ReferenceRange]
) -> DifferentialRow:
    reference = usual.get(key)
    standing = None
    if reference is not None and share.total:
        standing = reference.standing(100 * share.share, 100 * share.low, 100 * share.high)
        # Of few cells, most types may be anywhere: that each of them may is no news.
        if share.total < panel.targets[0] and standing in MAYBE:
            standing = None
    taxonomy = panel.taxonomy
    return DifferentialRow(
        key, taxonomy.name_of(key), taxonomy.colour_of(key), parent, share, reference, standing
    )


def _progress(rows: Sequence[DifferentialRow], panel: Panel, total: int) -> Progress:
    target = next((wanted for wanted in panel.targets if wanted > total), panel.targets[-1])
    widest = max(((row.share.high - row.share.low) / 2 for row in rows), default=None)
    return Progress(total, panel.targets, target, max(0, target - total), widest if total else None)


def _apart(counts: Mapping[str, int], panel: Panel) -> tuple[ApartCount, ...]:
    blood = load_taxonomy("blood")
    named = {*panel.apart, *RED_CELLS, *PLATELETS}
    strange = [key for key in counts if key not in named and not _belongs(key, panel, panel.counted)]
    found = []
    for key in (*panel.apart, *strange):
        taxonomy = panel.taxonomy if key in panel.taxonomy else blood
        if counts.get(key):
            found.append(ApartCount(key, taxonomy.name_of(key), taxonomy.colour_of(key), counts[key]))
    return tuple(found)


def _marrow(
    counts: Mapping[str, int], panel: Panel, usual: Mapping[str, ReferenceRange], total: int
) -> MarrowFigures:
    myeloid, erythroid, blasts = (
        _sum(counts, panel, keys) for keys in (panel.myeloid, panel.erythroid, panel.blasts)
    )
    ratio, reference = count_ratio(myeloid, erythroid), usual.get(ME_RATIO)
    row = replace(
        _row(ERYTHROID, None, clopper_pearson(erythroid, total), panel, usual), name="erythroid cell"
    )
    told = reference is not None and not math.isnan(ratio.ratio)
    return MarrowFigures(
        myeloid=clopper_pearson(myeloid, total),
        erythroid=row,
        me_ratio=ratio,
        reference=reference,
        standing=reference.standing(ratio.ratio, ratio.low, ratio.high) if reference and told else None,
        blasts=clopper_pearson(blasts, total),
    )


def _sum(counts: Mapping[str, int], panel: Panel, keys: Sequence[str]) -> int:
    return sum(count for key, count in counts.items() if _belongs(key, panel, keys))


def _belongs(key: str, panel: Panel, keys: Sequence[str]) -> bool:
    return key in panel.taxonomy and not set(panel.taxonomy.lineage(key)).isdisjoint(keys)
