"""The blood classifier in ONNX Runtime against the same network in PyTorch eager, and against its variants.

Views come from a rendered smear and are cut before. Where CYTOVOX_DATA is set, the lines of the eight-bit
variants also say their accuracy on a part of `cells/pbc` val, and the static one is calibrated on training
pictures; else on rendered views.
"""

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationDataReader, QuantType, quantize_dynamic, quantize_static

from benchmarks.measuring import Comparison, compare
from cytovox.analysis.cell_classifier import CellClassifier
from cytovox.domain.image import RgbPixels
from cytovox.imaging.normalise import normalise
from cytovox.imaging.resample import crop_square
from cytovox.io.cell_pictures import CellPictureSource, read_cell_pictures
from cytovox.io.smear import open_smear
from cytovox.synth.rendered import render_smear
from cytovox.training.classifier_network import CellClassifier as Network

BATCH = 32
REPEATS = 15
_PBC_UM_PER_PX = 0.154
_EVERY = 5
_CALIBRATION_PICTURES = 96
_MPP_UM = 0.12


def run() -> list[Comparison]:
    """One cell, a batch of 32, a batch with activation maps, and the eight-bit variants."""
    classifier = CellClassifier.load()
    views = rendered_views(classifier)
    single, batch = normalise(np.stack(views[:1])), normalise(np.stack(views[:BATCH]))
    # Weights do not change the time; the linear layer's one output more neither.
    eager = Network(len(classifier.classes), dropout=0.0).eval()
    runs = partial(_run, classifier.session)
    lines = [
        compare(
            "one view, network alone",
            lambda: runs(single, ["logits"]),
            "PyTorch eager",
            lambda: _eager(eager, single),
            repeats=REPEATS,
        ),
        compare(
            f"{BATCH} views, network alone",
            lambda: runs(batch, ["logits"]),
            "PyTorch eager",
            lambda: _eager(eager, batch),
            repeats=REPEATS,
        ),
        compare(
            "one view, named with sets and refusal",
            lambda: classifier.classify(views[:1]),
            "network alone",
            lambda: runs(single, ["logits"]),
            repeats=REPEATS,
        ),
        compare(
            f"{BATCH} views, named with sets and refusal",
            lambda: classifier.classify(views[:BATCH]),
            "network alone",
            lambda: runs(batch, ["logits"]),
            repeats=REPEATS,
        ),
    ]
    if "maps" in {output.name for output in classifier.session.get_outputs()}:
        lines.append(
            compare(
                f"{BATCH} views with activation maps",
                lambda: runs(batch, ["logits", "unfamiliarity", "maps"]),
                "without maps",
                lambda: runs(batch, ["logits", "unfamiliarity"]),
                repeats=REPEATS,
            )
        )
    return lines + list(_eight_bit_lines(classifier, views))


def rendered_views(classifier: CellClassifier) -> list[RgbPixels]:
    """Views of the cells of a rendered smear, at least a batch."""
    smear = render_smear(width=1400, height=1050, mpp_um=_MPP_UM, seed=5)
    centres = [((b[0] + b[2]) / 2, (b[1] + b[3]) / 2) for b in smear.boxes]
    views = [classifier.crop(smear.image.pixels, (float(x), float(y)), _MPP_UM) for x, y in centres]
    return (views * (BATCH // len(views) + 1))[: max(BATCH, len(views))]


def _eight_bit_lines(classifier: CellClassifier, views: Sequence[RgbPixels]) -> Iterator[Comparison]:
    labelled = _labelled_views(classifier, "val")[::_EVERY]
    training = [view for view, _ in _labelled_views(classifier, "train")]
    step = max(1, len(training) // _CALIBRATION_PICTURES)
    batch = normalise(np.stack(views[:BATCH]))
    whole = _accuracy(classifier, classifier.session, labelled)
    with tempfile.TemporaryDirectory() as folder:
        for name, session in eight_bit_sessions(classifier, training[::step] or views, Path(folder)).items():
            quality = f", accuracy {_accuracy(classifier, session, labelled):.3f}" if labelled else ""
            yield compare(
                f"{BATCH} views, int8 {name}{quality}",
                partial(_run, session, batch, ["logits"]),
                "float32" + (f", accuracy {whole:.3f}" if labelled else ""),
                partial(_run, classifier.session, batch, ["logits"]),
                repeats=REPEATS,
            )


def eight_bit_sessions(
    classifier: CellClassifier, calibration: Sequence[RgbPixels], folder: Path
) -> Mapping[str, onnxruntime.InferenceSession]:
    """The network with eight-bit weights: scaled at run time ("dynamic"), or from sample views ("static")."""
    prepared = folder / "prepared.onnx"
    model = onnx.load(classifier.bundle.folder / "model.onnx")
    # The exporter's own shapes of inner values contradict the quantiser's; without them it infers its own.
    model.graph.ClearField("value_info")
    _own_weights(model.graph)
    onnx.save(model, prepared)
    quantize_dynamic(prepared, folder / "dynamic.onnx", weight_type=QuantType.QUInt8)
    quantize_static(
        prepared,
        folder / "static.onnx",
        _Views(calibration),
        per_channel=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
    )
    return {kind: onnxruntime.InferenceSession(folder / f"{kind}.onnx") for kind in ("dynamic", "static")}


def _own_weights(graph: onnx.GraphProto) -> None:
    """Give the linear layer weights of its own: the quantiser transposes them, and the maps share them."""
    stored = {tensor.name: tensor for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type == "Gemm" and node.input[1] in stored:
            copy = graph.initializer.add()
            copy.CopyFrom(stored[node.input[1]])
            copy.name = node.input[1] = f"{node.input[1]}.linear"


class _Views(CalibrationDataReader):
    """Views one by one, as the quantiser asks for them."""

    def __init__(self, views: Sequence[RgbPixels]) -> None:
        self.views = iter(views)

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        """The next view's input, or None at the end."""
        view = next(self.views, None)
        return None if view is None else {"pixels": normalise(view[None])}


def _labelled_views(classifier: CellClassifier, split: str) -> list[tuple[RgbPixels, str]]:
    """Upright views of `cells/pbc` at its known scale with their types, or none without the data."""
    root = os.environ.get("CYTOVOX_DATA")
    if not root:
        return []
    taxonomy = classifier.bundle.manifest["taxonomy"]
    source = CellPictureSource(
        Path(root) / "cells/pbc/index.csv", "label8", labels={"ig": "immature_granulocyte"}
    )
    pictures = read_cell_pictures(source, classifier.classes, split, taxonomy=taxonomy)
    pictures = pictures[:: len(pictures) // 1000 or 1]
    return [(_view(classifier, open_smear(p.path).pixels), p.label) for p in pictures]


def _view(classifier: CellClassifier, pixels: RgbPixels) -> RgbPixels:
    side = int(classifier.bundle.manifest["input"]["size_px"])
    middle = (pixels.shape[1] / 2, pixels.shape[0] / 2)
    return crop_square(pixels, middle, classifier.crop_side(_PBC_UM_PER_PX), side)


def _accuracy(
    classifier: CellClassifier,
    session: onnxruntime.InferenceSession,
    labelled: Sequence[tuple[RgbPixels, str]],
) -> float:
    if not labelled:
        return float("nan")
    says = classifier.as_predictions(
        replace(classifier, session=session).classify([view for view, _ in labelled])
    )
    return float(np.mean(says.grouped().best == np.array([label for _, label in labelled])))


def _run(session: Any, pixels: NDArray[np.float32], outputs: Sequence[str]) -> Any:
    return session.run(list(outputs), {"pixels": pixels})


def _eager(network: torch.nn.Module, pixels: NDArray[np.float32]) -> Any:
    with torch.inference_mode():
        return network(torch.from_numpy(pixels))
