"""Findings of a finished case read back from its file, as far as 3D models of its cells need them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from cytovox.domain.cells import CellTable
from cytovox.domain.findings import Provenance, SmearFindings
from cytovox.domain.geometry import FloatArray
from cytovox.domain.image import Scale, ScaleOrigin


def stored_findings(document: Mapping[str, Any]) -> SmearFindings:
    """Findings with outlines, nuclei, scale and best classes; nothing else of them is read back.

    Outlines were rounded to 0.1 px. Each cell's best class comes with probability 1: it is then read back as
    it was written.

    Args:
        document: Content of a `findings.json` of any version.
    """
    cells: Sequence[Mapping[str, Any]] = document["cells"]
    scale = Scale(
        document["scale"]["mpp_um"],
        ScaleOrigin(document["scale"]["origin"]),
        document["scale"]["relative_sd"],
        document["scale"]["red_cells"],
    )
    size = (int(document["height"]), int(document["width"]))
    return SmearFindings(
        source=str(document["source"]),
        width=size[1],
        height=size[0],
        cells=_table(cells, size, scale.mpp_um),
        scale=scale,
        warnings=(),
        provenance=_provenance(document["provenance"]),
    )


def _table(cells: Sequence[Mapping[str, Any]], size: tuple[int, int], mpp_um: float | None) -> CellTable:
    # Earlier files have no "best" (before there were refusals) and no outlines of nuclei.
    best = [str(cell.get("best", cell["label"])) for cell in cells]
    classes = tuple(dict.fromkeys(best)) or ("white_cell",)
    table = CellTable.from_outlines(
        tuple(_points(cell["polygon"]) for cell in cells),
        classes=classes,
        score=np.array([cell["score"] for cell in cells], np.float32),
        probabilities=np.array([[key == own for key in classes] for own in best], np.float32).reshape(
            -1, len(classes)
        ),
        picture_size=size,
        mpp_um=mpp_um,
    )
    return replace(
        table,
        unidentified=np.array([cell.get("unidentified", False) for cell in cells], bool),
        nucleus_outlines=tuple(
            tuple(_points(part) for part in cell.get("nucleus_polygons", ())) for cell in cells
        ),
    )


def _points(polygon: Sequence[Sequence[float]]) -> FloatArray:
    return np.array(polygon, np.float32).reshape(-1, 2)


def _provenance(document: Mapping[str, Any]) -> Provenance:
    return Provenance(
        str(document["cytovox_version"]),
        str(document["created_utc"]),
        (),
        document["options"],
        str(document["input_sha256"]),
    )
