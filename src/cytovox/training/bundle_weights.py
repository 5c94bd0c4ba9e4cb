"""Weights of an exported network, to start another fit from."""

from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor

from cytovox.analysis.bundles import find_bundle
from cytovox.domain.errors import TrainingDataError

_INSTALLED = "bundle:"


def bundle_folder(root: Path, weights: str, task: str) -> Path | None:
    """The folder of the bundle that a recipe's `weights` name; None where they name a file or nothing.

    Args:
        root: Folder that `weights` is relative to.
        weights: "bundle:NAME" for an installed bundle, or a path.
        task: What the bundle must be for.

    Raises:
        BundleError: No such bundle is installed.
    """
    if weights.startswith(_INSTALLED):
        return find_bundle(weights.removeprefix(_INSTALLED), task).folder
    return root / weights if weights and (root / weights).is_dir() else None


def bundle_weights(folder: Path, prefix: str) -> dict[str, Tensor]:
    """The tensors of a bundle's network whose names begin with `prefix`, by the rest of their names.

    Raises:
        TrainingDataError: The folder holds no `model.onnx`.
    """
    path = folder / "model.onnx"
    if not path.is_file():
        raise TrainingDataError(f"{folder}: expected a bundle there, found no model.onnx")
    return {
        stored.name.removeprefix(prefix): torch.from_numpy(numpy_helper.to_array(stored).copy())
        for stored in onnx.load(path).graph.initializer
        if stored.name.startswith(prefix)
    }
