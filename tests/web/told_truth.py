"""An analysis that tells the rendered truth of the sample smear, in doubt about three of its cells."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import cv2
import numpy as np

from cytovox.app.jobs import Progress
from cytovox.domain.cells import CellTable
from cytovox.domain.errors import InputError
from cytovox.domain.explanation import ClassEvidence, Explanation
from cytovox.domain.findings import ModelUse, Provenance, QualityWarning, SmearFindings
from cytovox.domain.image import Scale, ScaleOrigin, SmearImage
from cytovox.domain.morphometry import MEASURES, Morphometry
from cytovox.domain.predictions import CellPredictions
from cytovox.domain.smear_map import SmearMap, map_class
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.synth.sample import sample_truth

BLOOD_TYPES = (
    "eosinophil", "basophil", "lymphocyte", "monocyte", "neutrophil_segmented", "neutrophil_band",
    "metamyelocyte", "myelocyte", "promyelocyte", "erythroblast",
)  # fmt: skip
CLASSES = ("red_cell", "platelet", "white_cell", *BLOOD_TYPES)
EXAMINED = (*CLASSES, "infected_red_cell", "platelet_clump")
INFECTED = 4
"""Red cells and, a clump, the first platelet of a picture called "malaria" that are told to be so."""
NUCLEUS_SHARE = 0.6
"""Width of a told nucleus, in widths of its cell."""
LEVEL = 0.9
# Cells of the sample, by their place in its truth: a band neutrophil that may be a segmented one, a basophil
# that is typical of nothing, a lymphocyte that is not named.
SEVERAL, UNTYPICAL, UNIDENTIFIED = 4, 5, 7
SAMPLE_SIZE = (1280, 960)
GRID = 7


@dataclass(frozen=True)
class ToldModel:
    """A classifier that is only listed."""

    name: str
    manifest: Mapping[str, Any] = field(default_factory=dict)
    version: str = "1"
    task: str = "classify_cells"
    sha256: str = "0" * 64


def told_models() -> list[ToldModel]:
    """A classifier of blood and one of marrow."""
    conformal = {"level": LEVEL}
    blood = [{"key": key} for key in BLOOD_TYPES]
    marrow = [{"key": key} for key in load_taxonomy("marrow").keys]
    return [
        ToldModel("blood", {"taxonomy": "blood", "classes": blood, "conformal": conformal}),
        ToldModel("marrow", {"taxonomy": "marrow", "classes": marrow, "conformal": conformal}),
    ]


def probabilities(labels: list[str], classes: tuple[str, ...]) -> np.ndarray:
    """Mostly certain, with a runner-up among the neighbouring classes; float32, shape (n, k)."""
    rng = np.random.default_rng(7)
    rows = np.full((len(labels), len(classes)), 1e-3)
    for row, label in enumerate(labels):
        own = classes.index(label)
        sure = rng.uniform(0.86, 0.98)
        rows[row, own], rows[row, (own + 1) % len(classes)] = sure, 0.8 * (1 - sure)
        if label == "neutrophil_band":
            rows[row, own], rows[row, own - 1], rows[row, own + 1] = 0.46, 0.4, 0.1
        if label == "basophil":
            rows[row, own], rows[row, (own + 1) % len(classes)] = 0.85, 0.12
        if row == UNIDENTIFIED and label == "lymphocyte":
            rows[row, own], rows[row, own + 1] = 0.58, 0.35
    return np.asarray(rows / rows.sum(axis=1, keepdims=True), np.float32)


def tell_truth(image: SmearImage, progress: Progress) -> SmearFindings:
    """The sample smear's rendered truth; another size has no cells, one called "refused" fails.

    The red cells of one called "malaria" were examined; one called "mapless" comes without map and nuclei.
    """
    progress(0.3, "looking for cells")
    if "refused" in image.source:
        raise InputError(f"{image.source}: expected a stained smear, got something else")
    is_sample = (image.width, image.height) == SAMPLE_SIZE
    labels = list(sample_truth().labels) if is_sample else []
    malaria = "malaria" in image.source and is_sample
    if malaria:
        labels = with_infected(labels)
    scale = image.scale if image.mpp_um else Scale(0.1, ScaleOrigin.ESTIMATED, 0.04, labels.count("red_cell"))
    if not is_sample:
        scale = Scale.unknown()
    warning = QualityWarning(
        "blurred", "The picture is a little blurred. Refocus and take it again if you can."
    )
    return SmearFindings(
        source=image.source,
        width=image.width,
        height=image.height,
        cells=_cells(image, labels, scale.mpp_um, classes=EXAMINED if malaria else CLASSES),
        scale=scale,
        warnings=() if is_sample else (warning,),
        provenance=Provenance(
            "0.1.0", "2026-01-01T00:00:00Z", (ModelUse("finder", "1", "0" * 64),), {}, "1" * 64
        ),
        level=LEVEL,
        smear_map=None if "mapless" in image.source else told_map(image, labels),
    )


def with_infected(labels: list[str]) -> list[str]:
    """The labels with some red cells infected and the first platelet a clump."""
    reds = [row for row, label in enumerate(labels) if label == "red_cell"][:INFECTED]
    changed = dict.fromkeys(reds, "infected_red_cell") | {labels.index("platelet"): "platelet_clump"}
    return [changed.get(row, label) for row, label in enumerate(labels)]


def told_map(image: SmearImage, labels: list[str]) -> SmearMap:
    """Every cell of the sample filled with its class of the map."""
    keys = load_taxonomy("smear_map").keys
    classes = np.zeros((image.height, image.width), np.uint8)
    for label, outline in zip(labels, sample_truth().outlines, strict=False):
        drawn = map_class(label)
        if drawn is not None:
            cv2.fillPoly(classes, [np.round(outline - 0.5).astype(np.int32)], keys.index(drawn))
    return SmearMap(classes, classes)


def _with_nuclei(cells: CellTable, labels: list[str], mpp_um: float | None) -> CellTable:
    """Nuclei in the middle of white cells, round as the cells are; the eosinophil's in two parts."""
    rows = [row for row, label in enumerate(labels) if label in BLOOD_TYPES]
    nuclei: list[tuple[np.ndarray, ...]] = [()] * len(labels)
    values = {name: np.full(len(labels), np.nan, np.float32) for name in MEASURES}
    values["circularity"][:] = 0.91
    for row in rows:
        outline = cells.polygon(row)
        middle, parts = outline.mean(axis=0), 2 if labels[row] == "eosinophil" else 1
        shifts = [
            np.array([0.28 * np.ptp(outline[:, 0]) * side, 0]) for side in ((-1, 1) if parts == 2 else (0,))
        ]
        shrink = NUCLEUS_SHARE / parts
        nuclei[row] = tuple(np.float32(middle + shift + shrink * (outline - middle)) for shift in shifts)
        area = parts * shrink**2 * float(cells.area_px[row])
        values["nucleus_area_px"][row] = area
        values["nucleus_area_um2"][row] = np.nan if mpp_um is None else area * mpp_um**2
        values["nucleus_to_cytoplasm_ratio"][row] = area / (float(cells.area_px[row]) - area)
        values["nucleus_circularity"][row], values["lobes"][row] = 0.83, parts
    return replace(cells, nucleus_outlines=tuple(nuclei), morphometry=Morphometry(**values))


def _cells(
    image: SmearImage, labels: list[str], mpp_um: float | None, *, classes: tuple[str, ...]
) -> CellTable:
    cells = CellTable.from_outlines(
        tuple(sample_truth().outlines) if labels else (),
        classes=classes,
        score=np.linspace(0.99, 0.8, len(labels), dtype=np.float32),
        probabilities=probabilities(labels, classes),
        picture_size=(image.height, image.width),
        mpp_um=mpp_um,
    )
    if not labels:
        return cells
    sets, strange, unidentified = (
        cells.prediction_sets.copy(),
        cells.unfamiliarity.copy(),
        np.zeros(len(labels), bool),
    )
    sets[SEVERAL, CLASSES.index("neutrophil_segmented")] = True
    sets[UNTYPICAL] = False
    for row, label in enumerate(labels):
        if label in BLOOD_TYPES:
            strange[row] = 9.0 if row == UNIDENTIFIED else 1.0
    unidentified[UNIDENTIFIED] = True
    cells = replace(cells, prediction_sets=sets, unfamiliarity=strange, unidentified=unidentified)
    return cells if "mapless" in image.source else _with_nuclei(cells, labels, mpp_um)


def tell_why(
    image: SmearImage, model: str, *, centre_xy: tuple[float, float] | None = None, top: int = 3
) -> Explanation:
    """A made-up explanation: of a cell of the sample its own, of a picture one that its name asks for."""
    middle = centre_xy or (image.width / 2, image.height / 2)
    if model == "marrow":
        classes, label = load_taxonomy("marrow").keys, "blast"
    else:
        classes, label = BLOOD_TYPES, _asked_type(image.source) if centre_xy is None else _type_at(middle)
    told = probabilities([label], classes)
    sets = np.arange(len(classes)) == told.argmax(axis=1)[:, None]
    if label == "neutrophil_band":
        sets[0, classes.index("neutrophil_segmented")] = True
    predictions = CellPredictions(
        classes,
        told,
        sets,
        np.array([1.0], np.float32),
        np.array(["strange" in image.source]),
        load_taxonomy(model),
        level=LEVEL,
    )
    half = 60.0 if centre_xy else min(image.width, image.height) / 2
    evidence = tuple(_evidence(key, p, place) for place, (key, p) in enumerate(predictions.ranked(0)[:top]))
    return Explanation(
        predictions=predictions,
        crop=np.zeros((112, 112, 3), np.uint8),
        box=(middle[0] - half, middle[1] - half, middle[0] + half, middle[1] + half),
        classes=evidence,
        model=ModelUse(model, "1", "0" * 64),
    )


def _asked_type(name: str) -> str:
    return next((key for key in BLOOD_TYPES if key in name), "monocyte")


def _type_at(middle: tuple[float, float]) -> str:
    truth = sample_truth()
    distances = [np.hypot(*(outline.mean(axis=0) - middle)) for outline in truth.outlines]
    return truth.labels[int(np.argmin(distances))]


def _evidence(key: str, probability: float, place: int) -> ClassEvidence:
    """A spot that moves from class to class and weakens with the probability."""
    y, x = np.mgrid[:GRID, :GRID] - GRID // 2
    spot = np.exp(-((x - place) ** 2 + (y - 0.5 * place) ** 2) / 3)
    activation = np.asarray(12 * spot * (0.25 + 0.75 * probability), np.float32)
    return ClassEvidence(key, probability, activation, np.zeros((112, 112), np.float32))
