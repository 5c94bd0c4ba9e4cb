"""Rendered smears as if they had been analysed without a mistake."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from cytovox.domain.cells import CellTable
from cytovox.domain.findings import Provenance, SmearFindings
from cytovox.domain.image import Scale, ScaleOrigin, SmearImage
from cytovox.domain.surface import SurfacePart
from cytovox.sculpt.film import Film

MPP_UM = 0.1


def findings_of(
    image: SmearImage, labels: tuple[str, ...], outlines: tuple[np.ndarray, ...]
) -> SmearFindings:
    classes = tuple(dict.fromkeys(labels))
    certain = np.array([[label == key for key in classes] for label in labels], np.float32)
    cells = CellTable.from_outlines(
        outlines,
        classes=classes,
        score=np.ones(len(labels), np.float32),
        probabilities=certain,
        picture_size=(image.height, image.width),
        mpp_um=image.mpp_um,
    )
    return SmearFindings(
        source=image.source,
        width=image.width,
        height=image.height,
        cells=cells,
        scale=Scale(MPP_UM, ScaleOrigin.GIVEN),
        warnings=(),
        provenance=Provenance("0", "2026-01-02T03:04:05+00:00", (), {}, "0" * 64),
    )


def disc_in(outline: np.ndarray, offset_um: tuple[float, float], radius_um: float) -> np.ndarray:
    """A circle about a point off the middle of an outline, px."""
    angle = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    around = np.stack([np.cos(angle), np.sin(angle)], axis=1) * radius_um + offset_um
    return (outline.mean(axis=0) + around / MPP_UM).astype(np.float32)


def with_nuclei(findings: SmearFindings) -> SmearFindings:
    """Two round lobes in each granulocyte, one nucleus that touches the border in every other white cell."""
    cells, pieces = findings.cells, []
    for label, outline in zip(cells.label, cells.outlines, strict=True):
        if label in {"neutrophil_segmented", "eosinophil", "basophil"}:
            pieces.append((disc_in(outline, (-2, 1), 1.9), disc_in(outline, (2.2, 0.5), 1.8)))
        elif label in {"lymphocyte", "monocyte"}:
            pieces.append((disc_in(outline, (1.5, 0), 4.5),))
        else:
            pieces.append(())
    return replace(findings, cells=replace(cells, nucleus_outlines=tuple(pieces)))


@dataclass(frozen=True)
class RedCellScene:
    film: Film
    thickness_um: np.ndarray


def whole(film: Film, label: str) -> int:
    """Row of a cell of that label that lies wholly in the picture."""
    limit = film.pixels.shape[1::-1]
    for row in np.flatnonzero(film.cells.label == label):
        if (film.cells.outlines[row] > 0).all() and (film.cells.outlines[row] < limit).all():
            return int(row)
    pytest.fail(f"the rendered smear has no whole {label}")


def lies_in(part: SurfacePart, points: np.ndarray) -> np.ndarray:
    """Whether points lie in a closed surface, by the solid angle (Van Oosterom and Strackee 1983)."""
    corners = part.vertices.astype(np.float64)[part.faces]
    filled = []
    for point in points:
        a, b, c = np.moveaxis(corners - point, 1, 0)
        la, lb, lc = (np.linalg.norm(v, axis=1) for v in (a, b, c))
        volume = np.einsum("ij,ij->i", a, np.cross(b, c))
        dots = [np.einsum("ij,ij->i", v, w) for v, w in ((a, b), (b, c), (c, a))]
        angle = 2 * np.arctan2(volume, la * lb * lc + dots[0] * lc + dots[1] * la + dots[2] * lb)
        filled.append(angle.sum() / (4 * np.pi))
    return np.array(filled) > 0.5
