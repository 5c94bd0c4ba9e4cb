"""Training views: what may stand where, and whether labels stay on what they label."""

from pathlib import Path

import numpy as np
import pytest
import torch

from cytovox.domain.errors import TrainingDataError
from cytovox.domain.volume import Modality, Volume, VolumeGrid
from cytovox.imaging.slice_views import ViewOptions
from cytovox.io.labelled_stacks import LabelledStack
from cytovox.training.organ_cases import CaseSplit
from cytovox.training.organ_recipe import read_organ_recipe
from cytovox.training.organ_slices import (
    UNKNOWN,
    OrganSlices,
    PreparedStack,
    allowed_classes,
    presence_of,
)
from cytovox.training.organ_thresholds import choose_thresholds
from cytovox.training.slice_variation import SliceVariation

CLASSES = ("background", "stomach", "small_bowel", "large_bowel", "liver")
VIEW = ViewOptions(64, 96, 2.0)
MILD = SliceVariation(contrast=0.0, bias=0.0, gamma=0.0, blur=0.0, coarse=0.0, noise=0.0, lone=0.0)


def labelled_stack(slices: int = 3, drawn: tuple[str, ...] = ("stomach", "liver")) -> LabelledStack:
    """A body with a dark organ of label 1 in it, the same on every slice."""
    y, x = np.mgrid[:80, :100]
    inside = ((y - 40) / 28) ** 2 + ((x - 50) / 40) ** 2 < 1
    organ = (y - 36) ** 2 + (x - 60) ** 2 < 100
    voxels = (np.where(organ, 400, np.where(inside, 900, 0)) + (y + x) % 60).astype(np.int16)
    affine = np.diag([3.0, 2.0, 2.0, 1.0])[[2, 1, 0, 3]]
    volume = Volume(np.repeat(voxels[None], slices, 0), VolumeGrid((slices, 80, 100), affine), Modality.MR)
    labels = np.repeat(organ[None], slices, 0).astype(np.uint8)
    labels[0] = 0
    return LabelledStack(volume, labels, drawn, "case1", 1.0)


def test_what_is_not_drawn_may_be_background_or_what_nobody_drew() -> None:
    allowed = allowed_classes(("stomach", "small_bowel", "small_bowel"), CLASSES)
    assert [bin(bits) for bits in allowed] == ["0b11001", "0b10", "0b100", "0b100"]


def test_presence_by_slice() -> None:
    stack = labelled_stack()
    present = presence_of(stack.labels, stack.drawn, ("stomach", "liver", "large_bowel"))
    assert present.tolist() == [[0, 0, UNKNOWN], [1, 0, UNKNOWN], [1, 0, UNKNOWN]]


@pytest.mark.parametrize("vary", [False, True])
def test_labels_stay_on_the_organ_however_a_slice_is_varied(vary: bool) -> None:
    torch.manual_seed(0)
    prepared = PreparedStack.of(labelled_stack(), VIEW, CLASSES, MILD)
    dataset = OrganSlices([prepared], VIEW, vary=vary)
    for _ in range(5):
        example = dataset[1]
        organ = example["allowed"] == 0b10
        assert organ.sum() > 100
        dark = (example["input"][1] < 0.3) & (example["input"][1] > -0.9)
        inside = example["input"][1][organ]
        assert (inside < 0.3).float().mean() > 0.9
        assert (dark & organ).sum() > 0.7 * organ.sum()


def test_a_view_without_variation_is_the_one_of_run_time() -> None:
    from cytovox.analysis.stack_views import GreyStack, StackViews

    stack = labelled_stack()
    trained = OrganSlices([PreparedStack.of(stack, VIEW, CLASSES, MILD)], VIEW, vary=False)[1]["input"]
    used = StackViews.of(GreyStack.of(stack.volume), VIEW, whole_body=False).cut(np.array([1]))[0]
    np.testing.assert_allclose(trained.numpy(), used, atol=0.01)


def test_thresholds_miss_almost_nothing() -> None:
    chances = np.array([[0.9, 0.2], [0.4, 0.001], [0.05, 0.3], [0.99, 0.9]], np.float32)
    present = np.array([[1, 1], [1, 0], [0, 0], [1, -1]], np.int8)
    first, second = choose_thresholds(chances, present)
    assert first == pytest.approx(0.04, abs=0.002)
    assert second == pytest.approx(0.02)
    assert choose_thresholds(chances, np.zeros_like(present)) == (0.01, 0.01)
    assert choose_thresholds(np.ones((3, 1), np.float32) * 0.002, np.ones((3, 1), np.int8)) == (0.01,)


def competition_folder(folder: Path, cases: int) -> Path:
    for case in range(1, cases + 1):
        scans = folder / f"train/case{case}/case{case}_day0/scans"
        scans.mkdir(parents=True)
        (scans / "slice_0001_8_8_1.50_1.50.png").touch()
    (folder / "train.csv").write_text("id,class,segmentation\n")
    return folder


def test_the_competition_is_divided_by_case(tmp_path: Path) -> None:
    recipe = read_organ_recipe(None, competition_folder(tmp_path, 20))
    split = CaseSplit.of(recipe)
    assert (len(split.report), len(split.thresholds), len(split.train)) == (3, 2, 15)
    assert len({*split.report, *split.thresholds, *split.train}) == 20
    assert split == CaseSplit.of(recipe), "whatever the order of the files"


def test_two_cases_are_too_few(tmp_path: Path) -> None:
    with pytest.raises(TrainingDataError, match="at least 3 cases"):
        CaseSplit.of(read_organ_recipe(None, competition_folder(tmp_path, 2)))


def test_folds_leave_out_each_case_once() -> None:
    split = CaseSplit((), (), ("a", "b", "c", "d", "e"))
    assert split.folds(2) == (("a", "c", "e"), ("b", "d"))
    assert split.folds(0) == (("a",), ("b",), ("c",), ("d",), ("e",))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"classes": ["background", "stomach"]}, "classes"),
        ({"organs.view": {"rows": 100, "columns": 96, "mm_per_px": 2.0}}, "multiples of 32"),
        ({"organs.draws": 1}, "draws"),
        ({"sources": []}, "sources"),
        ({"organs.fit.colour": 1}, "unknown entry"),
    ],
)
def test_a_bad_recipe_says_what_is_wrong(tmp_path: Path, changes: dict[str, object], words: str) -> None:
    with pytest.raises(TrainingDataError, match=words):
        read_organ_recipe(None, tmp_path, changes)
