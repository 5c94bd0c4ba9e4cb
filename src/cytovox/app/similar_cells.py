"""Cells of the archive that look like one of its cells, and pictures of single cells."""

import threading
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cytovox.app.case_pictures import CasePictures
from cytovox.app.problems import ApiProblem
from cytovox.app.review_findings import reviewed_document
from cytovox.app.similar_features import FEATURES, CellFeatures, Embed, features_of, was_classified
from cytovox.app.similar_index import Neighbour, SimilarIndex
from cytovox.app.similar_schemas import SimilarCellDocument
from cytovox.app.store import CaseStore
from cytovox.report.cell_crop import cell_crop_png

Findings = dict[str, Any]


class SimilarCells:
    """Answers which cells look alike.

    Args:
        store: Where cases are.
        pictures: Their pictures.
        embed: Looks at cells of cases that were analysed without.
    """

    def __init__(self, store: CaseStore, pictures: CasePictures, embed: Embed) -> None:
        self._store = store
        self._pictures = pictures
        self._embed = embed
        self._index = SimilarIndex(store)
        # One at a time, so that many requests at once cannot add up in memory.
        self._busy = threading.Lock()

    def of(self, case_id: str, cell_id: int, *, limit: int, others_only: bool) -> list[SimilarCellDocument]:
        """The cells most like one, nearest first.

        Args:
            case_id: Its case.
            cell_id: Its id in the findings.
            limit: How many, at most.
            others_only: Whether cells of the same case are left out.

        Raises:
            ApiProblem: 404 without such a finished case or cell, 409 where the cell cannot be compared.
        """
        findings = reviewed_document(self._store, case_id)
        cell = cell_of(findings, cell_id)
        if not was_classified(cell):
            raise ApiProblem(
                HTTPStatus.CONFLICT,
                "not_compared",
                "Only cells that the cell classifier looks at are compared: white cells, and what resembles "
                "them.",
            )
        vector, model = self._vector(case_id, findings, cell)
        near = self._index.nearest(case_id, vector, model, others_only=others_only)
        found: list[SimilarCellDocument] = []
        for document in self._told(n for n in near if (n.case_id, n.cell_id) != (case_id, cell_id)):
            if len(found) == limit:
                break
            found.append(document)
        return found

    def _vector(self, case_id: str, findings: Findings, cell: Findings) -> tuple[NDArray[np.float16], str]:
        features = self._features(case_id, findings)
        place = np.flatnonzero(features.cell_ids == cell["id"])
        if len(place):
            return features.vectors[place[0]], features.model_sha256
        # A cell that a person added, or that was taken for a red cell before.
        alone = self._seen({**findings, "cells": [cell]}, case_id)
        return alone.vectors[0], alone.model_sha256

    def _features(self, case_id: str, findings: Findings) -> CellFeatures:
        with self._busy:
            try:
                return CellFeatures.from_bytes(self._store.read(case_id, FEATURES))
            except ApiProblem:
                features = self._seen(findings, case_id)
                self._store.write(case_id, FEATURES, features.to_bytes())
                return features

    def _seen(self, findings: Findings, case_id: str) -> CellFeatures:
        if findings["provenance"]["options"].get("working_um_per_px") is None and (
            findings["scale"]["mpp_um"] is None
        ):
            raise ApiProblem(
                HTTPStatus.CONFLICT,
                "not_compared",
                "The scale that this case was analysed at is not known. Analyse the picture again.",
            )
        return features_of(findings, self._pictures.get(case_id), self._embed)

    def _told(self, neighbours: Iterator[Neighbour]) -> Iterator[SimilarCellDocument]:
        """Neighbours with what their cases say of them now; cells that were removed are left out."""
        opened: dict[str, tuple[str, dict[int, Findings]]] = {}
        for neighbour in neighbours:
            try:
                if neighbour.case_id not in opened:
                    name = self._store.get(neighbour.case_id).name
                    cells = reviewed_document(self._store, neighbour.case_id)["cells"]
                    opened[neighbour.case_id] = name, {cell["id"]: cell for cell in cells}
            except ApiProblem:  # deleted in this moment
                continue
            name, by_id = opened[neighbour.case_id]
            cell = by_id.get(neighbour.cell_id)
            if cell is not None:
                yield SimilarCellDocument(
                    case_id=neighbour.case_id,
                    case_name=name,
                    cell_id=neighbour.cell_id,
                    similarity=round(min(1.0, max(-1.0, neighbour.similarity)), 4),
                    label=cell["label"],
                    reviewed=cell.get("reviewed") is not None,
                    box=cell["box"],
                )


def cell_crop(store: CaseStore, pictures: CasePictures, case_id: str, cell_id: int, size_px: int) -> bytes:
    """A square PNG around a cell.

    Raises:
        ApiProblem: 404 without such a finished case or cell.
    """
    cell = cell_of(reviewed_document(store, case_id), cell_id)
    return cell_crop_png(pictures.get(case_id).pixels, cell["box"], size_px)


def cell_of(findings: Findings, cell_id: int) -> Findings:
    """One cell of the findings.

    Raises:
        ApiProblem: 404 where there is no such cell.
    """
    for cell in findings["cells"]:
        if cell["id"] == cell_id:
            found: Findings = cell
            return found
    raise ApiProblem(HTTPStatus.NOT_FOUND, "cell_not_found", f"The case has no cell {cell_id}.")
