"""How well nucleus and cytoplasm of white cells are told apart, against drawn masks; lobes counted."""

import csv
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cytovox.analysis.bundles import SEGMENT_WHITE_CELLS, find_bundle, load_bundle
from cytovox.analysis.white_cell_parts import WhiteCellParts
from cytovox.evaluation.bootstrap import Resamples, interval
from cytovox.evaluation.masked_cells import NUCLEUS, MaskedCell, masked_cells, standing_sources
from cytovox.imaging.morphometry import lobes
from cytovox.io.atomic import write_whole
from cytovox.io.smear import open_smear

SCHEMA = "cytovox.segmentation-report/1"
GOAL_NUCLEUS, GOAL_CELL = 0.96, 0.97
"""Least mean Dice coefficients that a source should reach."""

LOBED_TYPES = ("lymphocyte", "neutrophil_band", "neutrophil_segmented", "eosinophil")
"""Types of `cells/pbc` whose lobes are counted."""
_LOBED_UM_PER_PX = 0.154
_MOST_LOBES = 5

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class CellDice:
    """Agreement on one cell; 1 is perfect.

    Attributes:
        picture: File name.
        nucleus: Dice coefficient of the nucleus.
        cell: Dice coefficient of nucleus and cytoplasm together.
    """

    picture: str
    nucleus: float
    cell: float


@dataclass(frozen=True, slots=True)
class SourceFigures:
    """Agreement over the cells of a source.

    Attributes:
        cells: How many.
        nucleus: Mean Dice coefficient of the nuclei.
        nucleus_interval: Its 95 % bootstrap interval over pictures.
        nucleus_median: Median.
        cell: Mean Dice coefficient of the whole cells.
        cell_interval: Its 95 % bootstrap interval over pictures.
        cell_median: Median.
        trained_on: Whether the bundle learned from other cells of this source.
        each: The cells, in the order of the index.
    """

    cells: int
    nucleus: float
    nucleus_interval: tuple[float, float]
    nucleus_median: float
    cell: float
    cell_interval: tuple[float, float]
    cell_median: float
    trained_on: bool
    each: tuple[CellDice, ...]


def dice(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> float:
    """2 |A and B| / (|A| + |B|) (Dice, Ecology 26 (1945) 297); 1 where both are empty.

    Args:
        first: Shape (H, W).
        second: Same shape.
    """
    total = int(first.sum()) + int(second.sum())
    return 2 * int((first & second).sum()) / total if total else 1.0


def evaluate_white_cells(
    data_root: Path, output: Path, bundle: Path | None = None, *, progress: Progress | None = None
) -> dict[str, Any]:
    """Dice coefficients on the validation split of each source of `wbc_masks`, lobes on that of `cells/pbc`.

    Cells are looked at from the middle of their true box, or of their picture, at the scale of their source.

    Args:
        data_root: Data folder.
        output: Folder for `white-cells.json`; made where it is missing.
        bundle: Bundle folder; the installed one by default.
        progress: Called as the work goes on.

    Returns:
        The content of `white-cells.json`.

    Raises:
        TrainingDataError: The data folder lacks the masks.
        BundleError: There is no such bundle.
    """
    chosen = find_bundle("white_cells", SEGMENT_WHITE_CELLS) if bundle is None else load_bundle(bundle)
    network = WhiteCellParts.of(chosen)
    learned = {str(row.get("where", {}).get("subset")) for row in chosen.manifest.get("data", ())}
    sets = {}
    sources = standing_sources(data_root)
    for place, source in enumerate(sources):
        if progress:
            progress(source.subset, place / len(sources))
        each = [cell_dice(network, cell) for cell in masked_cells(source, "val")]
        sets[source.subset] = _figures(each, trained_on=source.subset in learned)
    report = {
        "schema": SCHEMA,
        "bundle": {"name": chosen.name, "version": chosen.version, "sha256": chosen.sha256},
        "goals": {"nucleus": GOAL_NUCLEUS, "cell": GOAL_CELL},
        "sets": {name: asdict(figures) for name, figures in sets.items()},
        "lobes": _lobe_counts(network, data_root / "cells/pbc/index.csv"),
    }
    output.mkdir(parents=True, exist_ok=True)
    write_whole(output / "white-cells.json", (json.dumps(report, indent=2) + "\n").encode())
    return report


def cell_dice(network: WhiteCellParts, cell: MaskedCell) -> CellDice:
    """What the network finds of one cell, against its mask."""
    (part,) = network.segment(cell.pixels, [cell.centre_xy], cell.um_per_px)
    here = np.s_[
        part.top : part.top + part.cell.shape[0],
        part.left : part.left + part.cell.shape[1],
    ]
    whole, nucleus = np.zeros(cell.parts.shape, bool), np.zeros(cell.parts.shape, bool)
    whole[here], nucleus[here] = part.cell, part.nucleus
    return CellDice(cell.name, dice(nucleus, cell.parts == NUCLEUS), dice(whole, cell.parts > 0))


def _figures(each: Sequence[CellDice], *, trained_on: bool) -> SourceFigures:
    nucleus, whole = (np.array([getattr(row, key) for row in each]) for key in ("nucleus", "cell"))
    draws = Resamples.of([row.picture for row in each])
    return SourceFigures(
        cells=len(each),
        nucleus=float(nucleus.mean()),
        nucleus_interval=_interval(draws, nucleus),
        nucleus_median=float(np.median(nucleus)),
        cell=float(whole.mean()),
        cell_interval=_interval(draws, whole),
        cell_median=float(np.median(whole)),
        trained_on=trained_on,
        each=tuple(each),
    )


def _interval(draws: Resamples, values: NDArray[np.float64]) -> tuple[float, float]:
    return interval(draws.sums(values) / draws.sums(np.ones(len(values))))


def _lobe_counts(network: WhiteCellParts, index: Path) -> dict[str, dict[str, int]]:
    """How many cells of each type have 0, 1, ... lobes; nothing where the pictures are not there."""
    if not index.is_file():
        return {}
    with index.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == "val" and row["label"] in LOBED_TYPES]
    counts = {label: [0] * (_MOST_LOBES + 1) for label in LOBED_TYPES}
    for row in rows:
        pixels = open_smear(index.parent / row["file"]).pixels
        middle = (pixels.shape[1] / 2, pixels.shape[0] / 2)
        (part,) = network.segment(pixels, [middle], _LOBED_UM_PER_PX)
        counts[row["label"]][min(lobes(part.nucleus), _MOST_LOBES)] += 1
    return {label: {str(n): count for n, count in enumerate(of_type)} for label, of_type in counts.items()}
