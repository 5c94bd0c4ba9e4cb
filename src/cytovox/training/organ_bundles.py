"""From the fitted networks of the volume lane to their bundles."""

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from cytovox.analysis.bundles import FIND_ORGAN_SLICES, SEGMENT_ORGANS, Bundle
from cytovox.analysis.organ_segmentation import OrganSegmentation
from cytovox.analysis.slice_organs import SliceOrgans
from cytovox.io.labelled_stacks import case_names
from cytovox.training.export import BundleDraft, describe_source, write_bundle
from cytovox.training.manifest import plain_recipe
from cytovox.training.organ_cases import CaseSplit
from cytovox.training.organ_fitting import OrganRun
from cytovox.training.organ_networks import (
    ORGANS,
    ExportedOrgans,
    ExportedSliceClassifier,
    OrganSegmenter,
    SliceClassifier,
)
from cytovox.training.organ_recipe import BACKGROUND, NetworkPlan

CLASSES = (BACKGROUND, *ORGANS)
_NORMALISATION = "MR: percentiles 1 and 99 of each slice's brighter pixels; CT: -160 to 240 HU; to -1..1"


class NetworkSession:
    """A network of PyTorch in the place of an exported one.

    Args:
        network: Takes (n, 3, H, W), gives one tensor in a tuple.
    """

    def __init__(self, network: nn.Module) -> None:
        self.network = network.eval()

    def run(self, _: Any, inputs: Mapping[str, NDArray[np.float32]], /) -> list[NDArray[np.float32]]:
        """The network's output."""
        with torch.inference_mode():
            return [self.network(torch.from_numpy(inputs["pixels"]))[0].numpy()]


def slices_in_memory(run: OrganRun, network: SliceClassifier, thresholds: Sequence[float]) -> SliceOrgans:
    """Model A as at run time, without export."""
    manifest = {
        **_unwritten(run.recipe.slices, ORGANS),
        "thresholds": dict(zip(ORGANS, thresholds, strict=True)),
    }
    return SliceOrgans(Bundle(Path(), manifest, ""), NetworkSession(ExportedSliceClassifier(network)))


def organs_in_memory(run: OrganRun, network: OrganSegmenter) -> OrganSegmentation:
    """Model B as at run time, without export."""
    manifest = _unwritten(run.recipe.organs, CLASSES)
    return OrganSegmentation(Bundle(Path(), manifest, ""), NetworkSession(ExportedOrgans(network)))


def write_slices(
    run: OrganRun, network: SliceClassifier, split: CaseSplit, thresholds: Sequence[float]
) -> Path:
    """The folder of model A's bundle, written."""
    folder = run.folder / "bundles" / run.recipe.slices_name
    draft = _draft(run, split, run.recipe.slices, (*split.report, *split.thresholds))
    draft = dataclasses.replace(
        draft,
        name=run.recipe.slices_name,
        task=FIND_ORGAN_SLICES,
        classes=ORGANS,
        settings={**draft.settings, "thresholds": dict(zip(ORGANS, thresholds, strict=True))},
    )
    example = _example(run.recipe.slices)
    write_bundle(
        ExportedSliceClassifier(network), example, draft, folder, outputs=("chances",), any_size=False
    )
    return folder


def write_organs(run: OrganRun, network: OrganSegmenter, split: CaseSplit) -> Path:
    """The folder of model B's bundle, written."""
    folder = run.folder / "bundles" / run.recipe.name
    draft = _draft(run, split, run.recipe.organs, split.report)
    write_bundle(
        ExportedOrgans(network),
        _example(run.recipe.organs),
        draft,
        folder,
        outputs=("organs",),
        any_size=True,
    )
    return folder


def _draft(run: OrganRun, split: CaseSplit, plan: NetworkPlan, unseen: Sequence[str]) -> BundleDraft:
    recipe = run.recipe
    plain = plain_recipe(recipe, run.data_root)
    cases = [case_names(source) for source in recipe.sources]
    people = [
        0 if s.measure_only else sum(c not in unseen for c in of)
        for s, of in zip(recipe.sources, cases, strict=True)
    ]
    return BundleDraft(
        name=recipe.name,
        version=recipe.version,
        task=SEGMENT_ORGANS,
        taxonomy="organs",
        classes=CLASSES,
        input=_input(plan),
        recipe={**plain, "weights": plan.weights},
        data=[
            describe_source(source.index, source.licence, count, run.data_root)
            for source, count in zip(recipe.sources, people, strict=True)
            if count
        ],
        settings={
            "notice": recipe.notice,
            "held_out": list(split.report),
            "cases": {row["path"]: list(of) for row, of in zip(plain["sources"], cases, strict=True)},
        },
    )


def _unwritten(plan: NetworkPlan, classes: Sequence[str]) -> dict[str, Any]:
    return {"classes": [{"key": key} for key in classes], "input": _input(plan)}


def _input(plan: NetworkPlan) -> dict[str, Any]:
    return {**dataclasses.asdict(plan.view), "modalities": ["MR"], "normalisation": _NORMALISATION}


def _example(plan: NetworkPlan) -> torch.Tensor:
    chance = torch.Generator().manual_seed(0)
    return torch.randn(2, 3, plan.view.rows, plan.view.columns, generator=chance).clamp(-1, 1)
