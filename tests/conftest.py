"""What tests of several packages share."""

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
import onnx
import pytest

from cytovox.domain.cells import CellTable
from cytovox.domain.findings import ModelUse, Provenance, QualityWarning, SmearFindings
from cytovox.domain.image import Scale, ScaleOrigin

CLASSES = (
    "red_cell", "platelet", "white_cell", "neutrophil", "eosinophil", "basophil", "lymphocyte", "monocyte",
    "immature_granulocyte", "erythroblast",
)  # fmt: skip

RoundCell = tuple[str, float, float, float]
"""Label, centre x, centre y, radius; pixels."""

MakeFindings = Callable[..., SmearFindings]


def circle(x: float, y: float, radius: float, vertices: int = 64) -> np.ndarray:
    angle = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    return np.stack([x + radius * np.cos(angle), y + radius * np.sin(angle)], axis=1).astype(np.float32)


@pytest.fixture
def make_findings() -> MakeFindings:
    """Findings of round cells, 80 % certain of their label and 20 % of the next class."""

    def make(
        cells: Sequence[RoundCell] = (
            ("red_cell", 40, 40, 15),
            ("neutrophil", 90, 60, 22),
            ("platelet", 20, 90, 6),
        ),
        *,
        width: int = 160,
        height: int = 120,
        mpp_um: float | None = 0.25,
        source: str = "smear.png",
    ) -> SmearFindings:
        probabilities = np.zeros((len(cells), len(CLASSES)), np.float32)
        for row, (label, *_) in enumerate(cells):
            column = CLASSES.index(label)
            probabilities[row, column] = 0.8
            probabilities[row, (column + 1) % len(CLASSES)] = 0.195
            probabilities[row, (column + 2) % len(CLASSES)] = 0.005
        table = CellTable.from_outlines(
            tuple(circle(x, y, radius) for _, x, y, radius in cells),
            classes=CLASSES,
            score=np.linspace(0.9, 0.6, len(cells), dtype=np.float32),
            probabilities=probabilities,
            picture_size=(height, width),
            mpp_um=mpp_um,
        )
        scale = Scale.unknown() if mpp_um is None else Scale(mpp_um, ScaleOrigin.ESTIMATED, 0.04, len(cells))
        return SmearFindings(
            source=source,
            width=width,
            height=height,
            cells=table,
            scale=scale,
            warnings=(
                QualityWarning("few_cells", "Only a few cells were found; take a picture of a denser part."),
            ),
            provenance=Provenance(
                "0.1.0",
                "2026-01-02T03:04:05+00:00",
                (ModelUse("finder", "1", "a" * 64),),
                {"min_score": None},
                "b" * 64,
            ),
        )

    return make


@pytest.fixture
def write_picture() -> Callable[[Path], Path]:
    """Writes a small picture, grey with a darker disc, making its folder."""

    def write(path: Path) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        pixels = np.full((120, 160, 3), 220, np.uint8)
        cv2.circle(pixels, (40, 40), 15, (150, 120, 200), cv2.FILLED)
        assert cv2.imwrite(str(path), pixels)
        return path

    return write


COLOUR_CLASSES = ("neutrophil_segmented", "neutrophil_band", "lymphocyte", "platelet")
COLOUR_WEIGHTS = np.array([[6, 0, 0], [3, 0, 0], [0, 6, 0], [0, 0, 6]], np.float32)
COLOUR_BIAS = np.array([0, 0, 0.5, 0], np.float32)
WriteBundle = Callable[..., Path]


def colour_network(outputs: Sequence[str]) -> bytes:
    """A classifier whose answers can be worked out by hand: it goes by the mean colour of 8 x 8 blocks.

    features = blocks; maps = COLOUR_WEIGHTS features; logits = mean of maps + COLOUR_BIAS; unfamiliarity =
    mean of everything, so that white (1) is strangest.
    """
    node, constant = onnx.helper.make_node, onnx.numpy_helper.from_array
    graph = onnx.helper.make_graph(
        [
            node("AveragePool", ["pixels"], ["features"], kernel_shape=[8, 8], strides=[8, 8]),
            node("Conv", ["features", "weights"], ["maps"]),
            node("GlobalAveragePool", ["maps"], ["pooled"]),
            node("Flatten", ["pooled"], ["flat"]),
            node("Add", ["flat", "bias"], ["logits"]),
            node("ReduceMean", ["features", "axes"], ["unfamiliarity"], keepdims=0),
        ],
        "colour",
        [onnx.helper.make_tensor_value_info("pixels", onnx.TensorProto.FLOAT, ["n", 3, 32, 32])],
        [onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in outputs],
        [
            constant(COLOUR_WEIGHTS[:, :, None, None], "weights"),
            constant(COLOUR_BIAS, "bias"),
            constant(np.array([1, 2, 3]), "axes"),
        ],
    )
    opset = onnx.helper.make_opsetid("", 18)
    model = onnx.helper.make_model(graph, opset_imports=[opset], ir_version=10)
    return bytes(model.SerializeToString())


@pytest.fixture
def write_colour_bundle(tmp_path: Path) -> WriteBundle:
    """Writes the bundle of `colour_network`; entries replace those of its `bundle.json`, None removes one."""

    def write(
        outputs: Sequence[str] = ("logits", "features", "maps", "unfamiliarity"), **entries: object
    ) -> Path:
        folder = tmp_path / f"bundle-{len(list(tmp_path.glob('bundle-*')))}"
        folder.mkdir()
        model = colour_network(outputs)
        manifest = {
            "schema": "cytovox.bundle/1",
            "name": "colour",
            "version": "1",
            "task": "classify_cells",
            "taxonomy": "blood",
            "classes": [{"key": key, "name": key} for key in COLOUR_CLASSES],
            "sha256": hashlib.sha256(model).hexdigest(),
            "input": {"um_per_px": 0.25, "size_px": 32, "normalisation": "x / 127.5 - 1"},
            "temperature": 2.0,
            "conformal": {"level": 0.9, "least_probability": dict.fromkeys(COLOUR_CLASSES, 0.2)},
            "familiarity": {"rates": [0.01, 0.1], "thresholds": [0.9, 0.5], "default_rate": 0.01},
            "extra_turns_below": 0.0,
        } | entries
        kept = {key: value for key, value in manifest.items() if value is not None}
        (folder / "model.onnx").write_bytes(model)
        (folder / "bundle.json").write_text(json.dumps(kept))
        return folder

    return write
