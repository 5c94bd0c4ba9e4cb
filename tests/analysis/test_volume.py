"""`analyze_volume` around networks that answer what a test wants."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cytovox.analysis.bundles import Bundle
from cytovox.analysis.organ_segmentation import OrganSegmentation
from cytovox.analysis.slice_organs import SliceOrgans
from cytovox.analysis.volume import VolumeModels, VolumeOptions, analyze_volume
from cytovox.domain.errors import InputError
from cytovox.domain.findings import QualityWarning
from cytovox.domain.volume import LabelMap, Modality, OrganClass, Volume, VolumeGrid
from cytovox.domain.volume_findings import LabelOrigin

ORGANS = ("stomach", "small_bowel", "large_bowel")
AXIAL = np.array([[0, 0, 2.0, 0], [0, 2.0, 0, 0], [3.0, 0, 0, 0], [0, 0, 0, 1.0]])
SHAPE = (12, 80, 100)


class BrightIsStomach:
    """In place of model B: what is brighter than the body is stomach, and it remembers what it was shown."""

    def __init__(self) -> None:
        self.shown = 0

    def run(self, _: Any, inputs: Any, /) -> list[np.ndarray]:
        pixels = inputs["pixels"]
        self.shown += len(pixels)
        stomach = np.clip(pixels[:, 1] + 0.2, 0, 1)
        rest = np.zeros_like(stomach)
        return [np.stack([1 - stomach, stomach, rest, rest], axis=1)]


class BrightSlices:
    """In place of model A: a slice that holds something bright may hold stomach."""

    def run(self, _: Any, inputs: Any, /) -> list[np.ndarray]:
        bright = (inputs["pixels"][:, 1] > 0.3).any(axis=(1, 2)).astype(np.float32)
        return [np.stack([bright, bright * 0, bright * 0], axis=1)]


def bundle(classes: tuple[str, ...], **entries: Any) -> Bundle:
    view = {"rows": 64, "columns": 96, "mm_per_px": 2.0, "neighbour_mm": 6.0, "modalities": ["CT"]}
    described = {"name": "m", "version": "1", "classes": [{"key": key} for key in classes], "input": view}
    return Bundle(Path("m"), {**described, **entries}, "0" * 64)


@pytest.fixture
def models() -> VolumeModels:
    slices = bundle(ORGANS, thresholds=dict.fromkeys(ORGANS, 0.5), notice="Only a test.")
    organs = bundle(("background", *ORGANS), notice="Only a test.")
    return VolumeModels(SliceOrgans(slices, BrightSlices()), OrganSegmentation(organs, BrightIsStomach()))


@pytest.fixture
def stack() -> Volume:
    """A grey body with a bright ball of radius 14 mm and a bright crumb."""
    z, y, x = np.mgrid[: SHAPE[0], : SHAPE[1], : SHAPE[2]].astype(float)
    body = ((y - 40) / 30) ** 2 + ((x - 50) / 40) ** 2 < 1
    ball = ((z - 6) * 3) ** 2 + ((y - 38) * 2) ** 2 + ((x - 58) * 2) ** 2 < 14**2
    voxels = np.where(ball, 200, np.where(body, 0, -1000))
    voxels[6, 60, 40] = 200
    return Volume(voxels.astype(np.int16), VolumeGrid(SHAPE, AXIAL), Modality.CT, "phantom")


def test_a_ball_is_found_where_it_is_and_measured(models: VolumeModels, stack: Volume) -> None:
    steps: list[float] = []
    findings = analyze_volume(stack, models, progress=lambda share, _: steps.append(share))
    (stomach,) = findings.organs
    assert stomach.organ.key == "stomach"
    assert stomach.volume_ml == pytest.approx(4 / 3 * np.pi * 1.4**3, rel=0.1)
    overlap = (findings.labels.labels == 1) & (stack.voxels == 200)
    assert overlap.sum() > 0.95 * (findings.labels.labels == 1).sum()
    assert findings.labels.labels[6, 60, 40] == 0, "a crumb below 1 mL is taken away"
    assert findings.label_origin is LabelOrigin.MODEL
    assert findings.notice == "Only a test."
    assert [use.name for use in findings.provenance.models] == ["m", "m"]
    assert steps == sorted(steps)
    assert steps[-1] == 1


def test_only_slices_that_may_hold_an_organ_go_to_model_b(models: VolumeModels, stack: Volume) -> None:
    analyze_volume(stack, models)
    held = int((stack.voxels == 200).any(axis=(1, 2)).sum())
    assert models.organs.session.shown == held < SHAPE[0]
    analyze_volume(stack, models, options=VolumeOptions(every_slice=True))
    assert models.organs.session.shown == held + SHAPE[0]


def test_an_organ_that_a_slice_may_not_hold_is_not_drawn_there(models: VolumeModels, stack: Volume) -> None:
    closed = {"stomach": 2.0, "small_bowel": 0.0, "large_bowel": 0.0}
    a = models.slices.bundle
    slices = replace(models.slices, bundle=replace(a, manifest={**a.manifest, "thresholds": closed}))
    findings = analyze_volume(stack, replace(models, slices=slices))
    assert findings.organs == ()


def warnings_of(stack: Volume, models: VolumeModels) -> set[str]:
    return {warning.key for warning in analyze_volume(stack, models).warnings}


def test_warnings(models: VolumeModels, stack: Volume) -> None:
    assert warnings_of(stack, models) == {"demonstration_model"}
    assert "modality_untrained" in warnings_of(replace(stack, modality=Modality.MR), models)
    assert "modality_unknown" in warnings_of(replace(stack, modality=Modality.OTHER), models)
    sagittal = replace(stack, grid=VolumeGrid(SHAPE, AXIAL[[2, 1, 0, 3]]))
    assert "not_axial" in warnings_of(sagittal, models)
    short = VolumeGrid((2, *SHAPE[1:]), AXIAL)
    few = replace(stack, voxels=stack.voxels[5:7], grid=short)
    assert {"few_slices", "organ_cut"} <= warnings_of(few, models)
    empty = replace(stack, voxels=np.minimum(stack.voxels, 0))
    assert "not_an_abdomen" in warnings_of(empty, models)


def test_labels_made_elsewhere_are_measured_as_they_are(stack: Volume) -> None:
    drawn = (stack.voxels == 200).astype(np.uint16) * 7
    liver = OrganClass("liver", "liver", "#aa0000", "LIV")
    findings = analyze_volume(stack, labels=LabelMap(drawn, stack.grid, {7: liver}))
    assert findings.label_origin is LabelOrigin.IMPORTED
    assert [(m.organ.key, m.voxels) for m in findings.organs] == [("liver", int((drawn > 0).sum()))]
    assert findings.notice == ""
    assert findings.slice_chances is None
    assert findings.provenance.models == ()


def test_labels_of_another_grid_are_refused(stack: Volume) -> None:
    moved = AXIAL.copy()
    moved[0, 3] = 5
    labels = LabelMap(np.zeros(SHAPE, np.uint16), VolumeGrid(SHAPE, moved))
    with pytest.raises(InputError, match="open_label_map"):
        analyze_volume(stack, labels=labels)


def test_what_is_no_stack_is_refused() -> None:
    with pytest.raises(InputError, match="open_volume"):
        analyze_volume(np.zeros((3, 3, 3)))  # type: ignore[arg-type]
    with pytest.raises(InputError, match="least_ml"):
        VolumeOptions(least_ml=-1)


def test_what_reader_and_models_both_say_is_said_once(models: VolumeModels, stack: Volume) -> None:
    said = QualityWarning("modality_unknown", "The reader's words.")
    findings = analyze_volume(replace(stack, modality=Modality.OTHER, warnings=(said,)), models)
    assert [w.key for w in findings.warnings].count("modality_unknown") == 1
