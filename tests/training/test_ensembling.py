"""Ensembles of small real bundles: the mean of what the members say, calibrated anew."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from torch import nn

from cytovox.analysis.bundles import CLASSIFY_CELLS, load_bundle
from cytovox.analysis.cell_classifier import CellClassifier
from cytovox.analysis.ensemble import CellEnsemble
from cytovox.domain.errors import BundleError, TrainingDataError
from cytovox.training.classifier_network import CellClassifier as Network
from cytovox.training.classifier_network import ExportedClassifier
from cytovox.training.ensembling import make_ensemble
from cytovox.training.export import BundleDraft, write_bundle
from cytovox.training.familiarity import Familiarity
from cytovox.training.making import CLASSIFIER_OUTPUTS

# torch's exporter warns of its own deprecated calls.
pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")

CLASSES = ("neutrophil", "lymphocyte", "monocyte")


def write_member(
    folder: Path, seed: int, size_px: int, um_per_px: float, classes: tuple[str, ...] = CLASSES
) -> str:
    torch.manual_seed(seed)
    network = Network(len(classes), 0.0, "vgg_small", size_px).eval()
    nn.init.normal_(network.linear.weight, std=0.3)
    familiarity = Familiarity(np.eye(256, 4), np.zeros((3, 4)), np.array([[0, 0], [1, 1]]))
    described = {"um_per_px": um_per_px, "size_px": size_px, "normalisation": "x / 127.5 - 1"}
    draft = BundleDraft(
        f"m{seed}", "1", CLASSIFY_CELLS, "blood", classes, described, recipe={}, data=[],
        settings={"temperature": 1.0 + seed, "extra_turns_below": 0},
    )  # fmt: skip
    example = torch.randn(2, 3, size_px, size_px)
    write_bundle(
        ExportedClassifier(network, familiarity), example, draft, folder,
        outputs=CLASSIFIER_OUTPUTS, any_size=False,
    )  # fmt: skip
    return str(folder)


@pytest.fixture(scope="module")
def members(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    root = tmp_path_factory.mktemp("members")
    return [write_member(root / "one", 0, 32, 0.5), write_member(root / "two", 1, 64, 0.25)]


def pictures(number: int) -> list[np.ndarray]:
    random = np.random.default_rng(0)
    coarse = random.integers(0, 256, (number, 8, 8, 3), dtype=np.uint8)
    return [np.asarray(cv2.resize(c, (80, 80), interpolation=cv2.INTER_CUBIC), np.uint8) for c in coarse]


def test_probabilities_are_the_mean_of_the_members(members: list[str], tmp_path: Path) -> None:
    ensemble = CellClassifier.load(str(make_ensemble(members, tmp_path / "both")))
    assert isinstance(ensemble, CellEnsemble)
    assert (ensemble.bundle.manifest["input"]["size_px"], ensemble.bundle.um_per_px) == (64, 0.25)
    views = [ensemble.crop(picture, (40.0, 40.0), 0.25) for picture in pictures(4)]
    together = ensemble.classify(views, with_maps=True)
    alone = []
    for member in map(CellClassifier.load, members):
        crops = [member.crop(picture, (40.0, 40.0), 0.25) for picture in pictures(4)]
        alone.append(member.classify(crops).probabilities)
    assert together.probabilities == pytest.approx(np.mean(alone, axis=0), abs=0.02)  # one view is cut twice
    assert together.probabilities.sum(axis=1) == pytest.approx(np.ones(4))
    assert together.maps is None  # of two sizes
    assert not together.unidentified.any()


def test_an_ensemble_moves_as_one_folder(members: list[str], tmp_path: Path) -> None:
    folder = make_ensemble(members, tmp_path / "both")
    moved = folder.rename(tmp_path / "moved")
    CellClassifier.load(str(moved))
    model = moved / "member-2/model.onnx"
    model.write_bytes(model.read_bytes() + b"x")
    with pytest.raises(BundleError, match="not the file that"):
        load_bundle(moved)


def labelled_folder(root: Path) -> Path:
    """An index of pictures, of which those in the split train must not be used."""
    lines = ["file,label,split"]
    for i, picture in enumerate(pictures(30)):
        cv2.imwrite(str(root / f"{i}.png"), picture)
        lines.append(f"{i}.png,{CLASSES[i % 3]},{'train' if i >= 24 else 'val'}")
    (root / "index.csv").write_text("\n".join(lines) + "\n")
    return root / "index.csv"


def test_an_ensemble_is_calibrated_on_pictures_that_no_member_saw(members: list[str], tmp_path: Path) -> None:
    index = labelled_folder(tmp_path)
    manifest = load_bundle(make_ensemble(members, tmp_path / "both", index, um_per_px=0.25)).manifest
    assert manifest["conformal"]["calibration_pictures"] == 24
    assert manifest["familiarity"]["thresholds"] == sorted(
        manifest["familiarity"]["thresholds"], reverse=True
    )
    assert 0.05 < manifest["temperature"] < 20
    index.write_text(index.read_text().replace("val", "train"))
    with pytest.raises(TrainingDataError, match="all are in the split 'train'"):
        make_ensemble(members, tmp_path / "again", index)
    assert not (tmp_path / "again").exists()


def test_members_that_do_not_go_together_are_refused(members: list[str], tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="at least 2 members, got 1"):
        make_ensemble(members[:1], tmp_path / "both")
    other = write_member(tmp_path / "other", 2, 32, 0.5, classes=CLASSES[::-1])
    with pytest.raises(BundleError, match="the same classes in the same order"):
        make_ensemble([members[0], other], tmp_path / "both")
    whole = make_ensemble(members, tmp_path / "both")
    with pytest.raises(BundleError, match="is an ensemble itself"):
        make_ensemble([members[0], str(whole)], tmp_path / "more")
    (tmp_path / "full").mkdir()
    (tmp_path / "full/thesis.txt").write_text("do not delete")
    with pytest.raises(BundleError, match="expected an empty folder or a bundle to replace"):
        make_ensemble(members, tmp_path / "full")
    assert json.dumps((tmp_path / "full/thesis.txt").read_text()) == '"do not delete"'
