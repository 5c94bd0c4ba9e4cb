"""The files of a case as reviewers left it: made from the machine's and their edits when somebody asks."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cytovox.analysis.reviewed_map import reviewed_map
from cytovox.app.case_pictures import CasePictures
from cytovox.app.cases import Case
from cytovox.app.results import CELLS, COCO, FINDINGS, GEOJSON, MAP, MAP_WITH_LEGEND, OVERLAY
from cytovox.app.review_findings import Latest, findings_after, machine_findings, standing_edits
from cytovox.app.store import CaseStore
from cytovox.domain.findings import SmearFindings
from cytovox.domain.review import Edit
from cytovox.domain.smear_map import SmearMap
from cytovox.io.palette_png import palette_indices
from cytovox.report.cells_csv import cells_to_csv
from cytovox.report.coco import coco_bytes
from cytovox.report.findings_json import findings_to_dict
from cytovox.report.geojson import geojson_bytes
from cytovox.report.overlay import overlay_png
from cytovox.report.smear_map_png import map_png

MOST_KEPT_BYTES = 64 * 2**20
"""Of made files, so that they are made once for all who look."""


@dataclass(frozen=True, slots=True)
class Result:
    """A file of a case.

    Attributes:
        case: Which.
        file: Its name, as of `results`.
        tag: Changes with its content.
        read: Gives its bytes.
    """

    case: Case
    file: str
    tag: str
    read: Callable[[], bytes]


class ReviewResults:
    """Files of cases, with all corrections.

    Args:
        store: Where cases are.
        pictures: Their pictures.
    """

    def __init__(self, store: CaseStore, pictures: CasePictures) -> None:
        self._store = store
        self._pictures = pictures
        self._kept: Latest[bytes] = Latest(MOST_KEPT_BYTES, len)
        self._maps: Latest[NDArray[np.uint8]] = Latest(1)

    def file(self, case_id: str, name: str, reviewer: str | None = None) -> Result:
        """A result file.

        Args:
            case_id: Of which case.
            name: Which, as of `results`.
            reviewer: As of `reviewed_findings`.

        Raises:
            ApiProblem: 404 when the case, or this file of it, is not there.
        """
        case, digest = self._store.get(case_id), self._store.digest(case_id, name)
        edits = standing_edits(self._store, case_id, reviewer)
        if not edits:
            return Result(case, name, digest, lambda: self._store.read(case_id, name))
        key = (name, digest, edits)
        tag = hashlib.sha256(repr(key).encode()).hexdigest()
        return Result(case, name, tag, lambda: self._kept.get(key, lambda: self._made(case, name, edits)))

    def _made(self, case: Case, name: str, edits: tuple[Edit, ...]) -> bytes:
        findings = findings_after(self._store, case.id, edits)
        makers: dict[str, Callable[[], bytes]] = {
            FINDINGS: lambda: _json(self.with_map(case.id, findings)),
            CELLS: lambda: cells_to_csv(findings).encode(),
            GEOJSON: lambda: geojson_bytes(self._finely_outlined(case, findings)),
            COCO: lambda: coco_bytes([self._finely_outlined(case, findings)]),
            OVERLAY: lambda: overlay_png(self._pictures.get(case.id).pixels, findings),
            MAP: lambda: map_png(self.with_map(case.id, findings), legend=False),
            MAP_WITH_LEGEND: lambda: map_png(self.with_map(case.id, findings)),
        }
        return makers[name]()

    def with_map(self, case_id: str, findings: SmearFindings) -> SmearFindings:
        """Findings of a case, whatever corrections they hold, with the map as it is then, where there is one.

        Raises:
            ApiProblem: 404 when the case is not there, or the map of it that its findings tell of.
        """
        if findings.map_pixels is None:
            return findings
        digest = self._store.digest(case_id, MAP)
        drawn = self._maps.get(digest, lambda: palette_indices(self._store.read(case_id, MAP)))
        classes = reviewed_map(drawn, machine_findings(self._store, case_id), findings)
        return replace(findings, smear_map=SmearMap(classes, drawn))

    def _finely_outlined(self, case: Case, findings: SmearFindings) -> SmearFindings:
        """The findings with outlines to 0.01 px where nobody redrew them.

        findings.json has a tenth of a pixel, at which small outlines begin to cross themselves; the machine's
        GeoJSON has more.
        """
        machine = machine_findings(self._store, case.id).cells
        features = json.loads(self._store.read(case.id, GEOJSON))["features"]
        fine = {
            id(coarse): np.array(feature["geometry"]["coordinates"][0][:-1], np.float32)
            for coarse, feature in zip(machine.outlines, features, strict=True)
        }
        outlines = tuple(fine.get(id(outline), outline) for outline in findings.cells.outlines)
        return replace(findings, cells=replace(findings.cells, outlines=outlines))


def _json(findings: SmearFindings) -> bytes:
    document = findings_to_dict(findings)
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
