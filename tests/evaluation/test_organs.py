"""Figures of a pair of networks on a stack whose organs are known."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cytovox.analysis.bundles import Bundle
from cytovox.analysis.organ_segmentation import OrganSegmentation
from cytovox.analysis.slice_organs import SliceOrgans
from cytovox.analysis.volume import VolumeModels
from cytovox.domain.volume import Modality, Volume, VolumeGrid
from cytovox.evaluation.organs import ANY, grey_stack, measure_stack, summary
from cytovox.imaging.slice_views import BODY_MM
from cytovox.io.labelled_stacks import LabelledStack

ORGANS = ("stomach", "small_bowel", "large_bowel")
SHAPE = (8, 80, 100)


class Stomach:
    """What is bright is stomach."""

    def run(self, outputs: Any, inputs: Any, /) -> list[np.ndarray]:
        bright = np.clip(inputs["pixels"][:, 1] + 0.2, 0, 1)
        if outputs == ["chances"]:
            there = bright.max(axis=(1, 2))
            return [np.stack([there, 0 * there, 0 * there], axis=1)]
        return [np.stack([1 - bright, bright, 0 * bright, 0 * bright], axis=1)]


@pytest.fixture
def models() -> VolumeModels:
    view = {"rows": 64, "columns": 96, "mm_per_px": 2.0, "neighbour_mm": 6.0, "modalities": ["CT"]}

    def bundle(classes: tuple[str, ...]) -> Bundle:
        entries = {"classes": [{"key": key} for key in classes], "input": view}
        return Bundle(Path(), {**entries, "thresholds": dict.fromkeys(ORGANS, 0.5)}, "")

    return VolumeModels(
        SliceOrgans(bundle(ORGANS), Stomach()),
        OrganSegmentation(bundle(("background", *ORGANS)), Stomach()),
    )


def labelled(spacing_known: bool = True) -> LabelledStack:
    """Stomach, seen and drawn, on slices 2 to 4; a liver that nobody asked for; no bowel was drawn."""
    y, x = np.mgrid[: SHAPE[1], : SHAPE[2]].astype(float)
    body = ((y - 40) / 30) ** 2 + ((x - 50) / 40) ** 2 < 1
    organ = (y - 38) ** 2 + (x - 58) ** 2 < 100
    voxels = np.repeat(np.where(body, 0, -1000)[None], SHAPE[0], 0)
    labels = np.zeros(SHAPE, np.uint8)
    voxels[2:5, organ], labels[2:5, organ] = 200, 2
    labels[2:5, 60, 40] = 1
    affine = np.array([[0, 0, 2.0, 0], [0, 2.0, 0, 0], [3.0, 0, 0, 0], [0, 0, 0, 1.0]])
    volume = Volume(voxels.astype(np.int16), VolumeGrid(SHAPE, affine), Modality.CT)
    return LabelledStack(volume, labels, ("liver", "stomach"), "case1", 1.0, spacing_known)


def test_what_is_found_rightly_scores_high(models: VolumeModels) -> None:
    (row,) = measure_stack(models, labelled())
    assert (row.case, row.organ) == ("case1", "stomach")
    assert (row.slices, row.passed, row.empty, row.stopped) == (3, 3, 5, 5)
    assert row.dice > 0.95
    assert len(row.slice_dice) == 3
    assert row.hausdorff < 0.02
    assert abs(row.found_voxels - row.true_voxels) < 0.1 * row.true_voxels


def test_what_is_found_elsewhere_counts(models: VolumeModels) -> None:
    stack = labelled()
    stack.labels[:] = np.roll(stack.labels, 2, axis=0)
    (row,) = measure_stack(models, stack)
    assert (row.slices, row.passed, row.empty, row.stopped) == (3, 1, 5, 3)
    assert sorted(round(value) for value in row.slice_dice) == [0, 0, 0, 0, 1]


def test_where_all_organs_are_drawn_slices_are_counted_as_a_whole(models: VolumeModels) -> None:
    stack = labelled()
    drawn = replace(stack, drawn=("small_bowel", "stomach", "large_bowel"))
    rows = measure_stack(models, drawn)
    assert [row.organ for row in rows] == [*ORGANS, ANY]
    assert (rows[-1].slices, rows[-1].passed, rows[-1].true_voxels) == (3, 3, int((stack.labels > 0).sum()))
    report = summary(rows)
    assert report["organs"]["small_bowel"]["sensitivity"] == 0
    assert report["cases"]["case1"]["slices_with_organ"] == 6, "a case is summed over its organs alone"


def test_a_summary_counts_people_and_slices(models: VolumeModels) -> None:
    rows = measure_stack(models, labelled()) * 2
    pooled = summary(rows)["organs"]["stomach"]
    assert (pooled["cases"], pooled["slices"], pooled["slices_with_organ"]) == (1, 6, 6)
    assert pooled["sensitivity"] == pooled["specificity"] == 1
    assert pooled["score"] == pytest.approx(0.4 * pooled["dice"] + 0.6 * (1 - pooled["hausdorff"]))


def test_an_unknown_pixel_size_is_guessed_from_the_body() -> None:
    stack = grey_stack(labelled(spacing_known=False))
    rows, columns = stack.body_mm
    assert np.sqrt(rows * columns) == pytest.approx(BODY_MM)
