"""Vectors of a case's cells, by which cells that look alike are found; kept with the case as a small file."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cytovox.app.told_cells import FINDER_CLASSES, middle_of, told_scale
from cytovox.domain.image import SmearImage

FEATURES = "cell-features.npz"


@dataclass(frozen=True, slots=True)
class CellFeatures:
    """Vectors of some cells of one case.

    Attributes:
        model_sha256: The classifier that they come from: those of another mean something else.
        cell_ids: Ids in the findings, shape (n,).
        vectors: Of length 1, shape (n, d).
    """

    model_sha256: str
    cell_ids: NDArray[np.int32]
    vectors: NDArray[np.float16]

    def to_bytes(self) -> bytes:
        """As a file: 256 bytes a cell and half a kB beside."""
        buffer = io.BytesIO()
        np.savez(buffer, model=self.model_sha256, ids=self.cell_ids, vectors=self.vectors)
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> "CellFeatures":
        """Those of a file."""
        with np.load(io.BytesIO(data), allow_pickle=False) as content:
            return cls(str(content["model"]), content["ids"], content["vectors"])


class Embed(Protocol):
    """Looks at cells with an installed classifier."""

    def __call__(
        self, image: SmearImage, model: str, middles_xy: Sequence[tuple[float, float]]
    ) -> tuple[str, NDArray[np.float32]]:
        """Hash of the classifier, and a vector of length 1 for each cell; the image's scale is known."""


def embed_cells(
    image: SmearImage, model: str, middles_xy: Sequence[tuple[float, float]]
) -> tuple[str, NDArray[np.float32]]:
    """The same with the installed classifier of that name."""
    # Imported with the first question: ONNX Runtime would delay the first page by a second.
    from cytovox.analysis.cell_features import cell_features  # noqa: PLC0415
    from cytovox.analysis.classify import loaded_classifier, working_scale  # noqa: PLC0415

    classifier = loaded_classifier(model)
    vectors = cell_features(classifier, image.pixels, middles_xy, working_scale(image))
    return classifier.bundle.sha256, vectors


def features_of(findings: Mapping[str, Any], image: SmearImage, embed: Embed) -> CellFeatures:
    """Vectors of the cells that the classifier named.

    Args:
        findings: Content of the case's findings.json.
        image: The picture.
        embed: Looks at the cells.
    """
    cells = [cell for cell in findings["cells"] if was_classified(cell)]
    model = str(findings.get("material", "blood"))
    scaled = SmearImage(image.pixels, told_scale(findings), source=image.source)
    sha256, vectors = embed(scaled, model, [middle_of(cell) for cell in cells])
    ids = np.array([cell["id"] for cell in cells], np.int32)
    return CellFeatures(sha256, ids, vectors.astype(np.float16))


def was_classified(cell: Mapping[str, Any]) -> bool:
    """Whether the cell classifier looked at a cell of the findings: a white cell, or what resembles one."""
    return cell["coarse"] not in FINDER_CLASSES or cell.get("unfamiliarity") is not None
