"""How well a classifier names cells, at home and away."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from cytovox.analysis.bundles import CLASSIFY_CELLS, find_bundle, load_bundle
from cytovox.analysis.classify import classify_cells
from cytovox.domain.errors import TrainingDataError
from cytovox.domain.geometry import FloatArray
from cytovox.domain.image import SmearImage
from cytovox.evaluation.calibration import expected_calibration_error
from cytovox.io.cell_pictures import CellPicture, CellPictureSource, read_cell_pictures
from cytovox.io.smear import open_smear


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """A set to measure on.

    Attributes:
        source: Index and labels.
        split: Split of the index, or None for all.
        role: "internal" (the training laboratory's held-out pictures) or "external".
    """

    source: CellPictureSource
    split: str | None
    role: str


@dataclass(frozen=True, slots=True)
class ClassificationReport:
    """Figures of one set.

    Attributes:
        role: "internal" or "external".
        pictures: Number of pictures.
        groups: Number of groups (cells or patients) that they show.
        accuracy: Share named rightly.
        accuracy_by_group: The same with each group weighing 1.
        balanced_accuracy: Mean recall over the classes that occur.
        macro_f1: Mean F1 over the classes that occur.
        ece: Expected calibration error.
        by_class: Precision, recall, F1 and number of pictures of each class that occurs.
        confusion: Rows are true classes, columns predicted ones, in class order.
    """

    role: str
    pictures: int
    groups: int
    accuracy: float
    accuracy_by_group: float
    balanced_accuracy: float
    macro_f1: float
    ece: float
    by_class: Mapping[str, Mapping[str, float]]
    confusion: Sequence[Sequence[int]]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


def evaluate_classifier(data_root: Path, output: Path, bundle: Path | None = None) -> dict[str, Any]:
    """Measure the blood classifier on the labelled sets of the data folder.

    Scales come from the pictures alone, as for a user. Sets: `cells/pbc` val (internal), `cells/lisc`
    (external: another stain and camera, never trained on) and the val splits of the other training sources.

    Args:
        data_root: Data folder.
        output: Folder for `classifier.json`; made where it is missing.
        bundle: Bundle folder; the installed one by default.

    Raises:
        TrainingDataError: None of the sets is there.
    """
    loaded = load_bundle(bundle) if bundle else find_bundle("blood", CLASSIFY_CELLS)
    present = {name: s for name, s in blood_sets(data_root).items() if s.source.index.is_file()}
    if not present:
        raise TrainingDataError(f"{data_root}: expected cells/pbc or cells/lisc there, found neither")
    sets = {
        name: measure(str(loaded.folder), loaded.classes, labelled).as_dict()
        for name, labelled in present.items()
    }
    report = {"bundle": loaded.name, "version": loaded.version, "sha256": loaded.sha256, "sets": sets}
    output.mkdir(parents=True, exist_ok=True)
    (output / "classifier.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return report


def blood_sets(data_root: Path) -> dict[str, LabelledSet]:
    """The sets that the blood classifier is measured on, by name."""
    masks = data_root / "wbc_masks/index.csv"
    return {
        "cells/pbc val": LabelledSet(
            CellPictureSource(
                data_root / "cells/pbc/index.csv", "label8", labels={"ig": "immature_granulocyte"}
            ),
            "val",
            "internal",
        ),
        "cells/lisc": LabelledSet(
            CellPictureSource(data_root / "cells/lisc/index.csv", "label"), None, "external"
        ),
        "wbc_masks/jtsc val": LabelledSet(
            CellPictureSource(masks, "cell_type", where={"subset": "jtsc"}), "val", "internal"
        ),
        "wbc_masks/cellavision val": LabelledSet(
            CellPictureSource(masks, "cell_type", where={"subset": "cellavision"}), "val", "internal"
        ),
    }


def measure(model: str, classes: Sequence[str], labelled: LabelledSet) -> ClassificationReport:
    """Name every picture of a set and compare."""
    pictures = read_cell_pictures(labelled.source, classes, labelled.split)
    images: list[SmearImage] = [open_smear(picture.path) for picture in pictures]
    predictions = classify_cells(images, model)
    return compare(predictions.probabilities, pictures, classes, role=labelled.role)


def compare(
    probabilities: FloatArray, pictures: Sequence[CellPicture], classes: Sequence[str], *, role: str
) -> ClassificationReport:
    """All figures of predictions against labels."""
    truth = np.array([picture.class_index for picture in pictures])
    named = probabilities.argmax(axis=1)
    occurring = np.unique(truth)
    precision, recall, f1, support = precision_recall_fscore_support(
        truth, named, labels=occurring, zero_division=0.0
    )
    groups = [picture.group for picture in pictures]
    by_class = {
        classes[k]: {"precision": float(p), "recall": float(r), "f1": float(f), "pictures": int(n)}
        for k, p, r, f, n in zip(occurring, precision, recall, f1, support, strict=True)
    }
    return ClassificationReport(
        role=role,
        pictures=len(pictures),
        groups=len(set(groups)),
        accuracy=float((named == truth).mean()),
        accuracy_by_group=_mean_of_groups(named == truth, groups),
        balanced_accuracy=float(np.mean(recall)),
        macro_f1=float(np.mean(f1)),
        ece=expected_calibration_error(probabilities, truth),
        by_class=by_class,
        confusion=confusion_matrix(truth, named, labels=range(len(classes))).tolist(),
    )


def _mean_of_groups(correct: NDArray[np.bool_], groups: Sequence[str]) -> float:
    _, which = np.unique(groups, return_inverse=True)
    return float((np.bincount(which, correct) / np.bincount(which)).mean())
