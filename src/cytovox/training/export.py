"""From a fitted network to a bundle: ONNX, `bundle.json`, parity test."""

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import lightning
import numpy as np
import onnx
import onnxruntime
import torch
from torch import Tensor, nn

from cytovox.analysis.bundles import SCHEMA
from cytovox.domain.errors import BundleError
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.domain.taxonomy import Taxonomy
from cytovox.io.atomic import write_whole

OPSET = 18
OWN_CLASSES = "own"
"""What a bundle calls a taxonomy that is not one of the shipped ones."""
PARITY_TOLERANCE = 2e-3
"""Largest difference allowed between PyTorch and ONNX Runtime, relative to the output's largest value."""


@dataclass(frozen=True, slots=True)
class BundleDraft:
    """What a bundle says about itself, besides its model.

    Attributes:
        name: Name to select it by.
        version: Version of the weights.
        task: Task key of `analysis.bundles`.
        taxonomy: Taxonomy of the classes; "" for classes of the user's own.
        classes: Class keys in output order.
        input: Input description: um_per_px, size_px, normalisation and the like.
        recipe: The training recipe, as plain values.
        data: Data sets with licence, number of pictures and index hash.
        settings: Further entries, such as thresholds or temperature.
        measured: Rows of metric, value, data, split, note, command.
    """

    name: str
    version: str
    task: str
    taxonomy: str
    classes: Sequence[str]
    input: Mapping[str, Any]
    recipe: Mapping[str, Any]
    data: Sequence[Mapping[str, Any]]
    settings: Mapping[str, Any] = field(default_factory=dict)
    measured: Sequence[Mapping[str, Any]] = ()


def write_bundle(
    network: nn.Module,
    example: Tensor,
    draft: BundleDraft,
    folder: Path,
    *,
    outputs: Sequence[str],
    any_size: bool,
) -> None:
    """Write `model.onnx` and `bundle.json` into a folder, each atomically.

    Args:
        network: Takes (n, 3, H, W), gives as many tensors as `outputs`.
        example: An input to trace and to compare outputs on.
        draft: What the bundle says about itself.
        folder: Made where it is missing; an earlier bundle there is replaced.
        outputs: Names of the outputs.
        any_size: Whether H and W vary, besides n.

    Raises:
        BundleError: ONNX Runtime's outputs differ from PyTorch's.
    """
    folder.mkdir(parents=True, exist_ok=True)
    model = _to_onnx(network.eval(), example, outputs, any_size=any_size)
    _check_parity(network, example, model)
    manifest = _manifest(draft, hashlib.sha256(model).hexdigest())
    write_whole(folder / "model.onnx", model)
    write_whole(folder / "bundle.json", (json.dumps(manifest, indent=2) + "\n").encode())


def describe_source(index: Path, licence: str, pictures: int, data_root: Path) -> dict[str, Any]:
    """A data-set entry of a bundle: index, its hash, licence and the number of training pictures."""
    digest = hashlib.sha256(index.read_bytes()).hexdigest()
    name = index.relative_to(data_root).as_posix() if index.is_relative_to(data_root) else index.name
    return {"index": name, "index_sha256": digest, "licence": licence, "training_pictures": pictures}


def _to_onnx(network: nn.Module, example: Tensor, outputs: Sequence[str], *, any_size: bool) -> bytes:
    axes = {0: torch.export.Dim.DYNAMIC} | (
        {2: torch.export.Dim.DYNAMIC, 3: torch.export.Dim.DYNAMIC} if any_size else {}
    )
    program = torch.onnx.export(
        network,
        (example.contiguous(),),
        input_names=["pixels"],
        output_names=list(outputs),
        dynamic_shapes=(axes,),
        opset_version=OPSET,
        dynamo=True,
        verbose=False,
    )
    model = program.model_proto  # type: ignore[union-attr]
    _forget_origin(model)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def _forget_origin(model: onnx.ModelProto) -> None:
    """Drop the exporter's notes on each node: they name paths of the machine that trained."""
    model.ClearField("metadata_props")
    graph = model.graph
    graph.ClearField("metadata_props")
    for part in (*graph.node, *graph.value_info, *graph.input, *graph.output, *graph.initializer):
        part.ClearField("metadata_props")
        part.ClearField("doc_string")


def _check_parity(network: nn.Module, example: Tensor, model: bytes) -> None:
    with torch.inference_mode():
        expected = network(example)
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    for ours, theirs in zip(expected, session.run(None, {"pixels": example.numpy()}), strict=True):
        reference = ours.numpy()
        difference = float(np.abs(reference - theirs).max() / max(np.abs(reference).max(), 1e-6))
        if difference > PARITY_TOLERANCE:
            raise BundleError(
                f"export: ONNX Runtime differs from PyTorch by {difference:.2g} of the output's largest value"
            )


def _manifest(draft: BundleDraft, digest: str) -> dict[str, Any]:
    taxonomy = load_taxonomy(draft.taxonomy) if draft.taxonomy else None
    classes = [_described_class(key, taxonomy) for key in draft.classes]
    return {
        "schema": SCHEMA,
        "name": draft.name,
        "version": draft.version,
        "task": draft.task,
        "taxonomy": draft.taxonomy or OWN_CLASSES,
        "classes": classes,
        "sha256": digest,
        "input": dict(draft.input),
        **draft.settings,
        "data": list(draft.data),
        "recipe": dict(draft.recipe),
        "frameworks": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "lightning": lightning.__version__,
            "onnx_opset": OPSET,
        },
        "measured": list(draft.measured),
    }


def _described_class(key: str, taxonomy: Taxonomy | None) -> dict[str, Any]:
    if taxonomy is None or key not in taxonomy:
        return {"key": key, "name": key.replace("_", " "), "codes": []}
    codes = [{"system": c.system, "code": c.code} for c in taxonomy[key].codes]
    return {"key": key, "name": taxonomy[key].name, "codes": codes}
