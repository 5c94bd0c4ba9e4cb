"""Cells of finished cases explained, and pictures of single cells named."""

import json
import math
import threading
from dataclasses import replace
from http import HTTPStatus
from typing import Any, Protocol

from cytovox.app.case_pictures import CasePictures
from cytovox.app.explanation_documents import (
    ExplanationDocument,
    NamedPictureDocument,
    crop_document,
    evidence_documents,
)
from cytovox.app.problems import ApiProblem
from cytovox.app.results import FINDINGS
from cytovox.app.review_findings import no_such_cell, reviewed_document
from cytovox.app.store import CaseStore
from cytovox.app.told_cells import FINDER_CLASSES, middle_of, told_scale
from cytovox.domain.explanation import Explanation
from cytovox.domain.image import SmearImage
from cytovox.domain.material import Material
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.domain.taxonomy import UNTYPED, Taxonomy

SHOWN_CLASSES = 4
"""Classes with a map in an explanation: the best and three runners-up."""


class Explain(Protocol):
    """Names and explains the cell at a point of a picture; by default at its middle."""

    def __call__(
        self, image: SmearImage, model: str, *, centre_xy: tuple[float, float] | None = None, top: int = 3
    ) -> Explanation:
        """The explanation, with the `top` likeliest classes."""


class CellExplainer:
    """Explains cells, one at a time.

    Args:
        store: Where cases are.
        pictures: Their pictures.
        explain: Runs the classifier.
    """

    def __init__(self, store: CaseStore, pictures: CasePictures, explain: Explain) -> None:
        self._store = store
        self._pictures = pictures
        self._explain = explain
        # One at a time, so that many requests at once cannot add up in memory.
        self._busy = threading.Lock()

    def of_case(self, case_id: str, cell_id: int) -> ExplanationDocument:
        """Why the classifier named a white cell of a finished case as it did.

        Names and percentages are those that the machine found, also where a reviewer gave the cell another
        class. Of a cell that only a reviewer took for a white cell, they are what the classifier says now.

        Raises:
            ApiProblem: 404 without such a case or cell, 409 where the cell has no explanation.
        """
        findings = json.loads(self._store.read(case_id, FINDINGS))
        material = findings.get("material", Material.BLOOD)  # which earlier results do not tell
        taxonomy = load_taxonomy(material)
        found = next((cell for cell in findings["cells"] if cell["id"] == cell_id), None)
        now = _as_reviewed(self._store, case_id, cell_id, was_found=found is not None)
        by_machine = found is not None and _is_typed(found, taxonomy)
        cell = found if found is not None and by_machine else now
        if not by_machine and not _is_typed(cell, taxonomy):
            raise no_explanation(
                "Only white cells are named by type, so only they have an explanation. Red cells and "
                "platelets are told apart by the cell finder."
            )
        scale_um = _working_scale(findings)
        picture = self._pictures.get(case_id)
        image = SmearImage(picture.pixels, scale_um, source=picture.source)
        with self._busy:
            explanation = self._explain(image, material, centre_xy=middle_of(cell), top=SHOWN_CLASSES + 1)
        _check_same_model(explanation, findings["provenance"]["models"])
        predictions, explanation = explanation.predictions, _of_white_cell(explanation)
        told = cell["probabilities"] if by_machine else {}
        return ExplanationDocument(
            cell_id=cell_id,
            label=cell["label"] if by_machine else explanation.label,
            unidentified=cell["unidentified"] if by_machine else bool(predictions.unidentified[0]),
            prediction_set=cell["prediction_set"] if by_machine else list(predictions.prediction_set(0)),
            level=explanation.predictions.level,
            crop=crop_document(explanation.box),
            classes=evidence_documents(
                explanation, (told.get(c.key, c.probability) for c in explanation.classes)
            ),
        )

    def of_picture(self, image: SmearImage, model: str) -> NamedPictureDocument:
        """What the cell in the middle of a picture is, with its explanation where the model has one."""
        with self._busy:
            explanation = self._explain(image, model, top=SHOWN_CLASSES)
        return _named_picture(image, explanation)


def no_explanation(reason: str) -> ApiProblem:
    """The answer where a cell cannot be explained."""
    return ApiProblem(HTTPStatus.CONFLICT, "no_explanation", reason)


def _as_reviewed(store: CaseStore, case_id: str, cell_id: int, *, was_found: bool) -> dict[str, Any]:
    for cell in reviewed_document(store, case_id)["cells"]:
        if cell["id"] == cell_id:
            reviewed: dict[str, Any] = cell
            return reviewed
    raise no_such_cell(cell_id, removed=was_found)


def _is_typed(cell: dict[str, Any], taxonomy: Taxonomy) -> bool:
    if "best" not in cell:
        raise no_explanation(
            "This case was analysed before explanations existed. Analyse the picture again to have them."
        )
    best = cell["best"]
    return best != UNTYPED and taxonomy.coarse(best) not in FINDER_CLASSES


def _working_scale(findings: dict[str, Any]) -> float:
    scale_um = told_scale(findings)
    if scale_um is None:
        raise no_explanation(
            "The scale that this case was analysed at is not known. Analyse the picture again."
        )
    return scale_um


def _check_same_model(explanation: Explanation, used: list[dict[str, str]]) -> None:
    if not explanation.classes:
        raise no_explanation(
            f"The model '{explanation.model.name}' {explanation.model.version} has no activation maps."
        )
    earlier = [use for use in used if use["name"] == explanation.model.name]
    if any(use["sha256"] != explanation.model.sha256 for use in earlier):
        raise no_explanation(
            "This case was analysed with another version of the model. Analyse the picture again."
        )


def _of_white_cell(explanation: Explanation) -> Explanation:
    taxonomy = explanation.predictions.taxonomy
    types = [c for c in explanation.classes if taxonomy.coarse(c.key) not in FINDER_CLASSES]
    return replace(explanation, classes=tuple(types[:SHOWN_CLASSES]))


def _named_picture(image: SmearImage, explanation: Explanation) -> NamedPictureDocument:
    predictions = explanation.predictions
    prediction_set = list(predictions.prediction_set(0))
    unfamiliarity = float(predictions.unfamiliarity[0])
    unidentified = bool(predictions.unidentified[0])
    by_probability = sorted(predictions.ranked(0), key=lambda entry: -entry[1])
    evidence = evidence_documents(explanation, (c.probability for c in explanation.classes))
    return NamedPictureDocument(
        name=image.source,
        width=image.width,
        height=image.height,
        label=explanation.label,
        best=str(predictions.best[0]),
        confidence=round(float(predictions.confidence[0]), 4),
        unidentified=unidentified,
        prediction_set=prediction_set,
        unfamiliarity=round(unfamiliarity, 4) if math.isfinite(unfamiliarity) else None,
        probabilities={key: round(probability, 4) for key, probability in by_probability},
        explanation=ExplanationDocument(
            cell_id=0,
            label=explanation.label,
            unidentified=unidentified,
            prediction_set=prediction_set,
            level=explanation.predictions.level,
            crop=crop_document(explanation.box),
            classes=evidence,
        )
        if evidence
        else None,
    )
