"""How well the finder finds: average precision, recall and counts on labelled fields."""

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cytovox.analysis.bundles import FIND_CELLS, find_bundle, load_bundle
from cytovox.analysis.cell_finder import CellFinder
from cytovox.analysis.scale_refinement import find_at_scale
from cytovox.analysis.star_decoding import StarCells
from cytovox.domain.errors import TrainingDataError
from cytovox.domain.geometry import FloatArray
from cytovox.domain.image import Scale
from cytovox.evaluation.average_precision import COCO_THRESHOLDS, FieldBoxes, average_precision, match
from cytovox.io.labelled_fields import LabelledField, read_labelled_fields
from cytovox.io.smear import open_smear

_BORDER_PX = 2.0
LOWEST_SCORE = 0.02
"""Score down to which detections enter the precision-recall curve."""


@dataclass(frozen=True, slots=True)
class FoundField:
    """A labelled field and what was found in it down to `LOWEST_SCORE`.

    Attributes:
        truth: The field.
        cells: What was found.
        boxes: The boxes that are reported of it, (n, 4), clipped to the picture.
        picture_size: Height and width.
    """

    truth: LabelledField
    cells: StarCells
    boxes: FloatArray
    picture_size: tuple[int, int]

    def whole(self, boxes: FloatArray) -> FloatArray:
        """The boxes that the picture's border does not cut."""
        height, width = self.picture_size
        inside = (boxes[:, :2] > _BORDER_PX).all(axis=1)
        inside &= (boxes[:, 2] < width - _BORDER_PX) & (boxes[:, 3] < height - _BORDER_PX)
        return boxes[inside]


@dataclass(frozen=True, slots=True)
class ClassDetection:
    """Figures of one coarse class.

    Attributes:
        ap50: Average precision at IoU 0.5.
        ap50_95: Mean over IoU 0.5, 0.55, ..., 0.95.
        recall: Share of true boxes met at IoU 0.5 by reported cells (those above the threshold).
        precision: Share of reported cells that meet a true box.
        count_error: Mean over fields of |reported - true| / true; NaN without true boxes.
        total_error: (reported - true) / true over all fields together.
        whole_count_error: As `count_error`, of cells that the picture's border does not cut, on both sides.
        true_cells: Number of true boxes.
    """

    ap50: float
    ap50_95: float
    recall: float
    precision: float
    count_error: float
    total_error: float
    whole_count_error: float
    true_cells: int


@dataclass(frozen=True, slots=True)
class DetectionReport:
    """Figures of a set of fields."""

    fields: int
    by_class: dict[str, ClassDetection]

    @property
    def map50(self) -> float:
        """Mean average precision at IoU 0.5 over the classes that occur."""
        return float(np.nanmean([c.ap50 for c in self.by_class.values()]))

    @property
    def map50_95(self) -> float:
        """Mean average precision over IoU 0.5 to 0.95 and the classes that occur."""
        return float(np.nanmean([c.ap50_95 for c in self.by_class.values()]))

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON; None where there is no figure."""
        rows = {
            key: {name: _or_none(getattr(figures, name)) for name in figures.__slots__}
            for key, figures in self.by_class.items()
        }
        return {"fields": self.fields, "map50": self.map50, "map50_95": self.map50_95, "classes": rows}


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else value


def find_in_fields(
    finder: CellFinder, fields: Sequence[LabelledField], *, progress: Callable[[float], None] | None = None
) -> list[FoundField]:
    """Run the finder on each field as a user would: the scale comes from the picture alone."""
    found = []
    for i, field in enumerate(fields):
        image = open_smear(field.path)
        result = find_at_scale(finder, image.pixels, Scale.unknown(), min_score=LOWEST_SCORE)
        cells = result.cells[np.flatnonzero(result.cells.score >= LOWEST_SCORE)]
        limits = np.array([image.width, image.height] * 2, np.float32)
        boxes = np.clip(finder.drawn_boxes(cells, result.working_um_per_px), 0, limits)
        found.append(FoundField(field, cells, boxes, (image.height, image.width)))
        if progress:
            progress((i + 1) / len(fields))
    return found


def report_detection(found: Sequence[FoundField], finder: CellFinder) -> DetectionReport:
    """All figures of a set of fields."""
    thresholds = finder.bundle.manifest["thresholds"]
    by_class = {
        key: _class_figures(found, kind, float(thresholds[key])) for kind, key in enumerate(finder.classes)
    }
    return DetectionReport(len(found), by_class)


def _class_figures(found: Sequence[FoundField], kind: int, threshold: float) -> ClassDetection:
    boxes = [FieldBoxes(f.boxes[f.cells.kind == kind], f.cells.score[f.cells.kind == kind]) for f in found]
    truth = [FieldBoxes(f.truth.boxes[f.truth.classes == kind]) for f in found]
    precisions = [average_precision(boxes, truth, iou=iou) for iou in COCO_THRESHOLDS]
    reported = [b.boxes[b.scores >= threshold] for b in boxes if b.scores is not None]
    true = [t.boxes for t in truth]
    hits = sum(int((match(r, t, iou=0.5) >= 0).sum()) for r, t in zip(reported, true, strict=True))
    whole = [(f.whole(r), f.whole(t)) for f, r, t in zip(found, reported, true, strict=True)]
    total_reported, total = sum(map(len, reported)), sum(map(len, true))
    return ClassDetection(
        ap50=precisions[0],
        ap50_95=float(np.mean(precisions)),
        recall=_share(hits, total),
        precision=_share(hits, total_reported),
        count_error=_mean_count_error(reported, true),
        total_error=_share(total_reported - total, total),
        whole_count_error=_mean_count_error([r for r, _ in whole], [t for _, t in whole]),
        true_cells=total,
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")


def _mean_count_error(reported: Sequence[FloatArray], true: Sequence[FloatArray]) -> float:
    """Mean of |reported - true| / true over the fields with true cells; NaN without any."""
    errors = [abs(len(r) - len(t)) / len(t) for r, t in zip(reported, true, strict=True) if len(t)]
    return float(np.mean(errors)) if errors else float("nan")


def evaluate_finder(data_root: Path, output: Path, bundle: Path | None = None) -> dict[str, Any]:
    """Measure a finder on every labelled field set of the data folder; scales come from the pictures alone.

    Sets: `detection/bccd` val; `detection/txl` val without copies of fields that the finder was trained
    on, whole and by origin; `malaria/iml` val (another species, stain and microscope).

    Args:
        data_root: Data folder.
        output: Folder for `finder.json`; made where it is missing.
        bundle: Bundle folder; the installed finder by default.

    Returns:
        Figures by set, as `DetectionReport.as_dict`, with the bundle's name and hash.

    Raises:
        TrainingDataError: None of the sets is there.
    """
    loaded = load_bundle(bundle) if bundle else find_bundle("finder", FIND_CELLS)
    finder = CellFinder.of(loaded)
    sets = validation_fields(data_root)
    if not any(sets.values()):
        raise TrainingDataError(
            f"{data_root}: expected detection/bccd, detection/txl or malaria/iml there, found none"
        )
    results = {
        name: report_detection(find_in_fields(finder, fields), finder).as_dict()
        for name, fields in sets.items()
        if fields
    }
    report = {"bundle": loaded.name, "version": loaded.version, "sha256": loaded.sha256, "sets": results}
    output.mkdir(parents=True, exist_ok=True)
    (output / "finder.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return report


def validation_fields(data_root: Path) -> dict[str, list[LabelledField]]:
    """Held-out fields by set name; a set whose folder is missing is empty."""

    def read(folder: str) -> list[LabelledField]:
        index = data_root / folder / "index.csv"
        return read_labelled_fields(index) if index.is_file() else []

    bccd, txl, iml = read("detection/bccd"), read("detection/txl"), read("malaria/iml")
    trained_on = {field.path.name for field in bccd if field.split == "train"}
    fresh = [field for field in txl if field.split == "val" and field.origin_image not in trained_on]
    sets = {"detection/bccd": [field for field in bccd if field.split == "val"], "detection/txl": fresh}
    for origin in sorted({field.origin for field in fresh}):
        sets[f"detection/txl {origin}"] = [field for field in fresh if field.origin == origin]
    sets["malaria/iml"] = [field for field in iml if field.split == "val"]
    return sets
